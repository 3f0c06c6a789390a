"""The benchmark of the peers runs from one command, and its programs do what their names say."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.drawing import themes
from bench.histogram import Histogram, dumps
from bench.peers import filters, page
from bench.peers.catalogue import PEERS, chosen
from bench.peers.install import MissingError, apt_program, python_environment
from bench.workloads import make
from redactor.engines import native_available

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not native_available(), reason="ours is measured with the native engine")
def test_the_command_measures_and_tells(tmp_path: Path) -> None:
    """
    A quick run of peers that every machine has gives a row for each, with what gets through; a run
    that was stopped is not begun anew.
    """
    cache = tmp_path / "cache"
    command = [sys.executable, "-m", "bench.peers", "--quick", "--only", "re,cat,sed"]
    command += ["--cache", str(cache)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    (results,) = cache.glob("runs/*/results.json")
    document = json.loads(results.read_text())
    peers = document["peers"]
    assert set(peers) == {"redactor", "re", "cat", "sed"}
    assert document["missing"] == {}
    for name in peers:
        assert f"| {name} " in done.stdout or f"| **{name}** " in done.stdout
    for name in ("redactor", "re"):
        calls = peers[name]["calls"]["clean"]
        assert Histogram.from_json(calls["histogram"]).count == calls["count"] > 0
        assert 0 < calls["p50"] <= calls["p99"] * 1.1
    for name in peers:
        assert all(speed > 0 for speed in peers[name]["filter"].values())
    ours, hand = peers["redactor"]["through"], peers["re"]["through"]
    assert ours["through"] < hand["through"] <= hand["records"]

    # Stopped before its last round: the others are still those of the first run.
    (results.parent / "done").unlink()
    (results.parent / "round-1.json").unlink()
    first = (results.parent / "round-0.json").read_bytes()
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "round 2 of 2" in again.stdout
    assert "round 1 of 2" not in again.stdout
    assert first == (results.parent / "round-0.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "program"), [("cat", "cat"), ("sed", "sed"), ("perl", "perl"), ("ripgrep", "rg")]
)
def test_a_filter_takes_out_what_the_patterns_describe(
    tmp_path: Path, name: str, program: str
) -> None:
    """
    Each hand-written filter takes cards, passwords and tokens out of dense lines, and leaves clean
    ones as they are; ``cat`` changes nothing.
    """
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"there is no {program}")
    command = filters.command(name, path, tmp_path)
    clean, dense = make("clean", 50).block(), make("dense", 50).block()

    def output(data: bytes) -> bytes:
        return filters.run(command, [data], {"LC_ALL": "C"}, keep=True).output

    assert output(clean) == clean
    left = output(dense)
    if name == "cat":
        assert left == dense
    else:
        assert left.count(b"\n") == 50
        assert left.count(b"[redacted]") == 150
        assert b"xoxb-" not in left


def test_a_filter_that_fails_says_why(tmp_path: Path) -> None:
    """
    The error of a run has the last thing that the program said.
    """
    command = [sys.executable, "-c", "import sys; sys.exit('no such pattern')"]

    with pytest.raises(OSError, match="no such pattern"):
        filters.run(command, [b""], {}, tmp_path)


def test_what_cannot_be_had_has_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A program that no package brings and a package that cannot be installed are told.
    """
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="not on the path"):
        apt_program(tmp_path / "root", "nothing", "no-such-program")
    with pytest.raises(MissingError, match="ended with"):
        python_environment(tmp_path / "env", ["./no-such-folder"])


def test_peers_are_chosen_by_name_and_ours_is_always_there() -> None:
    """
    ``--only`` takes names of the catalogue; a wrong one is an error.
    """
    assert [peer.name for peer in chosen(["sed", "cat"])] == ["redactor", "cat", "sed"]
    assert chosen([]) == list(PEERS)
    with pytest.raises(KeyError, match="nonsense"):
        chosen(["nonsense"])


def test_a_histogram_knows_its_values_to_three_percent() -> None:
    """
    A percentile is never less than the value, and at most 3.2 % more; JSON keeps all of it.
    """
    times = [3, 64, 65, 1_234, 99_999, 5_000_001]
    histogram = Histogram(times)

    for place, value in enumerate(times):
        found = histogram.percentile((place + 1) / len(times))
        assert value <= found <= value * 1.032 + 1
    document = json.loads(dumps({"a": {"x": histogram.to_json(), "y": []}, "b": [1, 2]}))
    assert document == {"a": {"x": histogram.to_json(), "y": []}, "b": [1, 2]}
    assert Histogram.from_json(document["a"]["x"]).to_json() == histogram.to_json()
    assert histogram.share_above(10_000) == pytest.approx(2 / 6)


def test_the_page_and_its_plots_are_those_of_the_results(tmp_path: Path) -> None:
    """
    docs/peers.md and its plots are what the kept results give.
    """
    document = json.loads((ROOT / "bench/peers/results/peers.json").read_text())
    shown = (ROOT / "docs/peers.md").read_text()

    for line in page.table(document):
        assert line in shown
    page.write_plots(document, tmp_path)
    pictures = sorted(path.name for path in tmp_path.iterdir())
    filtered = any("filter" in peer for peer in document["peers"].values())
    assert len(pictures) == (2 + filtered) * len(themes)
    for name in pictures:
        assert (tmp_path / name).read_text() == (ROOT / "docs" / name).read_text()
        assert name in shown
    assert set(document["peers"]) | set(document["missing"]) == {peer.name for peer in PEERS}
