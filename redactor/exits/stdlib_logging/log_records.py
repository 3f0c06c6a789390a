"""
Log records, looked at once and handed on: the same object when it is clean, a copy when it is not.

The way of a clean record is short, since every call of every logger goes it: its message is looked
at, and the rest is compared with what was found clean before.
"""

from __future__ import annotations

from logging import LogRecord
from typing import TYPE_CHECKING, Any

from redactor.exits.stdlib_logging.attributes import COUNT, HAS_TASKS, extras_of, is_same, place_of
from redactor.exits.stdlib_logging.clean_words import CleanWords
from redactor.exits.stdlib_logging.close_look import closely
from redactor.exits.stdlib_logging.messages import PLAIN, is_within, message_of, plain_text
from redactor.exits.stdlib_logging.parts import Dropped, Failed, Parts
from redactor.exits.stdlib_logging.placeholders import placeholder

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.stdlib_logging.attributes import Checked

__all__ = ["LogRecords"]


class LogRecords:
    """
    Looks at log records for a guard.

    Args:
        guard: What redacts.

    Attributes:
        known: The known values. What was clean before one was added is looked at again.
        clean: What was found clean.
        drops: A rule's action drops records.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._parts = Parts(guard)
        self.known = guard.redactor.known
        self.clean = CleanWords(self.known.version)
        self.drops = self._parts.drops

    def look(self, record: LogRecord, clean: str | None = None) -> Checked | None:
        """
        Return what is handed on in the place of *record*, and what is known about it.

        Never raises. *record* is not changed.

        Args:
            record: A record, from wherever.
            clean: A message that is known to be clean.

        Returns:
            Where it is clean, *record* itself. ``None`` when a rule's action drops the record.
        """
        # In one piece: a call of a function for each part would cost as much as the part.
        seen: tuple[str, str] | None = None
        try:
            words = self.clean
            fields = record.__dict__
            if (
                record.__class__ is LogRecord
                and place_of(fields) in words.places
                and (fields["threadName"] in words.words or self._is_clean(fields["threadName"]))
                and (
                    not HAS_TASKS
                    or fields["taskName"] in words.words
                    or self._is_clean(fields["taskName"])
                )
                # Text in one of them would raise, or give a text.
                and (
                    fields["created"]
                    + fields["msecs"]
                    + fields["relativeCreated"]
                    + fields["thread"]
                ).__class__
                is float
                and words.version == self.known.version
            ):
                args = fields["args"]
                text = plain_text(fields["msg"], args)
                redacted = text
                if text is not None and text != clean:
                    redacted = self._guard.text(text)
                    seen = text, redacted
                if redacted is text and text is not None and (not args or is_within(args, text)):
                    if len(fields) == COUNT:
                        return record, text, None
                    extras = extras_of(fields, text)
                    if not extras:
                        return record, text, None
                    if self._guard.record(extras) is extras:
                        if not extras.keys() <= words.names:
                            words.add_names(extras)
                        return record, text, dict(fields)
        except Exception:  # noqa: BLE001, S110  # what is not as usual is looked at closely
            pass
        return self._closely(record, seen)

    def again(self, checked: Checked, record: LogRecord) -> Checked | None:
        """
        Return what is handed on now that somebody had *record* in hands since it was *checked*.

        Returns:
            *checked* itself when nothing has changed since.
        """
        _, text, fields = checked
        if fields is None:
            now = self.look(record, text)
            return checked if now is not None and now[0] is record else now
        return checked if is_same(record.__dict__, fields, text) else self.look(record, text)

    def redacted(self, record: LogRecord) -> LogRecord | None:
        """Return what is handed on in the place of *record*; ``None`` when it is dropped."""
        checked = self.look(record)
        return checked[0] if checked is not None else None

    def said(self, record: LogRecord) -> str | None:
        """
        Return the message of *record*, redacted; ``None`` when it cannot be formatted.

        Raises:
            Dropped: A rule's action drops the record.
            Exception: The redactor failed.
        """
        return message_of(record.__dict__, self._parts).text

    def remember(self, shown: Any) -> bool:
        """Remember *shown*, words and numbers of a record, if clean; say whether it is new."""
        words = self._current()
        values = shown if isinstance(shown, tuple) else (shown,)
        if shown in words.places or not all(map(self._is_clean, values)):
            return False
        words.add_place(shown)
        return True

    def withheld(self, record: LogRecord, error: Exception) -> Checked | None:
        """Return the placeholder that is handed on in the place of *record* because of *error*."""
        try:
            if isinstance(error, Failed):
                reason = error.reason
            else:
                reason = self._guard.failed("logging", error)
            stand = placeholder(record, reason, self.clean)
        except Exception:  # noqa: BLE001  # there is no stack left, or no memory
            return None
        return stand, stand.msg, dict(stand.__dict__)

    def _closely(self, record: LogRecord, seen: tuple[str, str] | None) -> Checked | None:
        words = self._current()
        try:
            return closely(record, self._parts, words, seen)
        except Dropped:
            return None
        except Exception as error:  # noqa: BLE001  # C1: a placeholder leaves in its place
            return self.withheld(record, error)

    def _current(self) -> CleanWords:
        version = self.known.version
        if self.clean.version != version:
            # What was clean can be a known value now.
            self.clean = CleanWords(version)
        return self.clean

    def _is_clean(self, word: Any) -> bool:
        words = self.clean
        if word in words.words or word.__class__ is not str:
            return word.__class__ in PLAIN
        if self._guard.text(word) is not word:
            return False
        words.add_word(word)
        return True
