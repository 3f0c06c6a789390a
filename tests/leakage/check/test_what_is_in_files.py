"""Whatever a log is packed in, its lines are looked at."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.leakage.check.conftest import CLEAN, LINE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.leakage.check.conftest import Done

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LOG = CLEAN + LINE


def tar_of(members: dict[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, format=form) as tar:  # type: ignore[call-overload]  # the mode is a text
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return packed.getvalue()


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def bare_tar(log: bytes) -> bytes:
    """Return an archive of before 1988, whose headers have no mark."""
    data = bytearray(tar_of({"in.log": log}, form=tarfile.USTAR_FORMAT))
    data[257:265] = bytes(8)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


PACKED = {
    "gzip": (gzip.compress(LOG), ""),
    "gzip in two members, padded": (gzip.compress(CLEAN) + gzip.compress(LINE) + bytes(99), ""),
    "bzip2": (bz2.compress(LOG), ""),
    "bzip2 in two streams": (bz2.compress(CLEAN) + bz2.compress(LINE), ""),
    "xz": (lzma.compress(LOG), ""),
    "zstd": (zstd.compress(LOG), ""),
    "zstd in two frames": (zstd.compress(CLEAN) + zstd.compress(LINE), ""),
    "zip": (zip_of({"a/in.log": LOG}), "!a/in.log"),
    "zip, stored": (zip_of({"in.log": LOG}, zipfile.ZIP_STORED), "!in.log"),
    "zip, lzma": (zip_of({"in.log": LOG}, zipfile.ZIP_LZMA), "!in.log"),
    "tar": (tar_of({"in.log": LOG}), "!in.log"),
    "tar with a long name": (tar_of({"x" * 300: LOG}, form=tarfile.GNU_FORMAT), "!" + "x" * 300),
    "tar of before 1988": (bare_tar(LOG), "!in.log"),
    "tar.gz": (tar_of({"in.log": LOG}, "w:gz"), "!in.log"),
    "tar.xz": (tar_of({"in.log": LOG}, "w:xz"), "!in.log"),
    "tar.zst with a log.gz": (zstd.compress(tar_of({"l.gz": gzip.compress(LOG)})), "!l.gz"),
    "zip in tar.gz": (gzip.compress(tar_of({"a.zip": zip_of({"in.log": LOG})})), "!a.zip!in.log"),
    "tar in zip": (zip_of({"a.tar": tar_of({"in.log": LOG})}), "!a.tar!in.log"),
    "UTF-16": (LOG.decode().encode("utf-16"), ""),
    "UTF-16, big end first": (b"\xfe\xff" + LOG.decode().encode("utf-16-be"), ""),
    "UTF-32": (LOG.decode().encode("utf-32"), ""),
    "UTF-8 with its mark": (b"\xef\xbb\xbf" + LOG, ""),
    "bytes that are no text": (bytes(range(256)).replace(b"\n", b"") + b"\n" + LINE, ""),
}


@pytest.mark.parametrize("kind", PACKED)
def test_a_secret_is_found_in_whatever_it_is_packed(
    kind: str, folder: Path, run: Callable[..., Done]
) -> None:
    """
    The format is told by the first bytes, not by the name; the place is told with its line.
    """
    data, inside = PACKED[kind]
    (folder / "artifact").write_bytes(data)

    done = run("artifact")

    assert [f"artifact{inside}:2 password"] == done.places
    assert 1 == done.code
    assert [] == done.report["trouble"]


#: What cannot be packed and looks like no secret: what is random does, now and then.
_NO_TEXT = random.Random(7).randbytes(4096)
HOSTILE = {
    "gzip cut off": (gzip.compress(_NO_TEXT)[:2000], "ends too early"),
    "xz cut off": (lzma.compress(_NO_TEXT)[:2000], "ends too early"),
    "zstd cut off": (zstd.compress(_NO_TEXT)[:2000], "ends too early"),
    "gzip overwritten": (gzip.compress(CLEAN)[:-8] + b"\xff" * 8, "is damaged"),
    "gzip with a tail": (gzip.compress(CLEAN) + b"no gzip at all", "is damaged"),
    "zip cut off": (zip_of({"in.log": _NO_TEXT})[:2000], "is a damaged archive"),
    "zip with a wrong sum": (
        zip_of({"in.log": CLEAN}, zipfile.ZIP_STORED).replace(b"finished", b"FINISHED"),
        "is a damaged archive",
    ),
    "tar cut off": (tar_of({"in.log": _NO_TEXT})[:2000], "is a damaged archive"),
    "a bomb": (gzip.compress(bytes(3_000_000)), "unpacks to more than 2,000,000 bytes"),
    "a bomb in a bomb": (
        gzip.compress(gzip.compress(bytes(3_000_000))),
        "unpacks to more than 2,000,000 bytes",
    ),
    "a bomb in a zip": (zip_of({"in.log": bytes(3_000_000)}), "unpacks to more than 2,000,000"),
    "bombs that are small each": (
        zip_of({f"{n}.log": bytes(500_000) for n in range(5)}),
        "unpacks to more than 2,000,000",
    ),
    "turtles": (
        gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(
            gzip.compress(gzip.compress(gzip.compress(LOG)))
        ))))),
        "more than 6 packings inside each other",
    ),
}  # fmt: skip


def _encrypted() -> bytes:
    data = bytearray(zip_of({"in.log": LOG}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _with_a_header_of_2_gigabytes() -> bytes:
    header = tarfile.TarInfo("x")
    header.type = tarfile.XHDTYPE
    header.size = 2 << 30
    return header.tobuf(tarfile.USTAR_FORMAT) + bytes(4096)


def _with_a_name_of_2_megabytes() -> bytes:
    return tar_of({"x" * (2 << 20): b""}, form=tarfile.GNU_FORMAT)


def _with_a_list_of_members_of_4_gigabytes() -> bytes:
    data = bytearray(zip_of({"in.log": LOG}))
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = (0xFFFFFFF0).to_bytes(4, "little")
    return bytes(data)


HOSTILE["an encrypted zip"] = (_encrypted(), "is encrypted")
HOSTILE["a tar header of 2 GiB"] = (_with_a_header_of_2_gigabytes(), "is a damaged archive")
HOSTILE["a tar name of 2 MiB"] = (_with_a_name_of_2_megabytes(), "is a damaged archive")
HOSTILE["a zip directory of 4 GiB"] = (
    _with_a_list_of_members_of_4_gigabytes(),
    "list of members is too large",
)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_unpacked_is_trouble_and_the_rest_is_looked_at(
    kind: str, folder: Path, run: Callable[..., Done]
) -> None:
    """
    A damaged or hostile file is told of, bounded, and keeps nobody from the others.
    """
    data, problem = HOSTILE[kind]
    (folder / "a").write_bytes(data)
    (folder / "b.log").write_bytes(LOG)

    done = run("a", "b.log", "--max-unpacked", "2MB")

    assert ["b.log:2 password"] == [place for place in done.places if place.startswith("b.log")]
    assert problem in " ".join(done.report["trouble"])
    assert 1 == done.code
    assert 2 == run("a", "--max-unpacked", "2MB").code


def test_what_was_unpacked_before_the_damage_is_looked_at(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    The lines before the damage count.
    """
    (folder / "a.gz").write_bytes(gzip.compress(LINE) + gzip.compress(_NO_TEXT)[:2000])

    assert ["a.gz:1 password"] == run("a.gz").places


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_a_member_that_cannot_be_read_keeps_nobody_from_the_next(
    pack: Callable[[dict[str, bytes]], bytes], folder: Path, run: Callable[..., Done]
) -> None:
    """
    Of an archive all members are looked at that can be.
    """
    broken = gzip.compress(_NO_TEXT)[:2000]
    (folder / "a").write_bytes(pack({"a.gz": broken, "b.log": LOG, "c.gz": broken, "d.log": LOG}))

    done = run("a")

    assert ["a!b.log:2 password", "a!d.log:2 password"] == done.places
    assert ["a!a.gz", "a!c.gz"] == [text.partition(":")[0] for text in done.report["trouble"]]


