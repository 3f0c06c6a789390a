"""What the hooks of all exits share: a redactor, its state, and what happens when they fail."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor._default import known as process_values
from redactor._redactor import MetadataRedactor, Redactor
from redactor.documents import process_documents
from redactor.errors import RedactorError
from redactor.markers import marker

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from redactor.field_types import EngineName
    from redactor.known import KnownValues
    from redactor.policy import Policy

__all__ = ["ExitError", "Guard"]

#: Seconds between two reports about failures of the same kind.
_REPORT_EVERY = 60.0
_PACKAGE = Path(__file__).resolve().parent.parent


class ExitError(RedactorError):
    """An exit cannot be guarded. Raised while it is installed, never while something leaves."""


class Guard:
    """
    Redacts what the hooks of the exits pass on.

    Safe to share between threads; holds no lock while it redacts, so that a fork, a signal handler
    or a ``__del__`` at any moment leaves nothing locked.

    Args:
        policy: What to redact. Default: the ``standard`` preset.
        engine: As for ``Redactor``.
        known: Values to remove. Default: those of the process, see ``redactor.register``.

    Attributes:
        active: ``False`` after ``uninstall()``: hooks that others have wrapped pass everything on
            to what they replaced.
        redactor: The redactor of all exits.
        failures: Name of the exit, or ``redaction``, to the number of times that something was
            withheld there because of an error.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        EngineError: The engine asked for is not installed.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        engine: EngineName | None = None,
        known: KnownValues | None = None,
    ) -> None:
        self.active = True
        self.failures: Counter[str] = Counter()
        self._reported: dict[tuple[str, str], float] = {}
        self._counting = threading.Lock()
        self.redactor = Redactor(
            policy,
            engine=engine,
            known=process_values if known is None else known,
            documents=process_documents,
            on_failure=self._redaction_failed,
        )
        # Bound once: hooks call these for each record.
        self.text = self.redactor.text
        self._settled = self.redactor._walker.settled  # noqa: SLF001  # two halves of one object
        #: What lets nothing out but declared metadata; ``None`` in the mode ``scrub``.
        self.mode = self.redactor.mode if isinstance(self.redactor, MetadataRedactor) else None

    def __repr__(self) -> str:
        state = "active" if self.active else "inactive"
        return f"<Guard {state} engine={self.redactor.engine} failures={self.failures.total()}>"

    def record(self, value: Any) -> Any:
        """
        Return *value* redacted, as something that says later what it says now.

        Never raises. Objects of unknown type come back as their redacted text, also when it is
        clean: a library that writes them out later does not ask them again.

        Args:
            value: Any object; it is not changed.

        Returns:
            The same object where it is clean and of a type that is known.
        """
        return self._settled(value)

    def variables(self, values: dict[str, Any]) -> Any:
        """Return the variables of a frame redacted: as a record; of metadata, types and sizes."""
        if self.mode is None:
            return self.record(values)
        reducer = self.mode.reducer
        return {
            name if name.isidentifier() else reducer.text(name): reducer.value(value)
            for name, value in values.items()
        }

    def timed_by(self, observe: Callable[[float], object]) -> None:
        """Have *observe* called with the seconds that each text and each record takes from here."""
        hooked: Any = self
        hooked.text = _timed(self.text, observe)
        hooked._settled = _timed(self._settled, observe)  # noqa: SLF001  # its own
        hooked.redactor.record = _timed(self.redactor.record, observe)

    def failed(self, exit_name: str, error: BaseException) -> str:
        """
        Count a failure at an exit, report it on standard error at most once a minute.

        Args:
            exit_name: The exit, in one or two words, for example ``logging``.
            error: What was raised. Nothing of its message is kept or shown.

        Returns:
            The marker that stands for what was withheld: the type of the error, nothing else.
        """
        name = type(error).__name__
        # In a signal handler or a forked child the lock may be held for good: a count is lost then.
        if self._counting.acquire(blocking=False):
            try:
                self.failures[exit_name] += 1
                count = self.failures[exit_name]
                now = time.monotonic()
                due = now - self._reported.get((exit_name, name), -_REPORT_EVERY) >= _REPORT_EVERY
                if due:
                    self._reported[exit_name, name] = now
            finally:
                self._counting.release()
            if due:
                _report(exit_name, name, count, _place(error.__traceback__))
        return marker("withheld", name)

    def _redaction_failed(self, error: Exception) -> None:
        self.failed("redaction", error)


def _timed(call: Callable[[Any], Any], observe: Callable[[float], object]) -> Callable[[Any], Any]:
    clock = time.perf_counter

    def timed(value: Any) -> Any:
        started = clock()
        redacted = call(value)
        observe(clock() - started)
        return redacted

    return timed


def _place(traceback: TracebackType | None) -> str:
    """Return the innermost place in this library that *traceback* went through."""
    place = ""
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            place = f" at {file.relative_to(_PACKAGE.parent).as_posix()}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _report(exit_name: str, error: str, count: int, place: str) -> None:
    line = (
        f"redactor: {exit_name}: a record was withheld because of {error}{place}; "
        f"{count} so far. A placeholder left in its place.\n"
    )
    stream = sys.__stderr__
    # Where standard error is guarded and that is what fails, nothing else would say so.
    unguarded = getattr(getattr(stream, "buffer", None), "unguarded", None)
    try:
        if unguarded is not None:
            unguarded.write(line.encode())
            unguarded.flush()
        elif stream is not None:
            stream.write(line)
            stream.flush()
    except (OSError, ValueError, RuntimeError):
        pass  # closed, or in the middle of a write: the count is kept
