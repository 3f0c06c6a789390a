"""The plots of docs/quality.md, each in a light and a dark form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from bench.quality.corpus import CLASSES
from bench.quality.summary import by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bench.quality.ours import Run

__all__ = ["Theme", "bars", "themes", "write"]


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
    """

    name: str
    surface: str
    ink: str
    quiet: str
    good: str
    ramp: tuple[str, ...]
    series: tuple[str, ...]


themes = (
    Theme(
        "light",
        "#ffffff",
        "#1f2328",
        "#59636e",
        "#e6f2ea",
        ("#fff1d6", "#fbd9a0", "#f5b26b", "#e5813f", "#c4491d"),
        ("#2563a8", "#c4491d"),
    ),
    Theme(
        "dark",
        "#0d1117",
        "#e6edf3",
        "#9198a1",
        "#12291c",
        ("#3a2f16", "#5a3f17", "#84521b", "#b0601f", "#e07a3a"),
        ("#5aa2ec", "#e07a3a"),
    ),
)
_STEPS = (0.01, 0.05, 0.2, 0.5)
_FONT = "font-family='system-ui,-apple-system,Segoe UI,sans-serif'"


def write(run: Run, peers: dict[str, Any] | None, folder: Path) -> None:
    """Write the plots of *run*, and of the results of the *peers* if there are any, to *folder*."""
    for theme in themes:
        if peers is not None:
            (folder / f"quality-peers-{theme.name}.svg").write_text(_peers(peers, theme))
        (folder / f"quality-contexts-{theme.name}.svg").write_text(_contexts(run, theme))
        (folder / f"quality-alarms-{theme.name}.svg").write_text(_alarms(run, theme))


def _text(
    x: float, y: float, text: str, colour: str, *, size: int = 12, anchor: str = "start"
) -> str:
    return (
        f"<text x='{x:g}' y='{y:g}' font-size='{size}' fill='{colour}' text-anchor='{anchor}'>"
        f"{escape(text)}</text>"
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' rx='2' fill='{colour}'/>"
    )


def _svg(width: int, height: int, title: str, theme: Theme, parts: list[str]) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}' role='img' {_FONT}><title>{escape(title)}</title>\n"
        + _box(0, 0, width, height, theme.surface)
        + "\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _contexts(run: Run, theme: Theme) -> str:
    title = "Share of secrets missed, by context and class"
    classes = [name for name in CLASSES if name in run.classes.values()]
    cells = by(run, lambda rule, context: f"{context}\n{run.classes[rule]}")
    rows = sorted(
        by(run, lambda _, context: context).items(), key=lambda item: (item[1].recall, item[0])
    )
    left, top, wide, high = 160, 92, 84, 18
    parts = [_text(12, 24, title, theme.ink, size=15)]
    parts.append(
        _text(
            12, 44, "in percent of the records; empty: such secrets do not stand there", theme.quiet
        )
    )
    for column, name in enumerate(classes):
        words = name.split(" ", 1)
        x = left + column * wide + wide / 2
        for row, word in enumerate(words):
            parts.append(_text(x, top - 24 + 14 * row, word, theme.quiet, size=11, anchor="middle"))
    for row, (context, _) in enumerate(rows):
        y = top + row * high
        parts.append(_text(left - 8, y + 13, context, theme.ink, size=11, anchor="end"))
        for column, name in enumerate(classes):
            tally = cells.get(f"{context}\n{name}")
            if tally is None:
                continue
            missed = 1 - tally.recall
            colour = theme.good if not missed else theme.ramp[sum(missed > step for step in _STEPS)]
            x = left + column * wide
            parts.append(_box(x + 1, y + 1, wide - 2, high - 2, colour))
            label = "0" if not missed else f"{missed * 100:.1f}"
            parts.append(_text(x + wide / 2, y + 13, label, theme.ink, size=10, anchor="middle"))
    width = left + wide * len(classes) + 16
    return _svg(width, top + high * len(rows) + 14, title, theme, parts)


def _alarms(run: Run, theme: Theme) -> str:
    kinds = {kind: alarms for (preset, kind), alarms in run.alarms.items() if preset == "standard"}
    values = {
        kind: (len(alarms.hit) / alarms.lines * 1000,)
        for kind, alarms in sorted(kinds.items(), key=lambda item: (-len(item[1].hit), item[0]))
    }
    return bars(
        "False alarms by kind of look-alike line",
        "lines in a thousand that lose something, preset standard",
        values,
        (),
        theme,
        "{:.1f}",
    )


def _peers(document: dict[str, Any], theme: Theme) -> str:
    values = {}
    for name, peer in document["peers"].items():
        cells = [cell for class_, cell in peer["found"].items() if class_ != "personal"]
        found, total = (sum(column) for column in zip(*cells, strict=True))
        values[name] = (100 * (1 - found / total), 100 * peer["damaged"] / document["lines"])
    return bars(
        "Beside what people would use instead",
        "percent; personal data is left out of both",
        values,
        ("secrets that got through", "look-alike lines damaged"),
        theme,
        "{:.1f}",
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
    parts = [_text(12, 24, title, theme.ink, size=15), _text(12, 44, subtitle, theme.quiet)]
    for place, name in enumerate(series):
        x = 12 + 230 * place
        parts += [_box(x, 54, 11, 11, theme.series[place]), _text(x + 17, 64, name, theme.quiet)]
    for row, (name, row_values) in enumerate(values.items()):
        y = top + row * step
        parts.append(_text(left - 8, y + step / 2, name, theme.ink, size=11, anchor="end"))
        for place, value in enumerate(row_values):
            width = max(1, value / most * room)
            at = y + place * high
            parts.append(_box(left, at, width, high - 1, theme.series[place % len(theme.series)]))
            parts.append(_text(left + width + 6, at + 9, label.format(value), theme.quiet, size=10))
    return _svg(left + room + 70, top + step * len(values) + 10, title, theme, parts)
