"""The sink that makes Sentry events of error records."""

from __future__ import annotations

import os
import time as clock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import msgspec

from redactor import InputError
from redactor_sinks.delivery.sink import DeliverySink
from redactor_sinks.options import SinkOptions, delivery_of
from redactor_sinks.sentry.envelopes import envelope_of
from redactor_sinks.sentry.events import EventOptions, event_of
from redactor_sinks.sentry.exporter import SentryExporter
from redactor_sinks.sentry.gathering import Gatherer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["SentrySink"]

#: How much of a line is looked at, in bytes.
LINE_LIMIT = 1 << 20
_ERRORS = "error"


class SentrySink(DeliverySink):
    """
    Makes an event of each error record, and delivers it once, however often it has to be sent.

    Lines below the level are passed over. A traceback under a line belongs to it. An event has its
    id before it is kept, and keeps it over all tries; what Sentry limits is held back.

    Args:
        dsn: Address of the project. Default: the environment variable ``SENTRY_DSN``. Options of
            the events can follow behind a question mark: ``?level=warning&environment=staging``.
        events: What becomes an event, and what it is told about where it comes from. The tags of it
            are those of *options*, its labels, and its own.
        options: Everything else: ``SinkOptions``.
        more: Options by name, such as ``spool`` and ``back_pressure``.

    Raises:
        InputError: The address or one of its options is wrong.
        DeliveryError: The spool cannot be used.
    """

    #: What comes in is best a line of JSON.
    structured = True

    def __init__(
        self,
        dsn: str = "",
        *,
        events: EventOptions | None = None,
        options: SinkOptions | None = None,
        **more: Any,
    ) -> None:
        chosen = options or SinkOptions(**more)
        address, told = _with_options(dsn or os.environ.get("SENTRY_DSN", ""))
        base = events or EventOptions(
            environment=os.environ.get("SENTRY_ENVIRONMENT", ""),
            release=os.environ.get("SENTRY_RELEASE", ""),
        )
        for name in chosen.events:
            if name in told:
                raise InputError(
                    f"sink sentry: {name}",
                    "it is given twice",
                    "Give it in the address or as a key",
                )
        told |= {**chosen.events, "tags": {**chosen.labels, **base.tags}}
        self._events = msgspec.structs.replace(base, **told)
        exporter = SentryExporter(address, timeout=chosen.timeout, ca_file=chosen.certificates())
        self._records = Gatherer()
        super().__init__(
            delivery_of(exporter, chosen),
            _ERRORS,
            line_limit=LINE_LIMIT,
            plain_limit=0,
            payloads=lambda line: (line.head,),
            plain=lambda _: False,
        )

    def write(self, lines: bytes) -> None:
        """Take the next bytes of the log."""
        for line in self._lines.feed(lines):
            self._take(self._records.feed(line.head))
        self._report_now_and_then()

    def emit(
        self,
        payload: bytes,
        *,
        time: int = 0,
        stream: str | None = None,
        attributes: Iterable[tuple[str, str]] = (),
    ) -> None:
        """
        Take one record: a line, perhaps with its traceback; or, with a *stream*, an envelope.

        Args:
            payload: Its redacted bytes.
            time: When it was made, in nanoseconds since 1970. Default: now.
            stream: The categories of the envelope, as ``stream_of`` writes them.
            attributes: Not used.
        """
        if stream is not None:
            super().emit(payload, time=time, stream=stream, attributes=attributes)
            return
        event = event_of(payload, time or clock.time_ns(), self._events)
        if event is not None:
            super().emit(envelope_of(event), time=time, stream=_ERRORS)

    def flush(self) -> None:
        """Have what waits sent; a record that may still go on is taken as it is."""
        self._take(self._records.finish())
        super().flush()

    def close(self) -> None:
        """Deliver what waits, within bounds."""
        rest = self._lines.finish()
        if rest is not None:
            self._take(self._records.feed(rest.head))
        self._take(self._records.finish())
        super().close()

    def _take(self, record: bytes | None) -> None:
        if record is not None:
            self.emit(record)


def _with_options(dsn: str) -> tuple[str, dict[str, Any]]:
    """Take the options of the events off *dsn*."""
    try:
        parts = urlsplit(dsn)
    except ValueError:
        return dsn, {}
    told: Mapping[str, str] = dict(parse_qsl(parts.query))
    names = ("level", "environment", "release", "server_name")
    for name in told:
        if name not in names:
            raise InputError(
                "sink sentry: address",
                "it has an option that there is not",
                f"Use: {', '.join(names)}",
            )
    return urlunsplit(parts._replace(query="")), dict(told)
