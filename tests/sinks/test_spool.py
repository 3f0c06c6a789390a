from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redactor_sinks.delivery import Entry, MemoryQueue, QueueError, Spool
from redactor_sinks.delivery.packing import OVERHEAD, pack, size_of, unpack
from redactor_sinks.delivery.queue import AHEAD, rising

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A, B = '{"job":"a"}', '{"job":"b"}'


def lines(*texts: str, stream: str = A) -> list[Entry]:
    return [Entry(0, stream, text.encode()) for text in texts]


def waiting(queue: Any, stream: str = A) -> list[str]:
    return [held.entry.payload.decode() for held in queue.peek(stream, 10_000, 1 << 30)]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with closing(Spool(tmp_path / "a.spool", "loki:http://x", "loki")) as made:
        yield made


attributes = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=9)), max_size=2).map(tuple)
entries = st.builds(
    Entry,
    st.integers(0, 2**62),
    st.sampled_from([A, B, ""]),
    st.binary(max_size=60),
    attributes,
)


@given(st.lists(entries, max_size=20))
def test_packed_entries_come_back_as_they_were(given: list[Entry]) -> None:
    """
    What the spool keeps is what it was given: times, payloads and attributes.
    """
    given = [entry._replace(stream=A) for entry in given]

    assert given == list(unpack(pack(given), A, len(given)))


