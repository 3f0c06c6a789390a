"""Attributes of other libraries that are replaced, and put back."""

from __future__ import annotations

from collections import deque
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Patches"]

_ABSENT = object()
#: Hooks of one name that are known again when they are assigned a second time.
_REMEMBERED = 64


class Patches:
    """
    The replaced attributes of one exit.

    A replacement that somebody else has wrapped in the meantime cannot be taken out of the middle;
    it stays and, since its guard is inactive then, calls what it replaced.

    Args:
        exit_name: Goes into messages.
    """

    def __init__(self, exit_name: str) -> None:
        self._exit = exit_name
        self._done: list[tuple[Any, str, Any, Any]] = []
        self._undo: list[Callable[[], object]] = []

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """
        Replace the attribute *name* of *owner*, a class, a module or an object.

        Args:
            owner: Where the attribute is looked up.
            name: The attribute; it must exist.
            make: Gets what is there (for a class: as ``getattr`` of the class gives it), returns
                what takes its place.

        Raises:
            ExitError: There is no such attribute: the library's version is not known.
        """
        replacement = make(self._existing(owner, name))
        own = vars(owner).get(name, _ABSENT)
        setattr(owner, name, replacement)
        # As it is stored: for a function of a class that is the same object, for a static or a
        # class method it is not.
        self._done.append((owner, name, own, vars(owner).get(name, replacement)))

    def hold(
        self,
        module: ModuleType,
        name: str,
        make: Callable[[Any], Any],
        known: Iterable[tuple[Any, Any]] = (),
    ) -> None:
        """
        Replace the hook *name* of *module*, and each that is assigned to it from now on.

        Programs assign hooks at any time. The class of the module is exchanged for one that sees
        assignments, as the language provides for.

        Args:
            module: The module whose attribute is looked up when the hook is called.
            name: The attribute; it must exist.
            make: Gets the hook that is there or is assigned, returns what takes its place. It is
                not asked for what it made itself.
            known: What was made before: replacements with their originals.

        Raises:
            ExitError: There is no such attribute: this version of Python is not known.
        """
        always = tuple(known)
        made: deque[tuple[Any, Any]] = deque(maxlen=_REMEMBERED)

        def held(hook: Any) -> Any:
            if not callable(hook):
                return hook
            for replacement, original in (*always, *made):
                if hook is replacement or hook is original:
                    return replacement
            made.append((make(hook), hook))
            return made[-1][0]

        def put_back() -> None:
            now = vars(module).get(name)
            for replacement, original in (*always, *made):
                if now is replacement:
                    # What was assigned last stays assigned.
                    vars(module)[name] = original

        first = held(self._existing(module, name))
        self._undo.append(put_back)
        self._undo.append(_see_assignments(module, name, held))
        vars(module)[name] = first

    def on_undo(self, undo: Callable[[], object]) -> None:
        """Call *undo* when the patches are undone."""
        self._undo.append(undo)

    def undo(self) -> None:
        """Put back what is still ours to put back, in reverse order."""
        failure: Exception | None = None
        while self._undo:
            try:
                self._undo.pop()()
            except Exception as error:  # noqa: BLE001  # the others are undone all the same
                failure = failure or error
        while self._done:
            owner, name, own, stored = self._done.pop()
            if vars(owner).get(name, _ABSENT) is not stored:
                continue
            if own is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, own)
        if failure is not None:
            raise failure

    def _existing(self, owner: Any, name: str) -> Any:
        original = getattr(owner, name, _ABSENT)
        if original is not _ABSENT:
            return original
        from redactor.exits.guard import ExitError

        what = getattr(owner, "__qualname__", None) or getattr(owner, "__name__", repr(owner))
        home = getattr(owner, "__module__", "")
        where = f"{home}.{what}" if home else what
        raise ExitError(
            f"exit {self._exit}",
            f"{where} has no {name}: this version of the library is not known",
            f"Install a version that is supported, or leave the exit out: "
            f'redactor.install(without=("{self._exit}",))',
        )


class _Seeing(ModuleType):
    """A module that changes what is assigned to some of its attributes."""

    def __setattr__(self, name: str, value: Any) -> None:
        change = type(self).redactor_changes.get(name)
        super().__setattr__(name, value if change is None else change(value))

    def __reduce__(self) -> tuple[Any, ...]:
        # Picklers that know modules know them by their exact type.
        return import_module, (self.__name__,)

    redactor_changes: ClassVar[dict[str, Callable[[Any], Any]]] = {}


def _see_assignments(
    module: ModuleType, name: str, change: Callable[[Any], Any]
) -> Callable[[], object]:
    """Let *change* decide what is assigned to *name* of *module*; return what undoes that."""
    before = type(module)
    if not issubclass(before, _Seeing):
        module.__class__ = type(before.__name__, (_Seeing, before), {"redactor_changes": {}})
    changes = type(module).redactor_changes  # type: ignore[attr-defined]  # it is a _Seeing now
    changes[name] = change

    def undo() -> None:
        changes.pop(name, None)
        kind = type(module)
        if not changes and vars(kind).get("redactor_changes") is changes:
            module.__class__ = kind.__bases__[1]

    return undo
