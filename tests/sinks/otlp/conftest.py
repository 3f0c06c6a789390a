"""What the tests of the OTLP sink share."""

from __future__ import annotations

import os
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

if find_spec("opentelemetry") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def forked() -> Callable[[Callable[[], None]], int]:
    """Run a function in a forked child and return its exit code."""

    def run(function: Callable[[], None]) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads and forks
            child = os.fork()
        if child == 0:
            try:
                function()
            except BaseException:  # noqa: BLE001  # a test that fails must not go on twice
                os._exit(1)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return run
