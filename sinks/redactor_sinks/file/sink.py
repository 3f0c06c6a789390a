"""The sink that appends to files."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from redactor import InputError
from redactor_sinks.contract import DeliveryError
from redactor_sinks.file.appending import AppendFile, force
from redactor_sinks.file.holding import Budget
from redactor_sinks.file.keeper import Keeper
from redactor_sinks.file.options import FileOptions, split_address
from redactor_sinks.file.stream import Stream
from redactor_sinks.file.template import PathTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redactor_sinks.file.retention import Retention
    from redactor_sinks.file.stream import Target
    from redactor_sinks.file.streams import LabelledStreams

__all__ = ["FileCounts", "FileSink", "open_file"]

#: A line is held back until its break comes, but not more of it than this, in bytes.
_HELD = 1 << 20
#: A file with labels is closed when it was not written to for so long, in seconds: only then may
#: others remove it.
_IDLE = 60.0
_POSIX = os.name == "posix"

_REMEDIES = {
    "written": "Lines are held back in memory and written when it can be again: make room or "
    "give access. What is over the bound is shed and counted",
    "sealed": "Lines wait in memory, and it is tried again: make room or give access",
    "forced to disk": "The lines are written, but may be lost if the machine stops. Look at the "
    "disk",
    "rotated": "Lines go on into the same file. Check the permissions of its folder",
    "packed or removed": "It is tried again. Check the permissions of its folder, and its space",
}

_sinks: weakref.WeakSet[FileSink] = weakref.WeakSet()


class FileCounts(msgspec.Struct):
    """
    What became of the bytes that a file sink took. ``accepted = written + held + shed``.

    Attributes:
        accepted: Bytes of lines that it took.
        written: Bytes that are in files, or in a segment that will be sealed.
        held: Bytes that wait because a file cannot be written, or for the end of their line.
        shed: Bytes given up because the memory for them was used up.
        rotations: Files that this sink renamed.
    """

    accepted: int = 0
    written: int = 0
    held: int = 0
    shed: int = 0
    rotations: int = 0


class FileSink:
    """
    Appends whole lines to a file, so that several processes can share it.

    Every write ends at a line break, unless one line alone has more than a mebibyte; the last line
    gets a line break when it has none. What another process renames or empties is opened anew.
    When the file cannot be written, that is said once; lines are held back and written later.

    Args:
        path: The file. It is made with mode 0600 when it does not exist; its folder must exist.
            With labels, as in ``/var/log/shop/{tenant}.log``, each line goes to the file of its
            own fields of that name.
        options: Rotation, packing, retention, durability and sealing. Default: none of them.

    Raises:
        InputError: The path or the options are wrong.
        MissingExtraError: An option needs a package that is not installed.
        DeliveryError: The file cannot be opened.
    """

    def __init__(self, path: str | Path, options: FileOptions | None = None) -> None:
        self._options = options or FileOptions()
        self._where = f"file:{path}"
        self._options.check(self._where)
        self._path = os.path.abspath(path)  # noqa: PTH100  # a later chdir must not move it
        self._lock = threading.Lock()
        self._held: list[bytes] = []
        self._held_size = 0
        self._open_line = False  # the beginning of a very long line was delivered
        self._partial = False  # that, or something is held back
        self._closed = False
        self._taken = self._shed = self._rotations = 0
        self._reports: deque[DeliveryError] = deque()
        self._said: set[tuple[str, int | None]] = set()
        self._budget = Budget(self._options.held)
        self._memory = Budget(self._options.held)
        self._keys: list[Any] = []
        self._retention: Retention | None = None
        self._streams: tuple[Stream] | LabelledStreams
        self._rest_idle: Callable[[float], None] | None = None
        self._prepare()
        self._keeper = Keeper(self, self._retention, self._options)
        _sinks.add(self)
        if self._options.sync == "interval" or (
            self._retention or self._options.rotates or self._options.seal
        ):
            self._keeper.start()

    def _prepare(self) -> None:
        options, where = self._options, self._where
        if not _POSIX and (options.rotates or options.compress or options.keep_size):
            raise InputError(
                where, "files are rotated on POSIX systems only", "Leave these options out"
            )
        if options.seal:
            from redactor_sinks.file.sealed import recipients

            self._keys = recipients(options.seal, where)
        if options.compress:
            from redactor_sinks.file.sealed import packer

            packer(options.compress)
        labelled = PathTemplate.has_labels(self._path)
        template = PathTemplate(self._path, where) if labelled else None
        if template is None and options.keep_for:
            raise InputError(
                f"{where}: keep_for", "the path has no label", "Write it like {tenant}.log"
            )
        unknown = {rule.split("=", 1)[0] for rule in options.keep_for} - set(
            template.names if template else ()
        )
        if unknown:
            raise InputError(
                f"{where}: keep_for", "it names a label that the path has not", "Add it to the path"
            )
        if template is not None or any(
            (options.keep, options.keep_size, options.compress, options.seal)
        ):
            from redactor_sinks.file.retention import Retention

            self._retention = Retention(self._path, template, options)
        if template is None:
            if options.rotates and not options.seal:
                self._path = os.path.realpath(self._path)
            stream = self._stream(lambda: self._target(self._path))
            self._streams = (stream,)
            self._deliver = stream.write
            self._open_first(stream)
            return
        from redactor_sinks.file.labels import LabelReader
        from redactor_sinks.file.streams import LabelledStreams

        if not os.access(template.root, os.W_OK | os.X_OK):
            raise DeliveryError(
                where,
                "the folder above its first label cannot be written to",
                "Make it, or check its permissions",
                final=True,
            )
        assert self._retention is not None
        self._streams = LabelledStreams(
            template,
            LabelReader(template.names),
            self._target,
            self._stream,
            self._retention,
            max_open=options.max_open,
            max_files=options.max_files,
        )
        self._memory.make_room = self._streams.free_memory
        self._deliver = self._streams.write
        self._rest_idle = self._streams.rest_idle

    def __repr__(self) -> str:
        return f"<FileSink {self._where[5:]}>"

    @property
    def counts(self) -> FileCounts:
        """What became of the bytes so far."""
        with self._lock:
            held = self._held_size + sum(stream.held for stream in self._streams)
            written = self._taken - held - self._shed
            return FileCounts(self._taken, written, held, self._shed, self._rotations)

    def write(self, lines: bytes) -> None:
        if self._keeper.running:
            with self._lock:
                self._take(lines)
        else:  # nobody else is here: a lock would be a good part of what a line costs
            self._taken += len(lines)
            if not self._partial and lines.endswith(b"\n"):
                self._deliver(lines)
            else:
                self._assemble(lines)
        if self._reports:
            self._report()

    def flush(self) -> None:
        """Seal what waits to be sealed, and try again where a file could not be written."""
        with self._lock:
            if not self._closed:
                for stream in self._streams:
                    stream.seal()
        if self._reports:
            self._report()

    def reopen(self) -> None:
        """
        Look for renamed files at the next write. Safe to call from a signal handler.

        It is not needed for files that are written to: those are looked at anyway.
        """
        for stream in self._streams:
            stream.look_again()

    def close(self) -> None:
        """Write the last line with a line break, and close the files."""
        self._keeper.stop()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            rest = b"".join(self._held)
            self._held, self._held_size = [], 0
            if rest or self._open_line:
                self._taken += 1
                self._deliver(rest + b"\n")
            self._open_line = False
            lost = sum(stream.end() for stream in self._streams)
        _sinks.discard(self)
        if lost:
            raise DeliveryError(
                self._where,
                f"{lost} lines could not be written and are lost",
                "Make room or give access, and filter that part again",
                lines=lost,
                final=True,
            )
        if self._reports:
            raise self._reports.popleft()

    def _report(self) -> None:
        """Say what went wrong; from now on somebody tries again when nobody writes."""
        if not self._closed:
            self._keeper.start()
        raise self._reports.popleft()

    def _take(self, lines: bytes) -> None:
        self._taken += len(lines)
        if not self._partial and lines.endswith(b"\n"):
            self._deliver(lines)
        else:
            self._assemble(lines)

    def _assemble(self, lines: bytes) -> None:
        end = lines.rfind(b"\n") + 1
        if not end and self._held_size + len(lines) <= _HELD:
            self._hold(lines)
            self._partial = True
            return
        whole = end if len(lines) - end <= _HELD else len(lines)
        data = b"".join((*self._held, lines[:whole]))
        self._held, self._held_size = [], 0
        self._hold(lines[whole:])
        if data:
            self._open_line = not data.endswith(b"\n")
        self._partial = bool(self._held) or self._open_line
        if data:
            self._deliver(data)

    def _hold(self, rest: bytes) -> None:
        if rest:
            self._held.append(rest)
            self._held_size += len(rest)

    # Targets, and what they report

    def _stream(self, make: Any) -> Stream:
        return Stream(make, self._budget, self, each=self._options.sync == "write")

    def _target(self, path: str) -> Target:
        if self._options.seal:
            from redactor_sinks.file.sealed import SealedFile

            return SealedFile(path, self._options, self._keys, self._memory)
        follow = not PathTemplate.has_labels(self._path)
        return AppendFile(path, self._options, follow=follow, rotated=self._on_rotation)

    def _open_first(self, stream: Stream) -> None:
        try:
            stream.open()
        except OSError as error:
            raise DeliveryError(
                self._where,
                f"it cannot be opened for writing ({error.strerror})",
                "Check the path and its permissions",
                final=True,
            ) from None

    def shed(self, size: int) -> None:
        self._shed += size

    def failed(self, doing: str, error: OSError) -> None:
        if (doing, error.errno) in self._said:
            return
        self._said.add((doing, error.errno))
        problem = f"it cannot be {doing} ({error.strerror})"
        self._reports.append(DeliveryError(self._where, problem, _REMEDIES[doing]))

    def recovered(self, lines: int) -> None:
        self._said.clear()
        if lines:
            self._reports.append(
                DeliveryError(
                    self._where,
                    f"{lines} lines were shed while it could not be written",
                    "The log says where. It goes on since",
                    lines=lines,
                )
            )

    def _on_rotation(self, error: OSError | None) -> None:
        if error is not None:
            self.failed("rotated", error)
            return
        self._rotations += 1
        self._keeper.wake()

    # For the keeper, and for forks

    def tick(self) -> None:
        """Do what is due: try again, rotate, seal, let go of files that nobody writes to."""
        with self._lock:
            if not self._closed:
                for stream in self._streams:
                    stream.tick()
                if self._rest_idle is not None:
                    self._rest_idle(time.monotonic() - _IDLE)

    def sync(self) -> None:
        """Force to disk what was written since the last time. Writers do not wait for it."""
        with self._lock:
            streams = () if self._closed else tuple(self._streams)
            descriptors = [stream.duplicate() for stream in streams]
        for descriptor in descriptors:
            if descriptor >= 0:
                try:
                    force(descriptor)
                except OSError as error:
                    self.failed("forced to disk", error)
                finally:
                    os.close(descriptor)

    def _after_fork(self) -> None:
        """In a child: what waits is the parent's, and so are its threads and locks."""
        self._lock = threading.Lock()
        self._held, self._held_size = [], 0
        self._open_line = self._partial = False
        self._taken = self._shed = self._rotations = 0
        self._reports.clear()
        for stream in self._streams:
            stream.after_fork()
        if self._keeper.after_fork() and not self._closed:
            # A thread is only started in a child that writes.
            deliver = self._deliver

            def deliver_first(data: bytes) -> None:
                self._deliver = deliver
                try:
                    deliver(data)
                finally:  # not before: this write has no lock
                    self._keeper.start()

            self._deliver = deliver_first


def open_file(
    address: str, base: str | Path = ".", table: Mapping[str, Any] | None = None
) -> FileSink:
    """
    Open the file sink of an *address* without its ``file:``, such as ``app.log?every=day``.

    Args:
        address: A path and options.
        base: The folder that a relative path starts from.
        table: Options as a table of a policy has them, besides those of the address.

    Raises:
        InputError: An option is wrong, or given in both places.
        MissingExtraError: An option needs a package that is not installed.
        DeliveryError: The file cannot be opened.
    """
    path, query = split_address(address)
    options = FileOptions.parse(query, f"file:{path}") if query else None
    if table:
        options = FileOptions.of(table, f"file:{path}", options)
    return FileSink(Path(base, path), options)


def _flush_all() -> None:
    for sink in tuple(_sinks):
        with contextlib.suppress(DeliveryError):  # there is nobody left to tell
            sink.flush()


def _forked() -> None:
    for sink in tuple(_sinks):
        sink._after_fork()  # noqa: SLF001  # of this module


atexit.register(_flush_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
