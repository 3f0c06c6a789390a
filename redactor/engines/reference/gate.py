"""The gate: a few searches at the speed of C that let clean text pass at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redactor.bytesets import ALNUM

if TYPE_CHECKING:
    from redactor.packs.ruleset import Ruleset

__all__ = ["Gate"]

_BLANKED = bytes(byte if byte in ALNUM else 0x20 for byte in range(256))
#: Bytes that may stand between the words of a key.
_KEY_SEPARATORS = b"_.-$@: \t"
_ESCAPES = (b"\\", b"%", b"\x1b")
_TWELVE_DIGITS = regex.compile(rb"(?:\d[ \-._+\t]?+){11}\d")


class Gate:
    """
    Says whether a text can hold a finding of a ruleset at all.

    It may let clean text through and never stops text with a finding: each detector needs one of
    the signs that are looked for here.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self._always = any(rule.scan for rule in ruleset.patterns)
        heads: set[bytes] = set()
        anywhere: set[bytes] = set()
        lowered: set[bytes] = set()
        self._all_lowered = tuple(
            sorted({key.lower() for rule in ruleset.patterns for key, _ in rule.keywords})
        )
        for rule in ruleset.patterns:
            for keyword, is_word in rule.keywords:
                head = _head(keyword)
                if rule.ignore_case:
                    lowered.add(keyword)
                elif is_word and len(head) < len(keyword):
                    heads.add(head)
                else:
                    anywhere.add(keyword)
        self._heads = heads
        self._anywhere = tuple(sorted(anywhere))
        self._lowered = tuple(sorted(lowered))
        self._stems = ruleset.stems
        self._cards = ruleset.card_rule is not None

    def passes(self, data: bytes) -> bool:
        if self._always or not data.isascii():
            return True
        lowered = data.lower()
        if self._stems:
            joined = lowered.translate(None, _KEY_SEPARATORS)
            if any(stem in joined for stem in self._stems):
                return True
        if any(escape in data for escape in _ESCAPES):
            if any(keyword in lowered for keyword in self._all_lowered):
                return True
        else:
            if not self._heads.isdisjoint(data.translate(_BLANKED).split()):
                return True
            if any(keyword in data for keyword in self._anywhere):
                return True
            if any(keyword in lowered for keyword in self._lowered):
                return True
        return self._cards and _TWELVE_DIGITS.search(data) is not None


def _head(keyword: bytes) -> bytes:
    end = 0
    while end < len(keyword) and keyword[end] in ALNUM:
        end += 1
    return keyword[:end]
