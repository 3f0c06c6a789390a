"""
Parameters of log messages: a secret that only its place in the message gives away.

A message and its parameters are sent apart: ``password=%s`` and ``["hunter2"]``. Neither holds a
secret by itself. They are put together here, and what is found is taken out of the parameters.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any

from redactor.exits.sentry.fields import DroppedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redactor.exits.guard import Guard

__all__ = ["Parameters"]

#: A conversion of a template for ``%``: name, width and the like, kind.
_PERCENT = re.compile(
    r"%(?:\((?P<name>[^()%]*)\))?(?P<flags>[-+ #0]*[0-9.]*[hlL]?)(?P<kind>[a-zA-Z%])"
)
#: A template or a value that is longer is no template or value of a message.
_MAX_LENGTH = 1 << 16

#: A piece of the message, and the name of the parameter that it came from, if any.
_Piece = tuple[str, "str | None"]


class Parameters:
    """Finds secrets among parameters."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def redacted(self, template: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return those of *values* that have to be replaced, with what stands in their place.

        Args:
            template: The message with places for parameters: ``%s``, ``%(name)s``, ``{name}``.
            values: Parameters by name; the name of a positional one is its index.

        Raises:
            DroppedError: A rule's action drops the record.
        """
        if not values or not isinstance(template, str) or len(template) > _MAX_LENGTH:
            return {}
        changed: dict[str, Any] = {}
        if "%" in template:
            changed |= self._found(list(_percent(template, values)), values)
        if "{" in template:
            changed |= self._found(list(_braces(template, values)), values)
        return changed

    def _found(self, pieces: list[_Piece], values: Mapping[str, Any]) -> dict[str, Any]:
        if all(name is None for _, name in pieces):
            return {}
        redactor = self._guard.redactor
        encoded = [(text.encode("utf-8", "surrogatepass"), name) for text, name in pieces]
        data = b"".join(text for text, _ in encoded)
        actions = redactor.actions
        spans = redactor._engine.find(data)  # noqa: SLF001  # two halves of one library
        if not spans:
            return {}
        changed: dict[str, Any] = {}
        at = 0
        for text, name in encoded:
            start, at = at, at + len(text)
            if name is None or not text:
                continue
            inside = [span for span in spans if span[0] < at and start < span[1]]
            if not inside:
                continue
            if any(rule in actions.dropped_records for _, _, rule in inside):
                raise DroppedError
            first, last, rule = inside[0]
            marker = actions.write(rule, data[first:last])
            if text == str(values[name]).encode("utf-8", "surrogatepass"):
                # Part of a long value, or all of it.
                own = [(max(low, start) - start, min(high, at) - start) for low, high, _ in inside]
                low, high = min(low for low, _ in own), max(high for _, high in own)
                marker = text[:low] + marker + text[high:]
            changed[name] = marker.decode("utf-8", "surrogatepass")
        return changed


def _percent(template: str, values: Mapping[str, Any]) -> Iterator[_Piece]:
    at = 0
    index = 0
    for match in _PERCENT.finditer(template):
        yield template[at : match.start()], None
        at = match.end()
        kind = match["kind"]
        if kind == "%":
            yield "%", None
            continue
        name = match["name"]
        if name is None:
            name = str(index)
            index += 1
        if name not in values:
            yield match.group(), None
            continue
        # Conversions only change how a value looks. What is sent as a parameter is its text.
        yield _text(values[name], quoted=kind in "ra"), name
    yield template[at:], None


def _braces(template: str, values: Mapping[str, Any]) -> Iterator[_Piece]:
    index = 0
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return  # no template for format()
    for literal, field, _, conversion in parsed:
        yield literal, None
        if field is None:
            continue
        name = re.split(r"[.\[]", field, maxsplit=1)[0]
        if not name:
            name = str(index)
            index += 1
        if name in values:
            yield _text(values[name], quoted=conversion == "r"), name
        else:
            yield "{" + field + "}", None


def _text(value: Any, *, quoted: bool) -> str:
    text = str(value)[:_MAX_LENGTH]
    return repr(text) if quoted and isinstance(value, str) else text
