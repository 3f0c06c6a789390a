"""Where in a record a secret is: what differs between the record and its redacted copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from redactor.known import RULE as KNOWN
from redactor.spans import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor._redactor import Redactor

__all__ = ["Place", "places"]

_MARKER = re.compile(r"\[redacted:([A-Za-z0-9.*_-]{1,64})(?::([A-Za-z0-9.:*_-]{1,110}))?\]")
_MAX_DEPTH = 64
#: Places of one record that are told; a record full of secrets is one mistake.
_MAX_PLACES = 50


class Place(NamedTuple):
    """
    One secret in a record.

    Attributes:
        rule: Id of the rule that found it.
        label: Label of a known value; empty for other rules.
        field: Where it is: keys with dots, indices in brackets; empty for a plain text.
        secret: The secret itself; empty where only its marker is known.
        redacted: The text that it stands in, after redaction.
    """

    rule: str
    label: str
    field: str
    secret: str
    redacted: str


def places(redactor: Redactor, value: Any, redacted: Any) -> list[Place]:
    """
    Return the secrets that *value* has and *redacted* no longer has.

    Args:
        redactor: What redacted it.
        value: Any record. A text that is a JSON object is told apart by its fields.
        redacted: What *redactor* made of it.
    """
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        found = _of_json(redactor, value)
        if found:
            return found
    return list(islice(_differences(redactor, value, redacted, "", "", 0), _MAX_PLACES))


def _of_json(redactor: Redactor, text: str) -> list[Place]:
    try:
        record = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return []
    redacted = redactor.record(record)
    return list(islice(_differences(redactor, record, redacted, "", "", 0), _MAX_PLACES))


def _differences(
    redactor: Redactor, old: Any, new: Any, field: str, key: str, depth: int
) -> Iterator[Place]:
    if new is old or depth > _MAX_DEPTH:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if len(old) == len(new):
            pairs = zip(list(old.items()), list(new.items()), strict=False)
            for (old_key, old_value), (new_key, new_value) in pairs:
                name = new_key if isinstance(new_key, str) else repr(new_key)
                path = f"{field}.{name}" if field else name
                if new_key is not old_key:
                    yield from _leaf(redactor, old_key, new_key, path, "")
                yield from _differences(redactor, old_value, new_value, path, name, depth + 1)
            return
    elif isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)) and len(old) == len(new):
        for index, (old_item, new_item) in enumerate(zip(old, new, strict=True)):
            path = f"{field}[{index}]"
            yield from _differences(redactor, old_item, new_item, path, key, depth + 1)
        return
    yield from _leaf(redactor, old, new, field, key)


def _leaf(redactor: Redactor, old: Any, new: Any, field: str, key: str) -> Iterator[Place]:
    shown = _text(new)
    markers = [found.groups() for found in _MARKER.finditer(shown)]
    before = _MARKER.findall(old) if isinstance(old, str) else []
    if len(markers) <= len(before):
        return  # written out and clean, or clean but for the markers that it came with
    found = False
    if isinstance(old, (str, bytes, bytearray, int, float)):
        data = _text(old).encode("utf-8", "surrogatepass")
        for rule, label, secret in _secrets(redactor, data, key):
            found = True
            yield Place(rule, label, field, secret, shown)
    if not found:
        for rule, label in markers[len(before) :]:
            if rule != "withheld":
                yield Place(rule, label or "" if rule == KNOWN else "", field, "", shown)


def _secrets(redactor: Redactor, data: bytes, key: str) -> Iterator[tuple[str, str, str]]:
    """Yield rule, label and text of each secret; findings that overlap are one secret."""
    spans = sorted(redactor._engine.find(data, key=key or None))  # noqa: SLF001  # with the number of each label
    rules = len(redactor.ruleset.sources)
    while spans:
        start, end, rule = spans.pop(0)
        while spans and spans[0][0] < end:
            _, other_end, other = spans.pop(0)
            # A known value is a proof, whatever else it looks like.
            if other >= rules > rule or (other_end > end and rule < rules):
                rule = other
            end = max(end, other_end)
        label = ""
        if DOCUMENTS > rule >= rules:
            marker = _MARKER.fullmatch(redactor.known.markers[rule - rules].decode())
            label = (marker[2] or "") if marker else ""
        yield redactor.rule_id(rule), label, data[start:end].decode("utf-8", "replace")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # a hostile object; what was let out is looked at elsewhere
        return ""
