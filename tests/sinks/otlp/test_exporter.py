"""The OTLP exporter: what it sends, and what it makes of the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from redactor import InputError
from redactor_sinks.delivery import Delivered, Entry, Refused, Retry, Split
from redactor_sinks.otlp import LINES, LOGS, SPANS, OtlpExporter, encoded_logs, encoded_spans
from tests.sinks.answering import Answering, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOMENT = 1_795_336_901_948_000_000
PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.fixture
def server() -> Iterator[Answering]:
    """A receiver of its own."""
    with Answering() as running:
        yield running


@pytest.fixture
def exporter(server: Answering) -> Iterator[OtlpExporter]:
    """An exporter that sends to ``server``."""
    made = OtlpExporter(server.url, resource={"service.name": "shop"}, timeout=1.0)
    yield made
    made.close()


def entries(*lines: bytes, stream: str = LINES) -> list[Entry]:
    """Return *lines* as a queue hands them over."""
    return [Entry(MOMENT + number, stream, line) for number, line in enumerate(lines)]


def record_of(server: Answering) -> Any:
    """Return the one record that came."""
    (request,) = server.requests
    (resource,) = ExportLogsServiceRequest.FromString(request.body).resource_logs
    (scope,) = resource.scope_logs
    (record,) = scope.log_records
    return record


def attributes(items: Any) -> dict[str, Any]:
    """Return attributes as a dict of their values as text."""
    return {item.key: getattr(item.value, item.value.WhichOneof("value")) for item in items}


def test_a_line_becomes_a_log_record(server: Answering, exporter: OtlpExporter) -> None:
    """
    Time, level, logger, message, ids and fields of a line are where OTLP has them; the time of
    acceptance is the observed time.
    """
    line = json.dumps({
        "timestamp": "2026-11-22T08:41:41.948Z", "level": "error", "logger": "shop.pay",
        "event": "declined", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "span_id": "00f067aa0ba902b7", "order": 7, "ok": False, "none": None,
        "user": {"id": "u-1"}, "big": 10**30,
    }).encode()  # fmt: skip

    assert exporter.send([Entry(5, LINES, line, (("host", "a"),))]) == Delivered()
    (request,) = server.requests
    (resource,) = ExportLogsServiceRequest.FromString(request.body).resource_logs
    record = record_of(server)
    fields = attributes(record.attributes)
    assert request.path == "/v1/logs"
    assert request.headers["content-type"] == "application/x-protobuf"
    assert request.headers["content-encoding"] == "gzip"
    assert attributes(resource.resource.attributes)["service.name"] == "shop"
    assert resource.scope_logs[0].scope.name == "shop.pay"
    assert record.time_unix_nano == MOMENT
    assert record.observed_time_unix_nano == 5
    assert (record.severity_number, record.severity_text) == (17, "error")
    assert record.body.string_value == "declined"
    assert record.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert record.span_id.hex() == "00f067aa0ba902b7"
    assert attributes(fields.pop("user").values) == {"id": "u-1"}
    # What no JSON number of 64 bits can hold came out of the line as a float.
    assert float(fields.pop("big")) == 1e30
    assert fields == {"order": 7, "ok": False, "host": "a"}


def test_no_time_is_made_up(server: Answering, exporter: OtlpExporter) -> None:
    """
    A line without a time has the observed time alone, and its text is the body.
    """
    exporter.send(entries(b"caf\xc3\xa9 \xff \x00 end"))

    record = record_of(server)
    assert record.time_unix_nano == 0
    assert record.observed_time_unix_nano == MOMENT
    assert record.body.string_value == "café � \0 end"


def test_the_program_around_leaves_no_trace(server: Answering, exporter: OtlpExporter) -> None:
    """
    A span that is open where a line is sent is none of the line's.
    """
    from opentelemetry.sdk.trace import TracerProvider

    with TracerProvider(shutdown_on_exit=False).get_tracer("t").start_as_current_span("s"):
        exporter.send(entries(b"x"))

    assert record_of(server).trace_id == b""


def test_what_an_sdk_hands_over_is_joined_by_its_origin(
    server: Answering, exporter: OtlpExporter
) -> None:
    """
    Log records and spans that were encoded one by one leave under one head for each resource and
    scope, in their order, each to its own path.
    """
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    memory: Any = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]
    spans = InMemorySpanExporter()
    for service in ("a", "b"):
        logs = LoggerProvider(Resource({"service.name": service}), shutdown_on_exit=False)
        logs.add_log_record_processor(SimpleLogRecordProcessor(memory))
        traces = TracerProvider(resource=Resource({"service.name": service}))
        traces.add_span_processor(SimpleSpanProcessor(spans))
        for number in range(2):
            logs.get_logger("one").emit(body=f"{service} {number}")
            traces.get_tracer("one").start_span(f"{service} {number}").end()
    exporter.send(entries(*encoded_logs(memory.get_finished_logs()), stream=LOGS))
    exporter.send(entries(*encoded_spans(spans.get_finished_spans()), stream=SPANS))

    of_logs, of_spans = server.requests
    logs_sent = ExportLogsServiceRequest.FromString(of_logs.body)
    spans_sent = ExportTraceServiceRequest.FromString(of_spans.body)
    assert (of_logs.path, of_spans.path) == ("/v1/logs", "/v1/traces")
    assert [
        [record.body.string_value for record in resource.scope_logs[0].log_records]
        for resource in logs_sent.resource_logs
    ] == [["a 0", "a 1"], ["b 0", "b 1"]]
    assert [
        [span.name for span in resource.scope_spans[0].spans]
        for resource in spans_sent.resource_spans
    ] == [["a 0", "a 1"], ["b 0", "b 1"]]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("{}", "/v1/logs"),
        ("{}/", "/v1/logs"),
        ("{}/v1/logs", "/v1/logs"),
        ("{}/otlp", "/otlp/v1/logs"),
        ("{}/otlp/v1/traces", "/otlp/v1/logs"),
    ],
)
def test_the_path_is_completed(server: Answering, url: str, path: str) -> None:
    """
    The address of the receiver is enough; a path before ``/v1/logs`` stays.
    """
    exporter = OtlpExporter(url.format(server.url))
    exporter.send(entries(b"x"))
    exporter.close()

    assert [path] == [request.path for request in server.requests]


def test_credentials_go_into_a_header_and_nowhere_else(server: Answering) -> None:
    """
    A password of the address is sent as basic authentication; no name, repr or error has it.
    """
    exporter = OtlpExporter(
        server.url.replace("//", "//bob:hunter%402@"), headers={"X-Scope-OrgID": "t1"}
    )
    exporter.send(entries(b"x"))
    exporter.close()

    (request,) = server.requests
    assert request.headers["authorization"] == "Basic Ym9iOmh1bnRlckAy"
    assert request.headers["x-scope-orgid"] == "t1"
    assert "hunter" not in f"{exporter.name}{exporter!r}"
    with pytest.raises(InputError) as error:
        OtlpExporter("ftp://bob:hunter2@host")
    assert "hunter" not in str(error.value)
    with pytest.raises(InputError, match="headers: a name or a value cannot be sent") as error:
        OtlpExporter(server.url, headers={"Authorization": "hunter2\r\nX: y"})
    assert "hunter" not in str(error.value)


def partial(rejected: int, message: str = "") -> bytes:
    """Return the answer of a receiver that rejected records."""
    response = ExportLogsServiceResponse()
    response.partial_success.rejected_log_records = rejected
    response.partial_success.error_message = message
    return bytes(response.SerializeToString())


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200),
        Reply(204),
        Reply(202),
        Reply(200, PROTOBUF, b"\x0a\x00"),  # an empty partial success, of a real collector
        Reply(200, PROTOBUF, partial(0, "a warning")),
        Reply(200, PROTOBUF, b"garbage"),
        Reply(200, {"Content-Type": "application/json"}, b'{"partialSuccess":{}}'),
        Reply(200, {"Content-Type": "application/json"}, b"[1]"),
        Reply(200, {}, b"x" * 1000, fault="slow"),
        Reply(200, {}, b"x" * 1000, fault="half"),
    ],
)
def test_any_2xx_without_rejected_records_is_success(
    server: Answering, exporter: OtlpExporter, reply: Reply
) -> None:
    """
    What the answer holds, or does not, changes nothing: the receiver has the records.
    """
    server.replies.append(reply)

    assert exporter.send(entries(b"a", b"b")) == Delivered()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, PROTOBUF, partial(2, "secret in the answer")),
        Reply(
            200,
            {"Content-Type": "application/json"},
            b'{"partialSuccess":{"rejectedLogRecords":"2"}}',
        ),
    ],
)
def test_rejected_records_are_dead_letters_and_are_not_sent_again(
    server: Answering, exporter: OtlpExporter, reply: Reply
) -> None:
    """
    A partial success is no reason to repeat. The answer does not say which records it means: all
    of the request are kept, with a reason that has nothing of the answer.
    """
    server.replies.append(reply)
    outcome = exporter.send(entries(b"a", b"b", b"c"))

    reason = "the receiver rejected 2 of 3 records of this request and does not say which"
    assert outcome == Delivered({0: reason, 1: reason, 2: reason})


def test_rejected_spans_are_counted_too(server: Answering, exporter: OtlpExporter) -> None:
    """
    The answer to spans is another message with another name in it.
    """
    from opentelemetry.sdk.trace import TracerProvider

    response = ExportTraceServiceResponse()
    response.partial_success.rejected_spans = 1
    server.replies.append(Reply(200, PROTOBUF, response.SerializeToString()))
    span = TracerProvider(shutdown_on_exit=False).get_tracer("t").start_span("s")
    span.end()
    outcome = exporter.send(entries(*encoded_spans([span]), stream=SPANS))  # type: ignore[list-item]

    assert outcome == Delivered({0: "the receiver rejected 1 of 1 records of this request"})


@pytest.mark.parametrize(
    ("status", "headers", "after"),
    [
        (429, {}, None),
        (429, {"Retry-After": "7"}, 7.0),
        (503, {"Retry-After": "7"}, 7.0),
        (503, {"Retry-After": "-7"}, None),
        (503, {"Retry-After": "999999999"}, 3600.0),
        (503, {"Retry-After": "soon"}, None),
        (503, {"Retry-After": "nan"}, None),
        (429, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.0),
        (502, {}, None),
        (504, {}, None),
    ],
)
def test_what_may_pass_later_is_tried_again(
    server: Answering, exporter: OtlpExporter, status: int, headers: dict[str, str], after: float
) -> None:
    """
    429, 502, 503 and 504 keep the batch; Retry-After is obeyed up to an hour.
    """
    server.replies.append(Reply(status, headers, b"secret in the answer"))

    assert exporter.send(entries(b"a")) == Retry(f"status {status}", after)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(fault="reset"),
        Reply(fault="hang"),
    ],
    ids=lambda reply: reply.fault,
)
def test_no_answer_is_tried_again(server: Answering, exporter: OtlpExporter, reply: Reply) -> None:
    """
    When the connection ends, or nothing comes, the outcome is unknown: the batch is kept, and the
    queue is not held longer than the timeout.
    """
    server.replies += [reply, reply]

    assert isinstance(exporter.send(entries(b"a")), Retry)
    server.replies.clear()
    assert exporter.send(entries(b"a")) == Delivered()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_wrong_with_a_batch_is_found_by_halving(
    server: Answering, exporter: OtlpExporter, status: int
) -> None:
    """
    A request that is refused for what is in it is not repeated as it is.
    """
    server.replies.append(Reply(status, {}, b"secret in the answer"))

    assert exporter.send(entries(b"a", b"b")) == Split(f"status {status}")


def test_a_500_may_be_the_receiver_itself(server: Answering, exporter: OtlpExporter) -> None:
    """
    A collector says by a 500 that trying again will not help, and a broken one says it too: the
    queue finds out which.
    """
    server.replies.append(Reply(500))

    assert exporter.send(entries(b"a", b"b")) == Split("status 500", certain=False)


@pytest.mark.parametrize("stream", [LINES, LOGS, SPANS])
def test_a_summary_is_a_record_of_its_stream(
    server: Answering, exporter: OtlpExporter, stream: str
) -> None:
    """
    How many records were dropped is said where they would have been.
    """
    text = "redactor: 7 records of this stream were dropped (queue full: 7)"

    assert exporter.send([Entry(9, stream, exporter.summary(text))]) == Delivered()
    (request,) = server.requests
    if stream == SPANS:
        traces = ExportTraceServiceRequest.FromString(request.body)
        assert traces.resource_spans[0].scope_spans[0].spans[0].name == text
    else:
        record = record_of(server)
        assert text in record.body.string_value
        assert record.severity_number == 13


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(403),
        Reply(404),
        Reply(302, {"Location": "http://127.0.0.1:1/"}),
        Reply(200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>Please log in"),
    ],
)
def test_a_wrong_address_keeps_the_data(
    server: Answering, exporter: OtlpExporter, reply: Reply
) -> None:
    """
    Credentials, addresses, redirects and web pages are for the operator; nothing is sent elsewhere.
    """
    server.replies.append(reply)
    outcome = exporter.send(entries(b"a"))

    assert isinstance(outcome, Refused)
    assert len(server.requests) == 1


def test_the_exporter_logs_nothing_of_a_record(
    server: Answering, exporter: OtlpExporter, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Whatever a line holds, the SDK's encoder has nothing to report with the value in it.
    """
    caplog.set_level("DEBUG")
    nested: Any = "hunter2"
    for _ in range(40):
        nested = {"password": [nested]}
    line = json.dumps({"msg": "x", "deep": nested, "big": -(10**40), "no": None}).encode()

    assert exporter.send(entries(line)) == Delivered()
    assert "hunter2" not in caplog.text


def test_a_child_process_opens_its_own_connection(
    server: Answering, exporter: OtlpExporter, forked: Callable[[Callable[[], None]], int]
) -> None:
    """
    After a fork, parent and child do not write into one connection.
    """
    exporter.send(entries(b"parent"))

    def child() -> None:
        exporter.send(entries(b"child"))

    assert forked(child) == 0
    exporter.send(entries(b"parent again"))
    assert [b"parent" in body or b"child" in body for body in server.bodies] == [True] * 3
