"""
The standard library's ``logging``.

What a handler of the program formats is what leaves. A record that no such handler has formatted is
looked at itself, with its message, its extra attributes, its traceback and its stack: under pytest
few programs have the handlers that they have in production.
"""

from __future__ import annotations

import functools
import logging
import sys
import traceback
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, call_here, is_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe", "pass_over_pytest"]

_EXIT = "logging"
#: Records whose handlers are remembered.
_MOST = 2048
#: Attributes that are not the program's own.
_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {
    "message", "asctime", "taskName",
}  # fmt: skip
#: Attributes of a record of which nobody but the library has set one, and its message. Its time, as
#: a handler writes it, can be one more.
_MOST_OF_USUAL = len(vars(logging.LogRecord("", 0, "", 0, "", (), None))) + 1
_traces_of = itemgetter("exc_info", "exc_text", "stack_info")
#: The attributes of a record that the program has logged and a handler has formatted; or a record
#: with: what was formatted of it, ``None`` for the record itself, ``""`` where it is on its way to
#: handlers elsewhere; the program's line, if the record does not name it.
_Waiting = dict[str, Any] | tuple[logging.LogRecord, "str | None", "Call | None"]


def observe(watch: Watch, patches: Patches) -> None:
    """Watch all loggers and handlers."""
    waiting: list[_Waiting] = []
    put = waiting.append
    own: set[str] = set()  # files of the program: nearly all records come from these
    formatted: dict[int, dict[str, Any]] = {}  # with the attributes: no others get their id
    most = watch.most_put_off

    def flush() -> None:
        if not waiting:
            return
        batch = waiting[:]
        del waiting[: len(batch)]  # what another thread adds meanwhile stays
        _look_at(batch, formatted, watch)

    def drop() -> None:
        nonlocal most
        waiting.clear()
        formatted.clear()
        most = watch.most_put_off

    watch.put_off_until_flush(flush, drop)

    def look_early() -> None:
        # Not at what is printed too: the second half of that may be to come.
        if watch.put_off:
            watch.flush_only(flush)
        else:
            watch.flush()

    def line_of(record: logging.LogRecord) -> Call | None:
        """Return the program's line for a record that a library has logged."""
        path = getattr(record, "pathname", None)
        if type(path) is str and is_program(path):
            own.add(path)
            return None
        return call_here(sys._getframe(2))  # noqa: SLF001  # as logging does

    def call_handlers(original: Any) -> Any:
        @functools.wraps(original)
        def call_handlers_(logger: logging.Logger, record: logging.LogRecord) -> Any:
            try:
                return original(logger, record)
            finally:
                # The usual record, formatted and of the program, in as few steps as there can be.
                fields = record.__dict__
                try:
                    usual = fields["pathname"] in own and "message" in fields
                except (KeyError, TypeError):
                    usual = False
                if usual:
                    put(fields)
                elif "message" in fields or _has_handler(logger, record):
                    put((record, None, line_of(record)))
                if len(waiting) >= most:
                    look_early()

        return call_handlers_

    def format_(original: Any) -> Any:
        @functools.wraps(original)
        def format_text(handler: logging.Handler, record: logging.LogRecord) -> Any:
            text = original(handler, record)
            module = handler.__class__.__module__
            if module != "_pytest.logging":
                # A queue is no exit. Its listener has handlers, and these format.
                queued = module == "logging.handlers" and hasattr(handler, "enqueue")
                said = "" if queued or type(text) is not str else text
                put((record, said, None if record.pathname in own else line_of(record)))
            return text

        return format_text

    patches.replace(logging.Logger, "callHandlers", call_handlers)
    patches.replace(logging.Handler, "format", format_)


def pass_over_pytest(_watch: Watch, patches: Patches) -> None:
    """Let pytest's own handlers, which see every record, format without a hook."""
    from _pytest import logging as own

    original = getattr(logging.Handler.format, "__wrapped__", logging.Handler.format)
    for name in ("LogCaptureHandler", "_FileHandler", "_LiveLoggingStreamHandler"):
        kind = getattr(own, name, None)
        if kind is not None:
            patches.replace(kind, "format", lambda _: original)


