"""
Exceptions that nobody handled: what the hooks of the interpreter and of threads are given.

A hook that is set later is watched from the next part of a test on: pytest has hooks of its own.
What a hook of the program writes before that leaves by another exit, which is watched.
"""

from __future__ import annotations

import functools
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, is_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType, TracebackType

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

    for module, name, make in (
        (sys, "excepthook", of_interpreter),
        (sys, "unraisablehook", of_arguments),
        (threading, "excepthook", of_arguments),
    ):
        hook = _Hook(module, name, make)
        hook.watch()
        watch.renew_with(hook.watch)
        patches.on_undo(hook.put_back)


class _Hook:
    """
    A hook that others may set at any time.

    To see each assignment would take another class of ``sys``, by which every look-up of a name in
    it costs more, and a log record takes several.
    """

    def __init__(self, module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
        self._names = vars(module)
        self._name = name
        self._make = make
        self._made: Any = None
        self._original: Any = None

    def watch(self) -> None:
        """Put a watched hook in the place of the one that is there, unless it is watched."""
        now = self._names.get(self._name)
        if now is self._made or not callable(now):
            return
        self._original, self._made = now, self._make(now)
        self._names[self._name] = self._made

    def put_back(self) -> None:
        """Put back what was there last."""
        if self._names.get(self._name) is self._made is not None:
            self._names[self._name] = self._original


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
