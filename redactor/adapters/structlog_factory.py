"""A logger factory of structlog over sinks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from redactor.adapters.outlet import Outlet, as_line, as_time
from redactor.exits.redaction import redaction_of
from redactor.exits.rendered import rendered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor.policy import Policy
    from redactor.sinks import Sink

__all__ = ["StructlogFactory"]

_LEVELS = {
    "msg": "info", "debug": "debug", "info": "info", "warning": "warning", "warn": "warning",
    "error": "error", "critical": "critical", "fatal": "critical", "exception": "error",
    "failure": "error", "err": "error", "log": "info",
}  # fmt: skip


class StructlogFactory:
    """
    For ``structlog.configure(logger_factory=StructlogFactory(...))``.

    The last processor can be a renderer, whose text or bytes are written: best ``JSONRenderer``,
    with ``add_log_level``, ``TimeStamper`` and ``dict_tracebacks`` before it. Without a renderer,
    a record is written as JSON with its level and time.

    Args:
        sinks: Where records go; all of them.
        policy: What to redact: see ``redactor.adapters``.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
    """

    def __init__(self, *sinks: Sink, policy: Policy | str | Path | None = None) -> None:
        self._guard = redaction_of(policy).guard
        self._outlet = Outlet(sinks, self._guard, "structlog")

    def __repr__(self) -> str:
        return f"<StructlogFactory to {', '.join(map(repr, self._outlet.sinks))}>"

    def __call__(self, *names: Any) -> _Logger:
        """Return a logger; the first of *names*, where there is one, is what it is called."""
        return _Logger(self, str(names[0]) if names else "")

    def _give(self, level: str, name: str, message: Any, fields: dict[str, Any]) -> None:
        try:
            line, text = self._written(level, name, message, fields)
        except Exception as error:  # noqa: BLE001  # C1: a placeholder goes out
            reason = self._guard.failed("structlog", error)
            line, text = as_line({"level": "error", "message": reason}), None
        self._outlet.give(line, text, labels=[("level", level)])

    def _written(
        self, level: str, name: str, message: Any, fields: dict[str, Any]
    ) -> tuple[bytes, bytes | None]:
        if isinstance(message, bytes):
            message = message.decode("utf-8", "surrogateescape")
        if isinstance(message, str) and not fields:
            text = rendered(message, self._guard)
            data = text.encode("utf-8", "replace")
            if text.startswith("{"):
                return data, None
            return self._line(level, name, {"message": text}), data
        event = {**fields, **({} if message is None else {"event": message})}
        looked_at = self._guard.record(event)
        if not isinstance(looked_at, dict):
            looked_at = {"message": str(looked_at)}
        return self._line(level, name, looked_at), None

    @staticmethod
    def _line(level: str, name: str, fields: dict[str, Any]) -> bytes:
        standing = {"level": level, "logger": name}
        if "timestamp" not in fields:
            standing["timestamp"] = as_time(time.time_ns())
        return as_line({**standing, **fields})


class _Logger:
    """What a chain of processors ends in."""

    def __init__(self, factory: StructlogFactory, name: str) -> None:
        self._factory = factory
        self._name = name

    def __repr__(self) -> str:
        return f"<logger of {self._factory!r}>"

    def __getattr__(self, method: str) -> Callable[..., None]:
        level = _LEVELS.get(method)
        if level is None:
            raise AttributeError(f"a logger has no method {method!r}")

        def log(message: Any = None, **fields: Any) -> None:
            self._factory._give(level, self._name, message, fields)  # noqa: SLF001  # one object

        return log
