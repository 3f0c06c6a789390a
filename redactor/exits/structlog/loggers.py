"""The loggers of structlog that write, also where they are called without a bound logger."""

from __future__ import annotations

import functools
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.exits.structlog.events import EventDroppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches
    from redactor.exits.structlog.events import Events
    from redactor.exits.structlog.here import Here

__all__ = ["protect_loggers"]

_LOGGERS = ("PrintLogger", "WriteLogger", "BytesLogger")


def protect_loggers(guard: Guard, patches: Patches, events: Events, here: Here) -> None:
    """Guard the loggers that write to a file."""

    def making(original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def msg(self: Any, message: Any) -> None:
            if not guard.active or here.is_passed(message):
                return original(self, message)
            try:
                return original(self, events.output(message, "info", {}))
            except EventDroppedError:
                return None

        return msg

    output = import_module("structlog._output")
    for name in _LOGGERS:
        logger = getattr(output, name)
        original = logger.msg
        replacement = making(original)
        # The methods of all levels are one function.
        for method, function in list(vars(logger).items()):
            if function is original:
                patches.replace(logger, method, partial(_instead, replacement))


def _instead(replacement: Any, _original: Any) -> Any:
    return replacement
