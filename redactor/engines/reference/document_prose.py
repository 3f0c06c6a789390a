"""
Prose: words one after the other, in any script.

Each word of letters counts for its text, what logs are made of counts against it: keys, paths,
numbers with units, names with signs or capitals inside. The best stretch is a document when it is
long enough and is no list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["may_hold_prose", "prose_between_quotes", "prose_in"]

#: Words that a stretch must have more of than of anything else.
WORDS = 50
#: How much the first and the last word of a piece may count more than in the text around it.
_EDGES = 2
#: The same for a stretch behind another one of the same text.
_MORE = 10
#: A stretch ends where it has lost so much again.
_FALL = 14
#: What a word that is none takes away, and one with a colon behind it.
_OTHER = -5
_COLON = -3
#: What ends a stretch whatever was said: the name of an error, a level, a time, a key of JSON.
_BREAK = -100
#: So many words a stretch has at least for each that is none, and for each with a colon.
_FOR_OTHER = 10
_FOR_COLON = 20
#: What a word takes away in which a digit stands for a letter, as recognisers of text write.
_MIXED = -1
#: Longest word of ASCII letters, and longest number that may stand in a text, in bytes.
_LONGEST = 28
_NUMBER = 10
#: Words at the start of a stretch of which one with a colon or a quote is a name for the rest.
_NAMES = 8

_NEEDED = {_OTHER: _FOR_OTHER, _COLON: _FOR_COLON}
_ESCAPED_SPACE = regex.compile(rb"\\++[nrt]")
#: A word, or a space that is written as an escape, with any number of backslashes.
_WORD_OR_SPACE = regex.compile(rb"((?:[^\\ \t\r\n\0\v\f]++|\\++(?![nrt]))++)|\\++[nrt]")
_BACKSLASH = 0x5C
_OPENERS = frozenset(b"\"'([*_`#>-")
_CLOSERS = frozenset(b"\"'.,;:!?)]*_`-")
#: Most words of a text: letters between some of these, and no colon.
_PLAIN = regex.compile(rb"[\"'(\[*_`#>\-]*+([A-Z]*+[a-z]++|[A-Z]++)[\"'.,;!?)\]*_`\-]*+")
_DIGITS = frozenset(b"0123456789.,-%")
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CAPITALS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SMALL = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_MARKUP = frozenset(b"#*->`_~")


def may_hold_prose(text: bytearray) -> bool:
    """
    Say whether *text*, or what stands between quotes in it, may be prose.

    No words in a row count more than a stretch needs: of a piece only the first and the last word
    may be others than in the text, parts of these. In ASCII each of them counts for one at most.
    """
    if not text.isascii() or text.find(b"\\u") >= 0:
        return True
    scores: dict[bytes, int] = {}
    score = 0
    for word in _ESCAPED_SPACE.sub(b" ", bytes(text)).replace(b"\0", b" ").split():
        own = scores.get(word)
        if own is None:
            own = scores[word] = _score(word)[0]
        score += own
        if score < 0:
            score = 0
        elif score >= WORDS - _EDGES:
            return True
    return False


def prose_between_quotes(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the prose in ``text[low:high]``, and all of it where it is prose for the most part."""
    for first, last, said in _prose(text, low, high):
        yield (low, high) if said * 2 > high - low else (first, last)


