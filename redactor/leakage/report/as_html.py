"""
A report as one page for a browser.

All that it needs is in it: style, script and plots. A policy in it forbids the browser to load or
run anything else, whatever a log has brought into the page.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from redactor.leakage.leaks import grouped
from redactor.leakage.report.as_text import counted
from redactor.leakage.report.page.cards import card
from redactor.leakage.report.page.plots import plot, severities
from redactor.leakage.report.page.text import bytes_of, duration_of, shown, time_of
from redactor.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.leakage.leaks import Leak, Report

__all__ = ["write"]

#: Leaks of which the page has a card; with more of them nobody reads it to the end.
_CARDS = 1000
_LISTED = 200
_OPTION = 50


def write(report: Report) -> str:
    """Return *report* as an HTML document."""
    leaks = report.grouped
    style, script = _part("style.css"), _part("script.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    body = "".join(
        (
            _head(report),
            '<main id="main">',
            _verdict(report, leaks),
            _plots(leaks),
            _leaks(leaks),
            _passed(report),
            _list("Trouble", "Could not be looked at:", report.trouble),
            _list("Notes", "", report.notes),
            _list("Looked at", "", report.sources),
            "</main>",
            _foot(report),
        )
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{_title(report)} · redactor</title>"
        f"<style>{style}</style></head><body>{body}<script>{script}</script></body></html>\n"
    )


@cache
def _part(name: str) -> str:
    return resources.files(f"{__package__}.page").joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _title(report: Report) -> str:
    seen = sum(leak.count for leak in report.leaks)
    return counted(seen, "leak") if seen else "No leaks"


def _head(report: Report) -> str:
    told = [f"{shown(report.tool)} {shown(report.version)}"]
    if report.engine:
        told.append(f"{shown(report.engine)} engine")
    if report.started:
        machine, human = time_of(report.started)
        told.append(f'<time datetime="{machine}">{human}</time>')
    return (
        '<a class="skip" href="#main">Skip to the report</a>'
        '<header class="top"><div><h1>Leakage report</h1>'
        f"<p>{' · '.join(told)}</p></div>"
        '<button type="button" id="theme" hidden>Theme: automatic</button></header>'
    )


def _verdict(report: Report, leaks: list[tuple[Leak, int]]) -> str:
    passed = not leaks and not report.trouble
    if leaks:
        what = f"{_title(report)} in {counted(len(leaks), 'place')}"
    else:
        what = "No leaks were found" + (", but not everything was looked at" if not passed else "")
    figures = {
        "Rules that hit": f"{len({leak.rule for leak, _ in leaks}):,}",
        "Records looked at": f"{report.records:,}",
        "Bytes looked at": bytes_of(report.bytes) if report.bytes else "",
        "Took": duration_of(report.seconds) if report.seconds else "",
        "In the baseline": f"{sum(leak.count for leak in report.known):,}" if report.known else "",
        "Allowed": f"{sum(leak.count for leak, _ in report.allowed):,}" if report.allowed else "",
        "Trouble": f"{len(report.trouble):,}" if report.trouble else "",
    }
    tiles = "".join(
        f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in figures.items() if text
    )
    return (
        f'<section class="verdict {"good" if passed else "bad"}" aria-labelledby="verdict">'
        f'<h2 id="verdict">{what}</h2>{severities(leaks) if leaks else ""}'
        f'<dl class="figures">{tiles}</dl></section>'
    )


def _plots(leaks: list[tuple[Leak, int]]) -> str:
    if not leaks:
        return ""
    exits = {leak.exit for leak, _ in leaks}
    files = exits == {"file"}
    plots = [
        plot("By rule", "rule", leaks, lambda leak: leak.rule),
        plot(
            "By file" if files else "By call site",
            "path" if files else "place",
            leaks,
            lambda leak: leak.site.path if files else str(leak.site),
        ),
    ]
    if not files:
        plots.append(plot("By exit", "exit", leaks, lambda leak: leak.exit))
    told = [(leak, count) for leak, count in leaks if leak.logger]
    if told:
        plots.append(
            plot("By logger, where the log says", "logger", told, lambda leak: leak.logger)
        )
    return (
        '<section aria-labelledby="plots"><h2 id="plots">Where they come from</h2>'
        f'<div class="plots">{"".join(plots)}</div></section>'
    )


def _leaks(leaks: list[tuple[Leak, int]]) -> str:
    if not leaks:
        return ""
    cards = "".join(card(leak, count) for leak, count in leaks[:_CARDS])
    rest = len(leaks) - _CARDS
    more = (
        f"<p>{counted(rest, 'place')} more: the report as JSON has all of them.</p>"
        if rest > 0
        else ""
    )
    return (
        '<section aria-labelledby="leaks"><h2 id="leaks">Leaks</h2>'
        f'{_filters(leaks)}<ol class="leaks" id="list" role="list">{cards}</ol>{more}</section>'
    )


def _filters(leaks: list[tuple[Leak, int]]) -> str:
    rules = sorted({leak.rule for leak, _ in leaks})
    exits = sorted({leak.exit for leak, _ in leaks})
    levels = [level for level in SEVERITIES if any(leak.severity == level for leak, _ in leaks)]
    exit_choice = _choice("exit", "Exit", exits) if len(exits) > 1 else ""
    return (
        '<form id="filters" role="search" aria-label="Leaks" hidden>'
        '<label class="wide">Search<input type="search" id="search" autocomplete="off" '
        'placeholder="rule, file, field, text …"></label>'
        f"{_choice('rule', 'Rule', rules)}{exit_choice}{_choice('severity', 'Severity', levels)}"
        '<label>Order<select id="order"><option value="rank">most severe</option>'
        '<option value="count">most frequent</option><option value="place">place</option></select>'
        '</label><button type="reset">Clear</button>'
        '<p id="chosen" hidden><span></span> <button type="button" id="unchoose">Show all</button>'
        '</p><p id="shown" role="status"></p></form>'
    )


def _choice(key: str, label: str, values: Iterable[str]) -> str:
    offered = "".join(
        f'<option value="{shown(value)}">{shown(value, _OPTION)}</option>' for value in values
    )
    return (
        f'<label>{label}<select data-key="{key}"><option value="">all</option>{offered}</select>'
        "</label>"
    )


def _passed(report: Report) -> str:
    sections: list[str] = []
    if report.known:
        cards = "".join(card(leak, count) for leak, count in grouped(report.known)[:_LISTED])
        sections.append(_folded("In the baseline", len(report.known), cards))
    if report.allowed:
        cards = "".join(
            card(leak, leak.count, note=f" <em>Allowed: {shown(reason)}</em>")
            for leak, reason in report.allowed[:_LISTED]
        )
        sections.append(_folded("Allowed", len(report.allowed), cards))
    return "".join(sections)


def _folded(title: str, count: int, cards: str) -> str:
    name = title.lower().replace(" ", "-")
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2><details>'
        f"<summary>{counted(count, 'leak')} let pass</summary>"
        f'<ol class="leaks" role="list">{cards}</ol></details></section>'
    )


def _list(title: str, lead: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    name = title.lower().replace(" ", "-")
    items = "".join(f"<li>{shown(line)}</li>" for line in lines[:_LISTED])
    rest = len(lines) - _LISTED
    more = f"<p>{rest:,} more.</p>" if rest > 0 else ""
    listed = f'<ul class="plain">{items}</ul>{more}'
    if title == "Looked at" and len(lines) > 12:
        listed = f"<details><summary>{counted(len(lines), 'file')}</summary>{listed}</details>"
    lead = f"<p>{lead}</p>" if lead else ""
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{lead}{listed}</section>'


def _foot(report: Report) -> str:
    return (
        "<footer><p>No secret is in this page. Samples are redacted; fingerprints are keyed and "
        "say only which leaks are of the same secret.</p>"
        f"<p>{shown(report.tool)} {shown(report.version)}</p></footer>"
    )
