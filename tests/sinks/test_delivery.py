from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from redactor_sinks.delivery import Delivered, Delivery, DeliveryPolicy, Entry, MemoryQueue, Retry
from redactor_sinks.delivery.pace import ASKED_LIMIT, Pace
from redactor_sinks.http import retry_after
from tests.sinks.fault_server import DAY, Fault, serving, status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor_sinks.delivery import Outcome
    from tests.sinks.fault_server import FaultServer

    Make = Callable[..., Delivery]

A, B = '{"job":"a"}', '{"job":"b"}'


def some(count: int, stream: str = A, start: int = 0) -> list[Entry]:
    return [Entry(0, stream, b"%d" % number) for number in range(start, start + count)]


def texts(count: int, start: int = 0) -> list[str]:
    return [str(number) for number in range(start, start + count)]


# Faults that pass: nothing is lost, nothing is stored twice, the order is kept.


@pytest.mark.parametrize(
    "faults",
    [
        [status(503), status(502), status(504), status(500), status(408)],
        [Fault("reset")],
        [Fault("reset-after-store")],
        [Fault("close"), Fault("close-after-store")],
        [Fault("mid-body")],
        [Fault("truncate")],
        [Fault("lie")],
        [Fault("garbage")],
        [Fault("html")],
        [Fault("drip")],
        [Fault("slow", seconds=0.3)],
        [status(429), status(429, Retry_After="0"), status(429, Retry_After="-5")],
        [status(429, Retry_After="soon"), status(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")],
        [status(401), status(403), status(404), status(301, Location="/elsewhere")],
    ],
    ids=lambda faults: "+".join(f"{fault.kind}{fault.status or ''}" for fault in faults),
)
@pytest.mark.parametrize("spool", [True, False], ids=["spool", "memory"])
def test_a_fault_that_passes_loses_and_repeats_nothing(
    faults: list[Fault],
    spool: bool,  # noqa: FBT001
    loki: FaultServer,
    make_delivery: Make,
) -> None:
    """
    N3, N4, N5, N10, N11, N12: after the fault every record is at Loki once and in order.
    """
    loki.faults.extend(faults)
    delivery = make_delivery(loki, spool=spool, timeout=0.5 if faults[0].kind == "drip" else 5.0)
    for start in range(0, 30, 10):
        delivery.put(some(10, start=start))

    assert texts(30) == loki.wait(30)
    assert delivery.flush(10)
    assert delivery.counts().balanced
    assert (30, 30, 0) == (
        delivery.counts().accepted, delivery.counts().delivered, delivery.counts().dead,
    )  # fmt: skip


def test_a_receiver_that_hangs_is_left_after_the_timeout(
    loki: FaultServer, make_delivery: Make
) -> None:
    """
    N2: an exchange without an answer ends, and is tried again.
    """
    loki.faults.append(Fault("hang"))
    delivery = make_delivery(loki, timeout=0.2)
    delivery.put(some(5))

    assert texts(5) == loki.wait(5)
    assert {"no answer in time": 1} == delivery.counts().retries


def test_records_wait_for_a_receiver_that_is_down_at_the_start(make_delivery: Make) -> None:
    """
    N1: nobody listens yet; once somebody does, everything arrives in order.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    delivery = make_delivery(f"http://127.0.0.1:{port}")
    delivery.put(some(10))
    _until(lambda: delivery.counts().held)
    assert not delivery.flush(0.05)
    with serving(port=port) as loki:
        assert texts(10) == loki.wait(10)
        assert delivery.flush(10)
        assert 0 == loki.repeats


def test_what_is_sent_again_has_the_same_times(loki: FaultServer, make_delivery: Make) -> None:
    """
    N4, F5: a resend is the same to the byte where it matters, so that Loki drops it.
    """
    loki.faults.extend([Fault("reset-after-store"), Fault("close-after-store"), status(500)])
    delivery = make_delivery(loki)
    delivery.put(some(50))

    assert delivery.flush(10)
    assert texts(50) == loki.lines
    assert loki.repeats > 0
    assert 50 == len({time for _, time, _ in loki.entries})


def test_retry_after_is_obeyed(loki: FaultServer, make_delivery: Make) -> None:
    """
    N5: the stream is not tried again sooner than Loki asks for.
    """
    loki.faults.append(status(429, Retry_After="1"))
    delivery = make_delivery(loki)
    delivery.put(some(3))
    loki.wait(3)

    first, second = loki.times[:2]
    assert second - first >= 1.0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("5", 5.0), ("", None), ("-5", None), ("soon", None), ("9" * 40, None), ("\u0663", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("1e9", None),
    ],
)  # fmt: skip
def test_retry_after_in_every_form(given: str, expected: float | None) -> None:
    """
    N5: seconds and dates are read, everything else is as if it was not there.
    """
    assert expected == retry_after({"retry-after": given})


def test_a_receiver_cannot_ask_for_ten_years() -> None:
    """
    N5: what a receiver asks for is obeyed within a cap.
    """
    pace = Pace(1.0, 30.0)
    pace.failed(100.0, 315_360_000.0)

    assert 100.0 + ASKED_LIMIT == pace.until


def test_waits_double_up_to_a_cap_and_differ() -> None:
    """
    N13: senders that failed at the same moment do not come back at the same moment.
    """
    paces = [Pace(1.0, 30.0) for _ in range(50)]
    for attempt in range(8):
        for pace in paces:
            pace.failed(0.0)
        bound = min(30.0, 2.0**attempt)
        assert all(bound / 2 <= pace.until <= bound for pace in paces)
    assert len({round(pace.until, 3) for pace in paces}) > 40


def test_429_holds_its_stream_only(loki: FaultServer, make_delivery: Make) -> None:
    """
    N5: while one stream has to wait, the others are delivered.
    """
    loki.rule = _by_body(b'job="a"', status(429, Retry_After="60"))
    delivery = make_delivery(loki)
    delivery.put([*some(5, A), *some(5, B)])

    assert texts(5) == loki.wait(5)
    _until(lambda: delivery.counts().pending == 5)
    assert {'{"job": "b"}'} == {labels for labels, _, _ in loki.entries}


def test_a_stream_over_its_burst_gets_smaller_batches(
    loki: FaultServer, make_delivery: Make
) -> None:
    """
    A request that can never pass because of its size is made smaller until it passes.
    """
    loki.burst = 2000
    delivery = make_delivery(loki)
    delivery.put([Entry(0, A, b"%04d" % n + b"x" * 100) for n in range(100)])

    assert delivery.flush(30)
    assert [f"{n:04d}" for n in range(100)] == [line[:4] for line in loki.lines]


# Faults that do not pass.


@pytest.mark.parametrize("bad", [[0], [99], [50], [49, 50, 51], [0, 33, 66, 99], list(range(100))])
def test_a_refused_line_does_not_harm_its_neighbours(
    bad: list[int], loki: FaultServer, make_delivery: Make
) -> None:
    """
    N6, F2: on 400 the lines at fault are found and kept as dead letters, all others are stored.
    """
    loki.refuses = lambda line: int(line) in bad
    delivery = make_delivery(loki)
    delivery.put(some(100))

    assert delivery.flush(30)
    assert [text for text in texts(100) if int(text) not in bad] == loki.lines
    assert (100 - len(bad), len(bad)) == (delivery.counts().delivered, delivery.counts().dead)
    assert delivery.spool is not None
    letters = delivery.spool.dead_letters()
    assert bad == [int(letter.entry.payload) for letter in letters if letter.entry]
    assert {"status 400"} == {letter.reason for letter in letters}


def test_413_is_halved_until_it_passes(loki: FaultServer, make_delivery: Make) -> None:
    """
    N6: a receiver that takes less than we send gets less.
    """
    loki.rule = _by_size(1000, status(413))
    delivery = make_delivery(loki)
    delivery.put([Entry(0, A, b"%04d" % n + b"x" * 96) for n in range(40)])

    assert delivery.flush(30)
    assert [f"{n:04d}" for n in range(40)] == [line[:4] for line in loki.lines]
    assert 0 == delivery.counts().dead


def test_a_500_that_persists_halves_the_batch(loki: FaultServer, make_delivery: Make) -> None:
    """
    N7, F3: what Loki cannot pass on inside does not block what comes behind it.
    """
    loki.rule = _by_size(1000, status(500))
    delivery = make_delivery(loki)
    delivery.put([Entry(0, A, b"%04d" % n + b"x" * 96) for n in range(30)])

    assert delivery.flush(60)
    assert [f"{n:04d}" for n in range(30)] == [line[:4] for line in loki.lines]
    assert 0 == delivery.counts().dead


def test_a_line_that_is_answered_500_alone_is_found(loki: FaultServer, make_delivery: Make) -> None:
    """
    N7: a line that fails for ever while its neighbours pass becomes a dead letter.
    """
    loki.rule = _by_body(b"poison", status(500))
    delivery = make_delivery(loki)
    delivery.put([*some(5), Entry(0, A, b"poison"), *some(5, start=5)])

    assert delivery.flush(60)
    assert texts(10) == loki.lines
    assert 1 == delivery.counts().dead


def test_an_outage_of_500s_makes_no_dead_letters(loki: FaultServer, make_delivery: Make) -> None:
    """
    Loki answers 500 also while it is down: then nothing is at fault, and all of it is delivered.
    """
    loki.rule = lambda _: status(500)
    delivery = make_delivery(loki)
    delivery.put(some(10))
    assert loki.wait_requests(30) >= 30
    loki.rule = lambda _: None

    assert delivery.flush(30)
    assert texts(10) == [line for _, _, line in sorted(loki.entries)]
    assert 0 == delivery.counts().dead


def test_what_is_a_week_old_becomes_a_dead_letter(loki: FaultServer, make_delivery: Make) -> None:
    """
    What Loki refuses for its age is kept with the reason, and costs no request.
    """
    delivery = make_delivery(loki, max_age=0)
    old = time.time_ns() - 8 * DAY
    delivery.put([Entry(old, A, b"old"), Entry(old + 1, A, b"older"), *some(3)])

    assert delivery.flush(10)
    assert texts(3) == loki.lines
    assert delivery.spool is not None
    assert ["too old for Loki"] * 2 == [letter.reason for letter in delivery.spool.dead_letters()]
    assert [204] == list(loki.statuses.elements())


def test_one_stream_in_each_request(loki: FaultServer, make_delivery: Make) -> None:
    """
    N8, F1: with several streams in a push, 204 says nothing about all but the last.
    """
    delivery = make_delivery(loki)
    delivery.put([Entry(0, f'{{"job":"{n % 7}"}}', b"%d" % n) for n in range(70)])
    assert delivery.flush(10)

    assert 70 == len(loki.stored)
    for _, body in loki.requests:
        assert 1 == body.count(b"{job=")


def test_refusal_of_all_keeps_the_data_and_is_said_once(
    loki: FaultServer, make_delivery: Make
) -> None:
    """
    N10: wrong credentials are told with a remedy, not in a hot loop, and nothing is lost.
    """
    loki.authorization = "Bearer right"
    said: list[str] = []
    delivery = make_delivery(loki, report=said.append, refused_seconds=0.2)
    delivery.put(some(5))
    loki.wait_requests(3)
    first, second = loki.times[:2]
    loki.authorization = ""

    assert second - first >= 0.2
    assert texts(5) == loki.wait(5)
    assert said[0] == (
        f"loki:{loki.url}: status 401; what comes in is kept. Check the credentials and the tenant."
    )
    assert 1 == sum("401" in text for text in said)


def test_an_outage_and_its_end_are_said(
    loki: FaultServer, make_delivery: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A receiver that is away for long is told once, with the reason, and so is its return.
    """
    monkeypatch.setattr("redactor_sinks.delivery.worker._QUIET", 0.0)
    said: list[str] = []
    loki.rule = lambda _: status(503)
    delivery = make_delivery(loki, report=said.append)
    delivery.put(some(5))
    loki.wait_requests(5)
    loki.rule = lambda _: None
    loki.wait(5)
    assert delivery.flush(5)

    assert [
        (
            f"loki:{loki.url}: it does not take records (status 503); they are kept. "
            "They are sent again until it does."
        ),
        f"loki:{loki.url}: it takes records again. What waited is delivered now.",
    ] == said


# Back-pressure.


def test_a_dead_receiver_never_blocks_the_caller(make_delivery: Make, loki: FaultServer) -> None:
    """
    N15: by default a full queue drops the oldest once the receiver is known to be down.
    """
    loki.rule = lambda _: status(503)
    delivery = make_delivery(loki, max_bytes=3000)
    delivery.put(some(1))
    loki.wait_requests(1)
    _until(lambda: delivery.counts().held)
    for start in range(1, 500):
        delivery.put(some(1, start=start))
    counts = delivery.counts()
    loki.rule = lambda _: None
    assert delivery.flush(10)
    assert 0 == delivery.close(10)

    assert 500 == counts.accepted
    assert counts.shed["queue full, oldest dropped"] + counts.pending == 500
    dropped = counts.shed["queue full, oldest dropped"]
    summary = f"redactor: {dropped} records of this stream were dropped "
    summary += f"(queue full, oldest dropped: {dropped})"
    assert summary in loki.lines
    assert texts(500)[dropped:] == [line for line in loki.lines if line != summary]


def test_a_slow_receiver_is_waited_for(make_delivery: Make, loki: FaultServer) -> None:
    """
    By default nothing is dropped as long as the receiver takes records, however slowly.
    """
    loki.rule = lambda _: Fault("slow", seconds=0.01)
    delivery = make_delivery(loki, max_bytes=2000)
    for start in range(0, 1000, 10):
        delivery.put(some(10, start=start))
    assert delivery.flush(30)

    assert texts(1000) == loki.lines
    assert {} == delivery.counts().shed


def test_block_waits_for_its_bound_and_then_drops_the_newest(
    make_delivery: Make, loki: FaultServer
) -> None:
    """
    The longest wait is that of the policy, and only the first record pays it.
    """
    loki.rule = lambda _: status(503)
    delivery = make_delivery(loki, max_bytes=1000, back_pressure="block", block_seconds=0.3)
    started = time.monotonic()
    for number in range(200):
        delivery.put(some(1, start=number))
    waited = time.monotonic() - started
    counts = delivery.counts()
    loki.rule = lambda _: None
    assert delivery.flush(10)

    assert waited >= 0.3
    assert texts(counts.pending) == [line for line in loki.lines if line.isdigit()]
    assert {"queue full, newest dropped": 200 - counts.pending} == counts.shed


def test_one_dead_sink_of_three_holds_no_other(make_delivery: Make, tmp_path: Any) -> None:
    """
    N15: each sink has its own queue, thread and pace.
    """
    with serving() as first, serving() as second, serving() as dead:
        dead.rule = lambda _: Fault("hang")
        sinks = [
            make_delivery(server, spool=tmp_path / f"{server.port}.spool", timeout=1.0)
            for server in (dead, first, second)
        ]
        for start in range(0, 100, 10):
            for sink in sinks:
                sink.put(some(10, start=start))

        assert texts(100) == first.wait(100) == second.wait(100)
        assert 100 == sinks[0].counts().pending


# The spool fails.


def test_records_wait_in_memory_while_the_disk_is_full(
    loki: FaultServer, make_delivery: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    D1: a spool that cannot be written is told, records go on in order, and it recovers by itself.
    """
    from redactor_sinks.delivery import QueueError, Spool

    loki.rule = lambda _: status(503)
    said: list[str] = []
    delivery = make_delivery(loki, report=said.append)
    delivery.put(some(5))

    def full(*_: Any) -> Any:
        raise QueueError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Spool, "put", full)
        delivery.put(some(5, start=5))
        assert 5 == delivery.counts().in_memory
        assert delivery.counts().balanced
    delivery.put(some(5, start=10))
    _until(lambda: delivery.counts().in_memory == 0)
    counts = delivery.counts()
    loki.rule = lambda _: None
    assert delivery.flush(10)

    assert (0, 15) == (counts.in_memory, counts.pending)
    assert texts(15) == loki.lines
    assert any("cannot be written: the disk is full" in text for text in said)


# Shutdown.


def test_close_waits_no_longer_than_its_bound(loki: FaultServer, make_delivery: Make) -> None:
    """
    A receiver that hangs does not hold the end of the process.
    """
    loki.rule = lambda _: Fault("hang")
    delivery = make_delivery(loki, timeout=20.0)
    delivery.put(some(5))
    loki.wait_requests(1)
    started = time.monotonic()

    assert 5 == delivery.close(0.2)
    assert time.monotonic() - started < 5
    assert 0 == delivery.close()


def test_close_waits_as_long_as_there_is_progress(loki: FaultServer, make_delivery: Make) -> None:
    """
    At the end of a file everything goes out, however long a healthy receiver takes for it.
    """
    loki.rule = lambda _: Fault("slow", seconds=0.05)
    delivery = make_delivery(loki)
    delivery.exporter.max_entries = 1
    delivery.put(some(20))

    assert 0 == delivery.close(0.4, patient=True)
    assert texts(20) == loki.lines


def test_what_memory_still_held_at_the_end_is_counted(
    loki: FaultServer, make_delivery: Make
) -> None:
    """
    Without a spool, what was not delivered at the end is lost, and the book says so.
    """
    loki.rule = lambda _: status(503)
    delivery = make_delivery(loki, spool=False)
    delivery.put(some(7))

    assert 7 == delivery.close(0.1)
    delivery.put(some(2))
    assert {"the process ended": 7, "the sink was closed": 2} == delivery.counts().shed
    assert delivery.counts().balanced


def test_close_in_any_order_and_from_two_threads(loki: FaultServer, make_delivery: Make) -> None:
    """
    P6: closing twice, from two threads at once, and putting afterwards neither hangs nor raises.
    """
    delivery = make_delivery(loki)
    delivery.put(some(3))
    threads = [threading.Thread(target=delivery.close, args=(2.0,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    delivery.put(some(2, start=3))

    assert texts(3) == loki.wait(3)
    assert 2 == delivery.counts().pending


# Threads, signals, recursion.


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers of POSIX")
def test_records_from_a_signal_handler_neither_hang_nor_get_lost(
    loki: FaultServer, make_delivery: Make
) -> None:
    """
    C3: a handler that logs each millisecond, in the middle of other calls.
    """
    delivery = make_delivery(loki)
    made = 0

    def handler(*_: Any) -> None:
        nonlocal made
        made += 1
        delivery.put([Entry(0, B, b"signal")])

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        for number in range(400):
            delivery.put(some(1, start=number))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert delivery.flush(10)

    assert made > 0
    assert texts(400) == [line for line in loki.lines if line != "signal"]
    assert made == loki.lines.count("signal")
    assert delivery.counts().balanced


def test_what_is_logged_while_sending_does_not_come_round(make_delivery: Make) -> None:
    """
    C5: an HTTP client that logs to the very sink it serves makes no endless loop, and is counted.
    """
    sent: list[int] = []

    class Chatty:
        name, kind, max_entries, max_bytes = "test", "loki", 100, 1000

        def send(self, entries: Sequence[Entry]) -> Outcome:
            sent.append(len(entries))
            logging.getLogger("chatty").warning("sending")
            return Delivered()

        def close(self) -> None:
            pass

    delivery = make_delivery("http://unused", exporter=Chatty())

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            delivery.put([Entry(0, A, record.getMessage().encode())])

    logger = logging.getLogger("chatty")
    logger.addHandler(handler := Handler())
    try:
        logger.warning("one")
        assert delivery.flush(5)
        time.sleep(0.1)
    finally:
        logger.removeHandler(handler)

    assert [1] == sent
    assert {"made by the sending thread": 1} == delivery.counts().shed
    assert delivery.counts().balanced


def test_an_exporter_that_raises_loses_nothing(make_delivery: Make) -> None:
    """
    A mistake in an exporter is a reason to try again; its text, which may hold a record, is gone.
    """
    outcomes: list[Any] = [ValueError("a record: secret"), Retry("x"), Delivered()]

    class Broken:
        name, kind, max_entries, max_bytes = "test", "loki", 100, 1000

        def send(self, _: Sequence[Entry]) -> Outcome:
            outcome: Any = outcomes.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome  # type: ignore[no-any-return]

        def close(self) -> None:
            pass

    said: list[str] = []
    delivery = make_delivery("http://unused", exporter=Broken(), report=said.append)
    delivery.put(some(3))

    assert delivery.flush(10)
    assert 3 == delivery.counts().delivered
    assert {"a mistake in redactor itself (ValueError)": 1, "x": 1} == delivery.counts().retries
    assert "secret" not in str(said)


def test_threads_get_all_their_records_through(loki: FaultServer, make_delivery: Make) -> None:
    """
    C6: the order of each thread is kept, and the counts are right.
    """
    delivery = make_delivery(loki)

    def work(who: int) -> None:
        for number in range(50):
            delivery.put([Entry(0, A, f"{who} {number}".encode())])

    threads = [threading.Thread(target=work, args=(who,)) for who in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert delivery.flush(20)

    for who in range(16):
        mine = [line for line in loki.lines if line.startswith(f"{who} ")]
        assert [f"{who} {number}" for number in range(50)] == mine
    assert 800 == delivery.counts().delivered


def test_a_queue_in_memory_is_not_delivered_twice_after_a_fork(loki: FaultServer) -> None:
    """
    Without a spool the child starts with an empty queue: what waits is the parent's.
    """
    from redactor_sinks.loki import LokiExporter

    delivery = Delivery(LokiExporter(loki.url), MemoryQueue(1 << 20), DeliveryPolicy(linger=30.0))
    delivery.put(some(3))
    pid = os.fork()
    if pid == 0:
        delivery.put(some(2, start=10))
        left = delivery.close(5)
        os._exit(left)
    _, code = os.waitpid(pid, 0)
    delivery.close(5)

    assert 0 == code
    assert sorted([*texts(3), "10", "11"]) == sorted(loki.lines)
    assert 0 == loki.repeats


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it never came to it"
        time.sleep(0.005)


def _by_body(needle: bytes, fault: Fault) -> Callable[[bytes], Fault | None]:
    return lambda body: fault if needle in body else None


def _by_size(most: int, fault: Fault) -> Callable[[bytes], Fault | None]:
    return lambda body: fault if len(body) > most else None


@pytest.mark.parametrize("encoding", ["protobuf", "json"])
def test_a_stream_whose_labels_are_damaged_blocks_no_other(
    encoding: str, loki: FaultServer, make_delivery: Make
) -> None:
    """
    D4: labels that came damaged out of a spool make dead letters, not an endless retry.
    """
    delivery = make_delivery(loki, encoding=encoding)
    delivery.put([*some(3, '{"job'), *some(3, A)])

    assert delivery.flush(10)
    assert texts(3) == loki.lines
    assert 3 == delivery.counts().dead


def test_sending_goes_on_where_no_thread_can_be_started_any_more(
    loki: FaultServer, make_delivery: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    C7: at the end of the interpreter, without new threads, what waits is still delivered.
    """
    delivery = make_delivery(loki, spool=False)

    def refuse(_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        # The server answers each connection by a thread: let it use one that is there already.
        patch.setattr(loki.server, "process_request", loki.server.process_request_thread)
        delivery.put(some(5))
        assert 0 == delivery.close(5)

    assert texts(5) == loki.lines
