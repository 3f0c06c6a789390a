"""Writers in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sinks.file.writers import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def writer() -> Iterator[Callable[..., Writer]]:
    """Makes writers, and ends them."""
    made: list[Writer] = []

    def make(
        address: str, name: str = "a", *, count: int = 4000, size: int = 300, many: int = 1
    ) -> Writer:
        made.append(Writer(address, name, count=count, size=size, many=many))
        return made[-1]

    yield make
    for each in made:
        each.process.kill()
        each.process.wait()
        for pipe in (each.process.stdin, each.process.stdout, each.process.stderr):
            if pipe is not None:
                pipe.close()
