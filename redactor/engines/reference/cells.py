"""Keys in tables: the cell before the value's, in HTML, in Markdown and in what databases print."""

from __future__ import annotations

from redactor.bytesets import LETTERS, SPACES
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT, back_over

__all__ = ["NAME_BYTES", "cell_before", "cell_end", "is_word", "row_key"]

#: What a name in a cell or in quotes is made of.
NAME_BYTES = KEY_BYTES | SPACES | frozenset(b"/")
#: Elements that are cells, and elements that stand in them around a name or a value.
_CELLS = frozenset((b"td", b"th", b"dt", b"dd"))
_INLINE = frozenset((b"code", b"b", b"strong", b"em", b"i", b"tt", b"kbd", b"pre", b"span", b"p"))
#: How deep they stand in each other.
_DEPTH = 3
#: Longest tag that is looked at, in bytes.
_TAG = 64
#: What may stand around the name in the first cell of a row.
_AROUND = frozenset(b" \t*`\"'")
_PADDING = 40
_BEHIND_NAME = SPACES | frozenset(b":")
_BAR = 0x7C
_WORD_BYTES = LETTERS | frozenset(b"_.-/()!? ")
#: Bytes of a cell that say whether it holds words.
_WORDS = 64


def _tag_before(data: bytes, low: int, at: int) -> tuple[int, bytes]:
    """Read the tag that ends at *at*: where it starts, and its name, with the slash of an end."""
    if at <= low or data[at - 1] != 0x3E:
        return at, b""
    start = data.rfind(b"<", max(low, at - _TAG), at)
    if start < 0:
        return at, b""
    end = start + 1
    if data[end] == 0x2F:
        end += 1
    while data[end] in LETTERS:
        end += 1
    return start, data[start + 1 : end].lower()


def cell_before(data: bytes, low: int, at: int, name: bytes) -> bytes:
    """
    Return the name in the cell before the one whose content starts behind the tag at *at*.

    ``<tr><td>password</td><td>hunter2</td></tr>``, ``<dt>password</dt><dd>hunter2</dd>``, also with
    elements such as ``code`` inside; *name* is that of the tag at *at*.
    """
    name = name.lower()
    for _ in range(_DEPTH):
        if name not in _INLINE:
            break
        at, name = _tag_before(data, low, back_over(data, low, at, SPACES, 8))
    if name not in _CELLS:
        return b""
    at, name = _tag_before(data, low, back_over(data, low, at, SPACES, _PADDING))
    if name[:1] != b"/" or name[1:] not in _CELLS:
        return b""
    for _ in range(_DEPTH):
        at = back_over(data, low, at, _BEHIND_NAME, 8)
        before, name = _tag_before(data, low, at)
        if name[:1] != b"/" or name[1:] not in _INLINE:
            break
        at = before
    start = back_over(data, low, at, NAME_BYTES, KEY_LIMIT)
    return data[start:at] if start > low and data[start - 1] == 0x3E else b""


def row_key(data: bytes, low: int, bar: int) -> tuple[int, int]:
    """
    Find the name in the first cell of a row, which ends at *bar*.

    ``| password | hunter2 |`` of Markdown, `` password | hunter2`` of a database's client.

    Returns:
        Its bounds, equal where there is none.
    """
    end = back_over(data, low, bar, _AROUND, _PADDING)
    start = back_over(data, low, end, NAME_BYTES, KEY_LIMIT)
    at = back_over(data, low, start, _AROUND, _PADDING)
    if at > low and data[at - 1] == _BAR:
        at = back_over(data, low, at - 1, SPACES, _PADDING)
    return (start, end) if at == low else (end, end)


def cell_end(data: bytes, at: int, high: int) -> int:
    """Find where the text in the cell that starts at *at* ends."""
    end = data.find(b"|", at, high)
    end = high if end < 0 else end
    return back_over(data, at, end, frozenset(b" \t\r"), end - at)


def is_word(data: bytes, start: int, end: int, *, spaced: bool) -> bool:
    """
    Say whether a cell holds a word of a heading or a description, and no value.

    With *spaced* a value may have spaces in it.
    """
    head = data[start : min(end, start + _WORDS)]
    return _WORD_BYTES.issuperset(head) or (not spaced and 0x20 in head)
