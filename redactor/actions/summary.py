"""
Summaries of documents: what a document is and how large, nothing of what it says.

The type is read from the bytes that were found: from the head of a file, in base64 or hexadecimal
digits too, else from the form of the text. Media types are those of the IANA registry,
https://www.iana.org/assignments/media-types.
"""

from __future__ import annotations

import base64
import binascii
import re
from copy import copy
from functools import cache
from typing import TYPE_CHECKING

from redactor.markers import document_marker, marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.actions.fingerprint import Fingerprint
    from redactor.field_types import Action

__all__ = ["Running", "kind_and_size", "summary_writer"]

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
#: What a file starts with, and its type.
_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"\xfd7zXZ", "application/x-xz"),
    (b"(\xb5/\xfd", "application/zstd"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
#: The same inside a text, in the escapes of a language.
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"PNG\\r\\n", "image/png"),
    (b"PNG\r\n", "image/png"),
    (b"JFIF", "image/jpeg"),
    (b"Exif", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"WEBPVP8", "image/webp"),
    (b"BZh91AY", "application/x-bzip2"),
    (b"7z\\xbc", "application/x-7z-compressed"),
    (b"7z\xbc", "application/x-7z-compressed"),
    (b"7z\xc2\xbc", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"\\x1f\\x8b", "application/gzip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\x1f\xef\xbf\xbd\x08", "application/gzip"),
    (b"\x1f\xc2\x8b\x08", "application/gzip"),
    (b"\\xd0\\xcf\\x11\\xe0", "application/x-ole-storage"),
    (b"7zXZ", "application/x-xz"),
)
_ZIP = (b"PK\x03\x04", b"PK\\x03\\x04", b"PK\\u0003\\u0004")
#: What the names inside an archive say about it.
_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
    (b"opendocument.text", _OPEN + "text"),
    (b"opendocument.spreadsheet", _OPEN + "spreadsheet"),
    (b"opendocument.presentation", _OPEN + "presentation"),
    (b"epub+zip", "application/epub+zip"),
)
#: So much of a document says what it is, in bytes.
_LOOKED_AT = 1 << 16
_DATA_URI = re.compile(rb"data:([a-z]{4,11}/[a-z0-9.+-]{2,80})[;,]", re.IGNORECASE)
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]|\\+[rn]|[\r\n])+={0,2}\Z")
_HEX = re.compile(rb"[0-9A-Fa-f\s]+\Z")
_BREAKS = re.compile(rb"\\+[rn]|[\r\n]")
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (rb"<svg[ >]", "image/svg+xml"),
    (rb"<xliff[ >]", "application/xliff+xml"),
    (rb"<!doctype html|<html[ >\\]", "text/html"),
    (rb"<\?xml |<rss[ >]|<feed[ >]|<tmx[ >]|:envelope[ >]", "application/xml"),
)
_TEXTS: tuple[tuple[bytes, str], ...] = (
    (rb"content-disposition: form-data", "multipart/form-data"),
    (rb"WEBVTT", "text/vtt"),
    (rb"[0-9]{2},[0-9]{3} --> [0-9]{2}:", "application/x-subrip"),
    (rb"[0-9]{2}\.[0-9]{3} --> [0-9]{2}:", "text/vtt"),
    (rb"msg(?:id|str) \\*\"", "text/x-gettext-translation"),
    (rb"(?:\A|\n|\\n)(?:from|received|return-path|mime-version|message-id): ", "message/rfc822"),
    (rb"\A\[\s*\{", "application/json"),
    (rb"</[a-z][a-z0-9]*>", "text/html"),
    (rb"\A\{|\A\[", "application/json"),
    (rb"(?:\A|\n|\\n)#{1,4} [^\n]*(?:\n|\\n)", "text/markdown"),
)
#: What fingerprints in summaries are derived under.
_ANY_RULE = "document"
#: Actions that write fingerprints.
_MARKED = frozenset(("summary", "hmac"))
_ROW = re.compile(rb"[^\n\\]*")


@cache
def _kinds() -> list[tuple[re.Pattern[bytes], str]]:
    # Most programs write no summary, and this is half of the import.
    return [(re.compile(sign, re.IGNORECASE), kind) for sign, kind in (*_MARKUP, *_TEXTS)]


def summary_writer(fingerprint: Fingerprint | None) -> Callable[[bytes], bytes]:
    """
    Return a function from a document to its marker.

    With *fingerprint* the marker ends in a keyed one: equal documents have equal markers, whichever
    rule found them.
    """

    def write(document: bytes) -> bytes:
        kind, size = kind_and_size(document)
        if fingerprint is None:
            return document_marker(kind, size).encode()
        mark = f"{fingerprint.key_id}-{fingerprint.of(_ANY_RULE, document)}"
        return document_marker(kind, size, mark).encode()

    return write


