"""pytest's own report of a test: what it shows of secrets, and saying that the test leaked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _pytest._code.code import (
    ExceptionChainRepr,
    ReprEntryNative,
    ReprExceptionInfo,
    ReprFileLocation,
    ReprTraceback,
)

from redactor.leakage.report.as_text import leak_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pytest

    from redactor.leakage.leaks import Leak

__all__ = ["fail", "redact", "shown"]

_SECTION = "Leakage"


def fail(report: pytest.TestReport, leaks: Sequence[tuple[Leak, int]]) -> None:
    """
    Make *report* that of a test that failed, because of *leaks*, each with how often it was seen.

    What it failed for already is kept; the leaks stand behind it.
    """
    lines: list[str] = []
    for leak, count in leaks:
        lines += leak_lines(leak, count)
    names = dict.fromkeys(
        f"canary {leak.canary}" if leak.canary else leak.rule for leak, _ in leaks
    )
    lines.append(
        "Take it out of the call, or let it pass: "
        f'@pytest.mark.leakage_allowed("{leaks[0][0].rule}", reason="...")'
    )
    if report.outcome == "failed":
        report.sections.append((_SECTION, "\n".join(lines)))
        return
    report.outcome = "failed"
    report.__dict__.pop("wasxfail", None)
    site = leaks[0][0].site
    message = f"leaked: {', '.join(names)} through {leaks[0][0].exit}"
    traceback = ReprTraceback(
        [ReprEntryNative([line + "\n" for line in (message, *lines)])], None, style="native"
    )
    crash = ReprFileLocation(site.path or report.nodeid, site.line, message)
    report.longrepr = ReprExceptionInfo(reprtraceback=traceback, reprcrash=crash)


def shown(longrepr: Any) -> tuple[str, tuple[str, int]]:
    """
    Return what *longrepr* shows of values, and where the test crashed.

    Lines of source code are left out: they hold what the test makes up. Messages, arguments of
    functions and variables are what a reader of the report learns.
    """
    crash = getattr(longrepr, "reprcrash", None)
    place = (str(crash.path), int(crash.lineno)) if crash is not None else ("", 0)
    if isinstance(longrepr, str):
        return longrepr, place
    return "\n".join(_values(longrepr)), place


def _values(longrepr: Any) -> Iterator[str]:
    if isinstance(longrepr, tuple):
        yield str(longrepr[-1])
        return
    chain = (
        [part for part, _, _ in longrepr.chain]
        if isinstance(longrepr, ExceptionChainRepr)
        else [getattr(longrepr, "reprtraceback", None)]
    )
    for traceback in chain:
        for entry in getattr(traceback, "reprentries", ()):
            lines = getattr(entry, "lines", ())
            # Of a traceback as Python prints it, which source lines are is not told.
            native = isinstance(entry, ReprEntryNative)
            for line in lines:
                if native or line.startswith("E"):
                    yield line.removeprefix("E").strip() if not native else line
            arguments = getattr(entry, "reprfuncargs", None)
            for name, value in getattr(arguments, "args", None) or ():
                yield f"{name} = {value}"
            yield from getattr(getattr(entry, "reprlocals", None), "lines", None) or ()


def redact(report: pytest.TestReport, config: pytest.Config, clean: Callable[[str], str]) -> None:
    """
    Take out of *report* what *clean* takes out of a text: sections, tracebacks, variables.

    Args:
        report: Of a test; it is changed.
        config: Has the hooks by which reports are written out and read again.
        clean: Returns a text without its secrets, the same object when there are none.
    """
    report.sections = [(name, clean(text)) for name, text in report.sections]
    longrepr = report.longrepr
    if longrepr is None:
        return
    if isinstance(longrepr, str):
        report.longrepr = clean(longrepr)
        return
    if isinstance(longrepr, tuple):
        path, line, reason = longrepr
        report.longrepr = (path, line, clean(reason))
        return
    # The one way to all texts in it that is not of a version: as it goes through xdist.
    data = config.hook.pytest_report_to_serializable(config=config, report=report)
    if data is None:
        return
    cleaned = _cleaned(data["longrepr"], clean)
    if cleaned != data["longrepr"]:
        again = config.hook.pytest_report_from_serializable(
            config=config, data={**data, "longrepr": cleaned}
        )
        report.longrepr = again.longrepr


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {
            key: [_argument(pair, clean) for pair in item]
            if key == "args" and isinstance(item, (list, tuple))
            else _cleaned(item, clean)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, str) for item in value):
            # Lines of one text: a name and its value can be on two.
            whole = "\n".join(value)
            cleaned = clean(whole)
            if cleaned is whole:
                return value
            lines = cleaned.split("\n")
            return lines if len(lines) == len(value) else [cleaned]
        return [_cleaned(item, clean) for item in value]
    return value


def _argument(pair: Any, clean: Callable[[str], str]) -> Any:
    """Return name and value of an argument of a function: the name can tell what the value is."""
    name, value = pair
    shown = f"{name} = {value}"
    cleaned = clean(shown)
    if cleaned is shown:
        return pair
    return [name, cleaned.partition(" = ")[2] or cleaned]
