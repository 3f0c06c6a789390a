"""
Checks beyond a pattern: pure functions from the bytes of a candidate to yes or no.

A rule names its checks (``check = "luhn"``, ``check = ["jwt", "entropy:3.0"]``); all must hold.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["check_named", "check_names"]

# The table is imported inside: the native engine, whose plan is mostly in the cache, never asks.


def check_names() -> list[str]:
    """Return the names that ``check`` may hold, for messages."""
    from redactor.checks.table import CHECKS

    return sorted([*CHECKS, "entropy:N.N"])


def check_named(name: str) -> Callable[[bytes], bool]:
    """
    Return the check called *name*.

    Raises:
        KeyError: There is no such check.
    """
    from redactor.checks import entropy
    from redactor.checks.table import CHECKS

    if name.startswith("entropy:"):
        return entropy.at_least(name.removeprefix("entropy:"))
    return CHECKS[name]
