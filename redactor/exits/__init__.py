"""
The exits of a Python process: hooks at the last point before data leaves.

``installation`` puts them in place; each other module guards one library or one part of Python.
"""

from redactor.exits.guard import ExitError, Guard
from redactor.exits.installation import install, installed, uninstall

__all__ = ["ExitError", "Guard", "install", "installed", "uninstall"]
