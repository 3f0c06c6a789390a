"""
What stands for an object of unknown type: what it says, without what it holds.

Two callers want two things. A clean record comes back as the same object. What leaves through an
exit must be what was looked at: the library behind it would ask an object again, and it may say
something else then, or block again. So there, a *settled* value stands for it: its texts, that do
not change any more.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.records.asking import SIZE, Asking, Withheld
from redactor.records.attributes import attributes, frame_lines
from redactor.records.held import Held
from redactor.records.kinds import static
from redactor.records.settled import (
    SettledDict,
    SettledFloat,
    SettledInt,
    SettledList,
    SettledNumber,
    SettledText,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.records.kinds import Kind

__all__ = ["Objects"]

#: Characters of an object's text that are kept where there is a secret in it.
MAX_REPR = 16_384
_LONGEST_MARKER = 120
#: Values of a table that are looked at.
_MAX_CELLS = 5000
#: A longer integer is no number of a log line, and Python may refuse to write it out.
_MAX_BITS = 256


class _Shown(NamedTuple):
    """
    What an object says, redacted.

    Attributes:
        said: Its ``repr``, ``str`` and ``format``, or the markers that stand for them.
        changed: The first of them that had a secret in it, if one had.
        withheld: The first marker that stands for one, if it did not say them all.
    """

    said: tuple[str, str, str]
    changed: str | None
    withheld: str | None

    @property
    def clean(self) -> bool:
        return self.changed is None and self.withheld is None


class Objects:
    """
    Looks at the objects of one record.

    Args:
        redact: Redacts a text, the value of a key.
    """

    def __init__(self, redact: Callable[[str, str], str]) -> None:
        self.asking = Asking()
        self._redact = redact

    def held(self) -> Held:
        """Return a place for what an object holds."""
        return Held(self._redact)

    def object(self, value: Any, known: Kind, key: str, *, settle: bool) -> Any:
        """
        Return what stands for *value*, the value of *key*.

        Args:
            value: An object of unknown type.
            known: What its type is.
            key: The name it has, or nothing.
            settle: Let nothing stand for it that can say something else later.
        """
        # Asked before its attributes are looked at: an ORM loads them when it is asked.
        self.asking.texts(value, known, once=settle)
        held = Held(self._redact, _MAX_CELLS) if known.walk == "_frame" else self.held()
        named = known.plain and known.walk == "_object"  # it says its name and its place only
        if known.walk == "_frame":
            for name, values in self._lines(value):
                held.look_line(values, name)
        elif not named and (known.own_repr or known.own_str or known.own_format):
            held.look_into(value)
        shown = self._shown(value, known, key, held, once=settle)
        if settle:
            if named and shown.clean:
                return value
            return self._settled(value, known, key, shown)
        if shown.withheld is not None:
            return shown.withheld
        if shown.changed is not None:
            return shown.changed
        if known.walk == "_error" and self._has_notes(value):
            return shown.said[0]
        return value

    def text(self, value: str, known: Kind, key: str, content: str, *, settle: bool) -> Any:
        """Return what stands for a text that can say something else; *content* is redacted."""
        shown = self._shown(value, known, key, self.held(), once=settle)
        if shown.withheld is not None:
            return content
        if settle:
            return SettledText(content, shown.said)
        return value if shown.changed is None else shown.changed

    def number(self, value: Any, known: Kind, key: str, number: Any, *, settle: bool) -> Any:
        """Return what stands for a number of a type of its own; *number* is how much it is."""
        held = self.held()
        held.look_into(value)
        shown = self._shown(value, known, key, held, once=settle)
        if shown.withheld is not None:
            return number
        if shown.changed is not None:
            return shown.changed
        if not settle:
            return value
        kind = SettledInt if type(number) is int else SettledFloat
        return kind(number, shown.said)

    def is_clean(self, value: Any, known: Kind, key: str) -> bool:
        """Say whether *value* says nothing that is a secret."""
        shown = self._shown(value, known, key, self.held(), once=False)
        return shown.clean

    def container(
        self, value: Any, known: Kind, key: str, held: Held, copy: Any, *, settle: bool
    ) -> Any:
        """
        Return what stands for a container of unknown type.

        Args:
            value: The container.
            known: What its type is.
            key: The name it has, or nothing.
            held: What it holds.
            copy: What it gave when it was iterated, redacted: a ``dict`` or a ``list``.
            settle: As for ``object``; where it is not set, *copy* holds what *value* holds.
        """
        shown = self._shown(value, known, key, held, once=settle)
        if shown.withheld is not None:
            return copy
        if not settle:
            return value if shown.changed is None else shown.changed
        if type(copy) is dict:
            return SettledDict(copy.items(), shown.said)
        return SettledList(copy, shown.said)

    def _shown(self, value: Any, known: Kind, key: str, held: Held, *, once: bool) -> _Shown:
        texts = self.asking.texts(value, known, once=once)
        done: dict[str, str] = {}  # most objects say the same whatever they are asked
        said: list[str] = []
        changed: str | None = None
        withheld: str | None = None
        for text in (texts.written, texts.said, texts.formatted):
            if isinstance(text, Withheld):
                said.append(text.marker)
                withheld = text.marker if withheld is None else withheld
                continue
            redacted = done.get(text)
            if redacted is None:
                redacted = self._redact(held.replaced(text), key)
                if redacted is not text or texts.cut:
                    redacted = self._cut(redacted, key, more=texts.cut)
                    changed = redacted if changed is None else changed
                done[text] = redacted
            said.append(redacted)
        return _Shown((said[0], said[1], said[2]), changed, withheld)

    def _cut(self, text: str, key: str, *, more: bool) -> str:
        """Return the start of *text*, that was redacted already; *more* says that it goes on."""
        if len(text) <= MAX_REPR:
            return text + SIZE if more else text
        end = MAX_REPR
        marker = text.rfind("[", end - _LONGEST_MARKER, end)
        opened = text.startswith(("[redacted:", "[document "), max(marker, 0))
        if marker >= 0 and opened and "]" not in text[marker:end]:
            end = marker
        # Where it was cut, the end of a number can have become the end of a card.
        return self._redact(text[:end], key) + SIZE

    def _settled(self, value: Any, known: Kind, key: str, shown: _Shown) -> Any:
        if shown.clean:
            number = self._as_number(value, known)
            if number is not None:
                digits = str(number)
                if self._redact(digits, key) is digits:
                    return SettledNumber(number, shown.said)
        if shown.withheld is not None and all(text == shown.withheld for text in shown.said):
            return shown.withheld
        return SettledText(shown.said[1], shown.said)

    def _as_number(self, value: Any, known: Kind) -> Any:
        """Return *value* as the number that it is for ``%d`` or ``%f``, or nothing."""
        kind = type(value)
        if known.walk != "_object" or known.plain or static(kind, "__call__") is not None:
            return None
        for name, call in (("__index__", operator.index), ("__float__", float), ("__int__", int)):
            if static(kind, name) is None:
                continue
            try:
                if static(kind, "ndim") is not None and self.asking.ask(value, _size, value):
                    return None  # an array: libraries warn when it is taken for a number
                number = self.asking.ask(value, call, value)
            except Withheld:
                continue
            if type(number) is float or (type(number) is int and number.bit_length() <= _MAX_BITS):
                return number
        return None

    def _lines(self, frame: Any) -> list[tuple[str, list[Any]]]:
        try:
            return self.asking.ask(frame, frame_lines, frame)  # type: ignore[no-any-return]
        except Withheld:
            return []

    def _has_notes(self, error: Any) -> bool:
        notes = dict(attributes(error)).get("__notes__")
        if type(notes) is not list:
            return False
        texts = [note for note in notes if type(note) is str]
        return any(self._redact(note, "") is not note for note in texts)


def _size(array: Any) -> bool:
    return bool(array.ndim)
