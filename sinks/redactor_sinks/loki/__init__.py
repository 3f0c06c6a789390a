"""Grafana Loki: the sink, its exporter, and the two forms in which a push is written."""

from redactor_sinks.loki.exporter import LokiExporter
from redactor_sinks.loki.sink import LokiSink

__all__ = ["LokiExporter", "LokiSink"]
