"""A report for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.leakage.leaks import Leak, Report

__all__ = ["counted", "leak_lines", "summary", "write"]

_SEVERE = ("critical", "high")


def write(report: Report, paint: Callable[[str, str], str] = lambda _colour, text: text) -> str:
    """
    Return *report* as lines of text.

    Args:
        report: What a run found.
        paint: Gets the name of a colour and a text, returns the text in that colour.
    """
    from redactor.leakage.report.visible import visible

    lines: list[str] = []
    for leak, count in report.grouped:
        lines += leak_lines(leak, count, paint)
    lines += [paint("yellow", visible(f"trouble: {trouble}")) for trouble in report.trouble]
    lines += [visible(f"note: {note}") for note in report.notes]
    lines.append(paint("red" if report.leaks else "green", summary(report)))
    return "\n".join(lines) + "\n"


def leak_lines(
    leak: Leak, count: int, paint: Callable[[str, str], str] = lambda _colour, text: text
) -> Iterator[str]:
    """Yield what there is to say about a leak that was seen *count* times."""
    # The last line of a run that leaks nothing does without.
    from redactor.leakage.report.visible import visible

    colour = "red" if leak.severity in _SEVERE else "yellow"
    where = str(leak.site) if leak.site.path else "unknown place"
    if leak.site.function:
        where += f" in {leak.site.function}"
    through = "" if leak.exit == "file" else f" through {leak.exit}"
    often = f", {count:,} times" if count > 1 else ""
    rule = paint(colour, visible(leak.rule))
    yield f"{visible(where)}: {rule}{visible(through)} ({leak.severity}{often})"
    told = [leak.summary] if leak.summary else []
    if leak.canary and not leak.summary.endswith(leak.canary):
        told.append(f"canary {leak.canary}")
    if leak.field:
        told.append(f"field {leak.field}")
    if leak.origin.path:
        told.append(f"in {leak.origin}, which it called")
    if leak.logger:
        told.append(f"logged by {leak.logger}")
    if leak.length:
        told.append(counted(leak.length, "character"))
    if leak.fingerprint:
        told.append(f"fingerprint {leak.fingerprint}")
    if leak.test:
        told.append(f"test {leak.test}")
    if told:
        yield f"    {visible('; '.join(told))}"
    if leak.sample:
        # Never at the start of a line, where CI servers look for commands.
        yield f"    | {visible(leak.sample)}"


def summary(report: Report) -> str:
    """Return the one line that a run ends with."""
    seen = sum(leak.count for leak in report.leaks)
    leaks = f"{counted(seen, 'leak')} in {counted(len(report.grouped), 'place')}"
    known = sum(leak.count for leak in report.known)
    allowed = sum(leak.count for leak, _ in report.allowed)
    more = [
        text
        for text in (
            f"{known:,} in the baseline" if known else "",
            f"{allowed:,} allowed" if allowed else "",
            f"trouble with {counted(len(report.trouble), 'input')}" if report.trouble else "",
        )
        if text
    ]
    looked = f"{counted(report.records, 'record')} looked at"
    if report.bytes:
        looked += f" ({report.bytes / 1e6:,.1f} MB)"
    return "; ".join([leaks if report.leaks else "no leaks", *more, looked])


def counted(number: int, word: str) -> str:
    """Return *number* and *word*, in the plural where it is due."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
