"""
Metrics about the pipeline: what went through, what was redacted, and what became of it.

``Telemetry`` collects them; ``prometheus_text`` writes them for Prometheus, ``to_opentelemetry``
brings them to the meters of a process, ``Endpoint`` serves them over HTTP. All metrics are in
``METRICS`` and in ``docs/metrics.md``.

Names and labels hold ids of rules, addresses without credentials, and words of ours: nothing of a
record.
"""

from redactor.metrics.endpoint import Endpoint
from redactor.metrics.histogram import Histogram
from redactor.metrics.meters import to_opentelemetry
from redactor.metrics.prometheus import prometheus_text
from redactor.metrics.table import METRICS, Metric
from redactor.metrics.telemetry import Sample, Telemetry

__all__ = [
    "METRICS",
    "Endpoint",
    "Histogram",
    "Metric",
    "Sample",
    "Telemetry",
    "prometheus_text",
    "to_opentelemetry",
]
