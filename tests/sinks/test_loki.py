from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import InputError, MissingExtraError
from redactor.sinks import DeliveryError, LokiSink, SinkOptions, open_sink
from redactor_sinks.delivery import Delivered, Entry, Refused, Retry, Split
from redactor_sinks.loki import LokiExporter
from redactor_sinks.loki.limits import clean_attributes, clean_labels
from redactor_sinks.loki.wire import GzipJson, SnappyProtobuf
from tests.sinks.fault_server import Fault, PushRequest, _json, _labels, _protobuf, serving, status

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.fault_server import FaultServer

FORMS = ["protobuf", "json"]
_each_form = pytest.mark.parametrize("encoding", FORMS)


def sink_for(loki: FaultServer, **settings: Any) -> LokiSink:
    labels, tenant = settings.pop("labels", None), settings.pop("tenant", "")
    return LokiSink(loki.url, labels=labels, tenant=tenant, **settings)


# Lines.


@_each_form
def test_lines_arrive_in_order_with_rising_times(loki: FaultServer, encoding: Any) -> None:
    """
    Every line arrives once, in order, with a time of its own in nanoseconds.
    """
    before = time.time_ns()
    sink = sink_for(loki, labels={"job": "shop", "env": "test"}, encoding=encoding)
    sink.write(b"one\ntwo\r\n\nthr")
    sink.write(b"ee\nlast")
    sink.close()

    assert ["one", "two", "", "three", "last"] == loki.lines
    times = [at for _, at, _ in loki.entries]
    assert sorted(set(times)) == times
    assert before <= times[0] <= times[-1] <= time.time_ns()
    assert {'{"env": "test", "job": "shop"}'} == {labels for labels, _, _ in loki.entries}


def test_equal_lines_are_all_kept(loki: FaultServer) -> None:
    """
    Loki drops exact repeats, so equal lines differ by their time.
    """
    sink = sink_for(loki)
    sink.write(b"same\n" * 5000)
    sink.close()

    assert ["same"] * 5000 == loki.lines
    assert 0 == loki.repeats


@_each_form
def test_batches_stay_below_a_mebibyte(loki: FaultServer, encoding: Any) -> None:
    """
    A batch has less than a mebibyte before packing, whatever the lines hold.
    """
    sink = sink_for(loki, encoding=encoding)
    for _ in range(10):
        sink.write(b'{"level":"info","text":"\\u00e9 \xc3\xa9 \x01\x01\x01\x01"}\n' * 2500)
    sink.close()

    assert 25_000 == len(loki.lines)
    assert len(loki.requests) > 1
    assert max(len(body) for _, body in loki.requests) < 1 << 20


def test_nothing_is_pushed_when_there_is_nothing(loki: FaultServer) -> None:
    """
    Loki answers 422 to an empty push: none is sent.
    """
    sink = sink_for(loki)
    sink.write(b"")
    sink.flush()
    sink.close()

    assert [] == loki.requests


def test_flush_sends_whole_lines_only(loki: FaultServer) -> None:
    """
    A line that has not ended yet waits for its end, a flush in between or not.
    """
    sink = sink_for(loki)
    sink.write(b"one\ntw")
    sink.flush()
    assert ["one"] == loki.wait(1)
    sink.write(b"o\n")
    sink.close()

    assert ["one", "two"] == loki.lines


def test_a_line_waits_for_company_but_not_for_ever(loki: FaultServer) -> None:
    """
    Lines that come within a second go out together, although nobody calls flush.
    """
    sink = sink_for(loki)
    for number in range(20):
        sink.write(b"%d\n" % number)
    assert 20 == len(loki.wait(20))
    assert len(loki.requests) <= 2  # the first line may find the worker awake
    sink.close()


@pytest.mark.parametrize("extra", [0, 1, 5_000_000])
def test_long_lines_are_cut_with_a_mark(loki: FaultServer, extra: int) -> None:
    """
    Loki takes lines of 262,144 bytes; longer ones are cut, say so, and do not harm the others.
    """
    long = b"\xc3\xa9" * 131_072 + b"x" * extra
    sink = sink_for(loki)
    for piece in (b"before\n" + long[:1000], long[1000:-3], long[-3:] + b"\nafter\n"):
        sink.write(piece)
    sink.close()

    before, line, after = loki.lines
    assert ("before", "after") == (before, after)
    if extra:
        mark = f" [cut by redactor: the line has {len(long)} bytes]"
        assert line.endswith(mark)
        assert long.decode().startswith(line.removesuffix(mark))
        assert 262_140 < len(line.encode()) <= 262_144
    else:
        assert long.decode() == line


