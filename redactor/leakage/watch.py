"""
The watch: looks at what leaves a process, reports the secrets in it, and changes nothing.

``redactor.exits`` changes records on their way and looks at more than leaves (the variables of a
traceback that nobody prints). The watch has hooks of its own, at the last point before an exit:
what is seen there has left. A program with ``redactor.install()`` is watched behind its guard.

Texts can be looked at when they leave, or be put off until ``flush()``, which is cheaper.
"""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from redactor._default import known as process_values
from redactor._redactor import Redactor
from redactor.known import RULE as KNOWN
from redactor.known import KnownValues, collect
from redactor.known.value import SHORTEST, Value
from redactor.leakage.backends import Backends
from redactor.leakage.call_site import Call, call_here, site_at
from redactor.leakage.fingerprints import content_of, fingerprint_of
from redactor.leakage.leaks import Leak, Site
from redactor.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from redactor.field_types import EngineName
    from redactor.leakage.places import Place
    from redactor.model import Rule

__all__ = ["CANARY", "Told", "Watch", "all_packs"]

#: What is told already: the same secret from the same line in this period, or, where no line is
#: known, from any (``there``); from any in this period (``now``); as ``there``, and where no line
#: is known from any since the start, of what is sent in batches (``ever``).
Told = Literal["nothing", "there", "now", "ever"]
#: How the labels of canaries start.
CANARY = "canary."
#: They hold what the program logged, and are flushed before the end of a test when they are many.
_MOST_PUT_OFF = 256
#: Leaks of one period that are kept; more of them say nothing new.
_MAX_LEAKS = 10_000
#: Longest text that is looked at, in characters: a longer one is looked at in pieces.
_PIECE = 1 << 22
_NOWHERE = Call()


def all_packs() -> Policy:
    """Return the policy of a run that names none: every pack that comes with the library."""
    return Policy(preset="strict")


class _Trace(NamedTuple):
    """Where a secret was seen: its fingerprint without a rule, and the call that let it out."""

    mark: str
    site: Site


