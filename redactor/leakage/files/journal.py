"""
Exports of the systemd journal (``journalctl -o export``): in which field a place is.

The form is that of https://systemd.io/JOURNAL_EXPORT_FORMATS. A field is ``NAME=value`` on a line,
or, for a value with line breaks, its name, its size in eight bytes, and the value.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECORD_START", "Entry", "is_journal"]

#: What each entry starts with, after an empty line.
RECORD_START = b"__CURSOR="
_START = b"\n\n" + RECORD_START
#: Who logged an entry, the most telling first.
_UNITS = (b"_SYSTEMD_UNIT", b"SYSLOG_IDENTIFIER", b"_COMM")


def is_journal(head: bytes) -> bool:
    """Say whether a stream that starts with *head* is an export of the journal."""
    return head.startswith(RECORD_START)


class Entry:
    """
    The entry of an export that a place is in.

    Args:
        data: Entries, in their export form.
        offset: The place.

    Attributes:
        end: Where the entry ends in *data*.
        logger: Who logged it: file and line of the code where it says so, else the unit.
    """

    def __init__(self, data: bytes, offset: int) -> None:
        start = data.rfind(_START, 0, offset)
        self._start = 0 if start < 0 else start + 2
        end = data.find(_START, offset)
        self.end = end if end >= 0 else len(data)
        fields = list(_fields(data[self._start : self.end]))
        self._names = [name for name, _, _ in fields]
        self._ends = [end for _, _, end in fields]
        self.logger = _logger({name: value for name, value, _ in fields})

    def field_at(self, offset: int) -> str:
        """Return the name of the field that the byte at *offset* of the data is in."""
        index = bisect_right(self._ends, offset - self._start)
        return self._names[index].decode("ascii", "replace") if index < len(self._names) else ""


def _logger(fields: dict[bytes, bytes]) -> str:
    file = fields.get(b"CODE_FILE")
    if file:
        line = fields.get(b"CODE_LINE")
        told = file + b":" + line if line else file
    else:
        told = next((fields[name] for name in _UNITS if fields.get(name)), b"")
    return told.decode("utf-8", "replace")


def _fields(entry: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield the name and the value of each field, and where it ends."""
    at = 0
    while at < len(entry):
        line_end = entry.find(b"\n", at)
        line_end = len(entry) if line_end < 0 else line_end
        name, equals, value = entry[at:line_end].partition(b"=")
        if equals:
            at = line_end + 1
        else:
            size = int.from_bytes(entry[line_end + 1 : line_end + 9], "little")
            value = entry[line_end + 9 : line_end + 9 + size]
            at = line_end + 9 + size + 1
        yield name, value, at
