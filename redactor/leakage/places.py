"""Where in a record a secret is: what differs between the record and its redacted copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from redactor.known import RULE as KNOWN

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
    text = old if isinstance(old, str) else _text(old)
    found = redactor.find(text, key=key or None) if isinstance(old, (str, int, float)) else ()
    labels = iter([label or "" for rule, label in markers if rule == KNOWN])
    covered = 0
    for finding in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        if finding.end <= covered:
            continue  # inside another finding: one secret is one leak
        covered = finding.end
        label = next(labels, "") if finding.rule == KNOWN else ""
        yield Place(finding.rule, label, field, text[finding.start : finding.end], shown)
    if not found:
        for rule, label in markers[len(before) :]:
            if rule != "withheld":
                yield Place(rule, label or "" if rule == KNOWN else "", field, "", shown)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # a hostile object; what was let out is looked at elsewhere
        return ""
