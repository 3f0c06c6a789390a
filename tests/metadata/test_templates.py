"""Free text survives as the template that the program made it from, and as nothing else."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.errors import RedactorError
from redactor.metadata.collect import as_file, collect
from redactor.metadata.templates import Template, Templates, load_templates, read_form, template_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = """
import logging, warnings
log = logging.getLogger(__name__)

def work(user, size, ok):
    log.info("user %s uploaded %s", user, size)
    log.warning(f"order {user!r} took {size:.2f} s, {{braces}}")
    log.error("failed for {} at {}".format(user, size))
    log.debug("part " + user + " of " + size)
    log.log(20, "done: %(count)d of %(all)d" % {"count": 1, "all": 2})
    warnings.warn(f"old setting {user}", stacklevel=2)
    logger.info("good" if ok else "bad: {}", user)
    structlog_logger.info("user_logged_in", user=user)
    log.info(user)
    log.info("%s", user)
    log.info(f"{user}")
    other("not a message %s", user)
"""
FORMS = [
    "bad: {}",
    "done: {} of {}",
    "failed for {} at {}",
    "good",
    "old setting {}",
    "order {} took {} s, {{braces}}",
    "part {} of {}",
    "user {} uploaded {}",
    "user_logged_in",
]


def _project(folder: Path) -> Path:
    (folder / "src" / ".venv").mkdir(parents=True)
    (folder / "src/shop.py").write_text(SOURCE)
    (folder / "src/.venv/lib.py").write_text('log.info("not ours at all")\n')
    return folder / "src"


def test_all_ways_to_write_a_message_are_collected(tmp_path: Path) -> None:
    """
    Literals, f-strings, ``%``, ``.format``, concatenations and conditions, of calls that log; not
    what has no words of its own, and not what is in folders of others.
    """
    found = collect([_project(tmp_path)])

    assert FORMS == list(found.forms)
    assert (1, ()) == (found.files, found.trouble)


def test_the_file_is_the_same_for_the_same_source(tmp_path: Path) -> None:
    """
    One template a line, in order, wherever the source lies and however often it is read; what is
    read back is what was written.
    """
    source = _project(tmp_path)
    text = as_file(collect([source]).forms)
    path = tmp_path / "t.json"
    path.write_text(text)

    assert text == as_file(collect([source / "shop.py", source]).forms)
    assert len(FORMS) + 5 == len(text.splitlines())
    assert FORMS == [template.form for template in load_templates(path)]


def test_a_file_of_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """
    The others are read all the same.
    """
    source = _project(tmp_path)
    (source / "broken.py").write_text("def (:\n")
    found = collect([source])

    assert [source / "broken.py"] == [path for path, _ in found.trouble]
    assert FORMS == list(found.forms)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 1}',
        '{"schema": 2, "templates": []}',
        '{"schema": 1, "templates": ["{}"]}',
    ],
)
def test_a_file_of_templates_with_a_mistake_stops_the_program(text: str, tmp_path: Path) -> None:
    """
    So does one that is not there: fewer templates than were asked for are no start.
    """
    (tmp_path / "t.json").write_text(text)
    policy = tmp_path / "redactor.toml"
    for name in ("t.json", "none.json"):
        policy.write_text(f'mode = "metadata-only"\n[metadata]\ntemplates = ["{name}"]\n')
        with pytest.raises(RedactorError):
            Redactor(Policy.load(policy))


def _with(tmp_path: Path) -> Redactor:
    path = tmp_path / "t.json"
    path.write_text(as_file(FORMS))
    redactor = Redactor(
        Policy.parse(
            {"mode": "metadata-only", "metadata": {"templates": ["t.json"]}},
            where="test", base=tmp_path,
        )
    )  # fmt: skip
    redactor.mode.sites = None  # type: ignore[attr-defined]  # of the mode
    return redactor


def test_messages_become_their_templates(tmp_path: Path) -> None:
    """
    In records and in lines; what stands in the holes is type and size, also when it holds the words
    of the template or line breaks.
    """
    redactor = _with(tmp_path)
    said = {
        "user ann uploaded a secret text of hers": "user <str 3> uploaded <str 21>",
        "user ann uploaded x uploaded y": "user <str 3> uploaded <str 12>",
        "failed for a\nb at c": "failed for <str 3> at <str 1>",
        "order 'x' took 0.25 s, {braces}": "order <str 3> took <str 4> s, {braces}",
        "good": "good",
        "user_logged_in": "user_logged_in",
        "good grief": "<str 10>",
        "an unknown message": "<str 18>",
    }
    for message, left in said.items():
        assert {"msg": left} == redactor.record({"msg": message})
        assert left == redactor.record({"msg": left})["msg"]
    line = b"2026-01-01 12:00:00,123 INFO shop.views: user ann uploaded her diary\n"
    assert (
        b"2026-01-01 12:00:00,123 INFO shop.views: user <str 3> uploaded <str 9>\n"
        == redactor.lines(line)
    )


def test_with_a_key_an_unknown_text_has_its_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The same text the same, another one another, and nothing of it without the key.
    """
    monkeypatch.setenv("KEY", "0123456789abcdef0123456789abcdef")
    policy = Policy.parse(
        {"mode": "metadata-only", "hmac": {"key_env": "KEY"}}, where="test", base=tmp_path
    )
    redactor = Redactor(policy)
    redactor.mode.sites = None  # type: ignore[attr-defined]  # of the mode
    texts = [
        redactor.record({"msg": text})["msg"] for text in ("some text", "some text", "some texT")
    ]

    assert texts[0] == texts[1] != texts[2]
    assert texts[0].startswith("<str 9 k1:")
    assert texts[0] == redactor.record({"msg": texts[0]})["msg"]
    assert len("<str 9 k1:0123456789abcdef>") == len(texts[0])


