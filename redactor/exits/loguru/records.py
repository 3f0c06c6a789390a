"""Records of Loguru, redacted: copies with the same keys; clean ones as they are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from redactor.exits.exceptions import stand_in
from redactor.exits.frames import traceback_of
from redactor.exits.loguru.values import standing_for
from redactor.exits.rendered import secrets_seen
from redactor.markers import marker

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.records.held import Held

__all__ = ["Blank", "Records"]

#: The keys of a record that no patcher has added to.
_KEYS = 13
_UNKNOWN = "?"


class Blank(dict[str, Any]):
    """A dictionary for formats: what it does not have is an empty text."""

    def __missing__(self, key: str) -> str:
        return ""

    def copy(self) -> Blank:
        return Blank(self)


class Records:
    """
    Redacts records.

    Args:
        guard: What redacts.
        recattrs: The module ``loguru._recattrs``.
    """

    def __init__(self, guard: Guard, recattrs: Any) -> None:
        self._guard = guard
        #: By their names only a record says what its parts are.
        self._keys = _KEYS if guard.mode is None else -1
        self._level = recattrs.RecordLevel
        self._file = recattrs.RecordFile
        self._thread = recattrs.RecordThread
        self._process = recattrs.RecordProcess
        self._exception = recattrs.RecordException
        #: Of a class of its own, so that it is known again.
        self._stand = type("RecordException", (self._exception,), {})
        self._named = {
            self._level: ("name", "icon"),
            self._file: ("name", "path"),
            self._thread: ("name",),
            self._process: ("name",),
        }

    def settled(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """
        Return *record* redacted, with stand-ins for exceptions and objects.

        Returns:
            The same object when it is clean, ``None`` when a rule's action drops it.
        """
        try:
            texts = (
                record["message"],
                record["extra"],
                record["name"],
                record["function"],
                record["module"],
                record["file"].path,
                record["thread"].name,
                record["process"].name,
                record["level"].name,
            )
            exception = record["exception"]
        except (AttributeError, KeyError):
            return self._copied(record)  # a patcher has put other things there
        if len(record) != self._keys:
            return self._copied(record)
        made = self._guard.record(texts)
        if made is texts and not exception:
            return record
        if type(made) is not tuple or any(
            new is not old for new, old in zip(made[2:], texts[2:], strict=True)
        ):
            return self._copied(record)
        # Most secrets are in the message and the fields: nothing else is looked at again.
        out = dict(record)
        out["message"] = made[0]
        if made[1] is not texts[1]:
            out["extra"] = self._fields(texts[1], made[1])
            out["message"] = self.held(texts[1]).replaced(made[0])
        if exception:
            out["exception"] = self.exception(exception)
        return out

    def held(self, extra: Any) -> Held:
        """Return the secrets in *extra*, which texts of the record may show again."""
        held = secrets_seen(self._guard)
        held.look(extra, "")
        return held

    def _copied(self, record: dict[str, Any]) -> dict[str, Any] | None:
        guard = self._guard
        plain: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        for key, value in record.items():
            if type(value) in self._named:
                plain[key] = {name: getattr(value, name) for name in self._named[type(value)]}
            elif isinstance(value, self._exception):
                kept[key] = self.exception(value)
            elif isinstance(value, dt.datetime):
                kept[key] = value  # of a type of Loguru, for its formats
            else:
                plain[key] = value
        made = guard.record(plain)
        if made is None:
            return None
        if type(made) is not dict:
            return self.placeholder(record, made)
        if made is plain and all(record[key] is value for key, value in kept.items()):
            return record
        out: dict[str, Any] = {}
        left = dict(made)
        for key, value in record.items():
            if key in kept:
                out[key] = kept[key]
            elif key in left:
                out[key] = self._part(key, value, plain[key], left.pop(key))
            elif key in _REQUIRED:
                out[key] = marker("withheld", "field")
        if out["extra"] is not record.get("extra") and type(out["message"]) is str:
            out["message"] = self.held(record.get("extra")).replaced(out["message"])
        return {**out, **left}  # left: what had a secret for its name

    def _part(self, key: str, value: Any, plain: Any, made: Any) -> Any:
        kind = type(value)
        if kind in self._named:
            if made is plain:
                return value
            fields = {**plain, **made} if type(made) is dict else dict.fromkeys(plain, made)
            return self._with(value, fields)
        if kind is dict:
            return self._fields(value, made)
        return standing_for(key, value, made, self._guard)

    def _fields(self, value: Any, made: Any) -> Any:
        """Return what stands for the fields *value* of a record, of which *made* was made."""
        if made is value or type(made) is not dict:
            return made
        # A format may ask for a field that a rule's action has dropped.
        out = {} if len(made) == len(value) else Blank()
        for key, held in made.items():
            out[key] = standing_for(key, value.get(key, held), held, self._guard)
        return out

    def _with(self, value: Any, fields: dict[str, Any]) -> Any:
        if type(value) is self._level:
            return self._level(fields["name"], value.no, fields["icon"])
        if type(value) is self._file:
            return self._file(fields["name"], fields["path"])
        return type(value)(value.id, fields["name"])

    def exception(self, value: Any) -> Any:
        """Return the stand-in of a ``RecordException``; the same object where it is one."""
        if type(value) is self._stand:
            return value
        error = value.value
        if not isinstance(error, BaseException):
            return self._stand(None, None, None)
        stand = stand_in(error, self._guard)
        traceback = stand.__traceback__
        if value.traceback is not error.__traceback__:
            traceback = traceback_of(value.traceback, self._guard)
        # The type that it was given: a stand-in's own may exist in this process only.
        kind = value.type if isinstance(value.type, type) else type(error)
        return self._stand(kind, stand, traceback)

    def placeholder(self, record: dict[str, Any], reason: str) -> dict[str, Any]:
        """Return what leaves in place of *record*: its time, level, logger, and *reason*."""

        def part(key: str, name: str, default: Any) -> Any:
            return getattr(record.get(key), name, default)

        return Blank(
            elapsed=record.get("elapsed"),
            exception=None,
            extra=Blank(),
            file=self._file(_UNKNOWN, _UNKNOWN),
            function=_UNKNOWN,
            level=self._level(
                part("level", "name", _UNKNOWN), part("level", "no", 0), part("level", "icon", " ")
            ),
            line=record.get("line"),
            message=reason,
            module=_UNKNOWN,
            name=record.get("name"),
            process=self._process(part("process", "id", 0), _UNKNOWN),
            thread=self._thread(part("thread", "id", 0), _UNKNOWN),
            time=record.get("time"),
        )


_REQUIRED = frozenset(
    """
    elapsed exception extra file function level line message module name process thread time
    """.split()
)
