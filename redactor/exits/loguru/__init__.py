"""
Loguru: every sink, whenever it was added.

``Handler.emit`` gets a redacted copy of the record, or the record itself where it is clean. What
the handler makes of it is looked at once more in ``Message``, the last thing before a sink or a
queue: formats and filters can be functions that add something.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from redactor.exits.loguru.emitting import Here, protect_emit
from redactor.exits.loguru.exceptions import protect_exceptions
from redactor.exits.loguru.messages import protect_messages
from redactor.exits.loguru.records import Records
from redactor.exits.loguru.reports import protect_reports

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect"]


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard the sinks of Loguru.

    Raises:
        ExitError: This version of Loguru is not known.
    """
    handler = import_module("loguru._handler")
    here = Here()
    records = Records(guard, import_module("loguru._recattrs"))
    protect_exceptions(guard, patches, import_module("loguru._better_exceptions"), here)
    protect_reports(guard, patches, import_module("loguru._error_interceptor"), records)
    protect_messages(guard, patches, handler, records, here)
    protect_emit(guard, patches, handler, records, here)
