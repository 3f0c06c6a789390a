"""The gate on instructions: what is counted, and what counts as worse."""

from __future__ import annotations

import platform
import shutil

import pytest

from bench.instructions import baseline
from bench.instructions.counting import Count, Counts, count, read_dump
from bench.instructions.work import WORK
from redactor.engines import native_available

DUMP = """\
desc: Trigger: Client Request: text-clean
events: Ir
ob=/lib/redactor_core/_core.abi3.so
fl=pass.rs
fn=pass
10 300
11 20
cob=/lib/libc.so.6
cfn=malloc
calls=4 0x10
11 800
cfn=memcpy
calls=3 0x20
12 60
fn=line
0x40 80
ob=/lib/libc.so.6
fn=malloc
1 800
"""


def counts(own: float, allocations: float = 0.0, compiler: str = "1.95.0") -> Counts:
    each = Count(own, own * 2, allocations, ())
    return Counts(compiler, "avx2", dict.fromkeys(WORK, each))


def test_only_what_the_compiled_half_spends_is_its_own() -> None:
    """
    Instructions of functions that it calls are counted where they are, and allocations are told.
    """
    found = read_dump(DUMP, 10)

    assert (found.own, found.total, found.allocations) == (40, 120, 0.4)
    assert found.functions == (("pass", 32), ("line", 8))


def test_three_per_cent_more_is_worse(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count that grows by more than three per cent is named; one that shrinks is told."""
    monkeypatch.setattr(baseline, "FILE", tmp_path_factory.mktemp("kept") / "baseline.toml")
    baseline.save(counts(1000))
    kept = baseline.load()

    assert baseline.compare(counts(1029), kept) == ([], [])
    worse, better = baseline.compare(counts(1031), kept)
    assert len(worse) == len(WORK)
    assert worse[0] == "text-clean: 1031.0 instructions, +3.1%"
    assert not better
    worse, better = baseline.compare(counts(900), kept)
    assert not worse
    assert len(better) == len(WORK)
    worse, _ = baseline.compare(counts(1000, allocations=1), kept)
    assert worse[0] == "text-clean: 1.00 allocations, 0.00 before"


def test_another_compiler_is_not_compared() -> None:
    """The kept counts are those of one compiler and one set of instructions."""
    kept = baseline.load()
    own = Counts(kept["compiler"], kept["instructions"], {})

    assert baseline.incomparable(own, kept) is None
    assert "rustc 1.0.0" in str(baseline.incomparable(counts(1, compiler="1.0.0"), kept))


@pytest.mark.slow
@pytest.mark.skipif(not native_available(), reason="the native engine is not built")
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the requests are for x86-64")
def test_counts_repeat() -> None:
    """Two runs of the same work count the same, and clean work takes no memory."""
    first, second = (count(["text-clean", "record-clean"]) for _ in range(2))

    for name, each in first.work.items():
        assert abs(each.own - second.work[name].own) < each.own / 500
        assert each.own > 500
        assert each.allocations < 0.05
