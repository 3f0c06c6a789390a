"""What was read from a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from redactor_sinks.records.levels import Level

__all__ = ["Record"]


class Record(NamedTuple):
    """
    One line, understood as far as it can be.

    Attributes:
        message: What a person reads: the message field, or the whole line where it has none.
        time: Nanoseconds since 1970 as the program wrote them, ``None`` when it did not.
        level: ``None`` where the line does not say.
        level_text: The level as the program wrote it.
        logger: The name of the logger, or nothing.
        trace_id: 32 hexadecimal digits, or nothing.
        span_id: 16 hexadecimal digits, or nothing.
        exception: The traceback: a text, or what structlog's ``dict_tracebacks`` makes of one.
        fields: All other fields, by name.
    """

    message: str
    time: int | None = None
    level: Level | None = None
    level_text: str = ""
    logger: str = ""
    trace_id: str = ""
    span_id: str = ""
    exception: Any = None
    fields: dict[str, Any] = {}  # noqa: RUF012  # never changed
