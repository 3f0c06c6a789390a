"""The cache of compiled packs: a quicker start, and no other rules than those asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec
import pytest

from redactor.packs import Ruleset, builtin_folder, load_builtin, plan, released
from redactor.packs import cache as cache_module
from redactor.packs.cache import VARIABLE, cache_folder, cached
from redactor.packs.ruleset import _NOT_PLANNED, encoded_plan

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes of POSIX")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def _entry(folder: Path) -> Path:
    (entry,) = folder.iterdir()
    return entry


def _forged(body: bytes) -> bytes:
    return blake2b(body, digest_size=32).digest() + body


def _made(*parts: bytes) -> bytes:
    return cached("test", parts or (b"part",), lambda: b"made")


def test_an_entry_is_used_and_is_for_its_owner_alone(folder: Path) -> None:
    assert b"made" == _made()
    assert b"made" == cached("test", (b"part",), lambda: pytest.fail("it is made again"))
    if os.name == "posix":
        assert 0o700 == folder.stat().st_mode & 0o777
        assert 0o600 == _entry(folder).stat().st_mode & 0o777


def test_what_an_entry_depends_on_tells_it_from_others(folder: Path) -> None:
    _made(b"a", b"bc")
    _made(b"ab", b"c")
    _made(b"abc")

    assert 3 == len(list(folder.iterdir()))


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_a_damaged_entry_is_made_again(folder: Path, at: int) -> None:
    _made()
    entry = _entry(folder)
    whole = entry.read_bytes()
    data = bytearray(whole)
    data[at] ^= 1
    entry.write_bytes(data)

    assert b"made" == _made()
    assert whole == entry.read_bytes()


@pytest.mark.parametrize("size", [0, 20, 33])
def test_half_an_entry_is_made_again(folder: Path, size: int) -> None:
    _made()
    entry = _entry(folder)
    entry.write_bytes(entry.read_bytes()[:size])

    assert b"made" == _made()


@posix
@pytest.mark.parametrize("place", ["entry", "folder"])
def test_what_others_can_write_to_is_not_believed(folder: Path, place: str) -> None:
    _made()
    entry = _entry(folder)
    entry.write_bytes(_forged(b"forged"))
    assert b"forged" == _made()  # the test can forge

    (entry if place == "entry" else folder).chmod(0o777)
    assert b"made" == _made()


@posix
def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    _made()
    entry = _entry(folder)
    other = tmp_path / "other"
    other.write_bytes(_forged(b"forged"))
    entry.unlink()
    entry.symlink_to(other)

    assert b"made" == _made()
    assert _forged(b"forged") == other.read_bytes()


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root gives files away")
def test_what_belongs_to_another_user_is_not_believed(folder: Path) -> None:
    _made()
    entry = _entry(folder)
    entry.write_bytes(_forged(b"forged"))
    os.chown(entry, 12345, 12345)

    assert b"made" == _made()


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "cache"))

    assert b"made" == _made()


def test_off_means_that_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert b"made" == _made()
    assert cache_folder() is None
    assert not list(tmp_path.iterdir())


def test_old_entries_go(folder: Path) -> None:
    for number in range(cache_module._KEPT + 9):
        _made(b"%d" % number)

    assert cache_module._KEPT == len(list(folder.iterdir()))


def test_the_rules_are_the_same_with_and_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("tokens", "cards", "credentials")

    def rules() -> tuple[object, bytes, bytes]:
        load_builtin.cache_clear()
        packs = [load_builtin(name, examples=False) for name in names]
        ruleset = Ruleset.compile(rule for pack in packs for rule in pack.rules)
        encoded = encoded_plan(ruleset, "1", lambda _: None)
        return packs, encoded, msgspec.json.encode(plan(ruleset))

    monkeypatch.setenv(VARIABLE, "off")
    without = rules()
    monkeypatch.setenv(VARIABLE, str(folder))
    first = rules()
    second = rules()

    assert 4 == len(list(folder.iterdir()))
    assert without == first == second
    assert without[1] == without[2]


def test_a_plan_has_nothing_of_what_its_name_leaves_out() -> None:
    packs = [load_builtin(name, examples=False) for name in ("tokens", "cards", "credentials")]
    rules = [rule for pack in packs for rule in pack.rules]
    others = [rule.replace(**dict.fromkeys(_NOT_PLANNED, ())) for rule in rules]

    assert plan(Ruleset.compile(rules)) == plan(Ruleset.compile(others))


def test_a_plan_is_kept_only_when_the_kernel_has_taken_it(folder: Path) -> None:
    ruleset = Ruleset.compile(load_builtin("cards", examples=False).rules)

    def kept() -> list[str]:
        return sorted(path.name for path in folder.glob("plan-*"))

    def refuse(_: bytes) -> None:
        raise ValueError("a pattern has a mistake")

    with pytest.raises(ValueError, match="has a mistake"):
        encoded_plan(ruleset, "1", refuse)
    assert not kept()

    asked: list[bytes] = []
    plans = [encoded_plan(ruleset, version, asked.append) for version in ("1", "1", "2")]
    assert 1 == len(set(plans))
    assert 2 == len(asked) == len(kept()), "another kernel has to take it too"


def test_many_processes_that_start_at_once_agree(folder: Path) -> None:
    program = "import redactor; print(redactor.redact('password=hunter2'))"
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(4)
    ]

    assert {b"password=[redacted:password]\n"} == {
        process.communicate()[0].replace(b"\r", b"") for process in started
    }
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_pack_that_changed_in_content_alone_is_read_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size and time tell nothing where images and archives give all files the same time."""
    pack = tmp_path / "rules" / "cards.toml"
    pack.parent.mkdir()
    shutil.copy2(builtin_folder() / pack.name, pack)
    monkeypatch.setattr(released, "_folder", lambda: str(pack.parent))
    load = load_builtin.__wrapped__
    before, at = load("cards", examples=False), pack.stat()
    text = pack.read_bytes()
    changed = text.replace(b'severity = "critical"', b'severity = "high"    ', 1)
    assert len(changed) == len(text) != 0
    assert changed != text
    pack.write_bytes(changed)
    os.utime(pack, ns=(at.st_atime_ns, at.st_mtime_ns))

    after = load("cards", examples=False)

    assert before.rules[0].severity != after.rules[0].severity
    assert 2 == len(list(folder.iterdir()))
