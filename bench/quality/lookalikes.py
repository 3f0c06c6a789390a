"""
Lines that hold no secret but look as if: ``lookalikes.toml``, by kind.

Where a line holds personal data (an address, a phone number), the preset ``strict`` is right to
change it: such kinds are in ``PERSONAL_KINDS``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from bench.quality.filling import fill

if TYPE_CHECKING:
    import random

__all__ = ["LOOKALIKES", "PERSONAL_KINDS", "line"]

LOOKALIKES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
#: Kinds that hold addresses, numbers or names of people.
PERSONAL_KINDS = frozenset({"personal looks", "public keys"})

_AROUND = (
    "<iso> INFO <msg>: {}",
    '{"time":"<iso>","level":"info","msg":"<msg>","detail":"{}"}',
    'ts=<iso> level=debug msg="{}" host=<host>',
    "[<clock>] {}",
    "<iso> <host> app[<int:4>]: {}",
)


def line(kind: str, random_: random.Random) -> str:
    """Return a line of *kind*, half of the time inside a record of another shape."""
    template = random_.choice(LOOKALIKES[kind])
    if random_.random() < 0.5 and "\n" not in template and '"' not in template:
        template = random_.choice(_AROUND).replace("{}", template)
    return fill(template, random_)
