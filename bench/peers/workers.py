"""A peer as installed, and the processes that it runs in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.peers import filters, install
from bench.peers.catalogue import KEYS
from bench.yardsticks import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.peers.catalogue import Peer

__all__ = ["Ready", "Worker", "prepare"]

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Ready:
    """
    A peer that can be measured here.

    Attributes:
        peer: The peer.
        version: Its version.
        worker: The command of its worker; empty for a filter.
        filter: The command of its filter of lines; empty where it is none.
        folder: Where a command runs.
        environment: Variables that its processes need.
        root: Where the libraries of a program are, when not in the system.
    """

    peer: Peer
    version: str
    worker: list[str]
    filter: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    root: Path | None = None

    def through_filter(self, data: Iterable[bytes], *, keep: bool = False) -> filters.Run:
        """Send *data* through its filter; see ``filters.run``."""
        if self.peer.name == "rsyslog":
            return filters.run_rsyslog(self.filter[0], self.root, data, self.environment)
        return filters.run(self.filter, data, self.environment, self.folder, keep=keep)


def prepare(peer: Peer, cache: Path) -> Ready:
    """
    Install *peer* unless it is there, and say how it runs.

    Raises:
        MissingError: It cannot be had here.
    """
    folder = cache / "peers" / peer.name
    environment = {
        "PEERS_PATTERNS": json.dumps(PATTERNS),
        "PEERS_KEYS": json.dumps(KEYS),
        "PYTHONPATH": str(_HERE.parents[1]),
        "LC_ALL": "C",
    }
    if peer.kind == "filter":
        return _prepare_filter(peer, folder, environment)
    if peer.registry == "npm":
        install.node_folder(folder, peer.packages)
        version = install.node_version(folder, peer.packages[0] if peer.packages else "")
        worker = [shutil.which("node") or "node", str(_HERE / "inside.mjs"), peer.name]
        return Ready(peer, version, worker, [*worker, "--filter"], folder, environment)
    python, version = Path(sys.executable), ""
    if peer.registry == "PyPI":
        # From here on it has no environment of this repository but the sources of the bench.
        python = install.python_environment(folder, peer.packages)
        version = install.python_version(python, peer.packages[0])
    # -P: this folder has modules of the names that peers import.
    worker = [str(python), "-P", str(_HERE / "inside.py"), peer.name]
    filter_ = [*worker, "--filter"]
    if peer.name == "redactor":
        filter_ = filters.command("redactor", "", folder)
    elif peer.name == "redactor-records":
        filter_ = []
    return Ready(peer, version, worker, filter_, _HERE.parents[1], environment)


def _prepare_filter(peer: Peer, folder: Path, environment: dict[str, str]) -> Ready:
    package = peer.packages[0] if peer.packages else ""
    if package:
        program, root = install.apt_program(folder, package, peer.program)
    else:
        found, root = shutil.which(peer.program), None
        if found is None:
            raise install.MissingError(f"there is no {peer.program} on the path")
        program = found
    environment |= install.library_path(root)
    folder.mkdir(parents=True, exist_ok=True)
    command = filters.command(peer.name, program, folder)
    version = filters.version(peer.name, program, environment)
    return Ready(peer, version, [], command, folder, environment, root)


class Worker:
    """A process that calls a peer: see ``inside.py``."""

    def __init__(self, ready: Ready) -> None:
        before = time.perf_counter()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        self._process = subprocess.Popen(
            ready.worker,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd=ready.folder,
            env={**os.environ, **ready.environment},
            text=True,
            encoding="utf-8",
        )
        self.name = ready.peer.name
        try:
            self._answer()
        except BaseException:
            self.close()
            raise
        #: Seconds from the start of the process to the end of its first call.
        self.start = time.perf_counter() - before

    def ask(self, **request: Any) -> dict[str, Any]:
        """
        Send a request; return its answer.

        Raises:
            RuntimeError: The worker ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._complaints.seek(0)
            said = self._complaints.read().decode(errors="replace").strip().splitlines()
            raise RuntimeError(f"the worker of {self.name} ended: {(said or [''])[-1][:200]}")
        return dict(json.loads(line))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._complaints.close()
