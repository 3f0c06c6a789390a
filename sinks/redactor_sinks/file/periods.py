"""When a period of local time ends."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redactor_sinks.file.options import Period

__all__ = ["end_of"]


def end_of(period: Period | str, moment: float) -> float:
    """
    Return when the *period* that holds *moment* ends, in seconds since 1970; never without one.

    A day that the clock makes longer or shorter still ends at midnight, a week with its Sunday.
    """
    if not period:
        return math.inf
    now = time.localtime(moment)
    year, month, day, hour, minute = now[:5]
    match period:
        case "minute":
            minute += 1
        case "hour":
            hour, minute = hour + 1, 0
        case "day":
            day, hour, minute = day + 1, 0, 0
        case "week":
            day, hour, minute = day + 7 - now.tm_wday, 0, 0
        case _:
            month, day, hour, minute = month + 1, 1, 0, 0
    # Hours and minutes end alike in summer and winter, so that the one repeated has two ends.
    summer = now.tm_isdst if period in ("minute", "hour") else -1
    end = time.mktime((year, month, day, hour, minute, 0, 0, 0, summer))
    return end if end > moment else moment + 3600
