"""The plots of docs/quality.md, each in a light and a dark form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.drawing import Theme, bars, box, svg, text, themes
from bench.quality.corpus import CLASSES
from bench.quality.summary import by

if TYPE_CHECKING:
    from pathlib import Path

    from bench.quality.ours import Run

__all__ = ["write"]


_STEPS = (0.01, 0.05, 0.2, 0.5)


def write(run: Run, peers: dict[str, Any] | None, folder: Path) -> None:
    """Write the plots of *run*, and of the results of the *peers* if there are any, to *folder*."""
    for theme in themes:
        if peers is not None:
            (folder / f"quality-peers-{theme.name}.svg").write_text(_peers(peers, theme))
        (folder / f"quality-contexts-{theme.name}.svg").write_text(_contexts(run, theme))
        (folder / f"quality-alarms-{theme.name}.svg").write_text(_alarms(run, theme))


def _contexts(run: Run, theme: Theme) -> str:
    title = "Share of secrets missed, by context and class"
    classes = [name for name in CLASSES if name in run.classes.values()]
    cells = by(run, lambda rule, context: f"{context}\n{run.classes[rule]}")
    rows = sorted(
        by(run, lambda _, context: context).items(), key=lambda item: (item[1].recall, item[0])
    )
    left, top, wide, high = 160, 92, 84, 18
    parts = [text(12, 24, title, theme.ink, size=15)]
    parts.append(
        text(
            12, 44, "in percent of the records; empty: such secrets do not stand there", theme.quiet
        )
    )
    for column, name in enumerate(classes):
        words = name.split(" ", 1)
        x = left + column * wide + wide / 2
        for row, word in enumerate(words):
            parts.append(text(x, top - 24 + 14 * row, word, theme.quiet, size=11, anchor="middle"))
    for row, (context, _) in enumerate(rows):
        y = top + row * high
        parts.append(text(left - 8, y + 13, context, theme.ink, size=11, anchor="end"))
        for column, name in enumerate(classes):
            tally = cells.get(f"{context}\n{name}")
            if tally is None:
                continue
            missed = 1 - tally.recall
            colour = theme.good if not missed else theme.ramp[sum(missed > step for step in _STEPS)]
            x = left + column * wide
            parts.append(box(x + 1, y + 1, wide - 2, high - 2, colour))
            label = "0" if not missed else f"{missed * 100:.1f}"
            parts.append(text(x + wide / 2, y + 13, label, theme.ink, size=10, anchor="middle"))
    width = left + wide * len(classes) + 16
    return svg(width, top + high * len(rows) + 14, title, theme, parts)


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
