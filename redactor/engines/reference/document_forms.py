"""Documents that show what they are: files, markup, mail, captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["captions_in", "files_in", "mail_in", "markup_in"]

#: What a file holds near its start, as it is and as programs write it: in Python, in JSON.
_FILES = (
    b"%PDF-",
    b"PK\x03\x04", b"PK\\x03\\x04", b"PK\\u0003\\u0004",
    b"PNG\r\n\x1a\n", b"PNG\\r\\n\\x1a\\n", b"PNG\\r\\n\\u001a\\n",
    b"GIF87a", b"GIF89a",
    b"JFIF\0", b"JFIF\\x00", b"JFIF\\u0000", b"Exif\0", b"Exif\\x00", b"Exif\\u0000",
    b"WEBPVP8",
    b"\x1f\x8b\x08", b"\\x1f\\x8b\\x08", b"\x1f\xef\xbf\xbd\x08", b"\x1f\xc2\x8b\x08",
    b"\\u001f\\ufffd\\b", b"\\u001f\xef\xbf\xbd\\b",
    b"BZh91AY&SY",
    b"7z\xbc\xaf", b"7z\\xbc\\xaf", b"7z\xc2\xbc\xc2\xaf",
    b"Rar!\x1a\x07", b"Rar!\\x1a\\x07",
    b"\xd0\xcf\x11\xe0", b"\\xd0\\xcf\\x11\\xe0",
    b"\xfd7zXZ\0", b"\\xfd7zXZ\\x00",
    b"(\xb5/\xfd", b"(\\xb5/\\xfd",
)  # fmt: skip
#: How far before these bytes a file may start.
_HEAD = 40
_PDF_END = b"%%EOF"
_RTF = regex.compile(rb"\{\\{1,8}rtf[0-9]")
#: Share of the bytes that show a binary, in percent.
_BINARY = 30
_BINARY_BYTES = regex.compile(
    rb"\\x[0-9A-Fa-f]{2}|\\u00[0189][0-9a-f]|\\ufffd|[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\xef\xbf\xbd"
)
#: What starts one of them, but for control characters.
_BINARY_SIGNS = (b"\\x", b"\\u", b"\xef")
_NO_CONTROLS = bytes((*b"\0\t\n\r\x1b", *range(0x20, 0x7F), *range(0x80, 0x100)))

#: So much base64 or hexadecimal digits in one run are a file, whatever they decode to.
_LONG_RUN = 2048
_RUN = regex.compile(rb"[A-Za-z0-9+/_\-]{%d,}+={0,2}" % _LONG_RUN)
_RUN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
#: A ruler or a filler has fewer different characters at its start.
_SAMPLE, _VARIETY = 256, 8

_STRONG = regex.compile(
    rb"<!doctype html|<html[ >\\]|<\?xml |<svg[ >]|<rss[ >]|<feed[ >]|<tmx[ >]|<xliff[ >]"
    rb"|<soap[a-z0-9-]{0,8}:envelope[ >]",
    regex.IGNORECASE,
)
_ROOT = regex.compile(rb"<[A-Za-z_][A-Za-z0-9_:.\-]{0,60}")
_TAG = regex.compile(rb"<[A-Za-z][A-Za-z0-9:]{0,30}[ />\\]")
_CLOSING = regex.compile(rb"<\\{0,8}/[A-Za-z][A-Za-z0-9:.\-]{0,40}[ ]{0,4}>")
#: End tags that make a text markup without a declaration.
_CLOSINGS = 4

_HEADER = regex.compile(
    rb"(from|to|cc|subject|date|message-id|mime-version|received"
    rb"|return-path|reply-to|content-type|dkim-signature|delivered-to): ",
    regex.IGNORECASE,
)
_HEADERS = 4
_OF_MAIL = frozenset((b"subject", b"message-id", b"mime-version"))
_SENT = frozenset((b"from", b"received", b"return-path"))
_UPLOAD = regex.compile(rb"content-disposition: form-data", regex.IGNORECASE)
_UPLOAD_HEAD = 200
#: A form without a file is what a program was asked, and no document.
_OF_A_FILE = b"filename"

_CUE = regex.compile(rb"[0-9]{2}:[0-9]{2}[.,][0-9]{3} --> [0-9]{2}:")
_CUES = 3
_MESSAGE = regex.compile(rb"msg(?:id|str) \\{0,7}\"")
_MESSAGES = 4


def files_in(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield files as they are, or in the escapes of a language."""
    rtf = _RTF.search(text, low, high)
    if rtf:
        yield rtf.start(), text.rfind(b"}", rtf.end(), high) + 1 or high
    found = min(
        ((at, head) for head in _FILES if (at := text.find(head, low, high)) >= 0), default=None
    )
    if found:
        at, head = found
        if head == b"%PDF-":
            end = text.rfind(_PDF_END, at, high)
            yield at, (end + len(_PDF_END) if end >= 0 else high)
        else:
            yield (low if at - low <= _HEAD else at), high
        return
    if _may_be_run(text, low, high):
        for run in _RUN.finditer(text, low, high):
            if len(set(run[0][:_SAMPLE])) >= _VARIETY:
                yield run.span()
    if not _may_be_binary(text, low, high):
        return
    odd = sum(len(match[0]) for match in _BINARY_BYTES.finditer(text, low, high))
    if odd * 100 >= (high - low) * _BINARY:
        yield low, high