@given(st.lists(entries, min_size=1, max_size=4), st.data())
def test_a_flipped_bit_never_makes_another_entry(given: list[Entry], data: Any) -> None:
    """
    A damaged entry is told from a sound one, whichever bit is wrong, and those before it are kept.
    """
    given = [entry._replace(stream=A) for entry in given]
    packed = bytearray(pack(given))
    place = data.draw(st.integers(0, len(packed) * 8 - 1))
    packed[place // 8] ^= 1 << place % 8
    found = list(unpack(bytes(packed), A, len(given)))

    assert len(given) == len(found)
    assert all(entry is None or entry in given for entry in found)
    hurt = next(n for n in range(len(given)) if place // 8 < len(pack(given[: n + 1])))
    assert given[:hurt] == found[:hurt]
    assert found[hurt] is None


@given(st.lists(entries, min_size=1, max_size=3), st.integers(0, 200))
def test_a_cut_block_keeps_its_start(given: list[Entry], cut: int) -> None:
    """
    At every cut the entries that are whole are found, and the others are known to be missing.
    """
    given = [entry._replace(stream=A) for entry in given]
    packed = pack(given)[:cut]
    whole = sum(len(pack(given[: n + 1])) <= cut for n in range(len(given)))

    assert [*given[:whole], *[None] * (len(given) - whole)] == list(unpack(packed, A, len(given)))


@given(st.integers(0, 2**60), st.integers(0, 2**60), st.integers(1, 2**60))
def test_times_rise_whatever_the_clock_does(wanted: int, last: int, now: int) -> None:
    """
    A time is later than the one before, unless that came from a clock that had jumped ahead.
    """
    found = rising(wanted, last, now)

    assert found > last or last > now + AHEAD
    assert found >= (wanted or min(now, found))


def test_only_the_owner_can_read_a_spool(tmp_path: Path) -> None:
    """
    The file, its log and its lock have mode 0600, the folder 0700.
    """
    with closing(Spool(tmp_path / "inner" / "a.spool")) as spool:
        spool.put(lines("x"), "block")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in spool.path.parent.iterdir()}

        assert {0o600} == modes
        assert 0o700 == stat.S_IMODE(spool.path.parent.stat().st_mode)


def test_streams_are_kept_apart_and_in_order(spool: Spool) -> None:
    """
    Each stream comes out in its own order; the stream that waits longest comes first.
    """
    spool.put(lines("b1", stream=B), "block")
    spool.put([*lines("a1"), *lines("b2", stream=B), *lines("a2")], "block")

    assert [B, A] == spool.streams()
    assert ["b1", "b2"] == waiting(spool, B)
    assert ["a1", "a2"] == waiting(spool)


def test_a_batch_is_bounded_but_never_empty(spool: Spool) -> None:
    """
    A batch has no more entries and bytes than asked for; one entry alone may be larger.
    """
    spool.put(lines("x" * 1000, "y", "z"), "block")

    assert 1 == len(spool.peek(A, 10, 100))
    assert 2 == len(spool.peek(A, 2, 1 << 20))
    assert 2 == len(spool.peek(A, 10, 1000 + 2 * OVERHEAD + 1))


def test_a_later_run_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    """
    What waits, its times and the book are the same after a restart; new times are later.
    """
    with closing(Spool(tmp_path / "a.spool")) as spool:
        ahead = time.time_ns() + AHEAD // 2
        spool.put([Entry(ahead, A, b"one"), Entry(5, A, b"two")], "block")
        before = spool.peek(A, 9, 999)
        spool.settle(before[:1], {})
    with closing(Spool(tmp_path / "a.spool")) as spool:
        spool.put(lines("three"), "block")
        after = [held.entry for held in spool.peek(A, 9, 999)]

        assert before[1].entry == after[0]
        assert [ahead + 1, ahead + 2] == [entry.time for entry in after if entry]
        assert (3, 1, 2) == (
            spool.ledger().accepted, spool.ledger().delivered, spool.ledger().pending,
        )  # fmt: skip


def test_a_clock_that_jumped_does_not_stamp_the_future_for_ever(spool: Spool) -> None:
    """
    After a clock was days ahead and was put right, times are those of the clock again.
    """
    spool.put([Entry(time.time_ns() + 8 * 86400 * 10**9, A, b"wrong")], "block")
    spool.put(lines("right"), "block")
    _, right = spool.peek(A, 9, 999)

    assert right.entry is not None
    assert abs(right.entry.time - time.time_ns()) < AHEAD


def test_dead_letters_keep_their_reason_and_can_be_put_back(spool: Spool) -> None:
    """
    What was refused for good is kept with the reason, its time and its attributes.
    """
    spool.put([Entry(7, A, b"good"), Entry(8, A, b"bad", (("k", "v"),))], "block")
    held = spool.peek(A, 9, 999)
    spool.settle(held, {1: "too long for Loki"})
    (letter,) = spool.dead_letters()

    assert (held[1].entry, "too long for Loki") == (letter.entry, letter.reason)
    assert (0, 1) == (spool.ledger().pending, spool.ledger().dead)
    assert 1 == spool.revive()
    assert ["bad"] == waiting(spool)
    assert [held[1].entry] == [again.entry for again in spool.peek(A, 9, 999)]
    assert (1, 0) == (spool.ledger().pending, spool.ledger().dead)


def test_dead_letters_are_bounded(tmp_path: Path) -> None:
    """
    Dead letters take a tenth of the spool at most; the oldest go, counted.
    """
    with closing(Spool(tmp_path / "a.spool", max_bytes=10_000)) as spool:
        for number in range(50):
            spool.put(lines(f"{number} " + "x" * 100), "block")
            spool.settle(spool.peek(A, 1, 999), {0: "status 400"})
        letters = [letter.entry for letter in spool.dead_letters()]

        assert 0 < len(letters) < 10
        assert letters[-1] is not None
        assert letters[-1].payload.startswith(b"49 ")
        assert {"too many dead letters": 50 - len(letters)} == spool.ledger().shed
        assert spool.ledger().balanced


def test_dropping_by_hand_is_counted(spool: Spool) -> None:
    """
    What ``redactor spool drop`` drops is in the book.
    """
    spool.put(lines("a", "b", "c"), "block")
    spool.settle(spool.peek(A, 1, 999), {0: "status 400"})

    assert 1 == spool.discard(dead=True, pending=False)
    assert 2 == spool.discard(dead=False, pending=True)
    assert {"dropped by hand": 3} == spool.ledger().shed
    assert spool.ledger().balanced
    assert [] == spool.streams() + [letter.reason for letter in spool.dead_letters()]


def test_what_is_too_old_is_dropped_and_counted(spool: Spool) -> None:
    """
    The bound of age takes what is older, and leaves the rest.
    """
    now = time.time_ns()
    spool.put([Entry(now - 10**12, A, b"old")], "block")
    spool.put(lines("new"), "block")

    assert 1 == spool.expire(now - 10**11)
    assert ["new"] == waiting(spool)
    assert {"too old": 1} == spool.ledger().shed


# The book.

steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.tuples(st.sampled_from([A, B]), st.integers(0, 90)))),
        st.tuples(st.just("settle"), st.tuples(st.sampled_from([A, B]), st.integers(1, 5))),
        st.tuples(st.just("refuse"), st.tuples(st.sampled_from([A, B]), st.integers(1, 5))),
        st.tuples(st.just("expire"), st.integers(0, 3)),
        st.tuples(st.just("reopen"), st.none()),
    ),
    max_size=25,
)


