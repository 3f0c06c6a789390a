"""
A report as annotations of GitHub Actions, one command a line.

The form is that of https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.leakage.report.as_text import counted, summary
from redactor.leakage.report.visible import visible

if TYPE_CHECKING:
    from redactor.leakage.leaks import Leak, Report

__all__ = ["write"]

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}


def write(report: Report) -> str:
    """Return *report* as annotations of the lines that leak, and the summary as a notice."""
    lines = [_annotation(leak, count) for leak, count in report.grouped]
    lines += [f"::warning title=redactor::{_message(visible(text))}" for text in report.trouble]
    lines += [f"::notice title=redactor::{_message(visible(text))}" for text in report.notes]
    lines.append(f"::notice title=redactor::{_message(summary(report))}")
    return "\n".join(lines) + "\n"


def _annotation(leak: Leak, count: int) -> str:
    where = {}
    if leak.site.path:
        where["file"] = leak.site.path
    if leak.site.line:
        where["line"] = str(leak.site.line)
    through = "leaks" if leak.exit == "file" else f"through {leak.exit}"
    where["title"] = f"{leak.rule} {through}"
    properties = ",".join(f"{name}={_property(visible(text))}" for name, text in where.items())
    told = [leak.summary or leak.rule]
    if leak.canary:
        told.append(f"canary {leak.canary}")
    if leak.field:
        told.append(f"field {leak.field}")
    if leak.logger:
        told.append(f"logged by {leak.logger}")
    told.append(f"seen {counted(count, 'time')}")
    text = visible(", ".join(told)) + "."
    if leak.test:
        text += f"\ntest {visible(leak.test)}"
    if leak.sample:
        text += f"\n{visible(leak.sample)}"
    return f"::{_LEVELS[leak.severity]} {properties}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
