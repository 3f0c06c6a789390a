"""Resources and scopes: where telemetry comes from. A few objects that very many items point to."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from redactor.exits.opentelemetry.attributes import Attributes

__all__ = ["Origins"]

#: A process has a few resources, and a scope for each library that is instrumented.
_MOST = 1024
_TEXTS = ("_name", "_version", "_schema_url")


class _Known(NamedTuple):
    """Holds *origin*, so that no other object gets its id meanwhile."""

    origin: Any
    attributes: Any
    version: int
    redacted: Any


class Origins:
    """Redacts each resource and each scope once, and again when a secret was registered since."""

    def __init__(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._known: dict[int, _Known] = {}

    def redacted(self, origin: Any, now: int) -> Any:
        """
        Return a resource or a scope redacted; the same object when it is clean.

        Args:
            origin: A resource, a scope or nothing.
            now: What changes when a secret is registered.

        Raises:
            Dropped: A rule's action drops what comes from it.
            Withheld: The redactor failed.
        """
        if origin is None:
            return None
        known = self._known.get(id(origin))
        attributes = getattr(origin, "_attributes", None)
        if (
            known is None
            or known.origin is not origin
            or known.attributes is not attributes
            or known.version != now
        ):
            known = _Known(origin, attributes, now, self._look(origin, attributes))
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[id(origin)] = known
        return known.redacted

    def _look(self, origin: Any, attributes: Any) -> Any:
        changed: dict[str, Any] = {}
        for name in _TEXTS:
            text = getattr(origin, name, None)
            if text:
                redacted = self._attributes.part(text)
                if redacted is not text:
                    changed[name] = redacted
        redacted = self._attributes.attributes(attributes)
        if redacted is not attributes:
            changed["_attributes"] = redacted
        if not changed:
            return origin
        # Not by their constructors: those clean, warn and cut.
        made = copy(origin)
        for name, value in changed.items():
            setattr(made, name, value)
        return made
