"""Loguru: what its sinks are given, tracebacks with variables and serialised records included."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, call_here, is_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

#: Causes of an exception that are followed.
_DEEPEST = 10
_SINKS = (
    ("loguru._simple_sinks", "StreamSink"),
    ("loguru._simple_sinks", "AsyncSink"),
    ("loguru._simple_sinks", "CallableSink"),
    ("loguru._simple_sinks", "StandardSink"),
    ("loguru._file_sink", "FileSink"),
)


def observe(watch: Watch, patches: Patches) -> None:
    """Watch every kind of sink."""

    def writing(original: Any) -> Any:
        @functools.wraps(original)
        def write(sink: Any, message: Any) -> Any:
            call, origin = _lines(message)
            text = str(message)
            watch.text("loguru", text, call, origin=origin)
            for frames in _frames(message):
                watch.variables("loguru", text, frames, call)
            return original(sink, message)

        return write

    for module, name in _SINKS:
        patches.replace(getattr(import_module(module), name), "write", writing)


def _frames(message: Any) -> Iterator[TracebackType]:
    exception = getattr(message, "record", {}).get("exception")
    error = exception.value if exception is not None else None
    for _ in range(_DEEPEST):
        if error is None:
            return
        if error.__traceback__ is not None:
            yield error.__traceback__
        error = error.__cause__ or error.__context__


def _lines(message: Any) -> tuple[Call | None, Call]:
    try:
        record = message.record
        said = Call(record["file"].path, record["line"], record["function"])
    except (AttributeError, KeyError, TypeError):
        return None, Call()
    if is_program(said.file):
        return said, Call()
    here = call_here()
    return (here, said) if here.file else (said, Call())
