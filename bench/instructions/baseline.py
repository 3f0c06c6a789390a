"""The kept counts: what they are, and what counts as worse."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.instructions.counting import Counts

__all__ = ["FILE", "MORE", "compare", "incomparable", "load", "save"]

FILE = Path(__file__).with_name("baseline.toml")
#: From this much more on a work is worse; from this much less on the kept counts are out of date.
MORE = 0.03
#: Allocations by which a work may differ: memory that is kept grows at times.
_ALLOCATIONS = 0.05

_HEAD = """\
# Instructions of the native engine for the work of bench/instructions/work.py, a unit: one text,
# one record, one line of a block. `allocations` are those that it makes.
#
# `python -m bench.instructions --check` fails at 3 % more, and so does the CI.
# To move a count: `python -m bench.instructions --keep` after `pip install ./core`, and commit this
# file with the change that needs it; the message says what the instructions are spent on.
# `--functions` shows where they go; build the core with `CARGO_PROFILE_RELEASE_DEBUG=1` for names.
#
# The counts are those of this compiler and these vector instructions, and are compared with no
# other: a newer compiler is a reason to keep them anew, in a commit of its own.
"""


def load() -> dict[str, Any]:
    """Return the kept counts."""
    return tomllib.loads(FILE.read_text())


def save(counts: Counts) -> None:
    """Keep *counts*."""
    lines = [f'compiler = "{counts.compiler}"', f'instructions = "{counts.instructions}"']
    for name, each in counts.work.items():
        lines += ["", f"[work.{name}]"]
        lines += [f"own = {each.own:.1f}", f"allocations = {each.allocations:.2f}"]
    FILE.write_text(_HEAD + "\n" + "\n".join(lines) + "\n")


def incomparable(counts: Counts, kept: dict[str, Any]) -> str | None:
    """Say why *counts* cannot be compared with those that are *kept*, if they cannot."""
    own = (counts.compiler, counts.instructions)
    theirs = (kept["compiler"], kept["instructions"])
    if own == theirs:
        return None
    return (
        f"the kept counts are those of rustc {theirs[0]} with {theirs[1]}, "
        f"and these are of rustc {own[0]} with {own[1]}"
    )


def compare(counts: Counts, kept: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return a sentence for each work that costs more than is kept, and for each with less."""
    worse, better = [], []
    for name, each in counts.work.items():
        before = kept["work"].get(name)
        if before is None:
            worse.append(f"{name}: there is no kept count; make one with --keep")
            continue
        change = each.own / before["own"] - 1
        sentence = f"{name}: {each.own:.1f} instructions, {change:+.1%}"
        if change > MORE:
            worse.append(sentence)
        elif change < -MORE:
            better.append(sentence)
        if each.allocations > before["allocations"] + _ALLOCATIONS:
            worse.append(
                f"{name}: {each.allocations:.2f} allocations, {before['allocations']:.2f} before"
            )
    return worse, better
