"""Children of ``multiprocessing`` and ``concurrent.futures`` are guarded before they do anything."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING

import pytest

from redactor import Policy
from redactor.exits import processes
from redactor.exits.installation import EXITS
from tests.exits.running import ROOT, SECRET, run

if TYPE_CHECKING:
    from pathlib import Path

METHODS = ("fork", "spawn", "forkserver")
_each = pytest.mark.parametrize("method", METHODS)

#: What a child does: everything that leaves, by the ways that Python has itself.
_SPEAK = """
import logging, sys, warnings
from multiprocessing import context

def speak(mark, secret):
    logging.getLogger("child").error("%s password=%s", mark, secret)
    warnings.warn(f"{mark} warns password={secret}", stacklevel=9)
    sys.stderr.flush()
    return f"{mark} returns"

def fails(mark, secret):
    raise ValueError(f"{mark} fails password={secret}")

class Own:
    def run(self): speak("own", self.secret)

class fork(Own, context.ForkProcess): pass
class spawn(Own, context.SpawnProcess): pass
class forkserver(Own, context.ForkServerProcess): pass
"""

_HEAD = """
import logging, multiprocessing, sys
from speak import speak, fails
SECRET = "{secret}"
"""


def program(method: str, body: str, *, install: str = "redactor.install()") -> str:
    """Return a program whose main part installs and then runs *body*."""
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return (
        _HEAD.replace("{secret}", SECRET)
        + f"\nif __name__ == '__main__':\n    import redactor\n    {install}\n"
        + f"    context = multiprocessing.get_context({method!r})\n{indented}\n"
    )


@pytest.fixture(autouse=True)
def _module_of_the_programs(tmp_path: Path) -> None:
    (tmp_path / "speak.py").write_text(_SPEAK)


@_each
def test_a_process_speaks_without_secrets(method: str, tmp_path: Path) -> None:
    """
    A target, a subclass, and a child of a child; its log lines, its warnings and its traceback.
    """
    text = program(
        method,
        """
import speak as module
own = getattr(module, context.get_start_method())()
own.secret = SECRET
for child in (
    context.Process(target=speak, args=("target", SECRET)),
    context.Process(target=fails, args=("target", SECRET), name="password=" + SECRET),
    own,
):
    child.start(); child.join()
    print(child.exitcode)
""",
    )

    ran = run(text, tmp_path)

    assert SECRET not in ran.both
    assert "target password=[redacted:password]\n" in ran.err
    assert "target warns password=[redacted:password]\n" in ran.err
    assert "ValueError: target fails password=[redacted:password]\n" in ran.err
    assert "Process password=[redacted:password]:\nTraceback" in ran.err
    assert "own password=[redacted:password]\n" in ran.err
    assert "0\n1\n0\n" == ran.out


@_each
def test_pools_and_executors_speak_without_secrets(method: str, tmp_path: Path) -> None:
    """
    ``Pool``, ``ProcessPoolExecutor`` and managers; results and errors come back as before.
    """
    text = program(
        method,
        """
import concurrent.futures
with context.Pool(1) as pool:
    print(pool.apply(speak, ("pool", SECRET)))
    try: pool.apply(fails, ("pool", SECRET))
    except ValueError as error: logging.exception("came back")
with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
    print(executor.submit(speak, "executor", SECRET).result())
    try: executor.submit(fails, "executor", SECRET).result()
    except ValueError as error: logging.exception("came back")
with context.Manager() as manager:
    shared = manager.dict(password=SECRET)
    assert shared["password"] == SECRET
executor = concurrent.futures.ProcessPoolExecutor(1, mp_context=context)
executor.submit(fails, "uncaught", SECRET).result()
""",
    )

    ran = run(text, tmp_path, code=1)

    assert SECRET not in ran.both
    assert "pool returns\nexecutor returns\n" == ran.out
    assert 2 <= ran.err.count("came back\n")
    for mark in ("pool", "executor"):
        assert f"{mark} password=[redacted:password]\n" in ran.err
        assert f"ValueError: {mark} fails password=[redacted:password]\n" in ran.err
    assert re.search(r"RemoteTraceback: *\n\"\"\"\nTraceback", ran.err)
    assert ran.err.endswith("ValueError: uncaught fails password=[redacted:password]\n")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_is_guarded_before_it_imports_the_program(method: str, tmp_path: Path) -> None:
    """
    Code at the top of the main module, which a new interpreter runs first, leaks nothing either.
    """
    text = f"import logging\nlogging.error('top of %s password={SECRET}', __name__)\n" + program(
        method,
        """
