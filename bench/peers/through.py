"""What gets through each peer and what it damages, on a part of the corpus of bench.quality."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.peers.workers import Worker
from bench.quality import peers as quality
from bench.quality.peers import adapters
from bench.quality.score import union
from bench.workloads import make

if TYPE_CHECKING:
    from bench.peers.workers import Ready

__all__ = ["score"]

_ADAPTERS = Path(adapters.__file__)


def score(ready: Ready, stride: int) -> dict[str, Any] | None:
    """
    Return what gets through a peer; ``None`` for one that removes nothing by design.

    Args:
        ready: The peer.
        stride: Every so many records and lines of the corpus are taken.

    Returns:
        ``records`` and ``through`` of them, ``lines`` and ``damaged`` of them. Personal data is
        left out. A filter of lines gets those records that are one line. ``plain`` and
        ``plain_through``: secrets of the dense workload, a card, a password and a token in each
        line, and those of them that are still there.
    """
    peer = ready.peer
    if peer.name in ("hyperscan", "cat"):
        return None
    plain, plain_through = _plain(ready)
    document = {"plain": plain, "plain_through": plain_through}
    if peer.name == "redactor-records":
        return document
    planted = quality.planted(stride)
    if peer.kind == "filter":
        planted = planted.only(lambda text: text.isprintable())
    texts = planted.texts()
    spans = _scored(ready, texts) if peer.scored else _compared(ready, texts)
    gone = [union(map(tuple, found)) for found in spans]  # type: ignore[arg-type]
    found = total = 0
    for class_, tally in planted.tallies(gone).items():
        if class_ != "personal":
            found, total = found + tally.found, total + tally.total
    damaged = sum(bool(spans) for spans in gone[len(planted.records) :])
    return document | {
        "records": total,
        "through": total - found,
        "lines": len(planted.lines),
        "damaged": damaged,
    }


def _plain(ready: Ready) -> tuple[int, int]:
    """Count the secrets of the dense workload, and those that are left."""
    texts = list(make("dense", 100).lines)
    secrets = []
    for line in texts:
        record = json.loads(line)
        card = record["message"].removeprefix("paid with ").removesuffix(", thanks")
        secrets.append((card, record["password"], record["token"]))
    left = sum(
        secret in line
        for line, planted in zip(_lines(ready, texts), secrets, strict=True)
        for secret in planted
    )
    return 3 * len(texts), left


def _scored(ready: Ready, texts: list[str]) -> list[list[tuple[int, int]]]:
    """Ask the adapter that bench.quality has for it, in the peer's own environment."""
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "texts.json"), Path(scratch, "answers.json")
        source.write_text(json.dumps(texts), encoding="utf-8")
        subprocess.run(
            [ready.worker[0], _ADAPTERS, ready.peer.scored, source, target],
            check=True,
            env={**os.environ, **ready.environment},
        )
        spans: list[list[tuple[int, int]]] = json.loads(target.read_text(encoding="utf-8"))["spans"]
        return spans


def _compared(ready: Ready, texts: list[str]) -> list[list[tuple[int, int]]]:
    """Compare what goes in with what comes out."""
    differ = _changed if ready.peer.kind == "record" else adapters.between
    after = _lines(ready, texts)
    return [differ(before, line) for before, line in zip(texts, after, strict=True)]


def _lines(ready: Ready, texts: list[str]) -> list[str]:
    """Return what comes out of a peer for each of *texts*."""
    if ready.peer.kind == "filter":
        data = "".join(text + "\n" for text in texts).encode()
        output = ready.through_filter([data], keep=True).output.decode()
        after = output.split("\n")[:-1]
    else:
        worker = Worker(ready)
        try:
            after = list(worker.ask(lines=texts)["lines"])
        finally:
            worker.close()
    if len(after) != len(texts):
        raise RuntimeError(f"{ready.peer.name} made {len(after)} lines of {len(texts)}")
    return after


def _changed(before: str, after: str) -> list[tuple[int, int]]:
    try:
        return adapters.changed(before, json.loads(before), json.loads(after))
    except ValueError:
        return adapters.between(before, after)
