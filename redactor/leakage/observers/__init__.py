"""
The hooks of the watch, one module for each exit, each with a function ``observe(watch, patches)``.

They stand at the last point before data leaves, call what they replace with what they were given,
and hand the watch what left and from where.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from redactor.exits.after_import import AfterImport
from redactor.exits.patches import Patches

if TYPE_CHECKING:
    from redactor.leakage.watch import Watch

__all__ = ["OBSERVED", "Observed", "Observers"]


class Observed(NamedTuple):
    """
    One place that is watched.

    Attributes:
        exit: What users and reports call it.
        trigger: The module whose import brings it into the process.
        home: The module of this package that watches it.
        function: Its function.
    """

    exit: str
    trigger: str
    home: str
    function: str = "observe"


OBSERVED: tuple[Observed, ...] = (
    Observed("logging", "logging", "log_records"),
    Observed("logging", "_pytest.logging", "log_records", "pass_over_pytest"),
    Observed("warnings", "warnings", "warning_messages"),
    Observed("tracebacks", "threading", "uncaught"),
    Observed("stdout", "sys", "streams"),
    Observed("stdout", "_pytest.capture", "streams", "observe_pytest"),
    Observed("loguru", "loguru", "loguru_sinks"),
    Observed("structlog", "structlog", "structlog_events"),
    Observed("opentelemetry", "opentelemetry.sdk.trace", "otel_spans"),
    Observed("opentelemetry", "opentelemetry.sdk._logs", "otel_logs"),
    Observed("opentelemetry", "opentelemetry.sdk.metrics", "otel_metrics"),
    Observed("sentry", "sentry_sdk", "sentry_envelopes"),
    Observed("http", "http.client", "http_bodies", "observe_http_client"),
    Observed("http", "requests", "http_bodies", "observe_requests"),
    Observed("http", "httpx", "http_bodies", "observe_httpx"),
    Observed("http", "aiohttp", "http_bodies", "observe_aiohttp"),
)


class Observers:
    """
    The hooks of one watch.

    Args:
        watch: What they report to.

    Attributes:
        trouble: What could not be watched, each in one sentence.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._after_import = AfterImport()
        self._patches: list[Patches] = []
        self.trouble: list[str] = []

    def start(self) -> None:
        """Put the hooks in place; for a library that is not imported yet, when it is."""
        for observed in OBSERVED:
            self._after_import.call(observed.trigger, partial(self._observe, observed))

    def _observe(self, observed: Observed) -> None:
        patches = Patches(observed.exit)
        self._patches.append(patches)
        home = import_module(f"{__name__}.{observed.home}")
        try:
            getattr(home, observed.function)(self._watch, patches)
        except Exception as error:  # noqa: BLE001  # the tests run, and the report says it
            self.trouble.append(
                f"exit {observed.exit}: {observed.trigger} could not be watched "
                f"({type(error).__name__}). Install a version that is supported"
            )

    def stop(self) -> None:
        """Take the hooks out again."""
        self._after_import.cancel()
        while self._patches:
            self._patches.pop().undo()
