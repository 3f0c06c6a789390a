"""``ProcessorFormatter``: chains of processors inside handlers of ``logging``."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.exits.structlog.chain import Run, as_one_of_structlog
from redactor.exits.structlog.events import EventDroppedError
from redactor.markers import marker

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches
    from redactor.exits.structlog.events import Events
    from redactor.exits.structlog.here import Here

__all__ = ["copy_of", "protect_formatter"]


def copy_of(original: Any) -> Any:
    """Return a shallow copy of *original*, without a call of code of its class."""
    copy = object.__new__(type(original))
    copy.__dict__.update(original.__dict__)
    return copy


def protect_formatter(guard: Guard, patches: Patches, events: Events, here: Here) -> None:
    """Guard what formatters make of events of structlog, and of other records."""

    def making(original: Callable[..., str]) -> Any:
        @functools.wraps(original)
        def format_(self: Any, record: logging.LogRecord) -> str:
            if not guard.active:
                return original(self, record)
            run = Run(self, events, record.levelname.lower(), here)
            formatter = copy_of(self)
            formatter.processors = run.guarded(self.processors)
            with run:
                try:
                    text: str = run.finished(original(formatter, record))
                except EventDroppedError:
                    return marker("withheld", "record")  # a formatter can drop nothing
            return text

        return format_

    patches.replace(
        import_module("structlog.stdlib").ProcessorFormatter,
        "format",
        lambda original: as_one_of_structlog(making(original)),
    )
