"""Bodies of documents go, their type and size stay, and so does all that is around them."""

from __future__ import annotations

import base64
import json
import random
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality.document_shapes import STREAMED
from bench.quality.document_texts import FILES, TEXTS
from bench.quality.long_records import LONG_RECORDS
from redactor import Policy, Redactor
from redactor.markers import MARKER, document_marker, is_marker, marker_end
from redactor.policy import Exemption, Hmac
from tests.strategies import cut, cuts

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

KEY = "0123456789abcdef0123456789abcdef"
LINES = {kind: make(random.Random(f"lines {kind}"))[1].encode() for kind, make in STREAMED.items()}
PAGE = TEXTS["html page"](random.Random("page"))
LETTER = TEXTS["letter"](random.Random("letter"))
#: Where the body stands in a record, and what is left around it.
RECORDS: dict[str, tuple[Callable[[str], str], str]] = {
    "JSON": (lambda body: json.dumps({"id": 7, "v": body, "ok": True}), '{"id": 7, "v": "'),
    "JSON in JSON": (
        lambda body: json.dumps({"m": json.dumps({"id": 7, "v": body, "n": 1})}),
        '{"m": "{\\"id\\": 7, \\"v\\": \\"',
    ),
    "logfmt": (lambda body: f"level=info v={json.dumps(body)} ms=12", 'level=info v="'),
    "Python repr": (lambda body: f"got {{'id': 7, 'v': {body!r}}}", "got {'id': 7, 'v': "),
}


@pytest.fixture(scope="module")
def redactor(engine_name: EngineName) -> Redactor:
    """The ``standard`` preset with the pack."""
    return Redactor(Policy(packs=("documents",)), engine=engine_name)


@pytest.fixture(scope="module")
def strict(engine_name: EngineName) -> Redactor:
    """The ``strict`` preset with the pack."""
    return Redactor(Policy(preset="strict", packs=("documents",)), engine=engine_name)


def _redacted(redactor: Redactor, lines: bytes, places: list[int]) -> bytes:
    stream = redactor.stream()
    return b"".join([*map(stream.feed, cut(lines, places)), stream.finish()])


@pytest.mark.parametrize("form", RECORDS)
@pytest.mark.parametrize(
    ("body", "kind"), [(PAGE, "text/html"), (LETTER, "text/plain")], ids=["page", "letter"]
)
def test_the_smallest_piece_that_is_a_document_goes_and_the_rest_stays(
    redactor: Redactor, form: str, body: str, kind: str
) -> None:
    """
    In a record of JSON, logfmt or Python the value goes, and the record can still be read.
    """
    write, head = RECORDS[form]

    out = redactor.text(write(body))

    assert out.startswith(head)
    assert re.search(rf"\[document {kind} [0-9]+ KB\]", out)
    assert not any(word in out for word in body.split() if len(word) > 12)
    if form.startswith("JSON"):
        json.loads(out)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_in_base64_says_what_it_is_and_its_own_size(redactor: Redactor, kind: str) -> None:
    """
    The marker has the media type of the file and its size before it was encoded.
    """
    file = FILES[kind](random.Random(kind))

    out = redactor.text(f"stored {base64.b64encode(file).decode()} as 7")

    assert out.startswith("stored [document ")
    assert out.endswith("] as 7")
    named = {"docx": "wordprocessingml", "xlsx": "spreadsheetml", "odt": "opendocument.text"}
    assert named.get(kind, kind) in out
    size, unit = re.findall(r" ([0-9]+) (B|KB)\]", out)[0]
    assert abs(int(size) * (1 if unit == "B" else 1000) - len(file)) <= max(500, 3)


@pytest.mark.parametrize("kind", LINES)
def test_a_cut_at_every_line_and_in_the_middle_changes_nothing(
    redactor: Redactor, kind: str
) -> None:
    """
    A document over many lines leaves one marker, however its lines came (C4), and once only (C3).
    """
    lines = LINES[kind]
    expected = redactor.lines(lines)
    starts = [at + 1 for at in range(len(lines)) if lines[at : at + 1] == b"\n"]

    assert expected.count(b"[document ") == 1
    assert expected.endswith(b"2026-11-27 10:12:14,001 INFO shop.reader stored 7\n")
    assert expected == _redacted(redactor, lines, starts)
    assert expected == _redacted(redactor, lines, [start + 3 for start in starts[:-1]])
    assert expected == redactor.lines(expected)


@given(data=st.data())
def test_no_way_of_cutting_documents_changes_the_output(
    redactor: Redactor, data: st.DataObject
) -> None:
    """
    Documents, lines of logs and secrets in any order, cut at any places, come out the same (C4).
    """
    pieces = data.draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14))
    lines = b"".join(pieces)
    places = data.draw(cuts(len(lines)))

    expected = _redacted(redactor, lines, [])
    assert expected == _redacted(redactor, lines, places)
    assert expected == redactor.lines(expected)


