"""Which files are meant: paths, folders with all that is below them, patterns."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["STANDARD_INPUT", "files_of", "name_of"]

STANDARD_INPUT = "-"
#: Folders of version control, which hold packed sources and no logs.
_NOT_LOGS = frozenset({".git", ".hg", ".svn"})


def files_of(
    paths: Iterable[str], trouble: Callable[[InputError], None], exclude: Iterable[str] = ()
) -> Iterator[str]:
    """
    Yield the files that *paths* mean, each once.

    Args:
        paths: Files, ``-``, folders, and patterns with ``*``, ``?``, ``[`` and ``**``.
        trouble: Called with what is not there or cannot be listed.
        exclude: Patterns of paths, or of names, that are left out.
    """
    excluded = tuple(exclude)
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if path == STANDARD_INPUT:
            yield path
            continue
        try:
            for found in _files_of(path, trouble):
                if _is_excluded(found, excluded):
                    continue
                status = os.stat(found)  # noqa: PTH116  # as os.walk gives names
                identity = (status.st_dev, status.st_ino)
                if identity not in seen:
                    seen.add(identity)
                    yield found
        except OSError as error:
            trouble(_not_there(path, error))


def name_of(path: str) -> str:
    """Return *path* as reports show it: from the current folder where it lies below it."""
    if path == STANDARD_INPUT:
        return "standard input"
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # links stay as they were given
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return absolute.as_posix()


def _files_of(path: str, trouble: Callable[[InputError], None]) -> Iterator[str]:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        # A file with such a name is the file; only what is none is a pattern.
        found = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []  # noqa: PTH207
        if not found:
            raise
        for match in found:
            if not os.path.islink(match) or os.path.isfile(match):  # noqa: PTH113, PTH114
                yield from _files_of(match, trouble)
        return
    if not stat.S_ISDIR(mode):
        yield path
        return

    def failed(error: OSError) -> None:
        trouble(_not_there(error.filename or path, error))

    for folder, folders, names in os.walk(path, onerror=failed):
        folders[:] = sorted(name for name in folders if name not in _NOT_LOGS)
        for name in sorted(names):
            file = os.path.join(folder, name)  # noqa: PTH118
            if os.path.isfile(file):  # noqa: PTH113  # no sockets, no pipes that nobody writes to
                yield file


def _is_excluded(path: str, patterns: tuple[str, ...]) -> bool:
    parts = Path(path).parts
    return any(
        fnmatch.fnmatch(Path(path).as_posix(), pattern)
        or any(fnmatch.fnmatch(part, pattern) for part in parts)
        for pattern in patterns
    )


def _not_there(path: str, error: OSError) -> InputError:
    return InputError(
        name_of(path),
        f"it cannot be read ({error.strerror})",
        "Check the path and its permissions",
    )
