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
from pathlib import Path
from typing import Any

from bench.quality import corpus
from bench.quality.lookalikes import PERSONAL_KINDS
from bench.quality.score import Tally, union

__all__ = ["PACKAGES", "RESULTS", "load", "score_peers"]

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
    labelled = [
        (corpus.class_of(pack, rule), record)
        for pack, rule in corpus.sources()
        for record in corpus.records(pack, rule, size)
    ][::_STRIDE]
    classes = [class_ for class_, _ in labelled]
    records = [record for _, record in labelled]
    lines = [line for line in corpus.lookalikes(size) if line.rule not in PERSONAL_KINDS][::_STRIDE]
    texts = [record.text for record in (*records, *lines)]
    document: dict[str, Any] = {
        "records": len(records),
        "lines": len(lines),
        "peers": {},
    }
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "texts.json"), Path(scratch, "answers.json")
        source.write_text(json.dumps(texts), encoding="utf-8")
        for name, packages in PACKAGES.items():
            python = _environment(folder / name, packages) if packages else Path(sys.executable)
            print(f"{name} ...", flush=True)
            subprocess.run(
                [python, _WORKER, name, source, target],
                check=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            )
            answer = json.loads(target.read_text(encoding="utf-8"))
            gone = [union(map(tuple, spans)) for spans in answer["spans"]]
            tallies: dict[str, Tally] = {}
            for class_, record, spans in zip(classes, records, gone[: len(records)], strict=True):
                tallies.setdefault(class_, Tally()).add(record, spans)
            damaged = [
                (len(line.text), sum(end - start for start, end in spans))
                for line, spans in zip(lines, gone[len(records) :], strict=True)
            ]
            document["peers"][name] = {
                "version": _version(python, packages),
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


def _environment(folder: Path, packages: tuple[str, ...]) -> Path:
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", python, "install", "-q", *packages],
            check=True,
        )
        done.touch()
    return python


def _version(python: Path, packages: tuple[str, ...]) -> str:
    if not packages:
        return ""
    program = f"from importlib.metadata import version; print(version({packages[0]!r}))"
    return subprocess.run(
        [python, "-c", program], check=True, capture_output=True, text=True
    ).stdout.strip()
