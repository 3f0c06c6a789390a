"""
Stand-ins for exceptions: what handlers, hooks and formatters get to see of one.

An exception holds secrets in its message, its arguments, its attributes, its notes and in the
variables of each frame of its traceback, and so do its causes and contexts. A stand-in is of the
same type, says the same without the secrets, and has a traceback of frames with the same places and
redacted variables. The exception itself is not changed, and no code of its class runs but what says
its text.
"""

from __future__ import annotations

import builtins
import traceback
from types import GetSetDescriptorType, MemberDescriptorType, TracebackType
from typing import TYPE_CHECKING, Any

from redactor.exits.frames import is_stand_in, traceback_of
from redactor.exits.views import shown
from redactor.markers import marker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.exits.guard import Guard

__all__ = ["ExcInfo", "WithheldError", "exc_info", "stand_in"]

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

#: Exceptions of one chain or group that are stood in for.
_MAX_EXCEPTIONS = 200
#: Exceptions inside each other, as members of groups or as arguments. Python shows ten.
_MAX_DEPTH = 20
_MAX_NOTES = 1_000
#: Characters from which an attribute is looked for in the arguments.
_SHORTEST_SECRET = 4
#: Classes that stand-ins are of; the names of classes come from programs and can be many.
_MAX_KINDS = 512

