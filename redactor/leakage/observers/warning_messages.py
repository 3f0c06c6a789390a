"""
Warnings that are written to standard error or handed to a function of the program.

Those that pytest collects for its summary count as such; those that a test collects do not.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, call_here, is_program

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["collecting", "look_at", "observe"]


def observe(watch: Watch, patches: Patches) -> None:
    """Watch what every warning goes through that is not turned into an error."""

    def showing(show: Any) -> Any:
        @functools.wraps(show)
        def _showwarnmsg(msg: Any) -> Any:
            if not watch.is_looking() and not _is_collected(watch):
                watch.safely(look_at, msg, watch, call_here())
            return show(msg)

        return _showwarnmsg

    patches.replace(warnings, "_showwarnmsg", showing)


def collecting() -> Any:
    """Return the list that ``catch_warnings(record=True)`` collects warnings in now, if any."""
    context = getattr(warnings, "_get_context", None)  # Python 3.14
    log = getattr(context(), "log", None) if context is not None else None
    if log is not None:
        return log
    writer = warnings._showwarnmsg_impl  # type: ignore[attr-defined]  # noqa: SLF001  # its only name
    collected = getattr(writer, "__self__", None)
    return collected if isinstance(collected, list) else None


def _is_collected(watch: Watch) -> bool:
    """Say whether a test collects the warning for itself: then it has not left."""
    log = collecting()
    return log is not None and log is not watch.warnings_of_runner


def look_at(message: Any, watch: Watch, caller: Call) -> None:
    """Look at one ``warnings.WarningMessage``, whose own line counts if it is the program's."""
    own = Call(message.filename, message.lineno)
    call = own if is_program(own.file) else caller
    watch.text("warnings", str(message.message), call, but="there")
