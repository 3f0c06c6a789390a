"""What the tests know of an example: how it is run, and what has to come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.exits.frameworks.receivers import Api

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from tests.exits.frameworks.planted import Planted
    from tests.exits.frameworks.programs import Programs
    from tests.exits.frameworks.receivers import Answer, SentryStub

__all__ = ["Example", "Run"]


@dataclass(frozen=True)
class Run:
    """
    One run of an example.

    Attributes:
        programs: Its processes.
        planted: Its secrets.
        sentry: What takes its envelopes.
        until: Closes what the run needs as long as it lasts.
    """

    programs: Programs
    planted: Planted
    sentry: SentryStub
    until: ExitStack

    def api(self, answer: Callable[[str, bytes, dict[str, str]], Answer]) -> str:
        """Start a server that answers as it is told to; return its address."""
        api = Api(answer)
        self.until.callback(api.stop)
        return api.url


@dataclass(frozen=True)
class Example:
    """
    One example.

    Attributes:
        name: What the tests call it.
        source: The file with the two lines, from the folder of the examples.
        needs: The modules that it imports.
        drive: Runs it and gives it what it is to write about. Servers go on running.
        marks: Output to harmless texts that must be in it: the log is of use. An output is a file
            in the folder of the run (``stderr-1`` is that of the first process) or ``sentry``.
            Secrets leave through each of them where nothing is installed.
        not_logs: Files in the folder that the program keeps its data in.
    """

    name: str
    source: str
    needs: tuple[str, ...]
    drive: Callable[[Run], None]
    marks: dict[str, tuple[str, ...]]
    not_logs: tuple[str, ...] = field(default=())
