"""
When the machine is quiet: a fixed piece of work is timed before and after each turn.

A machine that is shared runs at half its speed for seconds, then at all of it again. Of many short
turns those count beside which the fixed work was quick, and turns are taken until there are enough.
What is measured has no say in that: a turn is not chosen by its own time.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["in_turns"]

#: The fixed work takes so much longer than at its best where the machine is called quiet.
_QUIET = 1.15
#: So many times as many turns are taken at most as are wanted.
_MOST = 40
_STEPS = 1_500


class _Turn(NamedTuple):
    """What the fixed work took beside it, in nanoseconds, the longer time of two; the figures."""

    beside: int
    figures: list[float]


class _Machine:
    """
    The machine that it runs on.

    Attributes:
        best: What the fixed work takes at its best, in nanoseconds.
    """

    def __init__(self) -> None:
        self.best = min(_fixed_work() for _ in range(1000))

    def turn(self, measure: Callable[[], list[float]]) -> _Turn:
        before = _fixed_work()
        figures = measure()
        after = _fixed_work()
        self.best = min(self.best, before, after)
        return _Turn(max(before, after), figures)

    def is_quiet(self, turn: _Turn) -> bool:
        return turn.beside <= _QUIET * self.best


@cache
def _machine() -> _Machine:
    return _Machine()


def in_turns(
    measures: Mapping[str, Callable[[], list[float]]], wanted: int = 60
) -> dict[str, list[float]]:
    """
    Take each measure in turn, until each had *wanted* turns while the machine was quiet.

    Where it never is for so long, those turns count that were nearest to it.

    Returns:
        Name to the figures of those turns, sorted.
    """
    machine = _machine()
    taken: dict[str, list[_Turn]] = {name: [] for name in measures}
    for number in range(_MOST * wanted):
        for name, measure in measures.items():
            taken[name].append(machine.turn(measure))
        done = number >= wanted - 1 and number % 4 == 0
        if done and all(sum(map(machine.is_quiet, own)) >= wanted for own in taken.values()):
            break
    figures: dict[str, list[float]] = {}
    for name, own in taken.items():
        own.sort(key=lambda turn: turn.beside)
        count = max(min(wanted, len(own)), sum(map(machine.is_quiet, own)))
        figures[name] = sorted(figure for turn in own[:count] for figure in turn.figures)
    return figures


def _fixed_work() -> int:
    before = time.perf_counter_ns()
    total = 0
    for number in range(_STEPS):
        total += number * number
    return time.perf_counter_ns() - before
