"""
structlog: every configuration.

``install()`` needs no change of a configuration: what a chain of processors has made of an event
is redacted before its renderer, and what the renderer has made of that is looked at once more.
Without ``install()``, a ``RedactingProcessor`` does the first half, and ``check_configuration``
tells whether it stands where it must.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.exits.structlog.chain import protect_chains
from redactor.exits.structlog.check import check_configuration
from redactor.exits.structlog.events import Events
from redactor.exits.structlog.exceptions import protect_exceptions
from redactor.exits.structlog.formatter import protect_formatter
from redactor.exits.structlog.here import Here
from redactor.exits.structlog.loggers import protect_loggers
from redactor.exits.structlog.processor import RedactingProcessor

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["RedactingProcessor", "check_configuration", "protect"]


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard the loggers of structlog.

    Raises:
        ExitError: This version of structlog is not known.
    """
    events = Events(guard)
    here = Here()
    protect_exceptions(guard, patches, here)
    protect_loggers(guard, patches, events, here)
    protect_formatter(guard, patches, events, here)
    protect_chains(guard, patches, events, here)