_BUILTIN = {
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
_SIZE = marker("withheld", "size")
_DEPTH = marker("withheld", "depth")
_CYCLE = marker("withheld", "cycle")
#: Taken from an exception past whatever its class puts before them.
_args = BaseException.__dict__["args"]
_namespace = BaseException.__dict__["__dict__"]
_traceback = BaseException.__dict__["__traceback__"]
_links = {name: BaseException.__dict__[name] for name in ("__cause__", "__context__")}
_suppress = BaseException.__dict__["__suppress_context__"]
_name_of = type.__dict__["__qualname__"]
_mro_of = type.__dict__["__mro__"].__get__
#: What a class can say for itself. An instance of one that does is not what it holds, and its
#: stand-in is of a class of the same name.
_OWN = frozenset(
    """
    __class__ __cause__ __context__ __del__ __delattr__ __dict__ __format__ __getattr__
    __getattribute__ __notes__ __reduce__ __reduce_ex__ __repr__ __setattr__ __slots__ __str__
    __suppress_context__ __traceback__ add_note args with_traceback
    """.split()
)
#: Attributes that are made with an exception, or are there for a suggestion that the text has.
_NOT_COPIED = frozenset({"exceptions", "message", "name", "name_from", "obj", "object"})
_WITH_SUGGESTION = (NameError, AttributeError, ImportError)
#: What Python writes for an exception whose ``__str__`` raises.
_UNPRINTABLE = {marker("withheld", "repr"): "<exception str() failed>"}


class WithheldError(Exception):
    """Stands for an exception of which nothing could be said safely."""


def exc_info(error: BaseException, guard: Guard, *, sources: bool = True) -> ExcInfo:
    """
    Return the stand-in of *error* as ``sys.exc_info()`` gives one.

    >>> # kind, stand, traceback = exc_info(error, guard)
    """
    stand = stand_in(error, guard, sources=sources)
    kind = WithheldError if type(stand) is WithheldError else type(error)
    return kind, stand, _traceback.__get__(stand)


def stand_in(error: BaseException, guard: Guard, *, sources: bool = True) -> BaseException:
    """
    Return an exception that says what *error* says, without the secrets.

    Never raises. Causes, contexts, notes and the members of groups are stood in for too. The
    variables of frames are redacted when somebody asks for them. The stand-in of a stand-in is
    itself.

    Args:
        error: Any exception; it is not changed.
        guard: What redacts.
        sources: As for ``frames.traceback_of``.

    Returns:
        An exception of the same type. Where the type says its text with code of its own, or says
        something else without the secrets: of a class of the same name, which ``isinstance`` takes
        for the type. A ``WithheldError`` where something failed.
    """
    try:
        return _StandIns(guard, sources=sources).of(error)
    except Exception as failure:  # noqa: BLE001  # C1: nothing of the exception is let out
        return WithheldError(guard.failed("tracebacks", failure))


class _StandIns:
    """The stand-ins of one chain of exceptions, which can have cycles."""

    def __init__(self, guard: Guard, *, sources: bool) -> None:
        self._guard = guard
        self._sources = sources
        self._made: dict[int, BaseException] = {}
        # What a property of a hostile class made may else be freed, and its id used again.
        self._seen: list[BaseException] = []
        self._open: set[int] = set()
        self._depth = 0

    def of(self, error: BaseException) -> BaseException:
        """Return the stand-in of *error* and of all that it leads to."""
        first = self._one(error)
        todo = [(error, first)]
        # Not by recursion: a chain can be longer than the stack is deep.
        while todo:
            old, new = todo.pop()
            if new is old or type(new) is WithheldError:
                continue
            for name, link in _links.items():
                linked = _link(old, name)
                if linked is not None:
                    is_new = id(linked) not in self._made
                    stand = self._one(linked)
                    link.__set__(new, stand)
                    if is_new:
                        todo.append((linked, stand))
            _suppress.__set__(new, _asked_for(old, "__suppress_context__") is True)
        return first

    def _one(self, error: BaseException) -> BaseException:
        """Return the stand-in of *error*; when it is new, without its cause and context."""
        known = self._made.get(id(error))
        if known is not None:
            return known
        if len(self._seen) >= _MAX_EXCEPTIONS:
            return WithheldError(_SIZE)
        self._seen.append(error)
        if type(error) in _stand_in_kinds or is_stand_in(_traceback.__get__(error)):
            stand = error
        else:
            self._open.add(id(error))
            stand = self._made_of(error)
            self._open.discard(id(error))
        self._made[id(error)] = stand
        return stand

    def _made_of(self, error: BaseException) -> BaseException:
        guard = self._guard
        text, written = _said(error, guard)
        members = self._members(error)
        held = {
            name: value
            for name, value in _namespace.__get__(error).items()
            if name != "__notes__"
        }
        own = {name: self._value(value, name) for name, value in held.items()}
        secrets = _secrets(error, held, own, guard)
        args = () if members else self._arguments(_args.__get__(error), secrets)
        stand = _plain(error, args, own, members, guard)
        if stand is None or str(stand) != text or repr(stand) != written:
            stand = _named(error, args, own, members, guard)
            # In a function: whoever shows the values of all attributes does not come upon it.
            stand._redactor_held = lambda: (error, guard, text, written)  # type: ignore[attr-defined]  # noqa: SLF001
        notes = _asked_for(error, "__notes__")
        if notes is not None:
            _namespace.__get__(stand)["__notes__"] = _notes(notes, guard)
        frames = traceback_of(_traceback.__get__(error), guard, sources=self._sources)
        _traceback.__set__(stand, frames)
        return stand

    def _arguments(
        self, args: tuple[Any, ...], secrets: list[tuple[str, str]]
    ) -> tuple[Any, ...]:
        # A pair may be a name and its value, as in a record.
        name = args[0] if len(args) == 2 and type(args[0]) is str else ""
        return tuple(
            _without(secrets, value)
            if type(value) is str and _without(secrets, value) is not value
            else self._value(value, name if place == 1 else "")
            for place, value in enumerate(args)
        )

    def _value(self, value: Any, name: str = "") -> Any:
        """Return what stands for an argument or an attribute of an exception."""
        if type(value) is str or not isinstance(value, BaseException):
            return shown(value, self._guard, name)
        return self._inside(value)

    def _inside(self, error: BaseException) -> BaseException:
        known = self._made.get(id(error))
        if known is not None:
            return known
        if self._depth >= _MAX_DEPTH:
            return WithheldError(_DEPTH)
        if id(error) in self._open:
            return WithheldError(_CYCLE)
        self._depth += 1
        try:
            return self.of(error)
        finally:
            self._depth -= 1

    def _members(self, error: BaseException) -> tuple[Any, ...]:
        """Return the message and the members of a group; nothing of another exception."""
        if not isinstance(error, BaseExceptionGroup):
            return ()
        group = BaseExceptionGroup.__dict__
        members = [self._inside(member) for member in group["exceptions"].__get__(error)]
        return self._guard.text(group["message"].__get__(error)), members


def _secrets(
    error: BaseException, held: dict[str, Any], own: dict[str, Any], guard: Guard
) -> list[tuple[str, str]]:
    """
    Return the texts among the attributes of *error* that are secrets, with what stands for them.

    Most exceptions have their arguments as attributes too, and only those have names.
    """
    pairs = [(held[name], own[name]) for name in held]
    pairs += [(value, guard.record({name: value}).get(name)) for name, value in _slots(error)]
    return [
        (old, new)
        for old, new in pairs
        if type(old) is str and type(new) is str and old != new and len(old) >= _SHORTEST_SECRET
    ]


def _slots(error: BaseException) -> Iterator[tuple[str, Any]]:
    for owner in _mro_of(type(error)):
        if owner in _BUILTIN:
            return
        for name, slot in vars(owner).items():
            if isinstance(slot, MemberDescriptorType):
                try:
                    yield name, slot.__get__(error)
                except AttributeError:
                    continue  # never set


def _without(secrets: list[tuple[str, str]], text: str) -> str:
    for secret, instead in secrets:
        if secret in text:
            text = text.replace(secret, instead)
    return text


# Instances --------------------------------------------------------------------------------------

#: Of each class the one of the same name that stands for it; nothing while none was needed.
_kinds: dict[type[BaseException], type[BaseException]] = {}
_stand_in_kinds: set[type[BaseException]] = set()


def _plain(
    error: BaseException,
    args: tuple[Any, ...],
    own: dict[str, Any],
    members: tuple[Any, ...],
    guard: Guard,
) -> BaseException | None:
    """Return an instance of the type of *error*, where what it says comes from Python's own code."""
    kind = type(error)
    for owner in _mro_of(kind):
        if owner in _BUILTIN:
            break
        if not _OWN.isdisjoint(vars(owner)):
            return None
    try:
        return _filled(kind, error, args, own, members, guard)
    except TypeError:
        return None  # a type of another language, which only its own code can make


def _named(
    error: BaseException,
    args: tuple[Any, ...],
    own: dict[str, Any],
    members: tuple[Any, ...],
    guard: Guard,
) -> BaseException:
    """Return an instance of a class of the name of that of *error*, which says what it is told."""
    kind = type(error)
    named = _kinds.get(kind)
    if named is None:
        if len(_kinds) >= _MAX_KINDS:
            _kinds.clear()
            _stand_in_kinds.clear()
        named = _kinds[kind] = _named_kind(kind)
        _stand_in_kinds.add(named)
    return _filled(named, error, args, own, members, guard)


def _filled(
    kind: type[BaseException],
    error: BaseException,
    args: tuple[Any, ...],
    own: dict[str, Any],
    members: tuple[Any, ...],
    guard: Guard,
) -> BaseException:
    """
    Return an instance of *kind* that none of its own code has run for.

    Raises:
        TypeError: Only its own code can make one.
    """
    stand: BaseException = _builtin_of(kind).__new__(kind, *members)  # type: ignore[call-overload]
    if not members:
        _args.__set__(stand, args)
    _copy_slots(error, stand, guard)
    _namespace.__get__(stand).update(own)
    return stand


def _builtin_of(kind: type[BaseException]) -> type[BaseException]:
    return next(owner for owner in _mro_of(kind) if owner in _BUILTIN)


def _copy_slots(error: BaseException, stand: BaseException, guard: Guard) -> None:
    """Copy what types of Python itself keep outside ``__dict__``."""
    for owner in _mro_of(type(error)):
        if owner not in _BUILTIN or owner is BaseException:
            continue
        for name, slot in vars(owner).items():
            if (
                isinstance(slot, (GetSetDescriptorType, MemberDescriptorType))
                and name not in _NOT_COPIED
                and not name.startswith("__")
            ):
                try:
                    value = slot.__get__(error)
                except AttributeError:
                    continue  # of some errors only
                slot.__set__(stand, guard.record(value))
    if isinstance(error, UnicodeDecodeError):
        _set_object(error, stand, b"", guard)
    elif isinstance(error, (UnicodeEncodeError, UnicodeTranslateError)):
        _set_object(error, stand, "", guard)


def _set_object(error: Any, stand: Any, empty: bytes | str, guard: Guard) -> None:
    kept = guard.record(error.object)
    # With its secrets it is of another length, and the places in it are none any more.
    stand.object = kept if kept is error.object else empty


def _named_kind(kind: type[BaseException]) -> type[BaseException]:
    base = _builtin_of(kind)
    home = type.__dict__["__module__"].__get__(kind)
    namespace: dict[str, Any] = {
        "__module__": home if type(home) is str else "<unknown>",
        "__qualname__": _name_of.__get__(kind),
        "__slots__": ("_redactor_held",),
        "__str__": lambda self: self._redactor_held()[2],
        "__repr__": lambda self: self._redactor_held()[3],
        "__reduce__": _reduced,
    }
    if kind is not base:
        # Not derived from it: that would run its code, and show in its list of subclasses.
        namespace["__class__"] = property(lambda _self: kind)
        namespace["__getattr__"] = _attribute
    return type(type.__dict__["__name__"].__get__(kind), (base,), namespace)


def _attribute(self: Any, name: str) -> Any:
    """Return an attribute of the class, or of the exception where it has none of its own."""
    if name.startswith("__") or name == "_redactor_held":
        raise AttributeError(name)
    error, guard, _, _ = self._redactor_held()
    return shown(getattr(error, name), guard, name)


def _reduced(self: Any) -> tuple[Any, ...]:
    # Its class exists in this process only.
    return WithheldError, (f"{_name_of.__get__(self.__class__)}: {self}",)


# What an exception says -------------------------------------------------------------------------


def _said(error: BaseException, guard: Guard) -> tuple[str, str]:
    """Return the ``str`` and the ``repr`` of *error*, redacted."""
    said = guard.record(error)
    if not isinstance(said, str):  # an action drops the record
        return marker("withheld", "record"), marker("withheld", "record")
    text, written = str(said), repr(said) if type(said) is not str else said
    if isinstance(error, _WITH_SUGGESTION):
        text += guard.text(_suggestion(error))
    return _UNPRINTABLE.get(text, text), written


def _suggestion(error: BaseException) -> str:
    """
    Return what Python adds to the text of *error* when it is shown: a name that was meant.

    It is looked up in the frames and the object of the error, which a stand-in does not have.
    """
    try:
        # A set of what was seen keeps it from the causes, which have their own turn.
        kept = traceback.TracebackException(
            type(error),
            error,
            _traceback.__get__(error),
            limit=0,
            lookup_lines=False,
            _seen=set(),  # type: ignore[call-arg]
        )
        line = next(iter(kept.format_exception_only()))
        text = str(error)
        start = line.find(text) if text else -1
        return line[start + len(text) :].rstrip("\n") if start >= 0 else ""
    except Exception:  # noqa: BLE001  # the suggestion is a courtesy
        return ""


def _asked_for(error: BaseException, name: str) -> Any:
    """Return an attribute of *error* as a reader would get it, ``None`` where it raises."""
    try:
        return getattr(error, name, None)
    except Exception:  # noqa: BLE001  # a hostile property
        return None


def _link(error: BaseException, name: str) -> BaseException | None:
    linked = _asked_for(error, name)
    return linked if isinstance(linked, BaseException) else None


def _notes(notes: Any, guard: Guard) -> Any:
    if isinstance(notes, (list, tuple)):
        kept = [_note(note, guard) for note in notes[:_MAX_NOTES]]
        return kept if len(notes) <= _MAX_NOTES else [*kept, _SIZE]
    return guard.text(notes) if type(notes) is str else guard.record(notes)


def _note(note: Any, guard: Guard) -> Any:
    return guard.text(note) if type(note) is str else guard.record(note)
