"""Score the corpus: see ``python -m bench.quality --help``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.quality import corpus, kept, ours, page, peers


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.quality",
        description="What this version misses and what it damages, from a labelled corpus.",
    )
    parser.add_argument("--quick", action="store_true", help="a part of the corpus: under 30 s")
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit with 1 when a rule is worse than the kept results",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the results and write docs/quality.md"
    )
    parser.add_argument("--peers", action="store_true", help="score the peers as well (minutes)")
    parser.add_argument("--engine", choices=("native", "reference"), help="default: native")
    parser.add_argument(
        "--peer-folder",
        type=Path,
        default=Path.home() / ".cache" / "redactor-bench" / "peers",
        help="where the environments of the peers are made (default: %(default)s)",
    )
    options = parser.parse_args()
    size = corpus.QUICK if options.quick else corpus.FULL
    if options.keep and options.quick:
        parser.error("--keep needs the whole corpus: leave --quick out")

    before = time.perf_counter()
    run = ours.run(size, options.engine or "native")
    seconds = time.perf_counter() - before
    print("\n".join(page.tables(run)))
    print(f"\n{seconds:.0f} s")
    if options.check:
        sentences = kept.worse(run, size, kept.load())
        for sentence in sentences:
            print(sentence, file=sys.stderr)
        if sentences:
            print(
                "Worse than bench/quality/results/kept.json. Mend it, or accept it with "
                "python -m bench.quality --keep.",
                file=sys.stderr,
            )
            return 1
    if options.peers:
        print("\n".join(page.peer_table(peers.score_peers(options.peer_folder))))
    if options.keep:
        kept.save(run, size)
        page.write(run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
