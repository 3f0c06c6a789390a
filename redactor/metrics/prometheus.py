"""The text that Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.metrics.histogram import BOUNDS, Distribution
from redactor.metrics.table import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.metrics.telemetry import Sample

__all__ = ["CONTENT_TYPE", "prometheus_text"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def prometheus_text(samples: Iterable[Sample]) -> str:
    """Return *samples* in the text format of Prometheus, each metric under its head."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    lines: list[str] = []
    for name, metric in METRICS.items():
        found = by_name.get(name)
        if not found:
            continue
        lines += (
            f"# HELP {metric.prometheus} {metric.help}",
            f"# TYPE {metric.prometheus} {metric.kind}",
        )
        for sample in found:
            labels = dict(zip(metric.labels, sample.labels, strict=True))
            lines += _lines(metric.prometheus, labels, sample.value)
    return "\n".join(lines) + "\n"


def _lines(name: str, labels: dict[str, str], value: float | Distribution) -> list[str]:
    if not isinstance(value, Distribution):
        return [f"{name}{_written(labels)} {_number(value)}"]
    bounds = (*map(_number, BOUNDS), "+Inf")
    lines = [
        f"{name}_bucket{_written({**labels, 'le': bound})} {count}"
        for bound, count in zip(bounds, value.buckets, strict=True)
    ]
    return [
        *lines,
        f"{name}_sum{_written(labels)} {_number(value.total)}",
        f"{name}_count{_written(labels)} {value.number}",
    ]


def _written(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    pairs = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{pairs}}}"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))