child = context.Process(target=speak, args=("target", SECRET))
child.start(); child.join()
print(child.exitcode)
""",
    )

    ran = run(text, tmp_path)

    assert "0\n" == ran.out
    assert f"top of __main__ password={SECRET}\n" in ran.err  # before install()
    assert "top of __mp_main__ password=[redacted:password]\n" in ran.err
    assert 1 == ran.both.count(SECRET)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_has_the_settings_of_its_parent(method: str, tmp_path: Path) -> None:
    """
    Policy with its relative packs, engine, streams and left out exits; also from another folder, and
    in a grandchild.
    """
    (tmp_path / "rules").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "rules" / "shop.toml").write_text(
        'schema = 1\nsummary = "Shop"\n[[rule]]\nid = "shop-coupon"\nsummary = "Coupon"\n'
        'reference = "https://shop.example.com/docs"\nseverity = "high"\nkeywords = ["CPN-"]\n'
        "pattern = 'CPN-[A-Z0-9]{10}'\nmatch = ['a CPN-7Q2M9XKD4T']\n"
        "ignore = [{ text = 'CPN-7Q', why = 'short' }]\n"
    )
    (tmp_path / "speak.py").write_text(
        _SPEAK + "\ndef grandchild(method):\n"
        "    import multiprocessing\n"
        "    child = multiprocessing.get_context(method).Process(target=report, args=('grand',))\n"
        "    child.start(); child.join()\n"
        "def report(mark):\n"
        "    import redactor\n"
        "    guard = redactor.installed()\n"
        "    print(mark, guard.redactor.engine, 'CPN-7Q2M9XKD4T', flush=True)\n"
        "    warnings.warn(f'{mark} CPN-7Q2M9XKD4T', stacklevel=9)\n"
    )
    text = program(
        method,
        f"""
import os, speak
os.chdir("elsewhere")
for target, args in ((speak.report, ("child",)), (speak.grandchild, ({method!r},))):
    child = context.Process(target=target, args=args)
    child.start(); child.join()
    assert child.exitcode == 0
""",
        install="redactor.install(redactor.Policy(packs=('rules/shop.toml',)), "
        "engine='reference', streams=True, without=('warnings',))",
    )

    ran = run(text, tmp_path)

    assert (
        "child reference [redacted:shop-coupon]\ngrand reference [redacted:shop-coupon]\n"
        == ran.out
    )
    # Warnings were left out: it is standard error that is guarded here.
    assert 2 == ran.err.count("[redacted:shop-coupon]")
    assert "CPN-" not in ran.err.replace("CPN-7Q2M9XKD4T', stacklevel", "")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_that_installs_itself_may(method: str, tmp_path: Path) -> None:
    """
    ``install()`` at the top of the main module runs in the child too: the same is no second one,
    and another one takes the place of what was inherited.
    """
    for own in ("redactor.install()", "redactor.install(redactor.Policy(disable=('card',)))"):
        text = f"import redactor\nif __name__ != '__main__': {own}\n" + program(
            method,
            """
child = context.Process(target=speak, args=("4111 1111 1111 1111", SECRET))
child.start(); child.join()
print(child.exitcode)
""",
        )

        ran = run(text, tmp_path)

        assert "0\n" == ran.out
        assert SECRET not in ran.err
        assert ("4111 1111 1111 1111" in ran.err) == ("disable" in own)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_that_cannot_be_guarded_does_not_run(method: str, tmp_path: Path) -> None:
    """
    Where ``install()`` fails in a child, it ends with the error, and its target is never called.
    """
    (tmp_path / "redactor.toml").write_text(
        '[hmac]\nkey_env = "KEY"\n[actions]\npassword = "hmac"\n'
    )
    text = program(
        method,
        """
import os
del os.environ["KEY"]
child = context.Process(target=speak, args=("target", SECRET))
child.start(); child.join()
print(child.exitcode)
""",
    )

    ran = run(text, tmp_path, KEY="0123456789abcdef0123456789abcdef")

    assert "1\n" == ran.out
    assert "redactor.errors.PolicyError: " in ran.err
    assert "target" not in re.sub(r"(?m)^  .*\n", "", ran.err)
    assert SECRET not in ran.err


def test_what_is_sent_holds_no_known_value(tmp_path: Path) -> None:
    """
    The settings are sent, the secrets are not: a child collects those of its own environment.
    """
    text = program(
        "spawn",
        """
