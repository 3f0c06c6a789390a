"""Events of structlog, redacted: before they are rendered, and what they were rendered to."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from redactor.exits.exceptions import stand_in
from redactor.exits.frames import traceback_of
from redactor.exits.rendered import is_withheld, rendered, secrets_seen

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.records.held import Held

__all__ = ["EventDroppedError", "Events", "exc_info_of", "replaced_in"]

#: Not for a renderer to show: objects that other processors work with.
_META = frozenset({"_record", "_from_structlog", "_logger"})
_APART = _META | {"exc_info"}
#: What of an event may stand in a placeholder, where it is no more than that.
_PLAIN = {
    "timestamp": re.compile(r"[0-9TZ:. +-]{4,40}"),
    "level": re.compile(r"[A-Za-z]{2,12}"),
    "logger": re.compile(r"[A-Za-z_][\w.-]{0,100}"),
}


class EventDroppedError(Exception):
    """A rule's action drops the event."""


class Events:
    """
    Redacts events.

    Values that are clean stay as they are, objects too: a serializer may know how to write them.
    What it writes is looked at afterwards.

    Args:
        guard: What redacts.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def redacted(
        self, event: Any, method: str, *, keep_exc_info: bool = False
    ) -> tuple[Any, Held | None]:
        """
        Return *event*, as a processor gets it, redacted; the same object when it is clean.

        Args:
            event: An event dictionary; what has been rendered already is looked at as a text.
            method: The name of the method that logs.
            keep_exc_info: What follows gets the exception redacted in another way.

        Returns:
            The event, and the secrets that it had under their names, which what it is rendered to
            may show again.

        Raises:
            EventDroppedError: A rule's action drops it.
        """
        if type(event) is not dict and not isinstance(event, Mapping):
            return self.output(event, method, {}), None
        held = None
        try:
            made = self._mapping(event, keep_exc_info=keep_exc_info)
            if made is event:
                return event, None
            if isinstance(made, Mapping) and made is not event:
                held = self._held(event)
                made = _without(made, held)
        except Exception as error:  # noqa: BLE001  # C1
            made = self._guard.failed("structlog", error)
        if made is None:
            raise EventDroppedError
        if isinstance(made, Mapping):
            return made, held
        return _placeholder(event, method, made), None

    def _mapping(self, event: Mapping[Any, Any], *, keep_exc_info: bool = False) -> Any:
        record = self._guard.redactor.record
        if type(event) is dict and _META.isdisjoint(event) and event.get("exc_info") is None:
            return record(event)
        apart = {
            key: value
            for key, value in event.items()
            if key in _META or (key == "exc_info" and value is not None)
        }
        if not apart:
            return record(event)
        plain = {key: value for key, value in event.items() if key not in apart}
        if "exc_info" in apart and not keep_exc_info:
            info = apart["exc_info"]
            apart["exc_info"] = exc_info_of(info, self._guard)
            if apart["exc_info"] is None:  # no exception: a value like any other
                del apart["exc_info"]
                plain["exc_info"] = info
        made = record(plain)
        if not isinstance(made, Mapping):
            return made
        if made is plain and all(event[key] is value for key, value in apart.items()):
            return event
        left = dict(made)
        out: dict[Any, Any] = {}
        for key in event:
            if key in apart:
                out[key] = apart[key]
            elif key in left:
                out[key] = left.pop(key)
        return {**out, **left}  # left: what had a secret for its name

    def _held(self, event: Mapping[Any, Any]) -> Held:
        held = secrets_seen(self._guard)
        held.look({key: value for key, value in event.items() if key not in _APART}, "")
        return held

    def output(self, output: Any, method: str, event: Mapping[Any, Any]) -> Any:
        """
        Return *output*, what a renderer has returned, redacted; the same object when it is clean.

        Args:
            output: A text, bytes, keyword arguments, or a pair of arguments and those.
            method: The name of the method that logs.
            event: The event that was rendered, redacted: for a placeholder.

        Raises:
            EventDroppedError: A rule's action drops it.
        """
        try:
            made = self._output(output)
        except Exception as error:  # noqa: BLE001  # C1
            made = self._guard.failed("structlog", error)
        if made is output:
            return output
        if made is None:
            raise EventDroppedError
        if isinstance(output, str):
            return _line(event, method, made, output) if is_withheld(made, output) else made
        if isinstance(output, (bytes, bytearray)):
            if isinstance(made, str):
                made = _line(event, method, made, bytes(output).decode("utf-8", "replace")).encode()
            return made
        if isinstance(output, tuple) and not isinstance(made, tuple):
            if not output[0]:
                return (), _placeholder(event, method, str(made))
            return (_line(event, method, str(made), ""),), {}
        if isinstance(output, Mapping) and not isinstance(made, Mapping):
            return _placeholder(event, method, str(made))
        return made

    def _output(self, output: Any) -> Any:
        if isinstance(output, str):
            return rendered(output, self._guard)
        if isinstance(output, Mapping):
            return self._mapping(output)
        if isinstance(output, tuple) and len(output) == 2 and isinstance(output[1], Mapping):
            args = self._guard.redactor.record(output[0])
            kwargs = self._mapping(output[1])
            if args is None or kwargs is None:
                return None
            if args is output[0] and kwargs is output[1]:
                return output
            if isinstance(args, (tuple, list)) and isinstance(kwargs, Mapping):
                return args, kwargs
            return args if isinstance(args, str) else kwargs
        return self._guard.redactor.record(output)


def exc_info_of(info: Any, guard: Guard, *, resolve: bool = False) -> Any:
    """
    Return what stands for the value of ``exc_info``.

    Args:
        info: An exception, a triple, or a flag.
        guard: What redacts.
        resolve: Put the exception in the place of a flag that asks for it.

    Returns:
        *info* where it is a flag, ``None`` where it is none of them.
    """
    if isinstance(info, BaseException):
        return stand_in(info, guard)
    if isinstance(info, tuple) and len(info) == 3 and isinstance(info[1], BaseException):
        kind, error, traceback = info
        stand = stand_in(error, guard)
        if traceback is error.__traceback__:
            return kind, stand, stand.__traceback__
        return kind, stand, traceback_of(traceback, guard)
    if isinstance(info, tuple) and all(part is None for part in info):
        return info
    if not isinstance(info, (bool, int)):
        return None
    if info and resolve:
        current = sys.exc_info()
        return info if current[1] is None else exc_info_of(current, guard)
    return info


def _without(event: Mapping[Any, Any], held: Held) -> dict[Any, Any]:
    """Return *event* with texts that do not show again what another field has a name for."""
    return {
        key: held.replaced(value) if type(value) is str else value for key, value in event.items()
    }


def replaced_in(output: Any, held: Held) -> Any:
    """Return *output* without what *held* holds, where it is a text; the same where it has none."""
    if isinstance(output, str):
        return held.replaced(output)
    if isinstance(output, (bytes, bytearray)):
        text = bytes(output).decode("utf-8", "surrogateescape")
        replaced = held.replaced(text)
        return output if replaced is text else replaced.encode("utf-8", "surrogateescape")
    return output


def _placeholder(event: Mapping[Any, Any], method: str, reason: str) -> dict[str, Any]:
    """Return what leaves in place of *event*: its time, level and logger, and *reason*."""
    kept: dict[str, Any] = {"event": reason}
    for key, pattern in _PLAIN.items():
        value = event.get(key)
        if type(value) is float or (type(value) is str and pattern.fullmatch(value)):
            kept[key] = value
    kept.setdefault("level", method)
    return kept | {key: event[key] for key in _META if key in event}


def _line(event: Mapping[Any, Any], method: str, reason: str, output: str) -> str:
    """Return what leaves in place of the text *output*."""
    kept = _placeholder(event, method, reason)
    shown = {key: value for key, value in kept.items() if key not in _META}
    if output.lstrip().startswith("{"):
        return json.dumps(shown)
    words = (str(shown[key]) for key in ("timestamp", "level", "logger", "event") if key in shown)
    return " ".join(words)
