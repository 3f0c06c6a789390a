"""Envelopes as they are kept: without what changes from one try to the next."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["categories_of", "envelope_of", "sent_now", "stream_of"]

_CATEGORIES = {
    "event": "error",
    "log": "log_item",
    "client_report": "internal",
    "check_in": "monitor",
    "sessions": "session",
    "statsd": "metric_bucket",
    "user_report": "feedback",
}
#: Types of items whose category has the same name.
_SAME = frozenset({
    "transaction", "attachment", "session", "span", "profile", "profile_chunk", "trace_metric",
    "feedback",
})  # fmt: skip


def envelope_of(event: dict[str, Any]) -> bytes:
    """Return an envelope with *event* alone; its id is the event's, for every try."""
    payload = msgspec.json.encode(event)
    item = {"type": "event", "content_type": "application/json", "length": len(payload)}
    return b"\n".join(
        (msgspec.json.encode({"event_id": event["event_id"]}), msgspec.json.encode(item), payload)
    )


def categories_of(types: Iterable[str]) -> tuple[str, ...]:
    """Return the categories, by which Sentry limits, of items of these *types*."""
    return tuple(
        sorted({_CATEGORIES.get(kind, kind if kind in _SAME else "default") for kind in types})
    )


def stream_of(types: Iterable[str]) -> str:
    """Return the stream of an envelope with items of these *types*: its categories."""
    return ",".join(categories_of(types))


def sent_now(envelope: bytes) -> bytes:
    """
    Return *envelope* with the time of sending in its head.

    Sentry takes the difference between that and its own clock for a wrong clock here, and moves
    the times of the event by it: an old time of sending would make an old event a new one.
    """
    line, newline, items = envelope.partition(b"\n")
    try:
        head = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return envelope
    if not isinstance(head, dict):
        return envelope
    head.pop("dsn", None)
    head["sent_at"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(head, separators=(",", ":")).encode() + newline + items
