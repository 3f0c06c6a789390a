from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

from redactor import field_types, policy
from redactor.sink_table import FILE_OPTIONS, SENTRY_OPTIONS
from redactor.sinks import FileOptions, SinkOptions
from redactor_sinks.delivery import BACK_PRESSURE, BackPressure, Durability
from redactor_sinks.loki.exporter import Encoding
from redactor_sinks.sentry.events import EventOptions

ROOT = Path(__file__).resolve().parents[2]


def test_the_fault_matrix_names_tests_that_are_there() -> None:
    """
    Each test that the page on sinks promises exists.
    """
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/sinks.md").read_text("utf-8")))
    there = {
        name
        for folder in ("tests/sinks", "tests/cli")
        for path in (ROOT / folder).glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }

    assert len(named) > 30
    assert set() == named - there


def test_the_page_lists_each_choice() -> None:
    """
    The tables of back-pressure and durability have each value, and no other.
    """
    text = (ROOT / "docs/sinks.md").read_text("utf-8")
    for heading, choices in (
        ("## When the queue is full", BACK_PRESSURE),
        ("## What is safe when", get_args(Durability)),
    ):
        part = text.partition(heading)[2].partition("\n## ")[0]
        listed = re.findall(r"^\| `([a-z-]+)` \| (?!when a call)", part, re.MULTILINE)
        assert list(choices) == listed


def test_the_policy_and_the_sinks_know_the_same_options() -> None:
    """
    What a policy can say about a sink is an option of the sinks, with the same default.
    """
    known = {field.name: field for field in fields(SinkOptions)}
    assert get_args(field_types.BackPressure) == get_args(BackPressure) == BACK_PRESSURE
    assert get_args(field_types.Durability) == get_args(Durability)
    given = policy.Sink("-")
    for name in policy.Sink.__struct_fields__:
        if name in ("to", "labels", "spool"):
            continue
        if name in FILE_OPTIONS:
            assert getattr(FileOptions(), name) == getattr(given, name), name
        elif name in SENTRY_OPTIONS:
            assert getattr(EventOptions(), name) == getattr(given, name), name
        else:
            assert known[name].default == getattr(given, name), name
    assert FileOptions.__struct_fields__ == FILE_OPTIONS
    assert set(EventOptions.__struct_fields__) == {"tags", *SENTRY_OPTIONS}
    assert get_args(Encoding) == ("auto", "protobuf", "json")
