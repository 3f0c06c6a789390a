"""What the tests of the Sentry exit share: a receiver, and a way to run programs against it."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.exits.sentry.programs import run as run_program
from tests.exits.sentry.receiver import Receiver

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

if find_spec("sentry_sdk") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of its own."""
    running = Receiver()
    yield running
    running.close()


@pytest.fixture
def run(receiver: Receiver) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a program whose SDK sends to ``receiver``."""
    return partial(run_program, dsn=receiver.dsn)
