"""
Documents that are written line by line into a stream: where they start, go on, and end.

Each kind shows where it starts. It ends at its own end, taken with its whole line, or before a line
that starts as lines of logs do. So nothing has to be held back or looked at twice.
"""

from __future__ import annotations

import regex

__all__ = ["LONGEST", "SIGN", "closes", "goes_on", "opening"]

#: So many lines of one document are taken; what follows is looked at like any other line.
LONGEST = 20_000

_HTML, _XML, _MAIL, _RTF, _UPLOAD, _BASE64, _CAPTIONS, _PDF = range(8)
_BASE64_START = rb"(?:JVBERi0|UEsDB|e1xydGY|iVBORw0KGgo|R0lGOD|UklGR|H4sIA|0M8R4KGx)"
#: How each kind starts, and whether only at the start of a line.
_STARTS: tuple[tuple[int, bytes, bool], ...] = (
    (_HTML, rb"(?i:<!doctype html[ >]|<html(?:>| lang=| xmlns=| class=| dir=))", False),
    (_XML, rb"<\?xml version=|<svg xmlns=|<tmx version=|<xliff version=|<xliff xmlns=", False),
    (_MAIL, rb"(?i:received: from |return-path: <|mime-version: 1|message-id: <)", True),
    (_MAIL, rb"(?i:from: )[^\n@]{1,100}@[A-Za-z0-9.\-]{3,100}>?\r?$", True),
    (_RTF, rb"\{\\rtf1", False),
    (_UPLOAD, rb'(?i:content-disposition: form-data; name="[^\n]{0,200}filename)', True),
    (_BASE64, _BASE64_START + rb"[A-Za-z0-9+/]{40,72}\r?$", True),
    (_CAPTIONS, rb"WEBVTT", True),
    (_CAPTIONS, rb"00:00:0[0-9][.,][0-9]{3} --> [0-9]{2}:", True),
    (_PDF, rb"%PDF-[12]", False),
)
_OPENINGS = tuple((kind, regex.compile(start), first) for kind, start, first in _STARTS)
#: What is in every line that starts a document.
SIGN = regex.compile(b"|".join(start.replace(b"$", b"") for _, start, _ in _STARTS))
#: A line of a log: a time, a level, JSON, a key of logfmt, an address, a priority of syslog.
_OF_LOG = regex.compile(
    rb"[ \t]{0,8}[\[(]{0,2}(?:[0-9]{4}[/-][0-9]{2}[/-][0-9]{2}[ T]|[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}"
    rb"|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
    rb"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)[ :\]])"
    rb'|\{"|[IWEFD][0-9]{4} |(?:ts|time|level|timestamp)='
    rb"|[0-9]{1,3}(?:\.[0-9]{1,3}){3} - |<[0-9]{1,3}>"
)
_BASE64_LINE = regex.compile(rb"[A-Za-z0-9+/=]{1,100}\r?")
_ENDS = {
    _HTML: regex.compile(rb"(?i:</html[ ]{0,4}>)"),
    _XML: regex.compile(rb"\A</[A-Za-z_][A-Za-z0-9_:.\-]{0,60}>|</svg>|</tmx>|</xliff>"),
    _RTF: regex.compile(rb"\A\}|\}\}\r?\Z"),
    _UPLOAD: regex.compile(rb"\A--[^\n]{1,200}--\r?\Z"),
    _PDF: regex.compile(rb"%%EOF"),
}
_ONE_LINE = {_HTML: _ENDS[_HTML], _XML: regex.compile(rb"</"), _PDF: _ENDS[_PDF]}


def opening(line: bytes) -> tuple[int, int] | None:
    """Return the kind of document that starts in *line* and goes on, and where it starts."""
    if line.startswith(b'{"'):
        return None
    for kind, start, first in _OPENINGS:
        match = start.match(line) if first else start.search(line)
        if match is None:
            continue
        end = _ONE_LINE.get(kind)
        if end is None or end.search(line, match.end()) is None:
            return kind, match.start()
    return None


def goes_on(line: bytes, kind: int) -> bool:
    """Say whether *line* belongs to the document of *kind* that the lines before it are of."""
    if kind == _BASE64:
        return _BASE64_LINE.fullmatch(line) is not None
    return _OF_LOG.match(line) is None


def closes(line: bytes, kind: int) -> bool:
    """Say whether a document of *kind* ends with *line*."""
    end = _ENDS.get(kind)
    return end is not None and end.search(line) is not None
