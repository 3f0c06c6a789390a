"""The reference engine: gates first, then the detectors on the lines that they let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.engines.reference.blobs import blobs_in
from redactor.engines.reference.blocks import CLOSED, blocks_in, outer_of
from redactor.engines.reference.cards import card_above, cards_in
from redactor.engines.reference.document_fields import named_body
from redactor.engines.reference.documents import LEAST, documents_in
from redactor.engines.reference.escapes import decoded_lines
from redactor.engines.reference.folding import folded, restored
from redactor.engines.reference.gate import Gate, Needs
from redactor.engines.reference.judge import value_is_secret
from redactor.engines.reference.keys import KEY_LIMIT
from redactor.engines.reference.known import KnownSearch
from redactor.engines.reference.names import names_of
from redactor.engines.reference.opaque import without_markers
from redactor.engines.reference.pairs import pairs_in
from redactor.engines.reference.patterns import matches_in, scan_in
from redactor.engines.reference.registered import DocumentSearch
from redactor.spans import Scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redactor.engines.reference.decoded import Decoded
    from redactor.fingerprints.reader import Reader
    from redactor.known.forms import Form
    from redactor.packs.ruleset import Ruleset
    from redactor.spans import Span

__all__ = ["ReferenceEngine"]

_LINE_END = 0x0A
#: How often what is found encoded may be encoded itself.
_DEPTH = 3


class ReferenceEngine:
    """
    Finds what the rules of a ruleset describe, and the values that are known.

    Safe to share between threads: nothing changes after construction but the known values, all at
    once, and what the gate remembers.
    """

    name = "reference"

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._gate = Gate(ruleset)
        self._known: KnownSearch | None = None
        self._documents: DocumentSearch | None = None

    def set_known(
        self,
        parts: Sequence[tuple[Form, ...]],
        markers: Sequence[bytes],  # noqa: ARG002  # an engine that writes no markers needs none
    ) -> None:
        """
        Look for these known values from the next call on, and for no others.

        Args:
            parts: What to look for: forms, none of them empty. A part that was there before is
                not compiled again. The index of a finding is that of its label behind the rules.
            markers: The marker of each label, by its place.
        """
        rules = len(self._ruleset.sources)
        self._known = KnownSearch(parts, rules, self._known) if parts else None

    def set_documents(self, reader: Reader | None) -> None:
        """
        Look for excerpts of these documents from the next call on, and of no others.

        The index of a finding is the number of its document behind ``DOCUMENTS``.
        """
        self._documents = None if reader is None else DocumentSearch(reader)

    def find(self, data: bytes, *, key: str | None = None) -> list[Span]:
        r"""
        Find secrets in one text.

        Args:
            data: The text as UTF-8 or anything else; line breaks are ``\n``.
            key: The name that the text is a value of, in a structured record.

        Returns:
            ``(start, end, rule index)``, half-open and in bytes, sorted; overlaps are kept.
        """
        if key is None:
            return self._scan(data, CLOSED, b"", lines=False)[0]
        outer = key.encode("utf-8", "surrogatepass")
        spans = self._scan(data, CLOSED, outer, lines=False)[0]
        named = self._named(data, outer) or self._body(data, outer)
        return sorted({*spans, *without_markers(data, named)}) if named else spans

    def scan(self, data: bytes, state: int = CLOSED) -> Scan:
        """
        Find secrets in one piece of a stream.

        Args:
            data: Whole lines, after the bytes that the scan before held back.
            state: The state that the scan before returned.
        """
        return Scan(*self._scan(data, state, b"", lines=True))

    def _scan(
        self, data: bytes, state: int, outer: bytes, *, lines: bool, depth: int = 0
    ) -> tuple[list[Span], int, int]:
        """Return what a ``Scan`` holds."""
        needs = self._gate.needs(data, encoded=depth < _DEPTH)
        # What is encoded is a text for itself, and looked at as a whole.
        lines_rule = None if depth else self._ruleset.lines_rule
        found: set[Span] = set()
        held = 0
        if state or lines or needs.blocks or _LINE_END in data or lines_rule is not None:
            outer = (state and outer_of(state)) or outer
            spans, state, held = blocks_in(
                data, state, self._ruleset, lines_rule, marked=needs.blocks, lines=lines
            )
            found.update(spans)
        known = self._known
        if known is not None and not depth:  # their encoded forms are looked for as they are
            found.update(known.find(data, lines=lines))
        if self._documents is not None:
            found.update(self._documents.find(data, lines=lines))
        if self._ruleset.documents and len(data) >= LEAST:
            found.update(self._bodies(data, lines=lines))
        if any(needs):
            lowered = data.lower()
            low = 0
            size = len(data)
            while low < size:
                high = data.find(b"\n", low)
                if high < 0:
                    high = size
                if high > low:
                    # The key beside a whole text names what its first line starts with.
                    first = b"" if low else outer
                    found.update(self._line(data, lowered, low, high, first, needs))
                    if needs.encoded():
                        first = first or card_above(data, low)
                        found.update(self._encoded(data, low, high, first, depth + 1, needs))
                low = high + 1
        if not found:
            return [], state, held
        return without_markers(data, sorted(found), lines_rule), state, held

    def _bodies(self, data: bytes, *, lines: bool) -> Iterator[Span]:
        """Find documents in a whole text, or in each line of a stream."""
        if not lines:
            yield from documents_in(data, 0, len(data), self._ruleset)
            return
        low = 0
        while low < len(data):
            high = data.find(b"\n", low)
            high = len(data) if high < 0 else high
            yield from documents_in(data, low, high, self._ruleset)
            low = high + 1

    def _line(
        self, data: bytes, lowered: bytes, low: int, high: int, outer: bytes, needs: Needs
    ) -> Iterator[Span]:
        ruleset = self._ruleset
        for rule in needs.patterns:
            if rule.scan:
                secrets = scan_in(data, low, high, rule)
            else:
                secrets = matches_in(data, lowered, low, high, rule)
            for start, end in secrets:
                yield start, end, rule.index
        card = ruleset.card_rule
        if card is not None and needs.cards:
            for start, end in cards_in(data, low, high, outer):
                yield start, end, card
        if needs.pairs:
            yield from pairs_in(data, low, high, ruleset)

    def _encoded(
        self, data: bytes, low: int, high: int, outer: bytes, depth: int, needs: Needs
    ) -> Iterator[Span]:
        """Find what is encoded in the line, and where: the spans are those of the encoded text."""
        if needs.escapes:
            for start, decoded in decoded_lines(data, low, high):
                yield from self._decoded(decoded, outer if start == low else b"", depth)
        if needs.blobs:
            for decoded in blobs_in(data, low, high):
                yield from self._decoded(decoded, b"", depth)

    def _decoded(self, decoded: Decoded, outer: bytes, depth: int) -> Iterator[Span]:
        found = self._scan(decoded.data, CLOSED, outer, lines=False, depth=depth)
        for first, last, rule in found[0]:
            yield (*decoded.origin(first, last), rule)

    def _body(self, data: bytes, key: bytes) -> list[Span]:
        for content, index in self._ruleset.documents:
            if content == "field" and named_body(data, key, self._ruleset.bodies):
                return [(0, len(data), index)]
        return []

    def _named(self, data: bytes, key: bytes) -> list[Span]:
        # Also when it is written with look-alike letters, and when these could not be decoded.
        name = key if key.isascii() else folded(restored(key[-4 * KEY_LIMIT :]))
        for rule in names_of(name, self._ruleset):
            span = value_is_secret(data, 0, len(data), rule)
            if span is not None:
                return [(*span, rule.index)]
        return []
