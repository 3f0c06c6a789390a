"""How plots are drawn: SVG text, each in a light and a dark form."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Theme", "bars", "box", "dots", "line", "svg", "text", "themes"]

_FONT = "font-family='system-ui,-apple-system,Segoe UI,sans-serif'"


class Theme(NamedTuple):
    """
    Colours of a plot.

    Attributes:
        name: ``light`` or ``dark``, the end of the file's name.
        surface: Behind everything.
        ink: Text.
        quiet: Text of less weight, lines.
        good: Nothing is missed.
        ramp: From a little missed to everything.
        series: Colours of bars, in order.
        grid: Lines behind everything.
    """

    name: str
    surface: str
    ink: str
    quiet: str
    good: str
    ramp: tuple[str, ...]
    series: tuple[str, ...]
    grid: str


themes = (
    Theme(
        "light",
        "#ffffff",
        "#1f2328",
        "#59636e",
        "#e6f2ea",
        ("#fff1d6", "#fbd9a0", "#f5b26b", "#e5813f", "#c4491d"),
        ("#2563a8", "#c4491d", "#7a4fb5"),
        "#e3e6ea",
    ),
    Theme(
        "dark",
        "#0d1117",
        "#e6edf3",
        "#9198a1",
        "#12291c",
        ("#3a2f16", "#5a3f17", "#84521b", "#b0601f", "#e07a3a"),
        ("#5aa2ec", "#e07a3a", "#b596ea"),
        "#262c36",
    ),
)


def text(
    x: float, y: float, words: str, colour: str, *, size: int = 12, anchor: str = "start"
) -> str:
    """Return *words* with their foot at *y*."""
    return (
        f"<text x='{x:g}' y='{y:g}' font-size='{size}' fill='{colour}' text-anchor='{anchor}'>"
        f"{escape(words)}</text>"
    )


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """Return a filled box."""
    return (
        f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' rx='2' fill='{colour}'/>"
    )


def svg(width: int, height: int, title: str, theme: Theme, parts: list[str]) -> str:
    """Return the whole picture."""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}' role='img' {_FONT}><title>{escape(title)}</title>\n"
        + box(0, 0, width, height, theme.surface)
        + "\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def bars(
    title: str,
    subtitle: str,
    values: Mapping[str, tuple[float, ...]],
    series: tuple[str, ...],
    theme: Theme,
    label: str,
) -> str:
    """
    Draw horizontal bars.

    Args:
        title: What is shown.
        subtitle: The unit.
        values: Name of each row to one value for each series.
        series: Names of the series; empty when there is one.
        theme: The colours.
        label: The format of a value.
    """
    left, top, high = 190, 62 + (18 if series else 0), 11
    rows = len(next(iter(values.values()), ()))
    step = high * rows + 8
    most = max((value for row in values.values() for value in row), default=0) or 1
    room = 470
    parts = [text(12, 24, title, theme.ink, size=15), text(12, 44, subtitle, theme.quiet)]
    for place, name in enumerate(series):
        x = 12 + 230 * place
        parts += [box(x, 54, 11, 11, theme.series[place]), text(x + 17, 64, name, theme.quiet)]
    for row, (name, row_values) in enumerate(values.items()):
        y = top + row * step
        parts.append(text(left - 8, y + step / 2, name, theme.ink, size=11, anchor="end"))
        for place, value in enumerate(row_values):
            width = max(1, value / most * room)
            at = y + place * high
            parts.append(box(left, at, width, high - 1, theme.series[place % len(theme.series)]))
            parts.append(text(left + width + 6, at + 9, label.format(value), theme.quiet, size=10))
    return svg(left + room + 70, top + step * len(values) + 10, title, theme, parts)


def line(x: float, y: float, x2: float, y2: float, colour: str, *, wide: float = 1) -> str:
    """Return a line from one point to another."""
    return (
        f"<line x1='{x:g}' y1='{y:g}' x2='{x2:g}' y2='{y2:g}' stroke='{colour}' "
        f"stroke-width='{wide:g}'/>"
    )


def dots(
    title: str,
    subtitle: str,
    values: Mapping[str, tuple[float | None, ...]],
    series: tuple[str, ...],
    theme: Theme,
    label: str,
) -> str:
    """
    Draw a row of dots for each name, on a scale where each decade has the same room.

    Args:
        title: What is shown.
        subtitle: The unit.
        values: Name of each row to one value for each series; ``None`` where there is none.
        series: Names of the series.
        theme: The colours.
        label: The format of a value.
    """
    left, top, step, room = 190, 96, 24, 520
    flat = [value for row in values.values() for value in row if value]
    low, high = math.floor(math.log10(min(flat))), math.ceil(math.log10(max(flat)))
    high = max(high, low + 1)

    def place(value: float) -> float:
        return left + (math.log10(value) - low) / (high - low) * room

    bottom = top + step * len(values)
    parts = [text(12, 24, title, theme.ink, size=15), text(12, 44, subtitle, theme.quiet)]
    for number, name in enumerate(series):
        x = 12 + 150 * number
        parts.append(f"<circle cx='{x + 5}' cy='60' r='5' fill='{theme.series[number]}'/>")
        parts.append(text(x + 17, 64, name, theme.quiet))
    for decade in range(low, high + 1):
        mark = place(10.0**decade)
        parts.append(line(mark, top - 6, mark, bottom, theme.grid))
        parts.append(
            text(mark, top - 12, f"{10.0**decade:,g}", theme.quiet, size=10, anchor="middle")
        )
    for row, (name, found) in enumerate(values.items()):
        y = top + step * row + step / 2
        parts.append(text(left - 10, y + 4, name, theme.ink, size=11, anchor="end"))
        known = [value for value in found if value]
        if known:
            parts.append(line(place(min(known)), y, place(max(known)), y, theme.quiet, wide=1.5))
        for number, value in enumerate(found):
            if value:
                colour = theme.series[number]
                words = f"{series[number]}: {label.format(value)}"
                parts.append(
                    f"<circle cx='{place(value):.1f}' cy='{y:g}' r='5' fill='{colour}'>"
                    f"<title>{escape(words)}</title></circle>"
                )
        if known:
            words = " / ".join(label.format(value) if value else "-" for value in found)
            parts.append(text(left + room + 14, y + 4, words, theme.quiet, size=10))
    return svg(left + room + 170, bottom + 14, title, theme, parts)
