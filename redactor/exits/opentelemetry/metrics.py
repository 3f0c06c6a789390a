"""Where metrics are handed over: to readers when they collect, and to exporters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.exits.opentelemetry.derived import Derived
from redactor.exits.opentelemetry.hand_over import redacting
from redactor.exits.opentelemetry.metric_data import MetricData

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect"]


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard metrics.

    Raises:
        ExitError: This version of the SDK is not known.
    """
    from opentelemetry.sdk.metrics.export import (
        MetricExporter,
        MetricExportResult,
        MetricReader,
    )

    data = MetricData(guard)
    reading = redacting(data.handed_over, guard)
    exporting = redacting(data.handed_over, guard, MetricExportResult.SUCCESS)
    Derived(MetricReader, "_receive_metrics", reading, guard, patches)
    Derived(MetricExporter, "export", exporting, guard, patches)
