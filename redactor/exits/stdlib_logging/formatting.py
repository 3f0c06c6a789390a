"""
From a record to its text: what replaces methods of ``Handler`` and ``Formatter`` that write.

The text of a record that was looked at before is looked at once more where its formatter can have
put more into it than the record has. That of one that was not is made here, from its message as it
is redacted.
"""

from __future__ import annotations

import functools
import logging
import sys
from contextlib import suppress
from logging import Formatter, Handler, LogRecord
from typing import TYPE_CHECKING, Any

from redactor.exits.rendered import is_withheld, rendered
from redactor.exits.stdlib_logging.attributes import TRACES
from redactor.exits.stdlib_logging.error_report import error_report
from redactor.exits.stdlib_logging.formats import default_formatter
from redactor.exits.stdlib_logging.messages import plain_text
from redactor.exits.stdlib_logging.placeholders import (
    WithheldRecord,
    placeholder,
    withheld_text,
)
from redactor.exits.stdlib_logging.stock import is_stock
from redactor.markers import marker

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.stdlib_logging.attributes import Checked
    from redactor.exits.stdlib_logging.delivery import Method
    from redactor.exits.stdlib_logging.formats import Formats
    from redactor.exits.stdlib_logging.hands import Hands, Memo
    from redactor.exits.stdlib_logging.log_records import LogRecords

__all__ = ["Formatting"]

_DROPPED = marker("withheld", "record")


