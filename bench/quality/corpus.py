"""
The corpus: records of every rule in every context, and lines that only look as if.

Made at run time from a seed. Each record has a random source of its own, seeded with its rule,
context and number: a new rule or context changes no other record, and a smaller corpus is a subset
of a larger one.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from bench.quality import secrets
from bench.quality.contexts import CONTEXTS, Context, build
from bench.quality.labelled import SECRET, SHARED, Record, spans
from bench.quality.lookalikes import LOOKALIKES, line
from redactor.packs import load_builtin, pack_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.model import Rule

__all__ = [
    "CLASSES",
    "FULL",
    "PERSONAL",
    "QUICK",
    "Size",
    "class_of",
    "count",
    "lookalikes",
    "records",
    "rules",
]

SEED = 20261122
#: How many values are tried until one can stand in a context.
_TRIES = 40
#: The pack whose rules run in the preset ``strict`` only.
PERSONAL = "personal"


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
    "credentials by key": "passwords, keys and tokens under their key",
    "credentials in text": "command lines, addresses, SQL, prose, keys in armour",
    "generic": "unknown secrets",
    "personal": "personal data (preset strict)",
}


def rules() -> list[tuple[str, Rule]]:
    """Return the rules of the packs of the library, each with the name of its pack."""
    return [(name, rule) for name in pack_names() for rule in load_builtin(name).rules]


def class_of(pack: str, rule: Rule) -> str:
    """Return the class, one of ``CLASSES``, of a rule."""
    if "generic" in rule.id or "entropy" in rule.id:
        return "generic"
    if pack == PERSONAL:
        return "personal"
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
