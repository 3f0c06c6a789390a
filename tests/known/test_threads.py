"""Values that come and go while other threads redact, and over a fork."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from redactor import KnownValues, Redactor

if TYPE_CHECKING:
    from redactor.field_types import EngineName


def test_values_come_and_go_while_others_redact(engine_name: EngineName) -> None:
    """
    While values are registered and forgotten, other threads get each text either raw or redacted,
    never a half, and the values that stay are removed all the time.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("Zx80alphaQ9bc", "stays")
    stop = threading.Event()
    wrong: list[str] = []
    text = "a Zx80alphaQ9bc b Yw71betaR8zde c"
    allowed = {
        "a [redacted:known-value:stays] b Yw71betaR8zde c",
        "a [redacted:known-value:stays] b [redacted:known-value:comes] c",
    }

    def work() -> None:
        while not stop.is_set():
            out = {
                redactor.text(text),
                redactor.record({"m": text})["m"],
                redactor.lines(text.encode()).decode(),
            }
            wrong.extend(out - allowed)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for place in range(60):
        redactor.known.register("Yw71betaR8zde", "comes")
        redactor.known.register(f"filler-value-{place:04}", "filler")
        redactor.known.forget("Yw71betaR8zde")
    stop.set()
    for thread in threads:
        thread.join()

    assert [] == wrong


def test_threads_that_register_lose_nothing(engine_name: EngineName) -> None:
    """
    Values of several threads are all there, each found by all redactors that share the store.
    """
    known = KnownValues()
    redactors = [Redactor(engine=engine_name, known=known) for _ in range(3)]

    def work(number: int) -> None:
        for place in range(15):
            known.register(f"value-{number}-{place:04}-Zx", f"t{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 60 == len(known)
    assert 60 == known.version
    for redactor in redactors:
        for number in range(4):
            for place in range(15):
                out = redactor.text(f"value-{number}-{place:04}-Zx")
                assert f"[redacted:known-value:t{number}]" == out


def test_the_version_grows_when_something_changed(engine_name: EngineName) -> None:
    """
    Each change of the values counts once, and nothing else does.
    """
    known = KnownValues()
    redactor = Redactor(engine=engine_name, known=known)
    known.register("Zx80alphaQ9bc", "a")
    known.register("Zx80alphaQ9bc", "b")
    assert 1 == known.version
    redactor.text("Zx80alphaQ9bc")
    known.forget("nothing of the kind")
    assert 1 == known.version
    known.forget("Zx80alphaQ9bc")
    assert 2 == known.version
    known.clear()
    assert 2 == known.version


def test_a_redactor_that_is_gone_is_let_go() -> None:
    """
    A store does not keep the engines of redactors that nobody has any more.
    """
    import gc

    known = KnownValues()
    for _ in range(5):
        Redactor(engine="reference", known=known)
    gc.collect()

    assert 0 == len(known._engines)


_FORKING = """
import os, sys, threading, time
import redactor
from redactor import KnownValues, Redactor
known = KnownValues()
one = Redactor(engine=sys.argv[1], known=known)
known.register("Zx80alphaQ9bc", "before")
stop = False
def work():
    place = 0
    while not stop:
        known.register(f"filler-value-{place:06}", "x"); place += 1
        if place % 50 == 0: known.clear(); known.register("Zx80alphaQ9bc", "before")
thread = threading.Thread(target=work, daemon=True); thread.start()
bad = 0
for _ in range(30):
    child = os.fork()
    if child == 0:
        known.register("Yw71betaR8zde", "child")
        out = one.text("Yw71betaR8zde")
        os._exit(0 if out == "[redacted:known-value:child]" else 1)
    bad += os.waitpid(child, 0)[1] != 0
stop = True
thread.join()
sys.exit(bad)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_while_values_come_leaves_nothing_locked(engine_name: EngineName) -> None:
    """
    A child that is forked while another thread registers values can register its own.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORKING, engine_name], timeout=120, check=False
    )

    assert 0 == done.returncode
