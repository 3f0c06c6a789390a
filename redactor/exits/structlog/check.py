"""A check that a ``RedactingProcessor`` stands right before the renderer."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.exits.guard import ExitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["check_configuration"]

_ADD = "Put a RedactingProcessor right before the renderer"


def check_configuration(processors: Iterable[Any] | None = None) -> None:
    """
    Check that a ``RedactingProcessor`` is the last processor before rendering.

    Call it after ``structlog.configure``. Where the events are rendered by handlers of ``logging``,
    with ``ProcessorFormatter``, the chains of all those formatters are checked; call it after
    handlers were added then.

    Args:
        processors: A chain to check. Default: that of ``structlog.configure``.

    Raises:
        ExitError: It is missing, or another processor follows it. The message names that one.
    """
    if processors is not None:
        _check("structlog: processors", [*processors])
        return
    structlog = import_module("structlog")
    chain = [*structlog.get_config()["processors"]]
    wraps = structlog.stdlib.ProcessorFormatter.wrap_for_formatter
    if not chain or chain[-1] is not wraps:
        _check("structlog.configure: processors", chain)
        return
    formatters = [*_formatters(structlog.stdlib.ProcessorFormatter)]
    for where, formatter in formatters:
        _check(f"{where}: processors of its ProcessorFormatter", [*formatter.processors])
    if not formatters:
        raise ExitError(
            "structlog.configure: processors",
            "wrap_for_formatter hands events to a ProcessorFormatter, but no handler has one",
            "Call check_configuration() after handlers were added",
        )


def _check(where: str, chain: list[Any]) -> None:
    from redactor.exits.structlog.processor import RedactingProcessor

    # It takes out what a renderer must not show, and adds nothing.
    harmless = import_module("structlog.stdlib").ProcessorFormatter.remove_processors_meta
    chain = [each for each in chain if each is not harmless]
    places = [place for place, each in enumerate(chain) if isinstance(each, RedactingProcessor)]
    if not places:
        raise ExitError(where, "there is no RedactingProcessor", _ADD)
    renderer = len(chain) - 1
    if places[-1] == renderer:
        # One more behind the renderer does no harm. Without a renderer, it is the last.
        places.pop()
        renderer -= 1
        if renderer < 0 or not _is_renderer(chain[renderer]):
            return
        if not places:
            raise ExitError(
                where, f"{_name(chain[renderer])} stands before RedactingProcessor", _ADD
            )
    if places[-1] != renderer - 1:
        raise ExitError(
            where,
            f"{_name(chain[places[-1] + 1])} follows RedactingProcessor and can add to what leaves",
            f"{_ADD}, {_name(chain[renderer])}",
        )


def _is_renderer(processor: Any) -> bool:
    from redactor.exits.structlog.chain import renders

    return renders(processor)


def _formatters(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the formatters of *kind* that handlers have, and which handler it is."""
    loggers = [
        each
        for each in logging.root.manager.loggerDict.values()
        if isinstance(each, logging.Logger)
    ]
    for logger in (logging.root, *loggers):
        for handler in logger.handlers:
            if isinstance(handler.formatter, kind):
                yield f"{type(handler).__name__} of logger {logger.name!r}", handler.formatter


def _name(processor: Any) -> str:
    named = processor if hasattr(processor, "__qualname__") else type(processor)
    return f"{named.__module__}.{named.__qualname__}"
