"""A report for programs, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from redactor.leakage.leaks import Report

__all__ = ["SCHEMA", "write"]

#: Number of the form; a change that a reader would notice raises it.
SCHEMA = 1


def write(report: Report) -> str:
    """Return *report* as one JSON object: the attributes of ``Report`` and of its leaks."""
    # Half a surrogate, which a path can hold, is an escape for `json` and a mistake for msgspec.
    document = {"schema": SCHEMA, **msgspec.to_builtins(report)}
    document["allowed"] = [
        {"leak": msgspec.to_builtins(leak), "reason": reason} for leak, reason in report.allowed
    ]
    return json.dumps(document, indent=2) + "\n"
