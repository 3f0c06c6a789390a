"""
Lines that come in pieces, and must leave before they are complete.

A program flushes a prompt, a progress bar, an answer word by word. What it flushed must come out,
and yet nothing that comes later may complete a secret with it. So the line so far is kept and
scanned as a whole each time, and what is new of the result goes out. Only the end of it waits where
it could be the start of a card number, a token or an address with a password.
"""

from __future__ import annotations

import re
from os.path import commonprefix
from typing import TYPE_CHECKING

from redactor.bytesets import ALNUM, DIGITS
from redactor.stats import Stats

if TYPE_CHECKING:
    from redactor.exits.guard import Guard

__all__ = ["LinesSoFar"]

_EXIT = "streams"
#: A line that is longer before it is flushed is looked at in windows, as the filter does.
_LONG = 1 << 16
#: Of a line that was flushed in pieces this much is kept, in bytes; then its end only.
_KEPT = 1 << 14
_CONTEXT = 1 << 12
#: Stands for the start of a line that is not kept: no key, no digit, no white space.
_CUT = b"\0"
#: How much of the end of a line is looked at, in bytes; a longer start of a secret is let out.
_LONGEST_START = 1 << 12
#: Seven digits or more, as cards are grouped: the first six say the issuer and nothing else.
_DIGITS = re.compile(rb"(?:[0-9][ .-]{0,2}){7,64}\Z")
#: Letters and digits from which a word is no word any more, alone and when it has both.
_LONG_WORD = 20
_SHORTEST_TOKEN = 7
#: A secret under the name of one, and nothing without it.
_ANY_SECRET = b"Zx80alphaQ9bcdefghij"
_DELIMITED = bytes(32 if byte in b"\t\n\r\v\f \"'`<>()[]{},;|" else byte for byte in range(256))
_PARTED = bytes(32 if byte in b"=:" else sign for byte, sign in enumerate(_DELIMITED))
_OTHER_THAN_ALNUM = bytes(set(range(256)) - ALNUM)
_OTHER_THAN_DIGITS = bytes(set(range(256)) - DIGITS)


class _LineWithheldError(Exception):
    """A line was replaced by a placeholder."""


