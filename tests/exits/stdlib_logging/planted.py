"""Secrets that the tests log, and a formatter that lets out all that a record has."""

from __future__ import annotations

import json
import logging
import traceback
from contextlib import suppress
from urllib.parse import quote_plus

__all__ = [
    "CARD",
    "PASSWORD",
    "PLANTED",
    "TOKEN",
    "EverythingFormatter",
    "assert_nothing_raw",
    "shown",
]

PASSWORD = "hunter2zz"
CARD = "4111111111111111"
# In two parts, so that no code host takes the source for a leak.
TOKEN = "xox" + "b-483920174653-hY6Gk2LpQw9ZsXe4RtVb1NcM"
PLANTED = (PASSWORD, CARD, TOKEN)


class EverythingFormatter(logging.Formatter):
    """Writes all attributes of a record as JSON, objects by their repr."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        return json.dumps(record.__dict__, default=repr, skipkeys=True)


def assert_nothing_raw(data: bytes, *more: str) -> None:
    """Assert that *data* holds none of the planted secrets, as they are or percent-encoded."""
    for secret in (*PLANTED, *more):
        assert secret.encode() not in data, secret
        assert quote_plus(secret).encode() not in data, secret


def shown(record: logging.LogRecord) -> str:
    """
    Return all that can be read from *record*: its attributes, and of its exception the message, the
    arguments, the notes, the causes, and the variables of each frame. Not the lines of the program.
    """
    text = [repr(record.__dict__)]
    with suppress(TypeError, ValueError, KeyError):  # it may not be fit to be formatted
        text.append(record.getMessage())
    info = record.exc_info
    if isinstance(info, tuple) and isinstance(info[1], BaseException):
        told = traceback.TracebackException(*info, capture_locals=True)
        text += _told(told)
        text.append(repr(vars(info[1])))
    return "\n".join(text)


def _told(told: traceback.TracebackException) -> list[str]:
    text = [*told.format_exception_only(), *(told.__notes__ or ())]
    text += [f"{frame.name} {frame.locals}" for frame in told.stack]
    inner = [told.__cause__, told.__context__, *(told.exceptions or ())]
    return text + [line for one in inner if one is not None for line in _told(one)]
