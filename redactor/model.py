"""The words of the library as types: severity, action, rule as written, pack, finding."""

from __future__ import annotations

from redactor.frozen import Frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import NamedTuple

    from redactor.field_types import Action, Kind, Severity

    class _Finding(NamedTuple):
        rule: str
        start: int
        end: int

else:
    from collections import namedtuple

    _Finding = namedtuple("_Finding", ("rule", "start", "end"))  # noqa: PYI024  # typed above

__all__ = [
    "ACTIONS",
    "NAME_WORDS",
    "SEVERITIES",
    "Example",
    "Finding",
    "Pack",
    "Rule",
]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")

ACTIONS: tuple[Action, ...] = (
    "tag", "mask", "hmac", "summary", "drop-field", "drop-record",
)  # fmt: skip

#: Words of the longest name that is compared with a key.
NAME_WORDS = 5


class Finding(_Finding):
    """
    One secret in one text.

    Attributes:
        rule: Id of the rule that found it.
        start: First unit of the secret: a character of a ``str``, a byte of ``bytes``.
        end: The unit after the last one (half-open).
    """

    __slots__ = ()


class Example(Frozen):
    """A text that a rule must find (``why`` empty) or must leave alone (``why`` says why)."""

    text: str
    why: str = ""


class Rule(Frozen):
    """
    A rule as written in a pack. The engines see its compiled form, never this.

    The fields are those of the pack format, described in ``docs/rules.md``.
    """

    id: str
    summary: str
    reference: str
    severity: Severity
    kind: Kind
    keywords: tuple[str, ...] = ()
    pattern: str = ""
    secret: str = ""
    before: str = "A-Za-z0-9"
    after: str = "A-Za-z0-9_-"
    lead_class: str = ""
    lead_max: int = 0
    scan: bool = False
    ignore_case: bool = False
    window: int = 1024
    names: tuple[str, ...] = ()
    except_names: tuple[str, ...] = ()
    glue: tuple[str, ...] = ()
    value: str = "any"
    content: str = ""
    checks: tuple[str, ...] = ()
    action: Action = "tag"
    match: tuple[Example, ...] = ()
    ignore: tuple[Example, ...] = ()
    where: str = ""


class Pack(Frozen):
    """A TOML file of rules: its name (the file's stem), what it is for, and its rules."""

    name: str
    summary: str
    file: str
    rules: tuple[Rule, ...] = ()

    @property
    def path(self) -> Path:
        """The file."""
        from pathlib import Path  # not needed at a start from the cache, and 3 ms of it

        return Path(self.file)
