"""structlog: what its last processor hands to the logger underneath."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, call_here

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

_EXIT = "structlog"


def observe(watch: Watch, patches: Patches) -> None:
    """Watch every logger, whatever its processors and its class."""
    from structlog._base import BoundLoggerBase

    def processing(original: Any) -> Any:
        @functools.wraps(original)
        def _process_event(logger: Any, *args: Any, **kwargs: Any) -> Any:
            made = original(logger, *args, **kwargs)
            # What goes to the standard library is looked at there.
            if not isinstance(logger._logger, logging.Logger):  # noqa: SLF001  # its only name
                watch.safely(_look_at, made, _caller(), watch)
            return made

        return _process_event

    patches.replace(BoundLoggerBase, "_process_event", processing)


def _look_at(made: Any, call: Call, watch: Watch) -> None:
    args, kwargs = made
    for arg in args:
        if isinstance(arg, (str, bytes)):
            text = arg if isinstance(arg, str) else arg.decode("utf-8", "replace")
            watch.text(_EXIT, text, call)
        else:
            watch.record(_EXIT, arg, call)
    if kwargs:
        watch.record(_EXIT, dict(kwargs), call)


def _caller() -> Call:
    call = call_here()
    if call.file:
        return call
    # A thread of structlog's own, for ``await log.ainfo(...)``.
    from structlog import contextvars

    asked = getattr(contextvars, "_ASYNC_CALLING_STACK", None)
    frame = asked.get(None) if asked is not None else None
    return call_here(frame) if frame is not None else call
