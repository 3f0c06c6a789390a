from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor.sinks import LokiSink
from tests.sinks.fault_server import serving

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
#: How long anything may take before a test says that it hangs, in seconds.
PATIENCE = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="servers that fork"),
]


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to it"
        time.sleep(0.02)


def _environment(folder: Path, url: str, **more: str) -> dict[str, str]:
    path = os.pathsep.join([*filter(None, sys.path), str(HERE)])
    return {
        **os.environ,
        "PYTHONPATH": path,
        "PROGRAM_LOKI": url,
        "PROGRAM_SPOOL": str(folder / "spool"),
        "PROGRAM_BOOK": str(folder / "book"),
        **more,
    }


def _check(folder: Path, url: str, lines: Callable[[], list[str]], count: int) -> None:
    sink = LokiSink(url, spool=folder / "spool")
    assert sink.delivery.flush(PATIENCE)
    assert sink.counts().balanced
    sink.close()
    accepted = (folder / "book").read_text().split()
    assert count == len(accepted)
    assert sorted(accepted) == sorted(lines())


def test_gunicorn_workers_that_are_recycled_lose_nothing(tmp_path: Path) -> None:
    """
    C2: a preloaded application whose workers are replaced after a few requests, then SIGTERM.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving() as loki:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--max-requests",
             "4", "--bind", f"127.0.0.1:{port}", "web_program:application"],
            env=_environment(tmp_path, loki.url), cwd=tmp_path, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            for number in range(40):
                _until(lambda number=number: _asked(port, number))  # type: ignore[misc]
            process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
        accepted = (tmp_path / "book").read_text().split()
        assert {str(number) for number in range(40)} == set(accepted)
        _check(tmp_path, loki.url, lambda: loki.lines, len(accepted))


def _asked(port: int, number: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{number}", timeout=10) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False  # not up yet, or between two workers


def test_celery_workers_that_are_recycled_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    C2: prefork workers that are replaced after three tasks each, then a warm shutdown.
    """
    (tmp_path / "broker").mkdir()
    with serving() as loki:
        environment = _environment(tmp_path, loki.url, PROGRAM_BROKER=str(tmp_path / "broker"))
        send = "web_program.app.send_task('note', [str(n)])"
        sender = f"import web_program; [{send} for n in range(20)]"
        subprocess.run([sys.executable, "-c", sender], env=environment, cwd=tmp_path, check=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", "web_program:app", "worker", "--pool",
             "prefork", "--concurrency", "2", "--max-tasks-per-child", "3", "--without-gossip",
             "--without-mingle", "--without-heartbeat"],
            env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        book = tmp_path / "book"
        try:
            _until(lambda: book.exists() and len(book.read_text().split()) == 20)
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
        _check(tmp_path, loki.url, lambda: loki.lines, 20)
