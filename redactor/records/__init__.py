"""
Structured records: what a program hands to its loggers, with every secret replaced.

The caller's objects are never changed: a clean record comes back as itself, and on the way to a
secret the containers are copied. The walk is bounded in depth, in values, in the time that code of
the caller's objects may take, and in what comes out; nothing that an object does when it is asked
reaches the caller as an exception.
"""

from __future__ import annotations

from functools import partial

from redactor.markers import marker
from redactor.records.held import Drop
from redactor.records.selected import FIELD, Descent, Selection
from redactor.records.walk import Walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redactor._redactor import Redactor

__all__ = ["FIELD", "RecordWalker", "Selection", "Walk"]


class RecordWalker:
    """
    Walks records for one redactor.

    Args:
        redactor: Whose texts these are.
        selection: The paths of its policy, if it has any.
    """

    def __init__(self, redactor: Redactor, selection: Selection | None = None) -> None:
        self._redactor = redactor
        self._selection = selection
        engine = redactor._engine  # noqa: SLF001  # two halves of one object
        self._engine = engine
        self._native_check = getattr(engine, "check", None)
        actions = redactor.actions
        self._drops = bool(actions.dropped_fields or actions.dropped_records)
        usual = selection is None and not self._drops
        self._native_redact = getattr(engine, "redact_record", None) if usual else None
        #: As the check of the engine, but what the policy names is not clean either.
        self._check_record = self._native_check
        if selection is not None and self._native_check is not None:
            self._check_record = engine.check_in(selection.fields)

    def record(self, record: Any, *, settle: bool = False) -> Any:
        """
        Return *record* redacted; see ``Redactor.record``.

        Args:
            record: Any object.
            settle: Replace each object of unknown type by what it says, also when that is clean, so
                that what is read later is what was looked at now. What stands for it is a ``str``,
                that ``%d`` and ``%f`` take where they take the object; a ``dict`` or a ``list``
                for a container; an ``int`` or a ``float`` for what is derived from one. Its
                ``str``, ``repr`` and ``format`` are those of the object, redacted.
        """
        try:
            clean = self._check_record
            if clean is not None and clean(record):
                return record
            redactor = self._redactor
            native = self._native_redact
            if native is not None and clean is not None and not redactor.counts:
                redacted = native(record, redactor._markers)  # noqa: SLF001  # two halves of one object
                if redacted is not None:
                    return redacted
            holds_known = redactor.holds_known if len(redactor.known) else None
            check = self._native_check
            if self._selection is None:
                return Walk(self.text, check, holds_known, settle=settle).value(record, "", 0)
            descent = Descent(self._selection)
            text = partial(self._text_at, descent)
            walk = Walk(text, check, holds_known, settle=settle, descent=descent)
            return walk.value(record, "", 0)
        except Drop as drop:
            return None if drop.record else marker("withheld", "field")
        except Exception as error:  # noqa: BLE001  # C1: whatever failed, nothing raw is let out
            return self._redactor.withheld(error)

    def settled(self, record: Any) -> Any:
        """Return *record* redacted, as something that says later what it says now."""
        return self.record(record, settle=True)

    def text(self, data: bytes, key: str, at: frozenset[int] = frozenset()) -> bytes:
        """
        Return *data*, the value of *key*, redacted; the same object when clean.

        *at* holds the places of the exceptions whose path names the value.
        """
        if self._drops:
            actions = self._redactor.actions
            for _, _, rule in self._redactor.spans(data, key=key or None, at=at):
                if rule in actions.dropped_records:
                    raise Drop(record=True)
                if rule in actions.dropped_fields:
                    raise Drop(record=False)
        return self._redactor.data(data, key=key or None, at=at)

    def _text_at(self, descent: Descent, data: bytes, key: str) -> bytes:
        return self.text(data, key, descent.exempt)
