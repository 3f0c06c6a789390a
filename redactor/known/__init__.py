"""Known values: literal secrets of this very process, removed wherever and however they appear."""

from __future__ import annotations

from redactor.known.store import RULE, KnownValues

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redactor.known.collecting import Collected, collect

__all__ = ["RULE", "Collected", "KnownValues", "collect"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Only `install()` looks the process up: nothing else waits for what that needs.
        if name not in ("Collected", "collect"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from redactor.known import collecting

        return getattr(collecting, name)
