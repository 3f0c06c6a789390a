"""Characters outside ASCII that are read as others: digits, letters, spaces, invisible ones."""

from __future__ import annotations

from functools import cache
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

__all__ = [
    "DIGIT_ZEROS",
    "ENTITIES",
    "INVISIBLE",
    "LOOK_ALIKES",
    "SPACES_WIDE",
    "STYLED",
    "Fold",
    "fold_table",
]

#: The zero of each run of ten decimal digits outside ASCII (Unicode 15.0, general category Nd).
DIGIT_ZEROS: tuple[int, ...] = (
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0,
    0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0,
    0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0,
    0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0,
    0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0,
)  # fmt: skip

#: Characters that show nothing: soft hyphen, zero-width space and joiners, word joiner, BOM.
INVISIBLE: tuple[int, ...] = (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)

#: Spaces and dashes that stand for a plain space between the groups of a number.
SPACES_WIDE: tuple[int, ...] = (
    0x00A0, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009,
    0x200A, 0x202F, 0x205F, 0x3000, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0x00B7,
    0x2022, 0xFF0D,
)  # fmt: skip

#: Runs of Latin letters in another style: where one starts, and what it is read as. They are the
#: compatibility decompositions of Unicode 15.0: full-width and circled letters, and from U+1D400 on
#: the thirteen mathematical alphabets.
STYLED: tuple[tuple[int, str], ...] = (
    (0xFF21, ascii_uppercase),
    (0xFF41, ascii_lowercase),
    (0x24B6, ascii_uppercase + ascii_lowercase),
    (0x1D400, (ascii_uppercase + ascii_lowercase) * 13),
    (0x2145, "Ddeij"),
)

#: Characters of other scripts that look like one of ASCII, from the confusables of Unicode
#: (https://www.unicode.org/reports/tr39/): they count only beside a character of ASCII, because
#: texts in their own script are full of them.
LOOK_ALIKES: tuple[tuple[str, str], ...] = (
    ("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458", "aeopcyxsij"),
    ("\u0501\u051b\u051d\u04bb\u04cf\u04ae\u04af", "dqwhlYy"),
    ("\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425", "ABEKMHOPCTYX"),
    ("\u0405\u0406\u0408\u050c\u051a\u051c\u04c0", "SIJGQWI"),
    ("\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03f2\u03f3", "aikvopucj"),
    ("\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f", "ABEZHIKMNO"),
    ("\u03a1\u03a4\u03a5\u03a7\u03f9\u037f", "PTYXCJ"),
    ("\u0570\u0578\u057d\u0581\u0585\u0561", "hnugow"),
    ("\u0251\u0261\u0131\u212a\u2113", "agiKl"),
    ("\uff1a\uff1d\uff3f\uff0e\uff20\uff0f", ":=_.@/"),
)

#: Entities of HTML with a name that are read as the character that they stand for.
ENTITIES: dict[bytes, bytes] = {
    b"amp": b"&", b"lt": b"<", b"gt": b">", b"nbsp": b" ", b"colon": b":", b"equals": b"=",
    b"sol": b"/", b"plus": b"+", b"commat": b"@", b"period": b".", b"comma": b",", b"semi": b";",
    b"hyphen": b"-", b"dash": b"-", b"shy": b"", b"lowbar": b"_", b"percnt": b"%", b"num": b"#",
    b"lpar": b"(", b"rpar": b")", b"lsqb": b"[", b"rsqb": b"]", b"lbrack": b"[", b"rbrack": b"]",
    b"lcub": b"{", b"rcub": b"}", b"lbrace": b"{", b"rbrace": b"}", b"excl": b"!", b"quest": b"?",
    b"dollar": b"$", b"ast": b"*", b"verbar": b"|", b"vert": b"|", b"Tab": b"\\t",
    b"NewLine": b"\\n", b"ZeroWidthSpace": b"", b"zwnj": b"", b"zwj": b"",
}  # fmt: skip


class Fold(NamedTuple):
    """
    What a character is read as.

    Attributes:
        put: Its bytes; none where it is read as nothing.
        beside: Only where a letter, a digit or an underscore of ASCII stands beside it.
    """

    put: bytes
    beside: bool = False


@cache
def fold_table() -> dict[bytes, Fold]:
    """Return what each of these characters, in UTF-8, is read as."""
    table = {
        chr(zero + value).encode(): Fold(b"%d" % value)
        for zero in DIGIT_ZEROS
        for value in range(10)
    }
    table |= {chr(point).encode(): Fold(b"") for point in INVISIBLE}
    table |= {chr(point).encode(): Fold(b" ") for point in SPACES_WIDE}
    for first, letters in STYLED:
        styled = enumerate(letters.encode(), first)
        table |= {chr(point).encode(): Fold(bytes((letter,))) for point, letter in styled}
    for found, put in LOOK_ALIKES:
        pairs = zip(found, put, strict=True)
        table |= {one.encode(): Fold(other.encode(), beside=True) for one, other in pairs}
    return table
