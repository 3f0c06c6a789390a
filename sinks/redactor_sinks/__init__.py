"""
Sinks: where redacted records are delivered.

Import them from ``redactor.sinks``. A sink sees redacted bytes only.
"""

from redactor_sinks.contract import DeliveryError, Sink
from redactor_sinks.delivery import SinkCounts
from redactor_sinks.delivery.sink import DeliverySink
from redactor_sinks.factory import open_sink
from redactor_sinks.file import FileSink
from redactor_sinks.loki import LokiSink
from redactor_sinks.options import SinkOptions, default_spool_folder
from redactor_sinks.stdout import StdoutSink

__all__ = [
    "DeliveryError",
    "DeliverySink",
    "FileSink",
    "LokiSink",
    "Sink",
    "SinkCounts",
    "SinkOptions",
    "StdoutSink",
    "default_spool_folder",
    "open_sink",
]
