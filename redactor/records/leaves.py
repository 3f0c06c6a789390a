"""Single values of a record: texts, bytes, numbers, and what is like them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.records.asking import SIZE, Withheld, read
from redactor.records.kinds import Kind, kind_of
from redactor.records.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.records.selected import Descent

__all__ = ["Leaves"]

#: Bytes of a buffer that are looked at; a longer one becomes a marker.
MAX_BUFFER = 1 << 24
#: Integers with fewer digits hold no card number.
_SMALLEST_CARD = 10**11
#: An integer of more digits holds no card number, and Python may refuse to write it out.
_MAX_INTEGER_BITS = 256
#: Characters from which a text is long: the interpreter lock is let go for it.
_LONG = 1 << 16


class Leaves:
    """
    Redacts the values of one record that hold no others.

    Args:
        text: Redacts bytes, the value of a key; returns the same object when they are clean.
        check: Says ``True`` for a clean value, where the engine can. It is the short way past what
            is clean; anything else it says means that *text* is asked.
        holds_known: Says whether a known value is in the text of a value that no rule looks at;
            ``None`` when no value is known.
        settle: Replace objects of unknown type by their redacted texts also when they are clean.
        descent: Where the walk is by the paths of the policy; ``None`` when it has none.
    """

    def __init__(
        self,
        text: Callable[[bytes, str], bytes],
        check: Callable[[Any], bool | None] | None = None,
        holds_known: Callable[[Any], bool] | None = None,
        *,
        settle: bool = False,
        descent: Descent | None = None,
    ) -> None:
        self._descent = descent
        self._text_of = text
        self._check = check
        self._holds_known = holds_known
        self._settle = settle
        self._made: Objects | None = None

    @property
    def _objects(self) -> Objects:
        # Most records have none.
        if self._made is None:
            self._made = Objects(self._string)
        return self._made

    def value(self, value: Any, key: str, depth: int) -> Any:
        """Return *value*, the value of *key*, redacted; the same object when it is clean."""
        raise NotImplementedError

    def _string(self, text: str, key: str) -> str:
        check = self._check
        if check is not None and len(text) < _LONG and check({key: text} if key else text):
            return text
        data = text.encode("utf-8", "surrogatepass")
        redacted = self._text_of(data, key)
        return text if redacted is data else redacted.decode("utf-8", "surrogatepass")

    def _number(self, value: Any, key: str) -> Any:
        if isinstance(value, int):
            # Said again in place of a call: most numbers end here.
            if not key and self._holds_known is None and -_SMALLEST_CARD < value < _SMALLEST_CARD:
                return value
            if not key and self._is_small(value):
                return value
            if value.bit_length() > _MAX_INTEGER_BITS:
                return value
            data = b"%d" % value
        else:
            data = str(value).encode("ascii", "replace")
        redacted = self._text_of(data, key)
        return value if redacted is data else redacted.decode("utf-8", "surrogatepass")

    def _is_small(self, number: int) -> bool:
        """Say whether no rule can find anything in *number* without a name, nor is it known."""
        if not -_SMALLEST_CARD < number < _SMALLEST_CARD:
            return False
        return self._holds_known is None or not self._holds_known(number)

    def _uuid(self, value: Any, _known: Kind, _key: str, _depth: int) -> Any:
        # No rule is to judge what is an identifier by its type.
        text = read(str, value)
        if self._holds_known is None or not self._holds_known(text):
            return value
        return self._string(text, "")

    def _safe(self, value: Any, _known: Kind, _key: str, _depth: int) -> Any:
        return value

    def _text(self, value: str, known: Kind, key: str, _depth: int) -> Any:
        plain = str.__str__(value)
        redacted = self._string(plain, key)
        if known.plain or (redacted is not plain and not self._settle):
            return value if redacted is plain else redacted
        return self._objects.text(value, known, key, redacted, settle=self._settle)

    def _bytes(self, value: Any, known: Kind, key: str, _depth: int) -> Any:
        kind = type(value)
        if kind is bytes:
            data: bytes = value
        else:
            data = read(_buffer, value)
        redacted = self._text_of(data, key)
        if redacted is not data:
            return redacted
        if known.plain:
            return value
        # Of a type of its own: what is read of it is in its buffer, whatever it says.
        settled = self._objects.object(value, known, key, settle=False)
        return data if self._settle and settled is value else settled

    def _numeric(self, value: Any, known: Kind, key: str, _depth: int) -> Any:
        if issubclass(type(value), int):
            number: Any = int.__int__(value)
        elif issubclass(type(value), float):
            number = float.__float__(value)
        else:
            text = read(str, value)
            redacted = self._string(text, key)
            return value if redacted is text else redacted
        redacted = self._number(number, key)
        if redacted is not number:
            return redacted
        if known.plain:
            return value
        return self._objects.number(value, known, key, number, settle=self._settle)

    def _scalar(self, value: Any, _known: Kind, key: str, depth: int) -> Any:
        """Redact a value of an array by the number or text that it is."""
        if value.dtype.kind in "mM":  # a time
            return value
        item = read(value.item)
        if type(item) is type(value):  # wider than any number of Python
            item = str(value)
        redacted = self.value(item, key, depth)
        return value if redacted is item else redacted

    def _path(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        if not known.plain:
            return self._object(value, known, key, depth)
        plain = read(str, value)
        redacted = self._string(plain, key)
        return value if redacted is plain else redacted

    def _moment(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        return value if known.plain else self._object(value, known, key, depth)

    def _enum(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        inner = read(getattr, value, "_value_")
        redacted = self.value(inner, key, depth + 1)
        if redacted is inner:
            if known.plain:
                return value
            if issubclass(type(value), int):
                number = int.__int__(value)
                return self._objects.number(value, known, key, number, settle=self._settle)
            return self._object(value, known, key, depth)
        if self._settle and kind_of(type(inner)).walk in {"_object", "_dataclass"}:
            return self._object(value, known, key, depth)
        return redacted

    def _object(self, value: Any, known: Kind, key: str, _depth: int) -> Any:
        return self._objects.object(value, known, key, settle=self._settle)

    _error = _frame = _object


def _buffer(value: Any) -> bytes:
    view = memoryview(value)
    if view.nbytes > MAX_BUFFER:
        raise Withheld(SIZE)
    return bytes(view)