def _has_handler(logger: logging.Logger, record: logging.LogRecord) -> bool:
    node: logging.Logger | None = logger
    while node is not None:
        for handler in node.handlers:
            if record.levelno >= handler.level and not isinstance(handler, logging.NullHandler):
                return True
        node = node.parent if node.propagate else None
    return False


def _usual_text(batch: list[Any]) -> str | None:
    """
    Return the messages of *batch* as the lines of one text.

    ``None`` where one of it is more than a record with a message.
    """
    try:
        for fields in batch:
            if fields["exc_info"] or fields["exc_text"] or fields["stack_info"]:
                return None
            more = len(fields) - _MOST_OF_USUAL
            if more > 0 and more > ("asctime" in fields):
                return None
        return "\n".join([fields["message"] for fields in batch])
    except (KeyError, TypeError):  # a record with more to it; an attribute is missing
        return None


def _look_at(batch: list[_Waiting], formatted: dict[int, dict[str, Any]], watch: Watch) -> None:
    if not formatted:
        text = _usual_text(batch)
        if text is not None and watch.is_clean(text):
            watch.records += len(batch)
            watch.size += len(text)
            return
    _look_at_each(batch, formatted, watch)


def _look_at_each(
    batch: list[_Waiting], formatted: dict[int, dict[str, Any]], watch: Watch
) -> None:
    looks: list[Callable[[], object]] = []
    texts: list[str] = []
    for waiting in batch:
        if isinstance(waiting, dict):
            fields, text, call, record = waiting, None, None, None
        else:
            record, text, call = waiting
            fields = record.__dict__
        if record is None or text is None:
            if formatted and formatted.pop(id(fields), None) is fields:
                continue
            message = fields.get("message")
            closely = functools.partial(watch.safely, _look_closely, record or fields, call, watch)
            if type(message) is str and fields.keys() <= _STANDARD and not any(_traces_of(fields)):
                looks.append(closely)
                texts.append(message)
            else:
                closely()
            continue
        if len(formatted) > _MOST:
            formatted.clear()  # of listeners, whose records no logger hands on
        formatted[id(fields)] = fields
        if text:
            looks.append(functools.partial(watch.safely, _look_at_text, text, record, call, watch))
            texts.append(text)
    # As the lines of one log: a look at all of them costs a fraction of a look at each.
    joined = "\n".join(texts)
    if watch.is_clean(joined):
        watch.records += len(texts)
        watch.size += len(joined)
        return
    for look in looks:
        look()


def _look_at_text(text: str, record: logging.LogRecord, call: Call | None, watch: Watch) -> None:
    watch.text(_EXIT, text, _call_of(record, call), origin=_origin_of(record, call))


def _look_closely(
    record: logging.LogRecord | dict[str, Any], call: Call | None, watch: Watch
) -> None:
    if isinstance(record, dict):
        fields = record
        record = logging.LogRecord.__new__(logging.LogRecord)
        record.__dict__ = fields
    fields = record.__dict__
    line, origin = _call_of(record, call), _origin_of(record, call)
    message = fields.get("message")
    if not isinstance(message, str):
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001  # it does not fit, and logging says so
            message = str(record.msg)
    watch.text(_EXIT, message, line, origin=origin)
    extras = {name: value for name, value in fields.items() if name not in _STANDARD}
    if extras:
        watch.record(_EXIT, extras, line, origin=origin, but="there")
    for text in (_traceback_of(record), fields.get("stack_info")):
        if isinstance(text, str) and text:
            watch.text(_EXIT, text, line, origin=origin, but="there")


def _traceback_of(record: logging.LogRecord) -> str | None:
    if record.exc_text or not record.exc_info:
        return record.exc_text
    info: Any = record.exc_info  # what a program put there
    error = info[1] if isinstance(info, tuple) else None
    return "".join(traceback.format_exception(error)) if error is not None else None


def _call_of(record: logging.LogRecord, call: Call | None) -> Call:
    own = Call(record.pathname, record.lineno, record.funcName or "")
    # A thread of a library that nobody of the program runs in: its line is the best there is.
    return call if call is not None and call.file else own


def _origin_of(record: logging.LogRecord, call: Call | None) -> Call:
    if call is None or not call.file:
        return Call()
    return Call(record.pathname, record.lineno, record.funcName or "")
