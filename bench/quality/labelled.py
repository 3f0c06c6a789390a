"""
Labelled text: parts with a role, and records made of them.

A text is built from parts before it is joined, because a label has to follow its secret through
every escape: each part is escaped by itself, so its place in the result is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["PLAIN", "SECRET", "SHARED", "Part", "Record", "mapped", "spans"]

#: Text that must stay.
PLAIN = 0
#: Text that must go.
SECRET = 1
#: Text that may go or stay: the rest of a base64 run, the armour lines around a key.
SHARED = 2


class Part(NamedTuple):
    """A piece of text and its role."""

    text: str
    role: int = PLAIN


@dataclass(frozen=True, slots=True)
class Record:
    """
    One log record with its labels.

    Attributes:
        rule: Id of the rule whose secret it holds; the kind of look-alike where it holds none.
        variant: What kind of secret of that rule: a brand, a name of a key.
        context: Id of the log shape around it.
        index: Number of the record among those of the same rule and context.
        text: The record.
        secrets: Spans in characters, half-open, that must go.
        shared: Spans that may go or stay.
    """

    rule: str
    variant: str
    context: str
    index: int
    text: str
    secrets: tuple[tuple[int, int], ...] = ()
    shared: tuple[tuple[int, int], ...] = ()


def mapped(parts: Iterable[Part], change: Callable[[str], str]) -> list[Part]:
    """Return *parts* with their texts changed by an escape that works character by character."""
    return [Part(change(text), role) for text, role in parts]


def spans(parts: Iterable[Part], role: int) -> tuple[tuple[int, int], ...]:
    """Return where the parts of *role* are in the joined text, neighbours merged."""
    found: list[tuple[int, int]] = []
    at = 0
    for text, its_role in parts:
        end = at + len(text)
        if its_role == role and end > at:
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], end)
            else:
                found.append((at, end))
        at = end
    return tuple(found)
