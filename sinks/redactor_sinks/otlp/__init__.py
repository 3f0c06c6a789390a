"""OTLP over HTTP: lines as log records, and what an OpenTelemetry SDK hands over."""

from redactor_sinks.otlp.encoding import (
    LINES,
    LOGS,
    SPANS,
    encoded_logs,
    encoded_spans,
    require_encoder,
)
from redactor_sinks.otlp.exporter import OtlpExporter
from redactor_sinks.otlp.sink import OtlpSink

__all__ = [
    "LINES",
    "LOGS",
    "SPANS",
    "OtlpExporter",
    "OtlpSink",
    "encoded_logs",
    "encoded_spans",
    "require_encoder",
]
