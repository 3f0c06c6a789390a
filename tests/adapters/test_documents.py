"""The page on OTLP and Sentry says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from redactor import adapters
from redactor_sinks.records import reading
from redactor_sinks.sentry.sink import _with_options

PAGE = (Path(__file__).resolve().parents[2] / "docs/otlp-and-sentry.md").read_text("utf-8")


def test_the_page_lists_every_adapter() -> None:
    """
    The table has each public name of ``redactor.adapters``, and no other.
    """
    table = PAGE.partition("## In a program")[2].partition("\n## ")[0]

    assert sorted(adapters.__all__) == sorted(re.findall(r"^\| `(\w+)\(", table, re.MULTILINE))


def test_the_page_names_fields_that_are_read() -> None:
    """
    Each field that the page says something is read from is one.
    """
    table = PAGE.partition("## What a line says")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| ([\w, ]+) \| (.*) \|$", table, re.MULTILINE))
    known = {
        "time": reading._TIMES,
        "level": reading._LEVELS,
        "logger": (*reading._LOGGERS, "name", *reading._OF_LOGGING),
        "message": reading._MESSAGES,
        "trace, span": (*reading._TRACES, *reading._SPANS, "traceparent"),
        "traceback": (*reading._EXCEPTIONS, "dict_tracebacks"),
    }

    assert set(known) == set(rows)
    for name, cell in rows.items():
        assert set(re.findall(r"`([^`]+)`", cell)) <= set(known[name]), name


def test_the_page_names_the_options_of_an_address() -> None:
    """
    What the page says can follow the question mark of a DSN is taken there.
    """
    options = ("level", "environment", "release", "server_name")
    asked = "&".join(f"{name}=x" for name in options)

    assert dict.fromkeys(options, "x") == _with_options(f"https://k@h/1?{asked}")[1]
    for name in options:
        assert name in PAGE