def test_an_encrypted_member_keeps_nobody_from_the_next(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    The members beside an encrypted one are looked at.
    """
    data = bytearray(zip_of({"a.log": LOG, "b.log": LOG}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (folder / "a.zip").write_bytes(data)

    done = run("a.zip")

    assert ["a.zip!b.log:2 password"] == done.places
    assert "a.zip!a.log: it is encrypted" in done.report["trouble"][0]


def test_what_unpacks_to_too_much_is_told_once(folder: Path, run: Callable[..., Done]) -> None:
    """
    An archive that is too large is one trouble, not one for each of its members.
    """
    (folder / "a.zip").write_bytes(zip_of({f"{n}.log": bytes(90_000) for n in range(50)}))

    assert 1 == len(run("a.zip", "--max-unpacked", "500kB").report["trouble"])


def test_zstd_without_its_package_is_trouble_with_the_remedy(
    folder: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A file that nothing here unpacks is never taken for clean.
    """
    for name in ("backports", "backports.zstd", "compression"):
        monkeypatch.setitem(sys.modules, name, None)
    (folder / "a.zst").write_bytes(zstd.compress(LOG))

    done = run("a.zst")

    assert 2 == done.code
    assert "pip install 'redactor-pipeline[zstd]'" in done.report["trouble"][0]


def test_names_of_members_are_text_and_never_paths(folder: Path, run: Callable[..., Done]) -> None:
    """
    Nothing is written beside the report, and no name moves a terminal's cursor.
    """
    name = "../../up\x1b[31m\nred.log"
    (folder / "a.tar").write_bytes(tar_of({name: LOG, "/etc/x": LOG}))
    before = set(folder.parent.rglob("*"))

    done = run("a.tar", form="text")

    assert before == set(folder.parent.rglob("*"))
    assert "a.tar!../../up\\x1b[31m\\nred.log:2" in done.out
    assert "\x1b" not in done.out
