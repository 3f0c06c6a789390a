"""Policies of the mode: what they declare, what is learned from logs, what a change does."""

# ruff: noqa: E501  # programs and lines of logs as they are

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from redactor import Policy, Redactor
from redactor.errors import PolicyError
from redactor.metadata.declared import shape_names
from redactor.metadata.names import _SHAPES
from redactor.metadata.shapes import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, bytes, bytes]]


def _redactor(**metadata: Any) -> Redactor:
    from pathlib import Path

    policy = Policy.parse(
        {"mode": "metadata-only", "metadata": metadata}, where="test", base=Path()
    )
    redactor = Redactor(policy)
    redactor.mode.sites = None  # type: ignore[attr-defined]  # of the mode
    return redactor


def test_fields_are_declared_by_path_and_shape() -> None:
    """
    Exact paths, ``*`` and ``**``; a list of words is an enumeration; the first that fits counts;
    what has not the shape of its field becomes type and size.
    """
    redactor = _redactor(
        fields={
            "request.tag": "uuid",
            "**.tier": ["gold", "silver"],
            "limits.*": "integer",
            "status": "type",
        }
    )
    left = redactor.record(
        {
            "request": {"tag": "0b9f2a54-6b1c-4d5e-8f7a-1c2d3e4f5a6b", "other": "x"},
            "tag": "0b9f2a54-6b1c-4d5e-8f7a-1c2d3e4f5a6b",
            "a": {"b": {"tier": "gold"}},
            "tier": "platinum",
            "limits": {"cpu": 3, "memory": "much"},
            "status": "ok",
        }
    )

    assert left == {
        "request": {"tag": "0b9f2a54-6b1c-4d5e-8f7a-1c2d3e4f5a6b", "other": "<str 1>"},
        "tag": "<str 36>",
        "a": {"b": {"tier": "gold"}},
        "tier": "<str 8>",
        "limits": {"cpu": 3, "memory": "<str 4>"},
        "status": "<str 2>",
    }


def test_without_defaults_only_the_policy_counts() -> None:
    """
    ``defaults = false`` leaves nothing but what is spelled out.
    """
    redactor = _redactor(defaults=False, fields={"level": "level"})

    assert {"level": "info", "status": "<str 2>"} == redactor.record(
        {"level": "info", "status": "ok"}
    )


def test_names_of_fields_may_be_data() -> None:
    """
    A name of more than three words, or with anything but letters and digits, becomes its length,
    and no entry is lost; one that the policy spells out stays.
    """
    record = {"the_quick_brown_fox": 1, "a b": 2, "c d": 3, "user_plan": 4, 5: 6}

    assert {"<key 19>": "<int>", "<key 3>": "<int>", "<key 3>'": "<int>", "user_plan": "<int>",
            "<int>": "<int>"} == _redactor().record(record)  # fmt: skip
    spelled = _redactor(fields={"the_quick_brown_fox": "count"})
    assert {"the_quick_brown_fox": 1} == spelled.record({"the_quick_brown_fox": 1})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"a": "uiud"}, "there is no shape 'uiud'. Did you mean uuid?"),
        ({"a..b": "id"}, "it has an empty name"),
        ({"a": ["one two three four"]}, "three words"),
        ({"a": 3}, "metadata.fields"),
    ],
)
def test_a_mistake_stops_the_program(fields: dict[str, Any], said: str) -> None:
    """
    The message names the field and says what to write.
    """
    with pytest.raises(PolicyError) as caught:
        _redactor(fields=fields)

    assert said in str(caught.value) or "fields" in str(caught.value)


def test_the_usual_names_have_shapes_that_there_are() -> None:
    """
    The table of names and the table of shapes fit.
    """
    assert set(_SHAPES.values()) <= set(shape_names())
    assert set(SHAPES) < set(shape_names())