def test_a_template_of_holes_alone_is_none() -> None:
    """
    A template has words: what has none would let any text be the content of a hole and say nothing.
    """
    assert template_of([None]) is None
    assert template_of(["", None, ": ", None]) is None
    assert template_of(["a", None]) is None
    assert Template(("to ", "")) == template_of(["to ", None, None])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.text(max_size=6), min_size=1, max_size=5),
    st.lists(st.text(max_size=6), min_size=5, max_size=5),
)
def test_what_a_template_made_is_matched(literals: list[str], holes: list[str]) -> None:
    """
    Whatever is in the holes, the text matches, and puts the same text together again; the form as
    text is the template.
    """
    template = Template(tuple(literals))
    text = template.put(holes[: template.holes])
    found = template.match(text)

    assert found is not None
    assert text == template.put(found)
    read = read_form(template.form)
    assert read is None or template.holes >= read.holes


def test_matching_does_not_go_back() -> None:
    """
    Many templates and long texts made of their words cost no more than looking.
    """
    templates = Templates(
        Template(("start ", *["ab"] * holes, str(holes))) for holes in range(1, 49)
    )
    text = "start " + "ab" * 100_000

    assert templates.match(text, lambda hole: f"<{len(hole)}>") is None


def test_of_two_templates_the_one_with_more_words_is_taken() -> None:
    """
    The order in which they were added does not matter.
    """
    wide, narrow = Template(("user ", "")), Template(("user ", " logged in from ", ""))
    for templates in ([wide, narrow], [narrow, wide]):
        assert "user <3> logged in from <4>" == Templates(templates).match(
            "user ann logged in from here", lambda hole: f"<{len(hole)}>"
        )


@pytest.mark.slow
def test_the_command_writes_and_checks(
    run: Callable[..., tuple[int, bytes, bytes]], tmp_path: Path
) -> None:
    """
    ``collect`` writes the file; with ``--check`` it compares, says what changed, and ends with 1.
    """
    source = _project(tmp_path)
    code, out, _ = run("templates", "collect", "src")
    assert (0, FORMS) == (code, json.loads(out)["templates"])
    assert 0 == run("templates", "collect", "src", "--out", "t.json")[0]
    assert (0, b"") == run("templates", "collect", "src", "--out", "t.json", "--check")[:2]

    (source / "more.py").write_text(textwrap.dedent('log.info("more of it: %s", 1)'))
    code, out, _ = run("templates", "collect", "src", "--out", "t.json", "--check")
    assert 1 == code
    assert b'+  "more of it: {}",' in out
    assert FORMS == json.loads((tmp_path / "t.json").read_text())["templates"]
    assert 2 == run("templates", "collect", "src", "--check")[0]
