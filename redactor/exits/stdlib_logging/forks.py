"""
A fork in the middle of a record, by an object that is asked what it says.

``logging`` gives the child new locks, so the one that the handler's thread holds is not held there
any more, and letting go of it fails after the record has left.
"""

from __future__ import annotations

import os

__all__ = ["lost_lock"]

_LOST = "cannot release un-acquired lock"
_is_child = False


def lost_lock(error: RuntimeError) -> bool:
    """Say whether *error* is that of a handler whose record left, but whose lock is a new one."""
    return _is_child and error.__context__ is None and str(error) == _LOST


def _note() -> None:
    global _is_child  # noqa: PLW0603  # a process is one for ever
    _is_child = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note)
