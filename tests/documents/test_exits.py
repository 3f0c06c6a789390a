"""Excerpts at the exits of a process, in records, in streams and in the sidecar."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality import prose
from redactor import Policy, PolicyError, Redactor
from redactor.documents import Documents
from redactor.policy import Documents as Keys
from tests.exits.running import run
from tests.strategies import cut, cuts

if TYPE_CHECKING:
    from pathlib import Path

    from redactor.field_types import EngineName

MEMO = "The board has agreed on Tuesday to sell the northern mill for eleven million crowns."
SENTENCE = "agreed on Tuesday to sell the northern mill for"
PROGRAM = """
import logging, sys, warnings
import redactor
from redactor import documents

redactor.install("redactor.toml")
memo = sys.argv[1]
logging.basicConfig(level=logging.INFO)
log = logging.getLogger("app")

class ParseError(Exception):
    pass

def parse(text):
    raise ParseError(f"cannot read {text[10:70]!r}", {"part": [text[4:80].upper()]})

with documents.handling(memo, id="upload-7"):
    try:
        parse(memo)
    except ParseError:
        log.exception("upload failed for %s", memo[8:])
    log.info("body", extra={"body": memo})
    warnings.warn(memo)
    print("after", flush=True)
    if "raise" in sys.argv:
        parse(memo)
