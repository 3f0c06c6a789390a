"""The words of the library as types: severity, action, rule as written, pack, finding."""

# Annotations are no strings here: reading rules from the cache would compile each of them.
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "ACTIONS",
    "NAME_WORDS",
    "SEVERITIES",
    "Action",
    "Example",
    "Finding",
    "Kind",
    "Pack",
    "Rule",
]

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")

Action = Literal["tag", "mask", "hmac", "summary", "drop-field", "drop-record"]
ACTIONS: tuple[Action, ...] = (
    "tag", "mask", "hmac", "summary", "drop-field", "drop-record",
)  # fmt: skip

Kind = Literal["pattern", "pair", "card", "block", "document"]
#: Words of the longest name that is compared with a key.
NAME_WORDS = 5


class Finding(NamedTuple):
    """
    One secret in one text.

    Attributes:
        rule: Id of the rule that found it.
        start: First unit of the secret: a character of a ``str``, a byte of ``bytes``.
        end: The unit after the last one (half-open).
    """

    rule: str
    start: int
    end: int


class Example(msgspec.Struct, frozen=True, gc=False):
    """A text that a rule must find (``why`` empty) or must leave alone (``why`` says why)."""

    text: str
    why: str = ""


class Rule(msgspec.Struct, frozen=True, gc=False):
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


class Pack(msgspec.Struct, frozen=True):
    """A TOML file of rules: its name (the file's stem), what it is for, and its rules."""

    name: str
    summary: str
    file: str
    rules: tuple[Rule, ...] = ()

    @property
    def path(self) -> "Path":
        """The file."""
        from pathlib import Path  # not needed at a start from the cache, and 3 ms of it

        return Path(self.file)
