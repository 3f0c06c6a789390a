"""Times: from the forms that logs have to nanoseconds since 1970."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

__all__ = ["Found", "find_time", "from_number", "from_text"]

_SECOND = 1_000_000_000
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
#: 2026-11-22 08:41:41.948 UTC, 2026-11-22T08:41:48.380040Z, 2026/11/22 08:41:21, ...,897
_ISO = re.compile(
    r"(?<!\d)(?P<year>\d{4})[-/](?P<month>\d\d)[-/](?P<day>\d\d)[T ]"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<part>\d{1,9})\d{0,9})?"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?(?!\d)"
)
#: 22/Nov/2026:08:41:22 +0000
_COMMON = re.compile(
    r"(?<!\d)(?P<day>\d\d)/(?P<month>[A-Z][a-z]{2})/(?P<year>\d{4}):"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?P<part>)(?: (?P<zone>[+-]\d{4}))?(?!\d)"
)
#: Sun Nov 22 08:41:24.429913 2026
_APACHE = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]\d) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<part>\d{1,9}))?(?P<zone>) "
    r"(?P<year>\d{4})(?!\d)"
)
_NUMBER = re.compile(r"\d{9,19}(?:\.\d{1,9})?")
#: From the first number that is no time in this unit any more to nanoseconds of the unit. A number
#: below the first is a time from 1973 to 5138 in seconds.
_UNITS = ((100_000_000_000, _SECOND), (100_000_000_000_000, 1_000_000), (10**17, 1000))
#: The oldest number of seconds that is believed to be a time: March 1973.
_OLDEST = 100_000_000
_NEWEST = 2**63 - 1


class Found(NamedTuple):
    """A time in a text: what it is, and where it stands."""

    time: int
    start: int
    end: int


def find_time(text: str, limit: int = 80) -> Found | None:
    """Return the first time in the first *limit* characters of *text*."""
    head = text[:limit]
    for pattern in (_ISO, _COMMON, _APACHE):
        match = pattern.search(head)
        if match is not None:
            time = _of_match(match)
            if time is not None:
                return Found(time, match.start(), match.end())
    return None


def from_text(text: str) -> int | None:
    """Return the time that all of *text* says, ``None`` when it says none."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        whole, _, part = text.partition(".")
        return _scaled(int(whole), int(part.ljust(9, "0")) if part else 0)
    found = find_time(text)
    return found.time if found is not None and found.start == 0 else None


def from_number(number: float) -> int | None:
    """Return the time that *number* says, in seconds, milliseconds, micro- or nanoseconds."""
    if isinstance(number, bool) or not _OLDEST <= number <= _NEWEST:
        return None
    if isinstance(number, int):
        return _scaled(number, 0)
    for bound, unit in _UNITS:
        if number < bound:
            return int(number * (unit // 1000)) * 1000 if unit > 1000 else int(number * unit)
    return int(number)


def _scaled(whole: int, billionths: int) -> int | None:
    if whole < _OLDEST:
        return None
    for bound, unit in _UNITS:
        if whole < bound:
            return whole * unit + billionths * unit // _SECOND
    return whole if whole <= _NEWEST else None


def _of_match(match: re.Match[str]) -> int | None:
    month = match["month"]
    try:
        moment = datetime(  # noqa: DTZ001  # the zone follows
            int(match["year"]),
            _MONTHS[month] if month.isalpha() else int(month),
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(int(match["second"]), 59),  # a leap second
        )
        part = int((match["part"] or "0").ljust(9, "0"))
        seconds = int(moment.replace(tzinfo=_zone(match["zone"] or "")).timestamp())
    except (KeyError, ValueError, OverflowError, OSError):
        return None
    time = seconds * _SECOND + part
    return time if 0 <= time <= _NEWEST else None


def _zone(text: str) -> timezone | None:
    """Return the zone; without one, a program means the time of its machine."""
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
