"""The scan kernel of redactor-pipeline. Its interface follows the main distribution."""

from redactor_core._core import Engine, version

__all__ = ["Engine", "version"]
__version__ = version()
