"""Lines of ``name=value`` pairs."""

from __future__ import annotations

import re

__all__ = ["read_pairs"]

_PAIR = re.compile(r'\s*([A-Za-z_@][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"=]*))(?=\s|$)')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
#: Fewer pairs are an accident: ``retry with x=1``.
_FEWEST = 2


def read_pairs(line: str) -> dict[str, str] | None:
    """
    Return the pairs of *line*; ``None`` when it is not made of pairs alone.

    A name that comes twice keeps its later values under ``name.2`` and so on.
    """
    pairs: dict[str, str] = {}
    at = 0
    end = len(line.rstrip())
    while at < end:
        match = _PAIR.match(line, at)
        if match is None:
            return None
        name, quoted, bare = match.groups()
        value = bare if quoted is None else _ESCAPE.sub(_unescaped, quoted)
        if name in pairs:
            number = 2
            while f"{name}.{number}" in pairs:
                number += 1
            name = f"{name}.{number}"
        pairs[name] = value
        at = match.end()
    return pairs if len(pairs) >= _FEWEST else None


def _unescaped(match: re.Match[str]) -> str:
    character = match[1]
    return _ESCAPES.get(character, character)
