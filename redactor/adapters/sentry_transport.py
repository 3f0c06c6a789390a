"""A transport of the Sentry SDK over our sink: envelopes are kept until Sentry has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.errors import MissingExtraError
from redactor.exits.redaction import redaction_of
from redactor.sinks import SentrySink
from redactor_sinks.sentry import stream_of

if TYPE_CHECKING:
    from pathlib import Path

    from sentry_sdk.envelope import Envelope
    from sentry_sdk.transport import Transport

    from redactor.policy import Policy

__all__ = ["sentry_transport"]


def sentry_transport(
    sink: SentrySink | None = None,
    *,
    policy: Policy | str | Path | None = None,
    **options: Any,
) -> type[Transport]:
    """
    Return a class for ``sentry_sdk.init(transport=...)``.

    The SDK's own transport drops events when its queue of a hundred is full, when the process ends
    within two seconds, and whenever Sentry cannot be reached or limits them. This one gives each
    envelope, redacted, to the queue of a sink before ``capture_exception`` returns::

        sentry_sdk.init(dsn, transport=sentry_transport(spool="/var/lib/shop/spool"))

    Args:
        sink: Where envelopes go. Default: a sink of its own for the DSN of ``init``.
        policy: What to redact: see ``redactor.adapters``.
        options: For that sink: those of ``SinkOptions``, such as ``spool``.

    Raises:
        MissingExtraError: The extra ``sentry`` is not installed.
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
    """
    try:
        from sentry_sdk.transport import Transport
    except ImportError:
        raise MissingExtraError("redactor.adapters", "sentry-sdk", "sentry") from None
    from redactor.exits.sentry.envelopes import Envelopes

    guard = redaction_of(policy).guard
    envelopes = Envelopes(guard)

    class SpoolingTransport(Transport):
        def __init__(self, told: dict[str, Any] | None = None) -> None:
            super().__init__(told)
            dsn = str((told or {}).get("dsn") or "")
            self._sink = sink if sink is not None else SentrySink(dsn, **options)

        def capture_envelope(self, envelope: Envelope) -> None:
            try:
                redacted = envelopes.redacted(envelope)
                if redacted is None or not redacted.items:
                    return
                kinds = [str(item.type) for item in redacted.items]
                headers = {name: value for name, value in redacted.headers.items() if name != "dsn"}
                kept = type(redacted)(headers=headers, items=redacted.items)
                self._sink.emit(kept.serialize(), stream=stream_of(kinds))
            except Exception as error:  # noqa: BLE001  # C1: what failed is not let out
                guard.failed("sentry", error)

        def flush(self, timeout: float, callback: Any = None) -> None:
            delivery = self._sink.delivery
            if not delivery.flush(timeout) and callback is not None:
                callback(delivery.counts().pending, timeout)

        def kill(self) -> None:
            self._sink.delivery.hurry()

    return SpoolingTransport
