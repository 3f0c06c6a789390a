"""The close look at a log record: all of its attributes, and the copy that is handed on."""

from __future__ import annotations

import traceback
from contextlib import suppress
from logging import LogRecord
from types import TracebackType
from typing import TYPE_CHECKING, Any

from redactor.exits import exceptions
from redactor.exits.stdlib_logging.attributes import NUMBERS, TRACES, WORDS, extras_of, place_of
from redactor.exits.stdlib_logging.messages import Message, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.stdlib_logging.attributes import Checked
    from redactor.exits.stdlib_logging.clean_words import CleanWords
    from redactor.exits.stdlib_logging.parts import Parts

__all__ = ["closely"]

#: Frames that a traceback is followed for, to find where in another one it begins.
_MAX_FRAMES = 2_000


def closely(
    record: LogRecord, parts: Parts, clean: CleanWords, seen: tuple[str, str] | None = None
) -> Checked:
    """
    Return what is handed on in the place of *record*, and what is known about it.

    Args:
        record: Any record; it is not changed.
        parts: What redacts.
        clean: What was found clean before; what is found clean now is added.
        seen: A message that was looked at already, and what was made of it.

    Raises:
        Dropped: A rule's action drops the record.
    """
    fields = dict(record.__dict__)
    new = _standard(fields, parts, clean)
    new |= _traces(fields, parts)
    message = message_of(fields, parts, _formatting(record, fields), seen)
    if message.msg is not fields["msg"]:
        new["msg"] = message.msg
    if message.args is not fields["args"]:
        new["args"] = message.args
    extras = extras_of(fields, message.text)
    redacted = _extras(extras, parts, clean)
    if not new and redacted is extras:
        return record, message.text, fields
    if redacted is not extras:
        fields = {name: value for name, value in fields.items() if name not in extras}
    if "message" in fields:
        new["message"] = message.text if message.text is not None else ""
    fields |= {**redacted, **new}
    return _copy(record, fields, message), message.text, fields


def _standard(fields: dict[str, Any], parts: Parts, clean: CleanWords) -> dict[str, Any]:
    """Return what changes of the words and numbers that every record has."""
    new: dict[str, Any] = {}
    for name in WORDS:
        value = fields.get(name)
        if type(value) is str:
            if value not in clean.words:
                redacted = parts.text(value)
                if redacted is value:
                    clean.add_word(value)
                else:
                    new[name] = redacted
        elif value is not None:
            new[name] = parts.named(name, value)
    for name in NUMBERS:
        value = fields.get(name)
        if type(value) not in (int, float) and value is not None:
            new[name] = parts.named(name, value)
    if not new and not any(map(fields.get, TRACES)):
        with suppress(KeyError, TypeError):  # a record of another make
            clean.add_place(place_of(fields))
    return new


def _traces(fields: dict[str, Any], parts: Parts) -> dict[str, Any]:
    """Return what changes of the exception and the stack."""
    new: dict[str, Any] = {}
    info = fields.get("exc_info")
    if info:
        redacted = _exc_info(info, parts)
        if redacted is not info:
            new["exc_info"] = redacted
    for name in ("exc_text", "stack_info"):
        value = fields.get(name)
        if value:
            shown = parts.text(value) if type(value) is str else parts.named(name, value)
            if shown is not value:
                new[name] = shown
    return new


def _exc_info(info: Any, parts: Parts) -> Any:
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if not isinstance(info, tuple) or len(info) != 3 or not isinstance(info[1], BaseException):
        nothing = info is True or (isinstance(info, tuple) and not any(info))
        return info if nothing else parts.named("exc_info", info)
    error, entry = info[1], info[2]
    if parts.drops:
        parts.text("".join(traceback.format_exception(error)))
    kind, stand, stand_traceback = exceptions.exc_info(error, parts.guard)
    if entry is not error.__traceback__:
        stand_traceback = _entry(entry, error.__traceback__, stand_traceback, parts)
    return kind, stand, stand_traceback


def _entry(
    entry: Any, real: TracebackType | None, stand: TracebackType | None, parts: Parts
) -> TracebackType | None:
    """Return what stands for *entry*, which can be one of *real* whose stand-in is *stand*."""
    if type(entry) is not TracebackType:
        # One that can be sent to another process, as billiard's, says that it is one.
        return stand if entry is not None else None
    for _ in range(_MAX_FRAMES):
        if real is None or stand is None:
            break
        if real is entry:
            return stand
        real, stand = real.tb_next, stand.tb_next
    foreign = Exception().with_traceback(entry)
    return exceptions.stand_in(foreign, parts.guard).__traceback__


def _extras(extras: dict[str, Any], parts: Parts, clean: CleanWords) -> dict[str, Any]:
    """Return *extras* redacted; the same object when they are clean."""
    if not extras:
        return extras
    own: dict[str, Any] = {}
    if "_logger" in extras and "_name" in extras:
        # Of structlog: its formatter hands the logger to its processors.
        own = {name: extras[name] for name in ("_logger", "_name")}
        if isinstance(own["_logger"], str) or parts.unsettled(own) is not own:
            own = {}
    rest = {name: value for name, value in extras.items() if name not in own}
    redacted = parts.record(rest)
    if redacted is rest:
        clean.add_names(extras)
        return extras
    if not isinstance(redacted, dict):
        # It could not be redacted; this is why.
        redacted = {name: redacted for name in rest if name in clean.names}
    return {**redacted, **own}


def _formatting(record: LogRecord, fields: dict[str, Any]) -> Callable[[Any, Any], str] | None:
    """Return how the class of *record* formats, ``None`` when it does as ``LogRecord`` does."""
    kind = type(record)
    if kind is LogRecord or kind.getMessage is LogRecord.getMessage:
        return None

    def format_(msg: Any, args: Any) -> str:
        copy = _bare_copy(record, {**fields, "msg": msg, "args": args})
        text = copy.getMessage()
        return text if type(text) is str else str.__str__(str(text))

    return format_


def _copy(record: LogRecord, fields: dict[str, Any], message: Message) -> LogRecord:
    """Return a record of *fields*, of the same class where that says no more than *message*."""
    copy = _bare_copy(record, fields)
    format_ = _formatting(copy, fields)
    if format_ is None or message.text is None:
        return copy
    try:
        if copy.getMessage() == message.text:
            return copy
    except Exception:  # noqa: BLE001, S110  # it is not made for what stands in its attributes
        pass
    plain = _bare_copy(LogRecord("", 0, "", 0, "", (), None), fields)
    plain.msg, plain.args = message.text, ()
    fields |= {"msg": message.text, "args": ()}
    return plain


def _bare_copy(record: LogRecord, fields: dict[str, Any]) -> LogRecord:
    copy: LogRecord = object.__new__(type(record))
    copy.__dict__.update(fields)
    return copy
