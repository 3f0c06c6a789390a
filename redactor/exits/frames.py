"""
Stand-ins for the frames of a traceback: the same places, with redacted variables.

Tools that show an exception read the variables of its frames: Sentry, Loguru, rich, structlog,
Django. The variables of a stand-in are redacted when somebody asks for them, and it has no caller:
nothing leads from it to the frames of the program.
"""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Iterator, Mapping
from inspect import CO_GENERATOR
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, Any, cast

from redactor.exits.views import DEFINITIONS, viewed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from redactor.exits.guard import Guard

__all__ = ["is_stand_in", "real_frame", "traceback_of"]

#: Frames of one traceback, the innermost ones: Python's own limit of recursion, twice.
_MAX_FRAMES = 2_000
#: Lines of source above and below the one of a frame that readers show at most.
_AROUND = 10
#: What readers of source lines ask the globals of a frame for.
_KEPT_GLOBALS = ("__name__", "__file__", "__loader__", "__spec__", "__package__")


def _stub() -> Generator[None]:
    yield


# A generator that was never started has a frame, without a caller and without having run. Without
# the other flags it takes any mapping for its variables, as the code of a module or a class does.
_STUB = _stub.__code__.replace(co_flags=CO_GENERATOR)
_UNITS = len(_STUB.co_code) // 2


def traceback_of(
    real: TracebackType | None, guard: Guard, *, sources: bool = True
) -> TracebackType | None:
    """
    Return a traceback of the same places as *real*, of frames that hold redacted variables only.

    Of a very long one, the innermost frames.

    Args:
        real: The traceback.
        guard: What redacts.
        sources: Whoever gets it scans what he makes of it. Else, where there is a secret in the
            source around a line, the file of the frame is one that cannot be read: ``<FILE>``.
    """
    entries: list[TracebackType] = []
    while real is not None:
        entries.append(real)
        real = real.tb_next
    stubs: dict[tuple[CodeType, int, int | None], CodeType] = {}
    made: TracebackType | None = None
    for entry in reversed(entries[-_MAX_FRAMES:]):
        frame = entry.tb_frame
        # There is none in code that a compiler made up, whatever the stubs of the types say.
        line = cast("int | None", entry.tb_lineno)
        place = (frame.f_code, entry.tb_lasti, line)
        stub = stubs.get(place)
        if stub is None:
            file = frame.f_code.co_filename
            if not sources and line is not None and _is_secret(file, line, frame, guard):
                file = f"<{file}>"
            stub = stubs[place] = _placed(*place, file)
        # A line of -1 is looked up in the stub, which has none either.
        made = TracebackType(made, _frame(frame, stub, guard), 0, -1 if line is None else line)
    return made


def is_stand_in(traceback: TracebackType | None) -> bool:
    """Say whether the first frame of *traceback* is a stand-in."""
    if traceback is None:
        return False
    frame = traceback.tb_frame
    if frame.f_code.co_flags != CO_GENERATOR:
        return False
    variables: Any = frame.f_locals
    return type(variables) is _Variables


def real_frame(frame: FrameType) -> FrameType:
    """
    Return the frame that *frame* stands for; *frame* itself where it stands for none.

    What it holds is not redacted: for an exit that shows the callers of a frame and redacts their
    variables itself.
    """
    while frame.f_code.co_flags == CO_GENERATOR:
        variables: Any = frame.f_locals
        if type(variables) is not _Variables:
            break
        frame = variables.frame
    return frame


def _frame(real: FrameType, stub: CodeType, guard: Guard) -> FrameType:
    values = _Globals(real.f_globals, guard)
    for name in _KEPT_GLOBALS:
        if name in real.f_globals:
            values[name] = real.f_globals[name]
    # Celery hands frames on that came through a pipe and are plain objects.
    values["__builtins__"] = getattr(real, "f_builtins", builtins.__dict__)
    generator = eval(stub, values, _Variables(real, guard))  # noqa: S307  # code of our own
    frame: FrameType = generator.gi_frame
    return frame


