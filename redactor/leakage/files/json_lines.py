"""JSON lines: in which field a place is, and what a record says of who logged it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.leakage.files.shapes import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Told", "fields_at", "marked_fields", "record_in", "told_by", "told_of"]

#: Longest text before the record of a line that a container runtime or a shell put there.
_PREFIX = 200
_TOKEN = re.compile(rb'[{}\[\],:]|"(?:[^"\\]|\\.)*"?|[^{}\[\],:"]+', re.DOTALL)
_MAX_DEPTH = 64
_MARK = "[redacted:"
#: Names under which loggers write where a line comes from, the most telling first.
_FILES = ("pathname", "code.file.path", "code.filepath", "filename", "file", "caller", "source")
_LINES = ("lineno", "code.line.number", "code.lineno", "line", "line_number")
_LOGGERS = ("logger", "logger_name", "loggerName", "logger.name", "module", "service")
#: The field is a logger's name only where one of these stands beside it.
_NAMED = frozenset({"levelname", "levelno", "lineno"})
_MESSAGES = ("message", "msg", "event", "log", "body", "MESSAGE", "text")


class Told(NamedTuple):
    """
    What a record says of itself.

    Attributes:
        logger: Who logged it: ``file:line``, else a logger; empty where it does not say.
        message: Its message; else the names of its fields.
        message_fields: The fields that the message is in.
    """

    logger: str
    message: str
    message_fields: tuple[str, ...]


def record_in(line: bytes) -> tuple[int, bytes] | None:
    """Return where the JSON object of *line* starts, and the object; ``None`` where it has none."""
    bare = line.rstrip()
    if not bare.endswith(b"}"):
        return None
    start = bare.find(b"{", 0, _PREFIX)
    return (start, bare[start:]) if start >= 0 else None


def fields_at(record: bytes, offsets: Iterable[int]) -> list[str]:
    """
    Return the fields of the JSON text *record* that the bytes at *offsets* are in.

    Names are as they stand in the text and may be secrets.

    Args:
        record: The text. Where it is no JSON, the fields are a guess.
        offsets: Rising.

    >>> fields_at(b'{"a": {"b": [1, {"c": 2}]}, "d": 3}', [22, 33])
    ['a.b[1].c', 'd']
    """
    path: list[str | int] = []  # one for each open container: a name, or an index
    name = b""
    fields: list[str] = []
    tokens = _TOKEN.finditer(record)
    token = next(tokens, None)
    for offset in offsets:
        while token is not None and token.end() <= offset:
            match token[0][:1]:
                case b"{" if len(path) < _MAX_DEPTH:
                    path.append("")
                case b"[" if len(path) < _MAX_DEPTH:
                    path.append(0)
                case b"}" | b"]":
                    del path[-1:]
                case b",":
                    if path and isinstance(path[-1], int):
                        path[-1] += 1
                case b":":
                    if path and isinstance(path[-1], str):
                        path[-1] = _text(name)
                case b'"':
                    name = token[0]
                case _:
                    pass
            token = next(tokens, None)
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        fields.append("".join(step for step in steps if step != ".").removeprefix("."))
    return fields


def told_by(record: str) -> Told | None:
    """
    Return what *record* says of itself; ``None`` where it is no JSON object.

    Args:
        record: The redacted text of a record.
    """
    try:
        content: Any = json.loads(record)
    except (ValueError, RecursionError):
        return None
    return told_of(content) if isinstance(content, dict) else None


def told_of(content: dict[str, Any]) -> Told:
    """Do what ``told_by`` does, for the object that was read of a record."""
    inner = [content, *(value for value in content.values() if isinstance(value, dict))]
    logger = _first(inner, _FILES)
    if logger:
        line = _first(inner, _LINES)
        logger += f":{line}" if line and ":" not in logger[2:] else ""
    else:
        logger = _first(inner, _LOGGERS)
        if not logger and not _NAMED.isdisjoint(content):
            logger = _first(inner, ("name",))
    message = _first(inner, _MESSAGES) or " ".join(sorted(map(str, content)))
    return Told(logger, message, _MESSAGES)


def marked_fields(content: Any) -> list[tuple[str, str]]:
    """
    Return the field and the rule of each marker in the values of a redacted record, in their order.

    A marker in a name has the rule ``""``: its field is another one.

    >>> marked_fields({"a": {"b": ["x", "[redacted:card] [redacted:email]"]}})
    [('a.b[1]', 'card'), ('a.b[1]', 'email')]
    """
    found: list[tuple[str, str]] = []
    _mark(content, "", found, 0)
    return found


def _mark(content: Any, path: str, found: list[tuple[str, str]], depth: int) -> None:
    if depth >= _MAX_DEPTH:
        found.append(("", ""))
    elif isinstance(content, dict):
        for name, value in content.items():
            if _MARK in name:
                found.append(("", ""))
            kind = type(value)
            if kind is str:
                if _MARK in value:
                    _add(value, f"{path}.{name}" if name else path, found)
            elif kind is dict or kind is list:
                _mark(value, f"{path}.{name}" if name else path, found, depth + 1)
    elif isinstance(content, list):
        for index, value in enumerate(content):
            _mark(value, f"{path}[{index}]", found, depth + 1)
    elif isinstance(content, str) and _MARK in content:
        _add(content, path, found)


def _add(text: str, path: str, found: list[tuple[str, str]]) -> None:
    field = path.removeprefix(".")
    found += [(field, rule) for rule in MARKER.findall(text)]


def _first(records: list[dict[str, Any]], names: tuple[str, ...]) -> str:
    if len(records) == 1 and records[0].keys().isdisjoint(names):
        return ""
    for name in names:
        for record in records:
            value = record.get(name)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                return str(value)
    return ""


def _text(token: bytes) -> str:
    if b"\\" not in token:
        return token[1:-1].decode("utf-8", "replace")
    try:
        return str(json.loads(token))
    except ValueError:
        return token.strip(b'"').decode("utf-8", "replace")