@_each_form
def test_bytes_that_are_no_text_do_not_poison_the_batch(loki: FaultServer, encoding: Any) -> None:
    """
    I6, F4: invalid UTF-8 and lone surrogates become U+FFFD; NUL and control characters stay.
    """
    sink = sink_for(loki, encoding=encoding)
    sink.write(b"good\n\xff\xfe bad\n\xed\xa0\x80 lone\nnul \0 esc \x1b[0m\n")
    sink.emit(b"x", attributes=[("k\ud800", "v\udfff")], labels={"l": "\ud800"})
    sink.close()

    assert [
        "good",
        "\ufffd\ufffd bad",
        "\ufffd\ufffd\ufffd lone",
        "nul \0 esc \x1b[0m",
        "x",
    ] == loki.lines
    assert {204} == set(loki.statuses)


# The request.


def test_a_push_has_one_stream_is_packed_and_names_the_tenant(loki: FaultServer) -> None:
    """
    The request has the headers that Loki wants, and one stream: with more, a 204 proves nothing.
    """
    for encoding, kind, packed in (
        ("protobuf", "application/x-protobuf", None),
        ("json", "application/json", "gzip"),
    ):
        sink = sink_for(loki, tenant="team-a", encoding=encoding)
        sink.write(b"x\n")
        sink.close()
        headers, body = loki.requests[-1]

        assert kind == headers["Content-Type"]
        assert packed == headers.get("Content-Encoding")
        assert "team-a" == headers["X-Scope-Orgid"]
        streams = _json(body) if encoding == "json" else _protobuf(kind, body)
        ((labels, [(_, line, _)]),) = streams
        assert ({"job": "redactor"}, "x") == (labels, line)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(
    st.dictionaries(st.from_regex("[a-z_]{1,9}", fullmatch=True), texts, min_size=1, max_size=5),
    st.lists(
        st.tuples(st.integers(0, 2**62), texts, st.dictionaries(texts, texts, max_size=3)),
        min_size=1,
        max_size=6,
    ),
)
def test_both_forms_say_the_same(labels: dict[str, str], given_: list[Any]) -> None:
    """
    What Google's library reads from our protobuf, and Python from our JSON, is what went in.
    """
    stream = json.dumps(labels, ensure_ascii=False)
    entries = [Entry(at, stream, text.encode(), tuple(more.items())) for at, text, more in given_]
    expected = [(labels, [(at, text, more) for at, text, more in given_])]

    raw = SnappyProtobuf(bytes).body(stream, entries)
    assert expected == _protobuf("application/x-protobuf", raw)
    assert expected == _json(GzipJson().body(stream, entries))
    message = PushRequest()
    message.ParseFromString(raw)
    assert labels == _labels(message.streams[0].labels)


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        (204, b"", Delivered()),
        (200, b"", Delivered()),
        (200, b"<html>", Refused("the answer is not Loki's", "Check the address: something else "
                                 "answers")),
        (302, b"", Refused("status 302", "Check the address")),
        (400, b"entry for stream has timestamp too old: secret", Split("too old for Loki")),
        (400, b"secret", Split("status 400")),
        (401, b"", Refused("status 401", "Check the credentials and the tenant")),
        (404, b"", Refused("status 404", "Check the address")),
        (408, b"", Retry("status 408")),
        (413, b"", Split("status 413")),
        (429, b"", Retry("status 429", None, "stream")),
        (500, b"secret", Split("status 500", certain=False)),
        (502, b"", Retry("status 502")),
        (503, b"", Retry("status 503")),
        (504, b"", Retry("status 504")),
    ],
)  # fmt: skip
def test_each_answer_has_its_outcome(code: int, body: bytes, expected: Any) -> None:
    """
    What Loki was measured to mean by an answer; nothing of its body is in ours.
    """
    from redactor_sinks.http import Answer
    from redactor_sinks.loki.exporter import _outcome

    assert expected == _outcome(Answer(code, {}, body))


