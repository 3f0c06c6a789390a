"""Handlers of the standard library itself that let nothing out but the text of a record."""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any

from redactor.exits.stdlib_logging.quick_attributes import keep_quick
from redactor.exits.stdlib_logging.stock import is_stock

if TYPE_CHECKING:
    import logging

    from redactor.exits.stdlib_logging.formats import Formats

__all__ = ["TextHandlers"]

#: What each of them writes is ``self.format(record)`` and nothing else of the record, but for its
#: level in a syslog priority.
_NAMES = {
    "logging": ("StreamHandler", "FileHandler", "_StderrHandler"),
    "logging.handlers": (
        "RotatingFileHandler",
        "TimedRotatingFileHandler",
        "WatchedFileHandler",
        "SysLogHandler",
    ),
}

_METHODS = frozenset({"emit", "handle", "format", "filter", "flush", "acquire", "release"})
#: What was found with a handler: its formatter, the number of its attributes, its method ``emit``;
#: whether it is a text handler; and what takes the entry away with the handler.
Known = tuple["logging.Formatter | None", int, Any, bool, "weakref.ref[logging.Handler]"]


class TextHandlers:
    """
    Knows the handlers for which it is enough to look at the text that they write.

    These are of a class of the standard library itself, with nothing replaced in them, and their
    formatter brings nothing of its own.

    Args:
        formats: Knows the formatters.

    Attributes:
        known: Id of a handler to what was found with it; it counts while all that is the same.
    """

    def __init__(self, formats: Formats) -> None:
        self._formats = formats
        self.known: dict[int, Known] = {}

    def __contains__(self, handler: logging.Handler) -> bool:
        known = self.known.get(id(handler))
        if (
            known is None
            or known[0] is not handler.formatter
            or known[1] != len(handler.__dict__)
            or known[2] is not handler.__class__.emit
        ):
            known = self.learn(handler)
        return known[3]

    def learn(self, handler: logging.Handler) -> Known:
        """Find out whether *handler* is one, and remember it."""
        formatter, place = handler.formatter, id(handler)
        is_one = _writes_text(handler) and self._formats.is_plain(formatter)
        # Gone before its id can come again.
        until = weakref.ref(handler, lambda _: self.known.pop(place, None))
        known = formatter, len(handler.__dict__), type(handler).emit, is_one, until
        if is_one:
            keep_quick(handler)
        self.known[place] = known
        return known


def _writes_text(handler: logging.Handler) -> bool:
    kind = type(handler)
    if kind.__name__ not in _NAMES.get(kind.__module__, ()):
        return False
    if getattr(sys.modules.get(kind.__module__), kind.__name__, None) is not kind:
        return False
    methods = (kind.emit, kind.flush, kind.acquire, kind.release)
    return not vars(handler).keys() & _METHODS and all(map(is_stock, methods))
