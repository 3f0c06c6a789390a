"""OpenTelemetry: log records that an exporter is given."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.derived import Derived
from redactor.leakage.call_site import Call, call_here, is_program
from redactor.leakage.observers.innermost import innermost

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

_EXIT = "opentelemetry"
#: Records whose lines are kept until they are exported.
_MOST = 10_000
#: Attributes that name the line of a record: the names since 1.30 of the SDK, and those before.
_FILE = ("code.file.path", "code.filepath")
_LINE = ("code.line.number", "code.lineno")
_FUNCTION = ("code.function.name", "code.function")


def observe(watch: Watch, patches: Patches) -> None:
    """Watch the exporters of log records, and keep the lines at which records were emitted."""
    from opentelemetry.sdk import _logs
    from opentelemetry.sdk._logs import export

    exporter: Any = getattr(export, "LogRecordExporter", None) or vars(export)["LogExporter"]
    # With the record, so that no other gets its id meanwhile.
    lines: dict[int, tuple[Any, Call]] = {}

    def emitting(original: Any) -> Any:
        @functools.wraps(original)
        def emit(logger: Any, record: Any = None, *args: Any, **kwargs: Any) -> Any:
            if record is not None:
                if len(lines) > _MOST:
                    lines.clear()
                inner = getattr(record, "log_record", record)
                lines[id(inner)] = inner, call_here()
            return original(logger, record, *args, **kwargs)

        return emit

    patches.replace(_logs.Logger, "emit", emitting)

    def look(batch: Any) -> None:
        for item in batch:
            record = item.log_record
            _, call = lines.pop(id(record), (None, Call()))
            _look_at(item, record, call, watch)

    Derived(exporter, "export", innermost(look, watch), watch, patches)  # type: ignore[arg-type]  # it asks whether the watch is active


def _look_at(item: Any, record: Any, emitted: Call, watch: Watch) -> None:
    attributes = dict(record.attributes or {})
    said = Call(
        str(_first(attributes, _FILE) or ""),
        int(_first(attributes, _LINE) or 0),
        str(_first(attributes, _FUNCTION) or ""),
    )
    call = said if said.file and is_program(said.file) else emitted
    # The record was looked at as one of logging, where it came from there.
    look = functools.partial(watch.record, _EXIT, call=call)
    if isinstance(record.body, str):
        watch.text(_EXIT, record.body, call, field="body")
    elif record.body is not None:
        look({"body": record.body})
    for key, value in attributes.items():
        look({key: value}, field="attributes")
    resource = getattr(item, "resource", None) or getattr(record, "resource", None)
    for key, value in dict(getattr(resource, "attributes", None) or {}).items():
        look({key: value}, field="resource")


def _first(attributes: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((attributes[name] for name in names if name in attributes), None)
