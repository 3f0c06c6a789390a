"""
Exceptions that nobody handled: what the hooks of the interpreter and of threads are given.

Each hook that is set later is watched as well: pytest has hooks of its own for each test.
"""

from __future__ import annotations

import functools
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, is_program

if TYPE_CHECKING:
    from types import TracebackType

    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

_EXIT = "tracebacks"


def observe(watch: Watch, patches: Patches) -> None:
    """Watch ``sys.excepthook``, ``sys.unraisablehook`` and ``threading.excepthook``."""

    def of_interpreter(hook: Any) -> Any:
        @functools.wraps(hook)
        def excepthook(kind: Any, value: Any, frames: Any) -> Any:
            watch.safely(_look_at, value, frames, watch)
            return hook(kind, value, frames)

        return excepthook

    def of_arguments(hook: Any) -> Any:
        @functools.wraps(hook)
        def excepthook(args: Any) -> Any:
            if args.exc_type is not SystemExit:
                watch.safely(_look_at, args.exc_value, args.exc_traceback, watch)
            return hook(args)

        return excepthook

    patches.hold(sys, "excepthook", of_interpreter)
    patches.hold(sys, "unraisablehook", of_arguments)
    patches.hold(threading, "excepthook", of_arguments)


def _look_at(error: BaseException | None, frames: TracebackType | None, watch: Watch) -> None:
    if error is None:
        return
    text = "".join(traceback.format_exception(type(error), error, frames))
    watch.text(_EXIT, text, _raised_at(frames), but="there")


def _raised_at(frames: TracebackType | None) -> Call:
    """Return the innermost line of the program in *frames*."""
    found = Call()
    while frames is not None:
        code = frames.tb_frame.f_code
        if is_program(code.co_filename):
            found = Call(code.co_filename, frames.tb_lineno, code.co_name)
        frames = frames.tb_next
    return found
