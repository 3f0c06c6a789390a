"""
Known values: many literals looked for at once.

Of every literal some four bytes are kept, at as many places in a row as the search steps over: so
each occurrence has one of them where the search looks, and most of a text is never looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redactor.bytesets import ALNUM
from redactor.engines.reference.boundaries import starts_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from redactor.known.forms import Form
    from redactor.spans import Span

__all__ = ["KnownSearch"]

#: Bytes that are looked up at a place.
_GRAM = 4
#: Literals of at least this size are looked for apart from shorter ones, in larger steps.
_LONG = 8
_LONGEST_STEP = 8


class _Group(NamedTuple):
    step: int
    #: Four bytes to the literals that have them, and where.
    places: dict[bytes, list[tuple[Form, int]]]

    def __repr__(self) -> str:
        return f"<_Group of step {self.step}>"


class KnownSearch:
    """
    Finds the forms of known values.

    Args:
        parts: What to look for; each form has at least four bytes.
        rules: Number of rules: the index of a finding is that of its label behind them.
        before: The search before this one: of parts that both have, its tables are used.
    """

    parts: list[tuple[tuple[Form, ...], list[_Group]]]

    def __init__(
        self, parts: Iterable[tuple[Form, ...]], rules: int, before: KnownSearch | None = None
    ) -> None:
        self._rules = rules
        old = before.parts if before is not None else []
        ready = {id(part): groups for part, groups in old}
        self.parts = [(part, ready.get(id(part)) or _groups(part)) for part in parts]
        self._every = [group for _, groups in self.parts for group in groups]

    def __repr__(self) -> str:
        return "<KnownSearch>"

    def find(self, data: bytes, *, lines: bool = False) -> list[Span]:
        """
        Find known values.

        Args:
            data: The text.
            lines: It is a piece of a stream: what spans lines depends on where it was cut, and is
                left to the forms of the single lines.

        Returns:
            Sorted spans; those of one label that overlap or touch are one.
        """
        found = {
            span
            for group in self._every
            for form, start in _candidates(group, data)
            if (span := self._span(data, form, start, lines=lines)) is not None
        }
        return _joined(found) if found else []

    def _span(self, data: bytes, form: Form, start: int, *, lines: bool) -> Span | None:
        text = form.text
        if not data.startswith(text, start) or (lines and b"\n" in text):
            return None
        end = start + len(text)
        if form.word and (
            (data[start] in ALNUM and not starts_run(data, start))
            or (end < len(data) and data[end] in ALNUM and data[end - 1] in ALNUM)
        ):
            return None
        if start and data[start - 1] in form.before:
            start -= 1
        if end < len(data) and data[end] in form.after:
            end += 1
        return start, end, self._rules + form.label


def _groups(forms: Sequence[Form]) -> list[_Group]:
    sizes = (
        [form for form in forms if len(form.text) < _LONG],
        [form for form in forms if len(form.text) >= _LONG],
    )
    return [_group(some) for some in sizes if some]


def _group(forms: list[Form]) -> _Group:
    shortest = min(len(form.text) for form in forms)
    step = min(shortest - _GRAM + 1, _LONGEST_STEP)
    places: dict[bytes, list[tuple[Form, int]]] = {}
    for form in forms:
        text = form.text
        # Many secrets start alike: the middle tells them apart.
        first = (len(text) - _GRAM + 1 - step) // 2
        for at in range(first, first + step):
            places.setdefault(text[at : at + _GRAM], []).append((form, at))
    return _Group(step, places)


def _candidates(group: _Group, data: bytes) -> Iterator[tuple[Form, int]]:
    """Yield each form that may be somewhere, and where it would start."""
    places = group.places
    for at in range(0, len(data) - _GRAM + 1, group.step):
        gram = data[at : at + _GRAM]
        if gram in places:
            for form, offset in places[gram]:
                if offset <= at:
                    yield form, at - offset


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end, rule in sorted(spans, key=lambda span: (span[2], span[0], span[1])):
        if joined and joined[-1][2] == rule and start <= joined[-1][1]:
            first, last, _ = joined[-1]
            joined[-1] = first, max(last, end), rule
        else:
            joined.append((start, end, rule))
    return sorted(joined)
