"""
The message of a log record: a template, its arguments, and what both say together.

A secret can be in one of them, or in what they say together only: ``"password=%s"`` and
``"hunter2"`` say nothing alone. Whoever reads the arguments must not learn what is no longer in the
message.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.exits import exceptions
from redactor.exits.stdlib_logging.parts import Dropped
from redactor.markers import MARKER, marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.stdlib_logging.parts import Parts

__all__ = ["PLAIN", "Message", "Said", "is_within", "message_of", "plain_text"]

#: Types whose objects say the same each time, and nothing that is not in the message.
PLAIN = frozenset({str, int, float, bool, type(None)})
#: A number that is smaller holds no card number.
_SMALL = 10**11
#: A conversion of ``%``: its key, its width and precision, its letter.
_CONVERSION = re.compile(r"%(?:\(([^)]*)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([a-zA-Z%])")
_WITHHELD = marker("withheld", "argument")


class Said(str):
    """
    A finished message in the place of a template: formatting it gives it as it is.

    So the arguments can stay beside it, for formatters that read them one by one.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def __mod__(self, _args: object) -> str:
        return str.__str__(self)

    def format(self, *_args: object, **_kwargs: object) -> str:
        """Return the message."""
        return str.__str__(self)

    def format_map(self, _mapping: object) -> str:
        """Return the message."""
        return str.__str__(self)


class Message(NamedTuple):
    """
    Attributes:
        msg: The new ``msg`` of a record; the same object where it can stay.
        args: The new ``args``.
        text: What both say together; ``None`` when they cannot be formatted.
    """

    msg: Any
    args: Any
    text: str | None


def plain_text(msg: Any, args: Any) -> str | None:
    """
    Return what *msg* and *args* say; ``None`` where code of the program would run for it.

    Raises:
        Exception: They do not fit.
    """
    if msg.__class__ is not str:
        return None
    if not args:
        return msg
    if args.__class__ is not tuple:
        return None
    for arg in args:
        if arg.__class__ not in PLAIN:
            return None
    return msg % args


def is_within(args: tuple[Any, ...], text: str) -> bool:
    """Say whether *text* holds all *args*: who reads one of them learns nothing more."""
    for arg in args:
        if arg.__class__ is str:
            if arg not in text:
                return False
        elif arg is not None and not -_SMALL < arg < _SMALL:
            return False
    return True


def message_of(
    fields: dict[str, Any],
    parts: Parts,
    format_: Callable[[Any, Any], str] | None = None,
    seen: tuple[str, str] | None = None,
) -> Message:
    """
    Return the message of a record, redacted.

    Args:
        fields: The attributes of the record; they are not changed.
        parts: What redacts.
        format_: Says what ``msg`` and ``args`` say together, as the class of the record does it.
            Default: as ``LogRecord`` does it.
        seen: A message that was looked at already, and what was made of it.
    """
    # Objects are asked once, here: what is formatted afterwards is what they said.
    msg = fields["msg"]
    if msg.__class__ is not str and msg.__class__ is not Said:
        if isinstance(msg, dict) and "_logger" in fields and "_name" in fields:
            # An event of structlog: the formatter that renders it wants its values as they are.
            return Message(_event(msg, parts, parts.unsettled), fields["args"], None)
        if isinstance(msg, dict) and msg.get("exc_info"):
            msg = _event(msg, parts, parts.record)
        else:
            msg = parts.record(msg)
    args = _settled_args(fields["args"], parts)
    try:
        text: str | None = (format_ or _formatted)(msg, args)
    except Exception:  # noqa: BLE001  # what failed, and why, is told by the handler that formats
        text = _from_mapping(msg, fields["args"], parts)
    if text is None:
        return _unformatted(msg, args, parts)
    if seen is not None and seen[0] == text and not parts.drops:
        return _judged(msg, args, text, text if seen[1] is seen[0] else seen[1], parts)
    return _judged(msg, args, text, parts.text(text), parts)


class _Asked:
    """A mapping of a type of its own, whose values are redacted by their names when asked for."""

    def __init__(self, mapping: Mapping[Any, Any], parts: Parts) -> None:
        self._mapping = mapping
        self._parts = parts

    def __getitem__(self, name: str) -> Any:
        return self._parts.named(name, self._mapping[name])


def _from_mapping(msg: Any, args: Any, parts: Parts) -> str | None:
    """
    Return what *msg* says with *args*, a mapping of a type of its own; ``None`` when it fails.

    Such a mapping may give values for names that it does not have, which what stands for it cannot.
    """
    if msg.__class__ is not str or args.__class__ is dict or not isinstance(args, Mapping):
        return None
    try:
        return str.__str__(msg % _Asked(args, parts))
    except Dropped:
        raise
    except Exception:  # noqa: BLE001  # as above
        return None


