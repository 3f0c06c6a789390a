"""
The run: rounds, each with fresh processes, in which all peers take turns.

A round is kept in a file as soon as it is done; a run that was stopped goes on with the next.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.histogram import Histogram
from bench.peers import through
from bench.peers.workers import Worker
from bench.workloads import make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.peers.workers import Ready

__all__ = ["FULL", "QUICK", "Plan", "gather"]

#: Workloads of calls, and of filters: see ``bench.workloads``.
CALLS = ("clean", "dense")
FILTERED = ("clean", "sparse", "dense")


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How long a run is.

    Attributes:
        rounds: Rounds.
        turns: Turns of each peer in a round.
        turn: Seconds of calls in a turn, about.
        most: The most calls in a turn.
        piped: Seconds of a filter's run, about.
        starts: Starts of a filter in a round.
        tries: Runs of a filter until one is long enough.
        stride: Every so many records of the corpus are scored.
    """

    rounds: int
    turns: int
    turn: float
    most: int
    piped: float
    starts: int
    tries: int
    stride: int


FULL = Plan(rounds=5, turns=10, turn=0.1, most=1000, piped=1.0, starts=3, tries=8, stride=4)
QUICK = Plan(rounds=2, turns=2, turn=0.01, most=200, piped=0.05, starts=1, tries=2, stride=200)