def test_each_shape_takes_what_it_is_for_and_no_sentence() -> None:
    """
    One value of each kind fits; a sentence, however its words are joined, fits none.
    """
    fits: dict[str, tuple[Any, ...]] = {
        "uuid": ("0b9f2a54-6b1c-4d5e-8f7a-1c2d3e4f5a6b",),
        "ulid": ("01HZX3N5K7Q9R2T4V6W8Y0A1B2",),
        "integer": (7, "-12", 10**18),
        "slug": ("eu-west-1", "checkout_v2"),
        "trace": ("4bf92f3577b34da6a3ce929d0e0e4736",),
        "span": ("00f067aa0ba902b7",),
        "id": ("req_9s6XKzkNRiz8i3", 42, "order-20871", "9f86d081884c7d65"),
        "time": ("2026-01-01T00:00:00.123Z", 1_795_000_000.5, "10/Oct/2000:13:55:36 -0700",
                 "Tue, 15 Nov 1994 08:12:31 GMT", "Jan 12 06:49:13"),
        "duration": (0.25, "12.5ms", "PT3S", "0:00:01.5"),
        "count": (3, "17"),
        "size": (2_048, "18 KB", "1.5MiB"),
        "ratio": (0.5, "12.5%"),
        "number": (-3.5, "12.0"),
        "boolean": (True, "false"),
        "status": ("ok", 200, "timed_out", "STATUS_CODE_OK"),
        "level": ("INFO", "warning", 20),
        "method": ("GET",),
        "http-status": (404, "200"),
        "route": ("/users/{id}/orders", "/api/v1/users/<int:pk>", "/health"),
        "operation": ("GET /users/{id}", "checkout"),
        "exception": ("ValueError", "sqlalchemy.exc.OperationalError"),
        "logger": ("shop.views", "uvicorn.error"),
        "module": ("shop.views",),
        "function": ("<module>", "Shop.charge.<locals>.inner"),
        "file": ("/srv/app/shop/views.py", "views.py"),
        "line": (12,),
        "host": ("web-1.example.com", "web-1:8080"),
        "thread": ("MainThread", "ThreadPoolExecutor-0_1", "Thread-3 (work)"),
        "version": ("1.2.3", "v2.0.0-rc1", "shop@1.4.0"),
        "hash": ("sha256:9f86d081884c7d659a2feaa0c55ad015",),
        "mime": ("application/pdf", "text/html; charset=utf-8"),
        "kind": ("server", 3),
    }  # fmt: skip
    words = "the seller hereby warrants all".split()
    joined = [glue.join(words) for glue in (" ", "-", "_", ", ", "\n", "+", "%20")]
    joined += [
        "".join(word.capitalize() for word in words),
        "契約 売主 買主 保証",
        "/" + "/".join(words),
    ]

    assert set(fits) == set(SHAPES)
    for name, values in fits.items():
        for value in values:
            assert SHAPES[name](value), (name, value)
        for text in (*joined, "x" * 500, "", "a\n", "é", None, object(), float("nan"), b"7"):
            if text == joined[-3] and name in (
                "exception",
                "logger",
                "module",
                "function",
                "thread",
            ):
                continue  # a name of the program, without a space in it
            if isinstance(text, str) and "_" in text and name in ("module", "function"):
                continue
            if name == "thread" and text == joined[2]:
                continue
            assert not SHAPES[name](text), (name, text)


RECORDS = [
    {"ts": f"2026-01-01T00:00:0{n}Z", "level": "info", "msg": "user ann left her diary", "n": n,
     "tier": ("gold", "silver")[n % 2], "user": {"name": "Ann Smith"}, "amount": 12.5 + n,
     "card": "4111111111111111", "request_id": f"r-{n}a", "tags": ["a b", "c d"]}
    for n in range(8)
]  # fmt: skip


def _log(folder: Path) -> Path:
    path = folder / "app.log"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS) + "a line of text\n")
    return path


