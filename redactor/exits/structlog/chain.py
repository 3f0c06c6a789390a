"""Chains of processors: a step of ours before each renderer in them, and one behind the last."""

from __future__ import annotations

import functools
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

from redactor.exits.structlog.events import EventDroppedError, replaced_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches
    from redactor.exits.structlog.events import Events
    from redactor.exits.structlog.here import Here

__all__ = ["Run", "as_one_of_structlog", "protect_chains", "renders"]

_RENDERERS = (
    ("structlog.processors", "JSONRenderer"),
    ("structlog.processors", "KeyValueRenderer"),
    ("structlog.processors", "LogfmtRenderer"),
    ("structlog.dev", "ConsoleRenderer"),
)
#: They put an event into another form and add nothing to it.
_RESHAPING = ("render_to_log_kwargs", "render_to_log_args_and_kwargs")


@functools.cache
def _renderer_types() -> tuple[type, ...]:
    return tuple(getattr(import_module(module), name) for module, name in _RENDERERS)


@functools.cache
def _console_type() -> type:
    console: type = import_module("structlog.dev").ConsoleRenderer
    return console


@functools.cache
def _reshaping() -> tuple[Any, ...]:
    stdlib = import_module("structlog.stdlib")
    found = [getattr(stdlib, name, None) for name in _RESHAPING]
    return (
        *(each for each in found if each is not None),
        stdlib.ProcessorFormatter.wrap_for_formatter,
    )


#: Whether the objects of a type render. A program has few types of processors.
_known: dict[type, bool] = {}


def renders(processor: object) -> bool:
    """Say whether *processor* is a renderer of structlog."""
    kind = type(processor)
    known = _known.get(kind)
    if known is None:
        known = _known[kind] = issubclass(kind, _renderer_types())
    return known


class Run:
    """
    One event on its way through the processors of a logger.

    Stands for the logger while they run. Everything else is asked of the logger itself.
    """

    def __init__(self, logger: Any, events: Events, method: str, here: Here) -> None:
        self._redactor_logger = logger
        self._redactor_events = events
        self._redactor_method = method
        #: The event as the last renderer got it.
        self._redactor_event: Mapping[Any, Any] = {}
        self._redactor_here = here
        self._redactor_outer = here.seen

    def __enter__(self) -> None:
        self._redactor_here.seen = []

    def __exit__(self, *_: object) -> None:
        self._redactor_here.seen = self._redactor_outer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._redactor_logger, name)

    def guarded(self, processors: Iterable[Any]) -> list[Any]:
        """Return *processors* with a step before each that renders, which the last one does."""
        chain: list[Any] = []
        *first, last = [*processors] or [None]
        for each in first:
            if renders(each):
                chain.append(self._step(each))
            chain.append(each)
        chain.append(self._step(last))
        if last is not None:
            chain.append(last)
        return chain

    def _step(self, following: Any) -> Callable[[Any, str, Any], Any]:
        # A console renderer gets its exceptions from a function of structlog that is guarded.
        keep = isinstance(following, _console_type())

        def redact(_logger: Any, _method: str, event: Any) -> Any:
            made, held = self._redactor_events.redacted(
                event, self._redactor_method, keep_exc_info=keep
            )
            if held is not None:
                self._redactor_here.saw(held)
            if isinstance(made, dict):
                self._redactor_event = made
            return made

        return redact

    def rendered(self) -> Mapping[Any, Any]:
        """Return the event as the last renderer got it."""
        return self._redactor_event

    def finished(self, output: Any) -> Any:
        """Return *output* of the last processor, redacted."""
        # What one part shows under its name, another may show without.
        for held in self._redactor_here.seen:
            output = replaced_in(output, held)
        return self._redactor_events.output(output, self._redactor_method, self._redactor_event)


def protect_chains(guard: Guard, patches: Patches, events: Events, here: Here) -> None:
    """Guard all bound loggers, made before or after."""
    base = import_module("structlog._base").BoundLoggerBase
    drop: type[Exception] = import_module("structlog.exceptions").DropEvent

    def making(original: Callable[..., Any]) -> Any:
        @functools.wraps(original)
        def process_event(self: Any, method_name: str, event: Any, event_kw: Any) -> Any:
            if not guard.active:
                return original(self, method_name, event, event_kw)
            run = Run(self, events, method_name, here)
            processors: Sequence[Any] = [*self._processors]
            # What structlog asks for at each step, so that it need not go through the stand-in.
            run._logger, run._context = self._logger, self._context  # type: ignore[attr-defined]  # noqa: SLF001
            run._processors = run.guarded(processors)  # type: ignore[attr-defined]  # noqa: SLF001
            try:
                with run:
                    args, kwargs = original(run, method_name, event, event_kw)
                    if processors and any(processors[-1] is each for each in _reshaping()):
                        return args, kwargs
                    if len(args) == 1 and not kwargs:
                        output = run.finished(args[0])
                        here.passed_on(output)
                        return (output,), kwargs
                    if not args and kwargs is run.rendered():
                        return args, kwargs
                    return run.finished((args, kwargs))
            except EventDroppedError:
                raise drop from None

        return process_event

    patches.replace(base, "_process_event", lambda original: as_one_of_structlog(making(original)))


def as_one_of_structlog(function: FunctionType) -> FunctionType:
    """
    Return *function* as one of a module of structlog.

    structlog, and others who look for the caller of a logger, pass over frames by the name of
    their module.
    """
    made = FunctionType(
        function.__code__,
        {**function.__globals__, "__name__": "structlog.redactor"},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    made.__kwdefaults__ = function.__kwdefaults__
    functools.update_wrapper(made, function)
    return made
