"""The metrics as instruments of OpenTelemetry."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from redactor._version import __version__
from redactor.errors import MissingExtraError
from redactor.metrics.histogram import BOUNDS, Distribution
from redactor.metrics.table import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opentelemetry.metrics import MeterProvider

    from redactor.metrics.table import Metric
    from redactor.metrics.telemetry import Sample, Telemetry

__all__ = ["to_opentelemetry"]

#: For how long one collection serves all instruments, in seconds.
_MOMENT = 0.5


def to_opentelemetry(telemetry: Telemetry, meter_provider: MeterProvider | None = None) -> None:
    """
    Bring the metrics to the meters of the process: a reader of theirs asks for them.

    Args:
        telemetry: What collects them.
        meter_provider: Default: the provider of the process.

    Raises:
        MissingExtraError: The extra ``otel`` is not installed.
    """
    try:
        from opentelemetry.metrics import get_meter
    except ImportError:
        raise MissingExtraError("redactor.metrics", "opentelemetry-api", "otel") from None
    meter = get_meter("redactor", __version__, meter_provider)
    recent = _Recent(telemetry)
    for metric in METRICS.values():
        unit, text = metric.unit, metric.help
        if metric.kind == "histogram":
            made: Any = meter.create_histogram(
                metric.name, unit, text, explicit_bucket_boundaries_advisory=BOUNDS
            )
            times = telemetry.looks if "exit" in metric.name else telemetry.scan
            times.listeners.append(made.record)
            continue
        callbacks = [_observing(recent, metric)]
        if metric.kind == "counter":
            meter.create_observable_counter(metric.name, callbacks, unit, text)
        else:
            meter.create_observable_gauge(metric.name, callbacks, unit, text)


class _Recent:
    """
    What was collected a moment ago.

    A reader asks each instrument by itself: all of them get what was so at one moment, and a spool
    is asked once.
    """

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._until = 0.0
        self._samples: list[Sample] = []

    def samples(self) -> list[Sample]:
        now = time.monotonic()
        if now >= self._until:
            self._samples = list(self._telemetry.collect())
            self._until = now + _MOMENT
        return self._samples


def _observing(recent: _Recent, metric: Metric) -> Callable[[Any], Iterable[Any]]:
    from opentelemetry.metrics import Observation

    def observe(_options: Any) -> Iterable[Any]:
        return [
            Observation(sample.value, dict(zip(metric.labels, sample.labels, strict=True)))
            for sample in recent.samples()
            if sample.name == metric.name and not isinstance(sample.value, Distribution)
        ]

    return observe
