"""
Tracebacks as text that was scanned: what Python itself prints of an exception nobody handled.

Source lines are part of it, and so are the literals in them. A stand-in has none of its own: they
are read when a traceback is written, so the text is scanned as a whole.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any

from redactor.exits.suggestions import add_suggestions

if TYPE_CHECKING:
    from types import TracebackType

    from redactor.exits.guard import Guard

__all__ = ["ignored", "limit_of_builtin", "placeholder", "printed", "write"]

#: Entries of one traceback that Python prints itself, the innermost ones.
_MOST_ENTRIES = 1000


def limit_of_builtin() -> int:
    """Return the limit of entries, as the traceback module takes it, that the interpreter keeps."""
    limit = getattr(sys, "tracebacklimit", None)
    if type(limit) is not int:
        return -_MOST_ENTRIES
    return -limit if limit > 0 else 0


def printed(stand: BaseException, error: BaseException, guard: Guard) -> str:
    """
    Return what ``sys.__excepthook__`` prints for an exception, without secrets.

    Args:
        stand: The stand-in of the exception.
        error: The exception.
        guard: What redacts.
    """
    shown = traceback.TracebackException(
        type(stand), stand, stand.__traceback__, limit=limit_of_builtin(), compact=True
    )
    add_suggestions(shown, error)
    text = "".join(shown.format())
    redacted = guard.text(text)
    if redacted is text and _in_colour():
        # Scanned without the colours, which stand between a name and its value.
        return "".join(shown.format(colorize=True))  # type: ignore[call-arg]  # Python 3.13
    return redacted


def ignored(
    stand: BaseException | None,
    kind: type[BaseException] | None,
    frames: TracebackType | None,
    message: str | None,
    about: object,
) -> str:
    """
    Return what ``sys.__unraisablehook__`` prints of stand-ins, to be scanned.

    Args:
        stand: The stand-in of the exception.
        kind: Its type.
        frames: The stand-in of its traceback.
        message: What Python says about it.
        about: The stand-in of the object that it is about.
    """
    out: list[str] = []
    if about is not None:
        out.append(f"{message or 'Exception ignored in'}: {_written(about)}\n")
    elif message is not None:
        out.append(f"{message}:\n")
    limit = limit_of_builtin()
    if frames is not None and limit:
        out.append("Traceback (most recent call last):\n")
        out += traceback.format_tb(frames, limit)
    if kind is not None:
        name = kind.__qualname__
        if kind.__module__ not in ("builtins", "__main__"):
            name = f"{kind.__module__}.{name}"
        out.append(f"{name}: {stand}\n" if stand is not None else f"{name}\n")
    return "".join(out)


def placeholder(kind: Any, frames: Any, marker: str) -> str:
    """
    Return what leaves when a traceback cannot be redacted: its type and places, no source, no text.

    Args:
        kind: The type of the exception.
        frames: Its traceback, or ``None``.
        marker: Why it is withheld.
    """
    out: list[str] = []
    while frames is not None and len(out) < _MOST_ENTRIES:
        code = frames.tb_frame.f_code
        out.append(f'  File "{code.co_filename}", line {frames.tb_lineno}, in {code.co_name}\n')
        frames = frames.tb_next
    header = "Traceback (most recent call last):\n" if out else ""
    return f"{header}{''.join(out)}{getattr(kind, '__name__', 'Exception')}: {marker}\n"


def write(text: str, stream: Any) -> None:
    """Write *text* to *stream* as the interpreter does: what fails there is nobody's to handle."""
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except Exception:  # noqa: BLE001, S110  # closed, or of a program that failed
        pass


def _in_colour() -> bool:
    colours = getattr(traceback, "_colorize", None)  # Python 3.13
    if colours is None:
        return False
    try:
        return bool(colours.can_colorize(file=sys.stderr))
    except TypeError:
        return bool(colours.can_colorize())


def _written(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # as the interpreter says it
        return "<object repr() failed>"
