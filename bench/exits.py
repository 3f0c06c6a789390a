"""
What the exits cost: one call into each library, without redactor and with it.

    python -m bench.exits             prints the table
    python -m bench.exits --write     also writes it into docs/performance.md

Three states take turns in rounds: nobody listens (no handler, no processor, no client), a handler
alone, and the same handler with `redactor.install()`.
"""

from __future__ import annotations

import argparse
import logging
import re
import tempfile
import time
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import redactor
from bench.figures import percentile, with_busy_thread
from bench.workloads import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CASES", "Case", "measure"]

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_BEGIN, _END = "<!-- exits: begin -->", "<!-- exits: end -->"
_ROUNDS = 7
_CALLS = 1_400
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Case(NamedTuple):
    """
    One way into a library.

    Attributes:
        name: The library and the call.
        make: Gets a folder; returns the call with nobody listening and the call with a handler.
        weight: A call of this case costs about as much as that many of ``logger.info``.
    """

    name: str
    make: Callable[[Path], tuple[Callable[[str], object], Callable[[str], object]]]
    weight: int = 1


Pair = tuple["Callable[[str], object]", "Callable[[str], object]"]


def _stdlib(folder: Path) -> Pair:
    loggers: list[logging.Logger] = []
    for name in ("nobody", "file"):
        logger = logging.getLogger(f"bench.{folder.name}.{name}")
        logger.setLevel(logging.INFO)
        logger.propagate = False
        handler: logging.Handler = logging.NullHandler()
        if name == "file":
            handler = logging.FileHandler(folder / "stdlib.log")
            handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)
        loggers.append(logger)
    return loggers[0].info, loggers[1].info


def _stdlib_fields(folder: Path) -> Pair:
    nobody, file = _stdlib(folder)
    extra = {"user_id": 7, "route": "/orders/{id}", "duration": 3.25}

    def call(info: Callable[..., object]) -> Callable[[str], object]:
        return lambda line: info("%s done in %d ms", line, 12, extra=extra)

    return call(nobody), call(file)


def _stdlib_exception(folder: Path) -> Pair:
    nobody, file = _stdlib(folder)

    def call(info: Callable[..., object]) -> Callable[[str], object]:
        def logged(line: str) -> None:
            try:
                int("x" + line)
            except ValueError:
                info("failed", exc_info=True)

        return logged

    return call(nobody), call(file)


def _loguru(folder: Path) -> Pair:
    from loguru import logger

    logger.remove()
    logger.add(folder / "loguru.log", format="{time} {level} {name} {message}")
    return logger.trace, logger.info


def _structlog(folder: Path) -> Pair:
    import structlog

    structlog.reset_defaults()
    file = (folder / "structlog.log").open("w", encoding="utf-8")
    info = structlog.make_filtering_bound_logger(logging.INFO)
    logger: Any = structlog.wrap_logger(
        structlog.WriteLogger(file),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=info,
    )
    return logger.debug, (lambda line: logger.info(line, user_id=7, ok=True))


def _span(_: Path) -> Pair:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import (
        SimpleSpanProcessor,
        SpanExporter,
        SpanExportResult,
    )

    class Nowhere(SpanExporter):
        def export(self, spans: Any) -> SpanExportResult:  # noqa: ARG002
            return SpanExportResult.SUCCESS

    calls: list[Callable[[str], object]] = []
    for listening in (False, True):
        provider = TracerProvider(shutdown_on_exit=False)
        if listening:
            provider.add_span_processor(SimpleSpanProcessor(Nowhere()))
        tracer = provider.get_tracer("bench")

        def call(line: str, tracer: Any = tracer) -> None:
            with tracer.start_as_current_span("GET /orders/{id}") as span:
                span.set_attributes({"http.request.method": "GET", "db.statement": line, "n": 7})

        calls.append(call)
    return calls[0], calls[1]


def _log_record(_: Path) -> Pair:
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.sdk._logs import LoggerProvider, export

    class Nowhere(export.LogRecordExporter):
        def export(self, batch: Any) -> Any:  # noqa: ARG002
            return export.LogRecordExportResult.SUCCESS

        def shutdown(self) -> None:
            pass

        def force_flush(self, timeout_millis: int = 10_000) -> bool:  # noqa: ARG002
            return True

    calls: list[Callable[[str], object]] = []
    for listening in (False, True):
        provider = LoggerProvider(shutdown_on_exit=False)
        if listening:
            provider.add_log_record_processor(export.SimpleLogRecordProcessor(Nowhere()))
        logger = provider.get_logger("bench")

        def call(line: str, logger: Any = logger) -> None:
            logger.emit(
                LogRecord(
                    timestamp=1,
                    severity_number=SeverityNumber.INFO,
                    body=line,
                    attributes={"http.request.method": "GET", "n": 7},
                )
            )

        calls.append(call)
    return calls[0], calls[1]


