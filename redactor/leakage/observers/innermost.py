"""Exporters inside exporters: what the innermost is given is what leaves."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.leakage.watch import Watch

__all__ = ["innermost"]


def innermost(look: Callable[[Any], object], watch: Watch) -> Callable[[Any], Any]:
    """
    Return what makes of a method one whose argument is looked at.

    Not where a method of the same kind was called inside of it: an exporter that redacts hands on
    to one that sends.

    Args:
        look: Gets the first argument.
        watch: What it belongs to.
    """
    state = threading.local()

    def make(original: Any) -> Any:
        @functools.wraps(original)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            state.called = False
            try:
                return original(self, *args, **kwargs)
            finally:
                handed_on = state.called
                state.called = True
                given = args[0] if args else next(iter(kwargs.values()), None)
                if not handed_on and given is not None:
                    watch.safely(look, given)

        return method

    return make
