"""
What registered documents cost: to add them, to look up clean records, and in memory.

    python bench/documents.py [--documents 10000] [--words 1000]

The cost of a look-up is counted in instructions, under valgrind, so that it does not depend on what
else runs; that of adding in seconds of processor time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.quality import prose
from redactor.documents import Documents
from redactor.documents.store import Item

ROOT = Path(__file__).resolve().parent.parent
_BATCH = 100
_CHILD = """
import json, random, sys
from bench.workloads import clean_record, make
from bench.quality.prose import sentence_words
from redactor import Redactor
from redactor.documents import Documents
engine, folder, kind, turns = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
documents = Documents()
if folder:
    documents.open(folder)
redactor = Redactor(engine=engine, documents=documents)
random_ = random.Random(5)
lines = list(make("clean", 200).lines)
if kind == "records":
    items, call = [clean_record(random_) for _ in range(200)], redactor.record
elif kind == "blocks":
    items, call = ["\\n".join(lines).encode() + b"\\n"] * 4, redactor.lines
elif kind == "prose":
    items, call = [" ".join(sentence_words(random_, 40)) for _ in range(200)], redactor.text
elif kind == "cyrillic":
    made = [" ".join(sentence_words(random_, 25, "cyrillic")) for _ in range(200)]
    items, call = made, redactor.text
elif kind == "accent":
    items, call = [line + " caf\\u00e9" for line in lines], redactor.text
else:
    items, call = lines, redactor.text
for item in items:
    call(item)
hits = sum(call(item) is not item for item in items)
print(hits)
for _ in range(turns):
    for item in items:
        call(item)
"""


def instructions(engine: str, folder: str, kind: str, turns: int) -> tuple[int, int]:
    """Count the instructions of a process with so many turns, and the items it changed."""
    done = subprocess.run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
         sys.executable, "-c", _CHILD, engine, folder, kind, str(turns)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}", "PYTHONHASHSEED": "0"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    line = next(line for line in done.stderr.splitlines() if "I" in line and "refs:" in line)
    return int(line.rpartition(":")[2].replace(",", "")), int(done.stdout)


def cost(engine: str, folder: str, kind: str, turns: int) -> tuple[float, int]:
    """Return the instructions of one turn, and the items that it changes."""
    start, hits = instructions(engine, folder, kind, 0)
    return (instructions(engine, folder, kind, turns)[0] - start) / turns, hits


def add(documents: Documents, count: int, words: int) -> tuple[int, float]:
    """Register documents; return their bytes and the processor time of it, in seconds."""
    size, seconds = 0, 0.0
    for first in range(0, count, _BATCH):
        made = [prose.document(seed, words) for seed in range(first, min(first + _BATCH, count))]
        before = time.process_time()
        documents.register_items(
            Item(f"document-{first + place}", text.encode()) for place, text in enumerate(made)
        )
        seconds += time.process_time() - before
        size += sum(map(len, made))
    return size, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--words", type=int, default=1000)
    parser.add_argument("--engine", default="native")
    parser.add_argument("--kinds", default="lines,records,blocks,prose,accent,cyrillic")
    parser.add_argument("--store", type=Path, help="use this store; made where it is not there")
    options = parser.parse_args()
    folder = options.store or Path(tempfile.mkdtemp(prefix="documents-"))
    new = not (folder / "documents.table").exists()
    documents = Documents()
    documents.open(folder)
    if new:
        size, seconds = add(documents, options.documents, options.words)
        print(f"added {options.documents} documents, {size / 1e6:.1f} MB: "
              f"{size / 1e6 / seconds:.1f} MB/s of processor time")  # fmt: skip
    for path in sorted(folder.iterdir()):
        print(f"  {path.name}: {path.stat().st_size / (1 << 20):.1f} MiB")
    measure = partial(cost, options.engine, turns=5 if options.engine == "native" else 1)
    print(f"{'clean':<10}{'without':>12}{'with':>12}{'more':>8}{'changed':>9}")
    for kind in options.kinds.split(","):
        without, _ = measure("", kind)
        with_, hits = measure(str(folder), kind)
        items = 4 if kind == "blocks" else 200
        print(f"{kind:<10}{without / items:>12.0f}{with_ / items:>12.0f}"
              f"{100 * (with_ / without - 1):>7.1f}%{hits:>9}")  # fmt: skip
    if options.store is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
