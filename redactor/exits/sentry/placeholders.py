"""
What leaves in the place of a payload that could not be redacted.

It has the time, the level, the ids and the reason, each checked for its form, and nothing else of
the payload: what is wrong with it is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from redactor.exits.sentry.fields import is_id, is_time

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["breadcrumb", "event", "log", "record"]

_LEVELS = frozenset("trace debug info warn warning error fatal critical".split())
#: How names in code look: loggers, monitors, platforms.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
_STATUSES = frozenset("ok in_progress error exited crashed abnormal".split())


def event(payload: Any, marker: str) -> dict[str, Any]:
    """
    Return an event, a transaction or a check-in that says that one was withheld.

    Args:
        payload: What was withheld.
        marker: The reason.
    """
    old = payload if isinstance(payload, dict) else {}
    kind = old.get("type")
    if kind == "check_in":
        return {"type": kind} | _some(
            old, check_in_id=is_id, monitor_slug=_is_name, status=_is_status, duration=_is_number
        )
    new = _some(old, event_id=is_id, timestamp=is_time, level=_is_level, platform=_is_name)
    if kind == "transaction":
        contexts = old.get("contexts")
        trace = contexts.get("trace") if isinstance(contexts, dict) else None
        ids = _some(trace if isinstance(trace, dict) else {}, trace_id=is_id, span_id=is_id)
        return new | {
            "type": kind,
            "transaction": marker,
            "contexts": {"trace": ids},
            "spans": [],
            **_some(old, start_timestamp=is_time),
        }
    return new | {**_some(old, logger=_is_name), "message": marker}


def record(kind: str, payload: Any, marker: str) -> dict[str, Any] | None:
    """
    Return a log or a streamed span that says that one was withheld; ``None`` for anything else.

    Args:
        kind: The type of the item that it is part of.
        payload: What was withheld.
        marker: The reason.
    """
    old = payload if isinstance(payload, dict) else {}
    ids: dict[str, Callable[[Any], bool]] = {"trace_id": is_id, "span_id": is_id}
    if kind == "log":
        return {
            **_some(old, timestamp=is_time, level=_is_level, **ids),
            "body": marker,
            "attributes": {},
        }
    if kind == "span":
        return {
            **_some(old, parent_span_id=is_id, status=_is_status, is_segment=_is_truth, **ids),
            **_some(old, start_timestamp=is_time, end_timestamp=is_time),
            "name": marker,
        }
    return None


def breadcrumb(payload: Any, marker: str) -> dict[str, Any]:
    """Return a breadcrumb that says that one was withheld."""
    old = payload if isinstance(payload, dict) else {}
    return {**_some(old, timestamp=is_time, level=_is_level), "message": marker}


def log(payload: Any, marker: str) -> dict[str, Any]:
    """Return a log, as the SDK gives it to callbacks, that says that one was withheld."""
    old = payload if isinstance(payload, dict) else {}
    return {
        "severity_text": "error",
        "severity_number": 17,
        "time_unix_nano": 0,
        **_some(old, severity_text=_is_level, severity_number=_is_number),
        **_some(old, time_unix_nano=_is_count, trace_id=is_id, span_id=is_id),
        "body": marker,
        "attributes": {},
    }


def _some(old: dict[str, Any], **forms: Callable[[Any], bool]) -> dict[str, Any]:
    return {name: old[name] for name, has_form in forms.items() if has_form(old.get(name))}


def _is_level(value: Any) -> bool:
    return isinstance(value, str) and value in _LEVELS


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_status(value: Any) -> bool:
    return isinstance(value, str) and value in _STATUSES


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value < 1 << 63
