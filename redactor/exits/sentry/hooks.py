"""
Where envelopes leave the SDK.

- The transports of the SDK itself put envelopes into a queue. They are redacted where a worker
  takes them out and sends them: nothing comes after that, and the program does not wait for it.
- Any other transport gets envelopes that are redacted: a class of the program's own, a function,
  one that was put into a client by hand. Clients ask for their transport each time that they use
  it, and it is guarded then, whenever it and the client were made.
- Whatever serialises an envelope gets it redacted, also without a client.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from redactor.exits.guard import ExitError
from redactor.exits.sentry.envelopes import Envelopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sentry_sdk.envelope import Envelope, Item

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect"]

_CAPTURE = "capture_envelope"
_SEND = "_send_envelope"
#: The ``id`` of the items that are redacted already in what is being sent.
_checked: ContextVar[frozenset[int]] = ContextVar("redactor_sentry_checked", default=frozenset())


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard every envelope of the Sentry SDK.

    Raises:
        ExitError: A seam is missing: the version of the SDK is not known.
    """
    from sentry_sdk import client, envelope, spotlight, transport

    envelopes = Envelopes(guard)
    patches.replace(
        envelope.Envelope, "serialize_into", lambda old: _serialize_into(old, guard, envelopes)
    )
    patches.replace(
        spotlight.SpotlightClient, _CAPTURE, lambda old: _capture(old, guard, envelopes)
    )
    queueing = {
        getattr(transport, name)
        for name in ("HttpTransport", "Http2Transport", "AsyncHttpTransport")
        if hasattr(transport, name)
    }
    own = frozenset(kind for kind in queueing if _is_of(transport, getattr(kind, _CAPTURE)))
    for kind in {_home(kind, _SEND) for kind in queueing}:
        patches.replace(kind, _SEND, lambda old: _send(old, guard, envelopes, own))
    _put_on(client.BaseClient, _Transports(guard, patches, envelopes, own), patches)


def _put_on(base: Any, transports: _Transports, patches: Patches) -> None:
    """Make *transports* the attribute of clients; without it, each has one of its own."""
    if hasattr(base, "transport") or not hasattr(base, "capture_event"):
        raise ExitError(
            "exit sentry",
            "sentry_sdk.client.BaseClient is not what it was: this version is not known",
            "Install a version that is supported, or leave the exit out: "
            'redactor.install(without=("sentry",))',
        )
    base.transport = transports

    def take_off() -> None:
        if vars(base).get("transport") is transports:
            del base.transport

    patches.on_undo(take_off)


def _home(kind: type, name: str) -> type:
    """Return the class that *kind* has its attribute *name* from; *kind* where it has none."""
    return next((base for base in kind.__mro__ if name in vars(base)), kind)


