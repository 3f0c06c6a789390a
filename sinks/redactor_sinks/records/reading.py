"""From a line to a record: JSON, logfmt, or plain text."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from redactor_sinks.records import levels, times
from redactor_sinks.records.logfmt import read_pairs
from redactor_sinks.records.plain import read_plain
from redactor_sinks.records.record import Record

__all__ = ["read"]

#: Names of fields, the most telling first.
_TIMES = (
    "timestamp", "@timestamp", "time", "ts", "asctime", "datetime", "eventTime", "t", "created",
)  # fmt: skip
_LEVELS = (
    "level", "levelname", "severity", "severity_text", "lvl", "log.level", "log_level", "loglevel",
    "error_severity", "levelno", "severity_number", "severityNumber",
)  # fmt: skip
_LOGGERS = ("logger", "logger_name", "log.logger")
#: What names a level where ``name`` names a logger, as in ``logging``.
_OF_LOGGING = ("levelname", "levelno")
_MESSAGES = ("message", "msg", "event", "short_message", "body", "text")
_TRACES = ("trace_id", "traceId", "trace.id", "otelTraceID", "traceID")
_SPANS = ("span_id", "spanId", "span.id", "otelSpanID", "spanID")
_EXCEPTIONS = (
    "exc_info", "exception", "exc_text", "traceback", "stack_trace", "stacktrace", "stack",
    "error.stack_trace", "error.stack",
)  # fmt: skip
_LEVEL_FIELD = re.compile(
    r'"(level|levelname|severity|lvl|levelno|severity_number)"\s*:\s*"?(\w{1,20})'
)
_HEX = re.compile(r"(?:0x)?([0-9a-fA-F]+)")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


def read(line: bytes) -> Record:
    """
    Return what *line*, without its line break, says.

    Bytes that are no UTF-8 become U+FFFD. A line that is cut, doubled or no JSON is plain text.
    """
    if line.lstrip()[:1] == b"{":
        fields = _json(line)
        if fields is not None:
            return _from_fields(fields, line)
        return _broken_json(line.decode("utf-8", "replace"))
    text = line.decode("utf-8", "replace")
    if "=" in text:
        pairs = read_pairs(text)
        if pairs is not None:
            record = _from_fields(dict(pairs), line)
            if record.level is not None or record.time is not None:
                return record
    return read_plain(text)


def _broken_json(text: str) -> Record:
    """Return what can be seen of a line that was cut, or is no JSON for another reason."""
    record = read_plain(text)
    match = _LEVEL_FIELD.search(text) if record.level is None else None
    if match is None or (level := _level(match[1], match[2])) is None:
        return record
    return record._replace(level=level, level_text=match[2])


def _json(line: bytes) -> dict[str, Any] | None:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None


def _from_fields(fields: dict[str, Any], line: bytes) -> Record:
    inner = fields.get("record")
    if isinstance(inner, dict) and isinstance(inner.get("level"), dict) and len(fields) == 2:
        fields = _of_loguru(inner)
    time, level, level_text = _take_time(fields), None, ""
    loggers: tuple[str, ...] = _LOGGERS
    for name in _LEVELS:
        if name in fields:
            level = _level(name, fields[name])
            if level is not None:
                level_text = str(fields.pop(name))
                if name in _OF_LOGGING:
                    loggers = (*_LOGGERS, "name")
                break
    trace_id, span_id = _take_id(fields, _TRACES, 32), _take_id(fields, _SPANS, 16)
    parent = fields.get("traceparent")
    if not trace_id and isinstance(parent, str) and (match := _TRACEPARENT.fullmatch(parent)):
        trace_id, span_id = match.groups()
        del fields["traceparent"]
    message = _take_text(fields, _MESSAGES)
    return Record(
        message if message is not None else line.decode("utf-8", "replace"),
        time,
        level,
        level_text,
        _take_text(fields, loggers) or "",
        trace_id,
        span_id,
        _take_exception(fields),
        fields,
    )


def _of_loguru(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of what Loguru serialises, under the names that others use."""
    fields = dict(record)
    level = fields["level"]
    fields["levelname"] = level.get("name", "")
    del fields["level"]
    time = fields.get("time")
    if isinstance(time, dict) and "timestamp" in time:
        fields["time"] = time["timestamp"]
    extra = fields.pop("extra", None)
    if isinstance(extra, dict):
        fields |= {name: value for name, value in extra.items() if name not in fields}
    if fields.get("exception") is None:
        fields.pop("exception", None)
    return fields


def _take_time(fields: dict[str, Any]) -> int | None:
    for name in _TIMES:
        value = fields.get(name)
        time = None
        if isinstance(value, str):
            time = times.from_text(value)
        elif isinstance(value, (int, float)):
            time = times.from_number(value)
        if time is not None:
            del fields[name]
            return time
    return None


def _level(name: str, value: Any) -> levels.Level | None:
    if isinstance(value, str):
        return (
            levels.from_number(name, int(value))
            if value.isascii() and value.isdigit() and len(value) < 4
            else levels.from_word(value)
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return levels.from_number(name, value)
    return None


def _take_id(fields: dict[str, Any], names: tuple[str, ...], digits: int) -> str:
    for name in names:
        value = fields.get(name)
        match = _HEX.fullmatch(value) if isinstance(value, str) else None
        if match is not None and len(match[1]) == digits and match[1].strip("0"):
            del fields[name]
            return match[1].lower()
    return ""


def _take_text(fields: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value:
            del fields[name]
            return value
    return None


def _take_exception(fields: dict[str, Any]) -> Any:
    for name in _EXCEPTIONS:
        value = fields.get(name)
        told = isinstance(value, str) and "\n" in value
        if told or (isinstance(value, (list, dict)) and value):
            del fields[name]
            return value
    return None
