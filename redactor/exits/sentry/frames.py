"""Stack traces: the variables of each frame, and the lines of source around its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.sentry.fields import Fields

__all__ = ["Stacktraces"]


class Stacktraces:
    """Redacts stack traces."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._frames = {"frames": self._all}

    def redacted(self, stacktrace: Any) -> Any:
        """Return *stacktrace* redacted; the same object where it is clean."""
        if not isinstance(stacktrace, dict):
            return self._fields.one("stacktrace", stacktrace)
        return self._fields.fields(stacktrace, self._frames)

    def _all(self, frames: Any) -> Any:
        if not isinstance(frames, list):
            return self._fields.one("frames", frames)
        redacted = [self._frame(frame) for frame in frames]
        same = all(new is old for new, old in zip(redacted, frames, strict=True))
        return frames if same else redacted

    def _frame(self, frame: Any) -> Any:
        if not isinstance(frame, dict):
            return self._fields.one("frame", frame)
        before, line, after = map(frame.get, ("pre_context", "context_line", "post_context"))
        if line is None or not all(
            around is None or isinstance(around, list) for around in (before, after)
        ):
            return self._fields.fields(frame, {})
        lines = [*(before or ()), line, *(after or ())]
        redacted = self._lines(lines)
        if redacted is not lines:
            count = len(before or ())
            before = redacted[:count] if before else before
            line = redacted[count]
            after = redacted[len(lines) - len(after) :] if after else after
        return self._fields.fields(
            frame,
            {
                "pre_context": _given(before),
                "context_line": _given(line),
                "post_context": _given(after),
            },
        )

    def _lines(self, lines: list[Any]) -> list[Any]:
        """
        Return source lines redacted, as many as there were.

        They are looked at together: a private key stands on many lines, and only the first of them
        says that it is one.
        """
        if not all(isinstance(line, str) and "\n" not in line for line in lines):
            return self._fields.items(lines)
        text = "\n".join(lines)
        new = self._fields.text(text)
        if new is text:
            return lines
        return _aligned(lines, new.split("\n"))


def _given(value: Any) -> Callable[[Any], Any]:
    """Return a handler that puts *value* into its field."""

    def handle(_old: Any) -> Any:
        return value

    return handle


def _aligned(old: list[str], new: list[str]) -> list[str]:
    """Return *new* with as many lines as *old*: equal ones from both ends stay where they were."""
    missing = len(old) - len(new)
    if missing <= 0:
        return new[: len(old)]
    start = 0
    while start < len(new) and new[start] == old[start]:
        start += 1
    end = len(new)
    while end > start and new[end - 1] == old[end - 1 + missing]:
        end -= 1
    return [*new[:end], *[""] * missing, *new[end:]]