def kind_and_size(document: bytes) -> tuple[str, int]:
    """
    Return the media type of *document*, as it stands in a log, and its size in bytes.

    >>> kind_and_size(b"JVBERi0xLjcKJeLjz9MK"), kind_and_size(b"<html><body>x</body></html>")
    (('application/pdf', 15), ('text/html', 27))
    """
    head = document[:_LOOKED_AT]
    size = len(document)
    uri = _DATA_URI.search(head[:200])
    if uri:
        payload = size - head.find(b",") - 1
        whole = b";base64," in head[:300]
        return uri[1].decode().lower(), payload * 3 // 4 if whole else payload
    decoded = _decoded(head)
    if decoded:
        size = len(_BREAKS.sub(b"", document).rstrip(b"="))
        return _of_bytes(decoded), size // 2 if _HEX.match(head) else size * 3 // 4
    return _of_text(head), size


def _decoded(head: bytes) -> bytes:
    """Return what *head* is in hexadecimal digits or base64; nothing where it is neither."""
    bare = head.lstrip(b"/") if head[:2] != b"/9" else head
    if _HEX.match(bare):
        digits = b"".join(bare.split())
        return binascii.unhexlify(digits[: len(digits) // 2 * 2])
    if not _BASE64.match(bare):
        return b""
    digits = _BREAKS.sub(b"", bare).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(digits[: len(digits) // 4 * 4])


def _of_bytes(data: bytes) -> str:
    if data.startswith(_ZIP):
        return _of_archive(data)
    for head, kind in _HEADS:
        if data.startswith(head):
            return kind
    return "application/octet-stream"


def _of_archive(data: bytes) -> str:
    return next((kind for part, kind in _PARTS if part in data), "application/zip")


def _of_text(data: bytes) -> str:
    start = data[:200]
    if any(sign in start for sign in _ZIP):
        return _of_archive(data)
    for sign, kind in _SIGNS:
        if sign in start:
            return kind
    if re.match(rb"\{\\+rtf", data):
        return "application/rtf"
    for pattern, kind in _kinds():
        if pattern.search(data):
            return kind
    if data.count(b"\\x") * 10 > len(data) or data.count(b"\0") * 50 > len(data):
        return "application/octet-stream"
    first = _ROW.match(data.lstrip(b"\r\n\\ "))
    row = first[0] if first else b""
    rest = data[len(row) : len(row) + 4 * len(row) + 8]
    if (b"\t" in row and b"\t" in rest) or (b"\\t" in data[:400] and b"\\t" in rest):
        return "text/tab-separated-values"
    if any(row.count(mark) >= 2 and rest.count(mark) >= 2 for mark in (b",", b";")):
        return "text/csv" if b"\n" in rest or b"\\n" in rest else "text/plain"
    return "text/plain"


class Running:
    """
    Sums up a document that comes in pieces.

    Args:
        rule: Id of its rule.
        action: The action of the rule.
        fingerprint: The key of fingerprints, if there is one.
    """

    def __init__(self, rule: str, action: Action, fingerprint: Fingerprint | None) -> None:
        self._rule = rule
        self._action = action
        name = _ANY_RULE if action == "summary" else rule
        self._mark = fingerprint.running(name) if fingerprint and action in _MARKED else None
        self._head = b""
        self._size = 0

    def copied(self) -> Running:
        """Return another one that has taken the same pieces."""
        other = copy(self)
        if self._mark is not None:
            other._mark = self._mark.copied()  # noqa: SLF001  # it is one of these
        return other

    def add(self, piece: bytes) -> None:
        """Take the next *piece*."""
        self._size += len(piece)
        if len(self._head) < _LOOKED_AT:
            self._head += piece[: _LOOKED_AT - len(self._head)]
        if self._mark is not None:
            self._mark.add(piece)

    def marker(self) -> bytes:
        """Return the marker of the whole document."""
        mark = self._mark
        if self._action == "summary":
            kind, size = kind_and_size(self._head)
            # The size of what is encoded is less than that of what stands for it.
            size = size * self._size // max(1, len(self._head))
            marks = [f"{mark.key_id}-{mark.digits()}"] if mark is not None else []
            return document_marker(kind, size, *marks).encode()
        parts = (mark.key_id, mark.digits()) if mark is not None else ()
        return marker(self._rule, *parts).encode()
