"""What is packed and what is removed: by age, by label and by the size of all."""

from __future__ import annotations

import contextlib
import os
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redactor_sinks.file.locks import only_user
from redactor_sinks.file.names import SUFFIXES, read_name
from redactor_sinks.file.packing import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor_sinks.file.options import FileOptions
    from redactor_sinks.file.template import PathTemplate

__all__ = ["Retention"]

#: After this time an unfinished file is nobody's any more, in seconds.
_FORGOTTEN = 3600.0


class _Entry(NamedTuple):
    path: str
    live: bool  # it has the log's own name
    raw: bool
    part: bool
    status: os.stat_result
    age: float  # after which it goes, in seconds; 0 keeps it
    labels: dict[str, str]


class Retention:
    """
    Looks after the files of a sink that are not written to any more.

    Args:
        path: The log.
        template: The same as a template, when it has labels.
        options: What to keep, and how to pack.
    """

    def __init__(self, path: str, template: PathTemplate | None, options: FileOptions) -> None:
        self._path = path
        self._template = template
        self._options = options
        self._rules: list[tuple[str, str, float]] = []
        for selector, age in options.keep_for.items():
            label, _, pattern = selector.partition("=")
            self._rules.append((label, pattern, age))

    def labels(self, names: tuple[str, ...]) -> set[tuple[str, ...]]:
        """Return the values of the labels *names* for which there are files."""
        return {tuple(entry.labels[name] for name in names) for entry in self._entries()}

    def run(self, stopped: Callable[[], bool] = lambda: False) -> OSError | None:
        """
        Remove what is to be removed, and pack what is to be packed.

        Args:
            stopped: Asked often; when true, the rest is left to the next run.

        Returns:
            The first thing that went wrong. The rest was done nevertheless.
        """
        trouble: OSError | None = None
        now = time.time()
        kept: list[_Entry] = []
        for entry in self._entries():
            if stopped():
                return trouble
            try:
                if not self._removed(entry, now) and not entry.live:
                    kept.append(entry)
            except OSError as error:
                trouble = trouble or error
        if self._options.compress and not self._options.seal:
            for index, entry in enumerate(kept):
                try:
                    if entry.raw and pack(entry.path, self._options.compress, stopped=stopped):
                        kept[index] = self._packed(entry)
                except OSError as error:
                    trouble = trouble or error
                if stopped():
                    return trouble
        return self._shrink(kept) or trouble

    def _packed(self, entry: _Entry) -> _Entry:
        path = entry.path + SUFFIXES[self._options.compress]
        return entry._replace(path=path, raw=False, status=Path(path).stat())

    def _removed(self, entry: _Entry, now: float) -> bool:
        idle = now - entry.status.st_mtime
        if entry.part:
            if idle > _FORGOTTEN:
                Path(entry.path).unlink(missing_ok=True)
            return True
        if not entry.age or idle <= entry.age:
            return False
        if entry.live:
            return _remove_live(entry)
        Path(entry.path).unlink(missing_ok=True)
        return True

    def _shrink(self, kept: list[_Entry]) -> OSError | None:
        """Remove the oldest files until all of them together have the size that may be kept."""
        if not self._options.keep_size:
            return None
        trouble: OSError | None = None
        kept = [entry for entry in kept if not entry.part]
        kept.sort(key=lambda entry: (entry.status.st_mtime, entry.path))
        total = sum(entry.status.st_size for entry in kept)
        for entry in kept:
            if total <= self._options.keep_size:
                break
            try:
                Path(entry.path).unlink(missing_ok=True)
            except OSError as error:
                trouble = trouble or error
                continue
            total -= entry.status.st_size
        return trouble

    def _entries(self) -> Iterator[_Entry]:
        if self._template is None:
            folders = [(str(Path(self._path).parent), dict[str, str]())]
        else:
            folders = list(self._template.folders())
        for folder, above in folders:
            try:
                with os.scandir(folder) as found:
                    names = sorted(entry.path for entry in found)
            except OSError:
                continue
            for path in names:
                with contextlib.suppress(OSError):  # it is gone, or not for us
                    entry = self._entry(path, above)
                    if entry is not None:
                        yield entry

    def _entry(self, path: str, above: dict[str, str]) -> _Entry | None:
        name = Path(path).name
        stored = read_name(name)
        base = stored.base if stored else name
        if self._template is None:
            labels: dict[str, str] | None = {}
            if base != Path(self._path).name:
                return None
        else:
            labels = self._template.labels_of(base, above)
        if labels is None or not Path(path).is_file() or Path(path).is_symlink():
            return None
        age = self._age(labels)
        if stored is None:
            return _Entry(path, True, False, False, Path(path).stat(), age, labels)
        return _Entry(path, False, stored.raw, stored.part, Path(path).stat(), age, labels)

    def _age(self, labels: dict[str, str]) -> float:
        for label, pattern, age in self._rules:
            if label in labels and fnmatchcase(labels[label], pattern):
                return age
        return self._options.keep


def _remove_live(entry: _Entry) -> bool:
    """Remove a log that nobody has written to for too long, unless a writer has it open."""
    descriptor = os.open(entry.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not only_user(descriptor):
            return False
        now = os.fstat(descriptor)
        if now.st_mtime != entry.status.st_mtime or now.st_ino != entry.status.st_ino:
            return False
        Path(entry.path).unlink(missing_ok=True)
    finally:
        os.close(descriptor)
    return True
