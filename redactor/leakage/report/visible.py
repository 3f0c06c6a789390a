"""
Text that comes from logs, made fit to be shown.

Whoever can write into a log can write into a report of it. Characters that one cannot see, that
move what stands beside them or that a terminal takes for a command come out as their escapes, and
so do the words that CI servers look for in the output of a build.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MARKER", "cut", "cut_tail", "visible"]

#: The markers that a redacted sample holds.
MARKER = re.compile(r"\[redacted:[A-Za-z0-9.:*_-]{1,121}\]")
#: Marks on one letter that are shown; more of them reach into other lines.
_MARKS = 3
#: Controls, formats (bidirectional ones are among them), halves of surrogates, line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: Commands to GitHub Actions (its old form, anywhere in a line), Azure Pipelines and TeamCity.
_COMMAND = re.compile(r"##(?=\[|vso\[|teamcity\[)")


def visible(text: str) -> str:
    """Return *text* on one line, with all that is not plainly seen written as an escape."""
    text = _COMMAND.sub("# #", text)
    if text.isascii() and text.isprintable():
        return text
    parts: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in _UNSEEN or marks > _MARKS:
            parts.append(character.encode("unicode_escape").decode("ascii"))
        else:
            parts.append(character)
    return "".join(parts)


def cut(text: str, longest: int) -> str:
    """Return the start of *text*: at most *longest* characters, with a mark where it goes on."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cut_tail(text: str, longest: int) -> str:
    """Return the end of *text*, as ``cut`` does its start: of a path, the file."""
    return text if len(text) <= longest else "…" + text[1 - longest :]
