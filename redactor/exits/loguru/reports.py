"""Loguru's own reports about sinks that fail: they show the record and the traceback."""

from __future__ import annotations

import contextlib
import functools
import sys
import traceback
from typing import TYPE_CHECKING, Any

from redactor.exits.exceptions import stand_in
from redactor.exits.rendered import rendered

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from redactor.exits.guard import Guard
    from redactor.exits.loguru.records import Records
    from redactor.exits.patches import Patches

__all__ = ["protect_reports"]


def protect_reports(guard: Guard, patches: Patches, module: ModuleType, records: Records) -> None:
    """Let *module* (``loguru._error_interceptor``) report without secrets."""

    def report(handler_id: int, record: Any, error: BaseException | None) -> str:
        try:
            if isinstance(record, dict):
                # As a plain one: what is missing in it says nothing about what failed.
                record = dict(records.settled(dict(record)) or {})
            shown = str(record)
        except Exception:  # noqa: BLE001  # as Loguru has it
            shown = "/!\\ Unprintable record /!\\"
        stand = None if error is None else stand_in(error, guard)
        lines = [
            f"--- Logging error in Loguru Handler #{handler_id} ---\n",
            f"Record was: {shown}\n",
            *traceback.format_exception(stand),
            "--- End of logging error ---\n",
        ]
        return rendered("".join(lines), guard)

    def making(original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def print_(
            self: Any, record: Any = None, *, exception: BaseException | None = None
        ) -> None:
            if not guard.active:
                return original(self, record, exception=exception)
            if not sys.stderr:
                return None
            error = sys.exception() if exception is None else exception
            try:
                text = report(self._handler_id, record, error)
            except Exception as failure:  # noqa: BLE001  # C1
                text = f"{guard.failed('loguru', failure)}\n"
            with contextlib.suppress(OSError):
                sys.stderr.write(text)
            return None

        return print_

    patches.replace(module.ErrorInterceptor, "print", making)
