"""The page on metrics and the dashboard say what the code says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from redactor.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "docs/grafana/redactor.json"
#: What Prometheus makes of a histogram.
_PARTS = ("_bucket", "_sum", "_count")


def panels() -> list[dict[str, Any]]:
    """Return the panels of the dashboard."""
    return json.loads(DASHBOARD.read_text("utf-8"))["panels"]  # type: ignore[no-any-return]


def expressions() -> list[str]:
    """Return all queries of the dashboard, those of its variables too."""
    loaded = json.loads(DASHBOARD.read_text("utf-8"))
    found = [target["expr"] for panel in panels() for target in panel.get("targets", ())]
    return found + [
        variable["definition"]
        for variable in loaded["templating"]["list"]
        if variable["type"] == "query"
    ]


def names() -> dict[str, tuple[str, ...]]:
    """Return the names that Prometheus knows, with their labels."""
    found: dict[str, tuple[str, ...]] = {}
    for metric in METRICS.values():
        if metric.kind == "histogram":
            found |= {
                f"{metric.prometheus}{part}": (*metric.labels, *(("le",) * (part == "_bucket")))
                for part in _PARTS
            }
        else:
            found[metric.prometheus] = metric.labels
    return found


def test_the_page_lists_every_metric() -> None:
    """
    The table of ``docs/metrics.md`` is the table of the code, word for word.
    """
    text = (ROOT / "docs/metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(redactor\.[\w.]+)` \| (.*) \|$", text, re.MULTILINE)
    expected = [
        (
            metric.name,
            " | ".join(
                (
                    f"`{metric.prometheus}`",
                    metric.kind,
                    ", ".join(f"`{label}`" for label in metric.labels),
                    metric.help,
                )
            ).replace("|  |", "| |"),
        )
        for metric in METRICS.values()
    ]

    assert expected == rows


def test_the_dashboard_asks_only_for_metrics_that_there_are() -> None:
    """
    Every name in a query of the dashboard is one that ``/metrics`` has, with the labels that it
    asks for.
    """
    known = names()
    for expression in expressions():
        for name, matchers in re.findall(r"(redactor_\w+)(\{[^}]*\})?", expression):
            assert name in known, expression
            asked = set(re.findall(r"(\w+)=", matchers)) - {"job", "instance"}
            assert asked <= set(known[name]), expression


def test_the_dashboard_groups_only_by_labels_that_there_are() -> None:
    """
    What a query groups by, and a legend shows, is a label of its metrics.
    """
    known = names()
    for panel in panels():
        for target in panel.get("targets", ()):
            used = re.findall(r"redactor_\w+", target["expr"])
            groups = re.findall(r"by \(([^)]*)\)", target["expr"])
            labels = {label.strip() for group in groups for label in group.split(",")}
            labels |= set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            for name in used:
                if not name.endswith(("_sum", "_count")):
                    assert labels <= {*known[name], "instance", "job"}, target["expr"]


def test_the_dashboard_shows_every_metric() -> None:
    """
    Nothing is counted that nobody sees.
    """
    text = "\n".join(expressions())

    shown = {metric.name for metric in METRICS.values() if metric.prometheus in text}
    assert set(METRICS) == shown


def test_counters_are_shown_as_rates() -> None:
    """
    A counter by itself only rises: it is asked for its rate or its increase, but where the book is
    balanced.
    """
    counters = {metric.prometheus for metric in METRICS.values() if metric.kind == "counter"}
    for panel in panels():
        for target in panel.get("targets", ()):
            if panel["title"] == "Does the book balance":
                continue
            for name in re.findall(r"redactor_\w+", target["expr"]):
                if name in counters:
                    assert re.search(rf"(rate|increase)\({name}\{{", target["expr"]), panel["title"]


def test_the_dashboard_is_well_formed() -> None:
    """
    Ids are unique, panels do not lie over each other, each says what it shows, and none is bound to
    a data source of one installation.
    """
    loaded = json.loads(DASHBOARD.read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
        if panel["type"] != "row":
            assert panel["description"]
            assert panel["datasource"]["uid"] == "${datasource}"

    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert loaded["id"] is None
    assert [] == re.findall(r"\$(?!job|instance|sink|__|\{datasource\})\w+", json.dumps(loaded))


@pytest.mark.parametrize(
    "expression", sorted(set(filter(lambda text: "label_values" not in text, expressions())))
)
def test_every_query_is_one(expression: str) -> None:
    """
    The parser of Prometheus takes each query, with Grafana's variables filled in.
    """
    filled = re.sub(r"\$(__rate_interval|__range)", "5m", expression)

    promql_parser.parse(re.sub(r"\$\w+", "x", filled))
