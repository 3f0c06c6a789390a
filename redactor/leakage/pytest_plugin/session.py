"""One run of pytest with the leakage test: which test caused a leak, and what is said of it."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from redactor._version import __version__
from redactor.errors import RedactorError
from redactor.leakage.backends import Backends
from redactor.leakage.call_site import Call, only_files
from redactor.leakage.canaries import Canaries, use
from redactor.leakage.children import Environment, end
from redactor.leakage.children.spool import Settings, Spool
from redactor.leakage.leaks import Leak, Report, grouped
from redactor.leakage.observers import Observers
from redactor.leakage.observers.warning_messages import collecting, look_at
from redactor.leakage.pytest_plugin import reports
from redactor.leakage.pytest_plugin.allowed import Allowed
from redactor.leakage.pytest_plugin.written import Wanted
from redactor.leakage.report.as_text import counted, leak_lines, summary
from redactor.leakage.watch import CANARY, Watch, all_packs
from redactor.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

__all__ = ["LeakageSession"]

#: What a worker and its controller call what they give each other.
_KEY = "redactor_leakage"
_TOOL = "pytest --leakage"
#: A green run that saw nothing proves nothing.
_NOTHING_CAME_OUT = (
    "nothing came out of any exit. A record below the level of its logger is not made: set "
    "log_level = DEBUG"
)
#: A run that is green must have looked at everything.
_NOT_LOOKED_AT = "some records were not looked at"


class LeakageSession:
    """
    Watches a run and judges its tests.

    Args:
        config: Of the run.

    Attributes:
        canaries: Those of the run.

    Raises:
        pytest.UsageError: A setting cannot be used.
    """

    def __init__(self, config: pytest.Config) -> None:
        end()  # a worker of xdist is a child of its controller too
        only_files()
        self._config = config
        self._started = time.time()
        self._key = secrets.token_bytes(32)
        self._pid = os.getpid()
        self._pending: list[Leak] = []
        #: Leaks of fixtures, until the test itself is judged.
        self._carried: list[Leak] = []
        self._running: pytest.Item | None = None
        self._leaked = False
        self._outside: list[Leak] = []
        self._found: list[Leak] = []
        self._allowed_ones: list[tuple[Leak, str]] = []
        self._trouble: list[str] = []
        self._records = self._size = 0
        self._report: Report | None = None
        try:
            policy = _policy(config)
            self._wanted = Wanted(config)
            self._watch = Watch(
                policy,
                on_leak=self._leak,
                root=config.rootpath,
                put_off=True,
                backends=Backends(config.getini("leakage_backends")),
            )
        except RedactorError as error:
            raise pytest.UsageError(str(error)) from None
        self._allowed = Allowed(config, (rule.id for rule in self._watch.redactor.ruleset.sources))
        self._spool = Spool(Path(tempfile.mkdtemp(prefix="redactor-leakage-")))
        self._environment = Environment(self._spool.folder)
        self._observers = Observers(self._watch)
        self.canaries = Canaries(self._plant, self._watch.let_go)
        use(self.canaries)
        self._observers.start()
        self._trouble += self._observers.trouble
        self._use_key()
        self._environment.set()

    def _use_key(self) -> None:
        self._watch.use_key(self._key)
        self._spool.put_settings(
            Settings(
                self._watch.policy,
                str(self._config.rootpath),
                self._key,
                backends=self._watch.backends.lines,
            )
        )

    def _plant(self, literals: Iterable[str], kind: str) -> None:
        held = list(literals)
        self._watch.plant(held, kind)
        self._spool.put_canaries((literal, CANARY + kind) for literal in held)

    def _leak(self, leak: Leak) -> None:
        if os.getpid() == self._pid:
            self._pending.append(leak)
        else:
            self._spool.put(leak)

    # What runs ----------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Whatever leaves from here on is of *item*; what was left before is of no test."""
        self._outside += self._judged(self._taken(), None)
        self._running, self._leaked = item, False
        self._watch.next_period()
        try:
            result = yield
            late = self._judged(self._taken(), item)
            if late:  # of warnings, which pytest hands on at the very end
                self._fail_late(item, late)
            return result
        finally:
            self._running = None
            self._carried.clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Refuse a mark that cannot be used, and find where pytest collects warnings."""
        self._watch.renew()
        self._watch.warnings_of_runner = collecting()
        problem = self._allowed.check(item)
        if problem:
            pytest.fail(problem, pytrace=False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Watch the hooks that pytest or a fixture has set."""
        self._watch.renew()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Watch the hooks that pytest or the test has set."""
        self._watch.renew()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge a part of a test."""
        report = yield
        found = self._taken()
        if self._look_at_report(report, item):
            # A child has told of it already, with the line.
            told = {leak.fingerprint for leak in found}
            found += [leak for leak in self._taken() if leak.fingerprint not in told]
        leaks = self._judged(found, item)
        # A fixture is part of the test: its leaks count once that has run.
        if report.when == "setup" and report.passed:
            self._carried += leaks
            leaks = []
        else:
            leaks = [*self._carried, *leaks]
            self._carried.clear()
        self._leaked = self._leaked or bool(leaks or self._carried)
        if self._leaked or report.failed:
            reports.redact(report, self._config, self._watch.redactor.text)
        if leaks:
            reports.fail(report, grouped(leaks))
            report.__dict__[_KEY] = msgspec.to_builtins(leaks)
        return report

    def _look_at_report(self, report: pytest.TestReport, item: pytest.Item) -> bool:
        """Look at what no hook has seen: bytes, and what other programs wrote; say if there is."""
        captured = {f"Captured {stream} {report.when}": stream for stream in ("stdout", "stderr")}
        shown = [(captured[name], text) for name, text in report.sections if name in captured]
        if not shown and not report.failed:
            return False
        path, line, name = item.location
        call = Call(str(self._config.rootpath / path), (line or 0) + 1, name)
        for stream, text in shown:
            self._watch.text(stream, text, call, but="now")
        if report.failed:
            text, (file, crashed) = reports.shown(report.longrepr)
            if file:
                call = Call(str(self._config.rootpath / file), crashed, name)
            self._watch.text("report", text, call, but="now")
        return True

    def _fail_late(self, item: pytest.Item, leaks: list[Leak]) -> None:
        report = pytest.TestReport(
            item.nodeid, item.location, {}, "passed", None, "teardown", start=0, stop=0
        )
        reports.fail(report, grouped(leaks))
        report.__dict__[_KEY] = msgspec.to_builtins(leaks)
        item.ihook.pytest_runtest_logreport(report=report)

    def _taken(self) -> list[Leak]:
        """Return what has been found since the last call, here and in children."""
        self._watch.flush()
        found = self._pending[:]
        del self._pending[: len(found)]  # what another thread adds meanwhile stays
        if not self._spool.is_quiet():
            found += self._spool.leaks()
            self._trouble += self._spool.trouble()
        name = self._running.nodeid if self._running is not None else ""
        return [msgspec.structs.replace(leak, test=name) for leak in found]

    def _judged(self, leaks: list[Leak], item: pytest.Item | None) -> list[Leak]:
        """Return those of *leaks* that nobody lets pass."""
        left: list[Leak] = []
        for leak in leaks:
            reason = self._allowed.reason(leak, item)
            if reason is None:
                left.append(leak)
            else:
                self._allowed_ones.append((leak, reason))
        return left

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: Any) -> None:
        """Look at a warning that pytest is going to print, and take its secrets out."""
        self._watch.safely(look_at, warning_message, self._watch, Call())
        text = str(warning_message.message)
        redacted = self._watch.redactor.text(text)
        if redacted is not text:
            warning_message.message = redacted
            # Not the line of code either, which pytest would look up: it can hold the same.
            warning_message.line = ""

    # What comes together ------------------------------------------------------------------------

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test leaked, in this process or in a worker."""
        for leak in getattr(report, _KEY, ()):
            self._found.append(msgspec.convert(leak, Leak))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker of xdist the key of the run."""
        node.workerinput[_KEY] = self._key.hex()

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Take the key of the run, in a worker."""
        given = getattr(session.config, "workerinput", {}).get(_KEY)
        if given is not None:
            self._key = bytes.fromhex(given)
            self._use_key()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker found outside of its tests."""
        for found in getattr(node, "workeroutput", {}).get(_KEY, ()):
            report = msgspec.convert(found, Report)
            self._outside += report.leaks
            self._allowed_ones += report.allowed
            self._trouble += report.trouble
            self._records += report.records
            self._size += report.bytes

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Judge what is left, and fail the run for it; write the reports."""
        yield
        self._outside += self._judged(self._taken(), None)
        self._records += self._watch.records
        self._size += self._watch.size
        self._trouble += [f"{_NOT_LOOKED_AT} ({name})" for name in sorted(self._watch.failures)]
        report = self._made()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            own = msgspec.structs.replace(report, leaks=tuple(self._outside))
            output[_KEY] = [msgspec.to_builtins(own)]
            return
        self._report = report
        unseen = any(trouble.startswith(_NOT_LOOKED_AT) for trouble in self._trouble)
        if (self._outside or unseen) and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        try:
            self._wanted.write(report)
        except RedactorError as error:
            self._trouble.append(str(error))
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def _made(self) -> Report:
        leaks = (*self._found, *self._outside)
        return Report(
            tool=_TOOL,
            version=__version__,
            engine=self._watch.redactor.engine,
            started=self._started,
            seconds=time.time() - self._started,
            records=self._records,
            bytes=self._size,
            sources=tuple(sorted({leak.exit for leak in leaks})),
            leaks=leaks,
            allowed=tuple(self._allowed_ones),
            trouble=tuple(dict.fromkeys(self._trouble)),
        )

    # What is said -------------------------------------------------------------------------------

    def pytest_report_header(self) -> str:
        """Say that the run is watched."""
        redactor = self._watch.redactor
        rules = counted(len(redactor.ruleset.sources), "rule")
        return f"leakage: every exit is watched, {rules}, {redactor.engine} engine"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what leaked, each leak once."""
        report = self._report
        if report is None:
            return
        colour = {"red": True} if report.leaks else {"green": True}
        terminalreporter.write_sep("=", "leakage", bold=True, **colour)
        outside = {id(leak) for leak in self._outside}
        for leak, count in report.grouped:
            for line in leak_lines(leak, count):
                terminalreporter.write_line(line)
            if id(leak) in outside:
                terminalreporter.write_line("    while no test was running")
        for reason, number in _counts(reason for _, reason in report.allowed).items():
            terminalreporter.write_line(f"allowed, {counted(number, 'leak')}: {reason}")
        for trouble in self._trouble:
            terminalreporter.write_line(f"trouble: {trouble}", yellow=True)
        for form, path in self._wanted.written:
            terminalreporter.write_line(f"{form} report: {path}")
        terminalreporter.write_line(summary(report), **colour)
        if not report.records:
            terminalreporter.write_line(_NOTHING_CAME_OUT, yellow=True)

    def pytest_unconfigure(self) -> None:
        """Take everything out again."""
        self._environment.restore()
        self._observers.stop()
        self._watch.close()
        use(Canaries())
        shutil.rmtree(self._spool.folder, ignore_errors=True)


def _policy(config: pytest.Config) -> Policy:
    named = config.getini("leakage_policy")
    if named:
        return Policy.load(config.rootpath / named)
    policy, path = Policy.discover(config.rootpath)
    return policy if path is not None else all_packs()


def _counts(texts: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return counts
