"""Lines of sample logs, as records where they are: what commands look at that do not filter."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from redactor.cli.inputs import open_input
from redactor.cli.unpack import Unpacker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redactor.cli.stopping import Stopping

__all__ = ["lines_of", "record_of"]

#: Longest line that is looked at; of one that is longer, nothing is.
_LONGEST = 1 << 20
_BLOCK = 1 << 16
_PAIR = re.compile(r'([A-Za-z_@][\w.@-]{0,63})=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)')


def lines_of(paths: Sequence[str], stopping: Stopping) -> Iterator[bytes | None]:
    """
    Yield the lines of the logs at *paths*, unpacked, with their breaks; ``-`` is standard input.

    ``None`` comes whenever nothing has come for a second, so that a caller can look at its clock.

    Raises:
        InputError: One cannot be read.
    """
    with ExitStack() as cleanup:
        for path in paths:
            source = open_input(path)
            cleanup.callback(source.close)
            unpacker = Unpacker(source.name)
            rest = b""
            while not stopping.signal:
                block = source.read(stopping, 1.0, _BLOCK)
                if block is None:
                    yield None
                    continue
                pieces = unpacker.feed(block) if block else [unpacker.finish()]
                for piece in pieces:
                    *whole, rest = (rest + piece).split(b"\n")
                    for line in whole:
                        yield line + b"\n"
                    if len(rest) > _LONGEST:
                        rest = b""
                if not block:
                    break
            if rest:
                yield rest


def record_of(line: bytes) -> Any:
    """Return the record that *line* is: of JSON, or of pairs; ``None`` where it is text."""
    if line.lstrip()[:1] == b"{":
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            return None
    text = line.decode("utf-8", "replace").strip()
    pairs: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None:
            return None
        value = match[2]
        pairs[match[1]] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value
        at = match.end()
    return pairs or None
