"""
The time of a record as text.

All records of one second share it but for the milliseconds, and making it is what the text of a
record costs most. So it is made once a second: this pays for the look at the message.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Formatter, LogRecord

__all__ = ["times"]

#: Directives of ``strftime`` that the language of the process has no part in.
_DIRECTIVES = re.compile(r"(?:[^%]|%[YmdHMSyjuwUWVGzZ%])*")
_strftime = time.strftime


def times() -> Callable[[Formatter, LogRecord], str]:
    """
    Return what gives the time of a record as ``logging.Formatter.formatTime`` does.

    To be called with a formatter whose ``formatTime`` is that of the library, and a record. A
    change of its settings, of the zone of the process or of ``time.strftime`` counts at once.

    Raises:
        Exception: What the library raises for such a record.
    """
    # In one tuple, so that a thread never sees the half of what another one writes.
    kept: tuple[Any, ...] = (None, None, None, None, "")

    def time_of(formatter: Formatter, record: LogRecord) -> str:
        nonlocal kept
        created = record.created
        given = formatter.datefmt
        form = given or formatter.default_time_format
        second, converter, kept_form, zone, text = kept
        if (
            created // 1 != second
            or formatter.converter is not converter
            or form is not kept_form
            or time.tzname is not zone
            or time.strftime is not _strftime
        ):
            converter, zone = formatter.converter, time.tzname
            text = time.strftime(form, converter(created))
            if _DIRECTIVES.fullmatch(form):
                kept = created // 1, converter, form, zone, text
        if not given and formatter.default_msec_format:
            text = formatter.default_msec_format % (text, record.msecs)
        return text  # type: ignore[no-any-return]  # the last of a tuple

    return time_of
