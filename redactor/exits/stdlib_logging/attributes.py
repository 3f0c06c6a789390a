"""The attributes of a log record: those of Python, by what they hold, and those of the program."""

from __future__ import annotations

import re
from itertools import islice
from logging import LogRecord
from operator import is_, itemgetter
from typing import Any

__all__ = [
    "COUNT",
    "HAS_TASKS",
    "NUMBERS",
    "TRACES",
    "WORDS",
    "Checked",
    "extras_of",
    "is_same",
    "place_of",
]

#: What may be handed on: the record; its message, ``None`` when it has none that is known to be
#: clean; its attributes at that moment, ``None`` when all of them are usual.
Checked = tuple[LogRecord, str | None, dict[str, Any] | None]

_OF_PLACES = ("name", "levelname", "pathname", "filename", "module", "funcName", "processName")
_NUMBERS = ("levelno", "lineno", "created", "msecs", "relativeCreated", "thread", "process")
#: What every record of this version of Python has. What a later version adds is an extra to us.
_STANDARD = frozenset(vars(LogRecord("", 0, "", 0, "", (), None))) & frozenset(
    (
        *("msg", "args", *_OF_PLACES, *_NUMBERS),
        *("threadName", "taskName", "exc_info", "exc_text", "stack_info"),
    )
)
COUNT = len(_STANDARD)
HAS_TASKS = "taskName" in _STANDARD
WORDS = tuple(name for name in (*_OF_PLACES, "threadName", "taskName") if name in _STANDARD)
NUMBERS = tuple(name for name in _NUMBERS if name in _STANDARD)
TRACES = ("exc_info", "exc_text", "stack_info")
#: Where a record comes from, in one tuple, and what nearly always is nothing: one look-up for all.
place_of = itemgetter(*_OF_PLACES, "levelno", "lineno", "process", *TRACES)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")
_ABSENT = object()


def extras_of(fields: dict[str, Any], text: str | None) -> dict[str, Any]:
    """
    Return what a program added to *fields*: ``extra``, and what filters and factories set.

    Without what formatters leave behind: the message, which is *text*, and the time.
    """
    # They stand behind those of Python, unless some of these were taken out in between.
    extras = dict(islice(fields.items(), COUNT, None))
    if not (extras.keys().isdisjoint(_STANDARD) and fields.keys() >= _STANDARD):
        extras = {name: value for name, value in fields.items() if name not in _STANDARD}
    for name in ("message", "asctime"):
        if name in extras and _is_derived(name, extras[name], text):
            del extras[name]
    return extras


def is_same(now: dict[str, Any], before: dict[str, Any], text: str | None) -> bool:
    """Say whether *now* holds what *before* held, beside what formatters leave behind."""
    if len(now) == len(before) and all(map(is_, now.values(), before.values())):
        return True  # names in another order do no harm: the values are those that were there
    return all(
        before.get(name, _ABSENT) is value or _is_derived(name, value, text)
        for name, value in now.copy().items()
    )


def _is_derived(name: str, value: object, text: str | None) -> bool:
    if value.__class__ is not str:
        return False
    if name == "message":
        return value == text
    return name == "asctime" and _TIME.fullmatch(str(value)) is not None
