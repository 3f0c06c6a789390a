"""A path with labels in it: ``/var/log/shop/{tenant}.log``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redactor import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["NONE", "OTHER", "PathTemplate", "file_part"]

#: What stands in a path for a label that a record does not have, and for values beyond the
#: greatest number of files. No value is ever written so.
NONE = "_none"
OTHER = "_other"
_LABEL = re.compile(r"\{([^{}/]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_")
#: How long a value may be in a path, in bytes; what is longer is cut and gets a digest.
_LONGEST = 80
_DIGEST = 12


def file_part(value: str) -> str:
    """
    Write *value* so that it is one safe part of a path. Different values stay different.

    >>> file_part("demo-7"), file_part("../etc"), file_part("a b"), file_part("")
    ('demo-7', '%2E.%2Fetc', 'a%20b', '_none')
    """
    if not value:
        return NONE
    if len(value) <= _LONGEST and value[0] not in "._" and _SAFE.issuperset(value):
        return value
    units: list[str] = []
    for index, character in enumerate(value[: _LONGEST + 1]):
        if character in _SAFE and (index or character not in "._"):
            units.append(character)
        else:
            encoded = character.encode("utf-8", "surrogatepass")
            units += [f"%{byte:02X}" for byte in encoded]
    if len(value) <= _LONGEST and sum(map(len, units)) <= _LONGEST:
        return "".join(units)
    import hashlib  # few values are so long, and few sinks have values

    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    short = ""
    for unit in units:
        if len(short) + len(unit) > _LONGEST - _DIGEST - 1:
            break
        short += unit
    return f"{short}~{digest}"


class Found(NamedTuple):
    """
    A file whose name could come from a template.

    Attributes:
        path: The file.
        labels: Label to the part of the path that stands for its value.
    """

    path: str
    labels: dict[str, str]


class PathTemplate:
    """
    Makes paths from the values of labels, and reads the values from paths.

    Args:
        text: A path; ``{name}`` stands for the label *name*, once in each part of the path, and
            not at the end of the file's name. The folders above the first label must exist, the
            others are made.
        where: What messages are about.

    Raises:
        InputError: The template is wrong.
    """

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        parts = Path(text).parts
        first = next(index for index, part in enumerate(parts) if _LABEL.search(part))
        self.root = str(Path(*parts[:first])) if first else "."
        self.names: tuple[str, ...] = ()
        self._patterns: list[re.Pattern[str]] = []
        for part in parts[first:]:
            names = _LABEL.findall(part)
            if len(names) > 1:
                raise InputError(
                    where, "two labels are in one part of the path", "Put a '/' between them"
                )
            if names and not _NAME.fullmatch(names[0]):
                raise InputError(where, "a label's name is wrong", "Write it like {tenant}")
            if names and names[0] in self.names:
                raise InputError(where, "a label is there twice", "Name each label once")
            self.names += tuple(names)
            before, *after = (re.escape(piece) for piece in re.split(r"\{[^{}]*\}", part))
            pattern = f"{before}(?P<value>.+){after[0]}" if names else before
            self._patterns.append(re.compile(pattern, re.DOTALL))
        if parts[-1].endswith("}"):
            raise InputError(
                where, "a label ends the name of the file", "Write it like {tenant}.log"
            )

    @staticmethod
    def has_labels(text: str) -> bool:
        """Whether *text* is a template at all."""
        return _LABEL.search(text) is not None

    def path(self, parts: tuple[str, ...]) -> str:
        """Return the path for the values of `names`, each as `file_part` wrote it."""
        values = iter(parts)
        return _LABEL.sub(lambda _: next(values), self._text)

    def make_folders(self, path: str) -> None:
        """
        Make the folders of *path* below the root, with mode 0700.

        Raises:
            OSError: One cannot be made.
        """
        missing: list[Path] = []
        folder = Path(path).parent
        while str(folder) != self.root and not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for folder in reversed(missing):
            folder.mkdir(0o700, exist_ok=True)

    def folders(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Go through the folders that hold files of this template, with their labels."""
        names = iter(self.names)
        levels = [(self.root, dict[str, str]())]
        for pattern in self._patterns[:-1]:
            name = next(names) if pattern.groups else ""
            deeper: list[tuple[str, dict[str, str]]] = []
            for folder, labels in levels:
                for entry in _entries(folder):
                    match = pattern.fullmatch(entry.name)
                    if match and entry.is_dir(follow_symlinks=False):
                        found = {**labels, name: match["value"]} if name else labels
                        deeper.append((entry.path, found))
            levels = deeper
        yield from levels

    def labels_of(self, base: str, above: Mapping[str, str]) -> dict[str, str] | None:
        """
        Read the labels of a log from its name *base* and from those of its folders *above*.

        Returns:
            None when it is no log of this template.
        """
        match = self._patterns[-1].fullmatch(base)
        if match is None:
            return None
        last = self._patterns[-1].groups
        return {**above, self.names[-1]: match["value"]} if last else dict(above)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
