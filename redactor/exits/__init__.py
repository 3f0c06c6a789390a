"""
The exits of a Python process: hooks at the last point before data leaves.

``installation`` puts them in place; each other module guards one library or one part of Python.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redactor.exits.guard import ExitError, Guard
    from redactor.exits.installation import install, installed, uninstall

__all__ = ["ExitError", "Guard", "install", "installed", "uninstall"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # The leakage test takes hooks from here and no guard.
        if name in ("ExitError", "Guard"):
            from redactor.exits import guard as home
        elif name in ("install", "installed", "uninstall"):
            from redactor.exits import installation as home
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(home, name)
