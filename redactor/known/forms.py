"""
The forms of a known value: all the literals that are looked for in its place.

A form is looked for as it stands. There are at most ``MOST`` ways of writing per value; what is
longer than ``PIECE`` is looked for in pieces, and of a value of several lines each long line too,
since a stream is read line by line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from redactor.bytesets import ALNUM, DIGITS
from redactor.known.base64_forms import cores
from redactor.known.escapes import every_byte, in_json, written

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SHORTEST", "Form", "forms_of"]

#: No literal is shorter, in bytes.
SHORTEST = 4
#: Ways of writing a value that are looked for, the likely ones first.
MOST = 128
#: A longer literal is looked for in pieces of this size, in bytes: what is compared at a place
#: stays short, and no literal is longer than what a stream looks ahead.
PIECE = 512
#: A line of a value of several lines is looked for by itself from this size on, in characters.
LINE = 20
#: A longer value is not looked for with every byte written as a number, except in hex and base64.
_MANY_BYTES = 2048
#: Shorter values that are all of letters and digits are looked for as whole words.
_WORD = 12
_ALWAYS_WORD = 8
_ARMOUR = re.compile(r"-----(?:BEGIN|END) |^[A-Za-z-]{2,30}: ")


class Form:
    """
    One literal.

    Attributes:
        text: The literal.
        label: Place of the value's label among the labels of its store.
        word: It counts only where no letter and no digit goes on at its ends.
        before: Bytes one of which belongs to it when it stands right before it.
        after: The same behind it.
    """

    __slots__ = ("after", "before", "label", "text", "word")

    def __init__(
        self,
        text: bytes,
        label: int,
        *,
        word: bool = False,
        before: bytes = b"",
        after: bytes = b"",
    ) -> None:
        self.text = text
        self.label = label
        self.word = word
        self.before = before
        self.after = after

    # The same is looked for, whatever the label.
    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Form)
            and self.text == other.text
            and self.word == other.word
            and self.before == other.before
            and self.after == other.after
        )

    def __hash__(self) -> int:
        return hash(self.text)

    # What is shown of it by a traceback with variables is its size alone.
    def __repr__(self) -> str:
        return f"<Form of {len(self.text)} bytes>"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Form is a secret and is never written to a pickle")


def forms_of(value: bytes, label: int) -> tuple[Form, ...]:
    """
    Return the forms of *value*.

    Args:
        value: The value as UTF-8 (lone surrogates as three bytes each), or any bytes.
        label: Goes into each form.
    """
    try:
        text = value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = None
    forms: dict[Form, None] = {}

    def add(literal: bytes, *, word: bool = False, before: bytes = b"", after: bytes = b"") -> None:
        for piece, left, right in _pieces(literal, before, after):
            forms[Form(piece, label, word=word, before=left, after=right)] = None

    word = _is_word(value)
    if text is None:
        add(value, word=word)
        add(repr(value)[2:-1].encode())
    else:
        for literal in _first(written(text)):
            add(literal, word=word)
        add(_before_decoding(text), word=word)
    for core in cores(value):
        add(core.text, before=core.before, after=core.after)
    add(value.hex().encode())
    add(value.hex().upper().encode())
    if len(value) <= _MANY_BYTES:
        for way in every_byte(value, text):
            add(way.encode())
    for line in _lines(text or ""):
        add(line)
    return tuple(form for form in forms if len(form.text) >= SHORTEST)


def _before_decoding(text: str) -> bytes:
    """Return the bytes of a *text* of the environment, where not all of them are UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b""


def _first(texts: Iterator[str]) -> list[bytes]:
    kept: dict[bytes, None] = {}
    for text in texts:
        kept[text.encode("utf-8", "surrogatepass")] = None
        if len(kept) == MOST:
            break
    return list(kept)


def _is_word(value: bytes) -> bool:
    """
    Say whether *value* could be part of another word by chance.

    Short ones always; those under twelve bytes unless they have a sign, or small letters, capitals
    and digits.
    """
    if len(value) >= _WORD:
        return False
    if len(value) < _ALWAYS_WORD:
        return True
    kinds = (
        any(0x61 <= byte <= 0x7A for byte in value),
        any(0x41 <= byte <= 0x5A for byte in value),
        any(byte in DIGITS for byte in value),
    )
    return all(byte in ALNUM for byte in value) and sum(kinds) < 3


def _lines(text: str) -> Iterator[bytes]:
    lines = text.split("\n")
    if len(lines) < 2:
        return
    for line in lines:
        line = line.strip()
        if len(line) >= LINE and not _ARMOUR.search(line):
            for literal in (line, *in_json(line)):
                yield literal.encode("utf-8", "surrogatepass")


def _pieces(literal: bytes, before: bytes, after: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    if len(literal) <= PIECE:
        yield literal, before, after
        return
    last = _character(literal, len(literal) - PIECE)
    at = 0
    while at < last:
        end = _character(literal, at + PIECE)
        yield literal[at:end], b"" if at else before, b""
        at = end
    yield literal[last:], b"", after


def _character(data: bytes, at: int) -> int:
    """Return the start of the character that *at* is in, where *data* is UTF-8."""
    for start in range(at, at - 4, -1):
        if data[start] & 0xC0 != 0x80:
            return start
    return at
