"""
Templates: the words that a program writes, with holes for what it puts in.

A template is kept as the literal texts around its holes. A text matches when it begins with the
first, ends with the last and has the others between them in their order, so that matching costs the
length of the text and cannot go back.
"""

from __future__ import annotations

import json
import re
import string
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.errors import RedactorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = [
    "HOLE",
    "Template",
    "TemplateError",
    "Templates",
    "load_templates",
    "of_braces",
    "of_percent",
    "read_form",
    "template_of",
]

#: Stands for a hole in the literal parts as they are read.
HOLE = None
#: Longest template, in characters, and the most holes that one has.
_LONGEST = 2_000
_HOLES = 50
#: Templates that are looked through for one text, at most.
_MOST = 50_000
_LETTER = re.compile(r"[^\W\d_]")
CONVERSION = re.compile(
    r"%(?:\(([^)]*)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])"
)
_KEY = 4


class TemplateError(RedactorError):
    """A file of templates cannot be used."""


class Template(NamedTuple):
    """
    Attributes:
        literals: The texts around the holes: one more than there are holes.
    """

    literals: tuple[str, ...]

    @property
    def holes(self) -> int:
        """How many holes it has."""
        return len(self.literals) - 1

    @property
    def form(self) -> str:
        """The template as a text: ``{}`` for a hole, ``{{`` and ``}}`` for braces."""
        return "{}".join(each.replace("{", "{{").replace("}", "}}") for each in self.literals)

    def put(self, holes: Iterable[str]) -> str:
        """Return the template with *holes* in its holes."""
        out = [self.literals[0]]
        for hole, literal in zip(holes, self.literals[1:], strict=True):
            out += (hole, literal)
        return "".join(out)

    def match(self, text: str) -> list[str] | None:
        """Return what stands in the holes for *text*, ``None`` where it does not match."""
        first, *middle = self.literals
        if not middle:
            return [] if text == first else None
        last = middle.pop()
        end = len(text) - len(last)
        at = len(first)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return None
        holes: list[str] = []
        for literal in middle:
            found = text.find(literal, at, end)
            if found < 0:
                return None
            holes.append(text[at:found])
            at = found + len(literal)
        holes.append(text[at:end])
        return holes


def template_of(parts: Iterable[str | None]) -> Template | None:
    """
    Make a template of literal texts and holes.

    Returns:
        ``None`` where it would say nothing: no two letters, or too long.
    """
    literals = [""]
    holes = 0
    open_hole = False
    for part in parts:
        if part is HOLE:
            if not open_hole:  # two holes side by side are one
                literals.append("")
                holes += 1
            open_hole = True
        elif part:
            literals[-1] += part
            open_hole = False
    said = "".join(literals)
    if len(said) > _LONGEST or holes > _HOLES or len(_LETTER.findall(said)) < 2:
        return None
    return Template(tuple(literals))


def of_percent(text: str) -> list[str | None] | None:
    """Return the parts of a format for ``%``; ``None`` where it is none."""
    parts: list[str | None] = []
    at = 0
    for match in CONVERSION.finditer(text):
        parts += [text[at : match.start()], "%" if match[2] == "%" else HOLE]
        at = match.end()
    rest = text[at:]
    if "%" in rest or any("%" in part[:-1] for part in parts if part):
        return None
    return [*parts, rest]


def of_braces(text: str) -> list[str | None] | None:
    """Return the parts of a format for ``str.format``; ``None`` where it is none."""
    parts: list[str | None] = []
    try:
        for literal, name, _, _ in string.Formatter().parse(text):
            parts.append(literal)
            if name is not None:
                parts.append(HOLE)
    except ValueError:
        return None
    return parts


def read_form(form: str) -> Template | None:
    """Return the template that ``Template.form`` gave as a text; ``None`` where it is none."""
    parts = of_braces(form)
    return None if parts is None else template_of(parts)


def load_templates(path: Path) -> list[Template]:
    """
    Load the templates that ``redactor templates collect`` has written to *path*.

    Raises:
        TemplateError: The file cannot be read, or is no such file.
    """
    remedy = "Write it with: redactor templates collect SOURCE --out FILE"
    try:
        document: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise TemplateError(str(path), f"it cannot be read ({error.strerror})", remedy) from None
    except ValueError:
        raise TemplateError(str(path), "it is no JSON", remedy) from None
    forms = document.get("templates") if isinstance(document, dict) else None
    if not isinstance(forms, list) or document.get("schema") != 1:
        raise TemplateError(str(path), "it has no list of templates of schema 1", remedy)
    found: list[Template] = []
    for place, form in enumerate(forms):
        template = read_form(form) if isinstance(form, str) else None
        if template is None:
            raise TemplateError(f"{path}: templates[{place}]", "it is no template", remedy)
        found.append(template)
    return found


class Templates:
    """
    Knows the templates of a program. Templates can be added at any time, by any thread.

    Args:
        templates: Those that are known from the start.
    """

    def __init__(self, templates: Iterable[Template] = ()) -> None:
        self._whole: set[str] = set()
        self._known: set[Template] = set()
        self._by_start: dict[str, list[Template]] = {}
        for template in templates:
            self.add(template)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, template: Template) -> bool:
        return template in self._known

    def add(self, template: Template) -> None:
        """Add *template*; nothing where it is known or there are too many."""
        if template in self._known or len(self._known) >= _MOST:
            return
        self._known.add(template)
        if not template.holes:
            self._whole.add(template.literals[0])
            return
        start = template.literals[0][:_KEY]
        bucket = self._by_start.get(start, [])
        # A new list each time: somebody may be going through the old one.
        self._by_start[start] = sorted(
            [*bucket, template], key=lambda each: -sum(map(len, each.literals))
        )

    def match(self, text: str, show: Callable[[str], str]) -> str | None:
        """
        Return *text* as its template, ``None`` where none of them is it.

        The one with the most of its own words is taken.

        Args:
            text: A message.
            show: Writes what stands for the content of a hole.
        """
        if text in self._whole:
            return text
        best: tuple[int, str] | None = None
        for size in range(min(_KEY, len(text)), -1, -1):
            for template in self._by_start.get(text[:size], ()):
                own = sum(map(len, template.literals))
                if best is not None and best[0] >= own:
                    break  # the rest of them are shorter
                holes = template.match(text)
                if holes is not None:
                    best = own, template.put(map(show, holes))
                    break
        return None if best is None else best[1]
