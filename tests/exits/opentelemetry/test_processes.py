"""Programs as people write them: what left the process, read from files and sockets."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parents[3]

SECRETS = ("hunter2zz", "4111111111111111", "4111 1111 1111 1111", "3f9a7c21e8b04d56")

SPAN = """
with trace.get_tracer("shop").start_as_current_span("card 4111 1111 1111 1111") as span:
    span.set_attribute("password", "hunter2zz")
"""


def run(program: str, *, code: int = 0) -> str:
    """Run *program*; return all that it wrote."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}", "PATH": "/usr/bin:/bin"},
    )
    assert code == done.returncode, done.stderr
    return done.stdout + done.stderr


def leaked(text: str) -> list[str]:
    """The secrets in *text*."""
    return [secret for secret in SECRETS if secret in text]


INSTALL = "import redactor\nguard = redactor.install()\n"
IMPORTS = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import *
"""
PROVIDER = """
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
"""


@pytest.mark.parametrize(
    "parts",
    [
        (INSTALL, IMPORTS, PROVIDER, SPAN),
        (IMPORTS, INSTALL, PROVIDER, SPAN),
        (IMPORTS, PROVIDER, INSTALL, SPAN),
        (INSTALL, INSTALL, IMPORTS, PROVIDER, SPAN),
        (INSTALL, "redactor.uninstall()\n", INSTALL, IMPORTS, PROVIDER, SPAN),
        (IMPORTS, INSTALL, "redactor.uninstall()\n", PROVIDER, INSTALL, SPAN),
    ],
    ids=["first", "after the import", "after all", "twice", "again", "again later"],
)
def test_two_lines_are_enough(parts: tuple[str, ...]) -> None:
    """
    ``import redactor`` and ``redactor.install()``, wherever they stand before the secret.
    """
    text = run("".join(parts))

    assert [] == leaked(text)
    assert '"name": "card [redacted:card]"' in text
    assert '"password": "[redacted:password]"' in text
    assert 1 == text.count('"trace_id"')


def test_uninstall_lets_go() -> None:
    """
    Nothing is redacted any more, and nothing is left on the SDK's classes.
    """
    text = run(
        IMPORTS
        + "before = {k: dict(vars(k)) for k in (SpanExporter, ConsoleSpanExporter)}\n"
        + INSTALL
        + PROVIDER
        + "redactor.uninstall()\n"
        + SPAN
        + "assert before == {k: dict(vars(k)) for k in before}\n"
    )

    assert "hunter2zz" in text


def test_the_exit_can_be_left_out() -> None:
    """
    ``without=("opentelemetry",)`` leaves the SDK as it is.
    """
    text = run(
        'import redactor\nredactor.install(without=("opentelemetry",))\n'
        + IMPORTS
        + PROVIDER
        + SPAN
    )

    assert "hunter2zz" in text


def test_install_loads_nothing_of_the_sdk() -> None:
    """
    A program that does not use the SDK does not get it.
    """
    text = run(
        INSTALL + "import sys\nprint([n for n in sys.modules if n.startswith('opentelemetry')])"
    )

    assert "[]" == text.strip()


def test_spans_of_a_forked_child_leave_redacted(tmp_path: Path) -> None:
    """
    A batch that is full at a fork leaves once, and what the child adds leaves redacted too.
    """
    path = tmp_path / "spans"
    program = f"""
    import os, threading
    import redactor
    guard = redactor.install()
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

    file = open({str(path)!r}, "a")
    provider = TracerProvider()
    provider.add_span_processor(
        BatchSpanProcessor(ConsoleSpanExporter(out=file), schedule_delay_millis=3_600_000)
    )
    tracer = provider.get_tracer("shop")
    stop = threading.Event()
    other = TracerProvider().get_tracer("other")

    def busy():
        while not stop.is_set():
            other.start_span("busy", attributes={{"password": "hunter2zz"}}).end()

    def work(name):
        for number in range(20):
            tracer.start_span(f"{{name}} 4111 1111 1111 1111", attributes={{"n": number}}).end()
        provider.shutdown()
        file.close()

    # Threads are in the hooks while the process forks.
    threads = [threading.Thread(target=busy, daemon=True) for _ in range(2)]
    [thread.start() for thread in threads]
    import warnings
    warnings.simplefilter("ignore")
    pid = os.fork()
    stop.set()
    if pid == 0:
        work("child")
        os._exit(guard.failures.total())
    work("parent")
    assert os.waitpid(pid, 0)[1] == 0
    assert guard.failures.total() == 0
    """
    assert "" == run(program)
    text = path.read_text()

    assert [] == leaked(text)
    assert 20 == text.count('"name": "child [redacted:card]"')
    assert 20 == text.count('"name": "parent [redacted:card]"')


def test_threads_and_tasks_share_one_exporter(tmp_path: Path) -> None:
    """
    Spans and log records from many threads and tasks at once, exported by a worker thread.
    """
    path = tmp_path / "spans"
    program = f"""
    import asyncio, threading
    import redactor
    guard = redactor.install()
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

    file = open({str(path)!r}, "a")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(out=file)))
    tracer = provider.get_tracer("shop")

    def one(number):
        with tracer.start_as_current_span("outer") as outer:
            outer.set_attribute("password", "hunter2zz")
            with tracer.start_as_current_span(f"inner {{number}}") as inner:
                inner.add_event("token", {{"token": "3f9a7c21e8b04d56"}})

    async def task(number):
        await asyncio.sleep(0)
        one(number)

    async def main():
        await asyncio.gather(*[task(number) for number in range(50)])

    threads = [
        threading.Thread(target=lambda: [one(number) for number in range(50)]) for _ in range(4)
    ]
    [thread.start() for thread in threads]
    asyncio.run(main())
    [thread.join() for thread in threads]
    provider.shutdown()
    file.close()
    assert guard.failures.total() == 0
    """
    assert "" == run(program)
    text = path.read_text()

    assert [] == leaked(text)
    assert 500 == text.count('"trace_state"')
    assert 250 == text.count('"password": "[redacted:password]"')


@pytest.mark.parametrize("kind", ["error", "address"])
def test_what_the_sdk_says_of_failed_exports_has_no_secrets(kind: str) -> None:
    """
    The SDK logs the error of an exporter, with its text, its traceback and the error that the
    program was handling: through ``logging``, whose exit is guarded.
    """
    failing = {
        "error": "raise ValueError('refused: password=hunter2zz')",
        "address": "import urllib.request; urllib.request.urlopen("
        "'http://127.0.0.1:9/v1/traces?token=3f9a7c21e8b04d56')",
    }[kind]
    text = run(
        INSTALL
        + IMPORTS
        + f"""
