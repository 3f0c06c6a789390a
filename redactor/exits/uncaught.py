"""
Exceptions that nobody handled, and what the ``traceback`` module prints.

A hook of the program gets a stand-in of the exception. What Python prints itself is scanned as
text, source lines included.
"""

from __future__ import annotations

import io
import sys
import threading
import traceback
from functools import wraps
from typing import TYPE_CHECKING, Any

from redactor.exits.exceptions import WithheldError, exc_info
from redactor.exits.frames import traceback_of
from redactor.exits.traceback_text import ignored, placeholder, printed, write
from redactor.exits.views import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect_hooks", "protect_printing", "protect_threads"]

_EXIT = "tracebacks"


# Hooks of the interpreter -----------------------------------------------------------------------


def protect_hooks(guard: Guard, patches: Patches) -> None:
    """Guard ``sys.excepthook`` and ``sys.unraisablehook``, whoever sets them and whenever."""
    _protect_hook(sys, "excepthook", _ExceptHooks(guard), patches)
    _protect_hook(sys, "unraisablehook", _UnraisableHooks(guard), patches)


def _protect_hook(module: Any, name: str, hooks: Any, patches: Patches) -> None:
    """Guard the hook *name*, its original under the name with underscores, and later ones."""
    default = getattr(module, f"__{name}__")
    guarded = hooks.of_python(default)
    patches.replace(module, f"__{name}__", lambda _: guarded)
    patches.hold(module, name, hooks.of_program, known=((guarded, default),))


class _ExceptHooks:
    """Makes what takes the place of ``sys.excepthook``."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def of_python(self, hook: Any) -> Any:
        guard = self._guard

        @wraps(hook)
        def excepthook(kind: Any, value: Any, frames: Any, /) -> Any:
            if not guard.active or not isinstance(value, BaseException):
                return hook(kind, value, frames)
            write(_text(value, frames, guard), sys.stderr)
            return None

        return excepthook

    def of_program(self, hook: Any) -> Any:
        guard = self._guard

        @_named_as(hook)
        def excepthook(kind: Any, value: Any, frames: Any, /) -> Any:
            if not guard.active or not isinstance(value, BaseException):
                return hook(kind, value, frames)
            stands = _stand_ins(value, frames, guard)
            try:
                return hook(*stands)
            except SystemExit:
                raise
            except BaseException as error:  # noqa: BLE001  # the interpreter would print both raw
                own = _text(error.with_traceback(_behind(error)), None, guard)
                write(f"Error in sys.excepthook:\n{own}\nOriginal exception was:\n", sys.stderr)
                write(_text(value, frames, guard), sys.stderr)
            return None

        return excepthook


class _UnraisableHooks:
    """Makes what takes the place of ``sys.unraisablehook``."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._default: Any = None

    def of_python(self, hook: Any) -> Any:
        guard = self._guard
        self._default = hook

        @wraps(hook)
        def unraisablehook(unraisable: Any, /) -> Any:
            if not guard.active:
                return hook(unraisable)
            self._print(unraisable)
            return None

        return unraisablehook

    def _print(self, unraisable: Any) -> None:
        text, same = _ignored(unraisable, self._guard)
        if same is not None:
            self._default(same)
        else:
            write(text, sys.stderr)

    def of_program(self, hook: Any) -> Any:
        guard = self._guard

        @_named_as(hook)
        def unraisablehook(unraisable: Any, /) -> Any:
            if not guard.active:
                return hook(unraisable)
            try:
                args = _unraisable(unraisable, guard)
            except Exception as failure:  # noqa: BLE001  # C1
                write(_withheld(unraisable, guard.failed(_EXIT, failure)), sys.stderr)
                return None
            try:
                return hook(args)
            except BaseException as error:  # noqa: BLE001  # the interpreter would print it raw
                message = "Exception ignored in sys.unraisablehook"
                own = (type(error), error, _behind(error), message, hook)
                self._print(type(unraisable)(own))
            return None

        return unraisablehook


def _unraisable(unraisable: Any, guard: Guard, *, sources: bool = False) -> Any:
    value = unraisable.exc_value
    kind, frames = unraisable.exc_type, unraisable.exc_traceback
    if value is not None:
        kind, value, frames = _stand_ins(value, frames, guard, sources=sources)
    message = unraisable.err_msg
    about = unraisable.object
    return type(unraisable)(
        (
            kind,
            value,
            frames,
            guard.text(message) if type(message) is str else message,
            shown(about, guard) if about is not None else None,
        )
    )


def _ignored(unraisable: Any, guard: Guard) -> tuple[str, Any]:
    """Return the text for *unraisable*; where it is clean, what Python may print it from, too."""
    try:
        args = _unraisable(unraisable, guard, sources=True)
        text = ignored(args.exc_value, args.exc_type, args.exc_traceback, args.err_msg, args.object)
        redacted = guard.text(text)
    except Exception as failure:  # noqa: BLE001  # C1
        return _withheld(unraisable, guard.failed(_EXIT, failure)), None
    return redacted, args if redacted is text else None


def _withheld(unraisable: Any, marker: str) -> str:
    text = placeholder(unraisable.exc_type, unraisable.exc_traceback, marker)
    return f"Exception ignored in: {marker}\n{text}"


# Threads ----------------------------------------------------------------------------------------


