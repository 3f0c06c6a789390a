"""
The watch: a guard that looks at every exit and reports, and changes nothing.

It uses the hooks of ``redactor.exits``. A program that calls ``redactor.install()`` itself is
watched behind its own guard: what the watch sees is what would really have left.
"""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.exits.guard import Guard
from redactor.leakage.call_site import call_site, is_program, site_of
from redactor.leakage.fingerprints import content_of, fingerprint_of
from redactor.leakage.leaks import Leak, Site
from redactor.leakage.places import places

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from redactor.engines import EngineName
    from redactor.model import Rule
    from redactor.policy import Policy

__all__ = ["Watch"]

_SAMPLE = 200
_EXITS = "redactor.exits."
#: Leaks of one run that are kept; more of them say nothing new.
_MAX_LEAKS = 10_000


class Watch(Guard):
    """
    Looks at what leaves and calls *on_leak* for each secret in it.

    Args:
        policy: What counts as a secret. Default: the ``standard`` preset.
        on_leak: Called in the thread that leaks.
        engine: As for ``Redactor``.
        root: Folder that call sites are written from.

    Attributes:
        records: Texts and records looked at.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        on_leak: Callable[[Leak], object],
        engine: EngineName | None = None,
        root: Path | None = None,
    ) -> None:
        super().__init__(policy, engine=engine)
        self.records = 0
        self._on_leak = on_leak
        self._root = (root or Path.cwd()).resolve()
        self._fingerprint = fingerprint_of(self.redactor.policy)
        self._rules: dict[str, Rule] = {rule.id: rule for rule in self.redactor.ruleset.sources}
        self._redact = self.redactor.text
        self._busy = threading.local()
        self._left = _MAX_LEAKS
        self.text = self._look_at_text

    def record(self, value: Any) -> Any:
        """Look at *value*, report what is in it, and return it as it is."""
        self.records += 1
        redacted = super().record(value)
        if redacted is not value:
            self._report(value, redacted)
        return value

    def _look_at_text(self, text: str) -> str:
        self.records += 1
        redacted = self._redact(text)
        if redacted is not text:
            self._report(text, redacted)
        return text

    def _report(self, value: Any, redacted: Any) -> None:
        # What is called from here may log, and would be looked at in turn.
        if getattr(self._busy, "now", False) or self._left <= 0:
            return
        self._busy.now = True
        try:
            exit_name, site = _origin(self._root)
            for place in places(self.redactor, value, redacted):
                rule = self._rules.get(place.rule)
                self._left -= 1
                self._on_leak(
                    Leak(
                        rule=place.rule,
                        summary=rule.summary if rule else "",
                        severity=rule.severity if rule else "critical",
                        exit=exit_name,
                        site=site,
                        field=place.field,
                        length=len(place.secret),
                        fingerprint=self._fingerprint.of(
                            place.rule, place.secret.encode("utf-8", "surrogatepass")
                        ),
                        content=content_of(place.redacted),
                        sample=" ".join(place.redacted.split())[:_SAMPLE],
                        canary=place.label,
                    )
                )
        finally:
            self._busy.now = False


def _origin(root: Path) -> tuple[str, Site]:
    """Return the exit that is at work in this thread, and the call that brought it there."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # as logging does
    hook: FrameType | None = None
    record: logging.LogRecord | None = None
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(_EXITS):
            hook = frame
            found = frame.f_locals.get("record")
            if isinstance(found, logging.LogRecord):
                record = found
        elif hook is not None:
            break
        frame = frame.f_back
    name = str(hook.f_globals["__name__"])[len(_EXITS) :].partition(".")[0] if hook else ""
    exit_name = _NAMES.get(name, name)
    if record is not None and (is_program(record.pathname) or frame is None):
        return exit_name, site_of(record.pathname, record.lineno, record.funcName or "", root)
    return exit_name, call_site(root, frame)


#: Modules of ``redactor.exits`` whose exit has another name.
_NAMES = {"stdlib_logging": "logging", "warning_messages": "warnings", "uncaught": "tracebacks"}
