"""Log records and formatters in the mode ``metadata-only``: only what is declared is handed on."""

from __future__ import annotations

import time
from logging import LogRecord
from typing import TYPE_CHECKING, Any

from redactor.exits.stdlib_logging.attributes import NUMBERS, extras_of
from redactor.exits.stdlib_logging.formats import Formats
from redactor.exits.stdlib_logging.log_records import LogRecords

if TYPE_CHECKING:
    import logging

    from redactor.exits.guard import Guard
    from redactor.exits.stdlib_logging.attributes import Checked
    from redactor.metadata import Mode

__all__ = ["formats_for", "records_for"]

#: The shape of each word that every record has.
_WORDS = {
    "name": "logger", "levelname": "level", "pathname": "file", "filename": "file",
    "module": "module", "funcName": "function", "processName": "thread", "threadName": "thread",
    "taskName": "thread",
}  # fmt: skip


def records_for(guard: Guard) -> LogRecords:
    """Return what looks at log records for *guard*."""
    return LogRecords(guard) if guard.mode is None else _DeclaredRecords(guard, guard.mode)


def formats_for(guard: Guard) -> Formats:
    """Return what knows the formatters for *guard*."""
    return Formats(guard) if guard.mode is None else _DeclaredFormats(guard)


class _DeclaredRecords(LogRecords):
    """Makes a copy of each record: its template, with types and sizes, and declared attributes."""

    def __init__(self, guard: Guard, mode: Mode) -> None:
        super().__init__(guard)
        self._mode = mode
        # No short way for any record: what is clean is not what may leave.
        self.drops = True

    def look(self, record: LogRecord, clean: str | None = None) -> Checked | None:  # noqa: ARG002  # of the base
        try:
            return self._closely(self._declared(record), None)
        except Exception as error:  # noqa: BLE001  # C1: a placeholder leaves in its place
            return self.withheld(record, error)

    def _declared(self, record: LogRecord) -> LogRecord:
        """Return a copy of *record* with what is declared of it."""
        mode = self._mode
        fields = dict(record.__dict__)
        for name, shape in _WORDS.items():
            value = fields.get(name)
            if type(value) is str:
                fields[name] = mode.approve(
                    _level(value) if shape == "level" else mode.shaped(shape, value)
                )
            elif value is not None:
                fields[name] = mode.reducer.value(value)
        for name in NUMBERS:
            if type(fields.get(name)) not in (int, float, type(None)):
                fields[name] = time.time() if name == "created" else 0
        msg, args = fields.get("msg"), fields.get("args")
        is_event = isinstance(msg, dict) and "_logger" in fields and "_name" in fields
        if not is_event:  # of structlog: its formatter renders what is left of it
            fields["msg"] = self._said(record, msg, args)
            fields["args"] = ()
        text = fields["msg"] if type(fields["msg"]) is str else None
        if "message" in fields:
            fields["message"] = text or ""
        extras = extras_of(fields, text)
        for name, value in extras.items():
            if name in ("_logger", "_name", "_from_structlog", "_record"):
                continue
            del fields[name]
            fields.update(mode.record({name: value}))
        copy: LogRecord = LogRecord("", 0, "", 0, "", (), None)
        copy.__dict__.clear()
        copy.__dict__.update(fields)
        return copy

    def _said(self, record: LogRecord, msg: Any, args: Any) -> str:
        mode = self._mode
        try:
            if type(record).getMessage is not LogRecord.getMessage:
                return mode.free(str(record.getMessage()))
            return mode.message(msg, args)
        except Exception:  # noqa: BLE001  # what cannot be formatted says nothing
            return mode.free(msg) if isinstance(msg, str) else str(mode.reducer.value(msg))


class _DeclaredFormats(Formats):
    """Nothing that a plain formatter puts beside what a record says comes from elsewhere."""

    def _is_neutral(self, probe: str, formatter: logging.Formatter) -> bool:  # noqa: ARG002  # of the base
        return True


def _level(name: str) -> str:
    """Return the name of a level, where it is one word; programs have levels of their own."""
    return name if name.isascii() and name.replace("_", "").isalnum() and len(name) <= 20 else "?"
