"""
Excerpts of registered documents.

Of any run of words that is long enough, one pair in so many is looked up in the filter: each
excerpt has one of them. Around a pair that may be of a document, as many as may be are taken, and
each run of words in them is looked up: what is found is a proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.bytesets import SPACES
from redactor.fingerprints.table import SHARED
from redactor.fingerprints.tokens import tokens_of
from redactor.spans import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redactor.fingerprints.hashing import Hasher
    from redactor.fingerprints.reader import Reader
    from redactor.fingerprints.table import Table
    from redactor.fingerprints.tokens import Token
    from redactor.spans import Span

__all__ = ["DocumentSearch"]

_LITERALS = (b"true", b"false", b"null")
_OPENERS = (b'"', b"{", b"[")


class DocumentSearch:
    """Finds excerpts of the documents of a store."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __repr__(self) -> str:
        return f"<DocumentSearch in {self._reader!r}>"

    def find(self, data: bytes, *, lines: bool = False) -> list[Span]:
        """
        Find excerpts.

        Args:
            data: The text.
            lines: It is a piece of a stream: each line is looked at alone, since what spans lines
                depends on where it was cut.

        Returns:
            Sorted spans, without overlap.
        """
        table = self._reader.table
        # So many words have at least one character each, and one between two.
        if len(data) < 2 * table.words - 1 or not table.documents:
            return []
        if not lines:
            return list(self._piece(table, data, 0, len(data)))
        found: list[Span] = []
        low = 0
        while low < len(data):
            high = data.find(b"\n", low)
            high = len(data) if high < 0 else high
            found.extend(self._piece(table, data, low, high))
            low = high + 1
        return found

    def _piece(self, table: Table, data: bytes, low: int, high: int) -> Iterator[Span]:
        tokens = tokens_of(data, low, high)
        if len(tokens) < table.words:
            return
        owners = _owners(table, self._reader.hasher, tokens)
        if any(owner is not None for owner in owners):
            yield from _spans(data, low, tokens, owners)


def _owners(table: Table, hasher: Hasher, tokens: Sequence[Token]) -> list[int | None]:
    """Say for each word whose excerpt it is part of; ``None`` where of nobody's."""
    owners: list[int | None] = [None] * len(tokens)
    words: dict[int, int] = {}

    def word(at: int) -> int:
        if at not in words:
            words[at] = hasher.word(tokens[at].text)
        return words[at]

    def may(at: int) -> bool:
        return table.has_pair(hasher.pair(word(at), word(at + 1)))

    step = table.words - 1
    at = step - 1
    while at + 1 < len(tokens):
        if not may(at):
            at += step
            continue
        first, last = at, at + 1
        while first > 0 and may(first - 1):
            first -= 1
        while last + 1 < len(tokens) and may(last):
            last += 1
        if last - first >= step:
            some = tokens[first : last + 1]
            _look_up(
                table, hasher, some, [word(at) for at in range(first, last + 1)], owners, first
            )
        # The pair behind the last word is of no document.
        at += ((last - at) // step + 1) * step
    return owners


def _look_up(
    table: Table,
    hasher: Hasher,
    tokens: Sequence[Token],
    words: Sequence[int],
    owners: list[int | None],
    first: int,
) -> None:
    for at in range(len(tokens)):
        for size in hasher.runs_at(tokens, words, at):
            characters = any(token.character for token in tokens[at : at + size])
            owner = table.owner(hasher.run(words[at : at + size], characters=characters))
            if not owner:
                continue
            number = owner if owner < SHARED else 0
            for place in range(first + at, first + at + size):
                # The first document that is known to be the one.
                owners[place] = owners[place] or number


def _spans(
    data: bytes, low: int, tokens: Sequence[Token], owners: Sequence[int | None]
) -> Iterator[Span]:
    """Yield the spans of words in a row that are of excerpts."""
    text = _Json(data, low)
    at = 0
    while at < len(tokens):
        if owners[at] is None:
            at += 1
            continue
        end = at
        number = 0
        while end < len(tokens) and (owner := owners[end]) is not None:
            number = number or owner
            end += 1
        rule = DOCUMENTS + number
        if not text.json:
            yield tokens[at].start, tokens[end - 1].end, rule
        else:
            yield from text.pieces(tokens[at:end], rule)
        at = end


class _Json:
    """
    A text that may be JSON, which an excerpt over several strings must leave valid.

    Asked in rising order only.
    """

    def __init__(self, data: bytes, low: int) -> None:
        self._data = data
        self._at = low
        self._inside = False
        self._strings = 0
        first = _behind_spaces(data, low)
        second = _behind_spaces(data, first + 1)
        # Many logs start with a time in brackets.
        self.json = data[first : first + 1] == b"{" or (
            data[first : first + 1] == b"[" and data[second : second + 1] in _OPENERS
        )

    def _place(self, at: int) -> int:
        """Return the number of the string that *at* is in, -1 outside."""
        data = self._data
        while self._at < at:
            byte = data[self._at]
            if byte == 0x5C:
                self._at += 1
            elif byte == 0x22:
                self._inside = not self._inside
                self._strings += 1
            self._at += 1
        return self._strings if self._inside else -1

    def pieces(self, tokens: Sequence[Token], rule: int) -> Iterator[Span]:
        """Yield a span for each string, and one for each number."""
        start = end = 0
        before = -1
        for token in tokens:
            string = self._place(token.start)
            if string >= 0 and string == before:
                end = token.end
                continue
            if end:
                yield start, end, rule
            start = end = 0
            before = string
            # The constants of JSON are no content, and a marker is none of them.
            if string >= 0 or self._data[token.start : token.end] not in _LITERALS:
                start, end = token.start, token.end
        if end:
            yield start, end, rule


def _behind_spaces(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in SPACES:
        at += 1
    return at
