"""The exits that there are, and putting the hooks of a guard into them."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from redactor.exits.after_import import AfterImport
from redactor.exits.guard import ExitError, Guard
from redactor.exits.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EXITS", "Exit", "Protection"]


class Exit(NamedTuple):
    """
    One place where data leaves a process.

    Attributes:
        name: What users and messages call it.
        trigger: The module whose import brings the exit into the process.
        home: The module in this package that guards it.
        function: Its function, called as ``function(guard, patches)`` once *trigger* is imported.
    """

    name: str
    trigger: str
    home: str
    function: str = "protect"


EXITS: tuple[Exit, ...] = (
    Exit("logging", "logging", "stdlib_logging"),
    Exit("logging", "logging.handlers", "stdlib_logging", "protect_queues"),
    Exit("warnings", "warnings", "warning_messages"),
    Exit("tracebacks", "sys", "uncaught", "protect_hooks"),
    Exit("tracebacks", "threading", "uncaught", "protect_threads"),
    Exit("tracebacks", "traceback", "uncaught", "protect_printing"),
    Exit("multiprocessing", "multiprocessing.process", "processes", "protect_run"),
    Exit("multiprocessing", "multiprocessing.spawn", "processes", "protect_start"),
    Exit("loguru", "loguru", "loguru"),
    Exit("structlog", "structlog", "structlog"),
    Exit("opentelemetry", "opentelemetry.sdk.trace", "opentelemetry", "protect_traces"),
    Exit("opentelemetry", "opentelemetry.sdk._logs", "opentelemetry", "protect_logs"),
    Exit("opentelemetry", "opentelemetry.sdk.metrics", "opentelemetry", "protect_metrics"),
    Exit("sentry", "sentry_sdk", "sentry"),
    Exit("streams", "sys", "streams"),
)


class Protection:
    """
    The hooks of one guard.

    Args:
        guard: What every hook asks.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._after_import = AfterImport()
        self._patches: dict[Exit, Patches] = {}

    def protect(self, exits: Iterable[Exit]) -> None:
        """
        Put the hooks in place; for a library that is not imported yet, when it is.

        Raises:
            ExitError: An exit cannot be guarded.
        """
        for exit_ in exits:
            self._after_import.call(exit_.trigger, partial(self._protect, exit_))

    def _protect(self, exit_: Exit) -> None:
        before = self._patches.pop(exit_, None)
        if before is not None:
            before.undo()  # the module was loaded again, and not all that belongs to it
        patches = self._patches[exit_] = Patches(exit_.name)
        home = import_module(f"redactor.exits.{exit_.home}")
        try:
            getattr(home, exit_.function)(self._guard, patches)
        except ExitError:
            raise
        except Exception as error:
            raise ExitError(
                f"exit {exit_.name}",
                f"it could not be guarded: {type(error).__name__}",
                "Install a version of the library that is supported, or leave the exit out: "
                f'redactor.install(without=("{exit_.name}",))',
            ) from error

    def undo(self) -> None:
        """Take the hooks out again; the guard is inactive from here on."""
        self._guard.active = False
        self._after_import.cancel()
        failure: Exception | None = None
        while self._patches:
            try:
                self._patches.popitem()[1].undo()
            except Exception as error:  # noqa: BLE001  # the others are undone all the same
                failure = failure or error
        if failure is not None:
            raise failure