def prose_in(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the prose in ``text[low:high]``."""
    for first, last, _ in _prose(text, low, high):
        yield first, last


def _prose(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """Yield where the first stretch starts, where the last ends, and how long they are together."""
    if high - low < 4 * WORDS:
        return
    first = last = -1
    said = 0
    stretch = _Stretch(low)
    before = b""
    for start, end, word, score, comma in _scored(text, low, high):
        if word == before:
            score = min(score, 0)  # the same word again says nothing
        before = word
        if stretch.score <= 0:
            if stretch.words or score > 0:
                stretch = _Stretch(start)
            if score <= 0:
                continue
        stretch.add(end, score, comma=comma)
        if score == _COLON and stretch.words <= _NAMES:
            # "Received the text: Once upon a time": the stretch starts behind its name.
            stretch = _Stretch(end)
        elif stretch.score < stretch.best - _FALL:
            if stretch.is_prose(WORDS if first < 0 else _MORE):
                first = stretch.first if first < 0 else first
                last = stretch.last
                said += stretch.last - stretch.first
            stretch = _Stretch(end)
    if stretch.is_prose(WORDS if first < 0 else _MORE):
        first = stretch.first if first < 0 else first
        last = stretch.tail  # the text ends: its last words belong to it
        said += stretch.last - stretch.first
    if first >= 0:
        yield first, last, said


class _Stretch:
    __slots__ = (
        "best", "commas", "first", "last", "lists", "needed", "needed_then", "score", "tail",
        "words", "words_then",
    )  # fmt: skip

    def __init__(self, first: int) -> None:
        self.first = first
        self.last = first  # where it was best
        self.tail = first  # where its last word ends
        self.score = 0
        self.best = 0
        self.words = 0
        self.commas = 0
        self.needed = 0
        self.words_then = 0  # how many words and commas there were then, and words that it needs
        self.lists = 0
        self.needed_then = 0

    def add(self, end: int, score: int, *, comma: bool) -> None:
        self.score += score
        self.words += 1
        self.commas += comma
        self.needed += _NEEDED.get(score, 0)
        if score > 0:
            self.tail = end
        if self.score > self.best:
            self.best, self.last = self.score, end
            self.words_then, self.lists = self.words, self.commas
            self.needed_then = self.needed

    def is_prose(self, words: int) -> bool:
        return (
            self.best >= words
            and self.lists * 10 <= self.words_then * 3
            and self.needed_then <= self.words_then
        )


def _words(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _WORD_OR_SPACE.finditer(text, low, high):
        if match.lastindex:
            yield match.span()


def _scored(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int, bytes, int, bool]]:
    """Yield each word: where it is, what it is, and what ``_score`` says of it."""
    scores: dict[bytes, tuple[int, bool]] = {}  # a long text says the same words over and over
    for start, end in _words(text, low, high):
        word = bytes(text[start:end])
        score = scores.get(word)
        if score is None:
            score = scores[word] = _score(word)
        yield start, end, word, *score


def _score(text: bytes) -> tuple[int, bool]:
    """Return what the word *text* counts, and whether a comma stands behind it."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None and 1 < len(plain[1]) <= _LONGEST:
        return 1, 0x2C in text
    end = len(text)
    first, last = 0, end
    while first < last:
        if text[first] == _BACKSLASH:
            if _escaped_letter(text, first, last):
                break
            first = _behind_backslashes(text, first, last)
        elif text[first] in _OPENERS:
            first += 1
        else:
            break
    comma = colon = False
    while last > first and (text[last - 1] in _CLOSERS or text[last - 1] == _BACKSLASH):
        last -= 1
        comma = comma or text[last] == 0x2C
        colon = colon or text[last] == 0x3A
        if text[last] in b"\"'" and last + 1 < end and text[last + 1] == 0x3A:
            return _BREAK, False
    if first == last:
        only = all(byte in _MARKUP for byte in text)
        return (0 if only else _COLON), False
    if all(byte in _DIGITS for byte in text[first:last]):
        if colon:
            return _BREAK, comma
        return (0 if last - first <= _NUMBER else _OTHER), comma
    if _is_time(text, first, last):
        return _BREAK, comma
    if colon:
        return (_BREAK if _names_report(text, first, last) else _COLON), comma
    if last - first == 1 and text[first] in _LETTERS:
        return 0, comma  # a letter alone is filling as often as a word
    if _is_mixed(text, first, last):
        return _MIXED, comma
    return _letters(text, first, last), comma


def _is_time(text: bytes, first: int, last: int) -> bool:
    """Say whether a time of the day, with its seconds, ends a date or stands alone."""
    return any(
        text[at + 2] == 0x3A
        and text[at + 5] == 0x3A
        and all(text[at + place] in b"0123456789" for place in (0, 1, 3, 4, 6, 7))
        for at in (first, first + 11)
        if at + 8 <= last
    )


#: Words that, with a colon behind them, are part of a report and of no text; ends of such.
_SIGNS = frozenset(
    (b"by", b"cause", b"info", b"debug", b"trace", b"notice", b"warn", b"fatal", b"critical")
)
_SIGN_ENDS = (b"error", b"exception", b"warning")
_LONGEST_SIGN = 9


def _names_report(text: bytes, first: int, last: int) -> bool:
    """Say whether the word, which has a colon behind it, is the name of an error or a level."""
    tail = bytes(text[max(first, last - _LONGEST_SIGN) : last]).lower()
    return tail.endswith(_SIGN_ENDS) or (last - first <= _LONGEST_SIGN and tail in _SIGNS)


def _is_mixed(text: bytes, first: int, last: int) -> bool:
    digits = 0
    for byte in text[first:last]:
        if byte in b"0123456789":
            digits += 1
        elif byte not in _LETTERS:
            return False
    return 0 < digits * 4 <= last - first <= 16


def _letters(text: bytes, first: int, last: int) -> int:
    """Return what letters count: as one word, or a third of a word each where none stand apart."""
    wide = three = 0
    small = letters = False
    at = first
    while at < last:
        byte = text[at]
        at += 1
        if byte == _BACKSLASH:
            escaped = _escaped_letter(text, at - 1, last)
            if escaped:
                at, sign, three_bytes = escaped
                if sign == _BOX:
                    return _OTHER
                wide += 1
                if not sign:
                    letters = True
                    three += three_bytes
            elif wide:
                at = _behind_backslashes(text, at, last)
            else:
                return _OTHER
        elif byte >= 0x80:
            wide += 1
            if byte == 0xE2 and at < last and 0x80 <= text[at] < 0xB0:
                if text[at] in (0x94, 0x95):
                    return _OTHER
                at = min(at + 2, last)
                continue
            letters = True
            three += byte >= 0xE0
        elif byte in _LETTERS:
            letters = True
            if small and byte in _CAPITALS:
                return _OTHER
            small = byte in _SMALL
        elif byte in b"'-" and first < at - 1:
            small = False
        elif not wide:
            return _OTHER
    if not wide and last - first > _LONGEST:
        return _OTHER
    return max(1, three // 3) if letters else 0


#: Signs that are no letters, U+2000 to U+2BFF: dashes, quotes, arrows; and what draws boxes.
_NO_SIGN, _SIGN, _BOX = range(3)


def _escaped_letter(text: bytes, at: int, end: int) -> tuple[int, int, bool] | None:
    r"""
    Read ``\u0436`` at *at*, with any number of backslashes.

    Returns:
        Where it ends, whether it is a sign, and whether the character has three bytes in UTF-8;
        ``None`` for all else.
    """
    at = _behind_backslashes(text, at, end)
    if at + 5 > end or text[at] != 0x75 or not _HEX.issuperset(text[at + 1 : at + 5]):
        return None
    if text.startswith(b"00", at + 1) and text[at + 3] in b"01234567":
        return None
    sign = _NO_SIGN
    if text[at + 1] == 0x32 and text[at + 2] in b"0123456789abAB":
        sign = _BOX if text[at + 2] == 0x35 and text[at + 3] in b"01234567" else _SIGN
    return at + 5, sign, text[at + 1] != 0x30 or text[at + 2] in b"89abcdefABCDEF"


def _behind_backslashes(text: bytes, at: int, end: int) -> int:
    while at < end and text[at] == _BACKSLASH:
        at += 1
    return at
