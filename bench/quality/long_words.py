"""Words and forms that the makers of long records share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["VERBS", "WORDS", "camel", "function", "shaped"]

WORDS = (
    "order", "cart", "user", "payment", "invoice", "worker", "queue", "cache", "session", "stock",
    "search", "index", "report", "export", "mail", "image", "price", "tax", "ship", "return",
)  # fmt: skip
VERBS = ("load", "save", "send", "check", "handle", "build", "merge", "fetch", "apply", "close")


def function(chance: random.Random) -> str:
    """Return the name of a function."""
    return f"{chance.choice(VERBS)}_{chance.choice(WORDS)}"


def camel(chance: random.Random) -> str:
    """Return the same in camelCase."""
    return chance.choice(VERBS) + chance.choice(WORDS).title()


def shaped(text: str, chance: random.Random) -> str:
    """Return *text* as it is, in a JSON record, or in one line with escapes."""
    form = chance.random()
    if form < 0.4:
        return text
    if form < 0.75:
        return json.dumps({"level": "error", "message": "failed", "exc_info": text, "id": 7})
    return "2026-11-27 10:12:13 ERROR shop " + text.replace("\n", "\\n").replace("\t", "\\t")
