"""OTLP over HTTP: lines as log records, and what an OpenTelemetry SDK hands over."""

from redactor_sinks.otlp.encoding import LINES, LOGS, SPANS, encoded_logs, encoded_spans
from redactor_sinks.otlp.exporter import OtlpExporter

__all__ = ["LINES", "LOGS", "SPANS", "OtlpExporter", "encoded_logs", "encoded_spans"]