def _judged(msg: Any, args: Any, text: str, redacted: str, parts: Parts) -> Message:
    if redacted is not text:
        return _parts(msg, _whole(args, parts), text, redacted)
    kept = _within(args, text, parts)
    if msg.__class__ is not str and not args:
        return Message(msg, args, text)
    if kept is args and (args.__class__ is tuple or not args):
        return Message(msg, args, text)
    return Message(*_with_args(msg, kept, text), text)


def _formatted(msg: Any, args: Any) -> str:
    text = str(msg)
    return text % args if args else str.__str__(text)


def _event(event: dict[Any, Any], parts: Parts, redact: Callable[[Any], Any]) -> Any:
    info = event.get("exc_info")
    if not info:
        return redact(event)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        stand: Any = exceptions.stand_in(info, parts.guard)
    elif isinstance(info, tuple) and len(info) == 3 and isinstance(info[1], BaseException):
        stand = exceptions.exc_info(info[1], parts.guard)
    else:
        stand = None
    redacted = redact({key: value for key, value in event.items() if key != "exc_info"})
    return {**redacted, "exc_info": stand} if isinstance(redacted, dict) else redacted


def _settled_args(args: Any, parts: Parts) -> Any:
    if not args:
        return args
    if args.__class__ is tuple:
        if all(arg.__class__ in PLAIN for arg in args):
            return args
        return tuple(arg if arg.__class__ in PLAIN else parts.record(arg) for arg in args)
    # Of a mapping, the names say which values are secret.
    return _whole(args, parts)


def _whole(args: Any, parts: Parts) -> Any:
    """Return all of *args* redacted: pairs and mappings by their names too."""
    if not args:
        return args
    redacted = parts.record(args)
    return redacted if isinstance(redacted, (tuple, dict)) else (redacted,)


def _within(args: Any, text: str, parts: Parts) -> Any:
    """Return *args* with those redacted that the clean *text* does not hold as they are."""
    if args.__class__ is not tuple:
        return _whole(args, parts)
    kept = tuple(
        arg if arg.__class__ not in PLAIN or _is_in(arg, text) else parts.record(arg)
        for arg in args
    )
    return args if all(map(_same, kept, args)) else kept


def _is_in(arg: Any, text: str) -> bool:
    if arg.__class__ is str:
        return arg in text
    return arg is None or -_SMALL < arg < _SMALL


def _same(new: object, old: object) -> bool:
    return new is old


def _parts(msg: Any, args: Any, text: str, redacted: str) -> Message:
    """Return what stands for a message that had a secret in it."""
    if msg.__class__ is str and args:
        try:
            if msg % args == redacted:
                return Message(msg, args, redacted)
        except Exception:  # noqa: BLE001, S110  # a marker where a number was
            pass
    if not args:
        return Message(redacted, args, redacted)
    return Message(Said(redacted), _apart(args, text, redacted), redacted)


def _with_args(msg: Any, args: Any, text: str) -> tuple[Any, Any]:
    """Return a message and *args* that say *text* together."""
    try:
        if msg.__class__ is str and msg % args == text:
            return msg, args
    except Exception:  # noqa: BLE001, S110  # as above
        pass
    return (Said(text), args) if args else (text, args)


def _apart(args: Any, text: str, redacted: str) -> Any:
    """
    Return *args* without those that say what was taken out of *text*.

    An argument stays when each place in *text* that says the same is still there.
    """
    left = MARKER.sub("\0", redacted)

    def judged(arg: Any) -> Any:
        said = str(arg)
        if said in text and text.count(said) == left.count(said):
            return arg
        return arg if said in redacted and MARKER.search(said) else _WITHHELD

    if isinstance(args, dict):
        return {name: judged(value) for name, value in args.items()}
    return tuple(judged(arg) for arg in args)


def _unformatted(msg: Any, args: Any, parts: Parts) -> Message:
    """
    Return a message that fails to be formatted as the original one does, and shows nothing.

    What is wrong is told by the handler, with the message and the arguments as they are.
    """
    template = msg if msg.__class__ is str else _formatted(msg, ())
    text = _joined(template, args)
    redacted = parts.text(text)
    args = _whole(args, parts)
    if redacted is not text:
        args = _apart(args, text, redacted)
    template = parts.text(template)
    try:
        text = template % args
    except Exception:  # noqa: BLE001  # as it should
        return Message(template, args, None)
    return Message(parts.text(text), (), None)


def _joined(template: str, args: Any) -> str:
    """Return *template* with *args* in their places as far as they fit, the others behind it."""
    left = list(args.values()) if isinstance(args, Mapping) else list(args)

    def put(match: re.Match[str]) -> str:
        name, letter = match.groups()
        if letter == "%":
            return "%"
        if isinstance(args, Mapping):
            return str(args.get(name, match[0]))
        return str(left.pop(0)) if left else match[0]

    return " ".join([_CONVERSION.sub(put, template), *map(str, left)])
