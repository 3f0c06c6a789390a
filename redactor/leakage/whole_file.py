"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from redactor.errors import InputError

__all__ = ["replace_file"]


def replace_file(path: Path, data: bytes, what: str, mode: int = 0o644) -> None:
    """
    Put *data* into the file at *path*, whole or not at all. A file that is there keeps its mode.

    Raises:
        InputError: It cannot be written; *what* says in the message what it would have been.
    """
    name = ""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe: there is nothing to replace
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else mode
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise InputError(
            f"{what} {path}",
            f"it cannot be written ({error.strerror})",
            "Check the folder and its permissions",
        ) from None
