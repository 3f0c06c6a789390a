"""
Standard output and standard error: what programs print, text and bytes.

The binary layer below ``sys.stdout`` is exchanged; the text layer is Python's own.
"""

from __future__ import annotations

import atexit
import codecs
import io
import os
import sys
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from redactor.exits.guard import ExitError
from redactor.exits.lines_so_far import LinesSoFar
from redactor.stats import placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["finish_all", "protect"]

_EXIT = "streams"
_NAMES = ("stdout", "stderr")
#: Seconds to wait for a stream at the end, which a thread that was stopped may hold for ever.
_AT_END = 1.0


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard ``sys.stdout`` and ``sys.stderr``, and the originals that Python keeps of them.

    A stream in memory is left alone: nothing has left.

    Raises:
        ExitError: A stream is in an encoding that does not keep ASCII.
    """
    made: dict[int, Any] = {}
    for name in (*_NAMES, *(f"__{name}__" for name in _NAMES)):
        real = getattr(sys, name)
        if real is None or isinstance(real, io.StringIO):
            continue
        if id(real) not in made:
            made[id(real)] = _guarded(real, name, guard, patches)
        patches.replace(sys, name, partial(_instead, made[id(real)]))


def _instead(guarded: Any, _real: Any) -> Any:
    return guarded


def finish_all() -> None:
    """Write all that is kept back, as a process must that ends without ``atexit``."""
    for output in tuple(_outputs):
        output.finish()


def _guarded(real: Any, name: str, guard: Guard, patches: Patches) -> Any:
    buffer = getattr(real, "buffer", None)
    if not isinstance(buffer, io.IOBase):
        return _GuardedText(real, _Output(guard, real, as_text=True), patches)
    encoding = getattr(real, "encoding", None) or "utf-8"
    if "a1=\n".encode(encoding) != b"a1=\n":
        raise ExitError(
            f"exit streams: sys.{name}",
            f"its encoding {encoding} does not keep ASCII",
            "Use UTF-8, for example by PYTHONIOENCODING=utf-8",
        )
    real.flush()
    layer = _GuardedBuffer(buffer, _Output(guard, buffer, above=real))
    text = io.TextIOWrapper(
        cast("BinaryIO", layer),
        encoding=encoding,
        errors=getattr(real, "errors", None) or "strict",
        # As Python sets them up: a line break stays, or becomes that of the system on Windows.
        newline=None if os.linesep != "\n" else "\n",
        line_buffering=bool(getattr(real, "line_buffering", False)),
        write_through=bool(getattr(real, "write_through", False)),
    )
    mode = getattr(real, "mode", None)
    if mode is not None:
        text.mode = mode  # type: ignore[misc]  # as Python sets it on its own
    patches.on_undo(lambda: _let_go(text, layer))
    return text


def _let_go(text: io.TextIOWrapper, layer: _GuardedBuffer) -> None:
    text.flush()
    layer.let_go()


class _Output:
    """
    One stream of bytes on its way out.

    Args:
        guard: What redacts.
        real: Where the bytes go.
        as_text: *real* takes text.
        above: The text layer that *real* had, which is in use again after ``uninstall()``.
    """

    def __init__(
        self, guard: Guard, real: Any, *, as_text: bool = False, above: Any = None
    ) -> None:
        self._guard = guard
        self._real = real
        self._above = above
        # A long line leaves in windows, which may end inside a character.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass") if as_text else None
        self._lines = LinesSoFar(guard)
        # Not buffered in any layer: each write must come out at once.
        self._at_once = isinstance(real, io.RawIOBase)
        self._ending = False
        self._lock = threading.RLock()
        self._inside = False
        _outputs.add(self)
        atexit.register(self._end)

    def write(self, data: bytes) -> None:
        """Take *data*, write what it completes."""
        self._locked(lambda: self._write(data))

    def flush(self) -> None:
        """Write what may leave."""
        self._locked(self._flush)

    def finish(self) -> None:
        """Write all that is kept back."""
        self._locked(lambda: self._pass(self._lines.finish))
        self._flush_real()

    def stop(self) -> None:
        """Write all that is kept back; then keep nothing back any more."""
        self.finish()
        atexit.unregister(self._end)
        _outputs.discard(self)

    def after_fork(self) -> None:
        """Go on in a child: what is kept back is the parent's to write."""
        self._lock = threading.RLock()
        self._inside = False
        self._lines.forget_pending()

    def _end(self) -> None:
        # Others may print behind this one: from here on a flush lets everything out.
        self._ending = True
        self.finish()

    def _locked(self, do: Callable[[], object]) -> None:
        lock = self._lock  # another one in a child, when this one forks inside
        got = lock.acquire(timeout=_AT_END if self._ending else -1)
        try:
            do()
        finally:
            if got:
                lock.release()

    def _write(self, data: bytes) -> None:
        if not self._guard.active:
            if not self._lines.is_empty:
                self._put(self._lines.finish())
            if self._above is not None and not self._above.closed:
                self._above.flush()  # what was printed there comes first
            self._put(data)
        elif self._inside:
            # A signal handler or a report of our own, in the middle of another write.
            self._put(self._guard.redactor.lines(data))
        else:
            self._pass(lambda: self._lines.write(data))
            if self._at_once:
                self._pass(self._lines.flush)

    def _flush(self) -> None:
        if not self._inside and self._guard.active:
            self._pass(self._lines.finish if self._ending else self._lines.flush)
        self._flush_real()

    def _flush_real(self) -> None:
        flush = getattr(self._real, "flush", None)  # a stream of a program may have none
        if flush is not None and not getattr(self._real, "closed", False):
            flush()

    def _pass(self, take: Callable[[], bytes]) -> None:
        if self._inside:
            return
        self._inside = True
        try:
            out = take()
        except Exception as failure:  # noqa: BLE001  # C1
            self._guard.failed(_EXIT, failure)
            self._lines = LinesSoFar(self._guard)
            out = placeholder(b"", failure) + b"\n"
        finally:
            self._inside = False
        if out:
            self._put(out)

    def _put(self, data: bytes) -> None:
        if self._decoder is not None:
            self._real.write(self._decoder.decode(data))
            return
        while data:
            written = self._real.write(data)
            if written is None or written >= len(data):
                return
            data = data[written:]  # a pipe without a buffer takes what it can