class _Variables(Mapping[str, Any]):
    """
    The redacted variables of a frame, made when they are first asked for.

    Not a ``dict``: a copy of one made in C would pass by what is redefined here.
    """

    __slots__ = ("_guard", "_read", "_values", "frame")

    def __init__(self, frame: FrameType, guard: Guard) -> None:
        self.frame = frame
        self._guard = guard
        self._read = False
        self._values: dict[str, Any] = {}

    def _made(self) -> dict[str, Any]:
        if not self._read:
            self._values = _redacted(lambda: _variables(self.frame, self._guard), self._guard)
            self._read = True
        return self._values

    def __getitem__(self, name: str) -> Any:
        return self._made()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def __repr__(self) -> str:
        return repr(self._made())

    def __or__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return self._made() | dict(other)

    def __ror__(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return dict(other) | self._made()

    def copy(self) -> dict[str, Any]:
        """Return the variables as a ``dict``, as the variables of a real frame can be copied."""
        return dict(self._made())

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self.copy(),)


class _Globals(dict[str, Any]):
    """
    The names that readers of source lines ask for; each other one, redacted, when it is asked for.

    Loguru and others show what the names in a line of code stood for. Only single names are looked
    up: a copy, or all items, are those few that it holds.
    """

    __slots__ = ("_guard", "_real")

    def __init__(self, real: dict[str, Any], guard: Guard) -> None:
        super().__init__()
        self._real = real
        self._guard = guard

    def __missing__(self, name: str) -> Any:
        value = self._real[name]
        return _redacted(lambda: {name: value}, self._guard).get(name)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self._real

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401  # this is that method

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, ({"__name__": dict.get(self, "__name__")},)


def _redacted(read: Callable[[], dict[str, Any]], guard: Guard) -> dict[str, Any]:
    try:
        values = read()
        redacted = guard.variables(values)
        if type(redacted) is not dict:
            return {"variables": redacted}
        return {name: viewed(values.get(name), new, guard) for name, new in redacted.items()}
    except Exception as failure:  # noqa: BLE001  # C1
        return {"variables": guard.failed("tracebacks", failure)}


def _variables(frame: FrameType, guard: Guard) -> dict[str, Any]:
    """Return the variables of *frame*; of a module, without what Python keeps there."""
    variables = frame.f_locals
    # structlog shows all that it finds, and what it shows is to stay as it is.
    if variables is not frame.f_globals or getattr(guard, "keeps_definitions", False):
        return dict(variables)
    return {
        name: value
        for name, value in dict(variables).items()
        if not name.startswith("__") and not isinstance(value, DEFINITIONS)
    }


# Places -----------------------------------------------------------------------------------------


def _is_secret(file: str, line: int, frame: FrameType, guard: Guard) -> bool:
    """Say whether there is a secret in what readers show of the source at *line*."""
    lines = linecache.getlines(file, frame.f_globals)
    around = "".join(lines[max(line - 1 - _AROUND, 0) : line + _AROUND])
    return guard.text(around) is not around


def _placed(code: CodeType, lasti: int, line: int | None, file: str) -> CodeType:
    """Return the stub with the name and the place of *code* at *lasti*, in *file*."""
    position = next(islice(code.co_positions(), lasti // 2, None), None) if lasti >= 0 else None
    start, end, column, end_column = position or (line, line, None, None)
    start = line if start is None else start
    first = code.co_firstlineno
    return _STUB.replace(
        co_filename=file,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
        co_firstlineno=first,
        co_linetable=_positions(
            None if start is None else start - first,
            max(end - start, 0) if end is not None and start is not None else 0,
            column,
            end_column,
        ),
    )


def _positions(delta: int | None, lines: int, column: int | None, end_column: int | None) -> bytes:
    """
    Return a table that gives every instruction of the stub one place.

    The format is that of ``Objects/locations.md`` in the sources of CPython 3.11 and later: entries
    of up to eight instructions; kind 14 has a line and columns, 13 a line only, 15 nothing.
    """
    table = bytearray()
    left = _UNITS
    columns = b""
    kind = 13 if delta is not None else 15
    if kind == 13 and column is not None and end_column is not None:
        kind = 14
        columns = _varint(lines) + _varint(column + 1) + _varint(end_column + 1)
    while left:
        units = min(left, 8)
        left -= units
        table.append(0x80 | kind << 3 | (units - 1))
        if delta is not None:
            # The first entry moves the line from that of the definition; the others stay there.
            table += _varint(delta << 1 if delta >= 0 else (-delta << 1) | 1) + columns
            delta = 0
    return bytes(table)


def _varint(value: int) -> bytes:
    """Return *value* in six bits a byte, the lowest first."""
    out = bytearray()
    while value >= 0x40:
        out.append(0x40 | value & 0x3F)
        value >>= 6
    out.append(value)
    return bytes(out)