class LinesSoFar:
    """
    Redacts what is written to one stream. Not safe to share between threads.

    Write what each call returns.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._lines = guard.redactor.stream(Stats())
        self._withheld = 0
        self._rest = b""  # a line whose end has not come yet
        self._out = 0  # how much of it was let out
        self._shown = b""  # what that looked like
        self._deep = False  # the stream has the start of the line: it is a long one
        self._context = b""  # the end of what it has

    def write(self, data: bytes) -> bytes:
        """Take *data*; return the lines that it completes."""
        end = data.rfind(b"\n") + 1
        if self._deep:
            out = self._feed(data[:end] if end else data)
            if end:
                self._deep, self._context, self._rest = False, b"", data[end:]
            else:
                self._context = (self._context + data)[-_CONTEXT:]
            return out
        if not end:
            self._rest += data
            if len(self._rest) <= _LONG:
                return b""
            if self._out:
                return self.flush()
            self._deep, self._context = True, self._rest[-_CONTEXT:]
            self._rest, rest = b"", self._rest
            return self._feed(rest)
        whole = self._rest + data[:end]
        self._rest = data[end:]
        if not self._out:
            return self._feed(whole)
        end = whole.find(b"\n") + 1
        out = self._behind(self._feed(whole[:end]))
        self._out, self._shown = 0, b""
        return out + self._feed(whole[end:]) if end < len(whole) else out

    def flush(self) -> bytes:
        """Return what may be let out of a line that is not complete."""
        if self._lines._held or self._lines._state:  # noqa: SLF001  # two halves of one thing
            return b""  # inside a block of lines, which is judged as a whole
        if self._guard.mode is not None:
            return b""  # what a line is, its end says
        try:
            if self._deep:
                out = self._lines.finish()
                self._keep_context()
                return out
            return self._let_out() if self._rest else b""
        except Exception as failure:  # noqa: BLE001  # C1: the line waits for its end
            self._guard.failed(_EXIT, failure)
            return b""

    def finish(self) -> bytes:
        """Return all that is left."""
        rest, self._rest = self._rest, b""
        out = self._feed(rest) if rest else b""
        out += self._lines.finish()
        if self._out:
            out = self._behind(out)
        self._out, self._shown, self._deep, self._context = 0, b"", False, b""
        return out

    def forget_pending(self) -> None:
        """Drop what was not let out: after a fork it is the parent's to write."""
        if self._deep:
            self._keep_context()
        self._rest = self._rest[: self._out]
        self._lines = self._guard.redactor.stream(Stats())
        self._withheld = 0

    @property
    def is_empty(self) -> bool:
        """Nothing is kept back."""
        lines = self._lines
        return not (
            self._deep or len(self._rest) > self._out or lines._held or lines._state  # noqa: SLF001
        )

    def _feed(self, data: bytes) -> bytes:
        out = self._lines.feed(data)
        if self._lines.stats.withheld != self._withheld:
            self._withheld = self._lines.stats.withheld
            self._guard.failed(_EXIT, _LineWithheldError())
        return out

    def _keep_context(self) -> None:
        """Go on behind a long line, of which the end is known."""
        self._rest = _CUT + self._context
        self._out, self._shown = len(self._rest), self._redacted(self._rest)
        self._deep, self._context = False, b""

    def _let_out(self) -> bytes:
        # A carriage return starts the line again: no secret goes on behind it.
        turn = self._rest.rfind(b"\r", 0, len(self._rest) - 1) + 1
        out = b""
        if turn:
            out = self._more(turn) if turn > self._out else b""
            self._rest = self._rest[turn:]
            self._out, self._shown = max(self._out - turn, 0), b""
            if self._out:
                self._shown = self._redacted(self._rest[: self._out])
        end = min(len(self._rest) - _possible_start(self._rest), self._value_start())
        if end > self._out:
            out += self._more(end)
        if len(self._rest) > _KEPT and self._out > _CONTEXT:
            self._rest = _CUT + self._rest[self._out - _CONTEXT :]
            self._out = len(_CUT) + _CONTEXT
            self._shown = self._redacted(self._rest[: self._out])
        return out

    def _value_start(self) -> int:
        """Return where the last word starts, if any would be a secret there; else the end."""
        end = len(self._rest)
        start = self._rest.translate(_PARTED).rfind(b" ") + 1
        if start == end or start < self._out:
            return end
        return start if _ANY_SECRET not in self._redacted(self._rest[:start] + _ANY_SECRET) else end

    def _more(self, end: int) -> bytes:
        """Return what is new of the line up to *end*."""
        redacted = self._redacted(self._rest[:end])
        new = self._behind(redacted)
        self._out, self._shown = end, redacted
        return new

    def _behind(self, redacted: bytes) -> bytes:
        """
        Return *redacted* without what was let out of it.

        What was let out may look different by now: then all from there on, which is redacted too.
        """
        if redacted.startswith(self._shown):
            return redacted[len(self._shown) :]
        cut = len(commonprefix((self._shown, redacted)))  # noqa: RUF071  # bytes, and no paths
        while 0 < cut < len(redacted) and redacted[cut] & 0xC0 == 0x80:
            cut -= 1  # not in the middle of a character
        return redacted[cut:]

    def _redacted(self, data: bytes) -> bytes:
        return self._guard.redactor.data(data)


def _possible_start(line: bytes) -> int:
    """Return how much of the end of *line* can be the start of a secret, in bytes."""
    tail = line[-_LONGEST_START:]
    digits = _DIGITS.search(tail, max(len(tail) - 256, 0))
    if digits is not None:
        return len(tail) - digits.start()
    word = tail[tail.translate(_DELIMITED).rfind(b" ") + 1 :]
    if b"://" in word:
        return len(word)
    signs = len(word.translate(None, _OTHER_THAN_ALNUM))
    numbers = len(word.translate(None, _OTHER_THAN_DIGITS))
    if signs >= _LONG_WORD or (0 < numbers < signs and len(word) >= _SHORTEST_TOKEN):
        return len(word)
    return 0
