"""
The pair detector: a key that names a secret, a separator, a value.

It starts at separators (``=``, ``:``, ``>``, ``,``, ``|`` and percent and JSON escapes), walks back
over the key, compares the key's words with the names of the rules, and reads the value forward.
One grammar serves JSON at any depth of escaping, reprs, logfmt, URL queries, headers, environment
dumps, INI, YAML, XML, tables and command lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redactor.bytesets import DIGITS, SPACES
from redactor.checks.words import NEUTRAL_WORDS, SIBLING_WORDS
from redactor.engines.reference import following, scalars, values
from redactor.engines.reference.cells import NAME_BYTES, cell_before, row_key
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT, QUOTES, back_over, split_words
from redactor.engines.reference.names import names_of, rules_of
from redactor.engines.reference.quoting import (
    bare_start,
    colour_before,
    escaped_before,
    quote_escape_before,
)
from redactor.engines.reference.reader import PREFIXES, Memory, Reader
from redactor.markers import OPENING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.packs.compiled import PairRule
    from redactor.packs.ruleset import Ruleset

__all__ = ["behind_separator", "named_before", "pairs_in"]

_SEPARATOR = regex.compile(rb"[=:>,|]|%(?:25){0,4}3[DdAa]|\\u003[DdAa]")
_BACKSLASH = frozenset(b"\\")
_STARS = frozenset(b"*")
#: What may stand behind ``=`` and ``:`` in one operator: ``==``, ``=>``, ``=~``, ``:=``.
_SECOND_HALVES = {0x3D: b"=>~", 0x3A: b"="}
_OPERATORS = frozenset(b"=!<>~+")
_BEFORE_EQUALS = _OPERATORS | frozenset(b":")
_COLUMN_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyz_")
_XML_NAME = KEY_BYTES | frozenset(b":")
_XML_REACH = 200
_ARN_BYTES = KEY_BYTES | frozenset(b":/")
_ARN_REACH = 100
#: How far before a comma the list opens whose first item it ends: more than a key and its quotes.
_LIST_REACH = 192
#: A run of letters and digits of at least this length before an equals sign may be base64.
_BASE64 = 12


def pairs_in(
    data: bytes,
    low: int,
    high: int,
    ruleset: Ruleset,
    reader_of: Callable[..., Reader] | None = None,
) -> Iterator[tuple[int, int, int]]:
    """
    Yield ``(start, end, rule)`` of each sensitive value in the line ``data[low:high]``.

    *reader_of* makes the readers of values; an explanation has one that remembers refusals.
    """
    reader_of = reader_of or Reader
    at = low
    memory = Memory()
    escapes = data.find(b"\\", low, high) >= 0
    while True:
        separator = _SEPARATOR.search(data, at, high)
        if separator is None:
            return
        at = separator.end()
        if escapes and data[at - 1] == 0x3A:
            yield from scalars.escaped_lines(data, low, at - 1, high, ruleset, memory)
        named = _named(data, low, separator.start(), at, high, ruleset)
        if named is None:
            continue
        rules, start, key_start = named
        for rule in rules:
            spans = list(reader_of(data, low, high, rule, key_start, at, memory).read(start))
            if spans:
                yield from ((first, last, rule.index) for first, last in spans)
                at = max(at, spans[-1][1])
                break


def named_before(
    data: bytes, low: int, at: int, high: int, ruleset: Ruleset
) -> tuple[PairRule, ...]:
    """Return the rules of the key before the separator at *at*."""
    named = _named(data, low, at, at + 1, high, ruleset)
    return named[0] if named else ()


def behind_separator(data: bytes, at: int, after: int, high: int) -> int:
    """Step over what belongs to the separator at *at*, of which one byte is known."""
    byte = data[at]
    if after < high and data[after] in _SECOND_HALVES.get(byte, b""):
        return after + 1
    if byte == 0x3A and data.startswith(b"** ", after, high):
        return after + 2  # **password:** hunter2
    return after


def _named(
    data: bytes, low: int, at: int, after: int, high: int, ruleset: Ruleset
) -> tuple[tuple[PairRule, ...], int, int] | None:
    """
    Read the key before the separator at *at*.

    Returns:
        The rules that its name belongs to, where the value may start, and where the key starts.
    """
    byte = data[at]
    if byte == 0x3E:
        return _xml_named(data, low, at, after, ruleset)
    if byte == 0x7C:
        return _row_named(data, low, at, after, ruleset)
    if byte == 0x2C and not _bracket_before(data, low, at):
        return None
    if byte == 0x3D and at > low and data[at - 1] in _BEFORE_EQUALS:
        return None
    if byte == 0x3A and data.startswith(b"//", after, high):
        return None
    end, quoted = _key_end(data, low, at)
    start = back_over(data, low, end, KEY_BYTES, KEY_LIMIT)
    start = bare_start(data, low, start, end)
    if data.startswith(b"]", end, at) and data.endswith(OPENING, 0, start):
        return None  # the rule's name in a marker is no key
    if start == end:
        return None
    if byte == 0x2C:
        if not quoted or not _opens_list(data, low, start):
            return None
        after = values.skip_spaces(data, after, high)
        if not _value_follows(data, after, high):
            return None
    else:
        after = behind_separator(data, at, after, high)
    words = list(split_words(data[start:end]))
    if not quoted and byte != 0x2C and len(words) < 3:
        words = _words_before(data, low, start) + words
    rules = rules_of(list(words), ruleset)
    if not rules and words and words[-1] in NEUTRAL_WORDS and len(words) <= 2:
        rules = _sibling(data, low, start, ruleset) or _line_sibling(
            data, low, at, high, start, ruleset
        )
    if rules and byte == 0x3D and start > low and _is_padding(data, start, end, at + 1, high):
        return None
    if rules and byte == 0x3A and data[start - 1 : start] == b":" and _in_arn(data, low, start):
        return None
    if rules and following.ends_with_arrow(data, low, high) == after:
        rules = rules[: following.MOST_RULES]
    return (rules, after, start) if rules else None


def _is_padding(data: bytes, start: int, end: int, after: int, high: int) -> bool:
    """Say whether the equals sign behind ``data[start:end]`` ends a text in base64."""
    key = data[start:end]
    if after < high and data[after] in QUOTES:
        after += 1
    return (
        data[start - 1] in b"+/"
        and end - start >= _BASE64
        and (after >= high or data[after] in b" \t;,)]}>")
        and key.isalnum()
        and any(byte in DIGITS for byte in key)
        and not key.islower()
        and not key.isupper()
    )


def _in_arn(data: bytes, low: int, at: int) -> bool:
    """Say whether *at* is inside the name of a resource: ``arn:aws:secretsmanager:...:secret:``."""
    start = back_over(data, low, at, _ARN_BYTES, _ARN_REACH)
    return b"arn:" in data[start:at]


def _key_end(data: bytes, low: int, at: int) -> tuple[int, bool]:
    """Step back over what stands between a key and its separator; say whether it is a quote."""
    end = back_over(data, low, at, SPACES, 8)
    end = colour_before(data, low, end)
    end = back_over(data, low, end, _STARS, 3)
    if end > low and data[end - 1] in b"])":
        end -= 1
    else:
        bracket, digits = escaped_before(data, low, end)
        if digits == b"5D":
            end = bracket
    escape = quote_escape_before(data, low, end)
    if escape < end:
        return escape, True
    if end > low and data[end - 1] in QUOTES:
        doubled = end - 1 > low and data[end - 2] == data[end - 1]
        return back_over(data, low, end - (2 if doubled else 1), _BACKSLASH, 15), True
    return end, False


def _words_before(data: bytes, low: int, start: int) -> list[str]:
    """Return the words of the last two space-separated pieces before an unquoted key."""
    words: list[str] = []
    for _ in range(2):
        if start <= low or data[start - 1] != 0x20:
            break
        end = start - 1
        start = back_over(data, low, end, KEY_BYTES, 24)
        if start == end:
            break
        words = list(split_words(data[start:end])) + words
    return words


def _bracket_before(data: bytes, low: int, at: int) -> bool:
    """Say whether the item that ends at *at* may be the first one of a list or tuple."""
    stop = max(low, at - _LIST_REACH)
    return data.rfind(b"[", stop, at) >= 0 or data.rfind(b"(", stop, at) >= 0


def _opens_list(data: bytes, low: int, start: int) -> bool:
    """Say whether the quoted text that starts at *start* is the first item of a list or tuple."""
    at = start - 1
    if at < low or data[at] not in QUOTES:
        return False
    at = back_over(data, low, at, _BACKSLASH, 15)
    if at > low and data[at - 1] in PREFIXES:
        at -= 1
    at = back_over(data, low, at, SPACES, 4)
    return at > low and data[at - 1] in b"[("


def _value_follows(data: bytes, at: int, high: int) -> bool:
    """Say whether a quoted text starts at *at* that is no name in a list of columns."""
    if at < high and data[at] in PREFIXES:
        at += 1
    opening = values.quote_at(data, at, high)
    if opening is None:
        return False
    start, _, quote = opening
    end = start
    stop = min(high, start + KEY_LIMIT)
    while end < stop and data[end] in _COLUMN_BYTES:
        end += 1
    if 0x5F not in data[start:end]:
        return True
    while end < high and data[end] == 0x5C:
        end += 1
    if end >= high or data[end] != quote:
        return True
    # ("password", "last_login", ...): a third item follows.
    end = values.skip_spaces(data, end + 1, high)
    return end >= high or data[end] != 0x2C


def _sibling(data: bytes, low: int, start: int, ruleset: Ruleset) -> tuple[PairRule, ...]:
    """
    Read the name in ``name="password" value="x"`` and ``{"key": "password", "value": "x"}``.

    *start* is where the key ``value`` starts.
    """
    at = start
    if at > low and data[at - 1] in QUOTES:
        at = back_over(data, low, at - 1, _BACKSLASH, 15)
    at = back_over(data, low, at, frozenset(b" \t,;{"), 8)
    if at <= low or data[at - 1] not in QUOTES:
        return ()
    quote = data[at - 1]
    end = back_over(data, low, at - 1, _BACKSLASH, 15)
    first = back_over(data, low, end, NAME_BYTES, KEY_LIMIT)
    if first <= low or data[first - 1] != quote:
        return ()
    name = data[first:end]
    at = back_over(data, low, first - 1, _BACKSLASH, 15)
    at = back_over(data, low, at, SPACES, 4)
    if at <= low or data[at - 1] not in b"=:":
        return ()
    at = back_over(data, low, at - 1, SPACES, 4)
    if at > low and data[at - 1] in QUOTES:
        at = back_over(data, low, at - 1, _BACKSLASH, 15)
    words = split_words(data[back_over(data, low, at, KEY_BYTES, KEY_LIMIT) : at])
    if not words or words[-1] not in SIBLING_WORDS:
        return ()
    return names_of(name, ruleset)


def _line_sibling(
    data: bytes, low: int, at: int, high: int, start: int, ruleset: Ruleset
) -> tuple[PairRule, ...]:
    """Read the name in the line before one that starts with ``value: x``."""
    if following.value_separator(data, low, high) != (start, at):
        return ()
    return following.named_line(data, *following.line_before(data, low), ruleset)[
        : following.MOST_RULES
    ]


def _row_named(
    data: bytes, low: int, at: int, after: int, ruleset: Ruleset
) -> tuple[tuple[PairRule, ...], int, int] | None:
    """Read the name in the first cell of a row of a table."""
    start, end = row_key(data, low, at)
    rules = names_of(data[start:end], ruleset)
    return (rules, after, start) if rules else None


def _xml_named(
    data: bytes, low: int, at: int, after: int, ruleset: Ruleset
) -> tuple[tuple[PairRule, ...], int, int] | None:
    """Read the element's name in ``<password type="text">``."""
    stop = max(low, at - _XML_REACH)
    first = data.rfind(b"<", stop, at)
    if first < 0:
        return None
    start = first + 1
    end = start
    while end < at and data[end] in _XML_NAME:
        end += 1
    if end == start or (end < at and data[end] not in SPACES):
        return None
    name = data[start:end]
    rules = names_of(name, ruleset)
    if not rules and len(name) <= 6:
        rules = names_of(cell_before(data, low, first, name), ruleset)
    return (rules, after, first) if rules else None
