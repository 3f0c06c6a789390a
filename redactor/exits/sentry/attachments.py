"""
Attachments: text is redacted as a log is, everything else is withheld.

What is in an image, an archive or a dump cannot be looked at. A text that says so leaves in its
place, under its name.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from redactor.exits.sentry.fields import NotRedactedError
from redactor.markers import marker
from redactor.stats import Stats

if TYPE_CHECKING:
    from redactor.exits.guard import Guard

__all__ = ["NOT_TEXT", "redacted_text"]

#: What leaves in the place of something that is no text.
NOT_TEXT = marker("withheld", "binary").encode()
#: Bytes that text of any kind is made of: no control characters but those for layout and colour.
_TEXT = bytes({*range(0x20, 0x100), 0x07, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x1B} - {0x7F})
_MARKS = (
    # The longer ones first: a mark of UTF-32 starts with one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def redacted_text(data: bytes, guard: Guard) -> bytes | None:
    """
    Return the text *data* redacted; the same object where it is clean.

    Args:
        data: In an encoding that keeps ASCII, or in UTF-16 or UTF-32 with a byte order mark.
        guard: What redacts.

    Returns:
        ``None`` where *data* is no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                return None
            inner = text.encode("utf-8", "surrogatepass")
            new = _lines(inner, guard)
            return data if new is inner else new.decode("utf-8", "replace").encode(encoding)
    if data.translate(None, _TEXT):
        return None
    return _lines(data, guard)


def _lines(data: bytes, guard: Guard) -> bytes:
    stats = Stats()
    stream = guard.redactor.stream(stats)
    new = stream.feed(data) + stream.finish()
    if stats.withheld:
        # What stands in their place says why; here they are counted.
        guard.failed("sentry", NotRedactedError(""))
    return data if new == data else new
