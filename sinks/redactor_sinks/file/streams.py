"""The logs of a sink: one, or one for each value of its labels."""

from __future__ import annotations

import errno
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from redactor_sinks.file.template import OTHER, file_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor_sinks.file.labels import LabelReader
    from redactor_sinks.file.retention import Retention
    from redactor_sinks.file.stream import Stream, Target
    from redactor_sinks.file.template import PathTemplate

__all__ = ["LabelledStreams"]

#: How often the folders may be looked through for files that are gone, in seconds.
_RECOUNT = 60.0


class LabelledStreams:
    """
    Sends each line to the log of its labels.

    Only so many files are open at once: the one that was not used for longest is closed for the
    next. Only so many are made: lines with further values go to one that they share.

    Args:
        template: Makes the paths.
        reader: Reads the labels.
        make: Opens a target at a path.
        stream: Makes a stream from what opens its target.
        max_open: How many targets are open.
        max_files: How many different values are told apart.
    """

    def __init__(
        self,
        template: PathTemplate,
        reader: LabelReader,
        make: Callable[[str], Target],
        stream: Callable[[Callable[[], Target]], Stream],
        retention: Retention,
        *,
        max_open: int,
        max_files: int,
    ) -> None:
        self._template = template
        self._values = reader.values
        self._make = make
        self._stream = stream
        self._retention = retention
        self._max_open = max_open
        self._max_files = max_files
        self._streams: OrderedDict[tuple[str, ...], Stream] = OrderedDict()
        self._known = retention.labels(template.names)
        self._recount_at = time.monotonic() + _RECOUNT
        self._unfinished: tuple[str, ...] | None = None  # whose line has no break yet

    def __iter__(self) -> Iterator[Stream]:
        return iter(tuple(self._streams.values()))

    def write(self, data: bytes) -> None:
        """Take whole lines, or a part of a very long one."""
        lines = data.split(b"\n")
        last = lines.pop()
        groups: dict[tuple[str, ...], list[bytes]] = {}
        for line in lines:
            key, self._unfinished = self._unfinished or self._key(line), None
            groups.setdefault(key, []).append(line)
        for key, group in groups.items():
            self._to(key).write(b"\n".join(group) + b"\n")
        if last:
            self._unfinished = self._unfinished or self._key(last)
            self._to(self._unfinished).write(last)

    def rest_idle(self, since: float) -> None:
        """Close the files that were not written to *since*, on the monotonic clock."""
        for stream in self:
            if stream.target is not None and stream.used < since:
                stream.rest()

    def free_memory(self) -> None:
        """Finish the sealed segments that were not used for longest, all but the newest."""
        for stream in tuple(self._streams.values())[:-1]:
            stream.rest()

    def _key(self, line: bytes) -> tuple[str, ...]:
        key = tuple(map(file_part, self._values(line)))
        if key in self._known:
            return key
        if len(self._known) >= self._max_files and time.monotonic() >= self._recount_at:
            self._known = self._retention.labels(self._template.names)
            self._recount_at = time.monotonic() + _RECOUNT
        if len(self._known) >= self._max_files:
            return (OTHER,) * len(key)
        self._known.add(key)
        return key

    def _to(self, key: tuple[str, ...]) -> Stream:
        stream = self._streams.get(key)
        if stream is None:
            self._drop_idle()
            path = self._template.path(key)
            stream = self._streams[key] = self._stream(lambda: self._open(path))
        self._streams.move_to_end(key)
        stream.used = time.monotonic()
        return stream

    def _open(self, path: str) -> Target:
        used = [stream for stream in self._streams.values() if stream.target is not None]
        for stream in used[: max(0, len(used) - self._max_open + 1)]:
            stream.rest()
        if sum(stream.target is not None for stream in used) >= self._max_open:
            raise OSError(errno.EMFILE, "no file could be closed for another one")
        self._template.make_folders(path)
        return self._make(path)

    def _drop_idle(self) -> None:
        for key, stream in tuple(self._streams.items()):
            if stream.target is None and not stream.stuck:
                del self._streams[key]
