"""The command ``redactor``."""

from redactor.cli.run import main

__all__ = ["main"]
