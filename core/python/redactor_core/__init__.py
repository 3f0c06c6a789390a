"""The scan kernel of redactor-pipeline. Its interface follows the main distribution."""

from redactor_core._core import (
    Documents,
    DocumentTable,
    Engine,
    Forms,
    Paths,
    line_feeds,
    version,
)

__all__ = [
    "DocumentTable",
    "Documents",
    "Engine",
    "Forms",
    "Paths",
    "line_feeds",
    "version",
]
__version__ = version()
