"""The scan kernel of redactor-pipeline. Its interface follows the main distribution."""

from redactor_core._core import (
    Documents,
    Engine,
    Forms,
    Paths,
    add_document,
    remove_document,
    version,
)

__all__ = [
    "Documents",
    "Engine",
    "Forms",
    "Paths",
    "add_document",
    "remove_document",
    "version",
]
__version__ = version()
