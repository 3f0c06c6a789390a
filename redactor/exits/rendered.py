"""
Finished texts, looked at once more before they leave.

A format or a renderer can add what was in no field, and can bring a name and a value together that
were apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redactor.markers import marker
from redactor.records.held import Held

if TYPE_CHECKING:
    from typing import Any

    from redactor.exits.guard import Guard

__all__ = ["is_withheld", "named", "rendered", "secrets_seen"]

#: Colours, cursor movements, and links of a terminal.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_WITHHELD = marker("withheld", "")[:-1]


def rendered(text: str, guard: Guard) -> str:
    """
    Return *text* redacted; the same object when there is nothing to redact.

    Colours stand between a name and its value and hide both: where something is found without
    them, the text comes back without them.

    Args:
        text: A text that is about to be written; a line break at its end is kept.
        guard: What redacts.
    """
    redacted = guard.text(text)
    if "\x1b" in redacted:
        plain = _ESCAPES.sub("", redacted)
        shown = guard.text(plain)
        if shown is not plain:
            redacted = shown
    if redacted is not text and text.endswith("\n") and not redacted.endswith("\n"):
        redacted += "\n"  # all of it was replaced; the next record begins a line of its own
    return redacted


def named(name: str, value: Any, guard: Guard) -> Any:
    """Return *value*, which has the name *name*, settled; the same object when it is clean."""
    record = {name: value}
    made = guard.record(record)
    if made is record:
        return value
    if type(made) is not dict:
        return made if type(made) is str else marker("withheld", "field")
    return next(iter(made.values()), marker("withheld", "field"))


def secrets_seen(guard: Guard) -> Held:
    """
    Return a place for secrets that a record shows under their names.

    Its texts may show one again where nothing marks it: ``info("pin {pin}", pin=pin)``.
    """

    def redact(text: str, name: str) -> str:
        made = named(name, text, guard) if name else guard.text(text)
        return made if isinstance(made, str) else str(made)

    return Held(redact)


def is_withheld(redacted: str, text: str) -> bool:
    """Say whether *redacted* is what stands for a *text* that could not be redacted."""
    return redacted.startswith(_WITHHELD) and not text.startswith(_WITHHELD)
