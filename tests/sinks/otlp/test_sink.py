"""The OTLP sink: options, and lines that come in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from redactor import InputError
from redactor.sinks import OtlpSink, SinkOptions, open_sink
from tests.sinks.answering import Answering
from tests.sinks.otlp.test_exporter import attributes

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[Answering]:
    """A receiver of its own."""
    with Answering() as running:
        yield running


def resource_of(server: Answering) -> dict[str, Any]:
    """Return the attributes of the resource that came last."""
    request = ExportLogsServiceRequest.FromString(server.bodies[-1])
    return attributes(request.resource_logs[0].resource.attributes)


def bodies(server: Answering) -> list[str]:
    """Return the bodies of the log records that came."""
    return [
        record.body.string_value
        for body in server.bodies
        for scope in ExportLogsServiceRequest.FromString(body).resource_logs[0].scope_logs
        for record in scope.log_records
    ]


def test_the_environment_says_what_every_exporter_is_told(
    server: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The variables of OpenTelemetry give headers and the resource; what is given to the sink itself
    comes first.
    """
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=a%20b,x-key=k1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-key=k2")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=no,host.name=web-1")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")
    own: dict[str, Any] = {"headers": {"x-key": "k3"}, "resource": {"service.name": "own"}}
    for options in ({}, own):
        sink = OtlpSink(server.url, **options)
        sink.write(b"x\n")
        sink.close()

        headers = server.requests[-1].headers
        assert headers["x-team"] == "a b"
        assert headers["x-key"] == ("k3" if options else "k2")
        assert resource_of(server) == {
            "service.name": "own" if options else "shop",
            "host.name": "web-1",
        }


def test_options_of_every_network_sink_hold_here(
    server: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Labels are attributes of the resource; the tenant and the token are headers.
    """
    monkeypatch.setenv("SHOP_TOKEN", "made-up")
    sink = open_sink(
        f"otlp:{server.url}",
        labels={"service.name": "shop"},
        tenant="t1",
        options=SinkOptions(token_env="SHOP_TOKEN"),  # a name
    )
    sink.write(b"x\n")
    sink.close()

    headers = server.requests[-1].headers
    assert headers["authorization"] == "Bearer made-up"
    assert headers["x-scope-orgid"] == "t1"
    assert resource_of(server) == {"service.name": "shop"}


def test_lines_come_in_pieces_of_any_size(server: Answering) -> None:
    """
    A line is one record however it is cut, the last one also without a line break.
    """
    sink = OtlpSink(server.url)
    for piece in (b"on", b"e\r\ntw", b"o\n\nlast"):
        sink.write(piece)
    sink.close()

    assert bodies(server) == ["one", "two", "", "last"]


def test_a_long_line_is_cut_and_says_so(server: Answering) -> None:
    """
    Of a line over a mebibyte the start is sent, with its size.
    """
    sink = OtlpSink(server.url)
    sink.write(b"x" * 3_000_000 + b"\nnext\n")
    sink.close()

    first, second = bodies(server)
    assert first.endswith("x [cut by redactor: the line has 3000000 bytes]")
    assert len(first) == 1 << 20
    assert second == "next"


def test_a_variable_that_is_not_set_is_a_mistake(server: Answering) -> None:
    """
    A sink does not start without the credentials that it was told to use.
    """
    with pytest.raises(InputError, match="SHOP_TOKEN"):
        OtlpSink(server.url, token_env="SHOP_TOKEN")  # a name
