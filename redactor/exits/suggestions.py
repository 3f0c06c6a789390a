"""
What Python 3.11 adds to an exception that it prints itself: the name that was meant.

From 3.12 on the ``traceback`` module does it too, and what it adds is part of a stand-in's text.
The distance and its bounds are those of the interpreter, so that the same name is suggested.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import traceback
    from collections.abc import Iterable

__all__ = ["add_suggestions"]

_MOVE = 2
_CASE = 1
_MOST_NAMES = 750
_LONGEST = 40


def add_suggestions(shown: traceback.TracebackException, error: BaseException) -> None:
    """
    Add to *shown*, which was made from a stand-in of *error*, what Python would suggest.

    Args:
        shown: What is going to be written.
        error: The exception itself.
    """
    if sys.version_info >= (3, 12):
        return
    todo: list[tuple[Any, Any]] = [(shown, error)]
    seen: set[int] = set()
    while todo:
        text, raised = todo.pop()
        if text is None or not isinstance(raised, BaseException) or id(text) in seen:
            continue
        seen.add(id(text))
        name = _suggested(raised)
        if name:
            text._str += f". Did you mean: '{name}'?"  # noqa: SLF001  # of one version of Python
        todo += [
            (text.__cause__, raised.__cause__),
            (text.__context__, raised.__context__),
            *zip(text.exceptions or (), getattr(raised, "exceptions", ()), strict=False),
        ]


def _suggested(error: BaseException) -> str:
    try:
        if type(error) is AttributeError and type(error.name) is str:
            return _nearest(error.name, dir(error.obj))
        if not isinstance(error, NameError) or type(error.name) is not str:
            return ""
        entry = error.__traceback__
        while entry is not None and entry.tb_next is not None:
            entry = entry.tb_next
        if entry is None:
            return ""
        frame = entry.tb_frame
        for names in (frame.f_code.co_varnames, frame.f_globals, frame.f_builtins):
            found = _nearest(error.name, names)
            if found:
                return found
    except Exception:  # noqa: BLE001  # a courtesy, and the object can be hostile
        return ""
    return ""


def _nearest(name: str, names: Iterable[object]) -> str:
    known = list(names)
    if len(known) >= _MOST_NAMES or len(name) > _LONGEST:
        return ""
    best = ""
    least = sys.maxsize
    for other in known:
        if type(other) is not str or other == name or len(other) > _LONGEST:
            continue
        # A third of the letters may be others.
        most = min((len(name) + len(other) + 3) * _MOVE // 6, least - 1)
        distance = _distance(name, other)
        if distance <= most:
            best, least = other, distance
    return best


def _distance(one: str, other: str) -> int:
    """Return what it costs to make *other* of *one*: letters added, removed and exchanged."""
    row = [_MOVE * count for count in range(len(other) + 1)]
    for letter in one:
        before, row[0] = row[0], row[0] + _MOVE
        for place, wanted in enumerate(other, 1):
            if letter == wanted:
                cost = before
            else:
                exchange = _CASE if letter.lower() == wanted.lower() else _MOVE
                cost = min(before + exchange, row[place] + _MOVE, row[place - 1] + _MOVE)
            before, row[place] = row[place], cost
    return row[-1]
