"""What the tests of the logging exit share: the exit alone, fresh loggers, files to read."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING

import pytest

import redactor
from redactor.exits import Guard, stdlib_logging
from redactor.exits.installation import EXITS
from redactor.exits.patches import Patches
from tests.exits.stdlib_logging.planted import assert_nothing_raw, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_OTHERS = tuple({exit_.name for exit_ in EXITS} - {"logging"})
_numbers = count()


@pytest.fixture
def install() -> Iterator[Callable[..., Guard]]:
    """Guard ``logging`` and nothing else until the test is over, under a policy's fields."""

    def installed(**fields: object) -> Guard:
        policy = redactor.Policy(**fields)  # type: ignore[arg-type]
        return redactor.install(policy, known=False, without=_OTHERS)

    yield installed
    redactor.uninstall()


@pytest.fixture(scope="session")
def _guard() -> Guard:
    return Guard()


@pytest.fixture
def guard(_guard: Guard) -> Iterator[Guard]:
    """``logging`` is guarded, under the ``standard`` preset; what guards it is built only once."""
    patches = Patches("logging")
    _guard.active = True
    _guard.failures.clear()
    stdlib_logging.protect(_guard, patches)
    stdlib_logging.protect_queues(_guard, patches)
    yield _guard
    _guard.active = False
    patches.undo()


class Keeper(logging.Handler):
    """Somebody else's handler: it keeps all that can be read from the records that it gets."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._seen.append(shown(record))

    @property
    def bytes(self) -> bytes:
        """All of it."""
        return "\n".join(self._seen).encode("utf-8", "backslashreplace")


@pytest.fixture(params=["alone", "beside"])
def log(request: pytest.FixtureRequest) -> Iterator[logging.Logger]:
    """
    A logger of its own, which takes everything; with and without somebody else's handler on it.

    Without, the record of one handler goes the short way. The other handler must see no secret.
    """
    # Not one of the manager's: pytest would add a handler to it.
    logger = logging.Logger(f"shop.orders{next(_numbers)}", logging.DEBUG)
    keeper = Keeper()
    if request.param == "beside":
        logger.addHandler(keeper)
    yield logger
    for handler in (*logger.handlers,):
        logger.removeHandler(handler)
        handler.close()
    assert_nothing_raw(keeper.bytes)


class LogFile:
    """
    A handler that writes a file, and what it wrote.

    Args:
        path: The file.
        format_: Its format.
        formatter: Its formatter, in the place of *format_*.
    """

    def __init__(
        self,
        path: Path,
        format_: str = "%(levelname)s %(message)s",
        formatter: logging.Formatter | None = None,
    ) -> None:
        self._path = path
        self.handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
        self.handler.setFormatter(formatter or logging.Formatter(format_))

    @property
    def bytes(self) -> bytes:
        """What is in the file."""
        return self._path.read_bytes()

    @property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self._path.read_text("utf-8").splitlines()


@pytest.fixture
def log_file(tmp_path: Path, log: logging.Logger) -> Iterator[Callable[..., LogFile]]:
    """Add a handler that writes a file of its own to the logger."""
    files: list[LogFile] = []

    def added(*args: object, **kwargs: object) -> LogFile:
        file = LogFile(tmp_path / f"{next(_numbers)}.log", *args, **kwargs)  # type: ignore[arg-type]
        log.addHandler(file.handler)
        files.append(file)
        return file

    yield added
    for file in files:
        file.handler.close()
