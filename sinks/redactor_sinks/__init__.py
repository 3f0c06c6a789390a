"""
Sinks: where redacted records are delivered.

Import them from ``redactor.sinks``. A sink sees redacted bytes only.
"""

from typing import TYPE_CHECKING

from redactor_sinks.contract import DeliveryError, Sink
from redactor_sinks.delivery import SinkCounts
from redactor_sinks.delivery.sink import DeliverySink
from redactor_sinks.factory import open_sink
from redactor_sinks.file import FileOptions, FileSink
from redactor_sinks.loki import LokiSink
from redactor_sinks.options import SinkOptions, default_spool_folder
from redactor_sinks.stdout import StdoutSink

if TYPE_CHECKING:
    from redactor_sinks.otlp import OtlpSink
    from redactor_sinks.sentry import EventOptions, SentrySink

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

#: Public name to its module. Imported at first use: most processes have no sink of these kinds.
_HOMES = {"EventOptions": "sentry", "OtlpSink": "otlp", "SentrySink": "sentry"}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
