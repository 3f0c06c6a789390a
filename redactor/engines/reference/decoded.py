"""Decoded text, and the way back from each of its bytes to where it stands in encoded form."""

from __future__ import annotations

__all__ = ["Decoded"]


class Decoded:
    """
    A text and the way back.

    Attributes:
        data: The decoded text.
        starts: For each of its bytes where the first encoded byte of it is.
        ends: For each of its bytes where the first byte behind its encoded form is.
    """

    __slots__ = ("data", "ends", "starts")

    def __init__(self, data: bytes, starts: list[int], ends: list[int]) -> None:
        self.data = data
        self.starts = starts
        self.ends = ends

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the encoded form of ``data[start:end]``, which is not empty."""
        return self.starts[start], self.ends[end - 1]
