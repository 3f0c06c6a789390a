"""Hand-over: methods of processors, exporters and readers that are given telemetry."""

from __future__ import annotations

import functools
import inspect
from operator import is_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor.exits.guard import Guard

__all__ = ["each", "redacting"]


def redacting(
    redact: Callable[[Any], Any], guard: Guard, done: object = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Return what makes of a method one that is given its first argument redacted.

    Args:
        redact: Returns the argument redacted, ``None`` when nothing of it may leave. Never raises.
        guard: What redacts.
        done: What the method returns in that case; it is not called then.
    """

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        name = _first_parameter(original)

        @functools.wraps(original)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if guard.active and (args or name in kwargs):
                given = redact(args[0] if args else kwargs[name])
                if given is None:
                    return done
                if args:
                    return original(self, given, *args[1:], **kwargs)
                kwargs[name] = given
            return original(self, *args, **kwargs)

        return method

    return make


def each(batch: Sequence[Any], redact: Callable[[Any], Any]) -> Sequence[Any] | None:
    """
    Return *batch* with each item redacted, without those for which *redact* gives ``None``.

    Returns:
        The same object when all items are clean, ``None`` when none is left.
    """
    items = batch if isinstance(batch, (list, tuple)) else list(batch)
    redacted = [redact(item) for item in items]
    if all(map(is_, redacted, items)):
        return batch
    left = [item for item in redacted if item is not None]
    if not left:
        return None
    return tuple(left) if isinstance(batch, tuple) else left


def _first_parameter(function: Any) -> str:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ""
    return names[1] if len(names) > 1 else ""
