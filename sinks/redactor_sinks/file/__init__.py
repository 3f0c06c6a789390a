"""The sink that appends to files: several writers, rotation, retention, sealing."""

from redactor_sinks.file.options import FileOptions
from redactor_sinks.file.sink import FileCounts, FileSink, open_file

__all__ = ["FileCounts", "FileOptions", "FileSink", "open_file"]
