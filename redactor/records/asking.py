"""
Asking objects of the caller what they say: once, bounded in time, and nothing it raises comes out.

Code that blocks cannot be interrupted. It is called once, and its type is not asked again for
longer than it took, each time for longer, so that little of the time goes into it. The first time
not for much longer: on a busy machine any code can take long once.
"""

from __future__ import annotations

import threading
import weakref
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.markers import marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor.records.kinds import Kind

__all__ = ["CYCLE", "DEPTH", "ITEMS", "SIZE", "Asking", "Texts", "Withheld", "read"]

#: Seconds that the code of all objects of one record may take together; the rest is not asked.
BUDGET = 0.25
#: A call of more seconds is slow: its type is not asked again for twice as long, then for four
#: times as long as that, and so on.
SLOW_CALL = 0.25
_REST = 2.0
_LONGER = 4.0
_LONGEST_REST = 60.0
#: Types that are remembered as slow at most.
_MAX_SLOW = 256
#: Characters of an object's text that are looked at; one with more does not come out as itself.
MAX_LOOKED_AT = 1 << 20
#: Characters of the texts of all objects of one record.
MAX_TEXTS = 1 << 22
#: Records that are walked inside each other: an object that logs while it is asked.
MAX_NESTED = 4

DEPTH = marker("withheld", "depth")
SIZE = marker("withheld", "size")
CYCLE = marker("withheld", "cycle")
ITEMS = marker("withheld", "items")
_RAISED = marker("withheld", "repr")
_SLOW = marker("withheld", "slow")


class Withheld(Exception):  # noqa: N818  # not an error: it unwinds to the value that is withheld
    """
    A value does not come out.

    Attributes:
        marker: What stands for it.
    """

    def __init__(self, marker_: str) -> None:
        super().__init__()
        self.marker = marker_


class Texts(NamedTuple):
    """
    What an object says: each a text, or why there is none.

    Attributes:
        written: Its ``repr``.
        said: Its ``str``.
        formatted: Its ``format``.
        cut: One of them was longer than what is looked at.
    """

    written: str | Withheld
    said: str | Withheld
    formatted: str | Withheld
    cut: bool = False


class _Here(threading.local):
    """The objects that this thread is asking."""

    def __init__(self) -> None:
        self.asked: list[int] = []


_here = _Here()
#: Each slow type by its id: until when it is not asked, and how often it was slow in a row.
_slow: dict[int, tuple[weakref.ref[type], float, int]] = {}


class Asking:
    """Asks the objects of one record."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._characters = 0
        self._cut = False
        # The objects themselves too: what one of them made may else be freed, and its id reused.
        self._texts: dict[int, tuple[object, Texts]] = {}

    def ask(
        self, value: object, call: Callable[..., Any], *args: Any, failed: str = _RAISED
    ) -> Any:
        """
        Return ``call(*args)``, which runs code of *value*.

        Raises:
            Withheld: It raised, or there is no time for it.
            KeyboardInterrupt: That is the user's.
        """
        kind = type(value)
        if self._spent > BUDGET or _is_slow(kind):
            raise Withheld(_SLOW)
        asked = _here.asked
        if id(value) in asked:
            raise Withheld(CYCLE)
        if len(asked) >= MAX_NESTED:
            raise Withheld(DEPTH)
        asked.append(id(value))
        started = perf_counter()
        try:
            return call(*args)
        except (KeyboardInterrupt, Withheld):
            raise
        except BaseException:  # noqa: BLE001  # SystemExit in a __repr__ ends no program either
            raise Withheld(failed) from None
        finally:
            took = perf_counter() - started
            asked.pop()
            self._spent += took
            if took > SLOW_CALL:
                _remember(kind, took)
            elif _slow:
                _slow.pop(id(kind), None)

    def items(self, value: object, make: Callable[[], Iterable[Any]], most: int) -> list[Any]:
        """
        Return what a container of unknown type gives when it is iterated, *most* items at most.

        Raises:
            Withheld: It raised, or took too long.
        """
        return self.ask(value, _taken, make, most, failed=ITEMS)  # type: ignore[no-any-return]

    def texts(self, value: object, kind: Kind, *, once: bool) -> Texts:
        """
        Return what *value* says, asked when it is the first time in this record.

        Args:
            value: Any object.
            kind: What its type is.
            once: Do not ask for more than its ``str`` what stands for something else.
        """
        known = self._texts.get(id(value))
        if known is None:
            known = (value, self._asked(value, kind, once=once and kind.lazy))
            self._texts[id(value)] = known
        return known[1]

    def _asked(self, value: object, kind: Kind, *, once: bool) -> Texts:
        self._cut = False
        said = self._text(value, str) if kind.own_str or once else None
        if once and said is not None:
            return Texts(said, said, said, cut=self._cut)
        written = self._text(value, repr)
        said = written if said is None else said
        formatted = self._text(value, format) if kind.own_format else said
        return Texts(written, said, formatted, cut=self._cut)

    def _text(self, value: object, write: Callable[[Any], str]) -> str | Withheld:
        if self._characters > MAX_TEXTS:
            return Withheld(SIZE)
        try:
            text = self.ask(value, write, value)
        except Withheld as withheld:
            return withheld
        self._cut = self._cut or str.__len__(text) > MAX_LOOKED_AT
        # Whoever returns a text of another type can still say something else with it later.
        text = str.__getitem__(text, slice(MAX_LOOKED_AT))
        self._characters += len(text)
        return text


def _taken(make: Callable[[], Iterable[Any]], most: int) -> list[Any]:
    stop = perf_counter() + BUDGET
    taken: list[Any] = []
    for item in make():
        taken.append(item)
        if len(taken) >= most:
            break
        if perf_counter() > stop:
            raise TimeoutError
    return taken


def read(call: Callable[..., Any], *args: Any) -> Any:
    """
    Return ``call(*args)``, which runs code of the standard library on a value of it.

    Raises:
        Withheld: It raised: the value was never initialised, or is closed.
    """
    try:
        return call(*args)
    except (KeyboardInterrupt, Withheld):
        raise
    except BaseException:  # noqa: BLE001  # what cannot be read does not come out
        raise Withheld(_RAISED) from None


def _is_slow(kind: type) -> bool:
    known = _slow.get(id(kind))
    return known is not None and known[0]() is kind and perf_counter() < known[1]


def _remember(kind: type, took: float) -> None:
    known = _slow.get(id(kind))
    times = known[2] + 1 if known is not None and known[0]() is kind else 0
    if len(_slow) >= _MAX_SLOW:
        _slow.clear()
    rest = min(took * _REST * _LONGER ** min(times, 9), _LONGEST_REST)
    _slow[id(kind)] = (weakref.ref(kind), perf_counter() + rest, times)
