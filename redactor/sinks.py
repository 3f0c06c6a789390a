"""
The public names of the sinks.

>>> from redactor.sinks import LokiSink, open_sink
"""

from typing import TYPE_CHECKING

import redactor_sinks
from redactor_sinks import (
    DeliveryError,
    DeliverySink,
    FileOptions,
    FileSink,
    LokiSink,
    Sink,
    SinkCounts,
    SinkOptions,
    StdoutSink,
    default_spool_folder,
    open_sink,
)

if TYPE_CHECKING:
    from redactor_sinks import EventOptions, OtlpSink, SentrySink

__all__ = [
    "DeliveryError",
    "DeliverySink",
    "EventOptions",
    "FileOptions",
    "FileSink",
    "LokiSink",
    "OtlpSink",
    "SentrySink",
    "Sink",
    "SinkCounts",
    "SinkOptions",
    "StdoutSink",
    "default_spool_folder",
    "open_sink",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(redactor_sinks, name)
