"""
Sinks: where redacted records are delivered.

Import them from ``redactor.sinks``. A sink sees redacted bytes only.
"""

from redactor_sinks.contract import DeliveryError, Sink
from redactor_sinks.factory import open_sink
from redactor_sinks.file import FileOptions, FileSink
from redactor_sinks.loki import LokiSink
from redactor_sinks.stdout import StdoutSink

__all__ = [
    "DeliveryError",
    "FileOptions",
    "FileSink",
    "LokiSink",
    "Sink",
    "StdoutSink",
    "open_sink",
]