@pytest.mark.parametrize("full", ["block", "drop-oldest", "drop-newest", "sample"])
@pytest.mark.parametrize("kind", ["memory", "spool"])
@given(steps=steps)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_book_is_balanced_after_every_step(
    kind: str, full: Any, steps: Any, tmp_path: Path
) -> None:
    """
    The book says accepted = delivered + pending + dead + dropped, and the bound of size holds.
    """
    bound = 600
    path = tmp_path / "book"
    shutil.rmtree(path, ignore_errors=True)
    queue: Any = Spool(path / "a.spool", max_bytes=bound) if kind == "spool" else MemoryQueue(bound)
    accepted = 0
    for step, what in steps:
        if step == "put":
            given = [Entry(0, stream, b"x" * size) for stream, size in what]
            accepted += len(given) if queue.put(given, full) else 0
        elif step in ("settle", "refuse"):
            held = queue.peek(what[0], what[1], 300)
            queue.settle(held, dict.fromkeys(range(len(held)), "no") if step == "refuse" else {})
        elif step == "expire":
            queue.expire(time.time_ns() - what * 10**6)
        elif kind == "spool":
            queue.close()
            queue = Spool(path / "a.spool", max_bytes=bound)
        ledger = queue.ledger()
        left = [
            held.entry for name in queue.streams() for held in queue.peek(name, 10_000, 1 << 30)
        ]
        assert ledger.balanced
        assert (accepted, len(left)) == (ledger.accepted, ledger.pending)
        assert sum(map(size_of, left)) == ledger.pending_bytes <= bound
    queue.close()


@pytest.mark.parametrize("kind", ["memory", "spool"])
@pytest.mark.parametrize(
    ("full", "kept", "reason"),
    [
        ("drop-oldest", ["b", "c", "d"], "queue full, oldest dropped"),
        ("drop-newest", ["a", "b", "c"], "queue full, newest dropped"),
        ("block", ["a", "b", "c"], ""),
    ],
)
def test_a_full_queue_does_what_the_policy_says(
    kind: str, full: Any, kept: list[str], reason: str, tmp_path: Path
) -> None:
    """
    With no room left, the oldest or the newest go and are counted, or the caller has to wait.
    """
    bound = 3 * (OVERHEAD + 1)
    queue: Any = Spool(tmp_path / "a", max_bytes=bound) if kind == "spool" else MemoryQueue(bound)
    for text in "abc":
        assert queue.put(lines(text), full)

    assert (full != "block") == queue.put(lines("d"), full)
    assert kept == waiting(queue)
    assert ({reason: 1} if reason else {}) == queue.ledger().shed
    assert ([(A, reason, 1)] if reason else []) == queue.dropped()
    assert [] == queue.dropped()
    queue.close()


@pytest.mark.parametrize("kind", ["memory", "spool"])
def test_sampling_keeps_one_of_ten_when_half_is_full(kind: str, tmp_path: Path) -> None:
    """
    From half of the bound on, one of ten records is kept, and every other one is counted.
    """
    bound = 1000 * (OVERHEAD + 1)
    queue: Any = Spool(tmp_path / "a", max_bytes=bound) if kind == "spool" else MemoryQueue(bound)
    for _ in range(1500):
        queue.put(lines("x"), "sample")

    assert 500 + 100 == queue.ledger().pending
    assert {"sampled": 900} == queue.ledger().shed
    queue.close()


# Sharing.


def test_threads_share_a_spool(tmp_path: Path) -> None:
    """
    Records of several threads and of several connections all come in, each thread's in order.
    """
    spools = [Spool(tmp_path / "a.spool") for _ in range(2)]

    def work(number: int) -> None:
        for count in range(50):
            spools[number % 2].put(lines(f"{number} {count}"), "block")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [text.split() for text in waiting(spools[0])]
    times = [held.entry.time for held in spools[0].peek(A, 10_000, 1 << 30) if held.entry]

    assert 300 == spools[1].ledger().pending == len(found)
    for number in range(6):
        assert [str(n) for n in range(50)] == [count for who, count in found if who == str(number)]
    assert sorted(set(times)) == times
    for spool in spools:
        spool.close()


# The disk.


