"""
Pieces of a text, written alike: what a log says over and over is the same piece.

They are what stands between spaces and commas, in small letters and with zeros for digits. Phrases
are what stands between commas and line breaks: pieces, and the spaces between them.
"""

from __future__ import annotations

from redactor.bytesets import ALNUM

__all__ = ["APART", "BLANKED", "PHRASES", "PIECES", "SAME", "starts_of"]

_DIGITS = b"0123456789"
#: A table that leaves letters and digits, and blanks the rest.
BLANKED = bytes(byte if byte in ALNUM else 0x20 for byte in range(256))
#: A table that makes capitals small letters, and digits zeros.
SAME = bytes(0x30 if byte in _DIGITS else byte for byte in bytes(range(256)).lower())
#: A table that blanks what stands between pieces.
APART = bytes(0x20 if byte in b" \t\n\r\v\f," else byte for byte in range(256))
#: A table that does as the two before it.
PIECES = SAME.translate(APART)
#: A table that writes letters and digits alike, and puts a comma for what ends a line.
PHRASES = SAME.translate(bytes(0x2C if byte in b"\n\r\v\f" else byte for byte in range(256)))


def starts_of(piece: bytes, spaced: bytes) -> list[int]:
    """
    Return where *piece* is in a text, not as a part of another one.

    *spaced* is the text as pieces are written, with a space at each end.
    """
    alone = b" %b " % piece
    starts: list[int] = []
    at = spaced.find(alone)
    while at >= 0:
        starts.append(at)
        at = spaced.find(alone, at + 1)
    return starts