def gather(
    ready: list[Ready], plan: Plan, state: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """
    Measure all that is *ready*; return the results by name, and why others have none.

    Args:
        ready: The peers.
        plan: How long.
        state: A folder for the rounds that are done; those in it already are not done again.
    """
    results: dict[str, dict[str, Any]] = {}
    failed: dict[str, str] = {}
    state.mkdir(parents=True, exist_ok=True)
    for one in ready:
        name = one.peer.name
        path = state / f"through-{name}.json"
        try:
            if not path.exists():
                print(f"{name}: what gets through ...", flush=True)
                _try(one)
                path.write_text(json.dumps(through.score(one, plan.stride)))
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            print(f"{name} does not work: {error}", file=sys.stderr, flush=True)
            failed[name] = str(error)
            continue
        results[name] = {"kind": one.peer.kind, "version": one.version}
        score = json.loads(path.read_text())
        if score is not None:
            results[name]["through"] = score
    ready = [one for one in ready if one.peer.name in results]
    rounds = []
    for number in range(plan.rounds):
        path = state / f"round-{number}.json"
        if not path.exists():
            print(f"round {number + 1} of {plan.rounds} ...", flush=True)
            document = {"calls": _calls(ready, plan), "filters": _filters(ready, plan)}
            path.write_text(json.dumps(document))
        rounds.append(json.loads(path.read_text()))
    _merge_calls(results, [round_["calls"] for round_ in rounds])
    _merge_filters(results, [round_["filters"] for round_ in rounds])
    return results, failed


def _try(one: Ready) -> None:
    """Call a peer once, so that one that does not work fails before anything is measured."""
    if one.worker:
        Worker(one).close()
    if one.filter:
        one.through_filter([make("clean", 1).block()])


def _calls(ready: list[Ready], plan: Plan) -> dict[str, Any]:
    """Time calls of every peer in turn; the workers of all of them are there at once."""
    found: dict[str, Any] = {}
    workers = {}
    try:
        for one in ready:
            if one.worker:
                worker = workers[one.peer.name] = Worker(one)
                found[one.peer.name] = {"start": worker.start}
        for workload in CALLS:
            texts = list(make(workload, 200).lines)
            times: dict[str, list[int]] = {name: [] for name in workers}
            counts = {}
            for name, worker in workers.items():
                worker.ask(**{"texts": texts, "as": workload})
                middle = statistics.median(worker.ask(time=workload, calls=20)["ns"])
                counts[name] = max(20, min(plan.most, round(plan.turn * 1e9 / middle)))
                worker.ask(time=workload, calls=counts[name])
            for _ in range(plan.turns):
                for name, worker in workers.items():
                    times[name] += worker.ask(time=workload, calls=counts[name])["ns"]
            for name, kept in times.items():
                found[name][workload] = {
                    "p50": statistics.median(kept),
                    "histogram": Histogram(kept).to_json(),
                }
        for name, worker in workers.items():
            found[name]["kib"] = worker.ask(memory=True)["kib"]
    finally:
        for worker in workers.values():
            worker.close()
    return found


def _filters(ready: list[Ready], plan: Plan) -> dict[str, Any]:
    """Run every filter of lines in turn, workload by workload."""
    found: dict[str, Any] = {}
    line = make("clean", 1).block()
    for one in ready:
        if one.filter:
            starts = [one.through_filter([line]).seconds for _ in range(plan.starts)]
            found[one.peer.name] = {"start": min(starts), "kib": 0}
    for workload in FILTERED:
        block = make(workload, 3000).block()
        lines = block.splitlines(keepends=True)
        for one in ready:
            if not one.filter:
                continue
            kept = found[one.peer.name]
            # Longer and longer, until it lasts long enough to say something about its speed.
            size = len(lines[0]) * 300
            # No start takes twice what another one took: then what is taken off says little.
            enough = max(plan.piped / 2, kept["start"])
            for _ in range(plan.tries):
                run = one.through_filter(_blocks(block, size))
                net = _net(run.seconds, kept["start"])
                if net >= enough:
                    break
                size = round(size * min(16, 2 * enough / net))
            # One that was never long enough is at least as fast as all of it together.
            kept[workload] = size / (net if net >= enough else run.seconds) / 1e6
            kept["kib"] = max(kept["kib"], run.kib)
    return found


def _net(seconds: float, start: float) -> float:
    return max(seconds - start, seconds / 100)


def _blocks(block: bytes, size: int) -> Iterator[bytes]:
    """Give *block* again and again, *size* bytes in all, to the end of a line."""
    left = size
    while left > len(block):
        yield block
        left -= len(block)
    end = block.rfind(b"\n", 0, left) + 1
    yield block[: end or block.index(b"\n") + 1]


def _merge_calls(results: dict[str, dict[str, Any]], rounds: list[dict[str, Any]]) -> None:
    for name in rounds[0]:
        kept = results[name]
        kept["start_ms"] = statistics.median(round_[name]["start"] for round_ in rounds) * 1000
        kept["mib"] = max(round_[name]["kib"] for round_ in rounds) / 1024
        ours = "redactor"
        if kept["kind"] == "record" and "redactor-records" in rounds[0]:
            ours = "redactor-records"
        kept["calls"] = {}
        for workload in CALLS:
            histogram = Histogram()
            for round_ in rounds:
                histogram.merge(Histogram.from_json(round_[name][workload]["histogram"]))
            kept["calls"][workload] = {
                "count": histogram.count,
                "p50": statistics.median(round_[name][workload]["p50"] for round_ in rounds) / 1e3,
                "p99": histogram.percentile(0.99) / 1e3,
                "p999": histogram.percentile(0.999) / 1e3,
                "ratio": statistics.median(
                    round_[name][workload]["p50"] / round_[ours][workload]["p50"]
                    for round_ in rounds
                ),
                "histogram": histogram.to_json(),
            }


def _merge_filters(results: dict[str, dict[str, Any]], rounds: list[dict[str, Any]]) -> None:
    for name in rounds[0]:
        kept = results[name]
        kept["filter"] = {
            workload: statistics.median(round_[name][workload] for round_ in rounds)
            for workload in FILTERED
        }
        kept["filter_ratio"] = {
            workload: statistics.median(
                round_[name][workload] / round_["redactor"][workload] for round_ in rounds
            )
            for workload in FILTERED
        }
        start = statistics.median(round_[name]["start"] for round_ in rounds) * 1000
        mib = max(round_[name]["kib"] for round_ in rounds) / 1024
        if kept["kind"] == "filter":
            kept["start_ms"], kept["mib"] = start, mib
        else:
            kept["filter_start_ms"], kept["filter_mib"] = start, mib
