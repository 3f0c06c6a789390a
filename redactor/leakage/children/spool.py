"""
The folder through which a run and its children speak.

It holds leaks, which say nothing of a secret, and canaries, which are none. It is the user's alone
and is gone when the run ends.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from redactor.field_types import EngineName  # noqa: TC001  # whoever decodes Settings asks for its types
from redactor.leakage.leaks import Leak
from redactor.leakage.whole_file import replace_file
from redactor.policy import Policy  # noqa: TC001  # the same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Settings", "Spool"]

_LEAKS = ".leaks"
_TROUBLE = ".trouble"
#: Nanoseconds in which two changes of a folder can have the same time.
_TICK = 100_000_000
_decoder = msgspec.json.Decoder(Leak)


class Settings(msgspec.Struct, frozen=True):
    """
    How a child watches.

    Attributes:
        policy: What counts as a secret.
        root: Folder that call sites are written from.
        key: Of the fingerprints of this run.
        engine: As for ``Redactor``.
        backends: Lines of ``Backends``.
    """

    policy: Policy
    root: str
    key: bytes
    engine: EngineName | None = None
    backends: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Settings root={self.root!r}>"


class Spool:
    """
    One such folder.

    Args:
        folder: It exists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, int] = {}
        #: Ending of files to when the folder had changed last, and to whether there are any.
        self._changed: dict[str, int] = {}
        self._files: dict[str, bool] = {}

    # What children call -------------------------------------------------------------------------

    def settings(self) -> Settings:
        """Return how to watch."""
        data = (self.folder / "settings.json").read_bytes()
        base = msgspec.json.decode((self.folder / "base.json").read_bytes(), type=str)
        settings = msgspec.json.decode(data, type=Settings)
        policy = settings.policy.replace(base=base)
        return msgspec.structs.replace(settings, policy=policy)

    def canaries(self) -> Iterator[tuple[str, str]]:
        """Yield the canaries that there are, each with its label."""
        with suppress(FileNotFoundError):
            for line in (self.folder / "canaries.jsonl").read_bytes().splitlines():
                value, label = msgspec.json.decode(line, type=tuple[str, str])
                yield value, label

    def put(self, leak: Leak) -> None:
        """Leave *leak*, so that it is there also when this process is killed at once."""
        self._append(f"{os.getpid()}{_LEAKS}", msgspec.json.encode(leak) + b"\n")

    def put_trouble(self, trouble: str) -> None:
        """Leave word of what could not be watched."""
        self._append(f"{os.getpid()}{_TROUBLE}", trouble.encode() + b"\n")

    # What the run calls -------------------------------------------------------------------------

    def put_settings(self, settings: Settings) -> None:
        """Leave *settings* for children."""
        for name, value in (("settings.json", settings), ("base.json", settings.policy.base)):
            replace_file(self.folder / name, msgspec.json.encode(value), "leakage test")

    def put_canaries(self, canaries: Iterable[tuple[str, str]]) -> None:
        """Leave *canaries*, each with its label, for children that start from now on."""
        lines = b"".join(msgspec.json.encode(canary) + b"\n" for canary in canaries)
        self._append("canaries.jsonl", lines)

    def is_quiet(self) -> bool:
        """Say whether nobody has left anything since ``leaks()`` and ``trouble()`` were asked."""
        changed = os.stat(self.folder).st_mtime_ns  # noqa: PTH116  # asked some times for each test
        return self._is_as_before(_LEAKS, changed) and self._is_as_before(_TROUBLE, changed)

    def leaks(self) -> list[Leak]:
        """Return what children have left since the last call."""
        return [_decoder.decode(line) for line in self._new_lines(_LEAKS)]

    def trouble(self) -> list[str]:
        """Return what children could not watch, since the last call."""
        return [line.decode("utf-8", "replace") for line in self._new_lines(_TROUBLE)]

    # --------------------------------------------------------------------------------------------

    def _is_as_before(self, ending: str, changed: int) -> bool:
        return changed == self._changed.get(ending) and not self._files.get(ending)

    def _append(self, name: str, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with suppress(FileNotFoundError):  # the run is over
            handle = os.open(self.folder / name, flags, 0o600)
            try:
                os.write(handle, data)
            finally:
                os.close(handle)

    def _new_lines(self, ending: str) -> Iterator[bytes]:
        # A run without children asks often, and there is nothing to list.
        changed = self.folder.stat().st_mtime_ns
        if self._is_as_before(ending, changed):
            return
        if time.time_ns() - changed > _TICK:
            self._changed[ending] = changed
        with os.scandir(self.folder) as entries:
            names = [entry.name for entry in entries if entry.name.endswith(ending)]
        self._files[ending] = bool(names)
        for name in sorted(names):
            start = self._read.get(name, 0)
            with (self.folder / name).open("rb") as file:
                file.seek(start)
                data = file.read()
            end = data.rfind(b"\n") + 1
            self._read[name] = start + end
            yield from data[:end].splitlines()
