"""The sink that sends log records, and spans, to an OTLP receiver."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from redactor_sinks.delivery.sink import DeliverySink
from redactor_sinks.http import basic
from redactor_sinks.options import SinkOptions, delivery_of
from redactor_sinks.otlp.encoding import LINES
from redactor_sinks.otlp.exporter import OtlpExporter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redactor_sinks.lines import Line

__all__ = ["OtlpSink"]

#: How much of a line is sent, in bytes. Collectors take 4 MiB a request and more.
LINE_LIMIT = 1 << 20


class OtlpSink(DeliverySink):
    """
    Sends each line as a log record: its time, level, logger, message and fields where OTLP has
    them. ``emit`` takes what an OpenTelemetry SDK made, too: see ``redactor.adapters``.

    Headers and attributes of the resource that are not given are those of the environment
    variables that every OTLP exporter knows: ``OTEL_EXPORTER_OTLP_HEADERS``, or
    ``..._LOGS_HEADERS``; ``OTEL_RESOURCE_ATTRIBUTES`` and ``OTEL_SERVICE_NAME``.

    Args:
        url: Address of the receiver, such as ``http://localhost:4318``. A user name and password in
            it are sent as basic authentication.
        headers: Headers of every request.
        resource: Attributes of the resource of lines. Default: the labels of *options*.
        options: Everything else: ``SinkOptions``.
        more: Options by name, such as ``spool`` and ``back_pressure``.

    Raises:
        InputError: The address, a header or a secret's place is wrong.
        MissingExtraError: The extra ``otlp`` is not installed.
        DeliveryError: The spool cannot be used.
    """

    #: What comes in is best a line of JSON.
    structured = True

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        resource: Mapping[str, str] | None = None,
        options: SinkOptions | None = None,
        **more: Any,
    ) -> None:
        chosen = options or SinkOptions(**more)
        exporter = OtlpExporter(
            url,
            headers={**_from_environment(_HEADERS), **_authorization(chosen), **(headers or {})},
            resource={**_resource_of_environment(), **chosen.labels, **(resource or {})},
            ca_file=chosen.certificates(),
            timeout=chosen.timeout,
        )
        super().__init__(
            delivery_of(exporter, chosen, chosen.tenant),
            LINES,
            line_limit=LINE_LIMIT + 1,
            plain_limit=LINE_LIMIT,
            payloads=lambda line: (_fitting(line),),
            plain=lambda _: True,
        )


_HEADERS = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_LOGS_HEADERS")


def _authorization(options: SinkOptions) -> dict[str, str]:
    headers: dict[str, str] = {}
    if options.tenant:
        headers["X-Scope-OrgID"] = options.tenant
    if options.user or options.password_env:
        headers["Authorization"] = basic(options.user, options.password())
    token = options.token()
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _from_environment(names: tuple[str, ...]) -> dict[str, str]:
    """Return the pairs ``name=value,name=value`` of variables, the later ones before the others."""
    found: dict[str, str] = {}
    for variable in names:
        for pair in os.environ.get(variable, "").split(","):
            name, equals, value = pair.partition("=")
            if equals and name.strip():
                found[unquote(name.strip())] = unquote(value.strip())
    return found


def _resource_of_environment() -> dict[str, str]:
    resource = {"service.name": "unknown_service"}
    resource |= _from_environment(("OTEL_RESOURCE_ATTRIBUTES",))
    name = os.environ.get("OTEL_SERVICE_NAME", "")
    return {**resource, "service.name": name} if name else resource


def _fitting(line: Line) -> bytes:
    """Return *line*, with a mark where it was cut."""
    if len(line.head) <= LINE_LIMIT:
        return line.head
    mark = f" [cut by redactor: the line has {line.size} bytes]".encode()
    return line.head[: LINE_LIMIT - len(mark)] + mark
