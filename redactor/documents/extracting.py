"""
The text of a file: plain text, HTML and mail; PDF and DOCX through libraries of an extra.

What a file is, its first bytes say, not its name.
"""

from __future__ import annotations

import io
import logging
import re
import time
import zipfile
from typing import TYPE_CHECKING, Any

from redactor.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

__all__ = ["LARGEST", "text_of"]

#: Largest file, and most text of one, in bytes.
LARGEST = 64 << 20
#: Seconds after which the pages of a file that are left are given up.
LONGEST = 60.0
#: Messages inside messages that are looked into.
_DEPTH = 8
_WHERE = "document"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(
    rb"(?:From|To|Subject|Date|Received|Return-Path|MIME-Version|Message-ID|Delivered-To|"
    rb"Content-Type|X-[\w-]+|DKIM-Signature|Reply-To|Cc):[ \t]",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class _Limit:
    """How much text is taken, and for how long."""

    def __init__(self) -> None:
        self._end = time.monotonic() + LONGEST
        self._left = LARGEST

    def take(self, text: str) -> str:
        """
        Return *text*.

        Raises:
            InputError: It is too much of it, or took too long.
        """
        self._left -= len(text)
        if self._left < 0:
            raise InputError(
                _WHERE, f"it has more than {LARGEST >> 20} MiB of text", "Register it in parts"
            )
        if time.monotonic() > self._end:
            raise InputError(
                _WHERE,
                f"its text cannot be read in {LONGEST:g} seconds",
                "Extract it with another program and register that",
            )
        return text


def text_of(data: bytes) -> bytes:
    """
    Return the text of a file, as UTF-8.

    Args:
        data: A text (UTF-8, UTF-16 with a mark, else Latin-1), HTML, mail, a PDF or a DOCX.

    Raises:
        InputError: It is too large, takes too long, or is damaged; or nothing can be read from it.
        MissingExtraError: The extra ``documents`` is not installed.
    """
    if len(data) > LARGEST:
        raise InputError(_WHERE, f"it is larger than {LARGEST >> 20} MiB", "Register it in parts")
    return "\n".join(_texts(data, _Limit(), 0)).encode("utf-8", "surrogatepass")


def _texts(data: bytes, limit: _Limit, depth: int) -> Iterator[str]:
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        yield from _read(_pdf, data, limit)
    elif data.startswith(b"PK\x03\x04"):
        yield from _read(_docx, data, limit)
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield limit.take(data.decode("utf-16", "replace"))
    elif _HTML.match(data[:4096]):
        yield from _read(_html, data, limit)
    elif _HEADER.match(data) and _BLANK_LINE.search(data):
        yield from _mail(data, limit, depth)
    elif b"\0" in data[:4096]:
        raise InputError(
            _WHERE,
            "it is neither text nor PDF, DOCX, HTML or mail",
            "Extract its text with another program and register that",
        )
    else:
        yield limit.take(_decoded(data))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _read(
    read: Callable[[bytes, _Limit], Iterator[str]], data: bytes, limit: _Limit
) -> Iterator[str]:
    """Yield what *read* yields; of an error of a library only the type is told."""
    try:
        yield from read(data, limit)
    except (InputError, MissingExtraError):
        raise
    except Exception as error:  # noqa: BLE001  # libraries raise anything for a damaged file
        failed = type(error).__name__
    else:
        return
    raise InputError(
        _WHERE,
        f"its text cannot be read ({failed})",
        "Extract it with another program and register that",
    )


def _pdf(data: bytes, limit: _Limit) -> Iterator[str]:
    try:
        import pypdf
    except ImportError:
        raise MissingExtraError("the text of a PDF", "pypdf", "documents") from None
    # It warns of what is broken in a file, and quotes it: what matters of that is raised.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        yield limit.take(page.extract_text())


def _docx(data: bytes, limit: _Limit) -> Iterator[str]:
    try:
        import docx
    except ImportError:
        raise MissingExtraError("the text of a DOCX", "python-docx", "documents") from None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > 4 * LARGEST:
            raise InputError(_WHERE, "it is too large unpacked", "Register it in parts")
    document = docx.Document(io.BytesIO(data))
    parts: list[Any] = [document]
    for section in document.sections:
        parts += [section.header, section.footer]
    for part in parts:
        yield from _blocks(part, limit)


def _blocks(part: Any, limit: _Limit) -> Iterator[str]:
    """Yield the paragraphs of a part of a DOCX and the rows of its tables, in their order."""
    for block in part.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                for cell in row.cells:
                    yield from _blocks(cell, limit)
        else:
            yield limit.take(block.text)


def _html(data: bytes, limit: _Limit) -> Iterator[str]:
    try:
        from bs4 import BeautifulSoup
    except ImportError:
        raise MissingExtraError("the text of HTML", "beautifulsoup4", "documents") from None
    page = BeautifulSoup(data, "html.parser")
    for hidden in page(["script", "style", "template"]):
        hidden.decompose()
    yield limit.take(page.get_text("\n"))


def _mail(data: bytes, limit: _Limit, depth: int) -> Iterator[str]:
    """Yield the subject, the texts and the attachments that can be read."""
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.default)
    yield limit.take(str(message.get("subject", "")))
    for part in message.walk():
        if part.is_multipart():
            continue
        yield from _part(part, limit, depth)


def _part(part: EmailMessage, limit: _Limit, depth: int) -> Iterator[str]:
    decoded = part.get_payload(decode=True)
    payload = decoded if isinstance(decoded, bytes) else b""
    if part.get_content_type() == "text/plain":
        try:
            yield limit.take(payload.decode(part.get_content_charset("utf-8"), "replace"))
        except LookupError:
            yield limit.take(_decoded(payload))
    elif part.get_content_type() == "text/html":
        yield from _read(_html, payload, limit)
    elif depth < _DEPTH:
        try:
            yield from _texts(payload, limit, depth + 1)
        except InputError:
            return  # an image, or what nothing can be read from
