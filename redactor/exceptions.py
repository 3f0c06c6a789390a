"""
Exceptions of a policy: findings that are let pass, as written and as compiled.

An exception is about single findings. What else is found in the same text stays found, also inside
what was let pass: there the rules look again.
"""

from __future__ import annotations

import time

from redactor.errors import PolicyError
from redactor.frozen import Frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from redactor.actions.fingerprint import Fingerprint
    from redactor.model import Rule
    from redactor.paths import Paths
    from redactor.spans import Span

__all__ = ["Exemption", "Exemptions"]

#: Longest finding that a pattern of an exception is asked about, in bytes.
_LONGEST = 4096


class Exemption(Frozen):
    """
    Findings that are let pass. All that is given must hold.

    Attributes:
        reason: Why they are no secret, in a sentence. It is needed.
        rules: Ids of the rules that found them; none: all rules.
        values: What was found is one of these texts.
        fingerprints: What was found has one of these fingerprints, as the action ``hmac`` writes
            them: ``k1:5f2b8c0e9a417d36``.
        pattern: All of what was found matches this pattern.
        path: It was found in a field of a record that this selector names.
        until: The last day on which it counts, in UTC.
    """

    reason: str
    rules: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    pattern: str = ""
    path: str = ""
    until: date | None = None

    def __repr__(self) -> str:
        """Say what it is for, and none of the values."""
        return f"<Exemption reason={self.reason!r} rules={self.rules!r} path={self.path!r}>"

    @property
    def ends(self) -> float:
        """When it ends, in seconds since 1970."""
        if self.until is None:
            return float("inf")
        from datetime import UTC, date, datetime, timedelta  # few policies need it

        if self.until == date.max:
            return float("inf")
        after = self.until + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=UTC).timestamp()

    @property
    def expired(self) -> bool:
        """Whether its last day is over."""
        return time.time() >= self.ends

    def check(self, where: str, rules: Sequence[Rule], *, has_key: bool) -> None:
        """
        Check what the types cannot say; that the rules exist is for the policy to check.

        Args:
            where: The exception's place in the policy.
            rules: The rules of the policy.
            has_key: The policy names a key for fingerprints.

        Raises:
            PolicyError: Something in it is wrong.
        """
        if not self.reason.strip():
            raise PolicyError(f"{where}: reason", "it is empty", "Say why this is no secret")
        given = self.rules or self.values or self.fingerprints or self.pattern or self.path
        if not given:
            raise PolicyError(
                where,
                "it would let everything pass",
                "Give rules, values, fingerprints, a pattern or a path",
            )
        for value in self.values:
            if not value:
                raise PolicyError(
                    f"{where}: values", "one of them is empty", "Write what was found, or a pattern"
                )
        self._check_fingerprints(where, has_key=has_key)
        if self.pattern:
            from redactor.packs.pattern import PatternSyntaxError, parse

            try:
                parse(self.pattern)
            except PatternSyntaxError as error:
                raise PolicyError(f"{where}: pattern", error.problem, error.remedy) from None
        if self.path:
            from redactor.paths import PathError, Paths

            try:
                Paths([self.path])
            except PathError as error:
                raise PolicyError(f"{where}: path", error.problem, error.remedy) from None
        for rule in rules:
            if rule.kind == "block" and rule.id in self.rules:
                raise PolicyError(
                    f"{where}: rules",
                    f"{rule.id} finds keys over several lines, which no exception is about",
                    f'Name other rules, or switch it off: disable = ["{rule.id}"]',
                )

    def _check_fingerprints(self, where: str, *, has_key: bool) -> None:
        for fingerprint in self.fingerprints:
            key, _, digits = fingerprint.partition(":")
            if not key or len(digits) != 16 or set(digits) - set("0123456789abcdef"):
                raise PolicyError(
                    f"{where}: fingerprints",
                    "one of them is none",
                    "Write it as in a marker of the action hmac: k1:5f2b8c0e9a417d36",
                )
        if self.fingerprints and not has_key:
            raise PolicyError(
                f"{where}: fingerprints", "they need a key", "Set hmac.key_env or hmac.key_file"
            )


