"""
Random texts of the shape that a rule's pattern describes.

Reads the pattern syntax of ``docs/rules.md``. What comes out is what a vendor would hand out, not
the strangest text that matches: fixed parts as written, the slash and not its escape, repeats near
their lower bound.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from bench.quality.labelled import PLAIN, SECRET, Part
from redactor.packs.pattern import byte_class

if TYPE_CHECKING:
    import random

__all__ = ["sample"]

_COMMON = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_EXTRA = frozenset(b"!#*+-.=_~")
#: How far above its lower bound a repeat goes.
_SPREAD = 8
_TRIES = 2000


class _Bytes(NamedTuple):
    members: bytes


class _Sequence(NamedTuple):
    items: tuple[_Node, ...]


class _Choice(NamedTuple):
    branches: tuple[_Node, ...]


class _Repeat(NamedTuple):
    item: _Node
    low: int
    high: int


_Node = _Bytes | _Sequence | _Choice | _Repeat


def sample(
    pattern: str, secret: str, starts: tuple[str, ...], random_: random.Random, *, ignore_case: bool
) -> list[Part]:
    """
    Return a text that *pattern* matches, as parts.

    Args:
        pattern: In the syntax of rules.
        secret: The group that is the secret; empty for all of the text.
        starts: What the text may start with: the keywords of the rule; empty for anything.
        random_: What decides everything that is left open.
        ignore_case: The pattern matches letters in both cases.

    Raises:
        ValueError: No text could be made that the pattern matches as a whole.
    """
    node = _parse(pattern, secret)
    compiled = _compiled(pattern, ignore_case)
    for _ in range(_TRIES):
        out = bytearray()
        start = random_.choice(starts).encode() if starts else b""
        if not _emit(node, random_, out, start):
            continue
        data = bytes(out)
        match = compiled.fullmatch(data)
        if match is None:
            continue
        begin, end = match.span(secret or 0)
        if end <= begin:
            continue
        text = data.decode("latin-1")
        parts = [
            Part(text[:begin], PLAIN),
            Part(text[begin:end], SECRET),
            Part(text[end:], PLAIN),
        ]
        return [part for part in parts if part.text]
    raise ValueError(f"no text of the pattern {pattern[:60]!r}")


@cache
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[bytes]:  # noqa: FBT001  # cached
    return re.compile(pattern.encode(), re.IGNORECASE if ignore_case else 0)


def _emit(node: _Node, random_: random.Random, out: bytearray, start: bytes) -> bool:
    """Append a text of *node*; say whether *out* still begins as *start* does."""
    if isinstance(node, _Bytes):
        if len(out) < len(start):
            wanted = start[len(out)]
            if wanted not in node.members:
                return False
            out.append(wanted)
            return True
        out.append(random_.choice(node.members))
        return True
    if isinstance(node, _Sequence):
        return all(_emit(item, random_, out, start) for item in node.items)
    if isinstance(node, _Choice):
        return _emit(random_.choice(node.branches), random_, out, start)
    count = random_.randint(node.low, node.high)
    if isinstance(node.item, _Bytes) and len(out) >= len(start):
        out += bytes(random_.choices(node.item.members, k=count))
        return True
    return all(_emit(node.item, random_, out, start) for _ in range(count))


@cache
def _parse(pattern: str, secret: str) -> _Node:
    return _Reader(pattern, secret).choice()


class _Reader:
    """Reads a pattern that the loader has already checked: mistakes need no messages here."""

    def __init__(self, pattern: str, secret: str) -> None:
        self.pattern = pattern
        self.secret = secret
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def choice(self) -> _Node:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        # `/` and not `%2F` or `\/`: the contexts escape what has to be escaped.
        natural = [branch for branch in branches if not _is_escape(branch)]
        branches = natural or branches
        return branches[0] if len(branches) == 1 else _Choice(tuple(branches))

    def sequence(self) -> _Node:
        items: list[_Node] = []
        while self.peek() not in ("", "|", ")"):
            items.append(self.repeated(self.atom()))
        return items[0] if len(items) == 1 else _Sequence(tuple(items))

    def atom(self) -> _Node:
        char = self.peek()
        if char == "(":
            self.at = self.pattern.index(
                ":" if self.pattern.startswith("(?:", self.at) else ">", self.at
            )
            self.at += 1
            inner = self.choice()
            self.at += 1
            return inner
        if char == "[":
            end = self.at + 1
            if self.pattern[end] == "^":
                end += 1
            if self.pattern[end] == "]":
                end += 1
            while self.pattern[end] != "]":
                end += 2 if self.pattern[end] == "\\" else 1
            body = self.pattern[self.at + 1 : end]
            self.at = end + 1
            return _members(body)
        if char == "\\":
            size = 4 if self.pattern[self.at + 1] == "x" else 2
            body = self.pattern[self.at : self.at + size]
            self.at += size
            return _members(body)
        self.at += 1
        return _members("^\n") if char == "." else _Bytes(char.encode())

    def repeated(self, item: _Node) -> _Node:
        char = self.peek()
        if char == "?":
            low, high = 0, 1
        elif char == "*":
            low, high = 0, _SPREAD
        elif char == "+":
            low, high = 1, 1 + _SPREAD
        elif char == "{" and (found := re.match(r"\{(\d+)(,?)(\d*)\}", self.pattern[self.at :])):
            low = int(found[1])
            high = int(found[3]) if found[3] else low + (_SPREAD if found[2] else 0)
            self.at += len(found[0]) - 1
        else:
            return item
        self.at += 1
        if self.peek() == "?":  # lazy
            self.at += 1
        if item == _Bytes(b"\\"):
            high = low
        return _Repeat(item, low, min(high, low + _SPREAD))


def _members(body: str) -> _Node:
    members = byte_class(body)
    if len(members) > 40:
        members = frozenset(members & (_COMMON | _EXTRA)) or members
    if len(members) > 1 and 0x20 in members and not members & _COMMON:
        members = frozenset(b" ")
    return _Bytes(bytes(sorted(members)))


def _is_escape(node: _Node) -> bool:
    if isinstance(node, _Sequence) and node.items[:2] == (_Bytes(b"&"), _Bytes(b"a")):
        return True
    while isinstance(node, _Sequence):
        if not node.items:
            return False
        node = node.items[0]
    return node in (_Bytes(b"%"), _Bytes(b"\\"))
