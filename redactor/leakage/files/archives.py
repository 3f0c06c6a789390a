"""
What is in a file: itself, what it unpacks to, the members of an archive, and so on inside.

Nothing is ever written to disk, so a member's name is text to be shown and no path. Memory, depth
and the number of bytes that come out are bounded.
"""

from __future__ import annotations

import codecs
import io
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from redactor.errors import InputError
from redactor.leakage.files.unpacking import MAGIC, Headed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.leakage.files.unpacking import Budget, Reader

__all__ = ["HEAD", "Member", "is_text", "members"]

#: Bytes that a format is told by: tar's mark is at 257.
HEAD = 512
#: Archives and packings inside each other. A layer image with a packed log in it has four.
_DEPTH = 6
#: A zip archive inside of another archive is held in memory: up to this many bytes.
_ZIP_IN_MEMORY = 64 << 20
#: Largest list of members that a zip archive may have, in bytes; it is held in memory.
_ZIP_DIRECTORY = 64 << 20
#: Longest name or header that a tar archive may give to a member, in bytes.
_TAR_HEADER = 1 << 20
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UTF_32 = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}


def is_text(head: bytes) -> bool:
    """Say whether a file that starts with *head* is read as it is: not packed, one byte a unit."""
    packed = head.startswith((*_ZIP, *MAGIC)) or _is_tar(head)
    return not packed and not head.startswith((*_UTF_16, *_UTF_32))


class Member(NamedTuple):
    """
    A stream of text.

    Attributes:
        name: What it is called; members of an archive stand behind ``!``.
        stream: Its bytes. Reading them raises ``InputError`` where they are damaged or too many.
    """

    name: str
    stream: Reader


def members(
    name: str,
    file: Reader,
    budget: Budget,
    trouble: Callable[[InputError], None],
    depth: int = _DEPTH,
) -> Iterator[Member]:
    """
    Yield what is in *file*. Each must be read before the next is asked for.

    Args:
        name: What messages call it.
        file: A file, or any other stream; zip archives are read best from a file.
        budget: How much it may unpack to.
        trouble: Called with what cannot be looked at; the others still are.
        depth: How many packings may be inside each other.
    """
    stream = Headed(file, HEAD)
    is_zip, is_tar = stream.head.startswith(_ZIP), _is_tar(stream.head)
    try:
        inner = unpacked(name, stream, budget)
    except InputError as error:
        trouble(error)
        return
    if not (is_zip or is_tar or inner):
        yield Member(name, _as_utf_8(stream))
        return
    if depth == 0:
        trouble(
            InputError(
                name,
                f"there are more than {_DEPTH} packings inside each other",
                "Unpack it first, if it is meant to be a log",
            )
        )
        return
    if inner is not None:
        try:
            yield from members(name, inner, budget, trouble, depth - 1)
        except InputError as error:  # its first bytes, which tell what it is
            trouble(error)
        return
    opened = _in_zip(name, file, stream, budget) if is_zip else _in_tar(name, stream)
    try:
        for inside, content in opened:
            counted = _Counted(f"{name}!{inside}", content, budget)
            try:
                yield from members(counted.name, counted, budget, trouble, depth - 1)
            except InputError as error:  # its first bytes; the others may be sound
                trouble(error)
            if budget.exhausted:
                return
    except InputError as error:
        trouble(error)


class _Counted:
    """A member of an archive: its size counts, its errors are ours."""

    def __init__(self, name: str, stream: Reader, budget: Budget) -> None:
        self.name = name
        self._stream = stream
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        try:
            data = self._stream.read(size)
        except InputError:
            raise
        except Exception:  # noqa: BLE001  # what archives' modules raise for hostile input has no end
            raise _damaged(self.name) from None
        self._budget.spend(len(data))
        return data


def _is_tar(head: bytes) -> bool:
    if head[257:262] == b"ustar":
        return True
    # Archives from before 1988 have no mark, but a sum of the header's bytes.
    if len(head) < 512 or not head[0]:
        return False
    field = head[148:156].strip(b" \0")
    return field.isdigit() and len(field) >= 4 and _sum_fits(head, field)


def _sum_fits(head: bytes, field: bytes) -> bool:
    try:
        return int(field, 8) == sum(head[:148]) + 8 * 32 + sum(head[156:512])
    except ValueError:
        return False


