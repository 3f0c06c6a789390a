"""Formatters of the standard library itself: what stands in their texts is known beforehand."""

from __future__ import annotations

import logging
import re
import string
import weakref
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from redactor.exits.rendered import is_withheld
from redactor.exits.stdlib_logging.attributes import WORDS
from redactor.exits.stdlib_logging.quick_attributes import keep_quick
from redactor.exits.stdlib_logging.stock import is_stock
from redactor.exits.stdlib_logging.times import times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.exits.guard import Guard

__all__ = ["Formats", "Plan"]

_SETTINGS = frozenset(
    {"_style", "_fmt", "datefmt", "converter", "default_time_format", "default_msec_format"}
)
#: Secrets of different make. A format such as ``"password=%(message)s"`` is what tells that they
#: are some.
_PROBES = ("Xq7vR2mK9p", "4821", "correct-horse-battery")
_PERCENT = re.compile(r"%(?:\((\w+)\)[#0+ -]*(?:\d+)?(?:\.\d+)?([a-zA-Z])|%)")
#: What refuses text as a conversion and as a format type.
_NUMERIC = frozenset("bdeEfFgGnoxX")
#: Numbers that are the same for each record of a place. The others count as such when the format
#: refuses text.
_OF_PLACES = frozenset({"levelno", "lineno", "process"})
_OF_TIMES = frozenset({"created", "msecs", "relativeCreated", "thread"})


#: What makes the text of a record.
_formatters, _records = logging.Formatter, logging.LogRecord
_percent, _brace = logging.PercentStyle, logging.StrFormatStyle
_format, _message, _time = _formatters.format, _formatters.formatMessage, _formatters.formatTime
_uses, _said, _styled = _formatters.usesTime, _records.getMessage, _percent.format
_filling = attrgetter("_format")
_filled = _filling(_percent), _filling(_brace)
_METHODS = (_format, _message, _time, _uses, _said, _styled, *_filled)

#: What gives the words and numbers of a record that stand in the text beside the message and the
#: time; what gives the time, where it does; what makes the text of the attributes of a record; the
#: style and the format that all this was read from; the number of attributes of the formatter.
Plan = tuple[
    "Callable[[logging.LogRecord], Any]",
    "Callable[[logging.Formatter, logging.LogRecord], str] | None",
    "Callable[[dict[str, Any]], str]",
    "logging.PercentStyle",
    str,
    int,
]


class Formats:
    """
    Knows the formatters that bring nothing of their own into a text.

    These are objects of ``logging.Formatter`` itself whose format asks for standard attributes
    only, and whose literal parts make no secret of what stands beside them.

    Args:
        guard: What redacts.

    Attributes:
        plans: Id of a formatter to its plan, ``None`` where its text has to be looked at.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.plans: dict[int, Plan | None] = {}
        self._refs: dict[int, weakref.ref[logging.Formatter]] = {}

    def is_usual(self) -> bool:
        """Say whether nobody has replaced what formats, in the classes of the library."""
        return (
            _formatters.format is _format
            and _formatters.formatMessage is _message
            and _formatters.formatTime is _time
            and _formatters.usesTime is _uses
            and _records.getMessage is _said
            and _percent.format is _styled
            and _brace.format is _styled
            and _filling(_percent) is _filled[0]
            and _filling(_brace) is _filled[1]
        )

    def plan_of(self, formatter: logging.Formatter) -> Plan | None:
        """
        Return the plan of *formatter*, ``None`` where its text has to be looked at.

        Raises:
            Exception: The redactor failed; it is not known then.
        """
        if not self.is_usual():
            return None
        place = id(formatter)
        plan = self.plans.get(place)
        if plan is not None:
            _, _, _, style, pattern, count = plan
            if (
                formatter._style is style  # noqa: SLF001  # the library has no other name for it
                and style._fmt is pattern  # noqa: SLF001  # as above
                and count == len(formatter.__dict__)
            ):
                return plan
        if plan is None and place in self.plans:
            return None
        try:
            plan = _read(formatter)
        except Exception:  # noqa: BLE001  # a format that cannot be read is none to rely on
            plan = None
        if plan is not None and not all(self._is_neutral(probe, formatter) for probe in _PROBES):
            plan = None
        # Gone before its id can come again.
        self._refs[place] = weakref.ref(formatter, lambda _: self._forget(place))
        self.plans[place] = plan
        return plan

    def _forget(self, place: int) -> None:
        self.plans.pop(place, None)
        self._refs.pop(place, None)

    def is_plain(self, formatter: logging.Formatter | None) -> bool:
        """Say whether what *formatter* writes holds nothing that is not in the record."""
        return self.plan_of(formatter or default_formatter()) is not None

    def _is_neutral(self, probe: str, formatter: logging.Formatter) -> bool:
        record = logging.LogRecord(probe, logging.INFO, probe, 1, probe, (), None, probe)
        text = formatter.format(record)
        redacted = self._guard.text(text)
        if is_withheld(redacted, text):
            raise ValueError(redacted)
        return redacted is text


def _read(formatter: logging.Formatter) -> Plan | None:
    if type(formatter) is not logging.Formatter or not vars(formatter).keys() <= _SETTINGS:
        return None
    style = formatter._style  # noqa: SLF001  # the library has no other name for it
    if getattr(style, "_defaults", None) or not all(map(is_stock, _METHODS)):
        return None
    pattern = style._fmt  # noqa: SLF001  # as above
    fill: Callable[[dict[str, Any]], str]
    if type(pattern) is not str or vars(style).keys() - {"_fmt", "_defaults"}:
        return None
    if type(style) is _percent:
        fields, fill = list(_percent_fields(pattern)), pattern.__mod__
    elif type(style) is _brace:
        fields, fill = list(_brace_fields(pattern)), pattern.format_map
    else:
        return None
    words: list[str] = []
    for name, letter in fields:
        if name in WORDS or name in _OF_PLACES:
            words.append(name)
        elif name not in {"message", "asctime"} and not (name in _OF_TIMES and letter in _NUMERIC):
            return None
    words_of = attrgetter(*words) if words else _nothing
    time_of = times() if formatter.usesTime() else None
    keep_quick(formatter)
    keep_quick(style)
    return words_of, time_of, fill, style, pattern, len(formatter.__dict__)


def default_formatter() -> logging.Formatter:
    """Return what formats for a handler that was given no formatter."""
    return logging._defaultFormatter  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001  # its only name


def _percent_fields(format_: str) -> Iterator[tuple[str, str]]:
    for match in _PERCENT.finditer(format_):
        name, letter = match.groups()
        if name:
            yield name, letter
    if "%" in _PERCENT.sub("", format_):
        yield "", ""  # more than is read here


def _brace_fields(format_: str) -> Iterator[tuple[str, str]]:
    for _, name, spec, _ in string.Formatter().parse(format_):
        if name is not None:
            yield name, (spec or "")[-1:]
            if "{" in (spec or ""):
                yield "", ""  # more than is read here


def _nothing(_record: logging.LogRecord) -> None:
    return None
