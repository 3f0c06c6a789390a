"""
The annotations of an event: its ``_meta``, a tree of what the SDK cut or left out where.

Its paths have to lead somewhere, and its ranges have to lie inside their texts, also after parts of
the event were replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from redactor.exits.sentry.fields import ABSENT

if TYPE_CHECKING:
    from redactor.exits.sentry.fields import Fields

__all__ = ["annotated"]

#: What a cut leaves at the end of a text: half a word, or half a number in groups.
_HALF = re.compile(r"(?:[0-9][0-9 .\-]{0,40}|[^\s\[\]]{1,256})\.\.\.\Z")
_TAIL = 300
_MAX_DEPTH = 100


def annotated(old: dict[str, Any], new: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """
    Return the redacted event *new* with annotations that fit it.

    A text that the SDK cut loses what stands right before the cut: half a secret looks like none.

    Args:
        old: The event as it was.
        new: The event redacted, or *old* itself; never changed.
        fields: What redacts.
    """
    meta = old.get("_meta")
    if not isinstance(meta, dict):
        return new
    values = {name: value for name, value in new.items() if name != "_meta"}
    values, tree = _node(meta, old, values, fields, 0)
    if all(values[name] is new[name] for name in values) and tree == new.get("_meta"):
        return new
    return {**values, "_meta": tree} if tree else values


def _node(
    meta: dict[str, Any], old: Any, new: Any, fields: Fields, depth: int
) -> tuple[Any, dict[str, Any]]:
    """Return *new*, cut where the SDK cut it, and its annotations."""
    tree: dict[str, Any] = {}
    own = meta.get("")
    if own is not None:
        new, own = _own(fields.one("", own), old, new)
        if own is not ABSENT:
            tree[""] = own
    if depth >= _MAX_DEPTH:
        return new, tree
    for name, below in meta.items():
        if name == "" or not isinstance(below, dict):
            continue
        place = _place(name, old, new)
        if place is None:
            continue
        old_key, new_key = place
        child, branch = _node(below, old[old_key], new[new_key], fields, depth + 1)
        if child is not new[new_key]:
            new = list(new) if isinstance(new, list) else dict(new)
            new[new_key] = child
        if branch:
            tree[str(new_key)] = branch
    return new, tree


def _place(name: str, old: Any, new: Any) -> tuple[Any, Any] | None:
    """Return the key of *name* in *old*, and of the same value in *new*."""
    if isinstance(old, list) and isinstance(new, list):
        index = int(name) if name.isascii() and name.isdigit() and len(name) < 9 else -1
        return (index, index) if 0 <= index < min(len(old), len(new)) else None
    if not isinstance(old, dict) or not isinstance(new, dict) or name not in old:
        return None
    if name in new:
        return name, name
    if len(old) != len(new):
        return None
    # The name was a secret: the one that took its place.
    return name, list(new)[list(old).index(name)]


def _own(own: Any, old: Any, new: Any) -> tuple[Any, Any]:
    remarks = own.get("rem") if isinstance(own, dict) else None
    if not isinstance(remarks, list) or not isinstance(new, str):
        return new, own
    cut = [
        remark
        for remark in remarks
        if isinstance(remark, list) and len(remark) == 4 and remark[0] == "!limit"
    ]
    if cut and new.endswith("..."):
        new = new[:-_TAIL] + _HALF.sub("...", new[-_TAIL:])
    if new == old:
        return new, own
    moved = [
        ([*remark[:2], len(new) - 3, len(new)] if new.endswith("...") else remark[:2])
        if remark in cut
        else (remark[:2] if isinstance(remark, list) else remark)
        for remark in remarks
    ]
    return new, {**own, "rem": moved}
