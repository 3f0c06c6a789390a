"""
The corpus: records of every rule in every context, and lines that only look as if.

Made at run time from a seed. Each record has a random source of its own, seeded with its rule,
context and number: a new rule or context changes no other record, and a smaller corpus is a subset
of a larger one.
"""

from __future__ import annotations

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.quality import secrets
from bench.quality.contexts import CONTEXTS, Context, build
from bench.quality.labelled import SECRET, SHARED, Record, spans
from bench.quality.lookalikes import LOOKALIKES, line
from redactor.model import Rule
from redactor.packs import load_builtin, pack_names
from redactor.policy import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.field_types import Preset


__all__ = [
    "CLASSES",
    "FULL",
    "QUICK",
    "Size",
    "class_of",
    "count",
    "known_shapes",
    "lookalikes",
    "preset_of",
    "records",
    "rules",
    "sources",
]

SEED = 20261122
#: How many values are tried until one can stand in a context.
_TRIES = 40
#: The name that the known shapes have in place of a pack.
SHAPES = "known shapes"


class Size(NamedTuple):
    """
    How large a corpus is.

    Attributes:
        records: Records of each rule in each context, times the weight of its class.
        lines: Look-alike lines of each kind.
    """

    records: int
    lines: int


QUICK = Size(1, 200)
FULL = Size(4, 6_000)
#: The bars of these classes are narrow: each of their rules has so many times the records.
_WEIGHTS = {"cards": 10, "credentials by key": 4, "generic": 10}

#: What the bars are about, by class of rule.
CLASSES = {
    "cards": "card numbers",
    "card data": "security codes, expiry dates, tracks, PINs",
    "tokens": "vendor tokens, by their shape alone",
    "tokens by key": "vendor tokens under their key",
    "known shapes": "secrets in shapes that are written down apart from the rules",
    "credentials by key": "passwords, keys and tokens under their key",
    "credentials in text": "command lines, addresses, SQL, prose, keys in armour",
    "generic": "secrets of unknown kinds under a key",
    "high entropy": "random text without a key (preset strict)",
    "personal": "personal data (preset strict)",
}


def rules() -> list[tuple[str, Rule]]:
    """
    Return the rules of the packs of the library, each with the name of its pack.

    Documents have a corpus of their own, ``bench.quality.documents``.
    """
    return [
        (name, rule)
        for name in pack_names()
        if name != "documents"
        for rule in load_builtin(name).rules
    ]


@cache
def known_shapes() -> tuple[Rule, ...]:
    """Return the shapes of ``known_shapes.toml`` in the form of rules that no engine runs."""
    shapes = tomllib.loads((Path(__file__).parent / "known_shapes.toml").read_text())["shapes"]
    rules_ = []
    for name, pattern, *key in shapes:
        rules_.append(
            Rule(
                id=f"shape: {name}",
                summary="",
                reference="",
                severity="high",
                kind="pair" if key else "pattern",
                pattern="" if key else pattern,
                secret="value" if "(?P<value>" in pattern else "",
                names=tuple(key),
                value=pattern if key else "any",
            )
        )
    return tuple(rules_)


def sources() -> list[tuple[str, Rule]]:
    """Return what secrets are made of: the rules, and the known shapes as a pack of their own."""
    return [*rules(), *((SHAPES, rule) for rule in known_shapes())]


def preset_of(pack: str) -> Preset:
    """Return the preset under which the secrets of *pack* are scored: the least that finds them."""
    return "standard" if pack in (*PRESETS["standard"], SHAPES) else "strict"


def class_of(pack: str, rule: Rule) -> str:
    """Return the class, one of ``CLASSES``, of a rule."""
    if pack == "personal":
        return "personal"
    if pack == SHAPES:
        return "known shapes"
    if pack == "entropy":
        return "high entropy"
    if secrets.is_generic(rule):
        return "generic"
    if pack == "cards":
        return "cards" if rule.kind == "card" else "card data"
    if pack == "credentials":
        return "credentials by key" if rule.kind == "pair" else "credentials in text"
    return "tokens by key" if rule.kind == "pair" else "tokens"


def count(class_: str, size: Size) -> int:
    """Return how many records a rule of *class_* has in each context."""
    return size.records * _WEIGHTS.get(class_, 1)


def records(pack: str, rule: Rule, size: Size) -> Iterator[Record]:
    """Return the records of *rule* of *pack*, in every context that can hold its secret."""
    kind = secrets.kind_of(rule)
    number = count(class_of(pack, rule), size)
    for context in CONTEXTS:
        if kind not in context.holds:
            continue
        for index in range(number):
            record = _record(rule, context, index)
            if record is not None:
                yield record


def _record(rule: Rule, context: Context, index: int) -> Record | None:
    random_ = random.Random(f"{SEED}/{rule.id}/{context.id}/{index}")
    for _ in range(_TRIES):
        secret = secrets.make(rule, random_)
        if context.unsafe and any(
            char in context.unsafe for text, _ in secret.parts for char in text
        ):
            continue
        parts = build(context, secret.name, secret.parts, random_)
        return Record(
            rule.id,
            secret.variant,
            context.id,
            index,
            "".join(text for text, _ in parts),
            spans(parts, SECRET),
            spans(parts, SHARED),
        )
    return None


def lookalikes(size: Size) -> Iterator[Record]:
    """Return the lines that hold no secret: the rule is their kind."""
    for kind in LOOKALIKES:
        for index in range(size.lines):
            random_ = random.Random(f"{SEED}/{kind}/{index}")
            yield Record(kind, "", "look-alike", index, line(kind, random_))
