"""The labels of a record, read from its JSON or logfmt."""

from __future__ import annotations

import re
from typing import Any

import msgspec

__all__ = ["LabelReader"]

_TOKEN = re.compile(rb'([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)|"(?:[^"\\]|\\.)*"|\S', re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
#: How far into a line that is not JSON a label is looked for, in bytes.
_REACH = 1 << 16


class LabelReader:
    """
    Reads the values of top-level fields.

    Args:
        names: The fields.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._keys = {name.encode(): index for index, name in enumerate(names)}
        fields = [f"f{index}" for index in range(len(names))]
        record = msgspec.defstruct(
            "Record",
            [(field, Any, None) for field in fields],
            rename=dict(zip(fields, names, strict=True)),
        )
        self._decode = msgspec.json.Decoder(record).decode
        self._fields = fields

    def values(self, line: bytes) -> tuple[str, ...]:
        """
        Return the value of each field of *line*, as text; empty for one that it does not have.

        Texts, whole numbers and booleans are values; what is nested is none. Text inside a quoted
        message is never taken for a field.
        """
        if line.lstrip()[:1] == b"{":
            try:
                record = self._decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return ("",) * len(self._names)
            return tuple(_text(getattr(record, field)) for field in self._fields)
        return self._logfmt(line)

    def _logfmt(self, line: bytes) -> tuple[str, ...]:
        found = [""] * len(self._names)
        for match in _TOKEN.finditer(line[:_REACH]):
            index = self._keys.get(match[1])
            if index is not None and not found[index]:
                value = match[2]
                if value[:1] == b'"':
                    value = _ESCAPE.sub(rb"\1", value[1:-1])
                found[index] = value.decode("utf-8", "replace")
        return tuple(found)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else ""