def _sentry(_: Path) -> Pair:
    import sentry_sdk

    class Nowhere(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope: Any) -> None:
            envelope.serialize()

    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:9/1", transport=Nowhere, default_integrations=False
    )
    scope = sentry_sdk.Scope()

    def call(line: str) -> None:
        client.capture_event({"message": line, "level": "info"}, scope=scope)

    return sentry_sdk.capture_message, call


CASES = (
    Case("logging: `info` into a file", _stdlib),
    Case("logging: the same with arguments and `extra`", _stdlib_fields),
    Case("logging: with a traceback", _stdlib_exception, 8),
    Case("Loguru: `info` into a file", _loguru, 4),
    Case("structlog: `info` as JSON into a file", _structlog, 2),
    Case("OpenTelemetry: a span to an exporter", _span, 3),
    Case("OpenTelemetry: a log record to an exporter", _log_record, 3),
    Case("Sentry: `capture_message`, serialised", _sentry, 12),
)


class Figures(NamedTuple):
    """Times of single calls in microseconds, sorted: nobody listens, a handler, with redactor."""

    nobody: list[float]
    handler: list[float]
    redacted: list[float]


def measure(case: Case, lines: tuple[str, ...], calls: int = _CALLS) -> Figures:
    """
    Time *case* in its three states, which take turns.

    Args:
        case: What to call.
        lines: What to log, in turn.
        calls: How many calls of each state in each round.
    """
    with tempfile.TemporaryDirectory() as folder:
        nobody, handler = case.make(Path(folder))
        upcoming = cycle(lines).__next__
        figures = Figures([], [], [])
        count = max(20, calls // case.weight)
        for _ in range(_ROUNDS):
            _time(nobody, upcoming, count, figures.nobody)
            _time(handler, upcoming, count, figures.handler)
            redactor.install(redactor.Policy(), known=False)
            try:
                _time(handler, upcoming, count, figures.redacted)
            finally:
                redactor.uninstall()
        logging.shutdown()
    return Figures(*(sorted(times) for times in figures))


def _time(
    call: Callable[[str], object], upcoming: Callable[[], str], count: int, into: list[float]
) -> None:
    clock = time.perf_counter_ns
    for _ in range(count // 5):
        call(upcoming())
    for _ in range(count):
        line = upcoming()
        before = clock()
        call(line)
        into.append((clock() - before) / 1000)


def rows() -> Iterator[str]:
    """Yield the table, line by line."""
    yield "| call | line | beside | nobody listens | handler | with redactor | added (p50) |"
    yield "|---|---|---|---|---|---|---|"
    for beside in ("nothing", "a busy thread"):
        for case in CASES:
            for kind in ("clean", "dense"):
                lines = make(kind, 200).lines
                if beside == "nothing":
                    figures = measure(case, lines)
                else:
                    figures = with_busy_thread(partial(measure, case, lines, _CALLS // 4))
                shown = " | ".join(
                    " / ".join(f"{percentile(times, share):.3g}" for share in (0.5, 0.99, 0.999))
                    for times in figures
                )
                added = percentile(figures.redacted, 0.5) / percentile(figures.handler, 0.5) - 1
                yield f"| {case.name} | {kind} | {beside} | {shown} | {added:+.0%} |"


def main() -> None:
    """Measure, print, and write the table into the page when asked to."""
    parser = argparse.ArgumentParser(description="What the exits cost.")
    parser.add_argument("--write", action="store_true", help="write it into docs/performance.md")
    arguments = parser.parse_args()
    kept: list[str] = []
    for row in rows():
        print(row, flush=True)
        kept.append(row)
    if arguments.write:
        page = _PAGE.read_text("utf-8")
        table = "\n".join(kept)
        new = re.sub(
            f"{_BEGIN}.*{_END}", lambda _: f"{_BEGIN}\n\n{table}\n\n{_END}", page, flags=re.DOTALL
        )
        _PAGE.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
