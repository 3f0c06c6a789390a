"""Names of pair rules, looked up by the ends of words."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from redactor.bytesets import ALNUM
from redactor.checks.words import NEUTRAL_WORDS
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT
from redactor.engines.reference.pieces import BLANKED, SAME

if TYPE_CHECKING:
    from redactor.packs.ruleset import Ruleset

__all__ = ["Names"]

#: Bytes that may stand between the words of a key, and those of them that are in a key.
_KEY_SEPARATORS = b"_.-$@: \t/"
_KEY_JOINTS = b"_.-$@"
_JOINTS_AND_ZEROS = _KEY_JOINTS + b"0"
#: Bytes at the end of a run by which names are looked up.
_END = 3
_end_of = itemgetter(slice(-_END, None))
_ZERO = 0x30
#: How far before its last word a name starts: a key, and two words before it.
_REACH = 2 * KEY_LIMIT
#: Neutral words of one key that are left aside.
_NEUTRAL_WORDS = 3
_NEUTRAL = tuple(
    sorted((word.encode().translate(SAME) for word in NEUTRAL_WORDS), key=len, reverse=True)
)
_NEUTRAL_WORD = frozenset(word.encode() for word in NEUTRAL_WORDS)
_KEY_BYTES = bytes(sorted(KEY_BYTES))
#: A word that is one word of a key, too.
_NEXT_WORD = re.compile(rb" ([A-Z]?[a-z]+)(?![A-Za-z0-9])")
_NONE: frozenset[bytes] = frozenset()
_SMALL_LETTERS = tuple(bytes((byte,)) for byte in b"abcdefghijklmnopqrstuvwxyz")


class Names:
    """The names of a ruleset, their digits as zeros."""

    def __init__(self, ruleset: Ruleset) -> None:
        endings = (*ruleset.names, *(stem for stem, _ in ruleset.glue))
        names = {ending.encode().translate(SAME).rstrip(b"0") for ending in endings}
        names.discard(b"")
        # By their ends, those that are shorter, and those with each tail: what is left of them
        # where their words stand apart.
        by_end: dict[bytes, list[bytes]] = {}
        self._by_tail: dict[bytes, list[bytes]] = {}
        for name in sorted(names):
            by_end.setdefault(name[-_END:], []).append(name)
            for start in range(1, len(name)):
                self._by_tail.setdefault(name[start:], []).append(name)
        self._by_end = {end: tuple(own) for end, own in by_end.items()}
        self._short = tuple(sorted(name for name in names if len(name) < _END))
        # Behind a name neutral words may stand in the same run.
        neutral = {_end_of(word) for word in _NEUTRAL} if names else set()
        self._ends = frozenset(self._by_end) | neutral
        self._tails = frozenset(self._by_tail)
        self._letters = _ends_of_letters(names, self._tails)

    def stand_apart(self, names: frozenset[bytes], data: bytes) -> bool:
        """Say whether one of *names* is in *data* with its words apart, as in ``api key: ...``."""
        squeezed = data.translate(SAME, _KEY_SEPARATORS)
        return any(name in squeezed for name in names)

    def heads_of(self, names: frozenset[bytes], piece: bytes) -> tuple[bytes, ...] | None:
        """
        Return what is before *piece* where one of *names* ends with its last word, words apart.

        Nothing but separators is before the words that are in the piece; ``None`` where a whole
        name is in it.
        """
        squeezed = piece.translate(SAME, _KEY_SEPARATORS)
        if any(name in squeezed for name in names):
            return None
        heads = {
            name[:start]
            for name in names
            for start in range(1, len(name))
            if squeezed.startswith(name[start:])
        }
        return tuple(sorted(heads))

    def stand_before(self, heads: tuple[bytes, ...], data: bytes, starts: list[int]) -> bool:
        """Say whether one of *heads* is before a piece of *data* that is at each of *starts*."""
        for at in starts:
            before = data[max(0, at - _REACH) : at].translate(SAME, _KEY_SEPARATORS)
            if before.endswith(heads):
                return True
        return False

    def ends_in(self, text: bytes) -> tuple[bool, frozenset[bytes]]:
        """Say whether a name ends a word of *text*, and else which names end with one of them."""
        words = text.translate(BLANKED, _JOINTS_AND_ZEROS).split()
        if self._letters.isdisjoint(map(_end_of, words)):
            return False, _NONE
        runs = text.translate(BLANKED, _KEY_JOINTS).split()
        # A digit at the end of a key's last word is no part of its name.
        runs += [run.rstrip(b"0") for run in runs if run[-1] == _ZERO]
        if not self._ends.isdisjoint(map(_end_of, runs)):
            ends = self._ends.intersection(map(_end_of, runs))
            if any(self._ends_name(run) for run in runs if run[-_END:] in ends):
                return True, _NONE
        for name in self._short:
            if name in text and any(run.endswith(name) for run in runs):
                return True, _NONE
        if self._tails.isdisjoint(runs):
            return False, _NONE
        tails = self._tails.intersection(runs)
        return False, frozenset(name for tail in tails for name in self._by_tail[tail])

    def ends_alone(self, piece: bytes) -> bool:
        """Say whether the last word of *piece*, in which a name ends, is the only one to do so."""
        head = piece.rstrip(_KEY_BYTES)
        return piece[-1] in ALNUM and self.ends_in(head) == (False, _NONE)

    def goes_on(self, piece: bytes, data: bytes, starts: list[int]) -> bool:
        """
        Say whether another word follows each name that *piece*, where ``ends_alone`` holds, ends.

        ``password reset requested``: whatever comes then, the last word of its key is no name. Only
        an element of XML ends at a space. The piece is at each of *starts*.
        """
        if b"<" in data:
            return False
        for at in starts:
            word = _NEXT_WORD.match(data, at + len(piece))
            if word is None or word[1].lower() in _NEUTRAL_WORD:
                return False
        return True

    def _ends_name(self, run: bytes) -> bool:
        """Say whether *run* ends with a name, neutral words like ``value`` left aside."""
        for _ in range(_NEUTRAL_WORDS + 1):
            if run.endswith(self._by_end.get(run[-_END:], ())):
                return True
            if not run.endswith(_NEUTRAL):
                return False
            word = next((word for word in _NEUTRAL if run.endswith(word) and word != run), None)
            if word is None:
                return False
            run = run[: -len(word)].rstrip(b"0")
            # A short name, or words that stand apart before the neutral ones.
            if run in self._tails or run.endswith(self._short):
                return True
        return False


def _ends_of_letters(names: set[bytes], tails: frozenset[bytes]) -> frozenset[bytes]:
    """Return how a run may end, its digits left out, that ends with a name or is a tail of one."""
    own = {_letters_of(name) for name in names}
    ends = {_end_of(word) for word in (*own, *map(_letters_of, tails))}
    # Anything may stand before a name that is shorter than an end, nothing before a tail.
    longer = {name for name in own if len(name) < _END}
    for _ in range(_END - 1):
        longer |= {letter + name for letter in _SMALL_LETTERS for name in longer}
    ends |= set(map(_end_of, longer))
    if not names:
        return frozenset(ends)
    neutral = {_letters_of(word) for word in _NEUTRAL}
    ends |= {_end_of(word) for word in neutral}
    short = [word for word in neutral if len(word) < _END]
    for _ in range(_NEUTRAL_WORDS):
        ends |= {_end_of(end + word) for end in ends for word in short}
    return frozenset(ends)


def _letters_of(word: bytes) -> bytes:
    return word.replace(b"0", b"")