# Labels and metadata.


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=40))
def test_labels_of_records_are_made_fit(labels: dict[str, str]) -> None:
    """
    Whatever a record brings as labels, Loki takes what comes out of it.
    """
    from tests.sinks.fault_server import _labels_in_order

    found = clean_labels(labels, {"job": "shop"})

    assert "job" in found
    assert _labels_in_order(found)


def test_long_labels_are_cut() -> None:
    """
    Names are cut to 1,024 bytes and values to 2,048, at a whole character.
    """
    ((name, value),) = clean_labels({"ä-" + "x" * 2000: "é" * 2000}, {}).items()

    assert ("__" + "x" * 1022, "é" * 1024) == (name, value)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=5))
def test_metadata_is_made_fit(attributes: list[tuple[str, str]]) -> None:
    """
    Names are those that Loki knows, values are text.
    """
    found = clean_attributes(attributes)

    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name, _ in found)
    assert len({name for name, _ in found}) == len(found)
    "".join(value for _, value in found).encode()


@_each_form
def test_too_much_metadata_does_not_cost_the_record(loki: FaultServer, encoding: Any) -> None:
    """
    Metadata over Loki's limits of number and size is cut; the line arrives.
    """
    sink = sink_for(loki, encoding=encoding)
    sink.emit(b"many", attributes=[(f"k{n}", "v") for n in range(500)])
    sink.emit(b"large", attributes=[("k", "é" * 100_000)])
    sink.emit(b"plain", attributes=[("trace-id", "abc")])
    sink.close()

    assert ["many", "large", "plain"] == loki.lines
    assert [128, 1, 1] == [len(pushed.metadata) for pushed in loki.stored]
    assert {"trace_id": "abc"} == loki.stored[2].metadata


def test_a_label_with_an_id_in_it_makes_a_bounded_number_of_streams(loki: FaultServer) -> None:
    """
    After 200 streams, labels of records go into the structured metadata.
    """
    sink = sink_for(loki)
    for number in range(300):
        sink.emit(b"x", labels={"request": str(number)})
    sink.close()

    assert 300 == len(loki.stored)
    assert 201 == len({pushed.labels for pushed in loki.stored})
    assert {"request": "299"} == loki.stored[-1].metadata


# Credentials and TLS.


def test_credentials_in_the_address_are_sent_and_never_shown(loki: FaultServer) -> None:
    """
    User name and password of the address become a header, and are in no message and no repr.
    """
    said: list[str] = []
    loki.authorization = "Basic dXNlcjpodW50ZXIyOkA="
    sink = open_sink(
        f"loki:http://user:hunter2%3A%40@{loki.address}/",
        options=SinkOptions(report=said.append, flush_seconds=0.1),
    )
    sink.write(b"x\n")
    sink.close()
    assert ["x"] == loki.lines
    loki.authorization = "other"
    sink = open_sink(
        f"loki:http://user:hunter2@{loki.address}/",
        options=SinkOptions(report=said.append, flush_seconds=0.1),
    )
    sink.write(b"x\n")
    with pytest.raises(DeliveryError) as caught:
        sink.close()

    assert "hunter2" not in str(caught.value) + repr(sink) + repr(caught.value) + str(said)
    assert f"loki:http://{loki.address}: status 401" in str(said)


