"""
Documents in log records, and long records that are none: ``python -m bench.quality.documents``.

A document stands in a record whole, or as an excerpt of 200, 60 or 25 words, re-wrapped or in
another case. Whole ones are to be found by their content; excerpts are for registered documents.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.quality.document_shapes import BINARY_FORMS, SHAPES, STREAMED, TALKS
from bench.quality.document_texts import FILES, TEXTS
from bench.quality.long_records import LONG_RECORDS
from redactor import Policy, Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CUTS", "DocumentRecord", "documents", "legitimate", "records", "run"]

SEED = 20261127
#: Ways in which a document stands in a record. Those with a number are excerpts of so many words.
CUTS = ("whole", "whole re-wrapped", "whole in capitals", "200", "60", "25")
PAGE = Path(__file__).parents[2] / "docs" / "documents.md"
KEPT = Path(__file__).parent / "results" / "documents.json"
#: Records of each kind in each shape, and long records of each kind.
FULL, QUICK = 12, 2
FULL_LONG, QUICK_LONG = 300, 20
#: The bars, as shares.
FOUND, DAMAGED = 0.995, 0.001
#: A piece of a document with fewer letters and digits in a row than this says nothing of it.
_LEAST = 24
_BEGIN = "<!-- figures: python -m bench.quality.documents --keep -->"
_END = "<!-- end -->"
_ESCAPED = re.compile(r"\\+u([0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """
    One record with a document in it.

    Attributes:
        kind: What the document is: a key of ``TEXTS``, of ``FILES`` or of ``TALKS``.
        shape: The form of the record around it.
        cut: How the document stands in it, one of ``CUTS``.
        index: Number of the record among those of the same kind, shape and cut.
        document: The whole document.
        body: What of it the record holds, as written there before any escape.
        record: The record: a text, or an object for ``Redactor.record``.
        needles: Pieces of the body as the record holds them, none of which may be left.
    """

    kind: str
    shape: str
    cut: str
    index: int
    document: str | bytes
    body: str | bytes
    record: Any
    needles: tuple[str, ...]


def documents(count: int, seed: int = SEED) -> Iterator[tuple[str, str | bytes]]:
    """Yield *count* documents of each kind, as ``(kind, document)``."""
    made: dict[str, Callable[[random.Random], str | bytes]] = {**TEXTS, **FILES}
    for kind, make in made.items():
        for index in range(count):
            yield kind, make(random.Random(f"{seed} {kind} {index}"))


def records(
    count: int, cuts: tuple[str, ...] = CUTS[:3], seed: int = SEED
) -> Iterator[DocumentRecord]:
    """
    Yield *count* records of each kind of document in each shape, for each of *cuts*.

    Each record has a random source of its own: a smaller corpus is part of a larger one.
    """
    for kind, make in TEXTS.items():
        for shape, build in SHAPES.items():
            for cut in cuts:
                if kind in _FORMS and cut in CUTS[1:3]:
                    continue  # cut or re-wrapped, these are what they were no more
                for index in range(count):
                    chance = random.Random(f"{seed} {kind} {shape} {cut} {index}")
                    document = make(chance)
                    body = excerpt(document, cut, chance)
                    record = build(body, chance)
                    yield DocumentRecord(
                        kind, shape, cut, index, document, body, record, _needles(body)
                    )
    if "whole" not in cuts:
        return
    for kind, make_file in FILES.items():
        for shape, build_file in BINARY_FORMS.items():
            for index in range(count):
                chance = random.Random(f"{seed} {kind} {shape} {index}")
                file = make_file(chance)
                record, needles = build_file(file, chance)
                yield DocumentRecord(kind, shape, "whole", index, file, file, record, needles)
    for kind, talk in TALKS.items():
        for index in range(count * 3):
            chance = random.Random(f"{seed} {kind} {index}")
            body, record = talk(chance)
            yield DocumentRecord(
                kind, "its own", "whole", index, body, body, record, _needles(body)
            )
    for kind in STREAMED:
        for index in range(count * 3):
            chance = random.Random(f"{seed} {kind} streamed {index}")
            body, lines = STREAMED[kind](chance)
            yield DocumentRecord(
                kind, "lines of a stream", "whole", index, body, body, lines, _needles(body)
            )


#: Kinds that are told by their form.
_FORMS = frozenset(
    ("html page", "html fragment", "xml", "svg", "mail", "multipart upload", "csv", "tsv",
     "json rows", "srt", "vtt", "xliff", "tmx", "po", "rtf")
)  # fmt: skip


def excerpt(document: str, cut: str, chance: random.Random) -> str:
    """Return of *document* what *cut* says."""
    if cut == "whole":
        return document
    words = document.split()
    if cut == "whole re-wrapped":
        return _wrapped(words, chance.randint(40, 100))
    if cut == "whole in capitals":
        return document.upper()
    size = min(int(cut), len(words))
    at = chance.randint(0, len(words) - size)
    return _wrapped(words[at : at + size], chance.choice((70, 10_000)))


def _wrapped(words: list[str], width: int) -> str:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _needles(body: str) -> tuple[str, ...]:
    """Return the runs of words of *body*: four at a time, as no escape changes them."""
    found: list[str] = []
    run: list[str] = []
    for word in body.split():
        bare = word.strip("\"'“”()<>,.;:–")
        if bare == word and word.isalnum():
            run.append(word)
        else:
            run = []
        if len(run) == 4 or (len(run) == 1 and len(word) >= _LEAST):
            found.append(" ".join(run))
            run = []
    return tuple(found)


def legitimate(count: int, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Yield *count* long records of each kind that hold no document, as ``(kind, text)``."""
    for kind, make in LONG_RECORDS.items():
        for index in range(count):
            yield kind, make(random.Random(f"{seed} {kind} {index}"))


