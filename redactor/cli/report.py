"""The statistics of a filter, as a table or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redactor.exceptions import Exemptions
    from redactor.stream import Stats

__all__ = ["stats_as_json", "stats_as_text", "unused_exceptions"]


def unused_exceptions(exemptions: Exemptions) -> list[str]:
    """Return a line for each exception that is not over and let nothing pass."""
    return [
        f"exceptions[{place}] let nothing pass: {exemptions.given[place].reason}"
        for place in exemptions.unused()
    ]


def stats_as_json(stats: Stats, exemptions: Exemptions, *, engine: str, seconds: float) -> str:
    """Write *stats* as one line of JSON. Counts, rule ids and places of exceptions only."""
    let_pass = {"let_pass": list(exemptions.used)} if exemptions.given else {}
    return json.dumps(
        {
            "lines": stats.lines,
            "bytes_in": stats.bytes_in,
            "bytes_out": stats.bytes_out,
            "findings": dict(_by_count(stats)),
            "dropped": stats.dropped,
            "withheld": stats.withheld,
            **let_pass,
            "engine": engine,
            "seconds": round(seconds, 3),
        }
    )


def stats_as_text(stats: Stats, exemptions: Exemptions, *, engine: str, seconds: float) -> str:
    """Write *stats* as a table: rule and count, the most frequent first."""
    rows = _by_count(stats)
    width = max((len(rule) for rule, _ in rows), default=0)
    total = sum(count for _, count in rows)
    head = (
        f"{stats.lines:,} lines, {stats.bytes_in:,} bytes in, {stats.bytes_out:,} bytes out, "
        f"{total:,} findings, {seconds:.1f} s, engine {engine}"
    )
    lines = [head, *(f"  {rule:<{width}}  {count:>9,}" for rule, count in rows)]
    if stats.dropped:
        lines.append(f"  {stats.dropped:,} lines dropped by their rule's action")
    if stats.withheld:
        lines.append(f"  {stats.withheld:,} lines withheld")
    passed = sum(exemptions.used)
    if passed:
        lines.append(f"  {passed:,} findings let pass by exceptions")
    lines += [f"  {line}" for line in unused_exceptions(exemptions)]
    return "\n".join(lines)


def _by_count(stats: Stats) -> list[tuple[str, int]]:
    return sorted(stats.findings.items(), key=lambda item: (-item[1], item[0]))
