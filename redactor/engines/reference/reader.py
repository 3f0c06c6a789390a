"""Reading the value of a sensitive key: quoted, escaped, listed, in an element, or bare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redactor.bytesets import ALNUM, LETTERS, SPACES
from redactor.checks.words import PROSE_WORDS
from redactor.engines.reference import following, values
from redactor.engines.reference.cells import cell_end, is_word
from redactor.engines.reference.judge import text_end, value_is_secret
from redactor.engines.reference.keys import QUOTES, back_over
from redactor.engines.reference.quoting import colour_end, quote_escape_at
from redactor.markers import marker_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.packs.compiled import PairRule

__all__ = ["PREFIXES", "Memory", "Reader"]

_DOUBLE = 0x22
#: Letters before the quote of a Python literal.
PREFIXES = frozenset(b"bBuUrRfF")
_NEXT_NAME = regex.compile(rb"[ \t][A-Za-z_][A-Za-z0-9_.\-]*[=:]")
#: Items of a list under a sensitive key that are read one by one.
_LIST_ITEMS = 64
#: Longest value in brackets without quotes, in bytes.
_BRACKETED = 1024


class Memory:
    """
    Ends that were looked for, as ``(start, end)``: from anywhere between, they are the same.

    Without it a line of nothing but keys would be read to its end once for each of them.
    """

    __slots__ = ("cdata", "gone", "text", "unquoted")

    def __init__(self) -> None:
        self.unquoted: tuple[int, int] = (0, 0)
        self.text: tuple[int, int] = (0, -1)
        self.cdata: tuple[int, int] = (0, -1)
        #: What is before this place is part of a value whose lines all are gone.
        self.gone = 0


class Reader:
    """Reads the value of one key."""

    def __init__(
        self,
        data: bytes,
        low: int,
        high: int,
        rule: PairRule,
        key_start: int,
        after_separator: int,
        memory: Memory,
    ) -> None:
        self.data = data
        self.low = low
        self.high = high
        self.rule = rule
        self.key_start = key_start
        self.xml = data[after_separator - 1] == 0x3E and data[key_start] == 0x3C
        self.colon = data[after_separator - 1] == 0x3A
        self.cell = data[after_separator - 1] == 0x7C
        self.escaped = data[after_separator - 1] not in b"=:>,|"
        self.memory = memory
        before = data[key_start - 1] if key_start > low else 0
        #: The quote that stands right before the key.
        self.opener = bytes((before,)) if before in QUOTES else b""
        key_end = back_over(data, low, after_separator - 1, SPACES, 8)
        self.bare_key = key_end == low or data[key_end - 1] not in QUOTES

    def read(self, at: int) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        if self.xml:
            yield from self._xml(at)
            return
        if data[at - 1] == 0x3E:
            if following.ends_with_arrow(data, self.low, high) == at:
                span = following.typed_line(data, high + 1)
                if span is not None:
                    yield from self._judged(*span)
                return
            at = following.typed_value(data, at, high)
        direct = at
        at = values.skip_spaces(data, colour_end(data, at, high), high)
        at = colour_end(data, at, high)
        at = self._skip_prefix(at)
        opening = values.quote_at(data, at, high)
        escape = quote_escape_at(data, at, high) or values.doubled_quote_at(data, at, high)
        if escape:
            yield from self._escaped(at + len(escape), escape)
        elif opening is not None:
            yield from self._quoted(*opening)
        elif (
            at < high
            and data[at] == 0x5B
            and marker_end(data, at, high) == at
            and not values.may_start(data, self.low, at, high)
        ):
            bare = self.bare_key and self.colon and at == direct
            if bare and values.quote_at(data, at + 1, high) is None:
                yield from self._bracketed(at + 1, b"]")
            else:
                yield from self._list(at + 1)
        elif at < high and data[at] == 0x28 and data.endswith(b")=", self.low, at):
            yield from self._bracketed(at + 1, b")")
        elif self.cell:
            yield from self._cell(at)
        elif self.rule.value == "pattern":
            yield from self._judged(at, self._unquoted_end(at) if self.escaped else high)
        elif values.may_start(data, self.low, at, high):
            yield from self._unquoted(at)

    def _cell(self, at: int) -> Iterator[tuple[int, int]]:
        end = cell_end(self.data, at, self.high)
        mode = self.rule.value
        if mode in ("any", "text") and is_word(self.data, at, end, spaced=mode == "text"):
            return
        yield from self._judged(at, end)

    def _skip_prefix(self, at: int) -> int:
        """Step over ``b`` in ``b'...'`` and ``SecretStr(`` in ``SecretStr('...')``."""
        data, high = self.data, self.high
        end = at
        stop = min(high, at + 40)
        while end < stop and (data[end] in ALNUM or data[end] in b"_."):
            end += 1
        if end == at:
            return at
        if end - at <= 2 and data[at] in PREFIXES and values.quote_at(data, end, high):
            return end
        if end < high and data[end] == 0x28:
            inner = end + 1
            if inner < high and data[inner] in PREFIXES:
                inner += 1
            if values.quote_at(data, inner, high):
                return inner
        return at

    def _quoted(self, start: int, backslashes: int, quote: int) -> Iterator[tuple[int, int]]:
        if self._is_closing(start, quote):
            return
        end, _ = values.quoted_end(self.data, start, self.high, backslashes, quote)
        if quote != _DOUBLE:
            end = values.string_end(self.data, start, end, self.high)
        yield from self._judged(start, end)

    def _is_closing(self, start: int, quote: int) -> bool:
        """Say whether the quote before *start* ends the string that ``password=`` stands in."""
        if not self.bare_key or quote != _DOUBLE:
            return False
        if values.closes_string(self.data, start - 1, self.high):
            return True
        return self.opener == b'"' and self.data[start : start + 1] == b" "  # "password=" id=7

    def _escaped(self, start: int, escape: bytes) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        end = data.find(escape, start, high)
        end = high if end < 0 else end
        behind = end + len(escape)
        if behind < high and data[behind] in ALNUM:
            end = max(end, self._unquoted_end(start))  # ?password=%27abc%27def&x=1
        yield from self._judged(start, values.string_end(self.data, start, end, self.high))

    def _bracketed(self, at: int, closer: bytes) -> Iterator[tuple[int, int]]:
        """Read what a program in Go or a database writes: ``key:[value]``, ``(key)=(value)``."""
        end = self.data.find(closer, at, min(self.high, at + _BRACKETED))
        if end > at:
            yield from self._judged(at, end)

    def _list(self, at: int) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        for _ in range(_LIST_ITEMS):
            at = self._skip_prefix(values.skip_spaces(data, at, high))
            opening = values.quote_at(data, at, high)
            if opening is None:
                return
            start, backslashes, quote = opening
            if self._is_closing(start, quote):
                return
            end, after = values.quoted_end(data, start, high, backslashes, quote)
            if quote != _DOUBLE:
                end = values.string_end(data, start, end, high)
            yield from self._judged(start, end)
            at = values.skip_spaces(data, after, high)
            if at >= high or data[at] != 0x2C:
                return
            at += 1

    def _xml(self, at: int) -> Iterator[tuple[int, int]]:
        data = self.data
        if data.startswith(b"<![CDATA[", at, self.high):
            at += 9
            end = self._cdata_end(at)
        else:
            end = data.find(b"<", at, self.high)
        closed = end >= 0 and data.startswith((b"</", b"]]>", b"<\\/"), end, self.high)
        if closed and values.string_end(data, at, end, self.high) == end:
            yield from self._judged(at, end)

    def _cdata_end(self, at: int) -> int:
        start, end = self.memory.cdata
        if not start <= at <= end:
            found = self.data.find(b"]]>", at, self.high)
            end = self.high if found < 0 else found
            self.memory.cdata = (at, end)
        return end

    def _text_end(self, at: int) -> int:
        start, end = self.memory.text
        if not start <= at <= end:
            end = text_end(self.data, at, self.high)
            self.memory.text = (at, end)
        return end

    def _unquoted(self, at: int) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        mode = self.rule.value
        if mode == "header":
            yield from self._judged(at, high)
            return
        if mode == "text" and self.colon:
            for start, end in self._judged(at, self._text_end(at)):
                yield start, self._spoken_end(start, end)
            return
        marker = marker_end(data, at, high)
        if marker > at and (marker >= high or data[marker] not in ALNUM):
            return
        end = self._unquoted_end(at)
        if self.colon and data.endswith(b"//", self.low, self.key_start):
            place = data.find(b"@", at, end)  # https://token:3f9a7c21@host
            end = end if place < 0 else place
        if mode in ("any", "text") and self._whole_line(at, end):
            end = high
            while end > at and data[end - 1] in b" \t\r":
                end -= 1
        elif mode == "text" and self.opener:
            closing = data.find(self.opener, end, high)  # "passphrase=correct horse battery"
            end = end if closing < 0 else closing
        elif self.colon and self._is_prose(at, end):
            return
        yield from self._judged(at, end)

    def _unquoted_end(self, at: int) -> int:
        start, end = self.memory.unquoted
        if not start < at < end:
            end = values.unquoted_end(self.data, self.low, at, self.high, escaped=self.escaped)
            self.memory.unquoted = (at, end)
        return end

    def _spoken_end(self, at: int, end: int) -> int:
        """
        Find where a text of several words behind a colon ends, before *end*.

        ``{Passphrase:winter Port:5432}`` ends at the next name, ``passphrase: Xk3!z, trying again``
        at the comma: what stands before it is no word of a phrase.
        """
        data = self.data
        if data[at - 1] == 0x3A:
            name = _NEXT_NAME.search(data, at, end)
            while name and data[name.start() - 1] in b";,":
                name = _NEXT_NAME.search(data, name.end(), end)
            last = name.start() if name else end
            if last < end or end == self.high:
                while last > at + 1 and data[last - 1] in b"]})":
                    last -= 1
            return last
        word = self._unquoted_end(at)
        if (
            word + 1 < end
            and data.startswith(b", ", word)
            and not LETTERS.issuperset(data[at:word])
        ):
            name = _NEXT_NAME.match(data, word + 1, end)
            if name is None:
                return word
        return end

    def _whole_line(self, at: int, end: int) -> bool:
        """Say whether ``key: value`` is all that the line holds, as in YAML, INI and .env files."""
        data = self.data
        if end >= self.high or data[end] not in SPACES:
            return False
        before = back_over(data, self.low, self.key_start, frozenset(b" \t-"), 40)
        if before > self.low or _NEXT_NAME.search(data, end, self.high):
            return False
        comment = values.skip_spaces(data, end, self.high)
        if comment < self.high and data[comment] in b"#;=":
            return False
        # "passphrase = correct horse battery": a phrase may start with any word.
        return (self.rule.value == "text" and not self.colon) or not self._is_prose(at, end)

    def _is_prose(self, at: int, end: int) -> bool:
        word = self.data[at:end].strip(b".,;:!?()").lower()
        return len(word) <= 16 and word.decode("latin-1") in PROSE_WORDS

    def _judged(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        data = self.data
        span = value_is_secret(data, start, end, self.rule)
        if span is not None:
            yield span
