"""Keys: finding the key of a value by walking back, and splitting it into words."""

from __future__ import annotations

import regex

from redactor.bytesets import ALNUM, SPACES

__all__ = ["KEY_BYTES", "KEY_LIMIT", "QUOTES", "back_over", "key_before", "split_words"]

QUOTES = frozenset(b"\"'`")
KEY_BYTES = ALNUM | frozenset(b"_.-$@")
#: Longest key that is looked at, in bytes.
KEY_LIMIT = 64

_QUOTING = QUOTES | frozenset(b"\\")
_OPENERS = _QUOTING | frozenset(b"[({")
_CLOSERS = _QUOTING | frozenset(b"]")
_WORD = regex.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def split_words(key: bytes) -> tuple[str, ...]:
    """
    Split a key into its lower-case words; digits stay with the letters before them.

    >>> split_words(b"userPassword"), split_words(b"X-API-Key2")
    (('user', 'password'), ('x', 'api', 'key2'))
    """
    return tuple(map(str.lower, _WORD.findall(key.decode("latin-1"))))


def back_over(data: bytes, low: int, at: int, members: frozenset[int], limit: int) -> int:
    """Walk back from *at* over bytes of *members*, at most *limit* of them, not before *low*."""
    if at <= low or data[at - 1] not in members:  # mostly so
        return at
    stop = max(low, at - limit)
    while at > stop and data[at - 1] in members:
        at -= 1
    return at


def key_before(data: bytes, low: int, at: int) -> bytes:
    """
    Return the key, path segment or word that names the bare number starting at *at*.

    Understands ``key=1``, ``"key": 1``, ``key => 1``, ``/key/1`` and ``key 1``.
    """
    end = back_over(data, low, at, _OPENERS, 8)
    spaced = back_over(data, low, end, SPACES, 3)
    if spaced > low and data[spaced - 1] in b"=:>":
        end = back_over(data, low, spaced, frozenset(b"=:>"), 2)
        end = back_over(data, low, end, SPACES, 3)
        end = back_over(data, low, end, _CLOSERS, 8)
    elif spaced < end:
        end = spaced
    elif end > low and data[end - 1] == 0x2F:
        end -= 1
    else:
        return b""
    return data[back_over(data, low, end, KEY_BYTES, KEY_LIMIT) : end]
