"""Did you mean: the known word that is nearest to a mistyped one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest"]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of *known* that is nearest to *word*, or nothing when none is near."""
    # Only mistakes need it: it is not worth its import at every start.
    import difflib

    found = difflib.get_close_matches(word, list(known), 1)
    return found[0] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'? ``, to stand before a list of what is known, or nothing."""
    near = nearest(word, known)
    return f"Did you mean {near!r}? " if near else ""
