"""Rate limits of Sentry: which categories have to wait, and until when."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redactor_sinks.answers import LONGEST_PAUSE, pause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor_sinks.http import Answer

__all__ = ["Limits"]

#: Seconds to wait after a 429 that does not say how long.
_DEFAULT = 60.0
#: Stands for every category.
_ALL = ""


class Limits:
    """
    Remembers what Sentry asked for. What is limited is held back, not dropped.

    Args:
        clock: Seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def update(self, answer: Answer) -> None:
        """
        Take note of what an answer asks for.

        ``X-Sentry-Rate-Limits`` counts whatever the status is; without it, a 429 is for every
        category.
        """
        limits = list(_parsed(answer.headers.get("x-sentry-rate-limits", "")))
        if not limits and answer.status == 429:
            asked = pause(answer)
            limits = [(_ALL, _DEFAULT if asked is None else asked)]
        now = self._clock()
        for category, seconds in limits:
            self._until[category] = max(self._until.get(category, 0.0), now + seconds)

    def wait(self, categories: Iterable[str]) -> float:
        """Return for how many seconds more something of these *categories* has to wait."""
        now = self._clock()
        return max(0.0, *(self._until.get(name, 0.0) - now for name in (_ALL, *categories)))

    @property
    def all_wait(self) -> bool:
        """Whether every category has to wait."""
        return self._until.get(_ALL, 0.0) > self._clock()


def _parsed(header: str) -> Iterable[tuple[str, float]]:
    """Read ``<seconds>:<category;...>:<scope>...`` and more of them after commas."""
    for limit in header.split(","):
        parts = limit.strip().split(":")
        if len(parts) < 2 or not parts[0].isascii() or not parts[0].isdigit():
            continue
        seconds = min(float(parts[0][:12]), LONGEST_PAUSE)
        for category in parts[1].split(";"):
            yield category.strip().lower(), seconds
