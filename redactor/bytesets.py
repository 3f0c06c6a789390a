"""Sets of bytes that detectors ask for again and again. All are ASCII."""

from __future__ import annotations

__all__ = ["ALNUM", "DIGITS", "HEX", "LETTERS", "SPACES"]

DIGITS = frozenset(b"0123456789")
HEX = frozenset(b"0123456789abcdefABCDEF")
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
ALNUM = DIGITS | LETTERS
SPACES = frozenset(b" \t")
