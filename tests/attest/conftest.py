"""The command of ``tests/cli``, for the tests of statements."""

from tests.cli.conftest import environment, run, start

__all__ = ["environment", "run", "start"]
