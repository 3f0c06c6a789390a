"""
A power cut, played from what strace saw: which bytes of a file a disk may have at each moment.

What was written before the last ``fdatasync`` of a file is there. Of what came after it, any part
may be, in any order.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

__all__ = ["CALLS", "Step", "files_after", "steps"]

CALLS = "pwrite64,write,ftruncate,fdatasync,fsync,unlink"
_CALL = re.compile(
    r'(?P<call>\w+)\((?:\d+<(?P<path>(?:\\x\w\w)+)>)?(?:, )?(?:"(?P<data>(?:\\x\w\w)*)")?'
    r"(?:, (?P<size>\d+))?(?:, (?P<place>\d+))?\)\s+= \d"
)


class Step(NamedTuple):
    """One system call: its name, the file, the bytes, and where they go."""

    call: str
    name: str
    data: bytes
    place: int


def steps(log: Path) -> Iterator[Step]:
    """Read what ``strace -y -xx`` wrote."""
    for line in log.read_text().splitlines():
        match = _CALL.search(line)
        if match is None:
            continue
        data = _bytes(match["data"])
        path = _bytes(match["path"]) if match["path"] else data
        place = int(match["place"] or match["size"] or 0)
        yield Step(match["call"], Path(path.decode()).name, data, place)


def files_after(
    done: Sequence[Step], dice: random.Random | None, *, rest: bool
) -> dict[str, bytes]:
    """
    Return the files that a disk may have when the power goes after *done*.

    Args:
        done: What was called up to then.
        dice: Chooses which of the writes since the last ``fdatasync`` are there, in which order.
        rest: Without dice: whether all of them are, or none.
    """
    files: dict[str, bytearray] = {}
    waiting: dict[str, list[Step]] = {}
    for step in done:
        if step.call in ("fdatasync", "fsync"):
            for write in waiting.pop(step.name, ()):
                _apply(write, files)
        elif step.call == "write":
            _apply(step, files)  # the book, which is the test's own
        else:
            waiting.setdefault(step.name, []).append(step)
    for pending in waiting.values():
        if dice is not None:
            pending = [step for step in pending if dice.random() < 0.5]
            dice.shuffle(pending)
        elif not rest:
            pending = []
        for step in pending:
            _apply(step, files)
    return {name: bytes(data) for name, data in files.items()}


def _apply(step: Step, files: dict[str, bytearray]) -> None:
    if step.call == "unlink":
        files.pop(step.name, None)
        return
    file = files.setdefault(step.name, bytearray())
    if step.call == "ftruncate":
        del file[step.place :]
        file.extend(bytes(step.place - len(file)))
        return
    place = len(file) if step.call == "write" else step.place
    file.extend(bytes(max(0, place - len(file))))
    file[place : place + len(step.data)] = step.data


def _bytes(text: str | None) -> bytes:
    return bytes.fromhex((text or "").replace("\\x", ""))
