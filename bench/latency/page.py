"""The tables and plots of the scenes, for the terminal and for docs/latency.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.drawing import dots, themes
from bench.histogram import Histogram
from bench.latency.scenes import FUNCTIONS, SCENES, SIZES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.drawing import Theme

__all__ = ["tables", "write"]

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_PAGE = _DOCS / "latency.md"
_BEGIN, _END = "<!-- latency: begin -->", "<!-- latency: end -->"
#: The shares of the table, and how many times each needs to say anything.
_SHARES = {0.5: 2, 0.99: 200, 0.999: 2_000, 0.9999: 20_000}
#: A call this long has met something: nanoseconds.
_INTERRUPTED = 10_000
#: A call this long waited for the interpreter or the processor: nanoseconds.
_WAITED = 1_000_000


def write(document: dict[str, Any]) -> None:
    """Write the plots, and the tables into the page between its marks."""
    for theme in themes:
        for size in SIZES:
            slug = size.lower().replace(" ", "")
            path = _DOCS / f"latency-{slug}-{theme.name}.svg"
            path.write_text(_plot(document, size, theme), encoding="utf-8")
    page = _PAGE.read_text(encoding="utf-8")
    before, after = page.split(_BEGIN)[0], page.split(_END)[1]
    body = "\n".join(_body(document))
    _PAGE.write_text(f"{before}{_BEGIN}\n\n{body}\n\n{_END}{after}", encoding="utf-8")


def _plot(document: dict[str, Any], size: str, theme: Theme) -> str:
    values: dict[str, tuple[float | None, ...]] = {}
    for scene in SCENES:
        for name in FUNCTIONS:
            if name == "empty":
                continue
            histogram = Histogram.from_json(document["scenes"][scene][size][name])
            values[f"{scene}: {name}"] = tuple(
                _at(histogram, share) for share in (0.5, 0.999, 0.9999)
            )
    return dots(
        f"One call on a text of {size}",
        "microseconds, left is better; each mark is ten times the one before",
        values,
        ("p50", "p99.9", "p99.99"),
        theme,
        "{:,.3g}",
    )


def _body(document: dict[str, Any]) -> Iterable[str]:
    yield f"{document['machine']}."
    if document["glance"]:
        yield ""
        yield "**These figures are of a glance (`--quick`) at a busy machine:"
        yield "they are there to be replaced, and not to be compared.**"
    for size in SIZES:
        slug = size.lower().replace(" ", "")
        yield ""
        yield f"### Texts of {size}"
        yield ""
        yield (
            "<picture>\n"
            f'<source media="(prefers-color-scheme: dark)" srcset="latency-{slug}-dark.svg">\n'
            f'<img alt="Latency of one call on {size}, by scene" src="latency-{slug}-light.svg">\n'
            "</picture>"
        )
        yield ""
        yield from _table(document, size)


def tables(document: dict[str, Any]) -> list[str]:
    """Return the tables as lines of Markdown, one for each size."""
    out: list[str] = []
    for size in SIZES:
        out += ["", f"Texts of {size}", "", *_table(document, size)]
    return out


def _table(document: dict[str, Any], size: str) -> Iterable[str]:
    yield (
        "| beside | call | calls | p50 | p99 | p99.9 | p99.99 "
        "| over 10 us, in a second of own time | over 1 ms, in a second of own time |"
    )
    yield "|" + "---|" * 9
    for scene in SCENES:
        for name in FUNCTIONS:
            histogram = Histogram.from_json(document["scenes"][scene][size][name])
            cells = [_shown(_at(histogram, share)) for share in _SHARES]
            yield (
                f"| {scene} | {name} | {histogram.count:,} | {' | '.join(cells)} "
                f"| {_rate(histogram, _INTERRUPTED)} | {_rate(histogram, _WAITED)} |"
            )


def _at(histogram: Histogram, share: float) -> float | None:
    """Return a percentile in microseconds; nothing where there are too few calls for it."""
    if histogram.count < _SHARES[share]:
        return None
    return histogram.percentile(share) / 1000


def _shown(microseconds: float | None) -> str:
    return "-" if microseconds is None else f"{microseconds:,.3g}"


def _rate(histogram: Histogram, limit: int) -> str:
    """Return how many calls over *limit* there are in a second that the function itself took."""
    middle = histogram.percentile(0.5)
    if middle > limit / 2:
        return "-"
    seconds = histogram.count * middle / 1e9
    return f"{histogram.share_above(limit) * histogram.count / seconds:,.0f}"
