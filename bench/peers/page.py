"""The table and the plots of a run, for the terminal and for docs/peers.md."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.drawing import bars, dots, themes
from bench.peers.catalogue import KEYS, PEERS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["table", "write", "write_plots"]

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_PAGE = _DOCS / "peers.md"
_BEGIN, _END = "<!-- peers: begin -->", "<!-- peers: end -->"
_GLANCE = (
    "**These figures are of a glance (`--quick`) at a machine that was busy with other work: they "
    "are there to be replaced, and not to be compared.**"
)
#: A percentile of fewer times says nothing.
_LEAST = 2000


def write(document: dict[str, Any]) -> None:
    """Write the plots, and the tables into the page between its marks."""
    write_plots(document, _DOCS)
    page = _PAGE.read_text(encoding="utf-8")
    before, after = page.split(_BEGIN)[0], page.split(_END)[1]
    body = "\n".join(_body(document))
    _PAGE.write_text(f"{before}{_BEGIN}\n\n{body}\n\n{_END}{after}", encoding="utf-8")


def write_plots(document: dict[str, Any], folder: Path) -> None:
    """Write the plots to *folder*, each in a light and a dark form."""
    peers = document["peers"]
    calls: dict[str, tuple[float | None, ...]] = {
        name: (
            peer["calls"]["clean"]["p50"],
            peer["calls"]["dense"]["p50"],
            _tail(peer["calls"]["clean"]),
        )
        for name, peer in peers.items()
        if "calls" in peer
    }
    filters: dict[str, tuple[float, ...]] = {
        name: tuple(peer["filter"][workload] for workload in ("clean", "sparse", "dense"))
        for name, peer in peers.items()
        if "filter" in peer
    }
    through = {
        name: (
            100 * peer["through"]["through"] / peer["through"]["records"],
            100 * peer["through"]["damaged"] / peer["through"]["lines"],
        )
        for name, peer in peers.items()
        if "records" in peer.get("through", {})
    }
    for theme in themes:
        pictures = {
            "calls": dots(
                "One call on a line of 300 bytes",
                "microseconds, left is better; each mark is ten times the one before",
                {name: calls[name] for name in sorted(calls, key=lambda name: calls[name][0] or 0)},
                ("clean, p50", "dense, p50", "clean, p99.9"),
                theme,
                "{:,.3g}",
            ),
            "through": bars(
                "What gets through, and what is damaged",
                "percent; personal data is left out",
                through,
                ("planted secrets that got through", "clean lines changed"),
                theme,
                "{:.1f}",
            ),
        }
        if filters:
            pictures["filters"] = dots(
                "As a filter of lines, from one pipe to another",
                "MB/s, right is better; each mark is ten times the one before",
                {
                    name: filters[name]
                    for name in sorted(filters, key=lambda name: -filters[name][0])
                },
                ("clean", "1 % dense", "dense"),
                theme,
                "{:,.3g}",
            )
        for name, picture in pictures.items():
            path = folder / f"peers-{name}-{theme.name}.svg"
            path.write_text(picture, encoding="utf-8")


def _body(document: dict[str, Any]) -> Iterable[str]:
    yield textwrap.fill(
        f"{document['machine']}; {document['rounds']} rounds. Peers from their registries on the "
        "day of the run, with their versions in the table.",
        100,
    )
    if document["glance"]:
        yield ""
        yield from textwrap.wrap(_GLANCE, 100)
    for name, words in (
        ("calls", "Time of one call, by peer"),
        ("filters", "Speed as a filter, by peer"),
        ("through", "What gets through and what is damaged, by peer"),
    ):
        if name == "filters" and not _filtered(document):
            continue
        yield ""
        yield (
            "<picture>\n"
            f'<source media="(prefers-color-scheme: dark)" srcset="peers-{name}-dark.svg">\n'
            f'<img alt="{words}" src="peers-{name}-light.svg">\n'
            "</picture>"
        )
    yield ""
    yield from table(document)
    yield ""
    yield "How each was set up:"
    yield ""
    for peer in PEERS:
        source = f" ({peer.registry})" if peer.registry else ""
        yield from textwrap.wrap(
            f"- *{peer.name}*{source}: {peer.setup}",
            100,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield ""
    names = ", ".join(f"`{key}`" for key in KEYS)
    yield from textwrap.wrap(f"The list of keys: {names}.", 100, break_on_hyphens=False)


def table(document: dict[str, Any]) -> list[str]:
    """Return the results as lines of Markdown: calls, filters, and what could not be had."""
    peers = document["peers"]
    out = [
        "In process, microseconds at p50 / p99 / p99.9; and how many times ours, of the same kind,",
        "at p50.",
        "",
        *_rows(
            (
                "peer", "takes", "clean", "dense", "x ours, clean", "x ours, dense",
                "plain secrets through",
                "corpus secrets through", "clean lines changed", "memory", "start",
            ),
            (_call_row(name, peer) for name, peer in peers.items() if "calls" in peer),
        ),
    ]  # fmt: skip
    if _filtered(document):
        out += [
            "",
            "As a filter of lines, MB/s, from one pipe to another; in brackets the share of ours.",
            "",
            *_rows(
                (
                    "filter", "clean", "1 % dense", "dense",
                    "plain secrets through",
                    "corpus secrets through", "clean lines changed", "memory", "start",
                ),
                (_filter_row(name, peer) for name, peer in peers.items() if "filter" in peer),
            ),
        ]  # fmt: skip
    if document["missing"]:
        out += ["", "Could not be had or measured here:", ""]
        out += [f"- *{name}*: {reason}" for name, reason in document["missing"].items()]
    return out


def _filtered(document: dict[str, Any]) -> bool:
    return any("filter" in peer for peer in document["peers"].values())


def _call_row(name: str, peer: dict[str, Any]) -> tuple[str, ...]:
    clean, dense = peer["calls"]["clean"], peer["calls"]["dense"]
    return (
        _title(name, peer),
        peer["kind"],
        _times(clean),
        _times(dense),
        f"{clean['ratio']:.3g}",
        f"{dense['ratio']:.3g}",
        *_shares(peer),
        f"{peer['mib']:.0f} MiB",
        f"{peer['start_ms']:,.0f} ms",
    )


def _filter_row(name: str, peer: dict[str, Any]) -> tuple[str, ...]:
    own = peer["kind"] == "filter"
    return (
        _title(name, peer),
        *(
            f"{peer['filter'][workload]:,.3g} ({peer['filter_ratio'][workload]:.2g})"
            for workload in ("clean", "sparse", "dense")
        ),
        *_shares(peer),
        f"{peer['mib' if own else 'filter_mib']:.0f} MiB",
        f"{peer['start_ms' if own else 'filter_start_ms']:,.0f} ms",
    )


def _title(name: str, peer: dict[str, Any]) -> str:
    title = f"{name} {peer['version']}".strip()
    return f"**{title}**" if name.startswith("redactor") else title


def _times(calls: dict[str, Any]) -> str:
    tail = _tail(calls)
    last = "-" if tail is None else f"{tail:,.3g}"
    return f"{calls['p50']:,.3g} / {calls['p99']:,.3g} / {last}"


def _tail(calls: dict[str, Any]) -> float | None:
    return float(calls["p999"]) if calls["count"] >= _LEAST else None


def _shares(peer: dict[str, Any]) -> tuple[str, str, str]:
    score = peer.get("through")
    if score is None:
        return "-", "-", "-"
    plain = f"{score['plain_through'] / score['plain']:.0%}"
    if "records" not in score:
        return plain, "-", "-"
    return (
        plain,
        f"{score['through'] / max(1, score['records']):.1%}",
        f"{score['damaged'] / max(1, score['lines']):.2%}",
    )


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
