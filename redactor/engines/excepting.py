"""An engine with the exceptions of a policy: it finds what they do not let pass."""

from __future__ import annotations

from redactor.spans import Scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.engines.native import NativeEngine
    from redactor.engines.reference import ReferenceEngine
    from redactor.exceptions import Exemption, Exemptions
    from redactor.spans import Span

__all__ = ["ExceptingEngine"]

#: How often the rules look again inside what was let pass; what they find after that stays found.
_DEPTH = 3


class ExceptingEngine:
    """
    An engine whose findings the exceptions of a policy have been taken from.

    The native short cuts of the engine inside stay in use: they are given no marker for a rule that
    an exception is about, and leave a text with a finding of it to ``find`` and ``scan``.
    """

    def __init__(self, inner: NativeEngine | ReferenceEngine, exemptions: Exemptions) -> None:
        self._inner = inner
        self._exemptions = exemptions
        self.name = inner.name
        self.set_known: Callable[..., None] = inner.set_known
        self.set_documents: Callable[..., None] = inner.set_documents
        for name in (
            "redact",
            "redact_block",
            "line_feeds",
            "check",
            "check_in",
            "paths",
            "instructions",
        ):
            if hasattr(inner, name):
                setattr(self, name, getattr(inner, name))

    def find(
        self, data: bytes, *, key: str | None = None, at: frozenset[int] = frozenset()
    ) -> list[Span]:
        """
        Find secrets in one text; see ``ReferenceEngine.find``.

        *at* holds the places of the exceptions whose path names the field that *data* stands in.
        """
        return self._left(data, self._inner.find(data, key=key), at, _DEPTH)

    def scan(self, data: bytes, state: int = 0) -> Scan:
        """Find secrets in one piece of a stream; see ``ReferenceEngine.scan``."""
        scan = self._inner.scan(data, state)
        return Scan(self._left(data, scan.spans, frozenset(), _DEPTH), scan.state, scan.held)

    def let_pass(self, data: bytes) -> list[tuple[Span, Exemption]]:
        """Return what is found in *data* and let pass, with the exception that does it."""
        passed: list[tuple[Span, Exemption]] = []
        for span in self._inner.find(data):
            place = self._exemptions.of(data, span, frozenset())
            if place is not None:
                passed.append((span, self._exemptions.given[place]))
        return passed

    def _left(self, data: bytes, spans: list[Span], at: frozenset[int], depth: int) -> list[Span]:
        touched = self._exemptions.rules
        if not spans or not any(rule in touched for _, _, rule in spans):
            return spans
        left: set[Span] = set()
        for span in spans:
            place = self._exemptions.of(data, span, at) if depth else None
            if place is None:
                left.add(span)
                continue
            self._exemptions.used[place] += 1
            left.update(self._inside(data, span, at, depth))
        return sorted(left)

    def _inside(self, data: bytes, span: Span, at: frozenset[int], depth: int) -> list[Span]:
        """Look again inside a finding that was let pass: it may have covered another one."""
        start, end, rule = span
        value = data[start:end]
        inside = [found for found in self._inner.find(value) if found != (0, end - start, rule)]
        return [
            (first + start, last + start, found)
            for first, last, found in self._left(value, inside, at, depth - 1)
        ]
