"""A Loki for each test, and sinks and spools that end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redactor_sinks.delivery import Delivery, DeliveryPolicy, MemoryQueue, Spool
from redactor_sinks.loki import LokiExporter
from tests.sinks.fault_server import FaultServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Waits as short as a test wants them.
QUICK = {"linger": 0.0, "retry_base": 0.01, "retry_cap": 0.05, "refused_seconds": 0.05}


@pytest.fixture
def loki() -> Iterator[FaultServer]:
    """A Loki that obeys its contract, and can be told to fail."""
    with serving() as server:
        yield server


@pytest.fixture
def make_delivery(tmp_path: Path) -> Iterator[Callable[..., Delivery]]:
    """Make a delivery to a Loki: ``make(loki, spool=True, policy options...)``."""
    made: list[Delivery] = []

    def make(
        loki: FaultServer | str,
        *,
        spool: bool | Path = True,
        max_bytes: int = 64 << 20,
        report: Callable[[str], None] | None = None,
        exporter: Any = None,
        timeout: float = 5.0,
        encoding: Any = "auto",
        **policy: Any,
    ) -> Delivery:
        url = loki if isinstance(loki, str) else loki.url
        exporter = exporter or LokiExporter(url, timeout=timeout, encoding=encoding)
        path = tmp_path / "loki.spool" if spool is True else spool
        queue = Spool(path, exporter.name, "loki", max_bytes=max_bytes) if path else None
        delivery = Delivery(
            exporter,
            queue or MemoryQueue(max_bytes),
            DeliveryPolicy(**{**QUICK, **policy}),
            report=report or (lambda _: None),
        )
        made.append(delivery)
        return delivery

    yield make
    for delivery in made:
        delivery.close(0)
