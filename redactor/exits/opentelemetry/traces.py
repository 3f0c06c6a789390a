"""Where spans are handed over: to processors when they end, and to exporters."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.derived import Derived
from redactor.exits.opentelemetry.hand_over import each, redacting
from redactor.exits.opentelemetry.spans import DROPPED, Spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect"]


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard spans.

    Raises:
        ExitError: This version of the SDK is not known.
    """
    from opentelemetry.sdk import trace
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    def make(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        spans = Spans(guard, original)
        exporting = redacting(
            lambda batch: each(batch, spans.exported), guard, SpanExportResult.SUCCESS
        )
        Derived(SpanExporter, "export", exporting, guard, patches)

        @functools.wraps(original)
        def _readable_span(self: Any) -> Any:
            return spans.ended(self) if guard.active else original(self)

        return _readable_span

    # All that is handed to processors at the end of a span comes from here, whatever they are.
    patches.replace(trace.Span, "_readable_span", make)
    keeping = redacting(lambda span: None if getattr(span, DROPPED, False) else span, guard)
    for kind in (trace.SynchronousMultiSpanProcessor, trace.ConcurrentMultiSpanProcessor):
        patches.replace(kind, "on_end", keeping)
