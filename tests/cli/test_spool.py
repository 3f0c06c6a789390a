from __future__ import annotations

import json
import os
import socket
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from redactor_sinks.delivery import Entry, Spool
from redactor_sinks.delivery.lock import FileLock
from tests.sinks.answering import Answering, Reply
from tests.sinks.fault_server import serving, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.sinks.fault_server import FaultServer

    Run = Callable[..., tuple[int, bytes, bytes]]


@pytest.fixture
def loki() -> Iterator[FaultServer]:
    with serving() as server:
        yield server


def _size_of(spool: Path) -> int:
    """
    Bytes in a folder of spools; SQLite deletes its journals while they are counted.
    """
    size = 0
    for path in spool.glob("*"):
        with suppress(FileNotFoundError):
            size += path.stat().st_size
    return size


def _filtered(run: Run, loki: FaultServer, *more: str) -> tuple[int, bytes, bytes]:
    data = b"login password=hunter2 ok\nhello\n"
    return run("filter", "--to", f"loki:{loki.url}", *more, data=data)


def test_what_waits_is_listed_shown_and_delivered(run: Run, loki: FaultServer) -> None:
    """
    After an outage the book, the records and their delivery are one command each.
    """
    loki.rule = lambda _: status(401)
    code, _, err = _filtered(run, loki)
    assert 4 == code
    assert b"2 lines wait in the spool" in err
    (listed,) = json.loads(run("spool", "list", "--format", "json")[1])
    shown = [json.loads(line) for line in run("spool", "show", "--waiting")[1].splitlines()]
    text = run("spool", "list")[1].decode()

    assert (2, 0, 2, 0, {}) == tuple(
        listed[key] for key in ("accepted", "delivered", "waiting", "dead", "dropped")
    )
    assert f"loki:{loki.url}" == listed["sink"]
    assert "accepted 2 = delivered 0 + waiting 2 + dead 0 + dropped 0" in text
    assert ["login password=[redacted:password] ok", "hello"] == [item["record"] for item in shown]
    assert 4 == run("spool", "replay", "--timeout", "0.2")[0]
    loki.rule = lambda _: None
    code, out, _ = run("spool", "replay")

    assert (0, b"2 delivered, 0 refused for good, 0 wait.\n") == (code, out)
    assert ["login password=[redacted:password] ok", "hello"] == loki.lines


def test_the_next_start_delivers_what_waits(run: Run, loki: FaultServer) -> None:
    """
    A filter that starts again on the same sink brings what the one before it could not.
    """
    loki.rule = lambda _: status(401)
    _filtered(run, loki)
    loki.rule = lambda _: None

    assert 0 == run("filter", "--to", f"loki:{loki.url}", data=b"new\n")[0]
    assert ["login password=[redacted:password] ok", "hello", "new"] == loki.lines


def test_dead_letters_are_shown_with_their_reason_and_put_back(run: Run, loki: FaultServer) -> None:
    """
    What Loki refused for good is kept; once the cause is gone, ``--dead`` delivers it.
    """
    loki.refuses = lambda line: line == "hello"
    assert 4 == _filtered(run, loki)[0]
    (letter,) = [json.loads(line) for line in run("spool", "show")[1].splitlines()]
    assert ("hello", "status 400") == (letter["record"], letter["reason"])
    loki.refuses = lambda _: False
    code, out, _ = run("spool", "replay", "--dead")

    assert 0 == code
    assert b"1 dead letters were put back.\n1 delivered, 0 refused for good, 0 wait.\n" == out
    told = "redactor: 1 records of this stream were refused for good (status 400: 1)"
    assert ["login password=[redacted:password] ok", told, "hello"] == loki.lines
    assert b"" == run("spool", "show")[1]


