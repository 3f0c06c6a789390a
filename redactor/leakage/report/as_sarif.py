"""A report for code hosts: SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from redactor.leakage.leaks import grouped
from redactor.leakage.report.as_text import counted
from redactor.leakage.report.visible import visible

if TYPE_CHECKING:
    from redactor.leakage.leaks import Leak, Report

__all__ = ["write"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: What code hosts take for the root of the repository.
_ROOT = "%SRCROOT%"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
#: What code hosts order by: 0 to 10, see "security-severity" in GitHub's page on SARIF support.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}


def write(report: Report) -> str:
    """
    Return *report* as a SARIF log of one run.

    Results carry a partial fingerprint of what makes them the same leak in another run, so that a
    code host follows one over changes of lines.
    """
    rules: dict[str, Leak] = {}
    for leak in (*report.leaks, *report.known):
        rules.setdefault(leak.rule, leak)
    index = {rule: number for number, rule in enumerate(rules)}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "redactor",
                        "version": report.version,
                        "semanticVersion": report.version,
                        "rules": [_rule(leak) for leak in rules.values()],
                    }
                },
                "originalUriBaseIds": {
                    _ROOT: {"description": {"text": "The folder of the run, or the repository."}}
                },
                "invocations": [_invocation(report)],
                "columnKind": "unicodeCodePoints",
                "results": [
                    *(_result(leak, index, count, "new") for leak, count in report.grouped),
                    *(
                        _result(leak, index, count, "unchanged")
                        for leak, count in grouped(report.known)
                    ),
                ],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(leak: Leak) -> dict[str, Any]:
    return {
        "id": leak.rule,
        "shortDescription": {"text": _text(leak.summary or leak.rule)},
        "defaultConfiguration": {"level": _LEVELS[leak.severity]},
        "properties": {
            "tags": ["security", "privacy"],
            "security-severity": _SCORES[leak.severity],
        },
    }


def _invocation(report: Report) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": not report.trouble}
    if report.started:
        invocation["startTimeUtc"] = _time(report.started)
        invocation["endTimeUtc"] = _time(report.started + report.seconds)
    if report.trouble:
        invocation["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": _text(trouble)}} for trouble in report.trouble
        ]
    return invocation


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _result(leak: Leak, index: dict[str, int], count: int, state: str) -> dict[str, Any]:
    text = f"{leak.summary or leak.rule} left through {leak.exit}"
    if leak.exit == "file":
        text = f"{leak.summary or leak.rule} is in this log"
    if leak.field:
        text += f", field {leak.field}"
    if leak.logger:
        text += f", logged by {leak.logger}"
    text += f": {counted(leak.length, 'character')}" if leak.length else ""
    text += f", seen {counted(count, 'time')}."
    told = {
        "exit": leak.exit,
        "field": leak.field,
        "logger": leak.logger,
        "library": str(leak.origin) if leak.origin.path else "",
        "test": leak.test,
        "canary": leak.canary,
        "fingerprint": leak.fingerprint,
        "sample": leak.sample,
    }
    return {
        "ruleId": leak.rule,
        "ruleIndex": index[leak.rule],
        "level": _LEVELS[leak.severity],
        "message": {"text": _text(text)},
        "locations": [_location(leak)],
        "partialFingerprints": {
            "leakIdentity/v1": "/".join(leak.identity[i] for i in (0, 1, 3, 4))
        },
        "occurrenceCount": count,
        "baselineState": state,
        "properties": {name: visible(value) for name, value in told.items() if value},
    }


def _text(text: str) -> str:
    # What stands in brackets before parentheses is a link, says section 3.11.6.
    return visible(text).replace("](", "] (")


def _location(leak: Leak) -> dict[str, Any]:
    path = leak.site.path or "unknown"
    artifact: dict[str, Any] = {"uri": quote(path, safe="/!", errors="backslashreplace")}
    if not path.startswith("/"):
        artifact["uriBaseId"] = _ROOT
    place: dict[str, Any] = {"artifactLocation": artifact}
    if leak.site.line:
        place["region"] = {"startLine": leak.site.line}
    location: dict[str, Any] = {"physicalLocation": place}
    if leak.site.function:
        location["logicalLocations"] = [{"name": visible(leak.site.function), "kind": "function"}]
    return location
