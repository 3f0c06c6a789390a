"""
Canaries as strategies of Hypothesis (``pip install hypothesis``).

Each strategy draws from a few values that are made once a run, so that an example that failed can
be run again and made smaller.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies

from redactor.leakage.canaries import Canaries, Document, Person, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

__all__ = ["cards", "documents", "passwords", "persons", "tokens"]

#: Values of each strategy.
_MANY = 8


def cards() -> SearchStrategy[str]:
    """Draw card numbers."""
    return strategies.deferred(lambda: _drawn(Canaries.card, current()))


def passwords() -> SearchStrategy[str]:
    """Draw passwords."""
    return strategies.deferred(lambda: _drawn(Canaries.password, current()))


def tokens() -> SearchStrategy[str]:
    """Draw tokens."""
    return strategies.deferred(lambda: _drawn(Canaries.token, current()))


def persons() -> SearchStrategy[Person]:
    """Draw people."""
    return strategies.deferred(lambda: _drawn(Canaries.person, current()))


def documents() -> SearchStrategy[Document]:
    """Draw documents."""
    return strategies.deferred(lambda: _drawn(Canaries.document, current()))


@cache
def _drawn(make: Callable[[Canaries], object], canaries: Canaries) -> SearchStrategy[Any]:
    return strategies.sampled_from([make(canaries) for _ in range(_MANY)])
