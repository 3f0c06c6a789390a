"""Reports in the forms that programs read."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest

from redactor.errors import InputError
from redactor.leakage import Leak, Report, Site
from redactor.leakage.report import FORMS, render, write
from tests.leakage.report.conftest import HOSTILE

if TYPE_CHECKING:
    from redactor.leakage.report import Form

#: The schema of OASIS, as the standard publishes it (sarif-schema-2.1.0.json).
SARIF = json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text("utf-8"))
_each_report = pytest.mark.parametrize("name", ["hostile", "ordinary", "empty"])


@_each_report
def test_sarif_is_what_the_official_schema_says(name: str, request: pytest.FixtureRequest) -> None:
    """
    The log is valid SARIF 2.1.0.
    """
    log = json.loads(render(request.getfixturevalue(name), "sarif"))

    jsonschema.Draft7Validator(
        SARIF, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    ).validate(log)


def test_sarif_holds_what_a_code_host_needs(ordinary: Report) -> None:
    """
    A result has its rule, level, place and a fingerprint without a line number; the same leak is
    one result.
    """
    run = json.loads(render(ordinary, "sarif"))["runs"][0]
    first, second = run["results"]

    assert ["card", "email"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ("card", 0, "error", 2) == tuple(
        first[key] for key in ("ruleId", "ruleIndex", "level", "occurrenceCount")
    )
    place = first["locations"][0]["physicalLocation"]
    assert ("shop/pay.py", "%SRCROOT%", 41) == (
        place["artifactLocation"]["uri"],
        place["artifactLocation"]["uriBaseId"],
        place["region"]["startLine"],
    )
    assert {"leakIdentity/v1": "card/logging/charge/0011223344556677"} == (
        first["partialFingerprints"]
    )
    assert ("note", {"security-severity": "3.0", "tags": ["security", "privacy"]}) == (
        second["level"],
        run["tool"]["driver"]["rules"][1]["properties"],
    )
    assert run["invocations"][0]["executionSuccessful"]


def test_sarif_tells_of_trouble_and_of_the_baseline(hostile: Report) -> None:
    """
    A run that could not look at all says so; what the baseline holds is unchanged, not new.
    """
    run = json.loads(render(hostile, "sarif"))["runs"][0]

    assert not run["invocations"][0]["executionSuccessful"]
    states = [result["baselineState"] for result in run["results"]]
    assert (len(HOSTILE), 2) == (states.count("new"), states.count("unchanged"))


@_each_report
def test_junit_is_read_by_a_parser_of_ci_servers(name: str, request: pytest.FixtureRequest) -> None:
    """
    Each leak is a failed case, trouble is an error, and a run without either has one case that
    passed.
    """
    report = request.getfixturevalue(name)
    places = len(report.grouped)

    (suite,) = junitparser.JUnitXml.fromstring(render(report, "junit").encode())

    assert (max(1, places + len(report.trouble)), places, len(report.trouble)) == (
        suite.tests,
        suite.failures,
        suite.errors,
    )
    cases = list(suite)
    assert suite.tests == len(cases)
    assert places == sum(isinstance(r, junitparser.Failure) for case in cases for r in case.result)


def test_junit_names_the_line_that_leaks(ordinary: Report) -> None:
    """
    A case has the file and the line as attributes, and the test and the sample in its text.
    """
    case = next(ET.fromstring(render(ordinary, "junit")).iter("testcase"))

    assert ("shop/pay.py", "41", "card at shop/pay.py:41") == tuple(
        case.get(key) for key in ("file", "line", "name")
    )
    text = case.findtext("failure") or ""
    assert "tests/test_pay.py::test_charge" in text
    assert "charged [redacted:card]" in text


def as_the_runner_reads(text: str) -> list[tuple[str, dict[str, str], str]]:
    """
    Read workflow commands as the runner of GitHub Actions does (ActionCommand.cs): a line, trimmed,
    that starts with ``::``, or in the old form has ``##[`` anywhere.
    """
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        assert "##[" not in line
        match = re.fullmatch(r"::([a-z-]+)(?: ([^\n]*?))?::(.*)", line.strip())
        if match is None:
            assert not line.strip().startswith("::")
            continue
        properties = {}
        for item in (match[2] or "").split(","):
            key, _, value = item.partition("=")
            properties[key.strip()] = unquote(value)
        found.append((match[1], properties, unquote(match[3])))
    return found


def test_annotations_stand_at_the_line_that_leaks(ordinary: Report) -> None:
    """
    The level follows the severity; file, line and title are properties.
    """
    first, second, summary = as_the_runner_reads(render(ordinary, "github"))

    assert ("error", {"file": "shop/pay.py", "line": "41", "title": "card through logging"}) == (
        first[:2]
    )
    assert "seen 2 times" in first[2]
    assert ("notice", "shop/mail.py") == (second[0], second[1]["file"])
    assert ("notice", "3 leaks in 2 places; 1,200 records looked at") == (summary[0], summary[2])


@pytest.mark.parametrize("path", ["a,line=9.log", "a::b:c.log", "100%25.log", "a b=c.log"])
def test_the_name_of_a_file_is_one_property_whatever_it_is(path: str) -> None:
    """
    Commas, colons and percent signs in a name come back as they were.
    """
    leak = Leak(rule="card", site=Site(path, 7))
    report = Report(tool="t", version="1", leaks=(leak,))

    level, properties, _ = as_the_runner_reads(render(report, "github"))[0]

    assert ("error", {"file": path, "line": "7", "title": "card leaks"}) == (level, properties)


def test_no_text_of_a_log_becomes_a_command_of_a_ci_server(hostile: Report) -> None:
    """
    Of annotations there are as many as there are leaks, troubles and notes, and each has its own
    level; text for people holds none.
    """
    commands = as_the_runner_reads(render(hostile, "github"))

    assert len(HOSTILE) * 3 + 1 == len(commands)
    assert {"error", "warning", "notice"} == {name for name, _, _ in commands}
    assert "forged" not in {properties.get("title") for _, properties, _ in commands}
    assert [] == as_the_runner_reads(render(hostile, "text"))
    for form in ("text", "github", "junit"):
        text = render(hostile, form)
        assert not re.search(r"##(vso|teamcity)?\[", text), form


@pytest.mark.parametrize("form", FORMS)
def test_no_report_holds_a_character_that_is_not_plainly_seen(form: Form, hostile: Report) -> None:
    """
    Controls, escapes of terminals, characters that turn the direction of text: none comes out.
    """
    text = render(hostile, form)

    odd = {
        character
        for character in text
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\n"
    }
    assert set() == odd
    assert text.encode("utf-8")
    assert "\u0351" * 10 not in text


@pytest.mark.parametrize("form", ["text", "github"])
def test_a_leak_is_told_in_few_lines(form: Form, ordinary: Report) -> None:
    """
    Place, rule, exit, severity, count, field, test and sample are there.
    """
    text = render(ordinary, form)

    for part in ("shop/pay.py", "41", "card", "logging", "2 times", "extra.card", "test_charge"):
        assert part in text, part


def test_json_has_every_attribute(ordinary: Report) -> None:
    """
    What a report holds is in its JSON, with the number of the form.
    """
    document: dict[str, Any] = json.loads(render(ordinary, "json"))

    assert {"schema", *Report.__struct_fields__} == set(document)
    assert set(Leak.__struct_fields__) == set(document["leaks"][0])


@pytest.mark.parametrize("form", FORMS)
def test_a_report_goes_to_a_stream_or_whole_into_a_file(
    form: Form, ordinary: Report, tmp_path: Path
) -> None:
    """
    The same text either way; the folder is made, and nothing else is left in it.
    """
    stream = io.StringIO()
    path = tmp_path / "new/folder/report"

    write(ordinary, form, stream)
    write(ordinary, form, path)

    assert stream.getvalue() == path.read_text("utf-8")
    assert [path] == list(path.parent.iterdir())
    assert 0o644 == path.stat().st_mode & 0o777


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    ordinary: Report, tmp_path: Path
) -> None:
    """
    A file in the place of a folder is told of, without a trace of a half report.
    """
    (tmp_path / "file").write_text("old")

    with pytest.raises(InputError, match=r"report .*file/report: it cannot be written"):
        write(ordinary, "json", tmp_path / "file/report")
    assert ["file"] == [path.name for path in tmp_path.iterdir()]
