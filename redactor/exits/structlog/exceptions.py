"""Exceptions that structlog formats: with redacted variables and redacted lines of source."""

from __future__ import annotations

import functools
import sys
import types
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from redactor.exits.rendered import rendered, secrets_seen
from redactor.exits.structlog.events import exc_info_of
from redactor.exits.structlog.formatter import copy_of
from redactor.markers import is_marker, marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches
    from redactor.exits.structlog.here import Here

__all__ = ["protect_exceptions"]

#: Files whose redacted lines are kept.
_MAX_FILES = 64


class _Bare(str):
    """A marker, which is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str.__str__(self)


class _Keeping:
    """A guard that lets clean objects be: rich shows them in a form of its own."""

    keeps_definitions = True

    def __init__(self, guard: Guard, here: Here) -> None:
        self._guard = guard
        self._here = here

    def __getattr__(self, name: str) -> Any:
        return getattr(self._guard, name)

    def variables(self, values: dict[str, Any]) -> Any:
        if self._guard.mode is not None:
            return self._guard.variables(values)
        return self.record(values)

    def record(self, value: Any) -> Any:
        if type(value) is not dict:
            return self._guard.record(value)  # of an exception itself, its texts are wanted
        made = self._guard.redactor.record(value)
        if made is value or type(made) is not dict:
            return made
        held = secrets_seen(self._guard)
        held.look(value, "")
        self._here.saw(held)
        return {name: _Bare(each) if _is_marker(each) else each for name, each in made.items()}


def _is_marker(value: Any) -> bool:
    return type(value) is str and is_marker(value)


def protect_exceptions(guard: Guard, patches: Patches, here: Here) -> None:
    """Let structlog format redacted exceptions only."""
    keeping = cast("Guard", _Keeping(guard, here))

    def figuring(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def figure_out_exc_info(value: Any) -> Any:
            info = original(value)
            if not guard.active or not isinstance(info, tuple):
                return info
            return exc_info_of(info, keeping)

        return figure_out_exc_info

    def printing(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(self: Any, logger: Any, name: str, event_dict: Any) -> Any:
            if not guard.active:
                return original(self, logger, name, event_dict)
            printer = copy_of(self)
            printer._file = _Redacted(self._file, guard)  # noqa: SLF001  # where it prints to
            return original(printer, logger, name, event_dict)

        return call

    processors = import_module("structlog.processors")
    for module in (processors, import_module("structlog.dev")):
        patches.replace(module, "_figure_out_exc_info", figuring)
    patches.replace(processors.ExceptionPrettyPrinter, "__call__", printing)
    # Imported by structlog.dev where it is installed.
    rich = sys.modules.get("rich.traceback")
    if rich is not None and hasattr(rich, "linecache"):
        patches.replace(rich, "linecache", lambda real: _with_redacted_lines(real, guard))


class _Redacted:
    """A file for one exception."""

    def __init__(self, file: Any, guard: Guard) -> None:
        self._file = file
        self._guard = guard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: str) -> Any:
        try:
            text = rendered(text, self._guard)
        except Exception as error:  # noqa: BLE001  # C1
            text = self._guard.failed("structlog", error)
        return self._file.write(text)


def _with_redacted_lines(linecache: Any, guard: Guard) -> types.ModuleType:
    """Return a module like *linecache*, the lines of which are redacted."""
    known: dict[str, tuple[list[str], list[str]]] = {}

    def getlines(filename: str, module_globals: Any = None) -> list[str]:
        lines: list[str] = linecache.getlines(filename, module_globals)
        if not guard.active:
            return lines
        made = known.get(filename)
        if made is None or made[0] is not lines:
            if len(known) >= _MAX_FILES:
                known.clear()
            made = known[filename] = (lines, _redacted_lines(lines, guard))
        return made[1]

    def getline(filename: str, lineno: int, module_globals: Any = None) -> str:
        lines = getlines(filename, module_globals)
        return lines[lineno - 1] if 1 <= lineno <= len(lines) else ""

    module = types.ModuleType(linecache.__name__)
    module.__dict__.update(vars(linecache), getlines=getlines, getline=getline)
    return module


def _redacted_lines(lines: list[str], guard: Guard) -> list[str]:
    """Return *lines* of source, redacted, as many of them."""
    text = "".join(lines)
    redacted = guard.text(text)
    if redacted is text:
        return lines
    made = redacted.splitlines(keepends=True)
    if len(made) == len(lines):
        return made
    made = [guard.text(line) for line in lines]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for finding in guard.redactor.find(text):
        for number, start in enumerate(starts[:-1]):
            if start < finding.end and finding.start < starts[number + 1]:
                over = finding.start < start or finding.end > starts[number + 1]
                made[number] = f"{marker(finding.rule)}\n" if over else made[number]
    return made
