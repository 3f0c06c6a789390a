"""
Scoring, the same for this redactor and for its peers.

- *Found*: every character of every labelled span of the record is gone. Partly gone is missed.
- *False alarm*: a look-alike line that loses a character.
- *Lost*: characters outside the labels that are gone, as a share of all characters outside them.

What a scanner says about a record is the list of spans that it takes out of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.quality.labelled import Record

__all__ = ["Alarms", "Tally", "gone_outside", "is_found", "union"]

Span = tuple[int, int]


def union(spans: Iterable[Span]) -> list[Span]:
    """Return *spans* sorted and merged."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def is_found(record: Record, gone: list[Span]) -> bool:
    """Say whether every secret of *record* lies wholly inside one of the merged spans *gone*."""
    return all(
        any(start <= secret_start and secret_end <= end for start, end in gone)
        for secret_start, secret_end in record.secrets
    )


def gone_outside(record: Record, gone: list[Span]) -> int:
    """Count the characters of *gone* that are neither secret nor shared."""
    labelled = union((*record.secrets, *record.shared))
    lost = 0
    for start, end in gone:
        lost += end - start
        for label_start, label_end in labelled:
            lost -= max(0, min(end, label_end) - max(start, label_start))
    return lost


@dataclass(slots=True)
class Tally:
    """
    What became of the records of one group.

    Attributes:
        total: Records.
        found: Records whose secrets are gone.
        plain: Characters outside the labels.
        lost: Those of them that are gone.
        missed: Numbers of the records that still hold a secret or a part of it.
    """

    total: int = 0
    found: int = 0
    plain: int = 0
    lost: int = 0
    missed: list[int] = field(default_factory=list)

    def add(self, record: Record, gone: list[Span]) -> bool:
        """Count one record; return whether its secrets are gone."""
        found = is_found(record, gone)
        self.total += 1
        self.found += found
        if not found:
            self.missed.append(record.index)
        labelled = sum(end - start for start, end in union((*record.secrets, *record.shared)))
        self.plain += len(record.text) - labelled
        self.lost += gone_outside(record, gone)
        return found

    def merge(self, other: Tally) -> None:
        """Add the counts of *other*."""
        self.total += other.total
        self.found += other.found
        self.plain += other.plain
        self.lost += other.lost

    @property
    def recall(self) -> float:
        """Share of the records whose secrets are gone."""
        return self.found / self.total if self.total else 1.0


@dataclass(slots=True)
class Alarms:
    """
    What became of the look-alike lines of one kind.

    Attributes:
        lines: Lines.
        chars: Their characters.
        lost: Characters that are gone.
        hit: Number of each line that lost something, with the rules that took it.
    """

    lines: int = 0
    chars: int = 0
    lost: int = 0
    hit: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def add(self, record: Record, gone: list[Span], rules: tuple[str, ...]) -> None:
        """Count one line; *rules* are those that took something from it."""
        self.lines += 1
        self.chars += len(record.text)
        if gone:
            self.lost += sum(end - start for start, end in gone)
            self.hit[record.index] = rules