def _is_of(module: Any, function: Any) -> bool:
    """Return whether *function* is code of *module*, and not something put in its place."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_filename == module.make_transport.__code__.co_filename


class _Transports:
    """
    The attribute ``transport`` of clients, which guards what is in it when it is asked for.

    It is kept in the client itself, under the same name, as it is without this.
    """

    def __init__(
        self, guard: Guard, patches: Patches, envelopes: Envelopes, own: frozenset[type]
    ) -> None:
        self._guard = guard
        self._patches = patches
        self._envelopes = envelopes
        self._own = {kind: (getattr(kind, _CAPTURE), getattr(kind, _SEND)) for kind in own}
        self._made: set[Any] = set()

    def __get__(self, client: Any, _owner: type | None = None) -> Any:
        if client is None:
            return self
        try:
            transport = vars(client)["transport"]
        except KeyError:
            raise AttributeError("transport") from None
        if transport is None or not self._guard.active:
            return transport
        kind = type(transport)
        known = self._own.get(kind)
        try:
            names = getattr(transport, "__dict__", ())
            if (
                known is not None
                and _CAPTURE not in names
                and _SEND not in names
                and (getattr(kind, _CAPTURE), getattr(kind, _SEND)) == known
            ):
                return transport
            self._protect(transport if _CAPTURE in names else kind)
        except Exception as error:  # noqa: BLE001  # C1: nothing is sent through it then
            self._guard.failed("sentry", error)
            return None
        return transport

    def __set__(self, client: Any, transport: Any) -> None:
        vars(client)["transport"] = transport

    def __delete__(self, client: Any) -> None:
        del vars(client)["transport"]

    def _protect(self, owner: Any) -> None:
        """Guard *owner*, a class of transports or one transport with a method of its own."""
        present = getattr(owner, _CAPTURE, None)
        if present is None or present in self._made:
            return
        unbound = isinstance(
            inspect.getattr_static(owner, _CAPTURE), (staticmethod, classmethod)
        ) and isinstance(owner, type)

        def make(old: Any) -> Any:
            new = _capture(old, self._guard, self._envelopes)
            self._made.add(new)
            return staticmethod(new) if unbound else new

        self._patches.replace(owner, _CAPTURE, make)


def _capture(old: Callable[..., Any], guard: Guard, envelopes: Envelopes) -> Callable[..., Any]:
    """Wrap a method, or a function, that is given an envelope."""
    from sentry_sdk.envelope import Envelope

    @functools.wraps(old)
    def capture_envelope(*args: Any, **kwargs: Any) -> Any:
        if not guard.active:
            return old(*args, **kwargs)
        lost = _counter(args[0]) if args else None
        given = [*args, *kwargs.values()]
        for at, value in enumerate(given):
            if isinstance(value, Envelope):
                redacted = envelopes.redacted(value, lost)
                if redacted is None:
                    return None
                given[at] = redacted
        count = len(args)
        return old(*given[:count], **dict(zip(kwargs, given[count:], strict=True)))

    return capture_envelope


def _send(
    old: Callable[..., Any], guard: Guard, envelopes: Envelopes, own: frozenset[type]
) -> Callable[..., Any]:
    """Wrap the method of a transport that sends what it takes out of its queue."""

    def prepared(transport: Any, envelope: Envelope) -> tuple[Envelope | None, frozenset[int]]:
        redacted = envelopes.redacted(envelope, _counter(transport))
        if redacted is None or type(transport) not in own:
            # A class derived from one of the SDK may still put something into it.
            return redacted, frozenset()
        return redacted, frozenset(map(id, redacted.items))

    if inspect.iscoroutinefunction(old):

        @functools.wraps(old)
        async def send_later(self: Any, envelope: Envelope) -> Any:
            if not guard.active:
                return await old(self, envelope)
            redacted, items = prepared(self, envelope)
            if redacted is None:
                return None
            token = _checked.set(items)
            try:
                return await old(self, redacted)
            finally:
                _checked.reset(token)

        return send_later

    @functools.wraps(old)
    def send(self: Any, envelope: Envelope) -> Any:
        if not guard.active:
            return old(self, envelope)
        redacted, items = prepared(self, envelope)
        if redacted is None:
            return None
        token = _checked.set(items)
        try:
            return old(self, redacted)
        finally:
            _checked.reset(token)

    return send


def _serialize_into(
    old: Callable[..., Any], guard: Guard, envelopes: Envelopes
) -> Callable[..., Any]:
    from sentry_sdk.envelope import Envelope

    @functools.wraps(old)
    def serialize_into(self: Envelope, f: Any) -> Any:
        if not guard.active:
            return old(self, f)
        redacted = envelopes.redacted(self, checked=_checked.get())
        return old(Envelope() if redacted is None else redacted, f)

    return serialize_into


def _counter(transport: Any) -> Callable[[str, Item], None] | None:
    """Return what tells *transport* about losses, for its reports to Sentry."""
    record = getattr(transport, "record_lost_event", None)
    if record is None:
        return None

    def lost(reason: str, item: Item) -> None:
        # A report about a loss is not worth another one.
        with contextlib.suppress(Exception):
            record(reason, item=item)

    return lost
