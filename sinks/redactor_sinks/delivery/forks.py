"""
What a fork does to queues and workers.

A connection to SQLite must not be carried over a fork: the child would believe that it holds locks
which only its parent has. So everything that registers here is closed before, while it holds its
own lock, and opens itself anew on both sides.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol

__all__ = ["ForkAware", "register"]


class ForkAware(Protocol):
    """Something with locks, threads or descriptors."""

    def before_fork(self) -> None:
        """Take the locks and close what must not be inherited."""

    def after_fork(self, *, child: bool) -> None:
        """Let go of the locks; in the child, start anew."""


#: In the order of registration: what is registered first is locked last.
_known: dict[int, weakref.ref[ForkAware]] = {}
_locked: list[ForkAware] = []


def register(item: ForkAware) -> None:
    """Tell *item* about forks as long as it lives."""
    key = id(item)
    _known[key] = weakref.ref(item, lambda _: _known.pop(key, None))


def _before() -> None:
    for reference in reversed(tuple(_known.values())):
        item = reference()
        if item is not None:
            item.before_fork()
            _locked.append(item)


def _after(*, child: bool) -> None:
    while _locked:
        _locked.pop().after_fork(child=child)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=lambda: _after(child=False),
        after_in_child=lambda: _after(child=True),
    )
