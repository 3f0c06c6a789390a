"""From the text of a Python traceback to the exceptions of a Sentry event."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["exceptions_of"]

_START = "Traceback (most recent call last):"
_FRAME = re.compile(r'\s*(?:>\s+)?File "([^"\n]+)", line (\d+)(?:, in (.+))?')
_NAME = re.compile(r"([A-Za-z_][\w.]*)(?::\s?(.*))?", re.DOTALL)
#: Most exceptions of a chain, frames of each, and characters of a message or a line of code.
_CHAIN, _FRAMES, _TEXT = 10, 100, 4096
#: Folders of what is not the program's own.
_INSTALLED = ("site-packages", "dist-packages", "/lib/python")


def exceptions_of(traceback: Any) -> list[dict[str, Any]]:
    """
    Return the exceptions of *traceback*, the one that was raised last at the end.

    Args:
        traceback: A text as Python or Loguru writes it, or the list that structlog's
            ``dict_tracebacks`` makes.

    Returns:
        Values of the ``exception`` interface; nothing when there is no exception in it.
    """
    if isinstance(traceback, list):
        found = [_of_structure(item) for item in traceback[:_CHAIN] if isinstance(item, dict)]
        return [value for value in reversed(found) if value is not None]
    if not isinstance(traceback, str) or _START not in traceback:
        return []
    parts = traceback.split(_START)[1:]
    values = [_of_text(part) for part in parts[-_CHAIN:]]
    return [value for value in values if value is not None]


def _of_text(part: str) -> dict[str, Any] | None:
    """Read what follows one ``Traceback`` line."""
    lines = part.lstrip("\n").split("\n")
    frames: list[dict[str, Any]] = []
    for number, line in enumerate(lines):
        match = _FRAME.match(line)
        if match is not None:
            file, at, function = match.groups()
            frames.append(_frame(file, int(at[:9]), function or "<module>"))
        elif line[:1] in (" ", "\t"):
            code = line.strip()
            if frames and "context_line" not in frames[-1] and code and code[0].isascii():
                frames[-1]["context_line"] = code[:_TEXT]
        elif line and (name := _NAME.match(line)) is not None:
            rest = "\n".join((name[2] or "", *_message(lines[number + 1 :])))
            return _exception(name[1], rest.rstrip(), frames)
    return None


def _message(lines: list[str]) -> list[str]:
    """Return the further lines of a message, up to what stands between two tracebacks."""
    kept: list[str] = []
    for line in lines:
        if line.startswith(("During handling of the above", "The above exception was")):
            break
        kept.append(line)
    return kept


def _of_structure(item: dict[str, Any]) -> dict[str, Any] | None:
    kind = item.get("exc_type")
    if not isinstance(kind, str) or not kind:
        return None
    frames: list[dict[str, Any]] = []
    for frame in item.get("frames") or ():
        if isinstance(frame, dict) and isinstance(frame.get("filename"), str):
            line = frame.get("lineno")
            made = _frame(
                frame["filename"],
                line if isinstance(line, int) else 0,
                str(frame.get("name") or "<module>"),
            )
            if isinstance(frame.get("line"), str) and frame["line"]:
                made["context_line"] = frame["line"][:_TEXT]
            frames.append(made)
    return _exception(kind, str(item.get("exc_value") or ""), frames)


def _frame(file: str, line: int, function: str) -> dict[str, Any]:
    return {
        "filename": file,
        "abs_path": file,
        "function": function[:256],
        "lineno": line,
        "in_app": not any(folder in file for folder in _INSTALLED),
    }


def _exception(name: str, value: str, frames: list[dict[str, Any]]) -> dict[str, Any]:
    module, _, kind = name.rpartition(".")
    made: dict[str, Any] = {"type": kind[:128], "value": value[:_TEXT]}
    if module:
        made["module"] = module
    if frames:
        made["stacktrace"] = {"frames": frames[-_FRAMES:]}
    return made
