"""Where a leak is told to be: line, field, logger; whatever the file's size and the cuts in it."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.leakage.files import Limits, check, chunks, scanning
from redactor.leakage.files.json_lines import fields_at
from redactor.leakage.files.shapes import shape_of
from tests.leakage.check.conftest import CLEAN, LINE, SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor.leakage.leaks import Report
    from tests.leakage.check.conftest import Done

KEY = (
    b"-----BEGIN RSA " + b"PRIVATE KEY-----\n"
    b"MIIEpAIBAAKCAQEA0m3Tq0J3mXW9Yk3Xw9c1n7yD2bqkq0h2Yy1b8n5w3r6e9t2u\n"
    b"5v8x1z4A7D0G3J6M9P2S5V8Y1b4e7h0k3n6q9t2w5z8C1F4I7L0O3R6U9X2a5d8g\n"
    b"-----END RSA " + b"PRIVATE KEY-----\n"
)
FORM = b'Content-Disposition: form-data; name="password"\r\n\r\n' + SECRET.encode() + b"\r\n--x\r\n"
PIECES = [
    CLEAN,
    LINE,
    KEY,
    FORM,
    b"\n",
    b'{"level": "info", "user": {"password": "' + SECRET.encode() + b'"}}\n',
    b"card 4111 1111 1111 1111 and token=3f9a7c21e8b04d56 in one line\n",
    "Grüße, 日本語\n".encode(),
    b"\xff\xfe\x00 no text\n",
]


def told(report: Report) -> list[tuple[Any, ...]]:
    return [
        (leak.rule, leak.site.line, leak.count, leak.content, leak.field, leak.sample)
        for leak in report.leaks
    ]


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(Policy(actions={"default": "tag"}))


@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=24),
    size=st.integers(30, 400),
    workers=st.integers(1, 3),
    ended=st.booleans(),
)
def test_the_cuts_in_a_file_and_the_threads_change_nothing(
    redactor: Redactor,
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[bytes],
    size: int,
    workers: int,
    ended: bool,  # noqa: FBT001  # hypothesis passes by name
) -> None:
    """
    A file that is cut into chunks, looked at beside each other, gives what it gives in one piece.
    """
    path = tmp_path_factory.getbasetemp() / "cut.log"
    data = b"".join(pieces)
    path.write_bytes(data if ended else data[:-1])
    whole = check([str(path)], redactor, limits=Limits(workers=1))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "SIZE", size)
        patch.setattr(chunks, "_BACK", size // 3)
        cut = check([str(path)], redactor, limits=Limits(workers=workers))

    assert told(whole) == told(cut)
    assert (whole.records, whole.bytes) == (cut.records, cut.bytes)
    assert SECRET not in repr(cut)


def test_each_secret_is_told_with_its_line(folder: Path, run: Callable[..., Done]) -> None:
    """
    Lines are counted from 1, over chunks, keys and forms of several lines.
    """
    (folder / "a.log").write_bytes(CLEAN * 20_000 + KEY + LINE + CLEAN + FORM + KEY)

    assert [
        "a.log:20001 private-key",
        "a.log:20005 password",
        "a.log:20009 password",
    ] == run("a.log").places
    assert [2, 1, 1] == [leak["count"] for leak in run("a.log").report["leaks"]]


def test_a_line_of_many_megabytes_is_looked_at_in_bounded_pieces(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    Secrets anywhere in a long line are found once each, and lines after it keep their numbers.
    """
    filler = b"a " * 600_000
    secrets = [f"password={SECRET}{n} ".encode() for n in range(4)]
    edge = b"b" * ((1 << 20) - 8) + b" "  # a secret across the edge of a window
    line = filler + secrets[0] + filler + secrets[1] + filler + secrets[2] + b"\n"
    (folder / "a.log").write_bytes(CLEAN + line + edge + secrets[3] + filler + b"\n" + LINE)

    done = run("a.log")

    counts = dict.fromkeys((2, 3, 4), 0)
    for leak in done.report["leaks"]:
        counts[leak["site"]["line"]] += leak["count"]
    assert {2: 3, 3: 1, 4: 1} == counts
    assert 4 == done.report["records"]


_NAMES = st.text(min_size=1, max_size=6).filter(lambda name: "\ud7ff" >= max(name))
_NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=12,
)


def _leaves(value: Any, path: str = "") -> list[tuple[str, list[Any]]]:
    """Return the path of each leaf, and the container and key to plant something there."""
    found: list[tuple[str, list[Any]]] = []
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        name = f"{path}.{key}" if path else key
        step = name if isinstance(value, dict) else f"{path}[{key}]"
        if isinstance(inner, (dict, list)):
            found += _leaves(inner, step)
        else:
            found.append((step, [value, key]))
    return found


@given(record=st.dictionaries(_NAMES, _NESTED, min_size=1, max_size=4), data=st.data())
def test_the_field_of_any_place_in_a_json_record_is_told(
    record: dict[str, Any], data: st.DataObject
) -> None:
    """
    Wherever a value stands in a record, its keys and indices are told.
    """
    leaves = _leaves(record)
    if not leaves:
        return
    path, (container, key) = data.draw(st.sampled_from(leaves))
    container[key] = "<here>"
    text = json.dumps(record, ensure_ascii=data.draw(st.booleans())).encode()

    assert [path] == fields_at(text, [text.index(b'"<here>"') + 1])


@given(st.binary(max_size=80), st.lists(st.integers(0, 80), max_size=4))
def test_the_field_of_a_place_in_anything_else_is_some_text(
    text: bytes, offsets: list[int]
) -> None:
    """
    A text that is no JSON raises nothing.
    """
    assert len(offsets) == len(fields_at(text, sorted(offsets)))


