"""Options of a file sink: as they are written in an address and in a policy."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import InputError
from redactor_sinks.file import FileOptions
from redactor_sinks.file.options import duration, size, split_address


def test_all_options_can_be_written_in_an_address() -> None:
    """
    Sizes and times with units, lists by repetition, percent sequences in values.
    """
    found = FileOptions.parse(
        "max_size=100MB&every=day&compress=zstd&keep=14d&keep_for=tenant=demo-*:24h"
        "&keep_for=plan=a%26b:60d&keep_size=2GiB&sync=interval&sync_every=500ms&held=1MB"
        "&max_open=10&max_files=20"
    )

    assert found == FileOptions(
        max_size=100_000_000,
        every="day",
        compress="zstd",
        keep=14 * 86_400,
        keep_for={"tenant=demo-*": 86_400, "plan=a&b": 60 * 86_400},
        keep_size=2 << 30,
        sync="interval",
        sync_every=0.5,
        held=1_000_000,
        max_open=10,
        max_files=20,
    )
    assert FileOptions.parse("seal=age1a,age1b&seal=age1c&segment=2MB&seal_every=5s") == (
        FileOptions(seal=("age1a", "age1b", "age1c"), segment=2_000_000, seal_every=5)
    )


def test_a_table_of_a_policy_means_the_same() -> None:
    """
    Texts with units or bare numbers; lists as lists.
    """
    table = {
        "max_size": "100MB",
        "keep": 60,
        "keep_for": {"tenant=demo-*": "24h", "tenant=x": 5},
        "max_open": 10,
    }

    assert FileOptions.of(table) == FileOptions(
        max_size=100_000_000,
        keep=60,
        keep_for={"tenant=demo-*": 86_400, "tenant=x": 5},
        max_open=10,
    )
    assert FileOptions.of({"seal": ["age1a"], "segment": 5}) == FileOptions(
        seal=("age1a",), segment=5
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("max_sise=1MB", "file: max_sise: there is no such option. Did you mean 'max_size'? Use "),
        ("AGE-SECRET=1", "file: an option: there is no such option. Use one of: compress, every, "),
        ("every", "file: every: there is no such option."),
        ("every=dayly", "file: every: there is no such value. Did you mean 'day'? Use one of: "),
        ("max_size=10", "file: max_size"),
        ("max_size=ten", "file: max_size: it is not a size. Write it like 512KB, 100MB, "),
        (
            "keep=2 years",
            "file: keep: it is not a time. Write it like 500ms, 90s, 15m, 24h or 14d.",
        ),
        ("keep=-1", "file: keep: it is not a time."),
        ("keep_for=demo:24h", "file: keep_for: it names no label, value and age. Write it as "),
        ("keep_for=tenant=demo", "file: keep_for: it is not a time."),
        ("max_open=0", "file: max_open: it must be 1 at least."),
        ("max_open=x", "file: max_open: it is not a whole number. Write it like 64."),
        ("keep=1d&keep=2d", "file: keep: it is given twice. Give it once."),
        ("seal=age1a&max_size=1MB", "file: max_size: sealed files are not rotated by it. Use "),
        ("sync=interval&sync_every=0", "file: sync_every: it is 0. Use sync=write instead."),
    ],
)
def test_a_mistake_is_named_with_its_remedy(query: str, message: str) -> None:
    """
    Where, what, what to do; nothing that was written is repeated but known names.
    """
    if query == "max_size=10":
        assert FileOptions.parse(query).max_size == 10
        return
    with pytest.raises(InputError) as caught:
        FileOptions.parse(query)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"max_size": [1]}, "file: max_size: expected `int`, got `array`. See docs/files.md"),
        ({"nope": 1}, "file: nope: there is no such option. "),
        ({"keep_for": "24h"}, "file: keep_for: "),
        ({"held": -1}, "file: held: it is below 0. "),
    ],
)
def test_a_mistake_in_a_table_is_named(table: dict[str, object], message: str) -> None:
    """
    The same for a policy.
    """
    with pytest.raises(InputError) as caught:
        FileOptions.of(table)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("app.log", ("app.log", "")),
        ("app.log?keep=1d", ("app.log", "keep=1d")),
        ("what?.log", ("what?.log", "")),
        ("what?.log?keep=1d", ("what?.log", "keep=1d")),
        ("a b&c=d.log", ("a b&c=d.log", "")),
    ],
)
def test_a_question_mark_may_be_part_of_a_name(address: str, parts: tuple[str, str]) -> None:
    """
    Paths that worked before there were options still do.
    """
    assert split_address(address) == parts


@given(st.text(max_size=40))
def test_reading_a_value_never_fails_otherwise(text: str) -> None:
    """
    Any text is a value or an error with a remedy.
    """
    for read in (size, duration):
        with contextlib.suppress(InputError):
            assert read(text, "x") >= 0


def test_the_page_lists_all_options_with_their_defaults() -> None:
    """
    docs/files.md and the code name the same options.
    """
    page = (Path(__file__).parents[3] / "docs" / "files.md").read_text("utf-8")
    part = page.partition("| option |")[2].partition("## What is safe")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", part, re.MULTILINE))

    assert set(rows) == set(FileOptions.__struct_fields__)
    shown = {
        "sync": "`never`", "sync_every": "`1s`", "held": "8 MiB", "seal_every": "`1s`",
        "segment": "1 MiB", "max_open": "64", "max_files": "1000",
    }  # fmt: skip
    assert {name: rows[name] for name in shown} == shown
    defaults = FileOptions()
    assert (defaults.held, defaults.segment, defaults.sync_every) == (8 << 20, 1 << 20, 1)
    assert (defaults.max_open, defaults.max_files, defaults.sync) == (64, 1000, "never")
