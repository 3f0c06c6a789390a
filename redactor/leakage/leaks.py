"""
Leaks: what the leakage test and ``redactor check`` report.

A leak says what came out, where, and from which line of the program. It never holds the secret, nor
anything from which it could be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from redactor.field_types import Severity  # noqa: TC001  # whoever decodes a Leak asks for it
from redactor.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Leak", "Report", "Site", "grouped"]


class Site(msgspec.Struct, frozen=True, order=True):
    """
    A place in a file.

    Attributes:
        path: The file, relative to the root of the run where it lies in it, with ``/``.
        line: Line, from 1; 0 where it is not known.
        function: The function that logged; empty for a log file.
    """

    path: str
    line: int = 0
    function: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Leak(msgspec.Struct, frozen=True, kw_only=True):
    """
    One secret that left, or that stands in a log.

    Attributes:
        rule: Id of the rule that found it; ``known-value`` for a canary.
        summary: What the rule finds, in one line.
        severity: The rule's severity.
        exit: The exit that it left through, for example ``logging``; ``file`` for a log file.
        site: The call that logged it, not the handler's; for a log file, its line.
        field: Where in the record: keys with dots, indices in brackets; empty for a plain text.
        length: Its length in characters.
        fingerprint: Keyed: the same secret has the same one, in one run or, with the key of the
            policy, in all. 16 hexadecimal digits.
        content: Fingerprint of what stands around it, without it and without what changes from
            line to line. Of a stable leak it is stable; nothing of the secret goes into it.
        sample: The record after redaction, on one line and cut.
        test: Id of the test that ran; empty outside of tests.
        canary: What kind of canary it is; empty when it is none.
        origin: Where *site* is the program's line that called a library: the library's line that
            logged; else nothing.
        logger: What the record itself says of who logged it: a logger, a unit, ``file:line``; empty
            where it says nothing.
        count: How often it was seen: one leak can stand for all of its identity.
    """

    rule: str
    summary: str = ""
    severity: Severity = "high"
    exit: str = "file"
    site: Site = msgspec.field(default_factory=lambda: Site(""))
    field: str = ""
    length: int = 0
    fingerprint: str = ""
    content: str = ""
    sample: str = ""
    test: str = ""
    canary: str = ""
    origin: Site = msgspec.field(default_factory=lambda: Site(""))
    logger: str = ""
    count: int = 1

    @property
    def identity(self) -> tuple[str, str, str, str, str]:
        """What makes it the same leak in another run: no line number is in it."""
        return self.rule, self.exit, self.site.path, self.site.function, self.content


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a run found.

    Attributes:
        tool: Name of the command, for example ``redactor check``.
        version: Version of this library.
        engine: Engine that looked.
        started: When the run started: seconds since 1970, UTC.
        seconds: How long it took.
        records: Records or lines looked at.
        bytes: Bytes looked at.
        sources: Files, or exits, that were looked at.
        leaks: In the order in which they were found.
        known: Leaks that the baseline holds; they are not in *leaks*.
        allowed: Leaks that a mark or a setting allows, with the reason of each.
        trouble: What could not be looked at, each in one sentence.
        notes: What else there is to say, each in one sentence.
    """

    tool: str
    version: str
    engine: str = ""
    started: float = 0.0
    seconds: float = 0.0
    records: int = 0
    bytes: int = 0
    sources: tuple[str, ...] = ()
    leaks: tuple[Leak, ...] = ()
    known: tuple[Leak, ...] = ()
    allowed: tuple[tuple[Leak, str], ...] = ()
    trouble: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def grouped(self) -> list[tuple[Leak, int]]:
        """Each leak once, with how often it was seen, the most severe and frequent first."""
        return grouped(self.leaks)


def grouped(leaks: Iterable[Leak]) -> list[tuple[Leak, int]]:
    """Return each leak once (the first of its identity and canary), and how often it was seen."""
    first: dict[tuple[str, ...], Leak] = {}
    count: dict[tuple[str, ...], int] = {}
    for leak in leaks:
        key = (*leak.identity, leak.canary)  # two canaries in one line are two proofs
        first.setdefault(key, leak)
        count[key] = count.get(key, 0) + leak.count
    return sorted(
        ((leak, count[key]) for key, leak in first.items()),
        key=lambda item: (SEVERITIES.index(item[0].severity), -item[1], item[0].site),
    )
