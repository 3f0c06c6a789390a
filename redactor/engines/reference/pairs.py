"""
The pair detector: a key that names a secret, a separator, a value.

It starts at separators (``=``, ``:``, ``>``, ``,`` and their percent and JSON escapes), walks back
over the key, compares the key's words with the names of the rules, and reads the value forward.
One grammar serves JSON at any depth of escaping, reprs, logfmt, URL queries, headers, environment
dumps, INI, YAML, XML and command lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redactor.bytesets import ALNUM, SPACES
from redactor.checks.secrecy import is_benign, looks_secret
from redactor.checks.words import NEUTRAL_WORDS, PROSE_WORDS, SIBLING_WORDS
from redactor.engines.reference import values
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT, QUOTES, back_over, split_words
from redactor.engines.reference.quoting import (
    bare_start,
    escaped_before,
    quote_escape_at,
    quote_escape_before,
)
from redactor.markers import OPENING, marker_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.packs.ruleset import PairRule, Ruleset

__all__ = ["names_of", "pairs_in", "value_is_secret"]

_SEPARATOR = regex.compile(rb"[=:>,]|%(?:25){0,4}3[DdAa]|\\u003[DdAa]")
_BACKSLASH = frozenset(b"\\")
#: What may stand behind ``=`` and ``:`` in one operator: ``==``, ``=>``, ``=~``, ``:=``.
_SECOND_HALVES = {0x3D: b"=>~", 0x3A: b"="}
_OPERATORS = frozenset(b"=!<>~+")
_PREFIXES = frozenset(b"bBuUrRfF")
_SCHEME = regex.compile(rb"[A-Za-z][A-Za-z0-9\-]{1,24}(?:[ +]|%20)[ +]?")
_ONE_TOKEN_SCHEMES = frozenset(
    (b"basic", b"bearer", b"token", b"apikey", b"negotiate", b"ntlm", b"key", b"jwt")
)
_MANY_TOKEN_SCHEMES = frozenset(
    (
        b"digest",
        b"aws4-hmac-sha256",
        b"aws4-hmac-sha512",
        b"oauth",
        b"hawk",
        b"mac",
        b"sharedkey",
        b"hmac",
        b"signature",
        b"aws",
    )
)
_TOKEN_BYTES = ALNUM | frozenset(b"._~+/=-%:!|$")
_NEXT_NAME = regex.compile(rb"[ \t][A-Za-z_][A-Za-z0-9_.\-]*[=:]")
_SIBLING_BYTES = KEY_BYTES | SPACES | frozenset(b"/")
_XML_NAME = KEY_BYTES | frozenset(b":")
_XML_REACH = 200
#: Items of a list under a sensitive key that are read one by one.
_LIST_ITEMS = 64
#: Words of the longest name, joined with those before it.
NAME_WORDS = 5
#: Bytes of a value that decide whether it is a secret.
_JUDGED = 256


def pairs_in(
    data: bytes,
    low: int,
    high: int,
    ruleset: Ruleset,
    reader_of: Callable[..., _Reader] | None = None,
) -> Iterator[tuple[int, int, int]]:
    """
    Yield ``(start, end, rule)`` of each sensitive value in the line ``data[low:high]``.

    *reader_of* makes the readers of values; an explanation has one that remembers refusals.
    """
    reader_of = reader_of or _Reader
    at = low
    scanned = (0, 0)  # the last unquoted value that was read, wherever the next one starts in it
    while True:
        separator = _SEPARATOR.search(data, at, high)
        if separator is None:
            return
        at = separator.end()
        named = _named(data, low, separator.start(), at, high, ruleset)
        if named is None:
            continue
        rules, start, key_start = named
        for rule in rules:
            reader = reader_of(data, low, high, rule, key_start, at, scanned)
            spans = list(reader.read(start))
            scanned = reader.scanned
            if spans:
                yield from ((first, last, rule.index) for first, last in spans)
                at = max(at, spans[-1][1])
                break


def names_of(key: bytes, ruleset: Ruleset) -> tuple[PairRule, ...]:
    """Return the rules whose names the end of *key* matches, the longest name first."""
    return _lookup(list(split_words(key[-KEY_LIMIT:])), ruleset)


def _lookup(words: list[str], ruleset: Ruleset) -> tuple[PairRule, ...]:
    for _ in range(3):
        if words and (words[-1] in NEUTRAL_WORDS or words[-1].isdigit()):
            words.pop()
    if not words:
        return ()
    rules = _lookup_words(words, ruleset)
    if not rules and words[-1][-1].isdigit():
        words[-1] = words[-1].rstrip("0123456789")
        rules = _lookup_words(words, ruleset)
    return rules


def _lookup_words(words: list[str], ruleset: Ruleset) -> tuple[PairRule, ...]:
    rules: tuple[PairRule, ...] = ()
    for count in range(min(NAME_WORDS, len(words)), 0, -1):
        joined = "".join(words[-count:])
        if joined in ruleset.except_names:
            return rules
        rules += ruleset.names.get(joined, ())
    if not rules:
        for stem, rule in ruleset.glue:
            if words[-1].endswith(stem):
                return (rule,)
    return rules


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
    if byte == 0x3D and at > low and data[at - 1] in _OPERATORS | {0x3A}:
        return None
    if byte == 0x3A and data.startswith(b"//", after, high):
        return None
    end, quoted = _key_end(data, low, at)
    start = back_over(data, low, end, KEY_BYTES, KEY_LIMIT)
    start = bare_start(data, low, start, end)
    if data.startswith(b"]", end, at) and data[:start].endswith(OPENING):
        return None  # the rule's name in a marker is no key
    if start == end:
        return None
    if byte == 0x2C:
        if not quoted or not _opens_list(data, low, start):
            return None
        after = values.skip_spaces(data, after, high)
        if not _quote_follows(data, after, high):
            return None
    elif after < high and data[after] in _SECOND_HALVES.get(byte, b""):
        after += 1
    words = list(split_words(data[start:end]))
    if not quoted and byte != 0x2C and len(words) < 3:
        words = _words_before(data, low, start) + words
    rules = _lookup(list(words), ruleset)
    if not rules and words and words[-1] in NEUTRAL_WORDS and len(words) <= 2:
        rules = _sibling(data, low, start, ruleset)
    return (rules, after, start) if rules else None


def _key_end(data: bytes, low: int, at: int) -> tuple[int, bool]:
    """Step back over what stands between a key and its separator; say whether it is a quote."""
    end = back_over(data, low, at, SPACES, 8)
    if end > low and data[end - 1] == 0x5D:
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


def _opens_list(data: bytes, low: int, start: int) -> bool:
    """Say whether the quoted text that starts at *start* is the first item of a list or tuple."""
    at = start - 1
    if at < low or data[at] not in QUOTES:
        return False
    at = back_over(data, low, at, _BACKSLASH, 15)
    if at > low and data[at - 1] in _PREFIXES:
        at -= 1
    at = back_over(data, low, at, SPACES, 4)
    return at > low and data[at - 1] in b"[("


def _quote_follows(data: bytes, at: int, high: int) -> bool:
    if at < high and data[at] in _PREFIXES:
        at += 1
    return values.quote_at(data, at, high) is not None


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
    first = back_over(data, low, end, _SIBLING_BYTES, KEY_LIMIT)
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
    rules = names_of(data[start:end], ruleset)
    return (rules, after, first) if rules else None


class _Reader:
    """Reads the value of one key. ``scanned`` is the last unquoted value that it passed over."""

    def __init__(
        self,
        data: bytes,
        low: int,
        high: int,
        rule: PairRule,
        key_start: int,
        after_separator: int,
        scanned: tuple[int, int],
    ) -> None:
        self.data = data
        self.low = low
        self.high = high
        self.rule = rule
        self.key_start = key_start
        self.xml = data[after_separator - 1] == 0x3E and data[key_start] == 0x3C
        self.colon = data[after_separator - 1] == 0x3A
        self.escaped = data[after_separator - 1] not in b"=:>,"
        self.scanned = scanned

    def read(self, at: int) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        if self.xml:
            yield from self._xml(at)
            return
        at = values.skip_spaces(data, at, high)
        at = self._skip_prefix(at)
        opening = values.quote_at(data, at, high)
        escape = quote_escape_at(data, at, high) or values.doubled_quote_at(data, at, high)
        if escape:
            yield from self._escaped(at + len(escape), escape)
        elif opening is not None:
            yield from self._quoted(*opening)
        elif at < high and data[at] == 0x5B and marker_end(data, at, high) == at:
            yield from self._list(at + 1)
        elif self.rule.value == "pattern":
            yield from self._judged(at, high)
        elif at < high and data[at] not in b"{(,;&)]}>":
            yield from self._unquoted(at)

    def _skip_prefix(self, at: int) -> int:
        """Step over ``b`` in ``b'...'`` and ``SecretStr(`` in ``SecretStr('...')``."""
        data, high = self.data, self.high
        end = at
        stop = min(high, at + 40)
        while end < stop and (data[end] in ALNUM or data[end] in b"_."):
            end += 1
        if end == at:
            return at
        if end - at <= 2 and data[at] in _PREFIXES and values.quote_at(data, end, high):
            return end
        if end < high and data[end] == 0x28:
            inner = end + 1
            if inner < high and data[inner] in _PREFIXES:
                inner += 1
            if values.quote_at(data, inner, high):
                return inner
        return at

    def _quoted(self, start: int, backslashes: int, quote: int) -> Iterator[tuple[int, int]]:
        end, _ = values.quoted_end(self.data, start, self.high, backslashes, quote)
        yield from self._judged(start, end)

    def _escaped(self, start: int, escape: bytes) -> Iterator[tuple[int, int]]:
        end = self.data.find(escape, start, self.high)
        yield from self._judged(start, self.high if end < 0 else end)

    def _list(self, at: int) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        for _ in range(_LIST_ITEMS):
            at = self._skip_prefix(values.skip_spaces(data, at, high))
            opening = values.quote_at(data, at, high)
            if opening is None:
                return
            start, backslashes, quote = opening
            end, after = values.quoted_end(data, start, high, backslashes, quote)
            yield from self._judged(start, end)
            at = values.skip_spaces(data, after, high)
            if at >= high or data[at] != 0x2C:
                return
            at += 1

    def _xml(self, at: int) -> Iterator[tuple[int, int]]:
        data = self.data
        if data.startswith(b"<![CDATA[", at, self.high):
            at += 9
            end = data.find(b"]]>", at, self.high)
        else:
            end = data.find(b"<", at, self.high)
        if end >= 0 and data.startswith((b"</", b"]]>", b"<\\/"), end, self.high):
            yield from self._judged(at, end)

    def _unquoted(self, at: int) -> Iterator[tuple[int, int]]:
        data, high = self.data, self.high
        mode = self.rule.value
        if mode == "header":
            yield from self._judged(at, high)
            return
        if mode == "cookie" and self.colon:
            end = _text_end(data, at, high)
            yield from self._judged(at, end)
            return
        marker = marker_end(data, at, high)
        if marker > at and (marker >= high or data[marker] not in ALNUM):
            return
        start, end = self.scanned
        if not start < at < end:
            end = values.unquoted_end(data, at, high, escaped=self.escaped)
            self.scanned = (at, end)
        if mode == "any" and self._whole_line(at, end):
            end = high
            while end > at and data[end - 1] in b" \t\r":
                end -= 1
        elif self.colon and self._is_prose(at, end):
            return
        yield from self._judged(at, end)

    def _whole_line(self, at: int, end: int) -> bool:
        """Say whether ``key: value`` is all that the line holds, as in YAML, INI and .env files."""
        data = self.data
        if end >= self.high or data[end] not in SPACES:
            return False
        before = back_over(data, self.low, self.key_start, frozenset(b" \t-"), 40)
        if before > self.low or _NEXT_NAME.search(data, end, self.high):
            return False
        comment = values.skip_spaces(data, end, self.high)
        if comment < self.high and data[comment] in b"#;":
            return False
        return not self._is_prose(at, end)

    def _is_prose(self, at: int, end: int) -> bool:
        word = self.data[at:end].strip(b".,;:!?()").lower()
        return len(word) <= 16 and word.decode("latin-1") in PROSE_WORDS

    def _judged(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        data = self.data
        span = value_is_secret(data, start, end, self.rule)
        if span is not None:
            yield span


def value_is_secret(data: bytes, start: int, end: int, rule: PairRule) -> tuple[int, int] | None:
    """Return the secret's span in the value ``data[start:end]`` of a key of *rule*, or ``None``."""
    mode = rule.value
    value = data[start : min(end, start + _JUDGED)]
    if mode == "any":
        if is_benign(value) or (len(value) < 2 and not value.isdigit()):
            return None
        return start, end
    if mode == "secret":
        return (start, end) if looks_secret(value) else None
    if mode == "header":
        return _header_secret(data, start, end)
    if mode == "cookie":
        return None if is_benign(value) or len(value) < 4 else (start, end)
    match = rule.matches(data, start, end)
    if match is None:
        return None
    if match < end and data[match] in ALNUM:
        return None
    return start, match


def _header_secret(data: bytes, start: int, high: int) -> tuple[int, int] | None:
    """
    Return the credentials in the value of an ``Authorization`` header, without the scheme.

    Judged on the first bytes: the end is looked for only when the value is a secret, so that a
    line of nothing but header names costs no more than its length.
    """
    scheme = _SCHEME.match(data, start, high)
    if scheme:
        name = scheme[0].rstrip(b" +").removesuffix(b"%20").lower()
        if name in _MANY_TOKEN_SCHEMES:
            if is_benign(data[scheme.end() : min(high, scheme.end() + _JUDGED)]):
                return None
            return scheme.end(), _text_end(data, scheme.end(), high)
        if name in _ONE_TOKEN_SCHEMES:
            start = scheme.end()
            head = data[start : _token_end(data, start, min(high, start + _JUDGED))]
            if len(head) < 4 or is_benign(head):
                return None
            return start, _token_end(data, start, high)
    if looks_secret(data[start : _token_end(data, start, min(high, start + _JUDGED))]):
        return start, _token_end(data, start, high)
    return None


def _token_end(data: bytes, at: int, high: int) -> int:
    while at < high and data[at] in _TOKEN_BYTES:
        at += 1
    return at


def _text_end(data: bytes, at: int, high: int) -> int:
    """The end of a header's text: the line's, or a quote or escaped break that closes it."""
    while at < high:
        byte = data[at]
        if byte == 0x0D:
            return at
        if byte == 0x5C and at + 1 < high and data[at + 1] in b"nr\"'\\":
            return at
        if byte in QUOTES and (at + 1 >= high or data[at + 1] in b" \t\r,;:)]}>"):
            return at
        at += 1
    return high
