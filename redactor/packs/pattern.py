"""
The pattern syntax of rules: the part of the RE2 and Rust ``regex`` syntax that is linear in time.

A pattern is parsed here before any engine sees it, for two reasons: a mistake is reported with its
position and with what to write instead, and a pattern that an engine could only run in more than
linear time is refused. See https://github.com/google/re2/wiki/Syntax for the syntax.
"""

from __future__ import annotations

from functools import cache

import msgspec

__all__ = ["PatternSyntaxError", "Shape", "byte_class", "parse"]

#: Largest count in ``{n,m}``.
MAX_REPEAT = 4096
#: Up to so many rounds a repeat may be ambiguous: the ways to match are few.
FEW = 8
#: Groups inside groups.
MAX_DEPTH = 32
#: Largest pattern, counted in single-byte states after repeats are written out.
MAX_SIZE = 10_000

_ALL = (1 << 256) - 1


def _bits(members: bytes) -> int:
    result = 0
    for byte in members:
        result |= 1 << byte
    return result


def _span_bits(low: int, high: int) -> int:
    return ((1 << (high - low + 1)) - 1) << low


_DIGIT = _span_bits(0x30, 0x39)
_UPPER = _span_bits(0x41, 0x5A)
_LOWER = _span_bits(0x61, 0x7A)
_SPACE = _bits(b" \t\n\r\f\v")
_WORD = _DIGIT | _UPPER | _LOWER | _bits(b"_")
_CLASSES = {
    "d": _DIGIT,
    "D": _ALL & ~_DIGIT,
    "s": _SPACE,
    "S": _ALL & ~_SPACE,
    "w": _WORD,
    "W": _ALL & ~_WORD,
}
_CONTROLS = {"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B}
_HEX = frozenset("0123456789abcdefABCDEF")
_DOT = _ALL & ~_bits(b"\n")


class PatternSyntaxError(ValueError):
    """A pattern is refused: ``problem`` (with the position, from 0) and ``remedy``."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}.")
        self.problem = problem
        self.remedy = remedy


class Shape(msgspec.Struct, frozen=True):
    """
    What is known about a part of a pattern.

    Attributes:
        shortest: Least number of bytes that it matches.
        longest: Most bytes that it matches, ``None`` for no bound.
        first: Bytes that it can start with, as a set of 256 bits.
        size: Number of states when repeats are written out.
        tail: Bytes that a repeat of no fixed length at its end can go on with; 0 for none.
        groups: Names of its groups.
        members: Bytes that it can hold, as a set of 256 bits; known of whole patterns only.
    """

    shortest: int
    longest: int | None
    first: int
    size: int
    tail: int = 0
    groups: frozenset[str] = frozenset()
    members: int = _ALL


_EMPTY = Shape(0, 0, 0, 0)


def parse(pattern: str, *, ignore_case: bool = False) -> Shape:
    """
    Check *pattern* and say what it matches.

    Raises:
        PatternSyntaxError: The pattern is not in the syntax, can match nothing, is too large, or
            repeats ambiguously.
    """
    if not pattern.isascii():
        at = next(index for index, char in enumerate(pattern) if not char.isascii())
        raise PatternSyntaxError(
            f"a character outside ASCII at position {at}", r"Write it as UTF-8 bytes: \xC3\xA9"
        )
    parser = _Parser(pattern, ignore_case=ignore_case)
    shape = parser.alternation(repeated=False)
    if parser.at < len(pattern):
        raise PatternSyntaxError(
            f"an unmatched ) at position {parser.at}", r"Remove it or write \)"
        )
    if shape.shortest == 0:
        raise PatternSyntaxError(
            "it can match the empty text", "Make at least one part of it required"
        )
    if shape.size > MAX_SIZE:
        raise PatternSyntaxError(
            f"it is too large ({shape.size} states, at most {MAX_SIZE})",
            "Lower the counts in {n,m} or leave the upper bound out",
        )
    return msgspec.structs.replace(shape, members=parser.members)


@cache
def byte_class(body: str) -> frozenset[int]:
    """
    Read the body of a class, such as ``A-Za-z0-9_``, as a set of bytes.

    Raises:
        PatternSyntaxError: It is not the body of a class.
    """
    if not body:
        return frozenset()
    bits = _Parser(f"[{body}]", ignore_case=False, ahead=1).atom(repeated=False).first
    return frozenset(byte for byte in range(256) if bits >> byte & 1)


class _Parser:
    def __init__(self, pattern: str, *, ignore_case: bool, ahead: int = 0) -> None:
        self.ahead = ahead  # how much of the pattern its author did not write
        self.pattern = pattern
        self.ignore_case = ignore_case
        self.at = 0
        self.depth = 0
        self.names: set[str] = set()
        self.members = 0

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _fail(self, problem: str, remedy: str, at: int | None = None) -> PatternSyntaxError:
        position = (self.at if at is None else at) - self.ahead
        return PatternSyntaxError(f"{problem} at position {max(position, 0)}", remedy)

    def alternation(self, *, repeated: bool) -> Shape:
        start = self.at
        branches = [self._sequence(repeated=repeated)]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence(repeated=repeated))
        if len(branches) == 1:
            return branches[0]
        seen = 0
        for branch in branches:
            if repeated and seen & branch.first:
                raise self._fail(
                    "alternatives inside a repeat start with the same byte",
                    "Write them so that the first byte decides",
                    start,
                )
            seen |= branch.first
        longest: int | None = 0
        tail = 0
        for branch in branches:
            tail |= branch.tail
            if longest is not None:
                longest = None if branch.longest is None else max(longest, branch.longest)
        return Shape(
            min(branch.shortest for branch in branches),
            longest,
            seen,
            sum(branch.size for branch in branches) + 1,
            tail,
            frozenset().union(*(branch.groups for branch in branches)),
        )

    def _sequence(self, *, repeated: bool) -> Shape:
        shape = _EMPTY
        while self._peek() not in ("", "|", ")"):
            start = self.at
            part = self._repeat(self.atom(repeated=repeated), start)
            if repeated and shape.tail & part.first:
                raise self._fail(
                    "a repeat inside a repeat can end in more than one place",
                    "Put a byte between the parts that the inner repeat cannot match",
                    start,
                )
            shape = Shape(
                shape.shortest + part.shortest,
                None
                if shape.longest is None or part.longest is None
                else shape.longest + part.longest,
                shape.first | (part.first if shape.shortest == 0 else 0),
                shape.size + part.size,
                part.tail | (shape.tail if part.shortest == 0 else 0),
                shape.groups | part.groups,
            )
        return shape

    def _repeat(self, part: Shape, start: int) -> Shape:
        counts = self._counts()
        if counts is None:
            return part
        low, high = counts
        if self._peek() == "?":
            self.at += 1
        elif self._peek() == "+":
            raise self._fail("a possessive repeat", "Leave the second + out")
        if self._counts() is not None:
            raise self._fail("a repeat of a repeat", "Use one repeat")
        many = high is None or high > FEW
        if many and part.shortest == 0:
            raise self._fail(
                "a repeat of something that can be empty", "Make the part required", start
            )
        if many and part.tail & part.first:
            raise self._fail(
                "a repeat inside a repeat can end in more than one place",
                "Put a byte between the rounds that the inner repeat cannot match",
                start,
            )
        tail = part.tail
        if low != high:
            tail |= part.first
        return Shape(
            part.shortest * low,
            None if high is None or part.longest is None else part.longest * high,
            part.first,
            part.size * max(high if high is not None else low + 1, 1),
            tail,
            part.groups,
        )

    def _counts(self) -> tuple[int, int | None] | None:
        char = self._peek()
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if char in simple:
            self.at += 1
            return simple[char]
        if char != "{":
            return None
        end = self.pattern.find("}", self.at)
        body = self.pattern[self.at + 1 : end] if end > 0 else ""
        low, comma, high = body.partition(",")
        if not low.isdigit() or (high and not high.isdigit()):
            raise self._fail("a { that starts no repeat", r"Write {n}, {n,} or {n,m}, or \{")
        at_least = int(low)
        at_most = int(high) if high else (None if comma else at_least)
        if at_least > MAX_REPEAT or (at_most or 0) > MAX_REPEAT:
            raise self._fail(
                f"a count over {MAX_REPEAT}", "Lower it or leave the upper bound out: {n,}"
            )
        if at_most is not None and at_most < at_least:
            raise self._fail("a repeat whose bounds are the wrong way round", "Swap them")
        self.at = end + 1
        return at_least, at_most

    def atom(self, *, repeated: bool) -> Shape:
        char = self._peek()
        if char == "(":
            return self._group(repeated=repeated)
        if char == "[":
            return self._one(self._class())
        if char == "\\":
            return self._one(self._escape(in_class=False))
        if char == ".":
            self.at += 1
            return self._one(_DOT)
        if char in "^$":
            raise self._fail(
                f"the anchor {char}",
                "A match is anchored at the keyword already: leave it out, or declare `before` "
                "or `after`",
            )
        if char in "*+?":
            raise self._fail(f"a {char} with nothing to repeat", f"Write \\{char}")
        if char in "{}]":
            raise self._fail(f"a bare {char}", f"Write \\{char}")
        self.at += 1
        return self._one(1 << ord(char))

    def _one(self, bits: int) -> Shape:
        if self.ignore_case:
            for upper in range(0x41, 0x5B):
                pair = (1 << upper) | (1 << (upper | 0x20))
                if bits & pair:
                    bits |= pair
        self.members |= bits
        return Shape(1, 1, bits, 1)

    def _group(self, *, repeated: bool) -> Shape:
        start = self.at
        name = ""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._fail(f"more than {MAX_DEPTH} groups in each other", "Use fewer", start)
        if self.pattern.startswith("(?P<", start):
            end = self.pattern.find(">", start)
            name = self.pattern[start + 4 : end] if end > 0 else ""
            if not name.isidentifier():
                raise self._fail("a group without a name", "Write (?P<value>...)")
            if name in self.names:
                raise self._fail(f"a second group {name!r}", "Give each group its own name")
            self.names.add(name)
            self.at = end + 1
        elif self.pattern.startswith("(?:", start):
            self.at = start + 3
        elif self.pattern.startswith("(?", start):
            self._refuse_extension(start)
        else:
            raise self._fail(
                "a group that captures without a name",
                "Write (?:...) to group, or (?P<value>...) for the secret",
            )
        inner = self.alternation(repeated=repeated or self._group_is_repeated(start))
        if self._peek() != ")":
            raise self._fail("a group that is not closed", "Add the ) that is missing", start)
        self.at += 1
        self.depth -= 1
        if not name:
            return inner
        return Shape(
            inner.shortest,
            inner.longest,
            inner.first,
            inner.size,
            inner.tail,
            inner.groups | {name},
        )

    def _group_is_repeated(self, start: int) -> bool:
        """Look ahead to the group's end: is there a repeat of more than one round behind it?"""
        depth = 0
        at = start
        in_class = False
        while at < len(self.pattern):
            char = self.pattern[at]
            if char == "\\":
                at += 1
            elif in_class:
                in_class = char != "]"
            elif char == "[":
                in_class = True
                if self.pattern.startswith(("[]", "[^]"), at):
                    at += (self.pattern[at + 1] == "^" and 2) or 1
            elif char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    break
            at += 1
        behind = self.pattern[at + 1 : at + 2]
        if behind != "{":
            return behind in ("*", "+")
        saved, self.at = self.at, at + 1
        try:
            counts = self._counts()
        finally:
            self.at = saved
        return counts is not None and (counts[1] is None or counts[1] > FEW)

    def _refuse_extension(self, start: int) -> None:
        text = self.pattern[start:]
        if text.startswith(("(?=", "(?!")):
            raise self._fail("look-ahead", "Declare what may not follow with `after`", start)
        if text.startswith(("(?<=", "(?<!")):
            raise self._fail(
                "look-behind", "Declare what may not stand before with `before`", start
            )
        if text.startswith("(?P="):
            raise self._fail("a back-reference", "Write the text out again", start)
        if text.startswith("(?i"):
            raise self._fail("a flag", "Set `ignore_case = true` in the rule", start)
        raise self._fail("an extension (?", "Write (?:...) or (?P<value>...)", start)

    def _class(self) -> int:
        start = self.at
        self.at += 1
        negated = self._peek() == "^"
        if negated:
            self.at += 1
        bits = 0
        first = True
        while True:
            char = self._peek()
            if char == "":
                raise self._fail("a class that is not closed", "Add the ] that is missing", start)
            if char == "]" and not first:
                self.at += 1
                break
            if char == "[":
                raise self._fail("a bare [ inside a class", r"Write \[")
            if self.pattern.startswith(("--", "&&", "~~", "||"), self.at):
                raise self._fail(
                    "a set operation inside a class", "Write the set out, with \\ before the byte"
                )
            first = False
            bits |= self._class_item()
        if negated:
            bits = _ALL & ~bits
        if bits == 0:
            raise self._fail("an empty class", "Name at least one byte", start)
        return bits

    def _class_item(self) -> int:
        start = self.at
        low = self._class_byte()
        if self._peek() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        if low.bit_count() != 1:
            raise self._fail("a range that starts with a class", r"Write the - as \-", start)
        self.at += 1
        high = self._class_byte()
        if high.bit_count() != 1 or high < low:
            raise self._fail("a range whose ends are the wrong way round", "Swap them", start)
        return _span_bits(low.bit_length() - 1, high.bit_length() - 1)

    def _class_byte(self) -> int:
        char = self._peek()
        if char == "\\":
            return self._escape(in_class=True)
        self.at += 1
        return 1 << ord(char)

    def _escape(self, *, in_class: bool) -> int:
        start = self.at
        self.at += 1
        char = self._peek()
        self.at += 1
        if char in _CLASSES and char:
            return _CLASSES[char]
        if char in _CONTROLS and char:
            return 1 << _CONTROLS[char]
        if char == "x":
            digits = self.pattern[self.at : self.at + 2]
            if len(digits) < 2 or not set(digits) <= _HEX:
                raise self._fail(r"\x without two hex digits", r"Write \x2F", start)
            self.at += 2
            return 1 << int(digits, 16)
        if char.isdigit():
            raise self._fail("a back-reference", "Write the text out again", start)
        if char in ("b", "B", "A", "Z", "z", "G") and not in_class:
            raise self._fail(
                f"the boundary \\{char}", "Declare boundaries with `before` and `after`", start
            )
        if char.isalpha() or char == "":
            raise self._fail(f"an unknown escape \\{char}", "Write the character itself", start)
        return 1 << ord(char)