def protect_threads(guard: Guard, patches: Patches) -> None:
    """
    Guard ``threading.excepthook``.

    Threads make the argument of the hook by a name of the module, just before the call: whoever set
    the hook, and whenever, it gets stand-ins.
    """
    default = threading.__excepthook__
    real = threading.ExceptHookArgs

    @wraps(default)
    def excepthook(args: Any, /) -> Any:
        if not guard.active or not isinstance(args.exc_value, BaseException):
            return default(args)
        if args.exc_type is not SystemExit:
            thread = args.thread
            stream = sys.stderr
            if stream is None and thread is not None:
                stream = getattr(thread, "_stderr", None)
            write(_text_of_thread(args, guard), stream)
        return None

    patches.replace(threading, "__excepthook__", lambda _: excepthook)
    if threading.excepthook is default:
        patches.replace(threading, "excepthook", lambda _: excepthook)
    patches.replace(threading, "ExceptHookArgs", lambda _: _thread_args(real, guard, excepthook))


def _thread_args(real: Any, guard: Guard, own: Any) -> Any:
    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real)

    class ExceptHookArgs(metaclass=Kind):
        __doc__ = real.__doc__

        def __new__(cls, args: Any, /) -> Any:
            kind, value, frames, thread = args
            if (
                guard.active
                and threading.excepthook is not own
                and isinstance(value, BaseException)
            ):
                kind, value, frames = _stand_ins(value, frames, guard)
                thread = _thread(thread, guard)
            return real((kind, value, frames, thread))

    return ExceptHookArgs


def _text_of_thread(args: Any, guard: Guard) -> str:
    thread = args.thread
    name = thread.name if thread is not None else str(threading.get_ident())
    text = _text(args.exc_value, args.exc_traceback, guard)
    try:
        mode = guard.mode
        shown = guard.text(str(name)) if mode is None else mode.shaped("thread", str(name))
    except Exception as failure:  # noqa: BLE001  # C1
        shown = guard.failed(_EXIT, failure)
    return f"Exception in thread {shown}:\n{text}"


def _thread(thread: Any, guard: Guard) -> Any:
    """Return *thread*, and a view of it where its name holds a secret."""
    name = getattr(thread, "name", None)
    try:
        if type(name) is not str or guard.text(name) is name:
            return thread
        return shown(thread, guard)
    except Exception as failure:  # noqa: BLE001  # C1
        guard.failed(_EXIT, failure)
        return None


# The traceback module ---------------------------------------------------------------------------


def protect_printing(guard: Guard, patches: Patches) -> None:
    """
    Scan what the ``traceback`` module prints to standard error or to a file.

    All its functions print by these two. What they format, and what they print to a ``StringIO``,
    has not left: the program has it.
    """

    def printing(print_: Any) -> Any:
        @wraps(print_)
        def print_exception(
            self: Any, *, file: Any = None, chain: bool = True, **kwargs: Any
        ) -> Any:
            if not guard.active or isinstance(file, io.StringIO):
                return print_(self, file=file, chain=chain, **kwargs)
            file = sys.stderr if file is None else file
            try:
                text = "".join(self.format(chain=chain))
                redacted = guard.text(text)
            except Exception as failure:  # noqa: BLE001  # C1
                redacted = placeholder(self.exc_type, None, guard.failed(_EXIT, failure))
            else:
                if redacted is text and kwargs:
                    return print_(self, file=file, chain=chain, **kwargs)
            print(redacted, file=file, end="")
            return None

        return print_exception

    def listing(print_: Any) -> Any:
        @wraps(print_)
        def print_list(extracted_list: Any, file: Any = None) -> Any:
            if not guard.active or isinstance(file, io.StringIO):
                return print_(extracted_list, file)
            file = sys.stderr if file is None else file
            try:
                redacted = guard.text("".join(traceback.format_list(extracted_list)))
            except Exception as failure:  # noqa: BLE001  # C1
                redacted = f"  {guard.failed(_EXIT, failure)}\n"
            print(redacted, file=file, end="")
            return None

        return print_list

    patches.replace(traceback.TracebackException, "print", printing)
    patches.replace(traceback, "print_list", listing)


# What they share --------------------------------------------------------------------------------


def _stand_ins(
    value: BaseException, frames: Any, guard: Guard, *, sources: bool = False
) -> tuple[Any, Any, Any]:
    """Return what a hook is called with."""
    kind, stand, own = exc_info(value, guard, sources=sources)
    if frames is not value.__traceback__ and type(stand) is not WithheldError:
        try:
            own = traceback_of(frames, guard, sources=sources)
        except Exception as failure:  # noqa: BLE001  # C1
            guard.failed(_EXIT, failure)
            own = None
    return kind, stand, own


def _text(value: BaseException, frames: TracebackType | None, guard: Guard) -> str:
    try:
        _, stand, own = _stand_ins(value, frames, guard, sources=True)
        if stand.__traceback__ is None and own is not None:
            stand.__traceback__ = own
        if type(stand) is not WithheldError:
            return printed(stand, value, guard)
        marker = str(stand)
    except Exception as failure:  # noqa: BLE001  # C1
        marker = guard.failed(_EXIT, failure)
    return placeholder(type(value), frames, marker)


def _behind(error: BaseException) -> TracebackType | None:
    """Return the traceback of *error* without the frame in this module."""
    return error.__traceback__.tb_next if error.__traceback__ is not None else None


def _named_as(hook: Any) -> Callable[[Any], Any]:
    # Not what else is on it: others put marks on their hooks to know them again.
    return wraps(hook, updated=())
