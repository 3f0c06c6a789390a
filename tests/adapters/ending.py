"""
Programs that log 400 records and end in a way of their own, run against a server that counts.

Every record has a number. A run is followed by a restart: a process that opens the same sinks with
the same spool and closes them.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.sinks.answering import Answering

__all__ = ["CLIENTS", "COUNT", "ENDINGS", "Outcome", "run"]

ROOT = Path(__file__).resolve().parents[2]
COUNT = 400

#: What each client is set up by: it defines ``log(number)``.
CLIENTS = {
    "sentry-sdk, its own transport": """
import sentry_sdk
sentry_sdk.init(DSN, default_integrations=True)
log = lambda number: sentry_sdk.capture_message(f"record-{number:04d}-")
""",
    "sentry-sdk, our transport": """
import sentry_sdk
from redactor.adapters import sentry_transport
sentry_sdk.init(DSN, transport=sentry_transport(spool=SPOOL), default_integrations=True)
log = lambda number: sentry_sdk.capture_message(f"record-{number:04d}-")
""",
    "logging to Sentry": """
import logging
from redactor.adapters import LoggingHandler
from redactor.sinks import SentrySink
logging.getLogger().addHandler(LoggingHandler(SentrySink(DSN, spool=SPOOL)))
log = lambda number: logging.error("record-%04d-", number)
""",
    "OpenTelemetry, its own exporter": """
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
provider = LoggerProvider()
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(URL + "/v1/logs")))
logger = provider.get_logger("t")
log = lambda number: logger.emit(body=f"record-{number:04d}-")
""",
    "OpenTelemetry, our exporter": """
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from redactor.adapters import log_exporter
from redactor.sinks import OtlpSink
provider = LoggerProvider()
sink = OtlpSink(URL, spool=SPOOL)
provider.add_log_record_processor(SimpleLogRecordProcessor(log_exporter(sink)))
logger = provider.get_logger("t")
log = lambda number: logger.emit(body=f"record-{number:04d}-")
""",
    "logging to OTLP": """
import logging
from redactor.adapters import LoggingHandler
from redactor.sinks import OtlpSink
logging.getLogger().addHandler(LoggingHandler(OtlpSink(URL, spool=SPOOL)))
log = lambda number: logging.error("record-%04d-", number)
""",
}

#: How a program ends.
ENDINGS = {
    "exit": "for number in range(COUNT): log(number)",
    "SIGTERM": """
for number in range(COUNT): log(number)
print("done", flush=True)
time.sleep(60)
""",
    "os._exit": "for number in range(COUNT): log(number)\nos._exit(0)",
    "SIGKILL": """
for number in range(COUNT): log(number)
print("done", flush=True)
time.sleep(60)
""",
    "fork": """
for number in range(COUNT // 2): log(number)
child = os.fork()
if child == 0:
    for number in range(COUNT // 2, COUNT): log(number)
    os._exit(0)
os.waitpid(child, 0)
""",
    "503 for 10 s": "for number in range(COUNT): log(number)\ntime.sleep(30)",
    "reset for 10 s": "for number in range(COUNT): log(number)\ntime.sleep(30)",
}

_PRELUDE = """
import os, sys, time, warnings
warnings.simplefilter("ignore")
COUNT, DSN, URL, SPOOL = int(sys.argv[1]), *sys.argv[2:]
"""


class Outcome(NamedTuple):
    """How many records did not arrive, and how many came more than once."""

    lost: int
    repeated: int


def run(client: str, ending: str, server: Answering, spool: Path) -> Outcome:
    """Run one client to one end, and start it again; return what became of its records."""
    server.requests.clear()
    server.outage_until, server.outage_fault = 0.0, ""
    if " for 10 s" in ending:
        server.outage_fault = "" if ending.startswith("503") else "reset"
        server.outage_until = time.monotonic() + 10
    program = _PRELUDE + CLIENTS[client]
    process = _start(program + ENDINGS[ending], server, spool)
    assert process.stdout is not None
    with process:
        if ending.startswith("SIG"):
            assert process.stdout.readline() == b"done\n"
            process.send_signal(getattr(signal, ending))
        elif " for 10 s" in ending:
            end = time.monotonic() + 30
            while len(_numbers(server)) < COUNT and time.monotonic() < end:
                time.sleep(0.2)
            process.kill()
        process.wait(120)
    if "own" not in client:
        with _start(program + "time.sleep(0.5)", server, spool) as again:
            again.wait(120)
    numbers = _numbers(server)
    return Outcome(COUNT - len(set(numbers)), len(numbers) - len(set(numbers)))


def _start(program: str, server: Answering, spool: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(COUNT), server.dsn, server.url, str(spool)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "sinks"))),
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", ""),
        },
    )


def _numbers(server: Answering) -> list[bytes]:
    """Return the numbers of the records that came, each as often as it came."""
    found: list[bytes] = []
    for request in list(server.requests):
        in_request = re.findall(rb"record-(\d{4})-", request.body)
        # An event has its message in more than one place.
        found += sorted(set(in_request))
    return found
