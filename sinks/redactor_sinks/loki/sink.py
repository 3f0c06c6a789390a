"""The sink that pushes to Grafana Loki."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from redactor_sinks.delivery.contract import Entry
from redactor_sinks.delivery.sink import DeliverySink
from redactor_sinks.lines import Line
from redactor_sinks.loki.exporter import LokiExporter
from redactor_sinks.loki.limits import (
    LINE_LIMIT,
    SPLIT_LIMIT,
    check_labels,
    clean_attributes,
    clean_labels,
    fitting_line,
    is_text,
    split_line,
)
from redactor_sinks.options import SinkOptions, delivery_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LokiSink"]

#: Streams that records of one process may make; a label with an id in it would make millions, and
#: each costs Loki more than its lines.
_MOST_STREAMS = 200


class LokiSink(DeliverySink):
    """
    Pushes lines and records to Loki, each stream in order, each push with one stream.

    A record gets its time once, when it is taken: nanoseconds since 1970, strictly rising in its
    stream, also over a restart with a spool. Loki drops exact repeats, so that what is sent again
    is stored once. A line over 256 KiB is cut and says so, or split into parts that are counted
    (``long_lines="split"``); bytes that are no UTF-8 become U+FFFD.

    Without a spool, what is not delivered waits in memory and is lost with the process. With one
    (``spool="FOLDER"``), it is in a file before the call returns.

    Args:
        url: Address of Loki, such as ``http://localhost:3100``. A user name and password in it
            are sent as basic authentication.
        labels: Labels of the stream. Default: ``job="redactor"``.
        tenant: Sent as ``X-Scope-OrgID``.
        options: Everything else: ``SinkOptions``.
        more: Options by name, such as ``spool`` and ``back_pressure``.

    Raises:
        InputError: The address, a label, the tenant or a secret's place is wrong.
        MissingExtraError: Protobuf was asked for and the extra ``loki`` is not installed.
        DeliveryError: The spool cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        labels: Mapping[str, str] | None = None,
        tenant: str = "",
        options: SinkOptions | None = None,
        **more: Any,
    ) -> None:
        chosen = options or SinkOptions(**more)
        self._labels = dict(labels or chosen.labels or {"job": "redactor"})
        check_labels(self._labels)
        tenant = tenant or chosen.tenant
        exporter = LokiExporter(
            url,
            tenant=tenant,
            user=chosen.user,
            password=chosen.password(),
            token=chosen.token(),
            ca_file=chosen.certificates(),
            encoding=chosen.encoding,
            timeout=chosen.timeout,
        )
        if chosen.long_lines == "split":
            self._longest, self._fitting = SPLIT_LIMIT, _split
        else:
            self._longest, self._fitting = LINE_LIMIT + 1, _cut
        self._streams: dict[tuple[tuple[str, str], ...], str] = {}
        super().__init__(
            delivery_of(exporter, chosen, tenant),
            _stream(self._labels),
            line_limit=self._longest,
            plain_limit=LINE_LIMIT,
            payloads=self._fitting,
            plain=is_text,
        )

    def emit(  # type: ignore[override]  # labels stand for the stream
        self,
        payload: bytes,
        *,
        time: int = 0,
        labels: Mapping[str, str] | None = None,
        attributes: Iterable[tuple[str, str]] = (),
    ) -> None:
        """
        Take one record.

        Args:
            payload: Its redacted bytes, as one entry, line breaks and all.
            time: When it was made, in nanoseconds since 1970. Default: now.
            labels: Labels of this record besides those of the sink, made fit for Loki. Once they
                have made 200 streams, new ones go into the structured metadata.
            attributes: Its structured metadata, made fit for Loki.
        """
        stream = None
        if labels:
            key = tuple(sorted(labels.items()))
            stream = self._streams.get(key)
            if stream is None and len(self._streams) < _MOST_STREAMS:
                stream = self._streams[key] = _stream(clean_labels(labels, self._labels))
            if stream is None:
                attributes = (*attributes, *key)
        of = self._stream if stream is None else stream
        kept = clean_attributes(attributes)
        line = Line(payload[: self._longest], len(payload))
        self.delivery.put([Entry(time, of, part, kept) for part in self._fitting(line)])


def _cut(line: Line) -> list[bytes]:
    return [fitting_line(line)]


def _split(line: Line) -> list[bytes]:
    return split_line(line)


def _stream(labels: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(labels.items())), ensure_ascii=False, separators=(",", ":"))
