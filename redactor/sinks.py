"""
The public names of the sinks.

>>> from redactor.sinks import LokiSink, open_sink
"""

from redactor_sinks import (
    DeliveryError,
    DeliverySink,
    FileSink,
    LokiSink,
    Sink,
    SinkCounts,
    SinkOptions,
    StdoutSink,
    default_spool_folder,
    open_sink,
)

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
