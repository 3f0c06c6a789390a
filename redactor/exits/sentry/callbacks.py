"""Redaction as callbacks of ``sentry_sdk.init``, for programs that do not call ``install()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.exits.guard import Guard
from redactor.exits.sentry import placeholders
from redactor.exits.sentry.events import Events
from redactor.exits.sentry.fields import DroppedError, Fields, NotRedactedError
from redactor.exits.sentry.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName
    from redactor.policy import Policy

__all__ = ["Callbacks"]


class Callbacks:
    """
    Callbacks for ``sentry_sdk.init``, which redact what the SDK is about to send.

    They see less than ``redactor.install()`` guards: no attachments, profiles, sessions, envelopes
    that a program makes itself, and nothing that is put into an event after they were called.

    Each takes what the SDK gives it and a hint, never changes either, and never raises. It returns
    the same object where it is clean, ``None`` where a rule's action drops the record, and a
    placeholder where it could not be redacted.

    Args:
        policy: What to redact. Default: the ``standard`` preset.
        engine: As for ``Redactor``.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        EngineError: The engine asked for is not installed.

    >>> redacting = Callbacks()
    >>> redacting.before_send({"message": "password=hunter2"}, {})
    {'message': 'password=[redacted:password]'}
    """

    def __init__(self, policy: Policy | None = None, *, engine: EngineName | None = None) -> None:
        self._guard = guard = Guard(policy, engine=engine)
        self._events = Events(guard)
        self._telemetry = Telemetry(guard)
        self._fields = Fields(guard)

    def __repr__(self) -> str:
        return f"<Callbacks {self._guard!r}>"

    def before_send(self, event: Any, hint: Any) -> Any:  # noqa: ARG002  # the SDK gives it
        """Redact an error event, a message or a check-in: the option ``before_send``."""
        return self._redacted(event, self._events.redacted, placeholders.event)

    def before_send_transaction(self, event: Any, hint: Any) -> Any:  # noqa: ARG002  # as above
        """Redact a transaction: the option ``before_send_transaction``."""
        return self._redacted(event, self._events.redacted, placeholders.event)

    def before_breadcrumb(self, crumb: Any, hint: Any) -> Any:  # noqa: ARG002  # as above
        """Redact a breadcrumb: the option ``before_breadcrumb``."""
        return self._redacted(crumb, self._fields.record, placeholders.breadcrumb)

    def before_send_log(self, log: Any, hint: Any) -> Any:  # noqa: ARG002  # as above
        """Redact a log of ``sentry_sdk.logger``: the option ``before_send_log``."""
        return self._redacted(log, self._telemetry.record, placeholders.log)

    def before_send_metric(self, metric: Any, hint: Any) -> Any:  # noqa: ARG002  # as above
        """Redact a metric, or drop it: the option ``before_send_metric``."""
        return self._redacted(metric, self._telemetry.record, _nothing)

    def before_send_span(self, span: Any, hint: Any) -> Any:  # noqa: ARG002  # as above
        """Redact a streamed span: the option ``before_send_span``."""
        return self._redacted(
            span,
            self._telemetry.record,
            lambda old, marker: placeholders.record("span", old, marker),
        )

    def _redacted(
        self,
        value: Any,
        redact: Callable[[Any], Any],
        placeholder: Callable[[Any, str], Any],
    ) -> Any:
        if not isinstance(value, dict):
            return None  # nothing, as another callback said before
        try:
            return redact(value)
        except DroppedError:
            return None
        except NotRedactedError as failure:
            return placeholder(value, failure.marker)
        except Exception as error:  # noqa: BLE001  # C1: nothing raw is let out
            return placeholder(value, self._guard.failed("sentry", error))


def _nothing(_value: Any, _marker: str) -> None:
    """Return what stands for a metric: nothing does."""