@pytest.mark.parametrize(
    ("line", "field", "logger"),
    [
        ('{"password": "%s"}', "password", ""),
        ('{"user": {"auth": [{"password": "%s"}]}}', "user.auth[0].password", ""),
        ('{"logger": "shop.pay", "msg": "password=%s"}', "msg", "shop.pay"),
        ('{"pathname": "/app/pay.py", "lineno": 7, "password": "%s"}', "password", "/app/pay.py:7"),
        ('{"caller": "pay/pay.go:31", "password": "%s"}', "password", "pay/pay.go:31"),
        ('{"name": "shop", "levelname": "INFO", "message": "password=%s"}', "message", "shop"),
        ('{"name": "Zoe Sato", "password": "%s"}', "password", ""),
        ('{"log": "password=%s\\n", "stream": "stderr", "time": "2026-11-22T08:41Z"}', "log", ""),
        ('web-1  | {"code.file.path": "a.py", "password": "%s"}', "password", "a.py"),
        ('2026-11-22T08:41:41Z stdout F {"password": "%s"}', "password", ""),
        ('{"a": 1} and password=%s', "", ""),
        ("{password=%s}", "", ""),
    ],
)
def test_json_lines_tell_field_and_logger(
    line: str, field: str, logger: str, folder: Path, run: Callable[..., Done]
) -> None:
    """
    Of a record, also behind the prefix of a container runtime, the field is told, and who logged.
    """
    (folder / "a.log").write_text(line % SECRET + "\n")

    (leak,) = run("a.log").report["leaks"]

    assert (field, logger) == (leak["field"], leak["logger"])


def entry(cursor: int, *fields: str, blob: bytes = b"") -> bytes:
    """Return an entry of an export of the journal; *blob* is its message in the form for bytes."""
    lines = [f"__CURSOR=s=1;i={cursor}", f"__REALTIME_TIMESTAMP=179{cursor:013}", *fields]
    message = b"MESSAGE\n" + len(blob).to_bytes(8, "little") + blob + b"\n" if blob else b""
    return "\n".join(lines).encode() + b"\n" + message + b"_PID=7\n\n"


def test_exports_of_the_journal_tell_field_and_unit(
    folder: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Of ``journalctl -o export`` the field is told, and file and line of the code or the unit.
    """
    secret = f"password={SECRET}"
    quiet = entry(0, "_SYSTEMD_UNIT=quiet.service", "MESSAGE=all is well")
    journal = (
        quiet
        + entry(1, "_SYSTEMD_UNIT=shop.service", f"MESSAGE=login {secret}")
        + entry(2, "CODE_FILE=src/pay.c", "CODE_LINE=41", f"MESSAGE=pay {secret}")
        + quiet * 300
        + entry(3, "SYSLOG_IDENTIFIER=cron", f"SHOP_ARGS=--x {secret}", "MESSAGE=ran")
        + entry(4, "_SYSTEMD_UNIT=web.service", blob=f"first\n\n__CURSOR\n{secret}\n".encode())
    )
    (folder / "a.export").write_bytes(journal)

    for size in (1 << 18, 4096, 700):
        monkeypatch.setattr(chunks, "SIZE", size)
        leaks = run("a.export").report["leaks"]

        assert [
            ("MESSAGE", "shop.service"),
            ("MESSAGE", "src/pay.c:41"),
            ("SHOP_ARGS", "cron"),
            ("MESSAGE", "web.service"),
        ] == [(leak["field"], leak["logger"]) for leak in leaks], size


def test_lines_of_one_call_are_one_leak(folder: Path, run: Callable[..., Done]) -> None:
    """
    What differs by user, time, number and id is one leak that was seen often.
    """
    pick = random.Random(5)
    lines = [
        f"2026-11-{day:02} 08:41:{pick.randrange(60):02} INFO shop.login:124 user=u{pick.random()} "
        f"from 10.0.0.{day} password={SECRET}{day}\n"
        for day in range(1, 29)
    ]
    (folder / "a.log").write_text("".join(lines))

    (leak,) = run("a.log").report["leaks"]

    assert 28 == leak["count"]


def test_leaks_beyond_what_a_report_holds_are_counted(
    folder: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Memory is bounded by the number of different leaks; none goes uncounted.
    """
    monkeypatch.setattr("redactor.leakage.files.tally._MOST", 5)
    words = ["amber", "birch", "cedar", "dune", "elm", "fern", "grove", "heath", "iris"]
    (folder / "a.log").write_text("".join(f"{word} password={SECRET}\n" for word in words))

    report = run("a.log").report

    assert 9 == sum(leak["count"] for leak in report["leaks"])
    assert 6 == len(report["leaks"])
    assert "4 are counted by rule and file only" in report["notes"][0]


def test_the_work_on_a_line_full_of_secrets_is_linear(
    folder: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Of one line with thousands of secrets the end is looked for once, and the record redacted once.
    """
    secrets = 4000
    (folder / "a.log").write_bytes(f"password={SECRET} ".encode() * secrets + b"\n" + CLEAN)
    calls: list[int] = []
    line_end = scanning._line_end

    def counted(data: bytes, at: int) -> int:
        calls.append(at)
        return line_end(data, at)

    monkeypatch.setattr(scanning, "_line_end", counted)

    leaks = run("a.log").report["leaks"]

    assert secrets == sum(leak["count"] for leak in leaks)
    assert 1 == len(calls)


@given(st.text(alphabet="a=1'\"@ .[", max_size=900))
def test_the_shape_of_a_text_is_that_of_its_start(text: str) -> None:
    """
    However long a word is, its shape is taken from a bounded part of it.
    """
    assert shape_of(text) == shape_of(text[:400])
