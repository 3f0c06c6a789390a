"""Statements for the tests: an ordinary one, and one of texts that mean harm."""

from __future__ import annotations

from typing import Any

from tests.leakage.report.conftest import HOSTILE

__all__ = ["hostile", "ordinary"]


def ordinary(mode: str = "metadata-only") -> dict[str, Any]:
    """A document as the command makes one, not signed."""
    return {
        "statement": {
            "schema": 1,
            "tool": {"name": "redactor", "version": "1.2.3", "engine": "native"},
            "policy": {
                "mode": mode, "preset": "standard", "sha256": "0" * 64, "disabled": ["phone"],
                "exceptions": 1, "templates": 12,
            },
            "packs": [{"name": "cards", "version": "1.2.3", "rules": 5, "sha256": "1" * 64}],
            "window": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T01:00:00Z"},
            "sources": ["app.log", "-"],
            "counts": {
                "records": 1200, "lines_of_text": 3, "bytes_in": 123_456, "bytes_out": 98_765,
                "withheld": 0, "values_in_fields_not_listed": 0,
            },
            "fields": [
                {"name": "level", "shapes": {"level": 1200}},
                {"name": "message", "shapes": {"template": 1100, "type and size": 100}},
            ],
            "removed": {
                "by_rule": {"card": 7},
                "by_allow_list": {"the field is not declared": 2400},
            },
        },
        "signature": None,
    }  # fmt: skip


def hostile() -> dict[str, Any]:
    """A document every text of which is one of ``HOSTILE``."""
    document = ordinary(HOSTILE[0])
    said = document["statement"]
    said["tool"] = dict.fromkeys(said["tool"], HOSTILE[1])
    said["policy"] |= {"preset": HOSTILE[2], "sha256": HOSTILE[3], "disabled": HOSTILE}
    said["packs"] = [
        {"name": text, "version": text, "rules": 1, "sha256": text} for text in HOSTILE
    ]
    said["window"] = {"from": HOSTILE[1], "to": HOSTILE[3]}
    said["sources"] = HOSTILE
    said["fields"] = [{"name": text, "shapes": {text: 3, "free text": 1}} for text in HOSTILE]
    said["removed"] = {
        "by_rule": dict.fromkeys(HOSTILE, 1), "by_allow_list": dict.fromkeys(HOSTILE, 2)
    }  # fmt: skip
    document["signature"] = {"algorithm": HOSTILE[0], "key": HOSTILE[1], "value": HOSTILE[3]}
    return document
