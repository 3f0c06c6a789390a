"""Running the command as a process of its own: tests look at the bytes that left it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: How long anything may take before a test says that it hangs, in seconds.
PATIENCE = 60


class Process:
    """A running command with its three streams as pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.popen = process
        self.pid = process.pid
        self._seen = b""

    def feed(self, data: bytes) -> None:
        """Write *data* to its standard input."""
        assert self.popen.stdin is not None
        self.popen.stdin.write(data)
        self.popen.stdin.flush()

    def until(self, wanted: bytes) -> bytes:
        """Wait until its standard output holds *wanted*; return all that came so far."""
        assert self.popen.stdout is not None
        deadline = time.monotonic() + PATIENCE
        while wanted not in self._seen:
            ready, _, _ = select.select([self.popen.stdout], [], [], deadline - time.monotonic())
            assert ready, "nothing came"
            piece = os.read(self.popen.stdout.fileno(), 1 << 20)
            assert piece, "the process has ended"
            self._seen += piece
        return self._seen

    def end(self) -> tuple[int, bytes, bytes]:
        """Wait for its end; return exit code, standard output and standard error."""
        out, err = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode, self._seen + (out or b""), err

    def close_input(self) -> None:
        """End its standard input."""
        assert self.popen.stdin is not None
        self.popen.stdin.close()
        self.popen.stdin = None

    def close_output(self) -> None:
        """Go away as the reader of its standard output."""
        assert self.popen.stdout is not None
        self.popen.stdout.close()
        self.popen.stdout = None


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of the command: the code under test, whatever is installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REDACTOR")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "REDACTOR_ENGINE": "reference",
        "NO_COLOR": "1",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Process]]:
    """Start ``redactor ARGUMENTS`` in a folder without a policy."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, **streams: object) -> Process:
        settings = {
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "cwd": tmp_path,
            "env": environment,
            **streams,
        }
        process = subprocess.Popen(  # type: ignore[call-overload]  # the keywords are collected
            [sys.executable, "-m", "redactor", *arguments], **settings
        )
        started.append(process)
        return Process(process)

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def run(start: Callable[..., Process]) -> Callable[..., tuple[int, bytes, bytes]]:
    """Run ``redactor ARGUMENTS`` to its end; return exit code, output and error output."""

    def to_the_end(
        *arguments: str, data: bytes = b"", **streams: object
    ) -> tuple[int, bytes, bytes]:
        process = start(*arguments, **streams).popen
        out, err = process.communicate(data, timeout=PATIENCE)
        return process.returncode, out or b"", err or b""

    return to_the_end
