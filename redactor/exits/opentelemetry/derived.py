"""One method of all the classes that derive from one: those that there are, those to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["Derived"]


class Derived:
    """
    Replaces a method of every class derived from *base*, also of those defined later.

    Args:
        base: A class of the SDK that programs and libraries derive from.
        name: The method; that of *base* itself stays as it is.
        make: Gets the method of a class, returns what takes its place.
        guard: What redacts.
        patches: Takes the replacements.

    Raises:
        ExitError: *base* has no such method: this version of the SDK is not known.
    """

    def __init__(
        self,
        base: type,
        name: str,
        make: Callable[[Any], Any],
        guard: Guard,
        patches: Patches,
    ) -> None:
        self._base = base
        self._name = name
        self._make = make
        self._guard = guard
        self._patches = patches
        # By id: they live as long as the patches do.
        self._made: dict[int, Any] = {}
        self._watched: set[type] = set()
        patches.replace(base, name, lambda original: original)
        self._watch(base)
        for kind in list(_derived(base)):
            self.add(kind)

    def add(self, kind: type) -> None:
        """Replace the method of *kind*, a class of any descent, where that is not done already."""
        if "__init_subclass__" in vars(kind):
            # It may not call that of its bases; the decorator `deprecated` makes such.
            self._watch(kind)
        method = getattr(kind, self._name)
        # As the class finds it: it may have it from a base that does not derive from ours.
        if id(method) not in self._made and method is not getattr(self._base, self._name):
            self._patches.replace(kind, self._name, self._replacement)

    def _replacement(self, original: Any) -> Any:
        made = self._make(original)
        self._made[id(made)] = made
        return made

    def _watch(self, owner: type) -> None:
        if owner in self._watched:
            return
        self._watched.add(owner)
        own = vars(owner).get("__init_subclass__")
        add, guard = self.add, self._guard

        def make(_original: Any) -> Any:
            def made(kind: type, /, **kwargs: Any) -> None:
                if own is None:
                    above: Any = super(owner, kind)
                    above.__init_subclass__(**kwargs)
                else:
                    own.__get__(None, kind)(**kwargs)
                if guard.active:
                    add(kind)

            made.__name__ = "__init_subclass__"
            return classmethod(made)

        self._patches.replace(owner, "__init_subclass__", make)


def _derived(base: type) -> Iterator[type]:
    seen: set[type] = set()
    todo = [base]
    while todo:
        below: list[type] = type.__subclasses__(todo.pop())
        for kind in below:
            if kind not in seen:
                seen.add(kind)
                todo.append(kind)
                yield kind