def test_learn_proposes_a_policy_that_loads(run: Run, tmp_path: Path) -> None:
    """
    Each field has a shape or says that its values are lost; secrets get none; the table shows no
    free text and no secret; the proposal keeps what it says that it keeps.
    """
    _log(tmp_path)
    code, out, err = run("policy", "learn", "app.log", "--out", "learned.toml")
    assert (0, b"") == (code, out)
    text = (tmp_path / "learned.toml").read_text()
    fields = tomllib.loads(text)["metadata"]["fields"]

    assert {"tier": ["gold", "silver"], "amount": "ratio"}.keys() == fields.keys() - {"n"}
    assert '# "card" has no shape: its 8 values become type and size' in text
    table = err.decode()
    assert "Ann" not in table + text
    assert "diary" not in table + text
    assert "4111" not in table + text
    assert "[redacted:card]" in table
    row = next(line.split() for line in table.splitlines() if line.startswith("user.name"))
    assert ["8", "1", "8"] == row[-6:-3] or "<str 9>" in table
    redactor = Redactor(Policy.load(tmp_path / "learned.toml"))
    left = redactor.record(RECORDS[1])
    assert ("silver", 13.5) == (left["tier"], left["amount"])
    assert ("<str 16>", "<str 9>") == (left["card"], left["user"]["name"])
    assert 3 == run("policy", "learn", "app.log", "--out", "learned.toml")[0]


@pytest.mark.slow
def test_diff_says_what_is_newly_shown_and_hidden(run: Run, tmp_path: Path) -> None:
    """
    By field, with counts and redacted examples; the exit code is 1 where something is newly shown.
    """
    _log(tmp_path)
    (tmp_path / "old.toml").write_text('mode = "metadata-only"\n')
    (tmp_path / "new.toml").write_text(
        'mode = "metadata-only"\n[metadata.fields]\ntier = ["gold"]\nlevel = "type"\n'
    )
    code, out, _ = run(
        "policy", "diff", "old.toml", "new.toml", "--sample", "app.log", "--format", "json"
    )
    found = json.loads(out)

    assert 1 == code
    assert {"tier": {"values": 4, "examples": ["gold"]}} == found["shown"]
    assert {"level": {"values": 8, "examples": ["<str 4>"]}} == found["hidden"]
    assert 9 == found["lines"]
    code, out, _ = run("policy", "diff", "new.toml", "old.toml", "--sample", "app.log")
    assert 1 == code
    assert b"newly shown: 8 values in 1 fields\n  level: 8  info" in out
    assert 0 == run("policy", "diff", "old.toml", "old.toml", "--sample", "app.log")[0]
    (tmp_path / "scrub.toml").write_text('preset = "standard"\n')
    code, out, _ = run("policy", "diff", "old.toml", "scrub.toml", "--sample", "app.log")
    assert 1 == code
    assert b"4111" not in out


def test_the_filter_runs_the_mode(run: Run, tmp_path: Path) -> None:
    """
    ``redactor filter`` with the policy beside it: JSON, logfmt and text, line by line.
    """
    (tmp_path / "redactor.toml").write_text('mode = "metadata-only"\n')
    lines = (
        b'{"level":"info","msg":"a private matter","status":200}\n'
        b'level=info msg="a private matter" took=3ms path=/users/ann\n'
        b"2026-01-01 12:00:00,123 ERROR [shop.views] a private matter\r\n"
        b'10.0.0.7 - ann [10/Oct/2000:13:55:36 -0700] "GET /users/ann HTTP/1.0" 200 2326 "-" "x y"\n'
        b"Traceback (most recent call last):\n"
        b'  File "/srv/app.py", line 3, in charge\n'
        b'    raise ValueError("a private matter")\n'
        b"ValueError: a private matter\n"
        b"a private matter"
    )
    for engine in ("native", "reference"):
        code, out, _ = run("filter", "--engine", engine, data=lines)

        assert 0 == code
        assert (
            b'{"level":"info","msg":"<str 16>","status":200}\n'
            b'level=info msg="<str 16>" took=3ms path="<str 10>"\n'
            b"2026-01-01 12:00:00,123 ERROR [shop.views] <str 16>\r\n"
            b'<str 8> - <str 3> [10/Oct/2000:13:55:36 -0700] "GET <str 10> HTTP/1.0" 200 2326 '
            b'"-" "<str 3>"\n'
            b"Traceback (most recent call last):\n"
            b'  File "/srv/app.py", line 3, in charge\n'
            b"ValueError: <str 16>\n"
            b"<str 16>"
        ) == out
