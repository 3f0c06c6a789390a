"""
Warnings: what ``warnings.warn`` writes to standard error, or hands to a function of the program.

Warnings that a program records or turns into errors have not left; they stay as they are.
"""

from __future__ import annotations

import linecache
import sys
import warnings
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from redactor.exits.exceptions import stand_in

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches
    from redactor.metadata import Mode

__all__ = ["protect"]

_EXIT = "warnings"


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard the function that all warnings go to, and the one that writes them.

    The second is also called by functions that took the place of ``warnings.showwarning`` and call
    what was there before.
    """

    def showing(show: Any) -> Any:
        @wraps(show)
        def _showwarnmsg(msg: Any) -> None:
            if not guard.active or _is_recording():
                show(msg)
            elif _is_written_by_python():
                _write(msg, guard)
            else:
                show(_redacted(msg, guard))

        return _showwarnmsg

    def writing(write: Any) -> Any:
        @wraps(write)
        def _showwarnmsg_impl(msg: Any) -> None:
            if guard.active:
                _write(msg, guard)
            else:
                write(msg)

        return _showwarnmsg_impl

    patches.replace(warnings, "_showwarnmsg", showing)
    # Inside of catch_warnings(record=True) this is the list, and the old one comes back after it.
    if not _is_recording():
        patches.replace(warnings, "_showwarnmsg_impl", writing)


def _is_recording() -> bool:
    """Say whether ``catch_warnings(record=True)`` collects the warnings of this context."""
    if warnings.showwarning is not warnings._showwarning_orig:  # type: ignore[attr-defined]  # noqa: SLF001  # as Python asks it
        return False
    writer = warnings._showwarnmsg_impl  # type: ignore[attr-defined]  # noqa: SLF001
    if isinstance(getattr(writer, "__self__", None), list):
        return True
    context = getattr(warnings, "_get_context", None)  # Python 3.14
    return context is not None and getattr(context(), "log", None) is not None


def _is_written_by_python() -> bool:
    return warnings.showwarning is warnings._showwarning_orig  # type: ignore[attr-defined]  # noqa: SLF001


def _write(msg: Any, guard: Guard) -> None:
    stream = sys.stderr if msg.file is None else msg.file
    if stream is None:
        return
    try:
        text = warnings._formatwarnmsg(_redacted(msg, guard))  # type: ignore[attr-defined]  # noqa: SLF001
        text = guard.text(text if guard.mode is None else guard.mode.approve(text))
    except Exception as failure:  # noqa: BLE001  # C1
        text = _placeholder(msg, guard.failed(_EXIT, failure))
    # As Python does: standard error is gone, and the warning with it.
    with suppress(OSError):
        stream.write(text)


def _redacted(msg: Any, guard: Guard) -> Any:
    """Return a copy of *msg* without secrets. Its object is kept: Python asks where it was made."""
    try:
        if guard.mode is not None:
            return _declared(msg, guard.mode)
        message = msg.message
        if isinstance(message, BaseException):
            message = stand_in(message, guard)
        else:
            message = guard.record(message)
        line = msg.line
        if line is None:
            # Whoever writes the message looks the line up where it is not given.
            line = _scanned(_source(msg), guard, otherwise=None)
        else:
            line = _scanned(line, guard, otherwise=line)
        return warnings.WarningMessage(
            cast("Warning | str", message),
            msg.category,
            msg.filename,
            msg.lineno,
            msg.file,
            line,
            msg.source,
        )
    except Exception as failure:  # noqa: BLE001  # C1
        marker = guard.failed(_EXIT, failure)
        return warnings.WarningMessage(
            UserWarning(marker), msg.category, msg.filename, msg.lineno, msg.file, ""
        )


def _declared(msg: Any, mode: Mode) -> Any:
    """Return *msg* with its message as a template, its category and its place."""
    text = mode.free(str(msg.message))
    try:
        message = msg.category(text)
    except Exception:  # noqa: BLE001  # a class of the program
        message = UserWarning(text)
    file = mode.shaped("file", str(msg.filename))
    return warnings.WarningMessage(message, msg.category, file, msg.lineno, msg.file, "")


def _source(msg: Any) -> str:
    try:
        return linecache.getline(msg.filename, msg.lineno)
    except Exception:  # noqa: BLE001  # as Python does: the interpreter is shutting down
        return ""


def _scanned(line: str, guard: Guard, *, otherwise: str | None) -> str | None:
    redacted = guard.text(line)
    return otherwise if redacted is line else redacted


def _placeholder(msg: Any, marker: str) -> str:
    category = getattr(msg.category, "__name__", "Warning")
    return f"{msg.filename}:{msg.lineno}: {category}: {marker}\n"
