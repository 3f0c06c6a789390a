r"""
Bodies of documents in one text or line, by their content.

A document stands between quotes, however often these are escaped, or in the text itself. The
shortest piece is looked at first, and what was found in it is blank for the pieces around it: an
HTML page in a field of a record takes that field and no other.

Escapes are read where they stand: ``\n`` with any number of backslashes breaks a line as a line
feed does. Every step is linear in the piece, and each kind of quote gives pieces that do not
overlap, so that the whole is linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.engines.reference import document_fields as fields
from redactor.engines.reference import document_forms, document_prose, document_tables

if TYPE_CHECKING:
    from redactor.packs.ruleset import Ruleset
    from redactor.spans import Span

__all__ = ["LEAST", "documents_in"]

#: The shortest text or line that is looked at, and the shortest piece between quotes, in bytes.
LEAST = 384
PIECE = 200

_QUOTE = regex.compile(rb"""\\*+["']""")
_APOSTROPHE = 0x27
#: What may stand before an opening quote, and behind a closing apostrophe.
_BEFORE = frozenset(b" \t\r\n=:,({[<>|")
_BEHIND = frozenset(b' \t\r\n",:)}];<>|&\\')
_PREFIXES = frozenset(b"bBuUrRfF")
#: Backslashes before the quotes of a string in strings, by how deep it is.
_DEPTHS = frozenset({0, 1, 3, 7})


class _Quote(NamedTuple):
    at: int
    backslashes: int
    kind: int


def documents_in(data: bytes, low: int, high: int, ruleset: Ruleset) -> Iterator[Span]:
    """
    Yield the documents in ``data[low:high]``, a text or a line of a stream, with their rules.

    Args:
        data: The text.
        low: Where to start.
        high: Where to end: less than ``LEAST`` bytes hold no document.
        ruleset: Its rules of the kind ``document`` say what is looked for.
    """
    if high - low < LEAST:
        return
    text = bytearray(data[low:high])
    # Where something was found, words meet that do not in the text as it is.
    prose = document_prose.may_hold_prose(text)
    pieces = sorted(_pieces(text), key=lambda piece: (piece[1] - piece[0], piece[0]))
    for start, end in (*pieces, (0, len(text))):
        finders = _FINDERS if end - start == len(text) else _BETWEEN_QUOTES
        for content, index in ruleset.documents:
            if content == "prose" and not prose:
                continue
            if content == "field":
                if end - start < len(text) and fields.is_body(text, start, end, ruleset.bodies):
                    yield start + low, end + low, index
                    text[start:end] = bytes(end - start)
                    prose = True
                continue
            for first, last in list(finders[content](text, start, end)):
                if last > first:
                    yield first + low, last + low, index
                    text[first:last] = bytes(last - first)
                    prose = True


_Finder = Callable[[bytearray, int, int], Iterator[tuple[int, int]]]
_FINDERS: dict[str, _Finder] = {
    "file": document_forms.files_in,
    "markup": document_forms.markup_in,
    "mail": document_forms.mail_in,
    "captions": document_forms.captions_in,
    "table": document_tables.tables_in,
    "prose": document_prose.prose_in,
}
_BETWEEN_QUOTES = {**_FINDERS, "prose": document_prose.prose_between_quotes}


def _pieces(text: bytearray) -> list[tuple[int, int]]:
    """Return what stands between quotes and is long enough."""
    quotes = [
        _Quote(match.end() - 1, match.end() - 1 - match.start(), text[match.end() - 1])
        for match in _QUOTE.finditer(text)
    ]
    pieces: list[tuple[int, int]] = []
    inside: dict[tuple[int, int], int] = {}  # where the last piece of each kind of quote ends
    for place, quote in enumerate(quotes):
        kind = (quote.kind, quote.backslashes)
        if quote.backslashes not in _DEPTHS or quote.at < inside.get(kind, 0):
            continue
        if not _opens(text, quote):
            continue
        end, after = _closing(text, quotes, place)
        inside[kind] = after
        if end - quote.at - 1 >= PIECE:
            pieces.append((quote.at + 1, end))
    return pieces


def _opens(text: bytearray, quote: _Quote) -> bool:
    at = quote.at - quote.backslashes
    if at == 0:
        return True
    if text[at - 1] in _PREFIXES:
        at -= 1
        return at == 0 or text[at - 1] in _BEFORE
    return text[at - 1] in _BEFORE


def _closing(text: bytearray, quotes: list[_Quote], place: int) -> tuple[int, int]:
    """Return where the string ends that the quote at *place* opens, and where its quote does."""
    opening = quotes[place]
    period = 2 * (opening.backslashes + 1)
    for behind_opening in range(place + 1, len(quotes)):
        quote = quotes[behind_opening]
        if quote.kind != opening.kind:
            continue
        count = quote.backslashes % period
        if count > opening.backslashes:
            continue
        behind = quote.at + 1
        if quote.kind == _APOSTROPHE and behind < len(text) and text[behind] not in _BEHIND:
            continue
        return quote.at - count, behind
    return len(text), len(text)
