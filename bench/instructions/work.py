"""The work that is counted: run by ``python -m bench.instructions`` under valgrind."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from bench.instructions.requests import Callgrind
from bench.workloads import clean_record, dense_record, make, verify
from redactor import Policy, Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WORK", "first_rules"]

_BLOCK_LINES = 1000
#: The packs of the standard policy, those first that everybody needs.
_PACKS = ("cards", "credentials", "tokens")


def _texts(name: str, count: int) -> Callable[[Redactor], tuple[Callable[[], object], int]]:
    def prepare(redactor: Redactor) -> tuple[Callable[[], object], int]:
        workload = make(name, count)
        verify(workload, redactor.text)

        def run() -> None:
            for line in workload.lines:
                redactor.text(line)

        return run, count

    return prepare


def _records(redactor: Redactor) -> tuple[Callable[[], object], int]:
    random_ = random.Random(1)
    records = [clean_record(random_) for _ in range(50)]
    if any(redactor.record(record) is not record for record in records):
        raise AssertionError("a clean record is changed")

    def run() -> None:
        for record in records:
            redactor.record(record)

    return run, len(records)


def _dense_records(redactor: Redactor) -> tuple[Callable[[], object], int]:
    random_ = random.Random(1)
    records = [dense_record(random_) for _ in range(50)]
    for record in records:
        redacted = redactor.record(record)
        if any(redacted[name] == record[name] for name in ("note", "auth", "headers")):
            raise AssertionError("a secret is left in a record")

    def run() -> None:
        for record in records:
            redactor.record(record)

    return run, len(records)


def _block(name: str) -> Callable[[Redactor], tuple[Callable[[], object], int]]:
    def prepare(redactor: Redactor) -> tuple[Callable[[], object], int]:
        workload = make(name, _BLOCK_LINES)
        verify(workload, redactor.text)
        block = workload.block()
        return lambda: redactor.lines(block), len(workload.lines)

    return prepare


#: Name to what makes the work; it returns the work and how many units it is.
WORK: dict[str, Callable[[Redactor], tuple[Callable[[], object], int]]] = {
    "text-clean": _texts("clean", 100),
    "text-near-miss": _texts("near-miss", 100),
    "text-long": _texts("long", 5),
    "text-dense": _texts("dense", 50),
    "record-clean": _records,
    "record-dense": _dense_records,
    "filter-clean": _block("clean"),
    "filter-sparse": _block("sparse"),
    "filter-dense": _block("dense"),
}


def first_rules(count: int | None) -> Policy:
    """Return the standard policy, or what is left of it with no more than its first rules."""
    policy = Policy()
    if count is None:
        return policy
    packs = {pack.name: pack for pack in policy.load_packs()}
    rules = [rule.id for name in _PACKS for rule in packs[name].rules]
    return Policy(disable=tuple(rules[count:]))


def main() -> None:
    """
    Do each work named on the command line, and say how many units it is and what ran.

    Before the names, ``rules=60`` asks for the first so many rules only.
    """
    names = sys.argv[1:]
    count = int(names.pop(0).removeprefix("rules=")) if names[0].startswith("rules=") else None
    redactor = Redactor(first_rules(count), engine="native")
    print("instructions", redactor._engine.instructions)  # noqa: SLF001
    print("rules", len(redactor.ruleset.sources))
    callgrind = Callgrind()
    for name in names:
        run, units = WORK[name](redactor)
        run()  # what is compiled when first used
        callgrind.counted(run, name)
        print("units", name, units)


if __name__ == "__main__":
    main()
