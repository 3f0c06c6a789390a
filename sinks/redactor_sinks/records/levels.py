"""Levels: one scale for the words and numbers that programs use."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Level", "from_number", "from_word"]


class Level(IntEnum):
    """How bad it is: the severity numbers of OpenTelemetry."""

    TRACE = 1
    DEBUG = 5
    INFO = 9
    NOTICE = 10
    WARNING = 13
    ERROR = 17
    CRITICAL = 21


_WORDS = {
    **dict.fromkeys(("trace", "verbose", "finest", "finer"), Level.TRACE),
    **dict.fromkeys(
        ("debug", "dbg", "fine", "debug1", "debug2", "debug3", "debug4", "debug5"), Level.DEBUG
    ),
    **dict.fromkeys(("info", "information", "informational", "inf", "log", "success"), Level.INFO),
    **dict.fromkeys(("notice", "statement", "detail", "hint", "context"), Level.NOTICE),
    **dict.fromkeys(("warning", "warn", "wrn"), Level.WARNING),
    **dict.fromkeys(("error", "err", "eror", "severe", "exception"), Level.ERROR),
    **dict.fromkeys(
        ("critical", "crit", "fatal", "ftl", "alert", "emerg", "emergency", "panic"),
        Level.CRITICAL,
    ),
}
#: Upper bounds, each exclusive, of Python's numbers and of those of pino and bunyan.
_PYTHON = (
    (10, Level.TRACE), (20, Level.DEBUG), (30, Level.INFO), (40, Level.WARNING), (50, Level.ERROR),
)  # fmt: skip
_PINO = (
    (20, Level.TRACE), (30, Level.DEBUG), (40, Level.INFO), (50, Level.WARNING), (60, Level.ERROR),
)  # fmt: skip
#: Names whose numbers are Python's.
_OF_PYTHON = frozenset({"levelno", "level_number"})
_OF_OTEL = frozenset({"severity_number", "severityNumber", "SeverityNumber"})


def from_word(word: str) -> Level | None:
    """Return the level that *word* names, in any case; ``None`` when it names none."""
    return _WORDS.get(word.strip().lower())


def from_number(name: str, number: float) -> Level | None:
    """Return the level of *number*, the value of the field *name*."""
    if name in _OF_OTEL:
        known = [level for level in Level if level <= number]
        return known[-1] if known and number <= 24 else None
    if not 0 < number <= 1000:
        return None
    for bound, level in _PYTHON if name in _OF_PYTHON else _PINO:
        if number < bound:
            return level
    return Level.CRITICAL
