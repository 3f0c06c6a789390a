"""Counting what a policy lets out: fields and their shapes, and what was removed."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from redactor.metadata.learn import leaves
from redactor.metadata.names import MESSAGE, TYPE
from redactor.metadata.reduced import is_reduced
from redactor.metadata.shapes import SHAPES
from redactor.stats import Stats

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.metadata import Mode

__all__ = ["Observation"]

_FIELDS = 2_000
#: From the narrowest; what a value has first is what it is counted as.
_ORDER = (
    "boolean", "http-status", "method", "level", "uuid", "ulid", "time", "count", "integer",
    "ratio", "duration", "size", "number", "version", "mime", "status", "slug", "hash", "id",
    "route", "host", "logger", "file", "function", "thread",
)  # fmt: skip
#: What a value that is left is counted as, where it has no shape.
REDUCED_VALUE, TEMPLATE, FREE, LIST, NOTHING = (
    "type and size", "template", "free text", "list", "nothing",
)  # fmt: skip
_TEXT = "(lines of text)"


class Observation:
    """
    Runs a policy over lines and counts. Holds no value of a record.

    Args:
        redactor: What runs the policy.

    Attributes:
        fields: Field to shape to how many of its values left in it.
        removed: Why a value was reduced to its type and size, to how often; in the mode
            ``metadata-only``.
        findings: Rule to how many secrets it found in what came in.
        records: Lines that were records; *texts*: that were not.
        first: When the first line was looked at, in seconds since 1970; *last*: the last one.
    """

    def __init__(self, redactor: Redactor) -> None:
        self.fields: dict[str, Counter[str]] = {}
        self.removed: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.records = self.texts = self.bytes_in = self.bytes_out = self.withheld = 0
        self.passed = 0
        self.first = self.last = 0.0
        self._redactor = redactor
        self._stats = Stats()
        self._stream = redactor.stream(self._stats)
        self._mode: Mode | None = getattr(redactor, "mode", None)
        if self._mode is not None:
            self._mode.sites = None
            self._mode.observe = self._reduced

    def add(self, line: bytes) -> None:
        """Look at one line, with its break."""
        self._clock()
        if self._mode is not None:
            # What the detectors would find in it; what the mode leaves of it has little of that.
            try:
                for _, _, rule in self._redactor.spans(line.rstrip(b"\r\n")):
                    self.findings[self._redactor.rule_id(rule)] += 1
            except Exception:  # noqa: BLE001  # C1: the line itself is withheld by the stream
                self.findings["(not looked at)"] += 1
        self._left(self._stream.feed(line))

    def end(self) -> None:
        """Look at what the stream has held back."""
        self._left(self._stream.finish())
        stats = self._stats
        self.bytes_in, self.bytes_out = stats.bytes_in, stats.bytes_out
        self.withheld = stats.withheld
        if self._mode is None:
            self.findings.update(stats.findings)

    def _clock(self) -> None:
        self.last = time.time()
        self.first = self.first or self.last

    def _reduced(self, path: tuple[str, ...], value: Any, shape: str, made: Any) -> None:  # noqa: ARG002  # of the hook
        if not isinstance(made, str) or made == value or not is_reduced(made):
            return
        if not shape:
            reason = "the field is not declared"
        elif shape == MESSAGE:
            reason = "free text without a known template"
        elif shape == TYPE:
            reason = "the field is declared to keep its type only"
        else:
            reason = f"the value has not the shape of its field: {shape}"
        self.removed[reason] += 1

    def _left(self, out: bytes) -> None:
        for line in out.splitlines():
            if not line.strip():
                continue
            record: Any = None
            if line[:1] == b"{":
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    record = None
            if not isinstance(record, dict):
                self.texts += 1
                self._count(_TEXT, self._kind_of_text(line.decode("utf-8", "replace")))
                continue
            self.records += 1
            for path, value in leaves(record):
                self._count(".".join(path), self._kind(value))

    def _count(self, name: str, kind: str) -> None:
        counts = self.fields.get(name)
        if counts is None:
            if len(self.fields) >= _FIELDS:
                self.passed += 1
                return
            counts = self.fields[name] = Counter()
        counts[kind] += 1

    def _kind(self, value: Any) -> str:
        if value is None or value == "":
            return NOTHING
        if isinstance(value, (list, dict)):
            return LIST
        if isinstance(value, str) and is_reduced(value):
            return REDUCED_VALUE
        for name in _ORDER:
            if SHAPES[name](value):
                return name
        return self._kind_of_text(value) if isinstance(value, str) else "number"

    def _kind_of_text(self, text: str) -> str:
        if is_reduced(text):
            return REDUCED_VALUE
        # In this mode a text is left as its template only; otherwise it is whatever it says.
        return TEMPLATE if self._mode is not None else FREE
