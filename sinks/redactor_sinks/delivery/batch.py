"""Many lines as one thing: what a stream of a log hands in, without an object for each line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from redactor_sinks.delivery.contract import Entry
from redactor_sinks.delivery.packing import OVERHEAD, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Lines", "size_of_all"]


class Lines(Sequence[Entry]):
    """
    Entries of one stream that have no time of their own yet, and no attributes.

    It reads as a sequence of entries. A spool takes it as it is, which costs a third.

    Args:
        stream: Their stream.
        payloads: The payload of each.

    Attributes:
        stream: As given.
        payloads: As given.
        size: Sum of the sizes of the entries.
    """

    __slots__ = ("payloads", "size", "stream")

    def __init__(self, stream: str, payloads: list[bytes]) -> None:
        self.stream = stream
        self.payloads = payloads
        self.size = sum(map(len, payloads)) + OVERHEAD * len(payloads)

    def __len__(self) -> int:
        return len(self.payloads)

    def __iter__(self) -> Iterator[Entry]:
        stream = self.stream
        return (Entry(0, stream, payload) for payload in self.payloads)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        if isinstance(index, slice):
            return [Entry(0, self.stream, payload) for payload in self.payloads[index]]
        return Entry(0, self.stream, self.payloads[index])

    def divided(self, entries: int, size: int) -> list[Lines]:
        """Divide into parts of at most *entries* entries, and of about *size* bytes."""
        count = len(self.payloads)
        if count <= entries and self.size <= size:
            return [self]
        step = max(1, min(entries, count * size // self.size))
        return [
            Lines(self.stream, self.payloads[start : start + step])
            for start in range(0, count, step)
        ]


def size_of_all(entries: Sequence[Entry]) -> int:
    """Return about how many bytes *entries* take in a queue and in requests."""
    return entries.size if isinstance(entries, Lines) else sum(map(size_of, entries))
