"""
The public names of the sinks.

>>> from redactor.sinks import LokiSink, open_sink
"""

from redactor_sinks import (
    DeliveryError,
    FileOptions,
    FileSink,
    LokiSink,
    Sink,
    StdoutSink,
    open_sink,
)

__all__ = [
    "DeliveryError",
    "FileOptions",
    "FileSink",
    "LokiSink",
    "Sink",
    "StdoutSink",
    "open_sink",
]
