"""Bodies by the name and the size of their field."""

from __future__ import annotations

import regex

from redactor.bytesets import ALNUM, LETTERS

__all__ = ["BODY", "is_body", "named_body"]

#: A value of so many bytes under the name of a body is one.
BODY = 200
#: One that is an object or a list of JSON: what is shorter is parameters.
_OBJECT = 400
#: So much of it says whether it is a report of an error, a statement or an address, in bytes.
_JUDGED = 512
_STARTS = (
    b"select ", b"insert ", b"update ", b"delete ", b"with ", b"create ", b"explain ", b"http://",
    b"https://",
)  # fmt: skip
_REPORTS = (
    b"traceback (most recent", b"\tat ", b"\\tat ", b"    at ", b"panicked at ", b"goroutine ",
)  # fmt: skip
#: How a line of a log starts, which loggers put under such names too: with a time or a level.
_LOG_LINE = regex.compile(
    rb"[\[(]{0,2}(?:[0-9]{4}[/-][0-9]{2}[/-][0-9]{2}[ T]"
    rb"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)[ :\]])"
)
#: A filler has fewer different bytes.
_VARIETY = 4
_NAME = ALNUM | frozenset(b"_.-")
_NAME_LIMIT = 64
_SPACES = 8
_CAPITALS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def is_body(text: bytearray, start: int, end: int, names: tuple[bytes, ...]) -> bool:
    """Say whether ``text[start:end]``, that stands between quotes, is a body by its key."""
    if end - start - text.count(b"\\", start, end) < _least(text[start:end]):
        return False
    at = start - 1
    while at > 0 and text[at - 1] == 0x5C:
        at -= 1
    if at > 0 and text[at - 1] in b"bBuUrRfF":
        at -= 1
    at = _back_over_spaces(text, at)
    if at > 0 and text[at - 1] == 0x3E:
        at -= 1
    if at == 0 or text[at - 1] not in b":=":
        return False
    at = _back_over_spaces(text, at - 1)
    if at > 0 and text[at - 1] in b"\"'":
        at -= 1
        while at > 0 and text[at - 1] == 0x5C:
            at -= 1
    first = at
    while first > 0 and at - first < _NAME_LIMIT and text[first - 1] in _NAME:
        first -= 1
    return _names_body(bytes(text[first:at]), names) and not _reports(bytes(text[start:end]))


def named_body(data: bytes, key: bytes, names: tuple[bytes, ...]) -> bool:
    """Say whether *data*, the value of the field *key*, is a body."""
    return (
        len(data) >= _least(data) and _names_body(key[-_NAME_LIMIT:], names) and not _reports(data)
    )


def _least(value: bytes | bytearray) -> int:
    """Return how long *value* is at least as a body."""
    return _OBJECT if value.startswith((b"{", b"[")) else BODY


def _back_over_spaces(text: bytearray, at: int) -> int:
    stop = max(0, at - _SPACES)
    while at > stop and text[at - 1] in b" \t\n":
        at -= 1
    return at


def _names_body(key: bytes, names: tuple[bytes, ...]) -> bool:
    """Say whether *key* ends in one of *names*, as a word: ``request_body``, ``pageContent``."""
    key = key.rstrip(b"0123456789_.-[]")
    lowered = key.lower()
    for name in names:
        if not lowered.endswith(name):
            continue
        first = len(key) - len(name)
        if first == 0 or key[first - 1] not in LETTERS:
            return True
        if key[first] in _CAPITALS and key[first - 1] not in _CAPITALS:
            return True
    return False


def _reports(value: bytes) -> bool:
    """Say whether *value* is what operators read, or a filler, and no content."""
    if _LOG_LINE.match(value) or len(set(value[:_JUDGED])) < _VARIETY:
        return True
    head = value[:_JUDGED].lower()
    return head.startswith(_STARTS) or any(sign in head for sign in _REPORTS)
