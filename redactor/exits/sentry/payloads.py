"""Payloads of items: what is in one, as it would leave, and items made anew."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from sentry_sdk.envelope import Item

__all__ = ["Content", "made", "read"]


class Content(NamedTuple):
    """
    Attributes:
        value: The payload as a value, where it is JSON.
        data: The payload as bytes, where it is not.
        exact: Whether that is all that the payload holds: else it cannot leave as it is.
    """

    value: Any
    data: bytes | None
    exact: bool


def read(item: Item, *, as_json: bool = True) -> Content:
    """
    Return what would leave of the payload of *item*, which is not changed.

    A payload holds a value, bytes or the path of a file. Bytes made of the others are kept in it
    and go first.

    Args:
        item: The item.
        as_json: Read bytes as JSON where they are.
    """
    from sentry_sdk.envelope import Item, PayloadRef

    payload = item.payload
    data: Any = payload.bytes
    exact = data is not None
    if type(item) is not Item or type(payload) is not PayloadRef:
        # A class of the program's own: only it knows.
        data, exact = item.get_bytes(), False
    elif data is None:
        if payload.path is None and payload.json is not None and as_json:
            return Content(payload.json, None, exact=True)
        # A file is read once, and what was read is what leaves.
        data = PayloadRef(path=payload.path, json=payload.json).get_bytes()
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if as_json and data.lstrip()[:1] in (b"{", b"["):
        doubled: list[str] = []
        try:
            value = json.loads(
                data,
                object_pairs_hook=_noting(doubled),
                parse_float=_finite,
                parse_constant=_no_constant,
            )
        except (ValueError, RecursionError):
            pass  # no JSON that the SDK could have written: it is looked at as a text
        else:
            same = payload.json is None or payload.json == value
            return Content(value, None, exact=exact and same and not doubled)
    return Content(None, data, exact=exact and payload.json is None)


def made(headers: dict[str, Any], *, value: Any = None, data: bytes | None = None) -> Item:
    """Return an item of *headers* with a payload of *value*, as JSON, or of *data*."""
    from sentry_sdk.envelope import Item, PayloadRef

    return Item(PayloadRef(json=value) if data is None else data, headers=headers)


def _noting(doubled: list[str]) -> Any:
    """Return what makes a mapping of pairs and notes names that a mapping has twice."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made_of = dict(pairs)
        if len(made_of) < len(pairs):
            doubled.append("")
        return made_of

    return mapping


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError
    return number


def _no_constant(_name: str) -> NoReturn:
    raise ValueError
