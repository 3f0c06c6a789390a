"""Rate limits of Sentry: which categories have to wait, and until when."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redactor_sinks.posting import asked_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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

    def update(self, status: int, headers: Mapping[str, str]) -> None:
        """
        Take note of what an answer asks for.

        ``X-Sentry-Rate-Limits`` counts whatever the status is; without it, a 429 is for every
        category.
        """
        told = headers.get("x-sentry-rate-limits")
        limits = list(_parsed(told)) if told else []
        if not limits and status == 429:
            asked = asked_to_wait(headers.get("retry-after"))
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
        seconds = asked_to_wait(parts[0])
        if seconds is None or len(parts) < 2:
            continue
        for category in parts[1].split(";"):
            yield category.strip().lower(), seconds