def test_a_spool_of_another_program_or_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """
    A file that is not ours to change is refused with the reason, and not touched.
    """
    for pragma, problem in (
        ("application_id = 7", "it is a database of another program"),
        ("user_version = 99", "it was written by a newer version (format 99)"),
    ):
        path = tmp_path / pragma
        with closing(sqlite3.connect(path)) as other:
            other.execute(f"PRAGMA {pragma}")
            other.execute("CREATE TABLE t (x)")
        before = path.read_bytes()

        with pytest.raises(QueueError) as caught:
            Spool(path)
        assert problem == caught.value.problem
        assert before == path.read_bytes()


@pytest.mark.parametrize("place", [0.0, 0.02, 0.3, 0.5, 0.7, 0.98])
def test_a_spool_damaged_anywhere_is_made_anew_from_what_can_be_read(
    place: float, tmp_path: Path
) -> None:
    """
    Two pages of zeros in the file: it is said, the rest is kept in order, nothing foreign appears.
    """
    path = tmp_path / "a.spool"
    with closing(Spool(path)) as spool:
        for number in range(60):
            spool.put(lines(*(f"{number} {n} " + "x" * 100 for n in range(20))), "block")
        given = waiting(spool)
        spool._database.guarded(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    content = bytearray(path.read_bytes())
    start = int(len(content) * place) // 4096 * 4096
    content[start : start + 8192] = bytes(8192)
    path.write_bytes(content)

    with closing(Spool(path)) as spool:
        spool.put(lines("after"), "drop-newest")
        found = [
            held.entry.payload.decode()
            for name in spool.streams()
            for held in spool.peek(name, 10_000, 1 << 30)
            if held.entry
        ]
        assert "after" == found.pop()
        assert set(found) <= set(given)
        assert [text for text in given if text in set(found)] == found
        while spool.streams():
            spool.settle(spool.peek(spool.streams()[0], 100, 1 << 20), {})
        assert spool.ledger().balanced
        if place >= 0.3:
            assert len(found) > 500


@pytest.mark.parametrize("turns", [25, pytest.param(500, marks=pytest.mark.slow)])
def test_any_damage_in_the_middle_is_survived(turns: int, tmp_path: Path) -> None:
    """
    Flipped bits all over the file: no crash, no endless loop, no record that nobody wrote.
    """
    import random

    path = tmp_path / "a.spool"
    with closing(Spool(path)) as spool:
        for number in range(20):
            spool.put(lines(*(f"{number} {n} " + "x" * 50 for n in range(10))), "block")
        given = set(waiting(spool))
        spool._database.guarded(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    sound = path.read_bytes()
    dice = random.Random(4)
    for turn in range(turns):
        for old in tmp_path.glob("a.spool*"):
            old.unlink()
        content = bytearray(sound)
        for _ in range(dice.choice([1, 1, 5, 50])):
            place = dice.randrange(len(content))
            content[place] ^= 1 << dice.randrange(8)
        path.write_bytes(content)
        try:
            spool = Spool(path)
        except QueueError:
            continue  # the very first page says that it is no spool of ours
        with closing(spool):
            found: list[str] = []
            for _ in range(100):
                names = spool.streams()
                if not names:
                    break
                held = spool.peek(names[0], 1000, 1 << 20)
                found += [item.entry.payload.decode() for item in held if item.entry]
                spool.settle(held, {})
            assert set(found) <= given, turn


@pytest.mark.skipif(not hasattr(os, "statvfs"), reason="a file system of POSIX")
def test_a_spool_that_is_deleted_while_open_is_made_again(spool: Spool) -> None:
    """
    When somebody deletes the file, what comes after is kept in a new one.
    """
    spool.put(lines("before"), "block")
    for path in spool.path.parent.iterdir():
        path.unlink()
    spool.put(lines("after"), "block")

    assert ["after"] == waiting(spool)
    assert 0o600 == stat.S_IMODE(spool.path.stat().st_mode)


def test_what_cannot_be_written_off_is_not_handed_out_again(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    When the disk fails while a batch is taken off, the batch is not sent twice by this process.
    """
    spool.put(lines("a", "b", "c"), "block")
    held = spool.peek(A, 2, 999)

    def fail(*_: Any) -> Any:
        raise QueueError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(spool._database, "transaction", fail)
        with pytest.raises(QueueError):
            spool.settle(held, {0: "no"})
        assert ["c"] == waiting(spool)
    spool.settle(spool.peek(A, 9, 999), {})
    ledger = spool.ledger()

    assert (3, 2, 0, 1) == (ledger.accepted, ledger.delivered, ledger.pending, ledger.dead)
