"""The mode itself: records and texts in, what is declared of them out."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from redactor.metadata.declared import Declared, Shape
from redactor.metadata.lines import Lines
from redactor.metadata.names import MESSAGE, TRACEBACK, TYPE
from redactor.metadata.reduced import Reducer, is_reduced, parts_of
from redactor.metadata.shapes import LISTED, SHAPES
from redactor.metadata.sites import Sites
from redactor.metadata.templates import CONVERSION, Template, Templates, of_percent, template_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Mode"]

#: Containers inside containers, items of a list, and values of a record that are looked at.
_DEPTH = 32
_ITEMS = 1_000
_NODES = 50_000
#: Texts of ours that are remembered, so that they are known again at the next exit.
_APPROVED = 8_192
_LONGEST_APPROVED = 20_000


class Mode:
    """
    Reduces records and texts to what is declared. Safe to share between threads.

    Args:
        fields: Selector to shape, or to the words that are allowed.
        defaults: The usual names of fields are declared too.
        templates: Those of the program.
        fingerprint: Gives the fingerprint of a text that no template is known for.
    """

    def __init__(
        self,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        *,
        defaults: bool = True,
        templates: Iterable[Template] = (),
        fingerprint: Callable[[bytes], str] | None = None,
    ) -> None:
        self.declared = Declared(fields, defaults=defaults)
        self.templates = Templates(templates)
        self.reducer = Reducer(fingerprint)
        #: Finds templates in the source of the running program; ``None`` where there is none.
        self.sites: Sites | None = Sites()
        #: Called for each value: its path, itself, the name of its shape, what is left of it.
        self.observe: Callable[[tuple[str, ...], Any, str, Any], object] | None = None
        self._approved: dict[str, None] = {}

    # What is known as ours ------------------------------------------------------------------------

    def approve(self, text: str) -> str:
        """Remember *text*, which is reduced, and return it."""
        if len(text) <= _LONGEST_APPROVED and text not in self._approved:
            if len(self._approved) >= _APPROVED:
                self._approved = {}
            self._approved[text] = None
        return text

    def is_approved(self, text: str) -> bool:
        """Say whether *text* is one of ours."""
        return text in self._approved

    # Texts ----------------------------------------------------------------------------------------

    def text(self, text: str, *, sites: bool = True) -> str:
        """Return *text*, of one line or many, reduced."""
        if not text or is_reduced(text) or text in self._approved:
            return text
        if "\n" in text:
            known = self.known_text(text.strip("\n"), sites=sites)
            if known is not None:
                return known + "\n" * text.endswith("\n")
        lines = Lines(self, sites=sites)
        out = [line for line in map(lines.line, text.split("\n")) if line is not None]
        return "\n".join(out)

    def known_text(self, text: str, *, sites: bool = True) -> str | None:
        """Return *text* as its template; ``None`` where none of the program is it."""
        if is_reduced(text) or text in self._approved or parts_of(text):
            return text
        made = self.templates.match(text, self.reducer.text)
        if made is None and sites and self.sites is not None:
            for call in self.sites.calls():
                for template in call.templates:
                    holes = template.match(text)
                    if holes is not None:
                        self.templates.add(template)
                        made = template.put(map(self.reducer.text, holes))
        return None if made is None else self.approve(made)

    def free(self, text: str, *, sites: bool = True) -> str:
        """Return the free text *text* as its template, else its length."""
        known = self.known_text(text, sites=sites) if text else text
        if known is not None:
            return known
        if "\n" in text and ("Traceback (most recent" in text or '\n  File "' in text):
            return self.approve(self.traceback(text))
        return self.reducer.text(text)

    def traceback(self, text: str) -> str:
        """Return what is left of a traceback: types and places."""
        lines = Lines(self, sites=False)
        out = [line for line in map(lines.line, text.split("\n")) if line is not None]
        return "\n".join(out)

    def operation(self, text: Any) -> Any:
        """Return *text*, the name of a span or an event, where it is one; else as free text."""
        if not isinstance(text, str):
            return self.reducer.value(text)
        return text if SHAPES["operation"](text) else self.free(text)

    def shaped(self, shape: str, value: Any) -> Any:
        """Return *value* where it has the shape so named, else its type and size."""
        return value if SHAPES[shape](value) else self.reducer.value(value)

    def message(self, msg: Any, args: Any) -> str:
        """
        Return what a template and its arguments say together, with the arguments reduced.

        The template has to be a literal of the program; otherwise what both say is free text.

        Raises:
            Exception: They do not fit.
        """
        if type(msg) is not str:
            if type(msg) is dict:
                return self.approve(json.dumps(self.record(msg), default=self.reducer.value))
            return str(self.reducer.value(msg)) if not isinstance(msg, str) else self.free(str(msg))
        if not args:
            return self.free(msg)
        if self._is_literal(msg):
            shown = self._filled(msg, args)
            if shown is not None:
                return self.approve(shown)
        return self.free(msg % args)

    def _is_literal(self, msg: str) -> bool:
        parts = of_percent(msg)
        template = template_of(parts) if parts is not None else None
        if template is not None and template in self.templates:
            return True
        if self.sites is not None:
            for call in self.sites.calls():
                if msg in call.literals:
                    if template is not None:
                        self.templates.add(template)
                    return True
        return False

    def _filled(self, msg: str, args: Any) -> str | None:
        """Return the format *msg* with types and sizes in the places of *args*."""
        parts = of_percent(msg)
        if parts is None or "*" in "".join(match[0] for match in CONVERSION.finditer(msg)):
            return None
        names = [match[1] for match in CONVERSION.finditer(msg) if match[2] != "%"]
        if isinstance(args, tuple):
            if any(name is not None for name in names) or len(args) != len(names):
                return None
            values: list[Any] = list(args)
        else:
            if any(name is None for name in names):
                return None
            values = [args[name] for name in names]
        holes = iter(values)
        return "".join(
            part if part is not None else str(self.reducer.value(next(holes))) for part in parts
        )

    # Records --------------------------------------------------------------------------------------

    def record(self, value: Any, *, sites: bool = True, path: tuple[str, ...] = ()) -> Any:
        """
        Return *value* with what is declared of it; the same object where all of it is.

        Text that stands under no name is looked at as a line of a log.

        Args:
            value: Any object; it is not changed.
            sites: Look for templates in the source of the running program.
            path: The keys that lead to it.
        """
        if isinstance(value, str):
            plain = value if type(value) is str else str.__str__(value)
            return self.text(plain, sites=sites)
        return _Walk(self, sites=sites).value(value, path, self.declared.root, None)


class _Walk:
    """One walk through one record."""

    def __init__(self, mode: Mode, *, sites: bool) -> None:
        self._mode = mode
        self._sites = sites
        self._nodes = 0

    def value(self, value: Any, path: tuple[str, ...], state: int, shape: Shape | None) -> Any:
        self._nodes += 1
        kind = type(value)
        if value is None:
            return None
        nested = kind is dict or kind is list or kind is tuple
        if nested:
            if len(path) >= _DEPTH or self._nodes > _NODES or (shape and shape.name == TYPE):
                made = self._mode.reducer.value(value)
            elif kind is dict:
                return self._mapping(value, path, state)
            else:
                made = self._items(value, path, state, shape)
                if type(made) is not str:
                    return made
        else:
            made = self._leaf(value, shape)
        if self._mode.observe is not None:
            self._mode.observe(path, value, shape.name if shape else "", made)
        return made

    def _mapping(self, value: dict[Any, Any], path: tuple[str, ...], state: int) -> Any:
        made: dict[Any, Any] = {}
        changed = False
        try:
            pairs = list(value.items())
        except RuntimeError:  # another thread changes it
            pairs = list(value.copy().items())
        for key, old in pairs:
            self._nodes += 1
            if self._nodes > _NODES:
                changed = True
                made["<dict>"] = len(pairs) - len(made)
                break
            if type(key) is str:
                below, shape, shows = self._mode.declared.down(state, (*path, key), old)
                name: Any = key if shows or is_reduced(key) else f"<key {len(key)}>"
            else:
                name = _name_of(key)
                below, shape = state, None
            while name is not key and name in made:
                name += "'"
            new = self.value(old, (*path, name if type(name) is str else ""), below, shape)
            changed = changed or new is not old or name is not key
            made[name] = new
        return made if changed else value

    def _items(
        self, value: Sequence[Any], path: tuple[str, ...], state: int, shape: Shape | None
    ) -> Any:
        mode = self._mode
        if len(value) > _ITEMS:
            return mode.reducer.value(value)
        # Of texts side by side each may be a word of a sentence: few shapes may stand in a list.
        listed = shape if shape is not None and shape.name in LISTED else None
        nested = any(type(item) in (dict, list, tuple) for item in value)
        if nested or all(_stays(item, listed) for item in value):
            new = [
                self.value(
                    item, path, state, shape if type(item) in (dict, list, tuple) else listed
                )
                for item in value
            ]
            if all(a is b for a, b in zip(new, value, strict=True)):
                return value
            return tuple(new) if type(value) is tuple else new
        return mode.reducer.value(value)

    def _leaf(self, value: Any, shape: Shape | None) -> Any:
        mode = self._mode
        plain = _plain(value)
        if type(plain) is str and (is_reduced(plain) or not plain):
            return plain
        if shape is None or shape.name == TYPE:
            return mode.reducer.value(value)
        if shape.name == MESSAGE:
            if type(plain) is not str:
                return mode.reducer.value(value)
            return mode.free(plain, sites=self._sites)
        if shape.name == TRACEBACK:
            if type(value) is bool:
                return value
            if type(plain) is not str:
                return mode.reducer.value(value)
            return (
                mode.approve(mode.traceback(plain)) if "\n" in plain else mode.reducer.text(plain)
            )
        if type(value) is UUID:
            return value if shape.name in ("id", "uuid") else mode.reducer.value(value)
        if type(value) is timedelta:
            return value if shape.name == "duration" else mode.reducer.value(value)
        if type(value) in (datetime, date):
            return value if shape.name == "time" else mode.reducer.value(value)
        if shape.fits is not None and shape.fits(plain):
            return plain
        return mode.reducer.value(value)


def _stays(item: Any, shape: Shape | None) -> bool:
    """Say whether *item* of a list stays: it has a shape that may, or says nothing any more."""
    if item is None or (type(item) is str and (not item or is_reduced(item))):
        return True
    return shape is not None and shape.fits is not None and shape.fits(item)


def _plain(value: Any) -> Any:
    """Return *value* as a text or a number of Python itself, where it is derived from one."""
    kind = type(value)
    if kind in (str, int, float, bool):
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    return float.__float__(value) if issubclass(kind, float) else value


def _name_of(key: Any) -> str:
    if isinstance(key, str):
        return f"<key {str.__len__(key)}>"
    return "<int>" if isinstance(key, int) else "<key 0>"
