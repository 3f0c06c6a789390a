"""
A stream in pieces of whole lines, and lines that are too long for one piece in windows.

Where the cuts are depends on the bytes alone, not on how they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redactor.windows import AHEAD, CONTEXT, WINDOW, longest_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.leakage.files.unpacking import Reader

__all__ = ["SIZE", "Chunk", "chunks"]

#: How much is looked at at once, in bytes: what fits into a processor's cache.
SIZE = 1 << 18
#: Longest start of a line that is read twice and not copied, in bytes.
_BACK = 1 << 16
#: Stands for the part of a line that is behind the context: no key, no digit, no white space.
_CUT = b"\0"


class Chunk(NamedTuple):
    """
    A piece of a stream.

    Attributes:
        data: The bytes to look at.
        before: How many of them were in the chunk before, and only show what stands there.
        after: How many of them come again in the next chunk. Of whole lines, they are the start of
            the next one, and left there because to cut them off is to copy all others.
        window: It is a part of a line that is too long to be looked at at once.
    """

    data: bytes
    before: int = 0
    after: int = 0
    window: bool = False


def chunks(
    stream: Reader, record_start: bytes = b"", back: Callable[[int], object] | None = None
) -> Iterator[Chunk]:
    """
    Yield the chunks of *stream*.

    Args:
        stream: What to read.
        record_start: What a record of several lines starts with, after an empty line. A chunk ends
            before one, unless it becomes too large; without it, at the end of a line.
        back: Makes *stream* give that many of its last bytes once more, where it can.
    """
    rest = b""
    context = b""
    inside = False  # of a long line
    while True:
        piece = stream.read(SIZE)
        data = rest + piece if rest else piece
        while inside:
            end = data.find(b"\n") + 1 or (0 if piece else len(data))
            if end and end <= longest_line():
                yield _window(context, data[:end], 0)
                data, inside, context = data[end:], False, b""
            elif len(data) > longest_line():
                yield _window(context, data[: WINDOW + AHEAD], AHEAD)
                context = (context + data[:WINDOW])[-CONTEXT:]
                data = data[WINDOW:]
            else:
                break
        if not piece:
            if data and not inside:
                yield Chunk(data)
            return
        if inside:
            rest = data
            continue
        end = _end_of_records(data, record_start)
        tail = len(data) - end
        rest = b""
        if end:
            if back is not None and tail <= _BACK:
                back(tail)
            else:
                rest = data[end:]
            yield Chunk(data, after=tail)
        else:
            rest = data
            inside = tail > longest_line()


def _end_of_records(data: bytes, record_start: bytes) -> int:
    """Return where the last whole record of *data* ends; 0 where none does."""
    if record_start:
        at = data.rfind(b"\n\n" + record_start)
        if at >= 0 or len(data) <= longest_line():
            return at + 2 if at >= 0 else 0
    return data.rfind(b"\n") + 1


def _window(context: bytes, piece: bytes, after: int) -> Chunk:
    if len(context) == CONTEXT:
        # The context may start right at a key, which is no start of a line for all that.
        context = _CUT + context
    return Chunk(context + piece, len(context), after, window=True)
