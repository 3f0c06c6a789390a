"""
Where the secrets of a process are: its environment, and the files that are mounted for it.

What cannot be read is passed over: nothing here stops a program.
"""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FOLDERS", "LARGEST", "matching", "mounted", "read"]

#: Where secrets are mounted: Docker and Podman, Kubernetes, the Vault agent.
FOLDERS: tuple[str, ...] = ("/run/secrets", "/var/run/secrets", "/vault/secrets")
#: Set by systemd for the credentials of a unit.
_FOLDER_VARIABLE = "CREDENTIALS_DIRECTORY"
#: Most bytes of a file that are read; a larger one is passed over.
LARGEST = 64 * 1024
#: Most files of a folder or of a pattern, and folders inside folders.
_MOST = 512
_DEEPEST = 4


def mounted() -> Iterator[str]:
    """Yield the paths of the files in the folders where secrets are mounted."""
    for folder in (*FOLDERS, os.environ.get(_FOLDER_VARIABLE, "")):
        if folder:
            yield from _files_in(folder)


def matching(pattern: str, base: str) -> list[str]:
    """Return the paths of the files that *pattern* names; it starts at the folder *base*."""
    whole = str(Path(base, Path(pattern).expanduser()))
    found: list[str] = []
    for path in glob.iglob(whole, recursive=True):  # noqa: PTH207  # the pattern has the folder
        if Path(path).is_file() and len(found) < _MOST:
            found.append(path)
    return found


def read(path: str) -> bytes | None:
    """Return the content of the file at *path*, or ``None`` where it cannot be read."""
    flags = os.O_RDONLY
    # A pipe in the place of a file must not hold up the start of a program.
    for name in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(LARGEST + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return content if len(content) <= LARGEST else None


def _files_in(folder: str) -> Iterator[str]:
    found = 0
    top = folder.rstrip(os.sep).count(os.sep)
    for parent, folders, names in os.walk(folder):
        # Kubernetes has each file twice: as a link, and in a folder that starts with two dots.
        folders[:] = sorted(name for name in folders if not name.startswith(".."))
        if parent.count(os.sep) - top >= _DEEPEST:
            folders.clear()
        for name in sorted(names):
            if found < _MOST and not name.startswith(".."):
                found += 1
                yield str(Path(parent, name))
