"""Plots: bars that show how often what leaked, in inline SVG beside their numbers in text."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from redactor.leakage.report.page.text import shown, shown_tail
from redactor.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redactor.leakage.leaks import Leak

__all__ = ["plot", "severities"]

#: Bars of one plot; the rest is summed up in one more.
_BARS = 10
_LABEL = 60


def plot(
    title: str, key: str, leaks: Sequence[tuple[Leak, int]], name_of: Callable[[Leak], str]
) -> str:
    """
    Return a figure with a bar for each name, the longest first, coloured by severity.

    Args:
        title: Its heading.
        key: What the page's filter calls what *name_of* returns; empty for a figure to look at.
        leaks: Leaks, and how often each was seen.
        name_of: What a leak is counted under.
    """
    totals: Counter[str] = Counter()
    by_severity: Counter[tuple[str, str]] = Counter()
    for leak, count in leaks:
        name = name_of(leak)
        totals[name] += count
        by_severity[name, leak.severity] += count
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    most = ranked[0][1] if ranked else 1
    folder = _common_folder([name for name, _ in ranked])
    if folder:
        title += f", below {folder}"
    rows = [
        _row(
            key,
            name,
            name[len(folder) :],
            total,
            most,
            {level: by_severity[name, level] for level in SEVERITIES},
        )
        for name, total in ranked[:_BARS]
    ]
    rest = ranked[_BARS:]
    if rest:
        total = sum(count for _, count in rest)
        label = f"{len(rest):,} more"
        rows.append(f'<li><span class="label">{label}</span><i></i><b>{total:,}</b></li>')
    return (
        f'<figure><figcaption>{shown(title)}</figcaption><ul class="bars" role="list">'
        f"{''.join(rows)}</ul></figure>"
    )


def _row(key: str, name: str, label: str, total: int, most: int, parts: Mapping[Any, int]) -> str:
    label = shown_tail(label, _LABEL)
    value = f' data-filter="{key}" data-value="{shown(name)}"' if key else ""
    return (
        f'<li><span class="label" title="{shown(name)}"{value}>{label}</span>'
        f"{_bar(parts, most)}<b>{total:,}</b></li>"
    )


def _common_folder(names: list[str]) -> str:
    """Return the folder that all of *names* are in, with its slash; empty where there is none."""
    if len(names) < 2:
        return ""
    common = os.path.commonprefix(names)  # noqa: RUF071  # cut at a slash, right below
    return common[: common.rfind("/") + 1]


def severities(leaks: Sequence[tuple[Leak, int]]) -> str:
    """Return one bar of all leaks by severity, and its legend."""
    parts = {
        level: sum(count for leak, count in leaks if leak.severity == level) for level in SEVERITIES
    }
    legend = "".join(
        f'<li><span class="dot {level}" aria-hidden="true"></span>{level} <b>{count:,}</b></li>'
        for level, count in parts.items()
        if count
    )
    total = sum(parts.values())
    return f'<div class="severities">{_bar(parts, total)}<ul role="list">{legend}</ul></div>'


def _bar(parts: Mapping[Any, int], most: int) -> str:
    rects: list[str] = []
    at = 0.0
    for level, count in parts.items():
        if count:
            width = max(100 * count / most, 0.5)
            rects.append(
                f'<rect class="{level}" x="{at:.2f}" y="0" width="{width:.2f}" height="10"/>'
            )
            at += width
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(rects)}</svg>'
    )
