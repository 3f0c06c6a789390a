"""Install the peers and measure them: see ``python -m bench.peers --help``."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from pathlib import Path

from bench.histogram import dumps
from bench.peers import measure, page
from bench.peers.catalogue import PEERS, chosen
from bench.peers.install import MissingError, default_cache
from bench.peers.workers import Ready, prepare

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = Path(__file__).parent / "results" / "peers.json"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.peers",
        description="What people would use instead, measured interleaved with this redactor.",
    )
    parser.add_argument("--quick", action="store_true", help="a glance: whether it works")
    parser.add_argument(
        "--only", default="", metavar="NAMES", help="these peers, split by commas, and ours"
    )
    parser.add_argument("--install", action="store_true", help="install the peers and stop")
    parser.add_argument(
        "--fresh", action="store_true", help="forget the rounds of a run that was stopped"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=default_cache(),
        help="where environments and rounds are kept (default: redactor-bench in the user's cache)",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the results and write docs/peers.md"
    )
    parser.add_argument("--page", action="store_true", help="write docs/peers.md anew and stop")
    options = parser.parse_args(arguments)
    if options.page:
        page.write(json.loads(_RESULTS.read_text(encoding="utf-8")))
        return 0
    if options.keep and (options.quick or options.only):
        parser.error("--keep needs the whole run: leave --quick and --only out")
    try:
        peers = chosen([name for name in options.only.split(",") if name])
    except KeyError as error:
        parser.error(f"no peer {error}; there are {', '.join(peer.name for peer in PEERS)}")

    began = time.perf_counter()
    ready: list[Ready] = []
    missing: dict[str, str] = {}
    for peer in peers:
        try:
            ready.append(prepare(peer, options.cache))
            print(f"{peer.name} {ready[-1].version}".strip(), flush=True)
        except MissingError as reason:
            missing[peer.name] = str(reason)
            print(f"{peer.name} cannot be had: {reason}", file=sys.stderr, flush=True)
    if options.install:
        return 0
    plan = measure.QUICK if options.quick else measure.FULL
    state = options.cache / "runs" / _key(ready, plan)
    if options.fresh or (state / "done").exists():
        for path in state.glob("*"):
            path.unlink()
    results, failed = measure.gather(ready, plan, state)
    document = {
        "machine": f"Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} cores",
        "rounds": plan.rounds,
        "glance": options.quick,
        "peers": results,
        "missing": missing | failed,
    }
    (state / "results.json").write_text(json.dumps(document))
    (state / "done").touch()
    print("\n".join(page.table(document)))
    print(f"\n{time.perf_counter() - began:.0f} s; all figures: {state / 'results.json'}")
    if options.keep:
        _RESULTS.write_text(dumps(document), encoding="utf-8")
        page.write(document)
    return 0


def _key(ready: list[Ready], plan: measure.Plan) -> str:
    """Name a run by what would change its results: what is measured, how long, and our sources."""
    digest = hashlib.sha256(repr(plan).encode())
    for one in ready:
        digest.update(f"{one.peer}{one.version}".encode())
    for folder in ("redactor", "rules", "core/src", "bench"):
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".toml", ".rs", ".mjs"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