def test_secrets_come_from_the_environment_and_from_files(
    loki: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Passwords and tokens are named in the policy, not written into it.
    """
    monkeypatch.setenv("LOKI_PASSWORD", "hunter2")
    monkeypatch.setenv("LOKI_TOKEN", "t1")
    (tmp_path / "token").write_text("t2\n")
    for options, expected in (
        ({"user": "me", "password_env": "LOKI_PASSWORD"}, "Basic bWU6aHVudGVyMg=="),
        ({"token_env": "LOKI_TOKEN"}, "Bearer t1"),
        ({"token_file": "token", "base": tmp_path}, "Bearer t2"),
    ):
        sink = LokiSink(loki.url, options=SinkOptions(**options))
        sink.write(b"x\n")
        sink.close()
        assert expected == loki.requests[-1][0]["Authorization"]
    with pytest.raises(InputError, match="LOKI_NOTHING: the variable is not set"):
        LokiSink(loki.url, options=SinkOptions(token_env="LOKI_NOTHING"))
    with pytest.raises(InputError, match="it cannot be read"):
        LokiSink(loki.url, options=SinkOptions(token_file=str(tmp_path / "none")))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private authority's certificate for 127.0.0.1, made by openssl."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=loki",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_a_private_authority_is_trusted_where_it_is_named_and_nowhere_else(
    certificates: Path,
) -> None:
    """
    N14: a certificate that nobody vouches for is refused, and nothing is sent in plain text.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    with serving(context) as loki:
        entries = [Entry(time.time_ns(), '{"a":"b"}', b"x")]
        trusting = LokiExporter(loki.url, ca_file=str(certificates / "cert.pem"))
        doubting = LokiExporter(loki.url)

        assert Delivered() == trusting.send(entries)
        outcome = doubting.send(entries)
        elsewhere = LokiExporter(
            f"https://localhost:{loki.port}", ca_file=str(certificates / "cert.pem")
        ).send(entries)
        trusting.close()

    assert isinstance(outcome, Refused)
    assert "its certificate is not accepted" == outcome.reason
    assert isinstance(elsewhere, Refused)
    assert 1 == len(loki.stored)
    with pytest.raises(InputError, match="they cannot be read"):
        LokiExporter("https://localhost", ca_file=str(certificates / "none.pem"))


# What is checked before.


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"labels": {"a-b": "c"}}, 'sink loki: label "a-b": it is no label name.'),
        ({"labels": {f"l{n}": "x" for n in range(16)}}, "sink loki: labels: there are 16."),
        ({"labels": {"a": "x" * 2049}}, 'sink loki: label "a": its value is too long.'),
        ({"tenant": "a/b"}, "sink loki: tenant: it holds a character that Loki refuses."),
        ({"url": "http://"}, "sink loki: the address has no host."),
        ({"url": "http://[::1"}, "sink loki: the address has no host."),
        ({"url": "http://host:port"}, "sink loki: the address has no host."),
    ],
)
def test_what_loki_would_refuse_is_refused_before(settings: dict[str, Any], message: str) -> None:
    """
    Labels, tenant and address are checked when the sink is made.
    """
    with pytest.raises(InputError, match=re.escape(message)):
        LokiSink(**{"url": "http://localhost:3100", **settings})


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without the extra a push is JSON; who asks for protobuf is told which extra brings it.
    """
    monkeypatch.setitem(sys.modules, "cramjam", None)

    assert isinstance(LokiExporter("http://localhost")._wire, GzipJson)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'redactor-pipeline[loki]'")):
        LokiExporter("http://localhost", encoding="protobuf")


# Reports.


def test_a_summary_that_is_refused_is_not_summarised(loki: FaultServer, tmp_path: Path) -> None:
    """
    A receiver that takes nothing of a stream gets one summary, not one for each summary.
    """
    loki.refuses = lambda _: True
    sink = sink_for(loki, spool=tmp_path)
    sink.write(b"one\n")
    with pytest.raises(DeliveryError):
        sink.close()
    again = sink_for(loki, spool=tmp_path)
    again.close()

    assert 2 == again.counts().dead
    assert [] == loki.lines


def test_a_long_line_is_split_where_the_policy_says_so(loki: FaultServer) -> None:
    """
    All of the line arrives, in parts that are counted and in order, cut between characters.
    """
    long = "\u00e9" * 200_000 + "x" * 150_001
    sink = sink_for(loki, long_lines="split")
    sink.write(f"before\n{long}\nafter\n".encode())
    sink.emit(long.encode())
    sink.close()

    _, *parts, after = loki.lines[:5]
    marks = [f" [part {number}/3 of a line, split by redactor]" for number in (1, 2, 3)]
    assert "after" == after
    assert all(part.endswith(mark) for part, mark in zip(parts, marks, strict=True))
    assert long == "".join(part.removesuffix(mark) for part, mark in zip(parts, marks, strict=True))
    assert parts == loki.lines[5:]
    assert 0 == sink.counts().dead


def test_a_split_line_is_cut_behind_sixteen_mebibytes(loki: FaultServer) -> None:
    """
    Memory stays bounded: what is over it is left out, and the last part says so.
    """
    sink = sink_for(loki, long_lines="split", queue_mib=64)
    size = (16 << 20) + 5
    sink.write(b"y" * size + b"\n")
    sink.close()

    assert f" [cut by redactor: the line has {size} bytes]" in loki.lines[-1]
    assert 16 << 20 == sum(line.partition(" [part")[0].count("y") for line in loki.lines)


def test_refused_lines_are_reported_with_their_number(loki: FaultServer, tmp_path: Path) -> None:
    """
    Dead letters are told at the end; the message says where they are and holds nothing of them.
    """
    loki.refuses = lambda line: line == "password in clear"
    sink = sink_for(loki, spool=tmp_path)
    sink.write(b"one\npassword in clear\ntwo\n")
    with pytest.raises(DeliveryError) as caught:
        sink.close()

    assert (
        f"loki:{loki.url}: it refused 1 lines for good. "
        "They are kept with the reason: redactor spool show." == str(caught.value)
    )
    assert (0, False) == (caught.value.lines, caught.value.final)
    told = "redactor: 1 records of this stream were refused for good (status 400: 1)"
    assert ["one", "two", told] == loki.lines


def test_lines_that_memory_lost_are_reported_with_their_number(loki: FaultServer) -> None:
    """
    Without a spool, what could not be delivered by the end is lost, and that is said.
    """
    loki.rule = lambda _: status(503)
    sink = sink_for(loki, flush_seconds=0.1)
    sink.write(b"one\ntwo\n")
    with pytest.raises(DeliveryError) as caught:
        sink.close()

    assert 2 == caught.value.lines
    assert "2 lines were dropped (the process ended: 2)" in str(caught.value)


# The filter.


def _filter(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-m", "redactor", "filter", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "REDACTOR_ENGINE": "reference",
             "REDACTOR_SPOOL": str(folder / "spool")},
    )  # fmt: skip


def test_the_filter_pushes_redacted_lines_while_its_input_is_open(
    loki: FaultServer, tmp_path: Path
) -> None:
    """
    A line reaches Loki although the producer says nothing more, without its secret.
    """
    process = _filter(tmp_path, "--to", f"loki:{loki.url}", "--label", "job=shop")
    assert process.stdin is not None
    process.stdin.write(b"login password=hunter2 ok\n")
    process.stdin.flush()
    assert 1 == len(loki.wait(1))
    out, err = process.communicate(timeout=60)

    assert '{"job": "shop"}' == loki.entries[0][0]
    assert ["login password=[redacted:password] ok"] == loki.lines
    assert (0, b"", b"") == (process.returncode, out, err)
    assert all(b"hunter2" not in body for _, body in loki.requests)


def test_the_filter_says_what_loki_refused(loki: FaultServer, tmp_path: Path) -> None:
    """
    A refused line gives a message with the count and exit code 4; other sinks get everything.
    """
    loki.refuses = lambda line: line.startswith("card")
    process = _filter(tmp_path, "--to", f"loki:{loki.url}", "--to", "-")
    out, err = process.communicate(b"card 4111 1111 1111 1111\n" * 2 + b"ok\n", timeout=60)

    assert 4 == process.returncode
    assert b"card [redacted:card]\n" * 2 + b"ok\n" == out
    told = "redactor: 2 records of this stream were refused for good (status 400: 2)"
    assert ["ok", told] == loki.lines
    assert (
        f"redactor: loki:{loki.url}: it refused 2 lines for good. "
        "They are kept with the reason: redactor spool show.\n"
    ).encode() == err


def test_the_filter_is_not_held_by_a_sink_that_hangs(loki: FaultServer, tmp_path: Path) -> None:
    """
    N15: with Loki hanging, standard output gets every line at once.
    """
    loki.rule = lambda _: Fault("hang")
    process = _filter(tmp_path, "--to", f"loki:{loki.url}", "--to", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(20):
        process.stdin.write(b"%d\n" % number)
        process.stdin.flush()
        assert b"%d\n" % number == process.stdout.readline()
    loki.rule = lambda _: None
    loki.released.set()
    process.communicate(timeout=60)

    assert [str(number) for number in range(20)] == loki.lines
