"""The shapes of the SDK's objects: what is read and written of them, checked at the start."""

from __future__ import annotations

from redactor.exits.guard import ExitError

__all__ = ["require"]


def require(thing: object, *names: str) -> None:
    """
    Check that *thing* has the attributes *names*.

    Raises:
        ExitError: It has not: this version of the SDK is not known.
    """
    for name in names:
        if not hasattr(thing, name):
            raise ExitError(
                "exit opentelemetry",
                f"{type(thing).__module__}.{type(thing).__qualname__} has no {name}: this version "
                "of the SDK is not known",
                "Install a version that is supported, or leave the exit out: "
                'redactor.install(without=("opentelemetry",))',
            )
