"""Where log records are handed over: to processors when they are emitted, and to exporters."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.derived import Derived
from redactor.exits.opentelemetry.hand_over import each, redacting
from redactor.exits.opentelemetry.log_records import LogRecords

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect"]


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard log records.

    Raises:
        ExitError: This version of the SDK is not known.
    """
    from opentelemetry.sdk import _logs
    from opentelemetry.sdk._logs import export
    from opentelemetry.sdk._logs._internal import (
        ConcurrentMultiLogRecordProcessor,
        SynchronousMultiLogRecordProcessor,
    )

    records = LogRecords(guard)
    # The names since 1.35 and 1.39, and those before.
    emit = "on_emit" if hasattr(_logs.LogRecordProcessor, "on_emit") else "emit"
    new = hasattr(export, "LogRecordExporter")
    exporter: Any = getattr(export, "LogRecordExporter" if new else "LogExporter")
    result: Any = getattr(export, "LogRecordExportResult" if new else "LogExportResult")

    handing_over = redacting(records.handed_over, guard)
    guarded: set[type] = set()
    ours: list[Any] = []

    def replacement(original: Any) -> Any:
        ours.append(handing_over(original))
        return ours[-1]

    for kind in (SynchronousMultiLogRecordProcessor, ConcurrentMultiLogRecordProcessor):
        guarded.add(kind)
        patches.replace(kind, emit, replacement)

    def protect_processor(kind: type) -> None:
        guarded.add(kind)
        # A class derived from one of those two may have its method from there.
        method = getattr(kind, emit, None)
        if method is not None and method not in ours:
            patches.replace(kind, emit, replacement)

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def emit_(self: Any, *args: Any, **kwargs: Any) -> Any:
            # A provider can be given a processor of its own in place of those two.
            kind = type(getattr(self, "_multi_log_record_processor", None))
            if kind not in guarded and guard.active:
                protect_processor(kind)
            return original(self, *args, **kwargs)

        return emit_

    patches.replace(_logs.Logger, "emit", make)
    exporting = redacting(lambda batch: each(batch, records.handed_over), guard, result.SUCCESS)
    Derived(exporter, "export", exporting, guard, patches)
