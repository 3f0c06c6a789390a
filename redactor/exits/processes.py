"""
Processes of ``multiprocessing``, and with them those of ``concurrent.futures``.

A forked child has the hooks of its parent. A child that starts a new interpreter gets the settings
with what ``multiprocessing`` sends to it first, and guards its exits before it imports a module of
the program. Where that fails it ends with the error: it never runs unguarded.
"""

from __future__ import annotations

import sys
import traceback
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect_run", "protect_start"]


def protect_start(guard: Guard, patches: Patches) -> None:
    """Send the settings to children that start a new interpreter."""
    from multiprocessing import spawn

    def preparing(prepare: Any) -> Any:
        @wraps(prepare)
        def get_preparation_data(name: str) -> dict[str, Any]:
            data: dict[str, Any] = prepare(name)
            if not guard.active:
                return data
            # Unpickled in this order. The path comes first: the child may find this package only
            # where the program of the parent did.
            return {
                "redactor_path": _Setting("sys", "path", data.get("sys_path", sys.path)),
                "redactor": _Guarded(),
                **data,
            }

        return get_preparation_data

    patches.replace(spawn, "get_preparation_data", preparing)


class _Setting:
    """Sets an attribute of a module when it is unpickled; needs no code of this package there."""

    def __init__(self, module: str, name: str, value: Any) -> None:
        self._set = (_Module(module), name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return setattr, self._set


class _Module:
    """Is a module when it is unpickled."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, (self._name,)


class _Guarded:
    """Guards the exits of the process in which it is unpickled, as they are guarded in this one."""

    def __reduce__(self) -> tuple[Any, ...]:
        from redactor.exits import installation

        return installation.inherit, installation.heritage()


def protect_run(guard: Guard, patches: Patches) -> None:
    """
    Guard what a child prints itself when it fails, and let its streams out at its end.

    It ends without the calls of ``atexit``.
    """
    from multiprocessing.process import BaseProcess

    def booting(bootstrap: Any) -> Any:
        @wraps(bootstrap)
        def _bootstrap(self: BaseProcess, *args: Any, **kwargs: Any) -> Any:
            if not guard.active:
                return bootstrap(self, *args, **kwargs)
            name = guard.text(self.name)
            if name is not self.name:
                _print_under(name, self)
            try:
                return bootstrap(self, *args, **kwargs)
            finally:
                streams = sys.modules.get("redactor.exits.streams")
                if streams is not None:
                    streams.finish_all()

        return _bootstrap

    patches.replace(BaseProcess, "_bootstrap", booting)


def _print_under(name: str, process: BaseProcess) -> None:
    """Let *process*, in its child, print its failure under *name*: Python would use its own."""
    run = process.run

    def run_under_name() -> None:
        try:
            run()
        except SystemExit:
            raise
        except BaseException:  # noqa: BLE001  # as Python does
            if sys.stderr is not None:
                sys.stderr.write(f"Process {name}:\n")
            traceback.print_exc()
            raise SystemExit(1) from None

    process.run = run_under_name  # type: ignore[method-assign]  # of this child's copy
