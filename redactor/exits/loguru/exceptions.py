"""
Tracebacks as Loguru writes them, redacted.

Loguru shows the callers above the place where an exception was caught (``backtrace``) and, under
each line, what its names stand for (``diagnose``, which is on by default). It reads both from
frames; here it gets frames that look the same and show redacted values. What it makes of them is
its own.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.exits.exceptions import stand_in
from redactor.exits.frames import real_frame
from redactor.exits.rendered import named, secrets_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType, FrameType, ModuleType, TracebackType

    from redactor.exits.guard import Guard
    from redactor.exits.loguru.emitting import Here
    from redactor.exits.patches import Patches
    from redactor.records.held import Held

__all__ = ["protect_exceptions"]

_RAISED = "[redacted:withheld:repr]"
#: Values that are looked for in the rest of a text, and how many of them.
_PLAIN = (str, bytes, int, dict, list, tuple)
_MAX_SEEN = 100


def protect_exceptions(guard: Guard, patches: Patches, module: ModuleType, here: Here) -> None:
    """
    Let *module* (``loguru._better_exceptions``) write redacted tracebacks only.

    Args:
        guard: What redacts.
        patches: The patches of the exit.
        module: Where tracebacks are written.
        here: ``here.now.stand`` is the stand-in of the exception whose record is written.
    """

    def formatting(original: Callable[..., Iterable[str]]) -> Callable[..., Iterable[str]]:
        @functools.wraps(original)
        def format_exception(
            self: Any, type_: Any, value: Any, tb: Any, **options: Any
        ) -> Iterable[str]:
            if not guard.active:
                return original(self, type_, value, tb, **options)
            try:
                if isinstance(value, BaseException) and value is not here.now.stand:
                    value = stand_in(value, guard)
                return ["".join(original(self, type_, value, tb, **options))]
            except Exception as error:  # noqa: BLE001  # C1
                return [guard.failed("loguru", error), "\n"]

        return format_exception

    def extracting(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def extract_frames(self: Any, tb: Any, *args: Any, **options: Any) -> Any:
            if guard.active and tb is not None:
                tb = _Traceback(tb, _Showing(guard, here.now.seen))
            return original(self, tb, *args, **options)

        return extract_frames

    patches.replace(module.ExceptionFormatter, "format_exception", formatting)
    patches.replace(module.ExceptionFormatter, "_extract_frames", extracting)
    # Names of that module only: what it asks for the source of a line and for an attribute.
    patches.replace(module, "linecache", lambda real: _with_redacted_lines(real, guard))
    patches.replace(module, "inspect", _with_shown_attributes)


def _with_redacted_lines(linecache: Any, guard: Guard) -> ModuleType:
    """Return a module like *linecache*, the lines of which are redacted."""

    def getline(filename: str, lineno: int, module_globals: Any = None) -> str:
        line: str = linecache.getline(filename, lineno, module_globals)
        return guard.text(line) if guard.active else line

    return _like(linecache, getline=getline)


def _with_shown_attributes(real: Any) -> ModuleType:
    """Return a module like *inspect*, which looks attributes up in what a shown value shows."""

    def getattr_static(value: Any, name: str, *default: Any) -> Any:
        if not isinstance(value, _Shown):
            return inspect.getattr_static(value, name, *default)
        return _Shown(name, inspect.getattr_static(value.value, name, *default), value.showing)

    return _like(real, getattr_static=getattr_static)


def _like(real: Any, **replaced: Any) -> ModuleType:
    module = types.ModuleType(real.__name__)
    module.__dict__.update(vars(real))
    module.__dict__.update(replaced)
    return module


class _Showing(NamedTuple):
    """
    Attributes:
        guard: What redacts.
        seen: The secrets that were shown under their names.
    """

    guard: Guard
    seen: list[Held]


class _Traceback:
    """A traceback for Loguru."""

    __slots__ = ("_real", "_showing", "tb_lineno")

    def __init__(self, real: TracebackType, showing: _Showing) -> None:
        self._real = real
        self._showing = showing
        self.tb_lineno = real.tb_lineno

    @property
    def tb_frame(self) -> _Frame:
        return _Frame(real_frame(self._real.tb_frame), self._showing)

    @property
    def tb_next(self) -> _Traceback | None:
        following = self._real.tb_next
        return None if following is None else _Traceback(following, self._showing)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _Frame:
    """A frame for Loguru: the same place and callers, variables that show redacted values."""

    __slots__ = ("_real", "_showing")

    def __init__(self, real: FrameType, showing: _Showing) -> None:
        self._real = real
        self._showing = showing

    @property
    def f_back(self) -> _Frame | None:
        caller = self._real.f_back
        return None if caller is None else _Frame(real_frame(caller), self._showing)

    @property
    def f_code(self) -> CodeType:
        return self._real.f_code

    @property
    def f_lineno(self) -> int:
        return self._real.f_lineno

    @property
    def f_locals(self) -> _Names:
        return _Names(self._real.f_locals, self._showing)

    @property
    def f_globals(self) -> _Names:
        return _Names(self._real.f_globals, self._showing)


class _Names:
    """Variables by name."""

    __slots__ = ("_showing", "_variables")

    def __init__(self, variables: Mapping[str, Any], showing: _Showing) -> None:
        self._variables = variables
        self._showing = showing

    def __getitem__(self, name: str) -> _Shown:
        return _Shown(name, self._variables[name], self._showing)


class _Shown:
    """The value of a variable or an attribute; its ``repr`` is the value's, redacted."""

    __slots__ = ("_name", "showing", "value")

    def __init__(self, name: str, value: Any, showing: _Showing) -> None:
        self._name = name
        self.value = value
        self.showing = showing

    def __repr__(self) -> str:
        value = self.value
        guard, seen = self.showing
        settled = named(self._name, value, guard)
        if settled is not value and isinstance(value, _PLAIN) and len(seen) < _MAX_SEEN:
            held = secrets_seen(guard)
            held.look(value, self._name)
            seen.append(held)
        if type(settled) is str and settled == _RAISED and type(value) is not str:
            return f"<unprintable {type(value).__name__} object>"
        # What stands for it says what the value said; of a clean value it is the value.
        return guard.text(repr(settled))
