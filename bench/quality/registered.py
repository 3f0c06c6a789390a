"""
Registered documents: which excerpts are found whole, and what is damaged besides.

    python -m bench.quality.registered [--documents 400] [--engine native]

Excerpts of 8 to 200 words of documents in four scripts, re-wrapped, in other case and escaped, in
the shapes of logs. Found is an excerpt of which no word is left. Damaged is a record without one in
which the rule finds something.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.quality import prose
from bench.workloads import make
from redactor import Redactor
from redactor.documents import RULE, Documents
from redactor.documents.store import Item
from redactor.fingerprints import tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Score", "score"]

SIZES = (200, 60, 25, 8)
SCRIPTS = ("latin", "cyrillic", "arabic", "han")
#: Characters of Han for a word.
_CHARACTERS = 2
_MARKER = re.compile(r"\[document registered (?:[\w.-]+ )?\d+ (?:words|characters)\]")
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": str.upper,
    "re-wrapped": lambda text: textwrap.fill(text, 50),
    "no marks": lambda text: re.sub(r"[^\w\s]|_", " ", text),
}
SHAPES: dict[str, Callable[[str], str]] = {
    "text": lambda text: f"2026-11-27 08:00:01 WARNING parser: cannot read {text!s} (line 7)",
    "exception": lambda text: f"Traceback (most recent call last):\nValueError: bad value {text!r}",
    "json": lambda text: json.dumps({"level": "error", "error": {"message": text, "code": 7}}),
    "json in json": lambda text: json.dumps({"log": json.dumps({"msg": text}), "n": 1}),
    "json, raw": lambda text: json.dumps({"body": text}, ensure_ascii=False),
    "logfmt": lambda text: f'level=error err="{text}" id=8842',
    "repr": lambda text: f"Request(body={{'text': {text!r}}}, status=500)",
    "bytes": lambda text: f"sent {text.encode()!r}",
}


class Score(NamedTuple):
    """
    Attributes:
        found: Excerpts of which no word is left, by size.
        planted: All excerpts, by size.
        damaged: Records without an excerpt that the rule changed.
        clean: All of those.
    """

    found: dict[int, int]
    planted: dict[int, int]
    damaged: int
    clean: int


def excerpts(text: str, script: str, random_: random.Random) -> Iterator[tuple[int, str]]:
    """Yield an excerpt of each size, with the size."""
    words = list(re.sub(r"[。\n]", "", text)) if script == "han" else text.split()
    for size in SIZES:
        count = size * _CHARACTERS if script == "han" else size
        start = random_.randrange(len(words) - count)
        yield size, ("" if script == "han" else " ").join(words[start : start + count])


def clean_records() -> list[str]:
    """Return records without an excerpt: lines of programs, example logs, other prose."""
    random_ = random.Random(7)
    records = list(make("clean", 3000).lines)
    examples = Path(__file__).resolve().parents[2] / "examples" / "logs"
    for path in sorted(examples.rglob("*")):
        if path.is_file():
            records += path.read_text("utf-8", "replace").splitlines()
    for script in SCRIPTS:
        records += [" ".join(prose.sentence_words(random_, 60, script)) for _ in range(700)]
    return records


def score(count: int, engine: str) -> Score:
    """Score a store of so many documents in each script."""
    random_ = random.Random(3)
    found, planted = dict.fromkeys(SIZES, 0), dict.fromkeys(SIZES, 0)
    documents = Documents()
    with tempfile.TemporaryDirectory() as folder:
        documents.open(folder)
        for script in SCRIPTS:
            documents.register_items(
                Item(f"{script}-{seed}", prose.document(seed, 600, script).encode())
                for seed in range(count)
            )
        redactor = Redactor(engine=engine, documents=documents)  # type: ignore[arg-type]  # a name
        for script in SCRIPTS:
            for seed in range(count):
                text = prose.document(seed, 600, script)
                for size, excerpt in excerpts(text, script, random_):
                    way = WAYS[random_.choice(list(WAYS))]
                    shape = SHAPES[random_.choice(list(SHAPES))]
                    record = shape(way(excerpt))
                    left = _MARKER.sub(" ", redactor.text(record))
                    around = len(tokens_of(shape("").encode()))
                    planted[size] += 1
                    found[size] += len(tokens_of(left.encode())) == around
        records = clean_records()
        damaged = [
            record
            for record in records
            if any(finding.rule == RULE for finding in redactor.find(record))
        ]
    return Score(found, planted, len(damaged), len(records))


def main() -> int:
    """Print the score; the exit code is 1 where an excerpt is missed or a record damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=400, help="in each script")
    parser.add_argument("--engine", default="native")
    options = parser.parse_args()
    result = score(options.documents, options.engine)
    print(f"{'words':<8}{'excerpts':>10}{'found whole':>13}")
    for size in SIZES:
        share = 100 * result.found[size] / result.planted[size]
        print(f"{size:<8}{result.planted[size]:>10}{share:>12.2f}%")
    print(f"damaged: {result.damaged} of {result.clean} records without an excerpt")
    return 0 if result.found == result.planted and not result.damaged else 1


if __name__ == "__main__":
    sys.exit(main())