PIECES = [
    b"2026-11-27 10:12:13 INFO a <!DOCTYPE html>\n", b"<html>\n", b"<p>two nights</p>\n",
    b"</html>\n", b"</html> tail\n", b"\n", b"\r\n", b"2026-11-27 10:12:14 INFO done\n",
    b"password=hunter2zz\n", b"4111 1111 1111 1111\n", b'<?xml version="1.0"?>\r\n', b"</a>\n",
    b"MIME-Version: 1.0\n", b"To: Bo\n", b"{\\rtf1\n", b"}\n", b"WEBVTT\n", b'{"a": 1}\n', b"<svg ",
    b"-----BEGIN RSA PRIVATE KEY-----\n", b"MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BF\n",
    b"-----END RSA PRIVATE KEY-----\n", b"[document text/html 3 KB]\n", b"[redacted:card]", b"x",
    b'Content-Disposition: form-data; name="title"\r\n', b"--x--\r\n", b"%PDF-1.7\n", b"%%EOF\n",
    b'Content-Disposition: form-data; name="password"\r\n', b"JVBERi0" + b"A1b2" * 15 + b"\n",
    b"password=<html>\n", LETTER.replace("\n", " ").encode() + b"\n",
]  # fmt: skip


def test_a_page_that_is_cut_off_hides_no_log(redactor: Redactor) -> None:
    """
    A page without an end goes as far as the next line of a log.
    """
    out = redactor.lines(b"10 <!DOCTYPE html>\n<p>two\n2026-11-27 10:12:14 INFO done\n")

    assert out == b"10 [document text/html 22 B]\n2026-11-27 10:12:14 INFO done\n"