def _may_be_run(text: bytearray, low: int, high: int) -> bool:
    """Say whether there may be a long run: half of it is on one side of a place looked at."""
    half = _LONG_RUN // 2
    return any(
        not text[start : start + half].translate(None, _RUN_BYTES)
        for at in range(low + _LONG_RUN - 1, high, _LONG_RUN)
        for start in (at - half, min(at, high - half))
    )


def _may_be_binary(text: bytearray, low: int, high: int) -> bool:
    """Say whether there is one of ``_BINARY_BYTES``."""
    return any(text.find(sign, low, high) >= 0 for sign in _BINARY_SIGNS) or bool(
        text[low:high].translate(None, _NO_CONTROLS)
    )


def markup_in(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield HTML, XML and SVG: from the first tag to the end tag of the root, or the last one."""
    if text.find(b"<", low, high) < 0:
        return
    strong = _STRONG.search(text, low, high)
    last = -1
    count = 0
    for closing in _CLOSING.finditer(text, strong.start() if strong else low, high):
        last = closing.end()
        count += 1
    if strong:
        yield strong.start(), _root_end(text, strong, high, last)
    elif count >= _CLOSINGS:
        first = _TAG.search(text, low, high)
        if first and first.start() < last:
            yield first.start(), last


def _cue_start(text: bytearray, low: int, at: int) -> int:
    """Go back over the hours of a cue, and over its number on the line before."""
    while at > low and text[at - 1] in b"0123456789:":
        at -= 1
    line = at
    if at > low and text[at - 1] == 0x0A:
        at -= 1
        if at > low and text[at - 1] == 0x0D:
            at -= 1
    else:
        for letter in (0x6E, 0x72):
            if at > low + 1 and text[at - 1] == letter and text[at - 2] == 0x5C:
                at -= 2
                while at > low and text[at - 1] == 0x5C:
                    at -= 1
    number = at
    while at > low and text[at - 1] in b"0123456789":
        at -= 1
    return at if at < number else line


def _root_end(text: bytearray, strong: regex.Match[bytes], high: int, last: int) -> int:
    """Return where the document ends: with its root's end tag, else with all that follows."""
    at = strong.start()
    if text[at + 1] == 0x3F:
        at = strong.end()
    root = _ROOT.search(text, at, high)
    if root is None or last < 0:
        return high
    # What closes last is what was opened first, or the document goes on to the end.
    closing = text.rfind(b"/", root.end(), last)
    name = root[0][1:].lower()
    return (
        last
        if closing >= 0 and bytes(text[closing + 1 : closing + 1 + len(name)]).lower() == name
        else high
    )


def mail_in(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield mail with its headers, and forms with uploads."""
    upload = _UPLOAD.search(text, low, high)
    if upload and text.find(_OF_A_FILE, upload.end(), high) >= 0:
        start = text.rfind(b"--", max(low, upload.start() - _UPLOAD_HEAD), upload.start())
        while start > low and text[start - 1] == 0x2D:
            start -= 1
        start = start if start >= 0 else upload.start()
        end = text.rfind(b"--", upload.end(), high)
        yield start, (end + 2 if end >= 0 else high)
    first = -1
    names: set[bytes] = set()
    for header in _HEADER.finditer(text, low, high):
        if not _starts_header(text, low, header.start()):
            continue
        if first < 0:
            first = header.start()
        names.add(bytes(header[1].lower()))
    if len(names) >= _HEADERS and names & _OF_MAIL and names & _SENT:
        yield first, high


def _starts_header(text: bytearray, low: int, at: int) -> bool:
    if at == low or text[at - 1] in b"\n \"'=:>":
        return True
    return at >= low + 2 and text[at - 1] == 0x6E and text[at - 2] == 0x5C


def captions_in(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield subtitles (SRT, WebVTT) and catalogues of translations (PO)."""
    first = -1
    count = 0
    for cue in _CUE.finditer(text, low, high):
        if first < 0:
            first = cue.start()
        count += 1
    if count >= _CUES:
        start = _cue_start(text, low, first)
        title = text.rfind(b"WEBVTT", max(low, first - 400), first)
        yield (title if title >= 0 else start), high
        return
    first = -1
    count = 0
    for message in _MESSAGE.finditer(text, low, high):
        if first < 0:
            first = message.start()
        count += 1
    if count >= _MESSAGES:
        yield first, high
