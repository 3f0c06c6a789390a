"""
What one call of the Sentry SDK costs, into a transport that does nothing.

A transport of a program's own is guarded in the thread of the call, so that all of the cost is
here; the SDK's own transports are guarded in their worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redactor import Guard
from redactor.exits.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

sentry_sdk = pytest.importorskip("sentry_sdk")

CLEAN = "request finished in 17 ms, order 8842"
DENSE = "paid with 4111 1111 1111 1111, password=hunter2zz from 10.1.2.3"


@pytest.fixture(params=["alone", "redactor"])
def sent(request: pytest.FixtureRequest) -> Iterator[list[Any]]:
    """Envelopes that a transport was given: of the SDK alone, and with its exit guarded."""
    from sentry_sdk.transport import Transport

    from redactor.exits.sentry import protect

    kept: list[Any] = [None]

    class Nothing(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            kept[0] = envelope

    guard = Guard()
    patches = Patches("sentry")
    if request.param == "redactor":
        protect(guard, patches)
    sentry_sdk.get_global_scope().set_client(
        sentry_sdk.Client(
            "http://key@127.0.0.1:9/1",
            transport=Nothing,
            default_integrations=False,
            auto_enabling_integrations=False,
            enable_logs=True,
        )
    )
    yield kept
    guard.active = False
    patches.undo()
    sentry_sdk.get_global_scope().set_client(None)


def raising(text: str, depth: int = 10) -> None:
    """Fail some frames down, with variables on the way."""
    order = {"id": 8842, "items": ["book", "pen"], "total": 12.5}
    if depth:
        raising(text, depth - 1)
    raise ValueError(f"{text} {order['id']}")


def exception(text: str) -> Callable[[], object]:
    """Return a call that captures an exception."""
    try:
        raising(text)
    except ValueError as error:
        caught = error
    return lambda: sentry_sdk.capture_exception(caught)


def event(text: str) -> Callable[[], object]:
    """Return a call that captures an event with breadcrumbs and a request."""
    crumbs = [{"message": CLEAN, "data": {"status": 200, "path": "/x"}} for _ in range(50)]
    return lambda: sentry_sdk.capture_event(
        {
            "message": text,
            "breadcrumbs": {"values": crumbs},
            "request": {"url": "https://a.example.com/pay", "headers": {"Accept": "*/*"}},
        }
    )


def message(text: str) -> Callable[[], object]:
    """Return a call that captures a message."""
    return lambda: sentry_sdk.capture_message(text)


CALLS: dict[str, Callable[[str], Callable[[], object]]] = {
    "capture_message": message,
    "capture_event": event,
    "capture_exception": exception,
}


@pytest.mark.parametrize("text", [CLEAN, DENSE], ids=["clean", "dense"])
@pytest.mark.parametrize("call", CALLS)
def test_event(benchmark: BenchmarkFixture, sent: list[Any], call: str, text: str) -> None:
    """An event into a transport."""
    work: Callable[[], object] = CALLS[call](text)
    work()
    assert (text == DENSE and "redactor" in benchmark.name) == ("[redacted" in content(sent))

    benchmark.group = f"sentry: {call}, {'clean' if text == CLEAN else 'dense'}"
    benchmark(work)


@pytest.mark.parametrize("text", [CLEAN, DENSE], ids=["clean", "dense"])
def test_log(benchmark: BenchmarkFixture, sent: list[Any], text: str) -> None:
    """A hundred logs and the batch that they leave in."""
    logger = pytest.importorskip("sentry_sdk.logger")

    def work() -> None:
        for _ in range(100):
            logger.info(text, attributes={"status": 200, "path": "/api/v1/orders"})
        sentry_sdk.flush()

    work()
    assert (text == DENSE and "redactor" in benchmark.name) == ("[redacted" in content(sent))

    benchmark.group = f"sentry: 100 x logger.info, {'clean' if text == CLEAN else 'dense'}"
    benchmark(work)


def content(sent: list[Any]) -> str:
    """Return what the last envelope holds."""
    return "".join(str(item.payload.json) for item in sent[0].items)
