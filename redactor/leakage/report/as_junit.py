"""A report for CI servers, in the XML that JUnit's Ant task made and all of them read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from redactor.leakage.report.as_text import leak_lines
from redactor.leakage.report.visible import visible

if TYPE_CHECKING:
    from redactor.leakage.leaks import Leak, Report

__all__ = ["write"]

#: Characters that XML 1.0 has no way to write (section 2.2 of the recommendation).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report) -> str:
    """Return *report* as one test suite: a failed case for each leak, else one that passed."""
    grouped = report.grouped
    suite = ET.Element(
        "testsuite",
        name=_xml(report.tool),
        tests=str(max(1, len(grouped) + len(report.trouble))),
        failures=str(len(grouped)),
        errors=str(len(report.trouble)),
        skipped="0",
        time=f"{report.seconds:.3f}",
        timestamp=datetime.fromtimestamp(report.started, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
    )
    for leak, count in grouped:
        _failure(suite, leak, count)
    for trouble in report.trouble:
        case = ET.SubElement(suite, "testcase", classname="redactor", name="input", time="0")
        ET.SubElement(case, "error", message=_xml(trouble), type="trouble")
    if not len(suite):
        ET.SubElement(suite, "testcase", classname="redactor", name="no leaks", time="0")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _failure(suite: ET.Element, leak: Leak, count: int) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_xml(f"{leak.exit}.{leak.site.path}"),
        name=_xml(f"{leak.rule} at {leak.site}"),
        time="0",
    )
    if leak.site.path:
        case.set("file", _xml(leak.site.path))
    if leak.site.line:
        case.set("line", str(leak.site.line))
    head, *rest = leak_lines(leak, count)
    failure = ET.SubElement(case, "failure", message=_xml(head), type=_xml(leak.rule))
    failure.text = "\n".join(_xml(line) for line in (head, *rest))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", visible(text))
