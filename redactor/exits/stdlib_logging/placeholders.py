"""What leaves in the place of a log record, or of its text, that could not be redacted."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import TYPE_CHECKING, Any

from redactor.exits.stdlib_logging.attributes import NUMBERS, WORDS
from redactor.markers import marker

if TYPE_CHECKING:
    from redactor.exits.stdlib_logging.clean_words import CleanWords

__all__ = ["WithheldRecord", "placeholder", "withheld_text"]

#: Names of loggers are names of modules, or like one. A token has digits.
_LOGGER = re.compile(r"[A-Za-z_.]{1,64}")
_UNKNOWN = marker("withheld", "name")
_plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")


class WithheldRecord(logging.LogRecord):
    """Stands for a record that could not be redacted. All that it holds can be shown."""


def placeholder(record: logging.LogRecord, reason: str, clean: CleanWords) -> WithheldRecord:
    """
    Return a record of the same time, level, logger and place that says why and nothing else.

    Attributes that a program added keep their names where these are known to be clean, so that a
    format that asks for them goes on working.

    Args:
        record: The record that is withheld.
        reason: A marker.
        clean: The words that can be kept.
    """
    fields: dict[str, Any] = getattr(record, "__dict__", {})
    stand = WithheldRecord("", logging.ERROR, "", 0, f"record withheld: {reason}", (), None)
    for name in NUMBERS:
        if type(fields.get(name)) in (int, float):
            stand.__dict__[name] = fields[name]
    stand.levelname = logging.getLevelName(stand.levelno)
    for name in WORDS:
        word = fields.get(name)
        if word is None or (type(word) is str and (word in clean.words or _is_name(name, word))):
            stand.__dict__[name] = word
        elif name != "levelname":
            stand.__dict__[name] = _UNKNOWN
    for name in list(fields):
        if name not in stand.__dict__ and name in clean.names:
            stand.__dict__[name] = reason
    return stand


def withheld_text(stand: WithheldRecord, text: object) -> str:
    """Return what stands for a finished *text*: JSON for JSON, a line for all else."""
    if isinstance(text, str) and text.startswith("{"):
        fields = {
            "time": stand.created,
            "level": stand.levelname,
            "logger": stand.name,
            "message": stand.msg,
        }
        return json.dumps(fields)
    return _plain.format(stand)


def _is_name(attribute: str, word: str) -> bool:
    """Say whether *word* is the name of a logger that can be shown unread."""
    return attribute == "name" and (word in sys.modules or _LOGGER.fullmatch(word) is not None)
