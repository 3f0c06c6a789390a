"""Count instructions: see ``python -m bench.instructions --help``."""

from __future__ import annotations

import argparse
import sys

from bench.instructions import baseline
from bench.instructions.counting import Counts, count
from bench.instructions.work import WORK

#: A step of ``.ci/run`` that ends with it is shown as skipped.
_SKIPPED = 77
#: Clean text and records may cost so much more with all rules than with some.
_MORE_RULES = 0.1
_CLEAN = ["text-clean", "record-clean"]


def main() -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.instructions",
        description="What a text, a record and a block cost, in instructions of the native engine.",
    )
    parser.add_argument("work", nargs="*", choices=[*WORK, []], help="default: all")
    parser.add_argument(
        "--check",
        action="store_true",
        help=f"exit with 1 when one costs {baseline.MORE:.0%}% more than the kept counts, and with "
        f"{_SKIPPED} when those are another compiler's or another processor's",
    )
    parser.add_argument("--keep", action="store_true", help="keep the counts")
    parser.add_argument("--functions", action="store_true", help="show where they are spent")
    parser.add_argument(
        "--rules",
        type=int,
        metavar="N",
        help="count clean text and records with the first N rules and with all: exit with 1 when "
        f"all cost {_MORE_RULES:.0%}% more",
    )
    options = parser.parse_args()
    if options.rules is not None:
        return _compare_rules(options.rules, options.work or _CLEAN)
    if options.keep and options.work:
        parser.error("--keep needs all work: name none")

    counts = count(options.work or list(WORK))
    _show(counts, functions=options.functions)
    if options.keep:
        baseline.save(counts)
    if options.check:
        return _check(counts)
    return 0


def _compare_rules(rules: int, names: list[str]) -> int:
    """Say what clean text costs with some of the rules, and with all."""
    some, every = count(names, rules=rules), count(names)
    print(f"rustc {every.compiler}, {every.instructions}")
    print(f"{'own':16}{f'{some.rules} rules':>12}{f'{every.rules} rules':>12}{'more':>9}")
    worst = 0.0
    for name in names:
        few, all_ = some.work[name].own, every.work[name].own
        worst = max(worst, all_ / few - 1)
        print(f"{name:16}{few:12.0f}{all_:12.0f}{all_ / few - 1:9.1%}")
    return 1 if worst > _MORE_RULES else 0


def _show(counts: Counts, *, functions: bool) -> None:
    print(f"rustc {counts.compiler}, {counts.instructions}")
    print(f"{'':16}{'own':>10}{'all':>10}{'allocations':>13}")
    for name, each in counts.work.items():
        print(f"{name:16}{each.own:10.0f}{each.total:10.0f}{each.allocations:13.2f}")
        if functions:
            for function, cost in each.functions[:25]:
                if cost >= each.own / 200:
                    print(f"{cost:18.0f}  {function}")


def _check(counts: Counts) -> int:
    kept = baseline.load()
    other = baseline.incomparable(counts, kept)
    if other:
        print(f"skipped: {other}", file=sys.stderr)
        return _SKIPPED
    worse, better = baseline.compare(counts, kept)
    for sentence in better:
        print(sentence)
    for sentence in worse:
        print(sentence, file=sys.stderr)
    if worse:
        print(f"Make it cheaper, or accept it: {baseline.FILE.name} says how.", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
