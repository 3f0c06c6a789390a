"""A processor for configurations of structlog that are guarded by hand."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.exits.guard import ExitError, Guard
from redactor.exits.structlog.check import check_configuration
from redactor.exits.structlog.events import EventDroppedError, Events, exc_info_of

if TYPE_CHECKING:
    from redactor.field_types import EngineName
    from redactor.policy import Policy

__all__ = ["RedactingProcessor"]


class RedactingProcessor:
    """
    Redacts events. Put it into the chain of processors right before the renderer.

    An exception in the event is replaced by a stand-in: the same type, text and places, redacted
    variables. ``redactor.install()`` makes it unnecessary: that guards every chain, and what
    renderers add.

    Args:
        policy: What to redact. Default: the ``standard`` preset.
        engine: As for ``Redactor``.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        EngineError: The engine asked for is not installed.
    """

    def __init__(self, policy: Policy | None = None, *, engine: EngineName | None = None) -> None:
        self._policy = policy
        self._engine: EngineName | None = engine
        self._guard = Guard(policy, engine=engine)
        self._events = Events(self._guard)
        self._is_checked = False

    def __repr__(self) -> str:
        return f"<RedactingProcessor engine={self._guard.redactor.engine}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._policy, self._engine)

    def __call__(self, logger: Any, method_name: str, event_dict: Any) -> Any:  # noqa: ARG002
        """
        Redact an event.

        Args:
            logger: The wrapped logger.
            method_name: The name of the method that logs.
            event_dict: The event; it is not changed. A text or bytes, where it has been rendered.

        Returns:
            The same object when it is clean.

        Raises:
            DropEvent: A rule's action drops the event.
        """
        if not self._is_checked:
            self._is_checked = True
            self._report_place()
        try:
            if isinstance(event_dict, dict) and event_dict.get("exc_info") is not None:
                info = exc_info_of(event_dict["exc_info"], self._guard, resolve=True)
                if info is not None and info is not event_dict["exc_info"]:
                    event_dict = {**event_dict, "exc_info": info}
            return self._events.redacted(event_dict, method_name)[0]
        except EventDroppedError:
            raise import_module("structlog.exceptions").DropEvent from None

    def _report_place(self) -> None:
        """Say on standard error, once, that the processor stands in a wrong place."""
        processors = [*import_module("structlog").get_config()["processors"]]
        if not any(each is self for each in processors):
            return
        try:
            check_configuration(processors)
        except ExitError as error:
            if sys.__stderr__ is not None:
                sys.__stderr__.write(f"redactor: {error}\n")


def _again(policy: Policy | None, engine: EngineName | None) -> RedactingProcessor:
    return RedactingProcessor(policy, engine=engine)