def test_equal_documents_have_equal_fingerprints(
    engine_name: EngineName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With a key the marker ends in a fingerprint, that of the whole document also in a stream.
    """
    monkeypatch.setenv("LOG_KEY", KEY)
    redactor = Redactor(
        Policy(packs=("documents",), hmac=Hmac(key_env="LOG_KEY")), engine=engine_name
    )
    page = PAGE.rstrip("\n")

    whole = MARKER.findall(redactor.text(json.dumps({"v": page.replace("\n", "")})))
    again = MARKER.findall(redactor.text(f"v={json.dumps(page.replace(chr(10), ''))}"))
    data = f"{page}\n2026-11-27 10:12:14 INFO done\n".encode()
    streamed = {
        MARKER.findall(_redacted(redactor, data, places).decode())[0]
        for places in ([], [20], list(range(1, len(data), 7)))
    }

    assert whole == again
    assert re.fullmatch(r"\[document text/html [0-9]+ KB k1-[0-9a-f]{16}\]", whole[0])
    assert len(streamed) == 1
    assert is_marker(streamed.pop())


@pytest.mark.parametrize("action", ["tag", "mask", "drop-field", "drop-record"])
def test_other_actions_hold_for_documents_of_many_lines(
    build: Callable[..., Redactor], action: str
) -> None:
    """
    What a policy chooses in place of the summary is what a document leaves, however it came.
    """
    redactor = build(packs=("documents",), actions={"document-lines": action})
    lines = b"ok\n<html>\n<p>two nights</p>\n</html>\nend\n"
    left = b"" if action == "drop-record" else b"[redacted:document-lines]\n"

    assert redactor.lines(lines) == b"ok\n" + left + b"end\n"
    assert _redacted(redactor, lines, list(range(1, len(lines)))) == b"ok\n" + left + b"end\n"


@pytest.mark.parametrize(
    "text",
    [
        document_marker("application/pdf", 18_300),
        document_marker("text/plain", 0),
        document_marker("image/svg+xml", 5_000_000_000, "k1-0123456789abcdef"),
    ],
)
def test_a_marker_is_opaque(strict: Redactor, text: str) -> None:
    """
    No rule finds anything in a marker, wherever it stands, and it is known again.
    """
    assert marker_end(text.encode(), 0, len(text)) == len(text)
    assert is_marker(text)
    for around in ("{}", "password={}", '{{"body": "{}"}}', "token={}{}", "Cookie: {}", "pin {} x"):
        line = around.format(text, text)
        assert strict.text(line) == line


def test_what_only_looks_like_a_marker_hides_nothing(redactor: Redactor) -> None:
    """
    A card in what is no whole marker is found.
    """
    for text in ("[document 4111111111111111 B]", "[document text/plain 4111111111111111 KB]"):
        assert "4111111111111111" not in redactor.text(text)


@pytest.mark.parametrize("kind", sorted(LONG_RECORDS))
def test_long_records_that_are_no_documents_stay(redactor: Redactor, kind: str) -> None:
    """
    Tracebacks, statements, configuration, metrics and the like stay as they are.
    """
    for number in range(8):
        text = LONG_RECORDS[kind](random.Random(f"{kind} {number}"))

        assert "[document " not in redactor.text(text)
        assert b"[document " not in redactor.lines(text.encode())


def test_a_short_value_under_the_name_of_a_body_stays(redactor: Redactor) -> None:
    """
    ``content: ok`` is no document, a long value under this key is one; a statement is none.
    """
    statement = "SELECT " + "a.id, " * 60 + "a.n FROM a"

    assert redactor.record({"content": "ok"}) == {"content": "ok"}
    assert redactor.record({"query_text": statement}) == {"query_text": statement}
    assert is_marker(redactor.record({"responseBody": "0x7f," * 60})["responseBody"])
    assert is_marker(redactor.record({"gen_ai.prompt.0.content": "Is it my heart?"}).popitem()[1])


def test_a_quote_that_ends_a_message_ends_the_body_in_it(redactor: Redactor) -> None:
    """
    ``"message": "request body: b'a=1'"`` is short, and the fields behind it are none of it.
    """
    behind = {f"field_{number}": "a value of its own" for number in range(20)}
    line = json.dumps({"message": "request body: b'page=3&sort=name'", **behind})

    assert line == redactor.text(line)


def test_an_exception_lets_a_field_pass_that_reads_like_a_document(engine_name: EngineName) -> None:
    """
    By the path of the field, or by a pattern in text; others of the same kind go.
    """
    rules = ("document-field", "document-prose")
    field = Exemption(reason="written by us", rules=rules, path="release.text")
    text = Exemption(reason="written by us", rules=rules, pattern=r"Release notes[\s\S]*")
    policy = Policy(packs=("documents",), exceptions=(field, text))
    policy.check()
    redactor = Redactor(policy, engine=engine_name)
    notes = f"Release notes. {LETTER}"[:2000]

    letter = LETTER.strip()
    record = redactor.record({"release": {"text": letter, "letter": letter}})
    assert record["release"]["text"] == letter
    assert is_marker(record["release"]["letter"])
    assert redactor.text(notes) == notes
    assert redactor.text(LETTER) != LETTER


def test_a_policy_switches_off_the_whole_pack(engine_name: EngineName) -> None:
    """
    ``disable = ["documents"]`` is all of its rules, and no other.
    """
    policy = Policy(packs=("documents",), disable=("documents",))
    policy.check()
    redactor = Redactor(policy, engine=engine_name)

    assert redactor.text(PAGE) == PAGE
    assert repr(redactor) == repr(Redactor(engine=engine_name))
    assert "[redacted:" in redactor.text("password=hunter2-Zx9")


def test_a_chain_of_a_hundred_exceptions_stays(redactor: Redactor) -> None:
    """
    Sentences that errors say are no prose, however many there are: a name with a colon is between.
    """
    for head in ("ValueError", "Caused by", "ERROR", "7", "[cause]"):
        said = f"{head}: the order could not be saved because its worker was closed\n"

        assert said * 100 == redactor.text(said * 100)


def test_what_fills_and_what_draws_is_no_prose(redactor: Redactor) -> None:
    """
    One word over and over, a row of one character under the name of a body, and boxes stay.
    """
    row = "│ │ " + "─" * 60 + " │ a value \u2502\n"
    for text in ("word " * 400, row * 20, json.dumps({"error": row * 20})):
        assert text == redactor.text(text)
    assert redactor.record({"text": "x" * 300}) == {"text": "x" * 300}


def test_a_line_of_a_log_under_the_name_of_a_body_stays(redactor: Redactor) -> None:
    """
    Loguru puts the line that it would write to a file under ``text``.
    """
    line = "2026-11-27 10:12:13.482 | INFO | shop:load:41 - loaded " + "cart=1, " * 30

    assert redactor.record({"text": line}) == {"text": line}


_EXITS = """
import io, json, logging, sys
import redactor, sentry_sdk
from opentelemetry.sdk.trace import TracerProvider, export
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
letter, page = json.load(sys.stdin)
sent = []
class Transport(sentry_sdk.transport.Transport):
    def capture_envelope(self, envelope):
        sent.append(envelope.serialize().decode())
handler = logging.StreamHandler(io.StringIO())
logger = logging.getLogger("documents")
logger.addHandler(handler)
spans = InMemorySpanExporter()
provider = TracerProvider()
redactor.install(redactor.Policy(packs=("documents",)))
provider.add_span_processor(export.SimpleSpanProcessor(spans))
sentry_sdk.init(dsn="https://k@localhost/1", transport=Transport, default_integrations=False)
logger.error("reply %s", letter)
with provider.get_tracer("t").start_as_current_span("s") as span:
    span.set_attribute("gen_ai.completion", letter)
    span.set_attribute("reply", page)
sentry_sdk.capture_event({"message": "m", "extra": {"reply": letter}})
sentry_sdk.flush()
attributes = dict(spans.get_finished_spans()[0].attributes)
json.dump([handler.stream.getvalue(), str(attributes), *sent], sys.stdout)
"""


def test_a_body_leaves_by_no_exit() -> None:
    """
    A handler of ``logging``, an envelope of Sentry and a span of OpenTelemetry get the summary.
    """
    pytest.importorskip("sentry_sdk")
    pytest.importorskip("opentelemetry.sdk.trace")
    # What Sentry changes in a process stays changed.
    run = subprocess.run(
        [sys.executable, "-c", _EXITS],
        input=json.dumps([LETTER, PAGE]),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    outputs = json.loads(run.stdout)

    assert len(outputs) >= 3
    for output in outputs:
        assert "[document text/" in output
        assert not any(line in output for line in LETTER.split("\n") if len(line) > 40)