import pickle, redactor.exits.installation as installation
redactor.register("correct-horse-battery", "vault")
assert redactor.redact("x correct-horse-battery") == "x [redacted:known-value:vault]"
sent = pickle.dumps(installation.heritage())
assert b"correct" not in sent and b"Falcon77" not in sent
logging.error("parent %s", "Falcon77xyz")
child = context.Process(target=logging.error, args=("child %s", "Falcon77xyz"))
child.start(); child.join()
print(child.exitcode)
""",
    )

    ran = run(text, tmp_path, APP_DB_PASSWORD="Falcon77xyz")

    assert "0\n" == ran.out
    assert "Falcon77xyz" not in ran.both


def test_nothing_is_sent_after_uninstall(tmp_path: Path) -> None:
    """
    After ``uninstall()`` children are as Python makes them.
    """
    text = program(
        "spawn",
        """
redactor.uninstall()
child = context.Process(target=speak, args=("target", SECRET))
child.start(); child.join()
print(child.exitcode)
""",
    )

    ran = run(text, tmp_path)

    assert "0\n" == ran.out
    assert f"target password={SECRET}" in ran.err


def test_the_package_is_found_where_the_parent_found_it(tmp_path: Path) -> None:
    """
    A parent that put the folder of this package on its own path has children that find it.
    """
    text = f"import sys\nsys.path[:0] = [{str(ROOT)!r}]\n" + program(
        "spawn",
        """
child = context.Process(target=speak, args=("target", SECRET))
child.start(); child.join()
print(child.exitcode)
""",
    )

    ran = run(text, tmp_path, PYTHONPATH="")

    assert "0\n" == ran.out
    assert "target password=[redacted:password]\n" in ran.err


@_each
def test_what_a_child_prints_last_is_not_lost(method: str, tmp_path: Path) -> None:
    """
    A child ends without ``atexit``; what its streams kept back comes out all the same, once.
    """
    (tmp_path / "speak.py").write_text(
        _SPEAK + "\ndef last(): print('a1b2c3d4e5', end=' t0k3nl1k3', flush=True)\n"
    )
    text = program(
        method,
        """
import speak
print("before the child, x9y8z7w6v5", end="", flush=True)
child = context.Process(target=speak.last)
child.start(); child.join()
print(" after", child.exitcode)
""",
        install="redactor.install(streams=True)",
    )

    out = run(text, tmp_path).out

    assert 1 == out.count("x9y8z7w6v5")
    assert 1 == out.count("a1b2c3d4e5 t0k3nl1k3")
    assert out.endswith(" after 0\n")


def test_a_fork_with_threads_that_log_is_no_deadlock(tmp_path: Path) -> None:
    """
    Children that are forked while other threads are in the middle of records speak and end.
    """
    text = program(
        "fork",
        """
import os, threading
stop = threading.Event()
logging.basicConfig(stream=open(os.devnull, "w"))
def busy():
    while not stop.is_set(): logging.error("busy password=%s card %s", SECRET, "4111 1111 1111 1111")
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads: thread.start()
codes = set()
for number in range(40):
    child = os.fork()
    if not child:
        code = 1
        try:
            guard = redactor.installed()
            code = 0 if guard.text("password=" + SECRET) == "password=[redacted:password]" else 2
            guard.failed("logging", ValueError(SECRET))
            import warnings; warnings.warn("child password=" + SECRET, stacklevel=9)
        finally:
            sys.stderr.flush()
            os._exit(code)
    codes.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
stop.set()
for thread in threads: thread.join()
print(codes)
""",
    )

    ran = run(text, tmp_path)

    assert "{0}\n" == ran.out
    assert SECRET not in ran.both
    assert 40 == ran.err.count("child password=[redacted:password]")


def test_the_settings_can_be_pickled() -> None:
    """
    A policy with all its parts goes through a pickle as it is.
    """
    policy = Policy(packs=("a.toml",), actions={"card": "mask"}, disable=("iban",))

    assert policy == pickle.loads(pickle.dumps(policy))
    assert setattr is processes._Setting("sys", "x", 1).__reduce__()[0]
    assert {"processes"} == {exit_.home for exit_ in EXITS if exit_.name == "multiprocessing"}
