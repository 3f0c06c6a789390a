"""
Calls that wait for a module to be imported.

``install()`` loads no library that the program does not use: an exit of a library that is not
imported yet is guarded when it is, before any code of the program can use it.
"""

from __future__ import annotations

import sys
import threading
from importlib.abc import Loader, MetaPathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["AfterImport"]


class AfterImport(MetaPathFinder):
    """The modules that are waited for. Stands first in ``sys.meta_path`` while there are any."""

    def __init__(self) -> None:
        self._calls: dict[str, list[Callable[[], object]]] = {}
        #: Modules that were not there yet when they were asked for, and have not come since.
        self._missing: set[str] = set()
        self._arriving: set[str] = set()
        self._asking = threading.local()

    def call(self, module: str, then: Callable[[], object]) -> bool:
        """
        Call *then* as soon as *module* is imported, at once where it is; again after a reload.

        What *then* raises comes out of the import, which fails.

        Args:
            module: Full name of the module.
            then: Called in the thread that imports.

        Returns:
            Whether it was called at once.
        """
        at_once = _is_loaded(module)
        if at_once:
            then()
        else:
            self._missing.add(module)
        self._calls.setdefault(module, []).append(then)
        if not any(finder is self for finder in sys.meta_path):
            sys.meta_path.insert(0, self)
        return at_once

    def cancel(self) -> None:
        """Wait no longer."""
        self._calls.clear()
        self._missing.clear()
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if self._missing:
            self._look_for_missed()
        if fullname not in self._calls:
            return None
        asking: set[str] = self._asking.__dict__.setdefault("names", set())
        if fullname in asking:
            return None
        asking.add(fullname)
        try:
            spec = _found(self, fullname, path, target)
        finally:
            asking.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, lambda: self._arrived(fullname))
        return spec

    def _look_for_missed(self) -> None:
        # A finder that somebody put before this one can have brought a module past it.
        for name in tuple(self._missing):
            if _is_loaded(name):
                self._arrived(name)

    def _arrived(self, module: str) -> None:
        # Another thread, or this one further up, is at it: a call imports modules too.
        if module in self._arriving:
            return
        self._arriving.add(module)
        try:
            for then in tuple(self._calls.get(module, ())):
                then()
            # Not where one of them failed: then the next import fails as well.
            self._missing.discard(module)
        finally:
            self._arriving.discard(module)


def _is_loaded(name: str) -> bool:
    module = sys.modules.get(name)
    if module is None:
        return False
    return not getattr(getattr(module, "__spec__", None), "_initializing", False)


def _found(
    own: MetaPathFinder, name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    for finder in tuple(sys.meta_path):
        if finder is own:
            continue
        find = getattr(finder, "find_spec", None)
        spec = find(name, path, target) if find is not None else None
        if spec is not None:
            return spec  # type: ignore[no-any-return]  # finders are duck-typed
    return None


class _Then(Loader):
    """A loader that does what another does, and then one thing more."""

    def __init__(self, loader: Any, then: Callable[[], object]) -> None:
        self._loader = loader
        self._then = then

    def __getattr__(self, name: str) -> Any:
        if name == "_loader":  # a copy of this one that is not set up yet
            raise AttributeError(name)
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        create = getattr(self._loader, "create_module", None)
        return create(spec) if create is not None else None

    def exec_module(self, module: ModuleType) -> None:
        # The module keeps the loader that it would have had.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        execute = getattr(self._loader, "exec_module", None)
        if execute is not None:
            execute(module)
        else:  # a loader of before Python 3.4
            self._loader.load_module(module.__name__)
        self._then()
