"""Plain lines: the header that a formatter puts before the message."""

from __future__ import annotations

import re

from redactor_sinks.records.levels import from_word
from redactor_sinks.records.record import Record
from redactor_sinks.records.times import find_time

__all__ = ["read_plain"]

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: How far into a line its header can reach, in characters.
_HEADER = 160
_WORDS = (
    "TRACE|DEBUG[1-5]?|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|SEVERE|CRIT(?:ICAL)?|FATAL|ALERT|"
    "EMERG(?:ENCY)?|PANIC|LOG|STATEMENT|DETAIL|HINT|CONTEXT|SUCCESS"
)
_LEVEL = re.compile(rf"(?<![\w./-])(?:[a-z_]\w*:)?({_WORDS})(?![\w.-])")
#: nginx, Apache and others write them small, in brackets.
_BRACKETED = re.compile(rf"\[(?:\w+:)?({_WORDS})\]", re.IGNORECASE)
#: What can stand between the beginning of a line, or its time, and its level.
_GAP = re.compile(r"[\W\d_]*(?:Z|UTC|GMT)?[\W\d_]*")
#: What follows a level that stands anywhere else in a header.
_AFTER = re.compile(r"\s*(?:[:\]|>/,]|- )")
_NAME = r"([A-Za-z_][\w.]*)"
#: The name before a level, as in ``time - name - LEVEL``; and after it, as in ``LEVEL:name:``,
#: ``LEVEL name:`` and ``LEVEL | name:function:line``.
_NAME_BEFORE = re.compile(rf"(?:^|[\s\]]){_NAME}\s+-\s+$")
_NAME_AFTER = re.compile(rf"(?::|\s+\|\s+|\s+){_NAME}(?::|\s+-\s)|\s+(?:in\s+|\[){_NAME}[\]:]")


def read_plain(line: str) -> Record:
    """Return what the header of *line* says; the message is all of the line."""
    text = _COLOURS.sub("", line[: 2 * _HEADER]) if "\x1b" in line[:_HEADER] else line
    head = text[:_HEADER]
    found = find_time(head)
    time = found.time if found is not None else None
    match = _level_in(head, found.end if found is not None else 0)
    if match is None:
        return Record(line, time)
    before, after = head[: match.start()], head[match.end() :]
    if found is not None and found.end <= match.start():
        before = head[found.end : match.start()]
    name = _NAME_BEFORE.search(before) or _NAME_AFTER.match(after)
    logger = next(filter(None, name.groups()), "") if name is not None else ""
    return Record(line, time, from_word(match[1]), match[1], logger)


def _level_in(head: str, behind_time: int) -> re.Match[str] | None:
    """Return the level of a header; a word like it in the middle of a sentence is none."""
    match = _BRACKETED.search(head)
    if match is not None:
        return match
    for match in _LEVEL.finditer(head):
        starts = behind_time if behind_time <= match.start() else 0
        if _GAP.fullmatch(head, starts, match.start()) or _AFTER.match(head, match.end()):
            return match
        if head[: match.start()].endswith((" - ", "| ")):
            return match
    return None
