"""What a run of pytest did, in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pytest

__all__ = ["HEAD", "SECRET", "Ran", "Run"]

#: What must not come out of any report of a run.
SECRET = "hunter" + "2zz"
#: A module that logs it, to which tests are added.
HEAD = """
    import base64, logging, os, pathlib, subprocess, sys, threading, warnings
    import pytest

    SECRET = "hunter" + "2zz"
    log = logging.getLogger("shop")
"""


class Ran(NamedTuple):
    """
    What a run did.

    Attributes:
        result: Of pytester.
        report: The report as JSON.
    """

    result: pytest.RunResult
    report: dict[str, Any]

    @property
    def text(self) -> str:
        """All that it printed."""
        return self.result.stdout.str() + self.result.stderr.str()

    @property
    def leaks(self) -> list[tuple[str, str, str]]:
        """Rule, exit and test of each leak, sorted."""
        return sorted(
            (leak["rule"], leak["exit"], leak.get("test", "").partition("::")[2])
            for leak in self.report["leaks"]
        )


class Run(Protocol):
    """Runs tests with ``--leakage``; whatever that prints or writes holds no secret."""

    def __call__(
        self, tests: str, *options: str, ini: str = "", own_process: bool = False
    ) -> Ran: ...
