"""
The card detector: runs of digits, issuer ranges, Luhn, and what stands around them.

It is no pattern, because a pattern must choose one candidate: ``id 7 4111 1111 1111 1111`` and
``4111 1111 1111 1111 123`` hide a card in a longer run. Here every group of a run may start a
card and every later group may end it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.bytesets import ALNUM, DIGITS, HEX, LETTERS
from redactor.checks.issuers import ISSUERS, IssuerRange
from redactor.checks.luhn import luhn
from redactor.checks.words import CARD_WORDS, ID_SUFFIXES, ID_WORDS
from redactor.engines.reference.following import name_above
from redactor.engines.reference.keys import back_over, key_before, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "NUMBER_SEPARATORS",
    "TWELVE_DIGITS",
    "card_above",
    "cards_in",
    "may_hold_card",
    "names_card",
]

#: How far before a number a card word counts, and how far behind it, in bytes.
CARD_WORD_BEFORE = 40
CARD_WORD_BEHIND = 24
#: A bare number inside a run of hexadecimal digits of at least this length is a part of it.
HEX_RUN = 24
#: How far a run of hexadecimal digits is followed on each side, in bytes.
HEX_REACH = 64
#: Digits of the longest card number.
MOST_DIGITS = 19
#: What may stand between the groups of a number, and the fewest digits, as zeros.
NUMBER_SEPARATORS = b" -._+\t"
TWELVE_DIGITS = b"0" * 12


def _leasts() -> Iterator[tuple[bytes, int]]:
    """Yield the digits that a card number may start with, each with how many it has at least."""
    leasts: dict[int, int] = {}
    for issuer in ISSUERS:
        for first in range(int(issuer.low[0]), int(issuer.high[0]) + 1):
            leasts[first] = min(leasts.get(first, MOST_DIGITS), *issuer.lengths)
    for first, least in sorted(leasts.items()):
        yield b"%d" % first, least


#: A run that is long enough: what is too short at its start is so from each of its digits.
_RUN = regex.compile(rb"(?=[\d \-._+\t]{12})\d++(?:[ \-._+\t]\d++)*+")
#: How a card number starts that stands at the start of a group, or behind a percent escape.
_START = re.compile(
    rb"[1-9](?:(?<![0-9].)|(?<=%%[0-9]{2}.)|(?<=25[0-9]{2}.))(?:%b)"
    % b"|".join(
        rb"(?<=%b)(?:[ \-._+\t]?[0-9]){%d}" % (first, least - 1) for first, least in _leasts()
    ),
    re.DOTALL,
)
#: What stands between a name and its number, a colon of full width, and names of other scripts.
_BEFORE_NUMBER = frozenset(b" \t=:\"'")
_WIDE_COLON = "\uff1a".encode()
_WIDE_IDS = tuple(s.encode() for s in ID_SUFFIXES if not s.isascii())
_WORD = regex.compile(rb"[A-Za-z]+")

#: How cards are printed: group lengths of 12 to 19 digits with one separator throughout.
_GROUPINGS = frozenset(
    {
        (4, 4, 4),
        (4, 4, 4, 1),
        (4, 4, 4, 2),
        (4, 4, 4, 3),
        (4, 4, 4, 4),
        (4, 4, 4, 4, 1),
        (4, 4, 4, 4, 2),
        (4, 4, 4, 4, 3),
        (4, 6, 4),
        (4, 6, 5),
        (8, 8),
        (6, 10),
        (6, 13),
    }
)

_EXPIRY = regex.compile(
    rb"[ ,;|:+\t]{1,2}(?:exp(?:iry)?[ :=]{1,2})?((?:0[1-9]|1[0-2])[ /\-](?:20\d\d|\d\d))"
)
_CODE = regex.compile(rb"[ ,;|:+\t]{1,2}(?:(?:cvv2?|cvc2?|csc)[ :=]{0,2})?(\d{3,4})")
#: What ends a text of which a number and its code are the last part.
_TEXT_ENDS = frozenset(b"\"'`<>)]}|&\\\r")
#: ASCII at its end: a bound inside a character would cut it.
_TRACK_1 = regex.compile(rb"\^[^?\n]{2,40}\^[^?\n\x80-\xFF]{4,80}\??")
_TRACK_2 = regex.compile(rb"[=D]\d{7,30}\??")


def may_hold_card(data: bytes) -> bool:
    """Say whether ``cards_in`` may find something: digits enough behind the first one of a card."""
    return _START.search(data) is not None


def cards_in(data: bytes, low: int, high: int, outer: bytes = b"") -> Iterator[tuple[int, int]]:
    """
    Yield the span of each card number in the line ``data[low:high]``, in bytes.

    *outer* is the key that the whole text is a value of, in a structured record.

    The expiry date, security code or track data right after a number belong to its span's
    neighbours: they are yielded as spans of their own.
    """
    for run in _RUN.finditer(data, low, high):
        first, last = run.span()
        if last - first >= 12:
            yield from _cards_in_run(_Line(data, low, high, outer), first, last)


class _Line(NamedTuple):
    data: bytes
    low: int
    high: int
    outer: bytes


def _cards_in_run(line: _Line, first: int, last: int) -> Iterator[tuple[int, int]]:
    groups = _groups(line.data, first, last)
    index = 0
    while index < len(groups):
        end = _longest_card(line, groups, index)
        if end is None:
            escape = _escape_end(line, *groups[index])
            if index == 0 and escape:
                # The digits of %22 before a number are none of its own.
                groups[0] = (escape, groups[0][1])
                end = _longest_card(line, groups, index)
        if end is None:
            index += 1
            continue
        start, at = groups[index][0], groups[end][1]
        yield start, at
        sure = end > index or _card_word_near(line, start, at)
        yield from _beside(line.data, at, line.high, sure=sure)
        index = end + 1


def _escape_end(line: _Line, start: int, end: int) -> int:
    """Return where the percent escape ends whose digits are at *start*; 0 where there is none."""
    if start <= line.low or line.data[start - 1] != 0x25:
        return 0
    for _ in range(4):
        if line.data[start : start + 2] != b"25":
            break
        start += 2
    return start + 2 if start + 2 < end else 0


def _groups(data: bytes, first: int, last: int) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    start = first
    for at in range(first, last + 1):
        if at == last or data[at] not in DIGITS:
            groups.append((start, at))
            start = at + 1
    return groups


def _longest_card(line: _Line, groups: list[tuple[int, int]], index: int) -> int | None:
    digits = b""
    found: int | None = None
    for end in range(index, len(groups)):
        start_of_group, end_of_group = groups[end]
        if len(digits) + end_of_group - start_of_group > MOST_DIGITS:
            break
        digits += line.data[start_of_group:end_of_group]
        if len(digits) >= 12 and _is_card(line, groups[index : end + 1], digits):
            found = end
    return found


def _is_card(line: _Line, groups: list[tuple[int, int]], digits: bytes) -> bool:
    data, low, high, _ = line
    known, alone = _issuer_known(digits)
    if not known or not luhn(digits):
        return False
    start, end = groups[0][0], groups[-1][1]
    if len(groups) > 1:
        if _in_uuid(data, low, high, start, end):
            return False
        return _has_card_grouping(data, groups) or _card_word_near(line, start, end)
    if _in_float(data, low, start) or _in_hex(data, low, high, start, end):
        return False
    if not alone or _named_as_id(line, start):
        return _card_word_near(line, start, end)
    return True


def _by_start() -> dict[tuple[int, str], list[IssuerRange]]:
    """Return the issuers of numbers by their length and first two digits."""
    issuers: dict[tuple[int, str], list[IssuerRange]] = {}
    for issuer in ISSUERS:
        low, high = issuer.low[:2].ljust(2, "0"), issuer.high[:2].ljust(2, "9")
        for length, first in product(issuer.lengths, range(int(low), int(high) + 1)):
            issuers.setdefault((length, str(first)), []).append(issuer)
    return issuers


_BY_START = _by_start()


def _issuer_known(digits: bytes) -> tuple[bool, bool]:
    """Say whether an issuer range holds *digits*, and whether one does without any context."""
    text = digits.decode("ascii")
    known = False
    for issuer in _BY_START.get((len(text), text[:2]), ()):
        if issuer.low <= text[: len(issuer.low)] <= issuer.high:
            if not issuer.context:
                return True, True
            known = True
    return known, False


def _has_card_grouping(data: bytes, groups: list[tuple[int, int]]) -> bool:
    if tuple(end - start for start, end in groups) not in _GROUPINGS:
        return False
    joints = {data[end] for _, end in groups[:-1]}
    # Two groups around a point are a float.
    return len(joints) == 1 and not (len(groups) == 2 and joints == {0x2E})


def _in_float(data: bytes, low: int, start: int) -> bool:
    if start <= low or data[start - 1] != 0x2E:
        return False
    return start - 2 < low or data[start - 2] not in LETTERS


def _in_hex(data: bytes, low: int, high: int, start: int, end: int) -> bool:
    left = start
    while left > low and start - left < HEX_REACH and data[left - 1] in HEX:
        left -= 1
    right = end
    while right < high and right - end < HEX_REACH and data[right] in HEX:
        right += 1
    return right - left >= HEX_RUN and (left < start or right > end)


def _in_uuid(data: bytes, low: int, high: int, start: int, end: int) -> bool:
    if 0x2D not in data[start:end]:
        return False
    return any(
        at + 36 >= end and _uuid_at(data, at, high) for at in range(max(low, end - 36), start + 1)
    )


def _uuid_at(data: bytes, at: int, high: int) -> bool:
    if at + 36 > high:
        return False
    return all(
        data[at + offset] == 0x2D if offset in (8, 13, 18, 23) else data[at + offset] in HEX
        for offset in range(36)
    )


def _named_as_id(line: _Line, start: int) -> bool:
    data, low, _, outer = line
    if start > low and data[start - 1] == 0x23:  # '#': a ticket or order number
        return True
    at = back_over(data, low, start, _BEFORE_NUMBER, 8)
    at -= 3 if data.endswith(_WIDE_COLON, low, at) else 0
    if data.endswith(_WIDE_IDS, low, at):
        return True
    key = key_before(data, low, start) or (outer if start == low else b"")
    if not key:
        return False
    if key.lower().endswith(tuple(suffix.encode() for suffix in ID_SUFFIXES)):
        return True
    words = split_words(key)
    return bool(words) and (words[-1] in ID_WORDS or words[0] in ID_WORDS)


def _card_word_near(line: _Line, start: int, end: int) -> bool:
    data, low, high, outer = line
    before = data[max(low, start - CARD_WORD_BEFORE) : start]
    behind = data[end : min(high, end + CARD_WORD_BEHIND)]
    return (
        names_card(before) or names_card(behind) or names_card(outer) or bool(card_above(data, low))
    )


def card_above(data: bytes, low: int) -> bytes:
    """Return a card word where the line before the one at *low* names a card number."""
    return b"card" if low and names_card(name_above(data, low)) else b""


def names_card(text: bytes) -> bool:
    """Say whether *text* holds a word that says that a number near it is a card number."""
    return any(
        match[0].lower().decode("ascii") in CARD_WORDS for match in _WORD.finditer(text)
    ) or any(word in CARD_WORDS for word in split_words(text))


def _beside(data: bytes, at: int, high: int, *, sure: bool) -> Iterator[tuple[int, int]]:
    """
    Yield the expiry date, security code or track data that follow a number ending at *at*.

    *sure* says that it is written as a card or beside a card word: then bare digits are its code.
    """
    track = _TRACK_1.match(data, at, high) or _TRACK_2.match(data, at, high)
    if track:
        yield at, track.end()
        return
    expiry = _EXPIRY.match(data, at, high)
    if expiry:
        yield expiry.span(1)
        at = expiry.end()
    code = _CODE.match(data, at, high)
    if code is None or (code.end() < high and data[code.end()] in ALNUM):
        return
    named = data[at : code.start(1)].strip(b" ,;|:+\t=")
    if expiry or sure or named or _alone(data, at, code.start(1), code.end(), high):
        yield code.span(1)


def _alone(data: bytes, at: int, start: int, end: int, high: int) -> bool:
    """Say whether the number at *at* and the digits one space behind it are all of a text."""
    return start - at == 1 and data[at] in b" +" and (end >= high or data[end] in _TEXT_ENDS)
