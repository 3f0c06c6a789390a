"""
Sentry: every item of every envelope.

The SDK's own transports put envelopes into a queue, and a worker sends them: they are looked at
there, with the line at which they were put in. Any other one is watched where it is given them.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

import msgspec

from redactor.exits.opentelemetry.derived import Derived
from redactor.leakage.call_site import Call, call_here

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

_EXIT = "sentry"
_MOST = 1_000
#: How deep the frames of an event lie, and then some.
_DEEPEST = 12
#: Parts of an event that describe the process and hold versions and paths only; and lines of code,
#: at which others look: a test's own file, with the passwords that it makes up, is among them.
_NOT_LOOKED_AT = frozenset(
    {"modules", "sdk", "debug_meta", "pre_context", "context_line", "post_context"}
)


def observe(watch: Watch, patches: Patches) -> None:
    """Watch every transport."""
    from sentry_sdk import transport
    from sentry_sdk.envelope import Envelope

    lines: dict[Any, Call] = {}

    def key_of(envelope: Any) -> Any:
        # A guard of the program can have put another envelope in its place.
        return envelope.headers.get("event_id") or id(envelope)

    def capturing(original: Any) -> Any:
        @functools.wraps(original)
        def capture_envelope(*args: Any, **kwargs: Any) -> Any:
            for given in (*args, *kwargs.values()):
                if isinstance(given, Envelope):
                    if len(lines) > _MOST:
                        lines.clear()
                    lines[key_of(given)] = call_here()
                    if not (args and hasattr(args[0], "_send_envelope")):
                        watch.safely(_look_at, given, lines.pop(key_of(given)), watch)
            return original(*args, **kwargs)

        return capture_envelope

    def sending(original: Any) -> Any:
        def look(envelope: Any) -> None:
            watch.safely(_look_at, envelope, lines.pop(key_of(envelope), Call()), watch)

        if inspect.iscoroutinefunction(original):

            @functools.wraps(original)
            async def send_later(self: Any, envelope: Any) -> Any:
                look(envelope)
                return await original(self, envelope)

            return send_later

        @functools.wraps(original)
        def send(self: Any, envelope: Any) -> Any:
            look(envelope)
            return original(self, envelope)

        return send

    Derived(transport.Transport, "capture_envelope", capturing, watch, patches)  # type: ignore[arg-type]  # it asks whether the watch is active
    for kind in {
        base
        for name in ("HttpTransport", "Http2Transport", "AsyncHttpTransport")
        if hasattr(transport, name)
        for base in getattr(transport, name).__mro__
        if "_send_envelope" in vars(base)
    }:
        patches.replace(kind, "_send_envelope", sending)


def _look_at(envelope: Any, call: Call, watch: Watch) -> None:
    for item in envelope.items:
        content = _content(item)
        if isinstance(content, str):
            watch.text(_EXIT, content, call, field=str(item.type), but="ever")
        elif content is not None:
            watch.record(_EXIT, _without_source(content), call, but="ever")


def _without_source(content: Any, depth: int = 0) -> Any:
    if depth < _DEEPEST and type(content) is dict:
        return {
            name: _without_source(value, depth + 1)
            for name, value in content.items()
            if name not in _NOT_LOOKED_AT
        }
    if depth < _DEEPEST and type(content) is list:
        return [_without_source(value, depth + 1) for value in content]
    return content


def _content(item: Any) -> Any:
    payload = item.payload
    if getattr(payload, "json", None) is not None:
        return payload.json
    data = payload.bytes if isinstance(payload.bytes, bytes) else payload.get_bytes()
    if not isinstance(data, bytes):
        return None
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")
