"""Write the plan of the standard policy to standard output: what the kernel is made of."""

from __future__ import annotations

import sys

import msgspec

from redactor import Redactor
from redactor.packs.compiled import plan

if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(plan(Redactor(engine="reference").ruleset)))