class Watch:
    """
    Looks at what leaves and calls *on_leak* for each secret in it.

    Safe to share between threads.

    Args:
        policy: What counts as a secret; its actions do not matter. Default: all packs.
        on_leak: Called in the thread that looks.
        engine: As for ``Redactor``.
        root: Folder that call sites are written from. Default: the working directory.
        put_off: Look at texts in ``flush()``, where the hooks can wait for it.
        backends: Where to requests are watched. Default: the log back-ends that are known.

    Attributes:
        policy: As given.
        redactor: What finds.
        known: Values whose trace is a proof: canaries, and the secrets of this process.
        put_off: As given. ``False`` in a child that was forked.
        backends: As given.
        most_put_off: Log records that may be kept until they are looked at.
        active: ``False`` after ``close()``.
        warnings_of_runner: The list in which the test runner collects warnings to print them.
        records: Texts and records looked at.
        size: Characters looked at.
        failures: Types of errors for which something was not looked at.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        EngineError: The engine asked for is not installed.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        on_leak: Callable[[Leak], object],
        engine: EngineName | None = None,
        root: Path | None = None,
        put_off: bool = False,
        backends: Backends | None = None,
    ) -> None:
        policy = policy if policy is not None else all_packs()
        self.records = 0
        self.size = 0
        self.put_off = put_off
        self.most_put_off = _MOST_PUT_OFF if put_off else 1
        self.backends = backends or Backends()
        self.active = True
        self.failures: set[str] = set()
        # Not the store of the process: there a guard of the program would find the canaries too,
        # and hide that it finds nothing of their kind.
        self.known = KnownValues()
        self.redactor = Redactor(
            policy.replace(actions={"default": "tag"}),
            engine=engine,
            known=self.known,
            on_failure=lambda error: self.failures.add(type(error).__name__),
        )
        collect(self.known, policy)
        self._process_version = -1
        self.warnings_of_runner: Any = None
        self._on_leak = on_leak
        self._root = (root or Path.cwd()).resolve()
        self.policy = policy
        self._fingerprint = fingerprint_of(policy)
        self._rules: dict[str, Rule] = {rule.id: rule for rule in self.redactor.ruleset.sources}
        self._redact = self.redactor.text
        self._busy = threading.local()
        self._flushing = threading.RLock()
        self._flushes: list[tuple[Callable[[], object], Callable[[], object]]] = []
        self._renewals: list[Callable[[], object]] = []
        self._first_of_last = 0
        self._left = _MAX_LEAKS
        self._now: set[_Trace] = set()
        self._ever: dict[str, Site] = {}
        if hasattr(os, "register_at_fork"):
            own = weakref.ref(self)
            os.register_at_fork(after_in_child=lambda: _after_fork(own()))

    def __repr__(self) -> str:
        return f"<Watch engine={self.redactor.engine} records={self.records}>"

    # What hooks call ----------------------------------------------------------------------------

    def text(
        self,
        exit_name: str,
        text: str,
        call: Call | None = None,
        *,
        field: str = "",
        origin: Call = _NOWHERE,
        but: Told = "nothing",
    ) -> None:
        """
        Look at *text*, which leaves through *exit_name*.

        Args:
            exit_name: The exit, for example ``logging``.
            text: All that is written at once.
            call: The line that let it out. Default: the program's that is running.
            field: Where in a record it stands.
            origin: As ``Leak.origin``.
            but: What is not told once more; what passes two exits is one leak.
        """
        self.records += 1
        self.size += len(text)
        if process_values.version != self._process_version:
            self._take_in_process_values()
        for start in range(0, len(text) or 1, _PIECE):
            piece = text[start : start + _PIECE] if len(text) > _PIECE else text
            redacted = self._redact(piece)
            if redacted is not piece:
                self._report(exit_name, piece, redacted, call, field, origin, but)

    def record(
        self,
        exit_name: str,
        value: Any,
        call: Call | None = None,
        *,
        field: str = "",
        origin: Call = _NOWHERE,
        but: Told = "nothing",
    ) -> None:
        """Look at *value*, any object of names and values; arguments as for ``text``."""
        self.records += 1
        if process_values.version != self._process_version:
            self._take_in_process_values()
        redacted = self.redactor.record(value)
        if redacted is not value:
            self._report(exit_name, value, redacted, call, field, origin, but)

    def variables(
        self, exit_name: str, text: str, traceback: TracebackType, call: Call | None = None
    ) -> None:
        """
        Look for variables of the frames of *traceback* that *text* shows without their names.

        What is secret by its name, as a password is, cannot be told from the text alone.
        """
        frames: TracebackType | None = traceback
        while frames is not None:
            for name, value in frames.tb_frame.f_locals.items():
                if type(value) is str and len(value) >= SHORTEST and value in text:
                    self.record(exit_name, {name: value}, call, but="there")
            frames = frames.tb_next

    def is_clean(self, text: str) -> bool:
        """Say whether there is nothing in *text*, which leaves in pieces."""
        if process_values.version != self._process_version:
            self._take_in_process_values()
        return self._redact(text) is text

    def safely(self, look: Callable[..., object], *given: Any) -> None:
        """
        Call *look* with what is *given*; what it raises is counted, and kept from the program.

        Objects of a program can do anything when they are asked what they hold.
        """
        try:
            look(*given)
        except Exception as error:  # noqa: BLE001  # the run fails for it at its end
            self.failures.add(type(error).__name__)

    def is_looking(self) -> bool:
        """Say whether this thread is at work in the watch: what leaves then is its own."""
        return getattr(self._busy, "now", False)

    def put_off_until_flush(
        self, flush: Callable[[], object], drop: Callable[[], object], *, last: bool = False
    ) -> None:
        """
        Call *flush* in each ``flush()``, and *drop* in a forked child, which has a copy.

        *last* is for what others write to: a leak is told as one of the exit nearest to the
        program.
        """
        at = len(self._flushes) if last else self._first_of_last
        self._flushes.insert(at, (flush, drop))
        self._first_of_last += not last

    # What its owner calls -----------------------------------------------------------------------

    def flush(self) -> None:
        """Look at all that was put off."""
        with self._flushing:
            if self.is_looking():
                return
            for flush, _ in self._flushes:
                self.safely(flush)

    def flush_only(self, flush: Callable[[], object]) -> None:
        """Call *flush*, one of ``put_off_until_flush``, before its time."""
        with self._flushing:
            if not self.is_looking():
                self.safely(flush)

    def plant(self, literals: Iterable[str], kind: str) -> None:
        """Look for *literals*, of a canary of this *kind*, in every encoding from now on."""
        label = CANARY + kind
        self.known.register_all((Value.of(literal), label) for literal in literals)

    def let_go(self, literals: Iterable[str]) -> None:
        """Look for *literals* no more."""
        self.known._removed(*map(Value.of, literals))  # noqa: SLF001  # in one change

    def use_key(self, key: bytes) -> None:
        """Make fingerprints with *key*, that of the whole run, unless the policy has one."""
        self._fingerprint = fingerprint_of(self.policy, key)

    def next_period(self) -> None:
        """Begin a new period, such as the next test: what was seen at two exits is told again."""
        self._now.clear()
        self._left = _MAX_LEAKS

    def renew_with(self, renewal: Callable[[], object]) -> None:
        """Call *renewal* whenever others may have replaced what is watched; see ``renew``."""
        self._renewals.append(renewal)

    def renew(self) -> None:
        """Watch again what others have replaced meanwhile: at the start of each part of a test."""
        for renewal in self._renewals:
            renewal()

    def close(self) -> None:
        """Look at nothing more, and let go of the values."""
        self.active = False
        self._renewals.clear()
        self._flushes.clear()
        self.known.clear()

    # --------------------------------------------------------------------------------------------

    def _take_in_process_values(self) -> None:
        # What the program registers is a secret of its own, wherever it comes out.
        self._process_version = process_values.version
        held = list(process_values._values.items())  # noqa: SLF001  # the other store of this package
        labels = process_values._labels  # noqa: SLF001
        self.known.register_all((value, labels[forms[0].label]) for value, forms in held)

    def _report(
        self,
        exit_name: str,
        value: Any,
        redacted: Any,
        call: Call | None,
        field: str,
        origin: Call,
        but: Told,
    ) -> None:
        # What is called from here may log, and would be looked at in turn.
        if self.is_looking() or self._left <= 0:
            return
        self._busy.now = True
        try:
            from redactor.leakage.places import places  # most runs leak nothing

            site = site_at(call_here() if call is None else call, self._root)
            for place in places(self.redactor, value, redacted):
                self._tell(exit_name, place, site, field, site_at(origin, self._root), but)
        except Exception as error:  # noqa: BLE001  # as in ``safely``
            self.failures.add(type(error).__name__)
        finally:
            self._busy.now = False

    def _tell(
        self, exit_name: str, place: Place, site: Site, field: str, origin: Site, but: Told
    ) -> None:
        secret = place.secret.encode("utf-8", "surrogatepass")
        mark = self._fingerprint.of("", secret or place.redacted.encode("utf-8", "surrogatepass"))
        if but == "ever" and not site.path and mark in self._ever:
            return
        if but == "now" or (but != "nothing" and not site.path):
            if any(trace.mark == mark for trace in self._now):
                return
        elif but != "nothing" and _Trace(mark, site) in self._now:
            return
        self._now.add(_Trace(mark, site))
        self._ever.setdefault(mark, site)
        self._left -= 1
        rule = self._rules.get(place.rule)
        label = place.label
        self._on_leak(
            Leak(
                rule=place.rule,
                summary=rule.summary if rule else _summary(place.rule, label),
                severity=rule.severity if rule else "critical",
                exit=exit_name,
                site=site,
                field=".".join(part for part in (field, place.field) if part),
                length=len(place.secret),
                fingerprint=self._fingerprint.of(place.rule, secret),
                content=content_of(place.redacted),
                canary=label.removeprefix(CANARY) if label.startswith(CANARY) else "",
                origin=origin,
            )
        )

    def after_fork(self) -> None:
        """Go on in a forked child, which may end without another ``flush()``."""
        self.put_off = False
        self.most_put_off = 1
        self._flushing = threading.RLock()
        self._busy = threading.local()
        for _, drop in self._flushes:
            drop()


def _after_fork(watch: Watch | None) -> None:
    if watch is not None and watch.active:
        watch.after_fork()


def _summary(rule: str, label: str) -> str:
    if rule != KNOWN:
        return ""
    if label.startswith(CANARY):
        return f"Canary of the leakage test: {label.removeprefix(CANARY)}"
    return f"Secret of this process: {label}" if label else "Secret of this process"
