"""A handler of ``logging`` over sinks."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from redactor.adapters.outlet import Outlet, as_line, as_time
from redactor.exits.redaction import redaction_of
from redactor.exits.rendered import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from redactor.policy import Policy
    from redactor.sinks import Sink

__all__ = ["LoggingHandler"]

#: Attributes of every record; the others are the program's own.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_plain = logging.Formatter()


class LoggingHandler(logging.Handler):
    """
    Gives records to sinks: as lines of JSON, or as text where it has a formatter.

    Sinks for OTLP and Sentry get the whole record in any case: level, logger, message, time,
    exception, the program's own attributes, the place in the code, and the ids of the trace that is
    open. With a formatter set, the others get its text.

    The sinks stay open when the handler is closed; they end with the process, or when the program
    closes them.

    Args:
        sinks: Where records go; all of them.
        level: Records below it are not given on.
        policy: What to redact: see ``redactor.adapters``.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
    """

    def __init__(
        self,
        *sinks: Sink,
        level: int | str = logging.NOTSET,
        policy: Policy | str | Path | None = None,
    ) -> None:
        super().__init__(level)
        redaction = redaction_of(policy)
        self._guard = redaction.guard
        self._records = redaction.records
        self._outlet = Outlet(sinks, self._guard, "logging")

    def __repr__(self) -> str:
        names = ", ".join(map(repr, self._outlet.sinks))
        return f"<LoggingHandler {logging.getLevelName(self.level)} to {names}>"

    def emit(self, record: logging.LogRecord) -> None:
        """Give *record*, redacted, to the sinks; nothing is raised and *record* is not changed."""
        try:
            redacted = self._records.redacted(record)
            if redacted is None:
                return
            line, text, time = self._written(redacted)
        except Exception as error:  # noqa: BLE001  # C1: a placeholder goes out
            reason = self._guard.failed("logging", error)
            line, text, time = as_line({"level": "error", "message": reason}), None, 0
            self._outlet.give(line, text)
            return
        labels = [("level", record.levelname.lower())]
        if record.name != "root":
            labels.append(("logger", self._guard.text(record.name)))
        self._outlet.give(line, text, time=time, labels=labels)

    def _written(self, record: logging.LogRecord) -> tuple[bytes, bytes | None, int]:
        guard = self._guard
        time = int(record.created * 1e9)
        trace_id, span_id = _open_span()
        exception = record.exc_text or (
            _plain.formatException(record.exc_info) if record.exc_info else ""
        )
        fields: dict[str, Any] = {
            "timestamp": as_time(time),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": rendered(_message(record), guard),
            "exc_info": rendered(exception, guard) if exception else "",
            "stack_info": rendered(record.stack_info, guard) if record.stack_info else "",
            "trace_id": trace_id,
            "span_id": span_id,
            "code.file.path": record.pathname,
            "code.function.name": record.funcName,
            "code.line.number": record.lineno,
        }
        for name, value in vars(record).items():
            if name not in _STANDARD and name not in fields and not name.startswith("_"):
                fields[name] = value
        line = as_line(fields)
        if self.formatter is None:
            return line, None, time
        text = rendered(str(self.formatter.format(record)), guard)
        return line, text.encode("utf-8", "replace"), time

    def flush(self) -> None:
        """Have what waits sent, without waiting for it."""
        self._outlet.flush()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # of the library
        """Say nothing of *record*: the guard has counted and reported what failed."""


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001  # the parts, which are redacted, say more than nothing
        return f"record not formatted: {type(error).__name__}: {record.msg!r} {record.args!r}"


def _open_span() -> tuple[str, str]:
    """Return the ids of the span that is open here; nothing where no spans are made."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return "", ""
    try:
        context = trace.get_current_span().get_span_context()
        ids = (f"{context.trace_id:032x}", f"{context.span_id:016x}")
    except Exception:  # noqa: BLE001  # ids are no reason to lose a record
        return "", ""
    return ids if context.is_valid else ("", "")
