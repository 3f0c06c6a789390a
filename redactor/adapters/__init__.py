"""
From the logging of a program straight into sinks, redacted on the way.

``LoggingHandler``, ``LoguruSink``, ``StructlogFactory``, ``log_exporter``, ``span_exporter`` and
``sentry_transport`` stand at the end of the library that they are named for. All take the same sink
objects, several at once, and none needs ``redactor.install()``::

    sink = LokiSink("http://localhost:3100", spool="/var/lib/shop/spool")
    logging.getLogger().addHandler(LoggingHandler(sink))

What a sink has taken is as safe as its queue: with a spool, in a file before the call returns. A
call never raises into the program, and never waits for a receiver; a full queue is waited for where
the options of the sink say so.

Each takes a *policy*: a path, a ``redactor.Policy``, or nothing for that of ``install()``; before
``install()``, nothing stands for the ``redactor.toml`` or ``pyproject.toml`` of the working
directory or above it.
"""

from redactor.adapters.logging_handler import LoggingHandler
from redactor.adapters.loguru_sink import LoguruSink
from redactor.adapters.otel_exporters import log_exporter, span_exporter
from redactor.adapters.sentry_transport import sentry_transport
from redactor.adapters.structlog_factory import StructlogFactory

__all__ = [
    "LoggingHandler",
    "LoguruSink",
    "StructlogFactory",
    "log_exporter",
    "sentry_transport",
    "span_exporter",
]