import logging
logging.basicConfig()

class Failing(SpanExporter):
    def export(self, spans):
        {failing}

trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(Failing()))
trace.get_tracer_provider().add_span_processor(BatchSpanProcessor(Failing()))
try:
    raise KeyError("card 4111 1111 1111 1111")
except KeyError:
    with trace.get_tracer("shop").start_as_current_span("pay") as span:
        span.set_attribute("password", "hunter2zz")
trace.get_tracer_provider().shutdown()
"""
    )

    assert [] == leaked(text)
    assert 2 == text.count("Exception while exporting")


@pytest.mark.parametrize(
    "module",
    [
        "opentelemetry.sdk.trace.export.in_memory_span_exporter",
        "opentelemetry.sdk._logs.export",
        "opentelemetry.sdk.metrics.export",
        "opentelemetry.sdk.metrics.view",
        "opentelemetry.sdk._configuration",
        "opentelemetry.exporter.otlp.proto.http.trace_exporter",
        "opentelemetry.exporter.otlp.proto.http._log_exporter",
        "opentelemetry.exporter.prometheus",
    ],
)
def test_the_sdk_can_be_imported_from_any_side(module: str) -> None:
    """
    Whichever module of the SDK is imported first, it loads, and all three signals are guarded.
    """
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    text = run(
        INSTALL
        + f"""
import importlib, warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    importlib.import_module({module!r})
from opentelemetry.sdk.trace.export import ConsoleSpanExporter
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk._logs._internal import SynchronousMultiLogRecordProcessor as Multi
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, InMemoryMetricReader
for kind, name in (
    (ConsoleSpanExporter, "export"),
    (ConsoleMetricExporter, "export"),
    (InMemoryMetricReader, "_receive_metrics"),
    (Multi, "on_emit" if hasattr(Multi, "on_emit") else "emit"),
):
    print(hasattr(getattr(kind, name), "__wrapped__"))
"""
    )

    assert ["True"] * 4 == text.split()
