"""The words of the library as types: severity, action, rule as written, pack, finding."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # a field of Pack: whoever converts one asks for it
from typing import Literal, NamedTuple

import msgspec

__all__ = ["ACTIONS", "SEVERITIES", "Action", "Example", "Finding", "Kind", "Pack", "Rule"]

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")

Action = Literal["tag", "mask", "hmac", "summary", "drop-field", "drop-record"]
ACTIONS: tuple[Action, ...] = (
    "tag", "mask", "hmac", "summary", "drop-field", "drop-record",
)  # fmt: skip

Kind = Literal["pattern", "pair", "card", "block", "document"]


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


class Example(msgspec.Struct, frozen=True):
    """A text that a rule must find (``why`` empty) or must leave alone (``why`` says why)."""

    text: str
    why: str = ""


class Rule(msgspec.Struct, frozen=True):
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
    path: Path
    rules: tuple[Rule, ...] = ()
