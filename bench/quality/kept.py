"""The kept results, and what got worse against them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.quality.corpus import Size, count
from bench.quality.summary import by

if TYPE_CHECKING:
    from bench.quality.ours import Run
    from bench.quality.score import Alarms, Tally

__all__ = ["KEPT", "load", "save", "worse"]

KEPT = Path(__file__).parent / "results" / "kept.json"


def save(run: Run, size: Size, path: Path = KEPT) -> None:
    """
    Write *run*: the totals, the numbers of the missed records, the look-alikes that were hit.

    No text of the corpus is in it.
    """
    kinds = sorted(run.alarms)
    document: dict[str, dict[str, Any]] = {
        "size": {"records": size.records, "lines": size.lines},
        "rules": {
            rule: {"class": run.classes[rule], **_totals(tally)}
            for rule, tally in by(run, lambda rule, _: rule).items()
        },
        "contexts": {
            context: _totals(tally)
            for context, tally in by(run, lambda _, context: context).items()
        },
        "missed": _nested(
            {cell: tally.missed for cell, tally in run.cells.items() if tally.missed}
        ),
        "lost": _nested({cell: tally.lost for cell, tally in run.cells.items() if tally.lost}),
        "alarms": _nested(
            {kind: _hits(run.alarms[kind]) for kind in kinds if run.alarms[kind].hit}
        ),
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(_written(document))


def _written(document: dict[str, dict[str, Any]]) -> str:
    """Write a rule a line: what changes between versions can be read in a diff."""
    parts = []
    for name, members in document.items():
        lines = ",\n".join(
            f"  {json.dumps(key)}: {json.dumps(members[key], sort_keys=True)}"
            for key in sorted(members)
        )
        parts.append(
            f" {json.dumps(name)}: {{\n{lines}\n }}" if lines else f" {json.dumps(name)}: {{}}"
        )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def load(path: Path = KEPT) -> dict[str, Any]:
    """Return the kept results."""
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def _totals(tally: Tally) -> dict[str, int]:
    return {
        "records": tally.total,
        "missed": tally.total - tally.found,
        "characters": tally.plain,
        "lost": tally.lost,
    }


def _nested(cells: dict[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    outer: dict[str, dict[str, Any]] = {}
    for (first, second), value in cells.items():
        outer.setdefault(first, {})[second] = value
    return outer


def _hits(alarms: Alarms) -> dict[str, list[int]]:
    """Turn lines and their rules into rules and their lines."""
    hits: dict[str, list[int]] = {}
    for line, rules in alarms.hit.items():
        for rule in rules:
            hits.setdefault(rule, []).append(line)
    return hits


def worse(run: Run, size: Size, kept: dict[str, Any]) -> list[str]:
    """
    Say what *run* does worse than the kept results, on the records that both have.

    A rule is worse when it misses more records of a context than before, or takes something from
    more lines of a kind of look-alike. A rule that is new is compared with a rule without a miss.

    Args:
        run: The score of now.
        size: The size of its corpus.
        kept: The results of ``load``.

    Returns:
        One sentence for each rule and context; empty when nothing got worse.
    """
    shared = Size(
        min(size.records, kept["size"]["records"]), min(size.lines, kept["size"]["lines"])
    )
    lines = shared.lines
    found: list[str] = []
    for (rule, context), tally in sorted(run.cells.items()):
        records = count(run.classes[rule], shared)
        now = _below(tally.missed, records)
        before = _below(kept["missed"].get(rule, {}).get(context, ()), records)
        if now > before:
            found.append(
                f"{rule}: in the context {context!r} it misses {now} of {_total(tally, records)} "
                f"records, {before} before"
            )
    for (preset, kind), alarms in sorted(run.alarms.items()):
        hits_before = kept["alarms"].get(preset, {}).get(kind, {})
        for rule, hits in sorted(_hits(alarms).items()):
            now, before = _below(hits, lines), _below(hits_before.get(rule, ()), lines)
            if now > before:
                found.append(
                    f"{rule}: in the preset {preset} it takes something from {now} of "
                    f"{min(lines, alarms.lines)} look-alikes of the kind {kind!r}, {before} before"
                )
    return found


def _below(numbers: Any, limit: int) -> int:
    return sum(number < limit for number in numbers)


def _total(tally: Tally, records: int) -> int:
    return min(tally.total, records)
