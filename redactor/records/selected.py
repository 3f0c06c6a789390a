"""Where a walk is in a record, by the paths of the policy: fields that it names, exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.markers import MARKER, marker
from redactor.paths import TYPES
from redactor.records.held import Drop
from redactor.records.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor.field_types import Action
    from redactor.paths import Paths

__all__ = ["FIELD", "START", "Descent", "Selection"]

#: A place in a record: the states of both kinds of paths, and the exceptions that name it.
Mark = tuple[int, int, frozenset[int]]
#: Where a walk is that no path is followed in.
START: Mark = (0, 0, frozenset())
#: What stands in the marker of a field that the policy names.
FIELD = "field"
#: Larger integers are not written out.
_MAX_BITS = 256
_STRING, _NUMBER, _BOOLEAN, _BINARY, _ARRAY, _OBJECT, _NULL = range(len(TYPES))
#: What a value counts as whose type the walk knows otherwise.
_WALKS = {
    "_text": _STRING, "_path": _STRING, "_moment": _STRING, "_uuid": _STRING, "_enum": _STRING,
    "_numeric": _NUMBER, "_scalar": _NUMBER, "_bytes": _BINARY, "_sequence": _ARRAY,
    "_collection": _ARRAY, "_safe": _STRING,
}  # fmt: skip


class Selection:
    """
    The paths of a policy, compiled. Safe to share between threads.

    Args:
        fields: The fields that the policy names.
        actions: The action of each of them.
        write: What stands in the place of a text, for each of them.
        exempted: The paths of exceptions.
        places: The place of each of these exceptions in the policy.
    """

    def __init__(
        self,
        fields: Paths,
        actions: Sequence[Action],
        write: Sequence[Callable[[bytes], bytes]],
        exempted: Paths,
        places: Sequence[int],
    ) -> None:
        self.fields = fields
        self.actions = tuple(actions)
        self.write = tuple(write)
        self.exempted = exempted
        self.places = tuple(places)


class Descent:
    """
    Where one walk is.

    Attributes:
        exempt: The places of the exceptions whose path names the value that the walk is at.
    """

    __slots__ = ("_fields", "_others", "_selection", "exempt")

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._fields = selection.fields.root
        self._others = selection.exempted.root
        self.exempt: frozenset[int] = frozenset()

    def mark(self) -> Mark:
        """Return where the walk is, for ``down``, ``item`` and ``back``."""
        return self._fields, self._others, self.exempt

    def back(self, mark: Mark) -> None:
        """Go back to where the walk was."""
        self._fields, self._others, self.exempt = mark

    def nowhere(self) -> None:
        """Leave the record: what follows is in no field, such as a key."""
        self._fields = self._others = 0
        self.exempt = frozenset()

    def down(self, mark: Mark, key: str, value: Any) -> int:
        """
        Go from the mapping at *mark* to the *value* of *key*.

        Returns:
            The selector of the fields that names it, from 1; 0 when none does.
        """
        kind = _kind(value)
        selection = self._selection
        self._fields, hit = selection.fields.step(mark[0], key, kind)
        self._others, other = selection.exempted.step(mark[1], key, kind)
        self.exempt = self._places(other)
        return selection.fields.first(hit) + 1 if hit else 0

    def item(self, mark: Mark, place: int, value: Any, name: str) -> int:
        """
        Go from the sequence at *mark* to its item at *place*; result as for ``down``.

        *name* is what the item is called, in a named tuple or a pair such as a header.
        """
        kind = _kind(value)
        selection = self._selection
        self._fields, hit = selection.fields.item(mark[0], place, kind, name)
        self._others, other = selection.exempted.item(mark[1], place, kind, name)
        # What names a list names what is in it.
        self.exempt = mark[2] | self._places(other)
        return selection.fields.first(hit) + 1 if hit else 0

    def _places(self, hit: int) -> frozenset[int]:
        if not hit:
            return frozenset()
        places = self._selection.places
        return frozenset(places[index] for index in self._selection.exempted.every(hit))

    def replaced(self, selector: int, value: Any) -> Any:
        """
        Return what stands for *value*, which *selector* names.

        Raises:
            Drop: Nothing: the field or the record is dropped.
        """
        selection = self._selection
        action = selection.actions[selector - 1]
        if action == "drop-field":
            raise Drop(record=False)
        if action == "drop-record":
            raise Drop(record=True)
        write = selection.write[selector - 1]
        kind = type(value)
        if value is None:
            return value
        if kind is bytes:
            return write(value) if value and not _is_marker(value) else value
        if kind is str:
            data = value.encode("utf-8", "surrogatepass")
            if not data or _is_marker(data):
                return value
        elif kind is int and value.bit_length() <= _MAX_BITS:
            data = b"%d" % value
        elif kind is float:
            data = repr(value).encode()
        else:
            return marker(FIELD)  # what an object says is not asked for
        return write(data).decode("utf-8", "surrogatepass")


def _is_marker(data: bytes) -> bool:
    return MARKER.fullmatch(data.decode("latin-1")) is not None


def _kind(value: Any) -> int:
    kind = type(value)
    if kind is str:
        return _STRING
    if value is None:
        return _NULL
    if kind is bool:
        return _BOOLEAN
    if kind is int or kind is float:
        return _NUMBER
    if kind is dict:
        return _OBJECT
    if kind is list or kind is tuple:
        return _ARRAY
    return _WALKS.get(kind_of(kind).walk, _OBJECT)
