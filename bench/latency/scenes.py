"""
The scenes: what goes on beside the calls. Each runs in a process of its own, started as

    python -m bench.latency.scenes SCENE SIZE CALLS

and writes a line of JSON: for each function, the buckets of the histogram of its times.

Four functions take turns in every scene, so that what happens to the machine happens to all:
``empty`` (a call of nothing), ``literal`` (``re.search`` for a literal, the cheapest check there
is), ``as long`` (``re.search`` for 16 digits in a text cut so that it takes as long as ours) and
``redactor`` (``Redactor.text``).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import random
import re
import statistics
import sys
import threading
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from bench.histogram import Histogram
from bench.workloads import make
from redactor import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FUNCTIONS", "SCENES", "SIZES", "measure"]

#: Names of the functions, in the order of tables.
FUNCTIONS = ("empty", "literal", "as long", "redactor")
#: Sizes of a record, in bytes, and calls of each function in a turn.
SIZES = {"300 B": (300, 1000), "16 KB": (16_384, 250), "1 MB": (1 << 20, 20)}
_HEAP = 1_000_000
#: More than the caches of one core.
_OTHER = 4 << 20

Calls = dict[str, "tuple[Callable[[str], object], list[str]]"]


def measure(scene: str, size: str, calls: int) -> dict[str, Histogram]:
    """
    Time *calls* calls of each function in a scene.

    Args:
        scene: A key of ``SCENES``.
        size: A key of ``SIZES``.
        calls: Calls of each function.
    """
    length, turn = SIZES[size]
    functions = _functions(length)
    turns = max(1, calls // turn)
    return SCENES[scene](functions, turns, min(turn, calls))


def _texts(length: int) -> list[str]:
    """Return clean texts of about *length* bytes: JSON lines, joined where one is too short."""
    lines = make("clean", 200).lines
    if length <= 300:
        return list(lines)
    # Lists of lines, as a batch that is logged as one record. All of them differ.
    random_ = random.Random(length)
    texts = []
    for _ in range(8):
        parts: list[str] = []
        room = length
        while room > 0:
            parts.append(random_.choice(lines))
            room -= len(parts[-1]) + 1
        texts.append(" ".join(parts)[:length])
    return texts


def _functions(length: int) -> Calls:
    texts = _texts(length)
    redact = Redactor(engine="native").text
    assert all(redact(text) is text for text in texts[:8])
    digits = re.compile(r"\d{16}").search
    long_text = " ".join(texts)
    wanted = _middle(redact, texts)
    cut = 16
    while cut < len(long_text) and _middle(digits, [long_text[:cut]]) < wanted:
        cut += max(1, cut // 10)
    return {
        "empty": (_empty, texts),
        "literal": (re.compile("ERROR").search, texts),
        "as long": (digits, [long_text[at : at + cut] for at in range(8)]),
        "redactor": (redact, texts),
    }


def _empty(text: str) -> None:
    del text


def _middle(function: Callable[[str], object], texts: list[str]) -> float:
    count = 400 if len(texts[0]) < 5000 else 20
    _times(function, texts, count)
    return statistics.median(_times(function, texts, count))


def _times(function: Callable[[str], object], texts: list[str], count: int) -> list[int]:
    clock = time.perf_counter_ns
    kept = [0] * count
    for place, text in enumerate(islice(cycle(texts), count)):
        before = clock()
        function(text)
        kept[place] = clock() - before
    return kept


def _in_turns(functions: Calls, turns: int, turn: int) -> dict[str, Histogram]:
    found = {name: Histogram() for name in functions}
    for _ in range(turns):
        for name, (function, texts) in functions.items():
            found[name].add(_times(function, texts, turn))
    return found


@contextlib.contextmanager
def _threads(work: Callable[[], object], count: int) -> Iterator[None]:
    """Run *work* again and again in *count* threads."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            work()

    threads = [threading.Thread(target=repeat) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _spin() -> None:
    for number in range(10_000):
        abs(number)


def _beside(count: int) -> Callable[[Calls, int, int], dict[str, Histogram]]:
    def scene(functions: Calls, turns: int, turn: int) -> dict[str, Histogram]:
        with _threads(_spin, count):
            return _in_turns(functions, turns, turn)

    return scene


def _collecting(functions: Calls, turns: int, turn: int) -> dict[str, Histogram]:
    """Beside a thread that makes cycles over a heap of a million containers, and collects."""
    heap = [[number] for number in range(_HEAP)]

    def litter() -> None:
        for _ in range(200):
            one: list[Any] = []
            one.append([one])
        gc.collect(1)
        gc.collect()

    with _threads(litter, 1):
        found = _in_turns(functions, turns, turn)
    assert len(heap) == _HEAP
    return found


def _cold(functions: Calls, turns: int, turn: int) -> dict[str, Histogram]:
    """After other work took the caches, as after each interruption; a tenth of the calls."""
    other = b"." * _OTHER  # not bytes(_OTHER): its pages would all be one
    found = {name: Histogram() for name in functions}
    for _ in range(max(1, turns // 10)):
        for name, (function, texts) in functions.items():
            for place in range(turn):
                other.find(1)  # reads all of it
                text = texts[place % len(texts)]
                found[name].add(_times(function, [text], 1))
    return found


def _asyncio(functions: Calls, turns: int, turn: int) -> dict[str, Histogram]:
    """In a coroutine among a hundred others, ten calls between two turns of the loop."""
    few = min(10, turn)

    async def other(stop: asyncio.Event) -> None:
        while not stop.is_set():  # noqa: ASYNC110  # a task that is always ready is the point
            await asyncio.sleep(0)

    async def work() -> dict[str, Histogram]:
        stop = asyncio.Event()
        others = [asyncio.create_task(other(stop)) for _ in range(100)]
        found = {name: Histogram() for name in functions}
        for _ in range(turns):
            for name, (function, texts) in functions.items():
                kept: list[int] = []
                for _ in range(0, turn, few):
                    await asyncio.sleep(0)
                    kept += _times(function, texts, few)
                found[name].add(kept)
        stop.set()
        await asyncio.gather(*others)
        return found

    return asyncio.run(work())


def _forked(functions: Calls, turns: int, turn: int) -> dict[str, Histogram]:
    """In a child that was forked after the redactor was built, without a call to warm it up."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        found = _in_turns(functions, turns, turn)
        with os.fdopen(writer, "w") as file:
            json.dump({name: histogram.to_json() for name, histogram in found.items()}, file)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        document = json.load(file)
    os.waitpid(child, 0)
    return {name: Histogram.from_json(buckets) for name, buckets in document.items()}


#: Name to how it is measured.
SCENES: dict[str, Callable[[Calls, int, int], dict[str, Histogram]]] = {
    "alone": _in_turns,
    "1 busy thread": _beside(1),
    "4 busy threads": _beside(4),
    "garbage collection": _collecting,
    "cold caches": _cold,
    "asyncio": _asyncio,
    "forked worker": _forked,
}


def main(scene: str, size: str, calls: str) -> None:
    """Measure a scene and write its histograms."""
    found = measure(scene, size, int(calls))
    print(json.dumps({name: histogram.to_json() for name, histogram in found.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
