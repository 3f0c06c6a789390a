"""What versions of the SDK call by different names."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from opentelemetry._logs import LogRecord as ApiLogRecord
from opentelemetry._logs import SeverityNumber
from opentelemetry.sdk import _logs
from opentelemetry.sdk._logs import export
from opentelemetry.trace import TraceFlags

__all__ = [
    "EMIT",
    "ConsoleLogExporter",
    "LogExporter",
    "LogResult",
    "handler",
    "log_record",
]

_NEW = hasattr(export, "LogRecordExporter")
#: Since 1.39.
LogExporter: Any = getattr(export, "LogRecordExporter" if _NEW else "LogExporter")
LogResult: Any = getattr(export, "LogRecordExportResult" if _NEW else "LogExportResult")
ConsoleLogExporter: Any = getattr(
    export, "ConsoleLogRecordExporter" if _NEW else "ConsoleLogExporter"
)
#: Since 1.35.
EMIT = "on_emit" if hasattr(_logs.LogRecordProcessor, "on_emit") else "emit"


_LogRecord: Any = ApiLogRecord if _NEW else _logs.LogRecord  # type: ignore[attr-defined]
_FIELDS = frozenset(inspect.signature(_LogRecord.__init__).parameters)


def log_record(resource: Any, **fields: Any) -> Any:
    """Return a log record that a logger takes, with those of *fields* that this version has."""
    given: dict[str, Any] = {"timestamp": 1, "severity_number": SeverityNumber.INFO}
    if "context" not in _FIELDS:
        # Old exporters need them.
        given |= {"trace_id": 0, "span_id": 0, "trace_flags": TraceFlags(0)}
    if "resource" in _FIELDS:
        given["resource"] = resource
    given |= {name: value for name, value in fields.items() if name in _FIELDS}
    if _NEW:
        return _LogRecord(**given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _LogRecord(**given)


def handler(provider: Any) -> Any:
    """Return the SDK's handler for ``logging``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _logs.LoggingHandler(logger_provider=provider)
