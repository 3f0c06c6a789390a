"""Which shape the field of a record is declared with: by the policy, else by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.metadata.names import MESSAGE, TRACEBACK, TYPE, default_shape, is_usual
from redactor.metadata.shapes import SHAPES, enum_of, fits_name
from redactor.paths import TYPES, Paths
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Declared", "Shape", "ShapeError", "shape_names", "shape_of"]

#: Namespaces of OpenTelemetry and the Elastic Common Schema: names in them are theirs.
_NAMESPACES = frozenset(
    """
    http url db rpc messaging net network server client service host os process k8s cloud container
    gen_ai code thread telemetry otel faas user_agent aws gcp azure event log labels deployment
    exception peer enduser graphql session app browser device feature_flag system jvm sentry
    """.split()
)
_SPECIAL = (MESSAGE, TRACEBACK, TYPE)
_KINDS: dict[type, int] = {
    kind: TYPES.index(name)
    for name, kinds in {
        "$string": (str,), "$number": (int, float), "$boolean": (bool,), "$binary": (bytes,),
        "$array": (list, tuple), "$object": (dict,), "$null": (type(None),),
    }.items()
    for kind in kinds
}  # fmt: skip


class ShapeError(ValueError):
    """A shape cannot be used: ``problem`` and ``remedy`` say why and what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class Shape(NamedTuple):
    """
    Attributes:
        name: As the policy writes it; ``enum`` for a list of words.
        fits: Says whether a value has it; ``None`` for free text, tracebacks and bare types.
    """

    name: str
    fits: Callable[[Any], bool] | None


def shape_names() -> list[str]:
    """Return the names of all shapes."""
    return [*SHAPES, *_SPECIAL]


def shape_of(written: str | Sequence[str]) -> Shape:
    """
    Return the shape that a policy writes as a name, or as the list of the words that are allowed.

    Raises:
        ShapeError: There is none, or a word is too long to be one.
    """
    if not isinstance(written, str):
        for word in written:
            if not 0 < len(word) <= 64 or not word.isprintable() or not fits_word(word):
                raise ShapeError(
                    "a word of the list is empty, or has more than 64 characters or three words",
                    'Write the values that the field can have: ["queued", "running"]',
                )
        return Shape("enum", enum_of(written))
    if written in _SPECIAL:
        return _OWN[written]
    if written not in SHAPES:
        raise ShapeError(
            f"there is no shape {written!r}",
            f"{did_you_mean(written, shape_names())}Shapes: {', '.join(shape_names())}",
        )
    return _OWN[written]


def fits_word(word: str) -> bool:
    """Say whether *word* is short enough to be a value of an enumeration."""
    return len(word.split()) <= 3  # as for all names here


_OWN = {name: Shape(name, SHAPES.get(name)) for name in (*SHAPES, *_SPECIAL)}


class Declared:
    """
    The fields of a policy.

    Args:
        fields: Selector to shape, as the policy writes them; the first that names a field counts.
        defaults: The usual names of fields are declared too.
    """

    def __init__(
        self, fields: Mapping[str, str | Sequence[str]] | None = None, *, defaults: bool = True
    ) -> None:
        fields = fields or {}
        self._shapes = [shape_of(shape) for shape in fields.values()]
        self._paths = Paths(tuple(fields))
        self.root = self._paths.root
        self._defaults = defaults
        #: Names that the policy spells out: they may be longer than others.
        self._spelled = {
            part.lower()
            for selector in fields
            for part in (selector.removeprefix("."), *selector.split("."))
            if "*" not in part and not part.startswith("$")
        }

    def down(self, state: int, path: tuple[str, ...], value: Any) -> tuple[int, Shape | None, bool]:
        """
        Go from a mapping down to *value*, which stands at *path*.

        Returns:
            The state there, the shape of the field, and whether its name may be shown.
        """
        key = path[-1]
        shape: Shape | None = None
        if state:
            state, hit = self._paths.step(state, key, _KINDS.get(type(value), 0))
            if hit:
                shape = self._shapes[self._paths.first(hit)]
        by_name = default_shape(path) if self._defaults and len(key) < 100 else None
        if shape is None and by_name is not None:
            shape = _OWN[by_name]
        return state, shape, self._may_show(key, by_name)

    def _may_show(self, key: str, by_name: str | None) -> bool:
        if key.lower() in self._spelled or fits_name(key):
            return True
        first, dot, rest = key.partition(".")
        if dot and first in _NAMESPACES and len(key) <= 80:
            return all(fits_name(part) for part in rest.split("."))
        return by_name is not None and is_usual(key)
