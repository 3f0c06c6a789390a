"""The statement: what was observed, under which policy and rules, as plain data."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from redactor._version import __version__
from redactor.packs import is_released

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.attest.observing import Observation
    from redactor.policy import Policy

__all__ = ["SCHEMA", "canonical", "policy_hash", "statement_of"]

#: Number of the form of a statement.
SCHEMA = 1


def statement_of(seen: Observation, redactor: Redactor, sources: tuple[str, ...]) -> dict[str, Any]:
    """
    Return the statement of what was *seen*, as JSON has it.

    Args:
        seen: What was observed.
        redactor: What ran the policy.
        sources: What was looked at: names of files, ``-`` for standard input.
    """
    policy = redactor.policy
    return {
        "schema": SCHEMA,
        "tool": {"name": "redactor", "version": __version__, "engine": redactor.engine},
        "policy": {
            "mode": policy.mode,
            "preset": policy.preset,
            "sha256": policy_hash(policy),
            "disabled": sorted(policy.disable),
            "exceptions": len(policy.exceptions),
            "templates": _known_templates(redactor),
        },
        "packs": _packs(policy),
        "window": {"from": _moment(seen.first), "to": _moment(seen.last)},
        "sources": list(sources),
        "counts": {
            "records": seen.records,
            "lines_of_text": seen.texts,
            "bytes_in": seen.bytes_in,
            "bytes_out": seen.bytes_out,
            "withheld": seen.withheld,
            "values_in_fields_not_listed": seen.passed,
        },
        "fields": [
            {"name": name, "shapes": dict(sorted(counts.items()))}
            for name, counts in sorted(seen.fields.items())
        ],
        "removed": {
            "by_rule": dict(sorted(seen.findings.items())),
            "by_allow_list": dict(sorted(seen.removed.items())),
        },
    }


def canonical(statement: dict[str, Any]) -> bytes:
    """Return the bytes of *statement* that are signed: JSON with sorted keys, without spaces."""
    return json.dumps(
        statement, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


def policy_hash(policy: Policy) -> str:
    """
    Return the SHA-256 of what *policy* says, its packs and its templates among it.

    Comments and the order of keys do not count; keys for fingerprints are not part of a policy.
    """
    said = msgspec.to_builtins(policy.replace(base="."))
    files = {
        **{pack["name"]: pack["sha256"] for pack in _packs(policy)},
        **{name: _digest(Path(policy.base, name)) for name in policy.metadata.templates},
    }
    return hashlib.sha256(canonical({"policy": said, "files": files})).hexdigest()


def _packs(policy: Policy) -> list[dict[str, Any]]:
    return [
        {
            "name": pack.name,
            "version": __version__ if is_released(pack) else "own",
            "rules": len(pack.rules),
            "sha256": _digest(pack.path),
        }
        for pack in policy.load_packs()
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _known_templates(redactor: Redactor) -> int:
    mode = getattr(redactor, "mode", None)
    return 0 if mode is None else len(mode.templates)


def _moment(seconds: float) -> str | None:
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