class _Header(tarfile.TarInfo):
    """A tar header whose extension, which is held in memory, is bounded."""

    _LONG = (
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
    )

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in self._LONG and self.size > _TAR_HEADER:
            raise tarfile.ReadError
        header: tarfile.TarInfo = super()._proc_member(tar)  # type: ignore[misc]  # not in its stub
        return header


def _in_tar(name: str, stream: Reader) -> Iterator[tuple[str, Reader]]:
    try:
        # Read once from front to end: nothing is sought, nothing is kept.
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, errorlevel=0) as tar:  # type: ignore[call-overload]  # it only reads
            for header in tar:
                tar.members = []  # else each header is kept
                content = tar.extractfile(header) if header.isreg() else None
                if content is not None:
                    yield header.name, content
    except InputError:
        raise
    except Exception:  # noqa: BLE001  # see _Counted
        raise _damaged(name) from None


def _in_zip(
    name: str, file: Reader, stream: Headed, budget: Budget
) -> Iterator[tuple[str, Reader]]:
    archive = _seekable(name, file, stream, budget)
    try:
        too_large = _directory_size(archive) > _ZIP_DIRECTORY
        opened = None if too_large else zipfile.ZipFile(archive)
    except Exception:  # noqa: BLE001  # see _Counted
        raise _damaged(name) from None
    if opened is None:
        raise InputError(
            name, "its list of members is too large", "Unpack it, and check the folder"
        )
    with opened:
        for header in opened.infolist():
            if not header.is_dir():
                yield header.filename, _Lazy(f"{name}!{header.filename}", opened, header)


class _Lazy:
    """A member of a zip archive that is opened when it is read."""

    def __init__(self, name: str, archive: zipfile.ZipFile, header: zipfile.ZipInfo) -> None:
        self._name = name
        self._archive = archive
        self._header = header
        self._stream: Reader | None = None

    def read(self, size: int, /) -> bytes:
        if self._header.flag_bits & 1:
            raise InputError(self._name, "it is encrypted", "Unpack it with its password first")
        if self._stream is None:
            try:
                self._stream = self._archive.open(self._header)
            except NotImplementedError:
                raise InputError(
                    self._name,
                    f"it is packed by method {self._header.compress_type}",
                    "Unpack it first, with 7z for example",
                ) from None
        return self._stream.read(size)


def _seekable(name: str, file: Reader, stream: Headed, budget: Budget) -> BinaryIO:
    if isinstance(file, io.BufferedIOBase) and file.seekable():
        return file  # type: ignore[return-value]  # a file, opened to be read
    content = io.BytesIO()
    while data := stream.read(1 << 20):
        budget.spend(len(data))
        content.write(data)
        if content.tell() > _ZIP_IN_MEMORY:
            raise InputError(
                name,
                f"it is a zip archive of more than {_ZIP_IN_MEMORY >> 20} MiB in a stream",
                "Give it as a file",
            )
    return content


def _directory_size(archive: BinaryIO) -> int:
    """Return the size of the list of members, as the end of the archive says; 0 without an end."""
    end = archive.seek(0, io.SEEK_END)
    archive.seek(max(0, end - (1 << 16) - 1024))
    tail = archive.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        return 0
    (size,) = struct.unpack_from("<I", tail, at + 12)
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and len(tail) >= wide + 48:
        size = max(size, *struct.unpack_from("<Q", tail, wide + 40)) if size == 0xFFFFFFFF else size
    return int(size)


def _damaged(name: str) -> InputError:
    return InputError(
        name,
        "it is a damaged archive",
        "Make it again; what could be unpacked was looked at",
    )


def _as_utf_8(stream: Headed) -> Reader:
    """Return *stream* as UTF-8 where its first bytes say that it is UTF-16 or UTF-32."""
    for marks, size in ((_UTF_32, 4), (_UTF_16, 2)):
        encoding = marks.get(stream.head[:size])
        if encoding:
            return _Recoded(stream, encoding)
    return stream


class _Recoded:
    def __init__(self, stream: Reader, encoding: str) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder(encoding)("replace")
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended:
            data = self._stream.read(size)
            self._ended = not data
            text = self._decode.decode(data, final=self._ended)
            if text:
                return text.encode("utf-8", "surrogatepass")
        return b""