class Formatting:
    """
    Makes the replacements.

    Args:
        guard: What redacts.
        records: What looks at records.
        hands: What each thread has in hands.
        formats: Knows the formatters.
    """

    def __init__(self, guard: Guard, records: LogRecords, hands: Hands, formats: Formats) -> None:
        self._guard = guard
        self._records = records
        self._hands = hands
        self._formats = formats

    def format(self, original: Method) -> Method:
        """Replace ``Handler.format``."""
        guard, records, known = self._guard, self._records, self._records.known
        hands, plans = self._hands, self._formats.plans
        afresh, look_at, adds_nothing = self._afresh, self._look_at, self._adds_nothing
        stock_format, get_message = Formatter.format, LogRecord.getMessage
        stock_message, stock_time = Formatter.formatMessage, Formatter.formatTime
        methods = original, stock_format, stock_message, stock_time, get_message
        usual = not records.drops and all(map(is_stock, methods))

        @functools.wraps(original)
        def format_(handler: Handler, record: LogRecord) -> Any:
            if not guard.active:
                return original(handler, record)
            memo: Memo | None = None
            checked: Any = hands.checked
            if checked is not None:
                if record is checked[0]:
                    text = original(handler, record)
                    formatter = handler.formatter or default_formatter()
                    if formatter.__class__ is Formatter and adds_nothing(formatter, checked):
                        return text
                    return look_at(text, record, checked[2])
                if checked[0] is None and checked[3] is record:
                    memo = checked
            formatter = handler.formatter or default_formatter()
            plan = plans.get(id(formatter))
            if plan is not None and usual:
                words_of, time_of, fill, style, pattern, count = plan
                try:
                    words = records.clean
                    if (
                        record.__class__ is LogRecord
                        and record.exc_info is None
                        and record.exc_text is None
                        and record.stack_info is None
                        and formatter._style is style  # noqa: SLF001  # its only name
                        and style._fmt is pattern  # noqa: SLF001  # as above
                        and count == len(formatter.__dict__)
                        and words_of(record) in words.places
                        and words.version == known.version
                        and Formatter.format is stock_format
                        and Formatter.formatMessage is stock_message
                        and Formatter.formatTime is stock_time
                        and LogRecord.getMessage is get_message
                    ):
                        # What Formatter.format does, with a look at the message in the middle.
                        if memo is not None and memo[1] is not None:
                            text = memo[1]
                        else:
                            text = record.msg
                            if record.args or text.__class__ is not str:
                                text = plain_text(text, record.args)
                            text = guard.text(text) if text is not None else records.said(record)
                            if memo is not None:
                                memo[1] = text
                        if text is not None:
                            record.message = text
                            if time_of is not None:
                                record.asctime = time_of(formatter, record)
                            return fill(record.__dict__)
                except Exception:  # noqa: BLE001, S110  # what is not as usual is looked at closely
                    pass
            text = afresh(original, handler, record, formatter, memo)
            return text if text is not None else format_(handler, record)

        return format_

    def _adds_nothing(self, formatter: Formatter, checked: Checked) -> bool:
        """Say whether the text of a record that was looked at needs no second look."""
        record, text, fields = checked
        if record.__class__ is WithheldRecord:
            return True
        try:
            if (
                text is None
                or record.__class__ is not LogRecord
                or self._formats.plan_of(formatter) is None
            ):
                return False
        except Exception:  # noqa: BLE001  # the redactor failed: it is not known
            return False
        if fields is not None and record.exc_text is self._hands.shown:
            fields["exc_text"] = record.exc_text
        return True

    def _afresh(
        self,
        original: Method,
        handler: Handler,
        record: LogRecord,
        formatter: Formatter,
        memo: Memo | None,
    ) -> Any:
        """Format a record that was not looked at; ``None`` when it can be, now, as usual."""
        plan = None
        with suppress(Exception):
            plan = self._formats.plan_of(formatter)
            if plan is not None:
                if self._records.remember(plan[0](record)):
                    return None
                if any(map(record.__dict__.get, TRACES)) and plain_text(record.msg, record.args):
                    # A traceback comes as text and is nothing else here: no need of a stand-in.
                    text = original(handler, record)
                    if memo is not None and memo[2] is record.exc_text and not record.stack_info:
                        return text
                    if self._guard.text(text) is text:
                        if memo is not None:
                            memo[2] = record.exc_text
                        return text
        if plan is None:
            return self._look_at(original(handler, record), record, None)
        checked = self._records.look(record)
        if checked is None:
            return _DROPPED
        text = original(handler, checked[0])
        if self._adds_nothing(formatter, checked):
            return text
        return self._look_at(text, checked[0], checked[2])

    def _look_at(self, text: Any, record: LogRecord, fields: dict[str, Any] | None) -> Any:
        """Return what a formatter made of *record*, redacted; and what it left behind in it."""
        guard = self._guard
        try:
            kept = getattr(record, "exc_text", None)
            if kept is None and text.__class__ is str and guard.text(text) is text:
                return text if "\x1b" not in text else rendered(text, guard)
            if type(kept) is str and (fields is None or fields.get("exc_text") is not kept):
                shown = kept if kept is self._hands.shown else guard.text(kept)
                if shown is not kept:
                    record.exc_text = shown
                if fields is not None:
                    fields["exc_text"] = shown
            if type(text) is not str:
                redacted = guard.record(text)
                return _DROPPED if redacted is None and text is not None else redacted
            redacted = rendered(text, guard)
            if not is_withheld(redacted, text):
                return redacted
            reason = redacted
        except Exception as error:  # noqa: BLE001  # C1: a placeholder leaves
            reason = guard.failed("logging", error)
        return withheld_text(placeholder(record, reason, self._records.clean), text)

    def show(self, original: Method) -> Method:
        """Replace ``Formatter.formatException`` and ``formatStack``."""
        guard, hands = self._guard, self._hands

        @functools.wraps(original)
        def show(formatter: Formatter, shown: Any) -> Any:
            text = original(formatter, shown)
            if not guard.active or type(text) is not str:
                return text
            try:
                text = rendered(text, guard)
            except Exception as error:  # noqa: BLE001  # C1: a marker leaves
                text = guard.failed("logging", error)
            if hands.checked is not None:
                hands.shown = text
            return text

        return show

    def handle_error(self, original: Method) -> Method:
        """Replace ``Handler.handleError``."""
        guard, records, hands = self._guard, self._records, self._hands

        @functools.wraps(original)
        def handle_error(handler: Handler, record: LogRecord) -> Any:
            if not guard.active:
                return original(handler, record)
            if not logging.raiseExceptions or not sys.stderr:
                return None
            checked: Any = hands.checked
            try:
                if checked is None or record is not checked[0]:
                    checked = records.look(record)
                report = error_report(checked[0], guard) if checked is not None else ""
            except RecursionError:
                raise
            except Exception as error:  # noqa: BLE001  # C1: a placeholder leaves
                report = f"--- Logging error ---\n{guard.failed('logging', error)}\n"
            with suppress(OSError):  # as the library does: there is nowhere to say it
                sys.stderr.write(report)
            return None

        return handle_error