def test_old_records_are_replayed_with_a_time_of_now(
    run: Run, loki: FaultServer, tmp_path: Path
) -> None:
    """
    What Loki refuses for its age, and what is too far behind, arrives with ``--restamp``; the time
    that it had is kept beside it.
    """
    loki.rule = lambda _: status(401)
    assert 4 == run("filter", "--to", f"loki:{loki.url}", data=b"new\n")[0]
    (path,) = tmp_path.rglob("*.spool")
    old = time.time_ns() - 8 * 86_400 * 10**9
    stream = '{"job":"old"}'
    with closing(Spool(path)) as spool:
        spool.put([Entry(old, stream, b"waits"), Entry(0, stream, b"dead")], "block")
        held = spool.peek(stream, 2, 999)
        spool.settle(held[:1], {0: "too old for Loki"})
    loki.rule = lambda _: None
    code, out, err = run("spool", "replay", "--dead", "--restamp")
    found = {pushed.line: pushed for pushed in loki.stored}

    assert (0, b"") == (code, err)
    assert b"3 records have a new time.\n1 dead letters were put back.\n" in out
    assert {"new", "waits", "dead"} <= set(found)
    assert found["dead"].time < found["waits"].time
    assert abs(found["waits"].time - time.time_ns()) < 600 * 10**9
    moment = datetime.fromtimestamp(old // 10**9, UTC)
    assert (
        f"{moment:%Y-%m-%dT%H:%M:%S}.{old % 10**9:09d}Z"
        == (found["waits"].metadata["original_time"])
    )
    with closing(Spool(path)) as spool:
        assert spool.ledger().balanced
        assert 0 == spool.ledger().pending


def test_a_spool_that_is_being_delivered_gets_no_new_times(
    run: Run, loki: FaultServer, tmp_path: Path
) -> None:
    """
    Two would change it at once: the command says so and changes nothing.
    """
    loki.rule = lambda _: status(401)
    _filtered(run, loki)
    (path,) = tmp_path.rglob("*.spool")
    lock = FileLock(path.with_name(f"{path.name}.lock"))
    assert lock.acquire()
    code, _, err = run("spool", "replay", "--restamp")
    lock.release()

    assert 0 != code
    assert b"another process delivers it now" in err


def test_a_dsn_of_the_environment_is_found_again(run: Run, environment: dict[str, str]) -> None:
    """
    ``sentry:`` takes its DSN from SENTRY_DSN; so does a replay that names no sink.
    """
    with Answering(Reply(401)) as server:
        environment["SENTRY_DSN"] = server.dsn
        data = b'{"level": "error", "event": "failed"}\n'
        assert 4 == run("filter", "--to", "sentry:", data=data)[0]
        server.otherwise = Reply(200)
        code, out, _ = run("spool", "replay")

    assert (0, b"1 delivered, 0 refused for good, 0 wait.\n") == (code, out)


def test_dropping_asks_and_is_counted(run: Run, loki: FaultServer) -> None:
    """
    Nothing is dropped without a yes; what is dropped stays in the book.
    """
    loki.rule = lambda _: status(401)
    _filtered(run, loki)

    assert 2 == run("spool", "drop")[0]
    assert 0 != run("spool", "drop", "--waiting", data=b"n\n")[0]
    assert b"2 records were dropped.\n" == run("spool", "drop", "--waiting", "--yes")[1]
    assert b"dropped, dropped by hand: 2" in run("spool", "list")[1]


def test_a_receiver_that_moved_gets_what_waits(run: Run, loki: FaultServer) -> None:
    """
    ``--to`` delivers the spool of one address to another.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        old = f"loki:http://127.0.0.1:{free.getsockname()[1]}"
    assert 4 == run("filter", "--to", old, data=b"one\n")[0]

    assert 0 == run("spool", "replay", "--to", f"loki:{loki.url}")[0]
    assert ["one"] == loki.lines
    assert b"delivered 1 + waiting 0" in run("spool", "list")[1]


def test_the_policy_chooses_spool_tenant_and_durability(
    run: Run, loki: FaultServer, tmp_path: Path
) -> None:
    """
    The options of a sink stand in the policy; ``spool list`` and ``replay`` find its spool.
    """
    (tmp_path / "redactor.toml").write_text(
        f'[[sinks]]\nto = "loki:http://me@{loki.address}"\ntenant = "team-a"\nspool = "kept"\n'
        'durability = "disk"\nback_pressure = "drop-oldest"\nflush_seconds = 0.1\n'
        'labels = { job = "shop" }\nencoding = "json"\n'
    )
    loki.rule = lambda _: status(503)
    assert 4 == run("filter", data=b"one\n")[0]
    assert 1 == len(list((tmp_path / "kept").glob("*.spool")))
    loki.rule = lambda _: None

    assert 0 == run("spool", "replay")[0]
    assert [('{"job": "shop"}', "one")] == [(labels, line) for labels, _, line in loki.entries]
    assert "team-a" == loki.requests[-1][0]["X-Scope-Orgid"]


def test_without_a_spool_nothing_is_written(run: Run, loki: FaultServer, tmp_path: Path) -> None:
    """
    ``--no-spool`` keeps all in memory, and so does ``durability = "memory"``.
    """
    assert 0 == _filtered(run, loki, "--no-spool")[0]
    (tmp_path / "redactor.toml").write_text(
        f'[[sinks]]\nto = "loki:{loki.url}"\ndurability = "memory"\n'
    )
    assert 0 == run("filter", data=b"x\n")[0]

    assert 3 == len(loki.lines)
    assert not (tmp_path / "state").exists()


def test_a_folder_that_cannot_be_used_is_an_error_only_when_it_was_chosen(
    run: Run, loki: FaultServer, tmp_path: Path, environment: dict[str, str]
) -> None:
    """
    D6: a chosen spool that cannot be made stops the start; the usual one is done without.
    """
    (tmp_path / "file").touch()
    code, _, err = _filtered(run, loki, "--spool", "file/inner")
    environment["XDG_STATE_HOME"] = str(tmp_path / "file")
    usual, _, said = _filtered(run, loki)

    assert 4 == code
    assert b"its folder cannot be made" in err
    assert (0, True) == (usual, b"Records wait in memory" in said)
    assert 2 == len(loki.lines)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            'durability = "dsk"',
            "toml:3: sinks[0]: durability: there is no such value. Did you mean",
        ),
        ('back_pressure = "wait"', "toml:3: sinks[0]: back_pressure: there is no such value"),
        ("spool_mib = 0", "sinks[0].spool_mib: Expected `int` >= 1"),
        ("tennant = 1", "sinks[0]: tennant: unknown key. Did you mean 'tenant'?"),
    ],
)
def test_a_mistake_in_an_option_stops_the_start(
    line: str, message: str, run: Run, tmp_path: Path
) -> None:
    """
    The message names the key.
    """
    (tmp_path / "redactor.toml").write_text(f'[[sinks]]\nto = "loki:http://x"\n{line}\n')
    code, _, err = run("filter", data=b"x\n")

    assert 2 == code
    assert message in err.decode()


def test_an_unknown_spool_is_named(run: Run) -> None:
    """
    A name that fits none, or none at all, says where to look.
    """
    code, _, err = run("spool", "show", "nothing")

    assert (3, True) == (code, b"there is no such spool. See: redactor spool list." in err)
    assert (0, b"There is no spool.\n") == run("spool", "list")[:2]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_ends_the_filter_in_bounded_time_and_loses_nothing(
    start: Callable[..., object], run: Run, loki: FaultServer, tmp_path: Path
) -> None:
    """
    P1: SIGTERM while the receiver hangs: the filter ends after ``flush_seconds``, the spool keeps.
    """
    import signal
    import time

    from tests.sinks.fault_server import Fault

    (tmp_path / "redactor.toml").write_text(
        f'[[sinks]]\nto = "-"\n[[sinks]]\nto = "loki:{loki.url}"\nflush_seconds = 0.5\n'
    )
    loki.rule = lambda _: Fault("hang")
    process = start("filter")
    process.feed(b"one\ntwo\n")  # type: ignore[attr-defined]
    process.until(b"two\n")  # type: ignore[attr-defined]
    loki.wait_requests(1)
    started = time.monotonic()
    os.kill(process.pid, signal.SIGTERM)  # type: ignore[attr-defined]
    code, _, err = process.end()  # type: ignore[attr-defined]

    assert time.monotonic() - started < 8
    assert 4 == code
    assert b"2 lines wait in the spool" in err
    loki.rule = lambda _: None
    assert 0 == run("spool", "replay")[0]
    assert ["one", "two"] == loki.lines


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_ends_a_filter_that_waits_for_room(
    start: Callable[..., object], loki: FaultServer, tmp_path: Path
) -> None:
    """
    P1: with ``block`` for ever, a full spool and Loki down, SIGTERM still ends the filter.
    """
    import signal

    (tmp_path / "redactor.toml").write_text(
        f'[[sinks]]\nto = "loki:{loki.url}"\nback_pressure = "block"\nblock_seconds = 0\n'
        "spool_mib = 1\nflush_seconds = 0.2\n"
    )
    (tmp_path / "big.log").write_bytes((b"x" * 999 + b"\n") * 3000)
    loki.rule = lambda _: status(503)
    process = start("filter", "big.log")
    spool = tmp_path / "state/redactor/spool"
    while _size_of(spool) < 1_000_000:
        assert process.popen.poll() is None  # type: ignore[attr-defined]
    os.kill(process.pid, signal.SIGTERM)  # type: ignore[attr-defined]
    code, _, err = process.end()  # type: ignore[attr-defined]

    assert 4 == code
    assert b"lines wait in the spool" in err
