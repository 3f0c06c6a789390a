"""From a record to a Sentry event."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from redactor import InputError, __version__
from redactor_sinks.records import Level, Record, plain_value, read
from redactor_sinks.sentry.tracebacks import exceptions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EventOptions", "event_of", "notice"]

#: What Sentry keeps of a message, of a tag's value and of a tag's name, in characters.
_MESSAGE, _TAG, _TAG_NAME = 8192, 200, 32
#: What is sent of the other fields: of each value as JSON, and of all together, in bytes.
_VALUE, _VALUES = 8192, 131_072
_LEVELS = {"debug": 5, "info": 9, "warning": 13, "error": 17, "critical": 21}
_NOT_IN_TAG = re.compile(r"[^A-Za-z0-9_.:-]")
#: What differs between two messages of one kind: ids, addresses, numbers, quoted values, markers.
_VARIES = re.compile(
    r"\[redacted:[^\]\s]*\]"
    r"|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'"
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b(?=[a-fA-F]*\d)[0-9a-fA-F]{6,}\b"
    r"|\d+(?:\.\d+)?"
)
_TEMPLATE = 256


class EventOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    What becomes an event, and what it is told about where it comes from.

    Attributes:
        level: The lowest level that becomes an event: ``debug``, ``info``, ``warning``, ``error``
            or ``critical``.
        tags: Tags of every event.
        tag_fields: Fields of the record that become tags.
        environment: Such as ``production``. Default: the record's field of that name.
        release: The version of the program. Default: the record's field of that name.
        server_name: The machine. Default: the record's field ``hostname`` or ``host``.
    """

    level: str = "error"
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    tag_fields: tuple[str, ...] = ("service", "service.name", "component")
    environment: str = ""
    release: str = ""
    server_name: str = ""

    def __post_init__(self) -> None:
        if self.level not in _LEVELS:
            raise InputError(
                "sink sentry: level", "there is no such level", f"Use one of: {', '.join(_LEVELS)}"
            )


def event_of(lines: bytes, accepted: int, options: EventOptions) -> dict[str, Any] | None:
    """
    Return the event of a record, ``None`` when its level is too low or unknown.

    Args:
        lines: The redacted record: a line, and the lines of its traceback, if any.
        accepted: When it came, in nanoseconds since 1970.
        options: What becomes an event.
    """
    first, _, more = lines.partition(b"\n")
    record = read(first)
    if record.level is None or record.level < _LEVELS[options.level]:
        return None
    traceback = record.exception
    if traceback is None and more:
        traceback = more.decode("utf-8", "replace")
    return _event(record, traceback, accepted, options)


def notice(text: str) -> dict[str, Any]:
    """Return an event of the sink itself, a warning that says *text*."""
    record = Record(text, level=Level.WARNING, logger="redactor")
    return _event(record, None, time.time_ns(), EventOptions())


def _event(record: Record, traceback: Any, accepted: int, options: EventOptions) -> dict[str, Any]:
    fields: dict[str, Any] = plain_value(record.fields)
    exceptions = exceptions_of(traceback)
    event: dict[str, Any] = {
        "event_id": uuid.uuid4().hex,
        "timestamp": (accepted if record.time is None else record.time) / 1e9,
        "platform": "python" if exceptions else "other",
        "level": _level(record.level),
        "logentry": {"formatted": _cut(record.message, _MESSAGE)},
        "fingerprint": _fingerprint(record, fields, bool(exceptions)),
        "sdk": {"name": "redactor", "version": __version__},
    }
    if record.logger:
        event["logger"] = record.logger[:64]
    if exceptions:
        event["exception"] = {"values": exceptions}
    if record.trace_id:
        event["contexts"] = {
            "trace": {"trace_id": record.trace_id, "span_id": record.span_id or "0" * 15 + "1"}
        }
    for name, given, aliases in (
        ("environment", options.environment, ("environment", "env")),
        ("release", options.release, ("release",)),
        ("server_name", options.server_name, ("hostname", "host")),
    ):
        value = given or next(
            (fields.pop(alias) for alias in aliases if _is_word(fields.get(alias))), ""
        )
        if value:
            event[name] = value
    tags = dict(_tags(options.tags))
    tags |= _tags({name: fields.pop(name) for name in options.tag_fields if name in fields})
    if tags:
        event["tags"] = tags
    if traceback is not None and not exceptions:
        fields["stacktrace"] = plain_value(traceback)
    extra = _extra(fields)
    if extra:
        event["extra"] = extra
    return event


def _level(level: Level | None) -> str:
    for name, bound in (("fatal", 21), ("error", 17), ("warning", 13), ("info", 9)):
        if level is not None and level >= bound:
            return name
    return "debug"


def _fingerprint(record: Record, fields: dict[str, Any], has_exception: bool) -> list[str]:  # noqa: FBT001
    """
    Return what groups events: what the program says, else Sentry's own way for an exception.

    A message alone groups by its logger and by its text without ids, numbers and quoted values.
    """
    told = fields.get("fingerprint")
    if isinstance(told, list) and told and all(isinstance(part, str) for part in told):
        del fields["fingerprint"]
        return [part[:_TEMPLATE] for part in told]
    if has_exception:
        return ["{{ default }}"]
    template = _VARIES.sub("*", record.message[: 4 * _TEMPLATE])[:_TEMPLATE]
    return [record.logger, template] if record.logger else [template]


def _is_word(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= 64
        and value.isprintable()
        and ("/" not in value and "\\" not in value and value not in (".", "..", "none", "None"))
    )


def _tags(given: Mapping[str, Any]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for name, value in given.items():
        if isinstance(value, (str, int, float, bool)) and str(value):
            text = " ".join(str(value).split())
            tags[_NOT_IN_TAG.sub("_", name)[:_TAG_NAME]] = text[:_TAG]
    return {name: value for name, value in tags.items() if name and value}


def _extra(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return *fields* as far as they fit; a value that is too long is cut, and says so."""
    extra: dict[str, Any] = {}
    left = _VALUES
    for name, value in fields.items():
        size = len(msgspec.json.encode(value))
        if size > _VALUE:
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            value, size = _cut(text, _VALUE), _VALUE
        if size > left:
            extra["redactor"] = "more fields are not shown: they are too long"
            break
        left -= size
        extra[name] = value
    return extra


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    note = f" [cut from {len(text)} characters]"
    return text[: limit - len(note)] + note
