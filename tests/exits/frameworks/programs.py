"""Running a program on a loopback address, and reading all that it wrote."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["EXAMPLES", "Programs", "free_port", "wait_until"]

_ROOT = Path(__file__).parents[3]
EXAMPLES = _ROOT / "examples/frameworks"
_NOT_INSTALLED = Path(__file__).parent / "not_installed"
#: How long anything may take before a test says that it hangs, in seconds.
_PATIENCE = 60


class Programs:
    """
    The processes of one run, in a folder of their own.

    Args:
        folder: Where they run and write; must not exist.
        installed: Whether ``redactor.install()`` does anything in them.
    """

    def __init__(self, folder: Path, *, installed: bool) -> None:
        folder.mkdir()
        self.folder = folder
        self._installed = installed
        self._running: list[subprocess.Popen[bytes]] = []
        self._count = 0

    def run(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
        """Run ``python COMMAND`` to its end; return its exit code."""
        program = self.start(command, env)
        code = program.wait(_PATIENCE)
        self._running.remove(program)
        return code

    def start(
        self, command: Sequence[str], env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start ``python COMMAND``, its output in files of the folder."""
        self._count += 1
        sources = [_ROOT, _ROOT / "sinks", EXAMPLES, EXAMPLES / "django_site"]
        if not self._installed:
            sources.insert(0, _NOT_INSTALLED)
        with (
            (self.folder / f"stdout-{self._count}").open("wb") as out,
            (self.folder / f"stderr-{self._count}").open("wb") as err,
        ):
            program = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.folder,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "LANG": "C.UTF-8",
                    "PYTHONPATH": os.pathsep.join(map(str, sources)),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    **(env or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self._running.append(program)
        return program

    def serve(
        self, port: int, command: Sequence[str], env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start ``python COMMAND`` and wait until it listens on *port*."""
        program = self.start(command, env)

        def listens() -> bool:
            assert program.poll() is None, f"it ended: {self._end_of_output()}"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return True
            return False

        wait_until(listens, self._end_of_output)
        return program

    def stop(self) -> None:
        """End all that runs, in order, as a service manager does."""
        while self._running:
            program = self._running.pop()
            try:
                if program.poll() is None:
                    program.send_signal(signal.SIGTERM)
                    program.wait(20)
            except subprocess.TimeoutExpired:
                pass
            finally:
                # The children too, wherever the program left some.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.pid, signal.SIGKILL)
                program.wait(_PATIENCE)

    def written(self, leave_out: Sequence[str] = ()) -> dict[str, bytes]:
        """Return the bytes of all files in the folder, but for those that match *leave_out*."""
        files = {
            path.relative_to(self.folder).as_posix(): path
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
        return {
            name: path.read_bytes()
            for name, path in files.items()
            if not any(fnmatch(name, pattern) for pattern in leave_out)
        }

    def _end_of_output(self) -> str:
        return (self.folder / f"stderr-{self._count}").read_text("utf-8", "replace")[-2000:]


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(holds: Callable[[], object], what: Callable[[], object]) -> None:
    """Return when *holds* does; fail with *what* when it takes too long."""
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never came: {what()}"
        time.sleep(0.05)