log.info("later: %s", memo)
"""


def test_an_exception_that_holds_a_sentence(tmp_path: Path) -> None:
    """
    Message, arguments, traceback and warning leave without it; after the handling it may be logged.
    """
    (tmp_path / "redactor.toml").write_text('[documents]\nstore = "documents"\n')

    ran = run(PROGRAM, tmp_path, MEMO)

    handled, _, later = ran.err.partition("INFO:app:later: ")
    assert ran.code == 0, ran.err
    assert later.strip() == MEMO
    assert "northern" not in handled.lower()
    assert "ParseError" in handled
    assert handled.count("[document registered upload-7 ") >= 4

    ran = run(PROGRAM, tmp_path, MEMO, "raise", code=1)
    assert ran.code == 1
    assert "northern" not in ran.both.lower()
    assert "ParseError" in ran.err


@pytest.mark.slow
def test_what_sentry_is_sent(tmp_path: Path) -> None:
    """
    The envelope of an exception has no word of the sentence, in no variable of a frame either.
    """
    pytest.importorskip("sentry_sdk")
    from tests.exits.sentry.receiver import Receiver

    program = """
    import sys, sentry_sdk, redactor
    from redactor import documents
    redactor.install("redactor.toml")
    sentry_sdk.init(sys.argv[1], traces_sample_rate=1.0)
    memo = sys.argv[2]
    def parse(text):
        part = {"deep": [text]}
        raise ValueError(f"cannot read {text[10:70]!r}")
    documents.register(memo, id="upload-7")
    with sentry_sdk.start_transaction(name="x " + memo):
        sentry_sdk.add_breadcrumb(message=memo)
        try:
            parse(memo)
        except ValueError as error:
            sentry_sdk.capture_exception(error)
    sentry_sdk.flush()
    """
    (tmp_path / "redactor.toml").write_text('[documents]\nstore = "documents"\n')
    receiver = Receiver()
    try:
        ran = run(program, tmp_path, receiver.dsn, MEMO)
        assert ran.code == 0, ran.err
        bodies = b"".join(receiver.bodies)
    finally:
        receiver.close()
    assert b"upload-7" in bodies
    assert b"northern" not in bodies.lower()


def test_the_sidecar_knows_what_the_program_registers(tmp_path: Path) -> None:
    """
    The command with the policy of the store, in a process that was there before the document.
    """
    (tmp_path / "redactor.toml").write_text('[documents]\nstore = "documents"\n')
    filtering = subprocess.Popen(
        [sys.executable, "-m", "redactor", "filter"], cwd=tmp_path,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert filtering.stdin is not None
    assert filtering.stdout is not None
    filtering.stdin.write(b"ready\n")
    filtering.stdin.flush()
    assert filtering.stdout.readline() == b"ready\n"
    documents = Documents()
    documents.open(tmp_path / "documents")
    documents.register(MEMO, id="memo")

    out, _ = filtering.communicate(json.dumps({"msg": MEMO, "n": 1}).encode() + b"\n", timeout=60)

    assert json.loads(out) == {"msg": "[document registered memo 15 words].", "n": 1}


class Point:
    """An object that says a sentence."""

    def __repr__(self) -> str:
        return f"<Point {SENTENCE}>"


def test_records_of_any_depth(documents: Documents, engine_name: EngineName) -> None:
    """
    Keys and values, nested and in objects; what is clean stays the same object.
    """
    documents.register(MEMO, id="memo")
    redactor = Redactor(engine=engine_name, documents=documents)
    record: dict[str, Any] = {
        "a": [{"b": (SENTENCE, 7, None)}], SENTENCE: 1, "bytes": SENTENCE.encode(), "o": Point(),
        "clean": {"x": [1, 2, "fine"]}, "error": ValueError(SENTENCE),
    }  # fmt: skip

    redacted = redactor.record(record)

    assert redacted["a"][0]["b"] == ("[document registered memo 9 words]", 7, None)
    assert "northern" not in repr(redacted)
    assert redacted["clean"] is record["clean"]
    assert record["a"][0]["b"][0] == SENTENCE


def test_json_stays_json(documents: Documents, engine_name: EngineName) -> None:
    """
    Where a document is JSON itself, an excerpt over several strings leaves valid JSON.
    """
    rows = [
        {"name": f"Kroupa {n}", "sum": n * 7.5, "ok": True, "tags": [n, n + 1]} for n in range(9)
    ]
    documents.register(json.dumps(rows), id="rows")
    redactor = Redactor(engine=engine_name, documents=documents)
    line = json.dumps({"msg": "cannot store", "rows": rows[2:5], "id": 4})

    redacted = redactor.text(line)

    assert "Kroupa" not in redacted
    assert json.loads(redacted)["msg"] == "cannot store"
    assert redactor.lines(line.encode() + b"\n") == redacted.encode() + b"\n"
    assert redactor.text(redacted) == redacted


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    documents = Documents()
    documents.open(tmp_path_factory.mktemp("store"))
    documents.register(prose.document(1, 300), id="one")
    documents.register(prose.document(2, 300, "cyrillic"), id="two")
    return documents


@given(data=st.data())
def test_the_output_does_not_depend_on_how_the_input_was_cut(
    filled: Documents, engine_name: EngineName, data: st.DataObject
) -> None:
    """
    C3 and C4, with excerpts over several lines, raw and escaped.
    """
    redactor = Redactor(engine=engine_name, documents=filled)
    words = prose.document(1, 300).split() + prose.document(2, 300, "cyrillic").split()
    lines: list[str] = []
    for _ in range(data.draw(st.integers(1, 5))):
        start, count = data.draw(st.integers(0, 560)), data.draw(st.integers(1, 40))
        part = words[start : start + count]
        gap = data.draw(st.sampled_from([" ", "\n", " ", "\\n", "\r\n", " > "]))
        lines.append(data.draw(st.sampled_from(['{"m":"', "app: ", ""])) + gap.join(part))
    log = ("\n".join(lines) + "\n").encode()

    whole = redactor.lines(log)
    stream = redactor.stream()
    pieces = cut(log, data.draw(cuts(len(log))))
    out = b"".join(map(stream.feed, pieces)) + stream.finish()

    assert out == whole
    assert redactor.lines(whole) == whole


def test_each_action(documents: Documents, engine_name: EngineName) -> None:
    """
    ``drop-field`` and ``drop-record`` do what they say; others are refused.
    """
    documents.register(MEMO, id="memo")
    record = {"a": 1, "b": SENTENCE}

    def redacted(action: str) -> Any:
        policy = Policy(actions={"registered-document": action})  # type: ignore[dict-item]  # an action
        return Redactor(policy, engine=engine_name, documents=documents).record(record)

    assert redacted("tag") == {"a": 1, "b": "[document registered memo 9 words]"}
    assert redacted("drop-field") == {"a": 1}
    assert redacted("drop-record") is None
    with pytest.raises(PolicyError, match="the marker of an excerpt"):
        Policy(actions={"registered-document": "mask"}).check()


def test_the_policy_opens_the_store(tmp_path: Path) -> None:
    """
    With its numbers; a shape that makes no sense is refused.
    """
    keys = Keys(store="here", words=5, characters=9, expires="2h")
    redactor = Redactor(Policy(documents=keys, base=str(tmp_path)))
    redactor.documents.register("five short words are this document", id="a")
    assert redactor.text("x: FIVE short words, are\nthis") == "x: [document registered a 5 words]"
    (known,) = redactor.documents.list()
    assert known.expires == pytest.approx(known.added + 7200, abs=1)
    with pytest.raises(PolicyError, match="less than words"):
        Policy(documents=Keys(words=20)).check()


def test_an_id_that_says_too_much_is_not_shown(documents: Documents) -> None:
    """
    Markers show ids of letters, digits and three signs; of others a fingerprint, always the same.
    """
    documents.register(MEMO, id="Letter to Ludmila Novotná.docx")
    redactor = Redactor(documents=documents)
    first, second = redactor.text(MEMO), redactor.text(SENTENCE)
    assert "Ludmila" not in first
    assert first.split()[2] == second.split()[2]
    assert len(first.split()[2]) == 12


def test_nothing_of_a_document_is_logged_or_shown(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    """
    C6: no repr, no error and no line of ours has a word of it.
    """
    caplog.set_level(logging.DEBUG)
    documents.register(MEMO, id="memo")
    Redactor(documents=documents).text(MEMO)
    shown = f"{documents!r} {documents.store!r} {documents.store.reader!r} {documents.list()!r}"
    assert "mill" not in shown + caplog.text
