"""
From a logger to its handlers: what replaces ``Logger.callHandlers`` and ``Handler.handle``.

A thread remembers the record that it hands on, so that a handler which gets this very record does
not look at it again. What a handler gets in another way, or after somebody changed it, is looked at
there. A record that goes to text handlers only, as in most programs, is looked at where its text is
made: that is all of it that leaves.
"""

from __future__ import annotations

import functools
import sys
from logging import Handler, Logger, LogRecord, NullHandler
from typing import TYPE_CHECKING, Any

from redactor.exits.stdlib_logging.attributes import is_same
from redactor.exits.stdlib_logging.forks import lost_lock
from redactor.exits.stdlib_logging.stock import is_stock

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.stdlib_logging.attributes import Checked
    from redactor.exits.stdlib_logging.hands import Hands
    from redactor.exits.stdlib_logging.log_records import LogRecords
    from redactor.exits.stdlib_logging.text_handlers import TextHandlers

    Method = Callable[[Any, Any], Any]

__all__ = ["Delivery"]

#: Records that are handed on inside each other, by a handler that logs. Beyond that it is a loop.
_MAX_NESTED = 10
#: What filters return in the place of a record counts from this version of Python on.
_FILTERS_REPLACE = sys.version_info >= (3, 12)


class Delivery:
    """
    Makes the replacements.

    Args:
        guard: What redacts.
        records: What looks at records.
        hands: What each thread has in hands.
        texts: Knows the text handlers.
    """

    def __init__(
        self, guard: Guard, records: LogRecords, hands: Hands, texts: TextHandlers
    ) -> None:
        self._guard = guard
        self._records = records
        self._hands = hands
        self._texts = texts
        self._handle: Any = Handler.handle
        self._filter: Any = Handler.filter
        self._own_handle: Any = None

    def call_handlers(self, original: Method) -> Method:
        """Replace ``Logger.callHandlers``."""
        guard, texts, known, own = self._guard, self._texts, self._texts.known, self
        give, give_all, hand_on = self._handle, self._give_all, self.hand_on(original)
        # Where others have replaced something before, or a record can be dropped, all go one way.
        usual = not self._records.drops and all(map(is_stock, (original, give, self._filter)))

        @functools.wraps(original)
        def call_handlers(logger: Logger, record: LogRecord) -> Any:
            if not usual or not guard.active or Handler.handle is not own._own_handle:
                return hand_on(logger, record)
            level = record.levelno
            first: Handler | None = None
            others: list[Handler] | None = None
            node: Logger | None = logger
            while node is not None:
                for handler in node.handlers:
                    if level >= handler.level and handler.__class__ is not NullHandler:
                        if first is None:
                            first = handler
                        elif others is None:
                            others = [handler]
                        else:
                            others.append(handler)
                node = node.parent if node.propagate else None
            if first is None:
                return original(logger, record)
            if others is not None:
                return give_all((first, *others), record) or hand_on(logger, record)
            try:
                kept = known.get(id(first))
                if (
                    kept is None
                    or kept[0] is not first.formatter
                    or kept[1] != len(first.__dict__)
                    or kept[2] is not first.__class__.emit
                ):
                    kept = texts.learn(first)
                text_only = kept[3]
            except Exception:  # noqa: BLE001  # a handler of another make
                return hand_on(logger, record)
            if text_only:
                try:
                    return give(first, record)
                except RecursionError as error:  # a stream that logs
                    guard.failed("logging", error)
                    return None
                except RuntimeError as error:
                    if not lost_lock(error):
                        raise
                    return None
            if first.__class__.handle is own._own_handle:
                return own._own_handle(first, record)
            return hand_on(logger, record)

        return call_handlers

    def _give_all(self, handlers: tuple[Handler, ...], record: LogRecord) -> bool:
        """Give *record* to *handlers* where all write text only; say whether that was so."""
        hands = self._hands
        if hands.checked is not None:
            return False
        try:
            for handler in handlers:
                if handler.filters or handler not in self._texts:
                    return False
        except Exception:  # noqa: BLE001  # a handler of another make
            return False
        hands.checked = [None, None, None, record]
        try:
            for handler in handlers:
                try:
                    self._handle(handler, record)
                except RuntimeError as error:
                    if not lost_lock(error):
                        raise
        except RecursionError as error:  # a stream that logs
            self._guard.failed("logging", error)
        finally:
            hands.checked = None
        return True

    def hand_on(self, original: Method) -> Method:
        """Replace a method that gives a record to one handler after the other."""
        guard, look, hands, inside = self._guard, self._records.look, self._hands, self._inside

        @functools.wraps(original)
        def hand_on(owner: Any, record: LogRecord) -> Any:
            if not guard.active:
                return original(owner, record)
            checked = look(record)
            if checked is None:
                return None
            if hands.checked is not None:
                return inside(original, owner, checked)
            hands.checked = checked
            try:
                return original(owner, checked[0])
            finally:
                hands.checked = hands.handled = hands.shown = None

        return hand_on

    def _inside(
        self, give: Method, owner: Any, now: Checked, handled: LogRecord | None = None
    ) -> Any:
        """Give what was looked at just *now* to *owner*, maybe while another record is in hands."""
        hands = self._hands
        if hands.nested >= _MAX_NESTED:
            loop = self._records.withheld(now[0], RecursionError())
            if hands.nested > _MAX_NESTED or loop is None:
                return None
            now = loop
        before = hands.checked, hands.handled
        hands.nested += 1
        hands.checked, hands.handled = now, handled
        try:
            return give(owner, now[0])
        finally:
            hands.nested -= 1
            hands.checked, hands.handled = before
            # What a handler's filters added and what was found clean is so for the next one.
            if before[0] is not None and now[0] is before[0][0]:
                hands.checked = now

    def handle(self, original: Method) -> Method:
        """Replace ``Handler.handle``."""
        guard, records, hands, filter_ = self._guard, self._records, self._hands, self._filter
        inside, filtered = self._inside, self._filtered

        @functools.wraps(original)
        def handle(handler: Handler, record: LogRecord) -> Any:
            if not guard.active:
                return original(handler, record)
            has_filters = handler.filters or handler.__class__.filter is not filter_
            checked = hands.checked
            if checked is not None and record is checked[0]:
                if record is not hands.handled:
                    hands.handled = record
                    now: Checked | None = checked  # type: ignore[assignment]  # a memo has no record
                else:
                    now = records.again(checked, record)  # type: ignore[arg-type]  # as above
                if now is checked and not has_filters:
                    return original(handler, record)
            elif has_filters:
                return filtered(handler, record, None)
            else:
                now = records.look(record)
            if now is None:
                return False
            if has_filters:
                return filtered(handler, now[0], now)
            if checked is not None:
                return inside(original, handler, now, now[0])
            hands.checked, hands.handled = now, now[0]
            try:
                return original(handler, now[0])
            finally:
                hands.checked = hands.handled = hands.shown = None

        self._own_handle = handle
        return handle

    def _filtered(self, handler: Handler, record: LogRecord, now: Checked | None) -> Any:
        """
        Do what ``Handler.handle`` does, and look at what the handler's filters made of *record*.

        They are code of the program: what they are given was looked at only if it had to be before.
        """
        before = record.__dict__.copy() if now is not None else {}
        kept: Any = handler.filter(record)
        if not kept:
            return kept
        if _FILTERS_REPLACE and isinstance(kept, LogRecord) and kept is not record:
            now = self._records.look(kept)
        elif now is None or not is_same(record.__dict__, before, now[1]):
            now = self._records.look(record, now[1] if now is not None else None)
        if now is None:
            return False
        self._inside(_emit, handler, now, now[0])
        return kept


def _emit(handler: Handler, record: LogRecord) -> None:
    handler.acquire()
    try:
        handler.emit(record)
    finally:
        handler.release()
