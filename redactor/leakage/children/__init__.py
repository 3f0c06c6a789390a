"""
Processes that the tests start: they are watched too, and what they leak comes back to the run.

Python imports ``sitecustomize`` at its start. While a run lasts, a folder of this package with one
is first on ``PYTHONPATH``, and a variable names the folder in which children leave what they found.
"""

from __future__ import annotations

import atexit
import os
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.leakage.children.spool import Spool

if TYPE_CHECKING:
    from redactor.leakage.observers import Observers
    from redactor.leakage.watch import Watch

__all__ = ["VARIABLE", "Environment", "begin", "end"]

VARIABLE = "REDACTOR_LEAKAGE"
_STARTUP = Path(__file__).resolve().parent / "startup"


class Environment:
    """
    The variables that make children of this process part of the run.

    Args:
        folder: Where children leave what they found.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: dict[str, str | None] = {}

    def set(self) -> None:
        """Set them."""
        path = os.environ.get("PYTHONPATH")
        for name, value in (
            (VARIABLE, str(self._folder)),
            ("PYTHONPATH", os.pathsep.join([str(_STARTUP), *([path] if path else [])])),
        ):
            self._before[name] = os.environ.get(name)
            os.environ[name] = value

    def restore(self) -> None:
        """Put back what there was before."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._before.clear()


def begin(folder: str) -> None:
    """
    Watch this process, a child of a run.

    Raises:
        RedactorError: The policy of the run cannot be used here.
    """
    import redactor
    from redactor.leakage.backends import Backends
    from redactor.leakage.observers import Observers
    from redactor.leakage.watch import Watch

    # This child can be a run of pytest, which would warn that it comes too late to rewrite the
    # assertions of a package that has a plugin.
    redactor.__doc__ = f"{redactor.__doc__}\nPYTEST_DONT_REWRITE"
    spool = Spool(Path(folder))
    settings = spool.settings()
    watch = Watch(
        settings.policy,
        on_leak=spool.put,
        engine=settings.engine,
        root=Path(settings.root),
        backends=Backends(settings.backends),
    )
    watch.use_key(settings.key)
    for value, label in spool.canaries():
        watch.known.register(value, label)
    observers = Observers(watch)
    observers.start()
    for trouble in observers.trouble:
        spool.put_trouble(trouble)
    atexit.register(watch.flush)
    _begun.append((watch, observers))


_begun: list[tuple[Watch, Observers]] = []


def end() -> None:
    """Let go of this process, which has become a run of its own: a worker, a test of a plugin."""
    while _begun:
        watch, observers = _begun.pop()
        watch.flush()
        observers.stop()
        watch.close()
