"""The scan kernel of redactor-pipeline. Its interface follows the main distribution."""

from redactor_core._core import Engine, Forms, version

__all__ = ["Engine", "Forms", "version"]
__version__ = version()
