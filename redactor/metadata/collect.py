"""Collecting the templates of a program from its source, for a file that a policy names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from redactor.metadata.source import collected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Collected", "as_file", "collect"]

#: Folders that hold no source of the program itself.
_LEFT_OUT = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist", "venv"})
_LARGEST = 4 << 20


class Collected(NamedTuple):
    """
    Attributes:
        forms: The templates as texts, sorted, each once.
        files: How many files were read.
        trouble: Files that could not be, and why.
    """

    forms: tuple[str, ...]
    files: int
    trouble: tuple[tuple[Path, str], ...]


def collect(paths: Iterable[Path]) -> Collected:
    """
    Return the templates of the Python files at *paths*, and in the folders there.

    The result depends on the source alone: not on the order of the files, nor on where they lie.
    """
    forms: set[str] = set()
    trouble: list[tuple[Path, str]] = []
    files = 0
    for path in _sources(paths):
        try:
            if path.stat().st_size > _LARGEST:
                trouble.append((path, "it is larger than 4 MiB"))
                continue
            forms.update(template.form for template in collected(path.read_bytes()))
            files += 1
        except OSError as error:
            trouble.append((path, f"it cannot be read ({error.strerror})"))
        except (SyntaxError, ValueError, RecursionError):
            trouble.append((path, "this Python cannot read it"))
    return Collected(tuple(sorted(forms)), files, tuple(trouble))


def as_file(forms: Iterable[str]) -> str:
    """Return the content of a file of templates, one to a line, so that a change of one is seen."""
    return json.dumps({"schema": 1, "templates": list(forms)}, indent=1, ensure_ascii=False) + "\n"


def _sources(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*.py")):
            inside = found.relative_to(path).parts[:-1]
            if not any(part in _LEFT_OUT or part.startswith(".") for part in inside):
                yield found