class Exemptions:
    """
    The exceptions of a policy that are not over, compiled.

    Safe to share between threads: nothing but the counts changes.

    Attributes:
        given: As written, those that are over included.
        used: By place in *given*, how often one let a finding pass.
        places: The place in *given* of each of *paths*.
        rules: Indices of the rules that some exception is about.

    Args:
        given: The exceptions of the policy.
        rules: The rules of the ruleset, in its order.
        fingerprint: The key of fingerprints, where the policy has one.
    """

    def __init__(
        self,
        given: Sequence[Exemption],
        rules: Sequence[Rule],
        fingerprint: Fingerprint | None = None,
    ) -> None:
        self.given = tuple(given)
        self.used = [0] * len(self.given)
        self._by_rule: dict[int, list[_Compiled]] = {}
        self.places = [
            place for place, each in enumerate(self.given) if each.path and not each.expired
        ]
        for place, exemption in enumerate(self.given):
            if exemption.expired:
                continue
            compiled = _Compiled(place, exemption, fingerprint)
            for index, rule in enumerate(rules):
                # Findings over several lines come in pieces: no exception is about them.
                if rule.kind != "block" and (not exemption.rules or rule.id in exemption.rules):
                    self._by_rule.setdefault(index, []).append(compiled)
        self._ids = [rule.id for rule in rules]
        self.rules = frozenset(self._by_rule)

    @property
    def paths(self) -> Paths:
        """The paths of those that have one, compiled."""
        from redactor.paths import Paths

        return Paths([self.given[place].path for place in self.places])

    def __bool__(self) -> bool:
        return bool(self._by_rule)

    def of(self, data: bytes, span: Span, at: frozenset[int]) -> int | None:
        """
        Return the place of the exception that lets the finding *span* of *data* pass, if any.

        *at* holds the places of those whose path names the field that *data* is the value of.
        """
        start, end, rule = span
        for compiled in self._by_rule.get(rule, ()):
            if compiled.holds(data, start, end, self._ids[rule], at):
                return compiled.place
        return None

    def unused(self) -> list[int]:
        """Return the places of the exceptions that let nothing pass so far and are not over."""
        return [
            place
            for place, exemption in enumerate(self.given)
            if not self.used[place] and not exemption.expired
        ]


class _Compiled:
    """One exception, ready to be asked."""

    __slots__ = (
        "_ends", "_fingerprint", "_fingerprints", "_looks_at_value", "_needs_path", "_regex",
        "_values", "place",
    )  # fmt: skip

    def __init__(self, place: int, given: Exemption, fingerprint: Fingerprint | None) -> None:
        self.place = place
        self._ends = given.ends
        self._needs_path = bool(given.path)
        self._values = frozenset(value.encode() for value in given.values)
        self._fingerprint = fingerprint
        self._fingerprints = frozenset(given.fingerprints)
        self._looks_at_value = bool(self._values or self._fingerprints or given.pattern)
        self._regex: Any = None
        if given.pattern:
            import regex  # few policies need it

            self._regex = regex.compile(given.pattern.encode("ascii"), regex.VERSION0)

    def holds(self, data: bytes, start: int, end: int, rule: str, at: frozenset[int]) -> bool:
        if self._needs_path and self.place not in at:
            return False
        if time.time() >= self._ends:
            return False
        if not self._looks_at_value:
            return True
        value = data[start:end]
        if value in self._values:
            return True
        if self._regex is not None and len(value) <= _LONGEST and self._regex.fullmatch(value):
            return True
        own = self._fingerprint
        if own is None or not self._fingerprints:
            return False
        return f"{own.key_id}:{own.of(rule, value)}" in self._fingerprints
