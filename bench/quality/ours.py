"""What this redactor takes out of a record, and the score of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.quality import corpus
from bench.quality.lookalikes import PERSONAL_KINDS
from bench.quality.score import Alarms, Span, Tally, union
from redactor import Policy, Redactor
from redactor.policy import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.quality.labelled import Record
    from redactor.field_types import EngineName

__all__ = ["Run", "run", "scanners", "taken"]


@dataclass(slots=True)
class Run:
    """
    The score of one run.

    Attributes:
        classes: Rule to its class.
        cells: Rule and context to what became of its records.
        alarms: Preset and kind of look-alike to what became of its lines.
    """

    classes: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, str], Tally] = field(default_factory=dict)
    alarms: dict[tuple[str, str], Alarms] = field(default_factory=dict)


def scanners(engine: EngineName | None) -> dict[str, Redactor]:
    """Return a redactor for each preset."""
    return {name: Redactor(Policy(preset=name), engine=engine) for name in PRESETS}


def taken(redactor: Redactor, text: str) -> tuple[list[Span], tuple[str, ...]]:
    """Return what *redactor* takes out of *text*, merged, and the rules that do."""
    findings = redactor.find(text)
    if not findings:
        return [], ()
    gone = union((start, end) for _, start, end in findings)
    return gone, tuple(sorted({rule for rule, _, _ in findings}))


def run(size: corpus.Size, engine: EngineName | None = None) -> Run:
    """Score the corpus of *size*."""
    result = Run()
    redactors = scanners(engine)
    for pack, rule in corpus.sources():
        result.classes[rule.id] = corpus.class_of(pack, rule)
        redactor = redactors[corpus.preset_of(pack)]
        for record in corpus.records(pack, rule, size):
            gone, _ = taken(redactor, record.text)
            result.cells.setdefault((rule.id, record.context), Tally()).add(record, gone)
    for preset, record in _lines(size):
        gone, rules = taken(redactors[preset], record.text)
        result.alarms.setdefault((preset, record.rule), Alarms()).add(record, gone, rules)
    return result


def _lines(size: corpus.Size) -> Iterator[tuple[str, Record]]:
    for record in corpus.lookalikes(size):
        yield "standard", record
        if record.rule not in PERSONAL_KINDS:
            yield "strict", record
