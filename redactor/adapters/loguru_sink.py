"""A sink of Loguru over our own."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from redactor.adapters.outlet import Outlet, as_line, as_time
from redactor.exits.redaction import redaction_of
from redactor.exits.rendered import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from redactor.policy import Policy
    from redactor.sinks import Sink

__all__ = ["LoguruSink"]


class LoguruSink:
    """
    For ``loguru.logger.add(LoguruSink(...))``: gives records to sinks, as lines of JSON.

    A record has its level, logger, message, time, exception, the fields bound to the logger, and
    its place in the code. Of an exception the traceback is written without the values of variables,
    whatever ``diagnose`` says. The format given to ``add`` is for sinks whose receivers show lines,
    where *text* asks for it.

    Args:
        sinks: Where records go; all of them.
        text: Give those sinks the text that Loguru has formatted, instead of JSON.
        policy: What to redact: see ``redactor.adapters``.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
    """

    def __init__(
        self, *sinks: Sink, text: bool = False, policy: Policy | str | Path | None = None
    ) -> None:
        self._guard = redaction_of(policy).guard
        self._outlet = Outlet(sinks, self._guard, "loguru")
        self._text = text

    def __repr__(self) -> str:
        return f"<LoguruSink to {', '.join(map(repr, self._outlet.sinks))}>"

    def write(self, message: Any) -> None:
        """Give one record, redacted, to the sinks; nothing is raised."""
        guard = self._guard
        try:
            record = message.record
            time = int(record["time"].timestamp() * 1_000_000) * 1000
            line = as_line(self._fields(record, time))
            text = None
            if self._text:
                text = rendered(str(message), guard).rstrip("\n").encode("utf-8", "replace")
            labels = [("level", str(record["level"].name).lower())]
        except Exception as error:  # noqa: BLE001  # C1: a placeholder goes out
            reason = guard.failed("loguru", error)
            self._outlet.give(as_line({"level": "error", "message": reason}))
            return
        self._outlet.give(line, text, time=time, labels=labels)

    def _fields(self, record: dict[str, Any], time: int) -> dict[str, Any]:
        guard = self._guard
        fields: dict[str, Any] = {
            "timestamp": as_time(time),
            "level": record["level"].name.lower(),
            "logger": record["name"],
            "message": rendered(record["message"], guard),
            "exc_info": rendered(_traceback(record["exception"]), guard),
            "code.file.path": record["file"].path,
            "code.function.name": record["function"],
            "code.line.number": record["line"],
        }
        for name, value in record["extra"].items():
            fields[name if name not in fields else f"extra.{name}"] = value
        looked_at = guard.record(fields)
        return looked_at if isinstance(looked_at, dict) else {"message": str(looked_at)}

    def stop(self) -> None:
        """Have what waits sent, when Loguru removes this sink."""
        self._outlet.flush()


def _traceback(exception: Any) -> str:
    if exception is None:
        return ""
    kind, value, trace = exception
    if kind is None or value is None:
        return ""
    return "".join(traceback.format_exception(kind, value, trace))
