"""Threads, tasks and processes: what they log through the same handlers is redacted."""

from __future__ import annotations

import multiprocessing
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left


def test_threads(run: Callable[..., Left]) -> None:
    """
    Lines of many threads, clean and dense in turn, all leave, each whole and redacted.
    """
    planted = Planted("thread")

    left = run(
        """
        import threading
        from loguru import logger
        logger.remove()
        logger.add("a.log", format="{message}")
        logger.add("b.log", format="{message} {extra}", filter=lambda record: True)
        def work(name):
            for number in range(200):
                logger.info("{} {} clean", name, number)
                logger.bind(password=secret("thread")).info("{} {} dense", name, number)
        threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """,
        planted=planted,
    )

    assert set() == planted.found_in(left.everything())
    for name in ("a.log", "b.log"):
        lines = left.files[name].splitlines()
        assert 2400 == len(lines)
        assert 2400 == len(set(lines))
    assert 1200 == left.files["b.log"].count(b"dense {'password': '[redacted:password]'}")


def test_coroutine_sinks(run: Callable[..., Left]) -> None:
    """
    A sink that is a coroutine gets a redacted message and record.
    """
    planted = Planted("message", "bind", "error")

    left = run(
        """
        import asyncio
        from loguru import logger
        logger.remove()
        async def sink(message):
            await asyncio.sleep(0)
            print(message, message.record)
        async def main():
            logger.add(sink)
            logger.add(sink, enqueue=True)
            logger.info("password=" + secret("message"))
            logger.bind(password=secret("bind")).info("bound")
            try:
                raise ValueError("password=" + secret("error"))
            except ValueError:
                logger.exception("failed")
            await logger.complete()
        asyncio.run(main())
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert 2 == left.out.count(b"'message': 'bound'")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("enqueue", [False, True])
def test_a_fork_in_the_middle_of_a_record(run: Callable[..., Left], *, enqueue: bool) -> None:
    """
    A process that forks while a record is redacted and written can log afterwards in both
    processes, and so can threads of the child.
    """
    planted = Planted("before", "parent", "child", "thread")

    left = run(
        f"""
        import threading
        from loguru import logger
        started = os.getpid()
        logger.remove()
        def forking(record):
            if record["message"].startswith("fork"):
                record["extra"]["pid"] = os.fork()
            return True
        logger.add("out.log", format="{{message}} {{extra}}", filter=forking, enqueue={enqueue})
        logger.info("password=" + secret("before"))
        logger.bind(token=secret("before")).info("fork")
        """
        """
        where = "parent" if os.getpid() == started else "child"
        logger.bind(password=secret(where)).info("from the {}", where)
        if where == "child":
            thread = threading.Thread(
                target=lambda: logger.info("in a thread password=" + secret("thread"))
            )
            thread.start()
            thread.join()
            os._exit(0)
        os.wait()
        logger.remove()
        """,
        planted=planted,
    )

    assert 0 == left.code, left.err.decode()
    lines = left.files["out.log"]
    assert set() == planted.found_in(left.everything())
    assert b"from the parent {'password': '[redacted:password]'}" in lines
    assert b"from the child {'password': '[redacted:password]'}" in lines
    assert b"in a thread password=[redacted:password]" in lines


_WORKERS = """
import multiprocessing
from loguru import logger
def work(logger, place, password):
    logger.bind(password=password).info("{} password=" + password, place)
    try:
        raise ValueError("password=" + password)
    except ValueError:
        logger.exception("failed in {}", place)
if __name__ == "__main__":
    context = multiprocessing.get_context("METHOD")
    logger.remove()
    logger.add("out.log", enqueue=True, serialize=True, diagnose=DIAGNOSE CONTEXT)
    logger.add(print_record, enqueue=True, diagnose=DIAGNOSE CONTEXT)
    workers = [
        context.Process(target=work, args=(logger, place, secret(place)))
        for place in ("one", "two")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    logger.complete()
    logger.remove()
"""


@pytest.mark.parametrize("guarded", ["both", "parent"])
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_that_share_a_queue(run: Callable[..., Left], method: str, guarded: str) -> None:
    """
    Records that workers put into the queue of a handler leave redacted, even from a worker that is
    not guarded itself: they are looked at where they arrive.
    """
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    if method == "fork" and guarded == "parent":
        pytest.skip("a fork has what its parent has")
    planted = Planted("one", "two")
    old = not hasattr(import_module("loguru._handler").Handler, "tasks_to_complete")
    method_argument = "" if old else f', context="{method}"'
    program = _WORKERS.replace("METHOD", method).replace(" CONTEXT", method_argument)
    # What a worker that is not guarded has written beside a line of code has no name any more.
    program = program.replace("DIAGNOSE", str(guarded == "both"))
    if old:
        program = program.replace(
            'if __name__ == "__main__":\n',
            f'if __name__ == "__main__":\n    multiprocessing.set_start_method("{method}")\n',
        )

    left = run(
        f"""\
if __name__ == "__main__" or {guarded == "both"}:
    install()
def print_record(message):
    print(message.record["extra"], message.record["exception"], message, flush=True)
{program}""",
        install="never",
        planted=planted,
    )

    assert 0 == left.code, left.err.decode()
    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    lines = left.files["out.log"]
    assert 4 == lines.count(b"\n")
    for place in (b"one", b"two"):
        assert 1 == lines.count(b'"message": "%s password=[redacted:password]"' % place)
    assert 2 == left.out.count(b"{'password': '[redacted:password]'} None")


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_a_signal_handler_that_logs(run: Callable[..., Left]) -> None:
    """
    A signal handler that logs while a record is redacted gets its line out, and so does the record.
    """
    planted = Planted("outer", "handler")

    left = run(
        """
        import signal
        from loguru import logger
        logger.remove()
        logger.add("handler.log", filter=lambda record: "handler" in record["extra"])
        class Signalling:
            def __repr__(self):
                os.kill(os.getpid(), signal.SIGUSR1)
                return "signalled"
        bound = logger.bind(handler=True, password=secret("handler"))
        signal.signal(signal.SIGUSR1, lambda *_: bound.info("in the handler"))
        outer = lambda record: "value" in record["extra"]
        logger.add(sys.stdout, format="{message} {extra}", filter=outer)
        logger.bind(value=Signalling(), password=secret("outer")).info("outer")
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert b"outer {'value': signalled, 'password': '[redacted:password]'}\n" == left.out
    assert b"in the handler" in left.files["handler.log"]
