"""A real OTLP receiver gets spans, log records and metrics, prints them and sends them on."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.exits.opentelemetry.collector import Collector

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Rotel:
    """The receiver rotel, which prints what it gets and sends it on to a collector."""

    def __init__(self, agent: Path, output: Path, collector: Collector) -> None:
        self.http, self.grpc = free_port(), free_port()
        self.output = output
        self._collector = collector
        kinds = [f"--debug-log={kind}" for kind in ("traces", "logs", "metrics")]
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                [
                    agent, "start", *kinds, "--debug-log-verbosity=detailed",
                    f"--otlp-http-endpoint=127.0.0.1:{self.http}",
                    f"--otlp-grpc-endpoint=127.0.0.1:{self.grpc}",
                    "--disable-batching", "--exporter=otlp", "--otlp-exporter-protocol=http",
                    f"--otlp-exporter-endpoint={collector.url}",
                ],
                stdout=file,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._until(lambda: all(map(listens, (self.http, self.grpc))))

    def printed(self) -> bytes:
        """Return what it printed, once that and what it sent on are of all three kinds."""
        kinds = (b"Span #0", b"LogRecord #0", b"Metric #0")
        self._until(
            lambda: (
                all(kind in self.output.read_bytes() for kind in kinds)
                and len({path for path, _ in self._collector.requests}) == len(kinds)
            )
        )
        return self.output.read_bytes()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)

    def _until(self, done: Any) -> None:
        end = time.monotonic() + 30
        while not done():
            assert self._process.poll() is None, self.output.read_text("utf-8", "replace")
            assert time.monotonic() < end, self.output.read_text("utf-8", "replace")
            time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody listens on *port*."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def rotel(tmp_path: Path, collector: Collector) -> Iterator[Rotel]:
    """A running receiver."""
    package = pytest.importorskip("rotel", reason="no receiver: pip install --pre rotel")
    agent = Path(package.__file__).parent / "rotel-agent"
    if not agent.exists():
        pytest.skip("no receiver: this rotel is not built for this machine")
    receiver = Rotel(agent, tmp_path / "rotel", collector)
    yield receiver
    receiver.stop()


def send(rotel: Rotel, protocol: str, guarded: str) -> dict[str, str]:
    """Send everything; return the secrets by place."""
    port = rotel.http if protocol == "http" else rotel.grpc
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("everything.py"), protocol, guarded],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env={
            "PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}",
            "PATH": "/usr/bin:/bin",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
        },
    )
    assert done.returncode == 0, done.stderr
    assert "" == done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_what_a_real_receiver_got_has_no_secret(
    rotel: Rotel, collector: Collector, protocol: str
) -> None:
    """
    Nothing that a receiver of another make printed or sent on, of spans, log records and metrics
    with a secret in every place, has one of them.
    """
    pytest.importorskip(f"opentelemetry.exporter.otlp.proto.{protocol}", reason="no exporter")
    secrets = send(rotel, protocol, "guarded")
    printed = rotel.printed()
    sent_on = collector.bytes_and_numbers()

    found = [place for place, value in secrets.items() if value.encode() in printed + sent_on]
    assert [] == found
    (span,) = collector.spans()
    assert "login with password=[redacted:password] ok" == span["name"]
    assert 2 == len(collector.log_records())
    assert {"paid", "took"} == {metric["name"] for metric in collector.metrics()}


def test_without_the_guard_the_receiver_gets_them(rotel: Rotel, collector: Collector) -> None:
    """
    The test before looks where the secrets would be: without the guard, they are there.
    """
    secrets = send(rotel, "http", "bare")
    sent_on = rotel.printed() + collector.bytes_and_numbers()

    missing = {place for place, value in secrets.items() if value.encode() not in sent_on}
    assert missing <= {"float attribute"}
