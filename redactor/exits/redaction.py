"""What pieces that are put in place by hand redact with, shared between those of one policy."""

from __future__ import annotations

from pathlib import Path

from redactor.exits.guard import Guard
from redactor.exits.installation import installed
from redactor.exits.stdlib_logging.declared_only import records_for
from redactor.policy import Policy

__all__ = ["Redaction", "redaction_of"]


class Redaction:
    """
    What a piece redacts with.

    Attributes:
        guard: For texts and values.
        records: For records of ``logging``.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.records = records_for(guard)


#: By the path of the policy, or the policy itself.
_shared: list[tuple[object, Redaction]] = []


def redaction_of(policy: Policy | str | Path | None) -> Redaction:
    """
    Return what redacts by *policy*, the same for the same policy.

    Args:
        policy: A policy or its path. Default: that of ``install()``; before that is called, the
            ``redactor.toml`` or ``pyproject.toml`` of the working directory or above it.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
    """
    guard = installed() if policy is None else None
    key: object = guard
    if guard is None:
        key = (
            policy if policy is None or isinstance(policy, Policy) else str(Path(policy).resolve())
        )
    for known, redaction in _shared:
        if known is key or (not isinstance(key, Guard) and known == key):
            return redaction
    if guard is None:
        if policy is None:
            policy = Policy.discover()[0]
        elif not isinstance(policy, Policy):
            policy = Policy.load(policy)
        guard = Guard(policy)
    redaction = Redaction(guard)
    _shared.append((key, redaction))
    return redaction
