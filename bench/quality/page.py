"""The tables of a run, for the terminal and for docs/quality.md."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.quality import peers, plots
from bench.quality.corpus import CLASSES
from bench.quality.summary import alarm_lines, bars, by, lines_of, per_million

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.quality.ours import Run
    from bench.quality.score import Tally

__all__ = ["peer_table", "tables", "write"]

_PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
_BEGIN, _END = "<!-- quality: begin -->", "<!-- quality: end -->"


def tables(run: Run) -> list[str]:
    """Return the score as lines of Markdown: bars, classes, contexts, look-alikes, rules."""
    out: list[str] = []
    out += _table(
        ("what", "needed", "here", "met"),
        ((bar.what, bar.needed, bar.here, "yes" if bar.met else "no") for bar in bars(run)),
    )
    out += ["", *_tally_table("secrets", by(run, lambda rule, _: CLASSES[run.classes[rule]]))]
    out += ["", *_tally_table("context", _worst_first(by(run, lambda _, context: context)))]
    out += ["", *_alarm_table(run)]
    out += ["", *_rule_table(run)]
    return out


def write(run: Run) -> None:
    """Write the plots, and the tables into the page between its two marks."""
    plots.write(run, peers.load(), _PAGE.parent)
    text = _PAGE.read_text()
    before, after = text.split(_BEGIN)[0], text.split(_END)[1]
    _PAGE.write_text(f"{before}{_BEGIN}\n\n" + "\n".join(_body(run)) + f"\n\n{_END}{after}")


def _body(run: Run) -> Iterable[str]:
    records = sum(tally.total for tally in run.cells.values())
    lines = lines_of(run, "standard")
    contexts = len({context for _, context in run.cells})
    yield textwrap.fill(
        f"{len(run.classes)} rules and shapes in {contexts} contexts: {records:,} records with a "
        f"secret, and {lines:,} look-alike lines of "
        f"{len({kind for _, kind in run.alarms})} kinds.",
        100,
        break_on_hyphens=False,
    )
    yield ""
    yield from _table(
        ("what (native engine)", "needed", "here", "met"),
        ((bar.what, bar.needed, bar.here, "yes" if bar.met else "no") for bar in bars(run)),
    )
    yield ""
    yield from _tally_table("secrets", by(run, lambda rule, _: CLASSES[run.classes[rule]]))
    yield ""
    yield _picture("quality-contexts", "Share of secrets missed, by context and class")
    yield ""
    yield _picture("quality-alarms", "False alarms by kind of look-alike line")
    document = peers.load()
    if document is not None:
        yield ""
        yield from _peer_part(document)
    for title, table in (
        ("By context", _tally_table("context", _worst_first(by(run, lambda _, context: context)))),
        ("Look-alike lines that lose something", _alarm_table(run)),
        ("By rule", _rule_table(run)),
    ):
        yield ""
        yield f"<details><summary>{title}</summary>"
        yield ""
        yield from table
        yield ""
        yield "</details>"


#: Classes of the table of peers, with the words of its head.
_PEER_CLASSES = {
    "cards": "cards",
    "tokens": "vendor tokens",
    "known shapes": "known shapes",
    "credentials by key": "credentials by key",
    "credentials in text": "credentials in text",
    "personal": "personal data",
}


def _peer_part(document: dict[str, Any]) -> Iterable[str]:
    yield "## Beside what people would use instead"
    yield ""
    yield textwrap.fill(
        f"The same {document['records']:,} records and {document['lines']:,} look-alike lines (a "
        "part of the corpus), each tool in a process of its own, in one run: "
        "`python -m bench.quality --peers`. In percent: secrets that got through, whole or in "
        "part; look-alike lines that lost something; characters beside the secrets that were lost.",
        100,
        break_on_hyphens=False,
    )
    yield ""
    yield _picture("quality-peers", "Secrets that got through and lines that were damaged, by tool")
    yield ""
    yield from peer_table(document)


def peer_table(document: dict[str, Any]) -> list[str]:
    """Return the table of the results of ``peers.score_peers``."""
    rows = []
    for name, peer in document["peers"].items():
        title = f"{name} {peer['version']}".strip()
        shares = [_through(peer, class_) for class_ in _PEER_CLASSES]
        rows.append(
            (
                f"**{title}**" if name.startswith("redactor") else title,
                *shares,
                f"{peer['damaged'] / document['lines']:.2%}",
                f"{peer['lost']:.2%}",
                f"{peer['lines_per_second']:,}",
            )
        )
    head = ("tool", *_PEER_CLASSES.values(), "lines damaged", "characters lost", "lines/s")
    return _table(head, rows)


def _through(peer: dict[str, Any], class_: str) -> str:
    found, total = peer["found"][class_]
    return f"{1 - found / total:.1%}"


def _picture(name: str, text: str) -> str:
    return (
        "<picture>\n"
        f'<source media="(prefers-color-scheme: dark)" srcset="{name}-dark.svg">\n'
        f'<img alt="{text}" src="{name}-light.svg">\n'
        "</picture>"
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def _worst_first(sums: dict[str, Tally]) -> dict[str, Tally]:
    return dict(sorted(sums.items(), key=lambda item: (item[1].recall, item[0])))


def _tally_table(name: str, sums: dict[str, Tally]) -> list[str]:
    return _table(
        (name, "records", "missed", "found", "characters lost"),
        (
            (
                key,
                f"{tally.total:,}",
                f"{tally.total - tally.found:,}",
                f"{tally.recall:.2%}",
                f"{tally.lost / max(1, tally.plain):.4%}",
            )
            for key, tally in sums.items()
        ),
    )


def _alarm_table(run: Run) -> list[str]:
    rows = []
    for (preset, kind), alarms in sorted(run.alarms.items()):
        if not alarms.hit:
            continue
        rules = sorted({rule for hit in alarms.hit.values() for rule in hit})
        rows.append(
            (
                kind,
                preset,
                f"{alarms.lines:,}",
                f"{len(alarms.hit):,}",
                f"{per_million(len(alarms.hit), alarms.lines):,.0f}",
                f"{alarms.lost / alarms.chars:.4%}",
                ", ".join(f"`{rule}`" for rule in rules),
            )
        )
    head = ("look-alikes", "preset", "lines", "hit", "in a million", "characters lost", "rules")
    return _table(head, rows)


def _rule_table(run: Run) -> list[str]:
    rows = []
    contexts: dict[str, list[str]] = {}
    for (rule, context), tally in run.cells.items():
        if tally.missed:
            contexts.setdefault(rule, []).append(context)
    for rule, tally in sorted(by(run, lambda rule, _: rule).items()):
        preset = "strict" if run.classes[rule] in ("personal", "high entropy") else "standard"
        hits = alarm_lines(run, preset, lambda other, rule=rule: other == rule)  # type: ignore[misc]
        rows.append(
            (
                f"`{rule}`",
                run.classes[rule],
                f"{tally.total:,}",
                f"{tally.total - tally.found:,}",
                f"{tally.recall:.2%}",
                f"{per_million(hits, lines_of(run, preset)):,.0f}",
                f"{tally.lost / max(1, tally.plain):.4%}",
                _short(contexts.get(rule, [])),
            )
        )
    return _table(
        (
            "rule",
            "class",
            "records",
            "missed",
            "found",
            "false alarms in a million",
            "characters lost",
            "missed in",
        ),
        rows,
    )


def _short(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