def output(redactor: Redactor, record: Any, shape: str = "") -> str:
    """Return what *redactor* makes of *record*, as text: an object goes out as JSON."""
    if shape == "lines of a stream":
        return redactor.lines(record.encode()).decode()
    if isinstance(record, str):
        return redactor.text(record)
    return json.dumps(redactor.record(record), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _leaked(record: DocumentRecord, out: str) -> bool:
    # What is left of a text that was escaped is read as the text.
    plain = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), out)
    return any(needle in out or needle in plain for needle in record.needles)


def run(count: int, long: int, engine: str | None = None, seed: int = SEED) -> dict[str, Any]:
    """Score: what is missed of whole documents by kind and shape, and which long records change."""
    redactor = Redactor(Policy(packs=("documents",)), engine=engine)  # type: ignore[arg-type]
    total: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    for record in records(count, seed=seed):
        cell = f"{record.kind} | {record.shape} | {record.cut}"
        total[record.kind] += 1
        if _leaked(record, output(redactor, record.record, record.shape)):
            missed.setdefault(cell, []).append(str(record.index))
    damaged: dict[str, list[str]] = {}
    lines: Counter[str] = Counter()
    index = 0
    for kind, text in legitimate(long, seed):
        index = index + 1 if lines[kind] else 0
        lines[kind] += 1
        forms = (redactor.text(text), redactor.lines(text.encode()).decode())
        if any("[document " in form for form in forms):
            damaged.setdefault(kind, []).append(str(index))
    return {
        "size": {"records": count, "long": long},
        "documents": dict(total),
        "missed": missed,
        "long records": dict(lines),
        "damaged": damaged,
    }


def shares(result: dict[str, Any]) -> tuple[float, float]:
    """Return the share of whole documents that were found, and of long records damaged."""
    missed = sum(map(len, result["missed"].values()))
    damaged = sum(map(len, result["damaged"].values()))
    return (
        1 - missed / sum(result["documents"].values()),
        damaged / sum(result["long records"].values()),
    )


def worse(result: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    """Say what *result* does worse than the bars and than *kept*, on the records both have."""
    found, damaged = shares(result)
    said = []
    if found < FOUND:
        said.append(f"whole documents found: {found:.2%}, the bar is {FOUND:.1%}")
    if damaged >= DAMAGED:
        said.append(f"long records damaged: {damaged:.3%}, the bar is under {DAMAGED:.1%}")
    for part, size in (("missed", "records"), ("damaged", "long")):
        limit = min(result["size"][size], kept["size"][size]) * (3 if part == "missed" else 1)
        for cell, indices in result[part].items():
            before = set(kept[part].get(cell, ()))
            new = [index for index in indices if index not in before and int(index) < limit]
            if new:
                said.append(f"{part}: {cell}: {', '.join(new)}, not before")
    return said


def tables(result: dict[str, Any]) -> list[str]:
    """Return the score as lines of Markdown."""
    missed: Counter[str] = Counter()
    for cell, indices in result["missed"].items():
        missed[cell.split(" | ")[0]] += len(indices)
    found, damaged = shares(result)
    out = ["| document | records | missed |", "|---|---:|---:|"]
    out += [
        f"| {kind} | {count:,} | {missed[kind]} |" for kind, count in result["documents"].items()
    ]
    out += ["", "| long record | records | damaged |", "|---|---:|---:|"]
    out += [
        f"| {kind} | {count:,} | {len(result['damaged'].get(kind, ()))} |"
        for kind, count in result["long records"].items()
    ]
    total, long = sum(result["documents"].values()), sum(result["long records"].values())
    out += [
        "",
        (
            f"Whole documents found: {found:.2%} of {total:,}. "
            f"Long records damaged: {damaged:.3%} of {long:,}."
        ),
    ]
    return out


def write_page(result: dict[str, Any], page: Path = PAGE) -> None:
    """Write the tables of *result* into *page*, between its two comments."""
    text = page.read_text()
    head, _, rest = text.partition(_BEGIN)
    tail = rest.partition(_END)[2]
    lines = "\n".join(tables(result))
    page.write_text(f"{head}{_BEGIN}\n\n{lines}\n\n{_END}{tail}")


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality.documents")
    parser.add_argument("--quick", action="store_true", help="a part of the corpus")
    parser.add_argument("--check", action="store_true", help="exit with 1 when it got worse")
    parser.add_argument("--keep", action="store_true", help="keep the results")
    parser.add_argument("--engine", choices=("native", "reference"), help="default: native")
    parser.add_argument("--seed", type=int, default=SEED, help="another corpus; not to be kept")
    options = parser.parse_args()
    if options.seed != SEED and (options.keep or options.check):
        parser.error("what is kept is of the usual seed: leave --seed out")
    before = time.perf_counter()
    sizes = (QUICK, QUICK_LONG) if options.quick else (FULL, FULL_LONG)
    result = run(*sizes, options.engine, options.seed)
    print("\n".join(tables(result)))
    for part in ("missed", "damaged"):
        for cell, indices in result[part].items():
            print(f"{part}: {cell}: {', '.join(indices)}", file=sys.stderr)
    print(f"\n{time.perf_counter() - before:.0f} s")
    if options.keep:
        KEPT.write_text(json.dumps(result, indent=1) + "\n")
        write_page(result)
    if options.check:
        sentences = worse(result, json.loads(KEPT.read_text()))
        for sentence in sentences:
            print(sentence, file=sys.stderr)
        return 1 if sentences else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
