"""
What people would use instead, on the same records in the same run.

Each peer is installed from PyPI into an environment of its own and scans in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.peers.install import python_environment, python_version
from bench.quality import corpus
from bench.quality.lookalikes import PERSONAL_KINDS
from bench.quality.score import Tally, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.quality.labelled import Record

__all__ = ["PACKAGES", "RESULTS", "Planted", "load", "planted", "score_peers"]

RESULTS = Path(__file__).parents[1] / "results" / "peers.json"
_WORKER = Path(__file__).parent / "adapters.py"
#: Every so many records and lines: some peers take minutes for the whole corpus.
_STRIDE = 4
#: Peer to the packages that it needs; the ones without run in this environment.
PACKAGES: dict[str, tuple[str, ...]] = {
    "redactor": (),
    "redactor strict": (),
    "re filter": (),
    "presidio": ("presidio-analyzer",),
    "scrubadub": ("scrubadub",),
    "detect-secrets": ("detect-secrets",),
    "logfire": ("logfire",),
    "sentry-sdk": ("sentry-sdk",),
    "sentry-relay": ("sentry-relay",),
    "kingfisher": ("kingfisher-secret-scanner",),
    "datafog": ("datafog",),
}


class Planted(NamedTuple):
    """
    A part of the corpus.

    Attributes:
        classes: The class of each record.
        records: Records with a secret.
        lines: Look-alike lines.
    """

    classes: list[str]
    records: list[Record]
    lines: list[Record]

    def texts(self) -> list[str]:
        """Return the texts of the records, then those of the lines."""
        return [record.text for record in (*self.records, *self.lines)]

    def only(self, wanted: Callable[[str], bool]) -> Planted:
        """Return the part whose texts are *wanted*."""
        kept = [
            (class_, record)
            for class_, record in zip(self.classes, self.records, strict=True)
            if wanted(record.text)
        ]
        return Planted(
            [class_ for class_, _ in kept],
            [record for _, record in kept],
            [line for line in self.lines if wanted(line.text)],
        )

    def tallies(self, gone: list[list[tuple[int, int]]]) -> dict[str, Tally]:
        """Count, class by class, what became of the records; *gone* are the spans of ``texts``."""
        tallies: dict[str, Tally] = {}
        for class_, record, spans in zip(self.classes, self.records, gone, strict=False):
            tallies.setdefault(class_, Tally()).add(record, spans)
        return tallies


@cache
def planted(stride: int = _STRIDE, size: corpus.Size = corpus.QUICK) -> Planted:
    """Return every so many records and lines, by *stride*, of the corpus of *size*."""
    labelled = [
        (corpus.class_of(pack, rule), record)
        for pack, rule in corpus.sources()
        for record in corpus.records(pack, rule, size)
    ][::stride]
    lines = [line for line in corpus.lookalikes(size) if line.rule not in PERSONAL_KINDS][::stride]
    return Planted([class_ for class_, _ in labelled], [record for _, record in labelled], lines)


def load() -> dict[str, Any] | None:
    """Return the kept results of the peers, if there are any."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else None


def score_peers(folder: Path, size: corpus.Size = corpus.QUICK) -> dict[str, Any]:
    """
    Score every peer on the corpus of *size* and keep the results.

    Args:
        folder: Where the environments are; those that are there already are used as they are.
        size: The size of the corpus.
    """
    corpus_ = planted(size=size)
    lines = corpus_.lines
    document: dict[str, Any] = {
        "records": len(corpus_.records),
        "lines": len(lines),
        "peers": {},
    }
    texts = corpus_.texts()
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "texts.json"), Path(scratch, "answers.json")
        source.write_text(json.dumps(texts), encoding="utf-8")
        for name, packages in PACKAGES.items():
            python = (
                python_environment(folder / name, packages) if packages else Path(sys.executable)
            )
            print(f"{name} ...", flush=True)
            subprocess.run(
                [python, _WORKER, name, source, target],
                check=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            )
            answer = json.loads(target.read_text(encoding="utf-8"))
            gone = [union(map(tuple, spans)) for spans in answer["spans"]]
            tallies = corpus_.tallies(gone)
            damaged = [
                (len(line.text), sum(end - start for start, end in spans))
                for line, spans in zip(lines, gone[len(corpus_.records) :], strict=True)
            ]
            document["peers"][name] = {
                "version": python_version(python, packages[0]) if packages else "",
                "lines_per_second": round(len(texts) / answer["seconds"]),
                "found": {name: [tally.found, tally.total] for name, tally in tallies.items()},
                "lost": _share(
                    sum(tally.lost for tally in tallies.values()),
                    sum(tally.plain for tally in tallies.values()),
                ),
                "damaged": sum(lost > 0 for _, lost in damaged),
                "damaged_lost": _share(
                    sum(lost for _, lost in damaged), sum(chars for chars, _ in damaged)
                ),
            }
    RESULTS.write_text(json.dumps(document, indent=1) + "\n")
    return document


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6)
