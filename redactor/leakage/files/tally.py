"""Hits of all files, folded: the same leak once, with where it was first and how often it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from redactor.leakage.leaks import Leak, Site

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.leakage.files.scanning import Hit

__all__ = ["Tally"]

#: Different leaks that are kept; more of them are counted by rule and file.
_MOST = 10_000


class Tally:
    """
    Folds hits into leaks. Memory is bounded, whatever is found.

    Args:
        redactor: Knows the rules.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._rules = {rule.id: rule for rule in redactor.ruleset.sources}
        self._first: dict[tuple[str, str, str], Leak] = {}
        self._count: dict[tuple[str, str, str], int] = {}
        self.overflowed = 0

    def seen(self, rule: str, path: str, content: str) -> bool:
        """Say whether there is such a leak already."""
        return (rule, path, content) in self._first

    def add(self, path: str, line: int, hit: Hit) -> None:
        """Add *hit*, which is on *line* of the file *path*."""
        key = (hit.rule, path, hit.content)
        if key not in self._first:
            if len(self._first) >= _MOST:
                self.overflowed += hit.times
                key = (hit.rule, path, "")
                hit = hit._replace(content="", field="", logger="", sample="", fingerprint="")
            self._first.setdefault(key, self._leak(path, line, hit))
        self._count[key] = self._count.get(key, 0) + hit.times

    def leaks(self) -> tuple[Leak, ...]:
        """Return the leaks in the order in which they were first found."""
        return tuple(
            msgspec.structs.replace(leak, count=self._count[key])
            for key, leak in self._first.items()
        )

    def _leak(self, path: str, line: int, hit: Hit) -> Leak:
        rule = self._rules.get(hit.rule)
        return Leak(
            rule=hit.rule,
            summary=rule.summary if rule else "A secret of the process that looks",
            severity=rule.severity if rule else "critical",
            exit="file",
            site=Site(path, line),
            field=hit.field,
            length=hit.length,
            fingerprint=hit.fingerprint,
            content=hit.content,
            sample=hit.sample,
            logger=hit.logger,
        )
