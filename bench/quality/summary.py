"""Sums over a run: by class, context and rule, and the bars that it is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bench.quality.corpus import CLASSES
from bench.quality.score import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.quality.ours import Run

__all__ = ["Bar", "alarm_lines", "bars", "by", "lines_of", "per_million"]


def by(run: Run, key: Callable[[str, str], str]) -> dict[str, Tally]:
    """Sum the cells of *run* under the key of their rule and context."""
    sums: dict[str, Tally] = {}
    for (rule, context), tally in run.cells.items():
        sums.setdefault(key(rule, context), Tally()).merge(tally)
    return sums


def lines_of(run: Run, preset: str) -> int:
    """Count the look-alike lines that were read in *preset*."""
    return sum(
        alarms.lines for (its_preset, _), alarms in run.alarms.items() if its_preset == preset
    )


def alarm_lines(run: Run, preset: str, matches: Callable[[str], bool] = lambda _: True) -> int:
    """Count the look-alike lines from which a rule that *matches* took something."""
    return sum(
        any(matches(rule) for rule in rules)
        for (its_preset, _), alarms in run.alarms.items()
        if its_preset == preset
        for rules in alarms.hit.values()
    )


def per_million(count: int, lines: int) -> float:
    """Return *count* for a million lines."""
    return count / lines * 1e6 if lines else 0.0


class Bar(NamedTuple):
    """What is asked for, what is measured, and whether that is enough."""

    what: str
    needed: str
    here: str
    met: bool


def bars(run: Run) -> list[Bar]:
    """Return the bars, in the order of the page."""
    classes = by(run, lambda rule, _: run.classes[rule])
    lines = lines_of(run, "standard")

    def recall(name: str, needed: float) -> Bar:
        share = classes[name].recall
        return Bar(f"{CLASSES[name]}: found", f"{needed:.1%}", f"{share:.2%}", share >= needed)

    result = [recall("cards", 0.999)]
    cards = alarm_lines(run, "standard", lambda rule: rule == "card")
    result.append(
        Bar(
            "cards: false alarms in 100,000 look-alike lines",
            "1",
            f"{cards / lines * 1e5:.1f}",
            cards / lines <= 1e-5,
        )
    )
    tokens = by(run, lambda rule, context: context if run.classes[rule] == "tokens" else "")
    tokens.pop("", None)
    worst, tally = min(tokens.items(), key=lambda item: item[1].recall)
    result += [
        recall("tokens", 0.99),
        Bar(
            "vendor tokens: found in the worst context",
            "99.0%",
            f"{tally.recall:.2%} ({worst})",
            tally.recall >= 0.99,
        ),
        recall("credentials by key", 0.98),
    ]
    if "generic" in classes:
        hits = alarm_lines(run, "standard", lambda rule: run.classes.get(rule) == "generic")
        result += [
            recall("generic", 0.9),
            Bar(
                "unknown secrets: false alarms in 10,000 look-alike lines",
                "1",
                f"{hits / lines * 1e4:.1f}",
                hits / lines <= 1e-4,
            ),
        ]
    every = by(run, lambda *_: "")[""]
    lost = every.lost / every.plain
    result.append(Bar("characters lost beside a secret", "0.01%", f"{lost:.4%}", lost < 1e-4))
    alarms = alarm_lines(run, "standard")
    result.append(
        Bar("look-alike lines that lose anything", "0", f"{alarms} of {lines:,}", alarms == 0)
    )
    return result