#: All streams that are guarded.
_outputs: weakref.WeakSet[_Output] = weakref.WeakSet()


def _after_fork() -> None:
    for output in tuple(_outputs):
        output.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class _GuardedBuffer(io.BufferedIOBase):
    """The binary layer of a guarded stream."""

    def __init__(self, real: Any, output: _Output) -> None:
        self._real = real
        self._output = output
        self._ours = True

    @property
    def unguarded(self) -> Any:
        """The layer below, for lines of ours that hold no data."""
        return self._real

    def let_go(self) -> None:
        """Leave the layer below to its owner."""
        if self._ours:
            self._ours = False
            self._output.stop()

    def write(self, data: Any, /) -> int:
        if type(data) is not bytes:
            if isinstance(data, str):
                raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'")
            data = bytes(memoryview(data))
        self._output.write(data)
        return len(data)

    def flush(self) -> None:
        if not self._real.closed:
            self._output.flush()

    def close(self) -> None:
        if self._real.closed:
            return
        self._output.finish()
        if self._ours:
            self._real.close()

    def detach(self) -> Any:
        self._output.finish()
        return self._real.detach()

    def fileno(self) -> int:
        return int(self._real.fileno())

    def isatty(self) -> bool:
        return bool(self._real.isatty())

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._real.seekable())

    def tell(self) -> int:
        return int(self._real.tell())

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._output.finish()
        return int(self._real.seek(offset, whence))

    def truncate(self, size: int | None = None, /) -> int:
        self._output.finish()
        return int(self._real.truncate(size))

    @property
    def closed(self) -> bool:
        return bool(self._real.closed)

    def __getattr__(self, name: str) -> Any:
        if name == "_real":  # not set up
            raise AttributeError(name)
        return getattr(self._real, name)


class _GuardedText:
    """A guarded stream that has no binary layer: of a notebook, of an editor, of a program."""

    def __init__(self, real: Any, output: _Output, patches: Patches) -> None:
        self._real = real
        self._output = output
        patches.on_undo(output.stop)

    def write(self, text: str, /) -> int:
        self._output.write(text.encode("utf-8", "surrogatepass"))
        return len(text)

    def writelines(self, lines: Any, /) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._output.flush()

    def close(self) -> None:
        self._output.finish()
        self._real.close()

    def __getattr__(self, name: str) -> Any:
        if name == "_real":
            raise AttributeError(name)
        return getattr(self._real, name)

    def __iter__(self) -> Any:
        return iter(self._real)
