"""A file for each label: names that are safe, few files open, few files made."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import InputError
from redactor.sinks import DeliveryError, FileSink, open_sink
from redactor_sinks.file import FileOptions
from redactor_sinks.file.labels import LabelReader
from redactor_sinks.file.template import NONE, OTHER, PathTemplate, file_part

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files are looked after on POSIX only")

_VALUES = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="./_%~ab", max_size=100),
    st.sampled_from(["..", ".", "../../etc/passwd", NONE, OTHER, "%2E", "a/b", "a\0b", "x" * 500]),
)


@given(value=_VALUES)
def test_a_value_is_one_harmless_part_of_a_path(value: str) -> None:
    """
    No value leaves its folder, hides its file, stands for another one, or is too long.
    """
    part = file_part(value)

    assert re.fullmatch(r"[A-Za-z0-9%_~.-]{1,80}", part)
    assert part[0] not in ".~-" or value[0] == "-"
    assert Path("/logs", part).resolve().parent == Path("/logs")
    assert (part == NONE) == (not value)
    assert part != OTHER


@given(first=_VALUES, second=_VALUES)
def test_different_values_have_different_files(first: str, second: str) -> None:
    """
    Two tenants never share a file because their names look alike.
    """
    assert (file_part(first) == file_part(second)) == (first == second)


@given(plan=_VALUES, tenant=_VALUES)
def test_labels_are_read_back_from_paths(plan: str, tenant: str) -> None:
    """
    What a path was made from is what retention finds in it.
    """
    template = PathTemplate("/logs/{plan}/x-{tenant}.log", "file")
    parts = (file_part(plan), file_part(tenant))
    path = Path(template.path(parts))

    assert path.parts[:2] == ("/", "logs")
    assert len(path.parts) == 4
    assert template.labels_of(path.name, {"plan": path.parent.name}) == {
        "plan": parts[0], "tenant": parts[1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ('{"tenant": "demo-1", "n": 7}', ("demo-1", "7")),
        ('{"msg": "\\"tenant\\": \\"x\\"", "tenant": "y"}', ("y", "")),
        ('{"user": {"tenant": "inner"}, "n": true}', ("", "true")),
        ('{"tenant": ["a"], "n": 1.5}', ("", "")),
        ('{"tenant": "caf\\u00e9"}', ("café", "")),
        ('{"tenant": "cut', ("", "")),
        ("level=info tenant=demo-1 n=7 msg=ok", ("demo-1", "7")),
        ('msg="tenant=evil n=1" tenant=good', ("good", "")),
        (r'msg="a \" tenant=evil" tenant="two words"', ("two words", "")),
        ('xtenant=1 tenant.id=2 "tenant=3" n=', ("", "")),
        ("Traceback (most recent call last):", ("", "")),
        ("", ("", "")),
    ],
)
def test_labels_are_top_level_fields(line: str, values: tuple[str, str]) -> None:
    """
    Text inside a message, and fields inside fields, never decide where a line goes.
    """
    assert LabelReader(("tenant", "n")).values(line.encode()) == values


@given(st.binary(max_size=200))
def test_any_line_has_labels(line: bytes) -> None:
    """
    No line makes reading fail.
    """
    assert len(LabelReader(("tenant", "n")).values(line)) == 2


def _record(tenant: str, number: int = 0) -> bytes:
    return json.dumps({"tenant": tenant, "n": number}).encode() + b"\n"


def test_each_line_goes_to_the_file_of_its_label(tmp_path: Path) -> None:
    """
    In their order, whole, and however the input was cut; what has no label has a file too.
    """
    data = b"".join(_record(f"t{number % 3}", number) for number in range(300)) + b"plain\n"
    for size in (1, 7, 64, 100_000):
        folder = tmp_path / str(size)
        folder.mkdir()
        sink = open_sink(f"file:{folder}/{{tenant}}.log")
        for start in range(0, len(data), size):
            sink.write(data[start : start + size])
        sink.close()

        assert sorted(path.name for path in folder.iterdir()) == [
            "_none.log", "t0.log", "t1.log", "t2.log",
        ]  # fmt: skip
        for tenant in range(3):
            assert (folder / f"t{tenant}.log").read_bytes() == b"".join(
                _record(f"t{tenant}", number) for number in range(tenant, 300, 3)
            )


def test_folders_of_labels_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    """
    A label can name a folder; a value that is a path stays below it.
    """
    sink = open_sink(f"file:{tmp_path}/{{plan}}/{{tenant}}.log?max_size=1GB")
    sink.write(b'{"plan": "demo", "tenant": "../../x"}\n')
    sink.close()

    assert (tmp_path / "demo/%2E.%2F..%2Fx.log").exists()
    assert (tmp_path / "demo").stat().st_mode & 0o777 == 0o700


def test_few_files_are_open_at_once(tmp_path: Path) -> None:
    """
    However many values there are, the descriptors are bounded, and no line is lost for it.
    """
    sink = open_sink(f"file:{tmp_path}/{{tenant}}.log?max_open=5")
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    for number in range(400):
        sink.write(_record(f"t{number % 40}", number))
        if before:
            assert len(list(Path("/proc/self/fd").iterdir())) <= before + 6
    sink.close()

    counts = Counter(
        line for path in tmp_path.iterdir() for line in path.read_bytes().splitlines(keepends=True)
    )
    assert counts == Counter(_record(f"t{number % 40}", number) for number in range(400))


def test_values_cannot_fill_the_folder_with_files(tmp_path: Path) -> None:
    """
    Beyond the greatest number, new values share one file; those known keep theirs, also after a
    restart.
    """
    (tmp_path / "old.log").write_bytes(b"")
    address = f"file:{tmp_path}/{{tenant}}.log?max_files=3"
    for _ in range(2):
        sink = open_sink(address)
        for tenant in ("a", "b", "c", "d", "old", "a"):
            sink.write(_record(tenant))
        sink.close()

    assert {path.name: len(path.read_bytes().splitlines()) for path in tmp_path.iterdir()} == {
        "old.log": 2, "a.log": 4, "b.log": 2, "_other.log": 4,
    }  # fmt: skip


def test_one_file_that_fails_holds_back_no_other(tmp_path: Path) -> None:
    """
    Only the lines of the file that cannot be written wait.
    """
    (tmp_path / "bad.log").mkdir()
    sink = FileSink(tmp_path / "{tenant}.log")
    with pytest.raises(DeliveryError, match="it cannot be written"):
        sink.write(_record("bad") + _record("good"))
    sink.write(_record("good", 1) + _record("bad", 1))
    assert (tmp_path / "good.log").read_bytes() == _record("good") + _record("good", 1)
    assert sink.counts.held == len(_record("bad") + _record("bad", 1))
    (tmp_path / "bad.log").rmdir()
    sink.close()

    assert (tmp_path / "bad.log").read_bytes() == _record("bad") + _record("bad", 1)


def test_a_link_in_the_place_of_a_label_is_not_followed(tmp_path: Path) -> None:
    """
    Names that records choose lead nowhere but into the folder.
    """
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.log").symlink_to(tmp_path / "target")
    sink = FileSink(tmp_path / "logs/{tenant}.log")
    with pytest.raises(DeliveryError):
        sink.write(_record("a"))
    with pytest.raises(DeliveryError, match="1 lines could not be written and are lost"):
        sink.close()

    assert not (tmp_path / "target").exists()


def test_sealed_files_of_many_labels_keep_to_the_memory(tmp_path: Path) -> None:
    """
    The plain text of all open segments together is bounded: the oldest are finished first.
    """
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    options = FileOptions(
        seal=(str(identity.to_public()),), seal_every=3600, held=50_000, segment=40_000
    )
    sink = FileSink(tmp_path / "{tenant}.log", options)
    for number in range(3000):
        sink.write(_record(f"t{number % 20}", number))
        assert sink._memory.left >= -100
    sink.close()

    text = b"".join(
        pyrage.decrypt(path.read_bytes(), [identity]) for path in sorted(tmp_path.iterdir())
    )
    assert sorted(text.splitlines(keepends=True)) == sorted(
        _record(f"t{number % 20}", number) for number in range(3000)
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("{tenant}", "a label ends the name of the file. Write it like {tenant}.log."),
        ("{a}{b}.log", "two labels are in one part of the path. Put a '/' between them."),
        ("{a}/{a}.log", "a label is there twice. Name each label once."),
        ("{}.log", "a label's name is wrong. Write it like {tenant}."),
        ("{a b}.log", "a label's name is wrong. Write it like {tenant}."),
    ],
)
def test_a_wrong_template_is_refused(tmp_path: Path, path: str, message: str) -> None:
    """
    A path from which labels could not be read back is refused at the start.
    """
    with pytest.raises(InputError) as caught:
        FileSink(tmp_path / path)

    assert str(caught.value).endswith(message)


def test_the_folder_above_the_labels_must_exist(tmp_path: Path) -> None:
    """
    A mistyped folder is an error at the start, not a new folder.
    """
    with pytest.raises(DeliveryError, match="the folder above its first label") as caught:
        FileSink(tmp_path / "nowhere/{tenant}.log")

    assert caught.value.final
