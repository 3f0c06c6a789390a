"""What Loki takes by default: labels, lines, structured metadata; and making things fit."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from redactor import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from redactor_sinks.lines import Line

__all__ = [
    "BODY_LIMIT",
    "LINE_LIMIT",
    "SPLIT_LIMIT",
    "check_labels",
    "clean_attributes",
    "clean_labels",
    "clean_text",
    "fitting_line",
    "is_text",
    "split_line",
]

#: Bytes of a line, of a label's name and of its value; labels of a stream.
LINE_LIMIT = 262_144
#: How much of a line is kept that is split, in bytes, and what the marks of a part may take.
SPLIT_LIMIT, _MARK_BYTES = 16 << 20, 160
_NAME_LIMIT, _VALUE_LIMIT, _LABEL_LIMIT = 1024, 2048, 15
#: Bytes and number of the structured metadata of one entry, with room for what they are wrapped in.
_METADATA_BYTES, _METADATA_COUNT = 60_000, 128
#: Bytes of a body before compression. Loki cannot pass on more than 4 MiB inside, and answers 500
#: to it for ever.
BODY_LIMIT = 1_000_000
_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_NAME = re.compile(r"[^A-Za-z0-9_]")


def check_labels(labels: Mapping[str, str]) -> None:
    """
    Check labels that somebody has written down.

    Raises:
        InputError: Loki would refuse them.
    """
    if len(labels) > _LABEL_LIMIT:
        raise InputError(
            "sink loki: labels", f"there are {len(labels)}", f"Loki takes {_LABEL_LIMIT} at most"
        )
    for name, value in labels.items():
        where = f"sink loki: label {json.dumps(name)}"
        if not _LABEL_NAME.fullmatch(name) or len(name) > _NAME_LIMIT:
            raise InputError(where, "it is no label name", "Use letters, digits and _")
        if len(value.encode("utf-8", "replace")) > _VALUE_LIMIT:
            raise InputError(where, "its value is too long", f"Loki takes {_VALUE_LIMIT} bytes")


def clean_labels(labels: Mapping[str, str], base: Mapping[str, str]) -> dict[str, str]:
    """
    Make labels that came with a record into some that Loki takes.

    Characters that no name may have become ``_``; long names and values are cut; empty values and
    what goes beyond fifteen labels are left out, those of *base* last.
    """
    found = {name: value for name, value in base.items() if value}
    for name, value in labels.items():
        if not value or len(found) >= _LABEL_LIMIT:
            continue
        safe = _NO_NAME.sub("_", name)[:_NAME_LIMIT] or "_"
        safe = f"_{safe}"[:_NAME_LIMIT] if safe[0].isdigit() else safe
        found[safe] = _cut(clean_text(value), _VALUE_LIMIT)
    return found


def clean_attributes(attributes: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Make structured metadata into some that Loki takes: bounded in number and in size."""
    found: dict[str, str] = {}
    left = _METADATA_BYTES
    for name, value in attributes:
        safe = _NO_NAME.sub("_", clean_text(name))[:_NAME_LIMIT] or "_"
        safe = f"_{safe}" if safe[0].isdigit() else safe
        text = _cut(clean_text(value), max(0, left - len(safe)))
        if safe in found or len(found) >= _METADATA_COUNT or not text:
            continue
        left -= len(safe) + len(text.encode("utf-8"))
        found[safe] = text
    return tuple(found.items())


def clean_text(text: str) -> str:
    """Return *text* with U+FFFD where it has half a surrogate, which poisons a whole push."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def is_text(data: bytes) -> bool:
    """Say whether *data* is UTF-8."""
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def split_line(line: Line) -> list[bytes]:
    """
    Return *line* as UTF-8 in parts within Loki's limit, each with a mark that counts them.

    A part never ends inside a character. Behind ``SPLIT_LIMIT`` the line is cut.
    """
    if len(line.head) <= LINE_LIMIT and len(line.head) == line.size:
        head = fitting_line(line)
        if len(head) == line.size:
            return [head]
    text = line.head.decode("utf-8", "replace").encode("utf-8")
    step = LINE_LIMIT - _MARK_BYTES
    parts: list[bytes] = []
    start = 0
    while start < len(text):
        end = min(start + step, len(text))
        while end < len(text) and text[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(text[start:end])
        start = end
    cut = (
        f" [cut by redactor: the line has {line.size} bytes]" if len(line.head) < line.size else ""
    )
    count = len(parts)
    marked = [
        part + f" [part {number}/{count} of a line, split by redactor]".encode()
        for number, part in enumerate(parts, 1)
    ]
    marked[-1] += cut.encode()
    return marked


def fitting_line(line: Line) -> bytes:
    """Return *line* as UTF-8 within Loki's limit, with a mark where it was cut."""
    head = line.head
    if not head.isascii():
        head = head.decode("utf-8", "replace").encode("utf-8")
    if len(head) <= LINE_LIMIT and len(line.head) == line.size:
        return head
    mark = f" [cut by redactor: the line has {line.size} bytes]".encode()
    return _cut(head.decode("utf-8"), LINE_LIMIT - len(mark)).encode("utf-8") + mark


def _cut(text: str, size: int) -> str:
    """Return the start of *text* that has at most *size* bytes."""
    encoded = text.encode("utf-8")
    return text if len(encoded) <= size else encoded[:size].decode("utf-8", "ignore")
