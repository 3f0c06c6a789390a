"""Leaks that are let pass, each for a reason: by a mark of the test or by a setting."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from redactor.known import RULE as KNOWN
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.leakage.leaks import Leak

__all__ = ["MARK", "Allowed"]

MARK = "leakage_allowed"
_EXITS = (
    "http", "logging", "loguru", "opentelemetry", "report", "sentry", "stderr", "stdout",
    "structlog", "tracebacks", "warnings",
)  # fmt: skip


class Allowed:
    """
    Says which leaks are let pass.

    Args:
        config: Has the settings.
        rules: Ids of the rules that there are.

    Raises:
        pytest.UsageError: A setting has no reason, or names a rule or an exit that there is not.
    """

    def __init__(self, config: pytest.Config, rules: Iterable[str]) -> None:
        self._known = (*rules, KNOWN)
        self._rules = _read(config, "rules", self._known)
        self._paths = _read(config, "paths", None)
        self._exits = _read(config, "exits", _EXITS)

    def reason(self, leak: Leak, item: pytest.Item | None) -> str | None:
        """Return why *leak* is let pass in the test *item*; ``None`` when it is not."""
        if leak.rule in self._rules:
            return self._rules[leak.rule]
        if leak.exit in self._exits:
            return self._exits[leak.exit]
        for pattern, reason in self._paths.items():
            if fnmatchcase(leak.site.path, pattern):
                return reason
        for mark in item.iter_markers(MARK) if item is not None else ():
            rule, reason = _asked(mark)
            if rule == leak.rule:
                return reason
        return None

    def check(self, item: pytest.Item) -> str:
        """Return what is wrong with the marks of *item*; nothing when they hold."""
        for mark in item.iter_markers(MARK):
            rule, reason = _asked(mark)
            if not reason:
                return (
                    f"{MARK}: it has no reason. "
                    f'Write: @pytest.mark.{MARK}("{rule or "card"}", reason="...").'
                )
            if rule not in self._known:
                return (
                    f"{MARK}: there is no rule {rule!r}. {did_you_mean(rule, self._known)}"
                    "See: redactor rules list."
                )
        return ""


def _asked(mark: pytest.Mark) -> tuple[str, str]:
    rule = mark.args[0] if mark.args else mark.kwargs.get("rule", "")
    reason = mark.kwargs.get("reason", mark.args[1] if len(mark.args) > 1 else "")
    return str(rule), str(reason).strip()


def _read(config: pytest.Config, what: str, known: Iterable[str] | None) -> dict[str, str]:
    setting = f"leakage_allow_{what}"
    read: dict[str, str] = {}
    for line in config.getini(setting):
        name, _, reason = line.partition(": ")
        name = name.strip()
        if not reason.strip():
            raise pytest.UsageError(f"{setting}: {name}: it has no reason. Write: {name}: reason.")
        if known is not None and name not in known:
            hint = did_you_mean(name, known)
            raise pytest.UsageError(f"{setting}: {name}: there is no such name. {hint}".rstrip())
        read[name] = reason.strip()
    return read
