"""Attributes of objects whose ``__dict__`` was asked for, as quick to read as those of others."""

from __future__ import annotations

import sys

__all__ = ["keep_quick"]

#: Up to this version of CPython nothing that the interpreter learns of an attribute's place counts
#: any more once the ``__dict__`` of its object was asked for: each access is a search.
_SLOW = sys.implementation.name == "cpython" and sys.version_info < (3, 13)
#: References to a ``__dict__`` that nobody but its object has: that, and the argument.
_OWN = 2


def keep_quick(owner: object) -> None:
    """
    Give *owner* a ``__dict__`` of its own with what it has, in which attributes are found quickly.

    A ``__dict__`` that somebody else has, or shares between objects, stays.
    """
    if _SLOW and sys.getrefcount(owner.__dict__) == _OWN:
        # Without a call in between no other thread can run: none sets an attribute meanwhile.
        owner.__dict__ = {**owner.__dict__}
