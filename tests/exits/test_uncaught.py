"""Exceptions that nobody handles, and what the ``traceback`` module prints, leave without secrets."""

from __future__ import annotations

import re
import signal
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.exits.running import CARD, SECRET, run

if TYPE_CHECKING:
    from pathlib import Path

#: Ends of programs, without a secret, that print a traceback.
CLEAN = {
    "error": "raise ValueError('wrong', 7)",
    "name": "wrongly = 1\nwrongli",
    "attribute": "import json\njson.dumbs",
    "syntax": "compile('a b c', 'x.py', 'exec')",
    "chain": "try:\n    {}['a']\nexcept KeyError as error:\n    raise OSError(2, 'no', '/a') from error",
    "group": "raise ExceptionGroup('many', [ValueError(1), ExceptionGroup('in', [KeyError('k')])])",
    "notes": "error = ValueError('x')\nerror.add_note('one\\ntwo')\nraise error",
    "own": "class Own(Exception):\n    def __str__(self): return 'own text'\nraise Own",
    "recursion": "def f(): f()\nf()",
    "limit": "import sys\nsys.tracebacklimit = 0\ndef f(): 1/0\nf()",
    "limited": "import sys\nsys.tracebacklimit = 1\ndef f(): 1/0\nf()",
    "exit": "raise SystemExit(3)",
    "exit text": "raise SystemExit('bye')",
    "interrupt": "raise KeyboardInterrupt",
    "import": "import not_there_at_all",
    "thread": "import threading\ndef f(): 1/0\nt = threading.Thread(target=f)\nt.start()\nt.join()",
    "timer": "import threading\nt = threading.Timer(0, lambda: 1/0)\nt.start()\nt.join()",
    "exit of a thread": "import threading\nt = threading.Thread(target=exit)\nt.start()\nt.join()",
    "delete": "class A:\n    def __del__(self): 1/0\nA()",
    "generator": "def g():\n    try: yield\n    finally: 1/0\nx = g()\nnext(x)\ndel x",
    "at exit": "import atexit\natexit.register(lambda: 1/0)",
    "callback": "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a, lambda _: 1/0)\ndel a",
    "printed": "import traceback\ntry: 1/0\nexcept Exception: traceback.print_exc()\ntraceback.print_stack()",
    "none": "import sys\nsys.stderr = None\n1/0",
    "deleted hook": "import sys\ndel sys.excepthook\n1/0",
    "hook fails": "import sys\ndef hook(*_): {}['x']\nsys.excepthook = hook\n1/0",
    "hook exits": "import sys\ndef hook(*_): raise SystemExit(5)\nsys.excepthook = hook\n1/0",
    "hook is none": "import sys\nsys.excepthook = None\n1/0",
    "unraisable fails": "import sys\ndef hook(_): int('x')\nsys.unraisablehook = hook\n"
    "class A:\n    def __del__(self): 1/0\nA()",
    "thread hook fails": "import threading\ndef hook(_): {}['x']\nthreading.excepthook = hook\n"
    "t = threading.Thread(target=lambda: 1/0)\nt.start()\nt.join()",
}


@pytest.mark.parametrize("name", CLEAN)
def test_without_secrets_all_is_as_before(name: str, tmp_path: Path) -> None:
    """
    What a program prints and the code it ends with are the same with and without ``install()``.
    """
    program = "import sys\nif sys.argv[1] == 'on':\n    import redactor; redactor.install()\n"
    program += "elif 0:\n    pass\n" + CLEAN[name] + "\n"

    off = run(program, tmp_path, "off", code=None)
    on = run(program, tmp_path, "on", code=None)

    same = re.compile(r"0x[0-9a-f]+")
    assert (same.sub("0x", off.err), off.out, off.code) == (same.sub("0x", on.err), on.out, on.code)


def test_a_traceback_has_no_secret_anywhere(tmp_path: Path) -> None:
    """
    Message, arguments, notes, causes, members of groups, and literals in the source are redacted; the
    places stay.
    """
    program = f"""
        import redactor
        redactor.install()

        def connect(password):
            raise LookupError("no", {{"password": password, "card": {CARD.replace(" ", "")}}})

        def login():
            try:
                connect(password="{SECRET}")
            except LookupError as error:
                error.add_note("tried password={SECRET}")
                raise ExceptionGroup("password={SECRET}", [ValueError("password={SECRET}")]) from error

        login()
    """

    ran = run(program, tmp_path, code=1)

    assert SECRET not in ran.both
    assert CARD.replace(" ", "") not in ran.both
    assert 'connect(password="[redacted:password]")' in ran.err
    assert re.search(r"LookupError: \('no', \{'password': '\[redacted:password\]', 'ca", ran.err)
    assert "tried password=[redacted:password]" in ran.err
    assert "ExceptionGroup: password=[redacted:password] (1 sub-exception)" in ran.err
    assert 3 == len(re.findall(r'File ".*program\.py", line \d+, in (login|connect)', ran.err))


def test_an_interrupt_ends_a_program_as_before(tmp_path: Path) -> None:
    """
    Control-C ends the program by the signal, so that a shell stops too.
    """
    program = f"""
        import redactor
        redactor.install()
        raise KeyboardInterrupt("password={SECRET}")
    """

    ran = run(program, tmp_path, code=-signal.SIGINT)

    assert "KeyboardInterrupt: password=[redacted:password]\n" in ran.err
    assert SECRET not in ran.err


_HOOK = """
def hook(kind, value, frames):
    print(kind.__name__, isinstance(value, Login), repr(value), str(value), value.args, vars(value))
    print(issubclass(kind, Login), value.user, value.card, traceback.format_exception(value))
    while frames is not None:
        print(frames.tb_frame.f_code.co_name, dict(frames.tb_frame.f_locals))
        frames = frames.tb_next
    sys.__excepthook__(kind, value, value.__traceback__)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hook_of_the_program_gets_a_stand_in(when: str, tmp_path: Path) -> None:
    """
    A hook that is set before or after ``install()`` sees the type, the places and the values that are
    no secret; what it prints and passes on to Python's own hook has none.
    """
    install = "import redactor; redactor.install()"
    program = textwrap.dedent(f"""
        import sys, traceback
        {install if when == "after" else ""}
        class Login(Exception):
            def __init__(self, user, password):
                super().__init__(user, password)
                self.user, self.password, self.card = user, password, [{CARD.replace(" ", "")}]
            def __str__(self):
                return f"login of {{self.user}} with password={{self.password}}"
        {{hook}}
        sys.excepthook = hook
        {install if when == "before" else ""}
        def fails(password):
            raise Login("ada", password)
        fails(sys.argv[1])
    """)

    ran = run(program.replace("{hook}", _HOOK), tmp_path, SECRET, code=1)

    assert SECRET not in ran.both
    assert CARD.replace(" ", "") not in ran.both
    assert ran.out.startswith("Login True ")
    assert "True ada ['[redacted:card]']" in ran.out
    assert "fails {'password': '[redacted:password]'}" in ran.out
    assert "Login: login of ada with password=[redacted:password]\n" in ran.err


def test_assigned_hooks_can_be_chained_and_put_back(tmp_path: Path) -> None:
    """
    The usual dances work: call what was there, put back what was there, compare with the original.
    """
    program = f"""
        import redactor, sys, threading
        redactor.install()
        assert sys.excepthook is sys.__excepthook__
        assert threading.excepthook is threading.__excepthook__
        before = sys.excepthook
        def first(kind, value, frames):
            print("first", value)
            before(kind, value, frames)
        sys.excepthook = first
        held = sys.excepthook
        def second(kind, value, frames):
            print("second", value)
            held(kind, value, frames)
        sys.excepthook = second
        sys.excepthook = held
        assert sys.excepthook is held
        sys.excepthook = second
        sys.excepthook = sys.__excepthook__
        assert sys.excepthook is before
        sys.excepthook = second
        redactor.uninstall()
        assert sys.excepthook is second
        assert type(sys) is type(redactor)
        redactor.install()
        raise ValueError("password={SECRET}")
    """

    ran = run(program, tmp_path, code=1)

    assert "second password=[redacted:password]\nfirst password=[redacted:password]\n" == ran.out
    assert ran.err.endswith("ValueError: password=[redacted:password]\n")
    assert SECRET not in ran.err


def test_the_sys_module_is_still_a_module(tmp_path: Path) -> None:
    """
    It can be pickled by those who pickle modules, reloaded, and patched by test libraries.
    """
    program = """
        import copyreg, importlib, inspect, pickle, redactor, sys, types
        from unittest import mock
        redactor.install()
        assert isinstance(sys, types.ModuleType) and inspect.ismodule(sys)
        assert repr(sys) == "<module 'sys' (built-in)>"
        assert pickle.loads(pickle.dumps(sys)) is sys
        with mock.patch("sys.argv", ["x"]), mock.patch.object(sys, "excepthook", print):
            assert sys.argv == ["x"]
            sys.new = 1
            del sys.new
        assert sys.excepthook is sys.__excepthook__
        print(sys.getsizeof(1) > 0)
    """

    assert "True\n" == run(program, tmp_path).out


@pytest.mark.parametrize("when", ["before", "after"])
def test_rich_tracebacks_show_no_secret(when: str, tmp_path: Path) -> None:
    """
    The hook of rich shows variables and the source around; neither holds a secret.
    """
    pytest.importorskip("rich")
    install = "import redactor; redactor.install()"
    program = f"""
        {install if when == "after" else ""}
        import rich.traceback
        rich.traceback.install(show_locals=True)
        {install if when == "before" else ""}
        def fails(password, user):
            raise ValueError("password=" + password)
        fails("{SECRET}", "ada")
        other = "password={SECRET}"
    """

    ran = run(program, tmp_path, code=1)

    assert SECRET not in ran.both
    assert re.search(r"password = '\[redacted:password\]'", ran.err)
    assert re.search(r"user = 'ada'", ran.err)


def test_a_hook_like_that_of_typer_finds_its_mark(tmp_path: Path) -> None:
    """
    A hook that reads an object that it put on the exception, as Typer's does, gets it.
    """
    program = f"""
        import redactor, sys
        redactor.install()
        class Config:
            def __init__(self): self.pretty, self.password = True, "{SECRET}"
        def hook(kind, value, frames):
            config = value.__dict__["__config__"]
            print(config.pretty, isinstance(config, Config), config.password)
        sys.excepthook = hook
        try:
            raise ValueError("x")
        except Exception as error:
            error.__config__ = Config()
            raise
    """

    assert "True True [redacted:password]\n" == run(program, tmp_path, code=1).out


def test_a_hook_that_fails_leaks_nothing(tmp_path: Path) -> None:
    """
    Where the interpreter would print the error of the hook and the exception, both are redacted.
    """
    program = f"""
        import redactor, sys
        redactor.install()
        def hook(kind, value, frames):
            raise KeyError("hook password={SECRET}")
        sys.excepthook = hook
        raise ValueError("password={SECRET}")
    """

    ran = run(program, tmp_path, code=1)

    assert SECRET not in ran.err
    assert ran.err.startswith("Error in sys.excepthook:\n")
    assert "KeyError: 'hook password=[redacted:password]'\n\nOriginal exception was:\n" in ran.err
    assert ran.err.endswith("ValueError: password=[redacted:password]\n")


def test_debuggers_see_the_exception_itself(tmp_path: Path) -> None:
    """
    ``pdb.pm()`` and ``python -m pdb`` work on the real frames; what the latter prints is scanned.
    """
    program = """
        import redactor, sys
        redactor.install()
        def fails(password):
            raise ValueError("password=%s" % password)
        fails(sys.argv[1])
    """
    ran = run(program, tmp_path, SECRET, options=("-m", "pdb", "-c", "continue"), said="p 6*7\nq\n")
    traceback = ran.out[: ran.out.index("Uncaught exception")] + ran.err

    assert "(Pdb) 42\n" in ran.out
    assert "ValueError: password=[redacted:password]" in ran.both
    assert SECRET not in traceback

    program = f"""
        import redactor, sys
        redactor.install()
        def hook(kind, value, frames):
            print(sys.last_value.args, sys.last_traceback.tb_next.tb_frame.f_locals)
        sys.excepthook = hook
        def fails(password):
            raise ValueError("x")
        fails("{SECRET}")
    """
    assert f"('x',) {{'password': '{SECRET}'}}\n" == run(program, tmp_path, code=1).out


# Exceptions that cannot be raised -----------------------------------------------------------------


def test_ignored_exceptions_have_no_secret(tmp_path: Path) -> None:
    """
    In a ``__del__``, a callback, a generator or at exit: message, source and the text of the object.
    """
    program = f"""
        import atexit, gc, redactor, weakref
        redactor.install()
        class Falls:
            def __call__(self, *_): raise ValueError("password={SECRET}")
            def __repr__(self): return "Falls(password={SECRET})"
            def __del__(self): raise ValueError("password={SECRET}")
        class Kept: pass
        Falls()
        callback, kept = Falls(), Kept()
        reference = weakref.ref(kept, callback)
        del kept
        atexit.register(callback)
        def numbers(password):
            try: yield
            finally: raise ValueError("password=" + password)
        running = numbers("{SECRET}")
        next(running)
        del running
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    # The last one is so late that redaction can fail; then it is withheld.
    assert ran.err.count("ValueError: password=[redacted:password]\n") in (4, 5)
    assert "Falls(password=[redacted:password])" in ran.err


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hook_for_ignored_exceptions_gets_stand_ins(when: str, tmp_path: Path) -> None:
    """
    It sees the exception and the object without secrets, and can still read their attributes.
    """
    install = "import redactor; redactor.install()"
    program = f"""
        import sys
        {install if when == "after" else ""}
        class Falls:
            __slots__ = ("user", "password")
            def __init__(self): self.user, self.password = "ada", "{SECRET}"
            def __repr__(self): return "Falls(password={SECRET})"
            def __call__(self): raise ValueError("password={SECRET}")
        def hook(args):
            print(args.exc_type, repr(args.exc_value), args.err_msg, args.object)
            print(isinstance(args.object, Falls), args.object.user, args.object.password)
            print(args.exc_traceback.tb_frame.f_locals["self"])
            sys.__unraisablehook__(args)
        sys.unraisablehook = hook
        {install if when == "before" else ""}
        import atexit, weakref
        class Kept: pass
        kept = Kept()
        finalizer = weakref.ref(kept, lambda _, falls=Falls(): falls())
        falls = Falls()
        def of(reference): pass
        class Reference(weakref.ref): pass
        other = Kept()
        reference = weakref.ref(other, type("F", (Falls,), {{"__call__": lambda self, _: Falls()()}})())
        del other
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert "ValueError('password=[redacted:password]')" in ran.out
    assert "True ada [redacted:password]\n" in ran.out
    assert "Falls(password=[redacted:password])" in ran.out


# Threads ------------------------------------------------------------------------------------------


def test_a_thread_that_fails_leaves_no_secret(tmp_path: Path) -> None:
    """
    Its name, the message and the source are redacted, also of a thread that was started before.
    """
    program = f"""
        import threading
        go = threading.Event()
        def early():
            go.wait()
            raise ValueError("early password={SECRET}")
        first = threading.Thread(target=early, name="password={SECRET}")
        first.start()
        import redactor
        redactor.install()
        go.set()
        first.join()
        def late(password):
            raise ValueError(f"late password={{password}}")
        second = threading.Thread(target=late, args=("{SECRET}",), name="worker")
        second.start()
        second.join()
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert "Exception in thread password=[redacted:password]:\n" in ran.err
    assert "Exception in thread worker:\n" in ran.err
    assert "ValueError: early password=[redacted:password]\n" in ran.err
    assert "ValueError: late password=[redacted:password]\n" in ran.err


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hook_for_threads_gets_stand_ins(when: str, tmp_path: Path) -> None:
    """
    It sees the exception, the variables and the name of the thread without secrets.
    """
    install = "import redactor; redactor.install()"
    program = f"""
        import threading
        {install if when == "after" else ""}
        def hook(args):
            print(isinstance(args, threading.ExceptHookArgs), args.exc_type, args.exc_value)
            print(isinstance(args.thread, threading.Thread), args.thread.name, args.thread.daemon)
            print(dict(args.exc_traceback.tb_next.tb_next.tb_frame.f_locals))
            threading.__excepthook__(args)
        threading.excepthook = hook
        {install if when == "before" else ""}
        def fails(password):
            raise ValueError("password=" + password)
        thread = threading.Thread(target=fails, args=("{SECRET}",), name="password={SECRET}")
        thread.start()
        thread.join()
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert (
        "True <class 'ValueError'> password=[redacted:password]\n"
        "True password=[redacted:password] False\n"
        "{'password': '[redacted:password]'}\n"
    ) == ran.out
    assert ran.err.startswith("Exception in thread password=[redacted:password]:\n")
    assert ran.err.endswith("ValueError: password=[redacted:password]\n")


# The traceback module -----------------------------------------------------------------------------


def test_printing_is_scanned_wherever_it_goes(tmp_path: Path) -> None:
    """
    All functions that print, also those that were imported by name before, to standard error or to a
    file.
    """
    program = f"""
        import sys, traceback
        from traceback import print_exc, print_exception, print_stack, print_tb
        import redactor
        redactor.install()
        def stack(password="{SECRET}"): print_stack()
        try:
            raise ValueError("password={SECRET}")
        except ValueError as error:
            print_exc()
            print_exception(error)
            print_exception(ValueError, error, error.__traceback__, 1, sys.stdout)
            print_tb(error.__traceback__)
            traceback.TracebackException.from_exception(error, capture_locals=True).print()
            traceback.TracebackException.from_exception(error).stack
            sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
            sys.last_exc = error
            traceback.print_last()
            stack(); "password={SECRET}"
            traceback.print_list(traceback.extract_tb(error.__traceback__))
            with open("kept.log", "w") as file:
                traceback.print_exc(file=file)
    """

    ran = run(program, tmp_path)
    kept = (tmp_path / "kept.log").read_text()

    assert SECRET not in ran.both + kept
    # Python 3.12 and 3.13 print nothing of an exception that is kept as the last one.
    count = 4 if sys.version_info < (3, 12) else 3
    assert count == ran.err.count("ValueError: password=[redacted:password]\n")
    assert 1 == ran.out.count("ValueError: password=[redacted:password]\n")
    assert kept.endswith("ValueError: password=[redacted:password]\n")
    assert 'stack(); "password=[redacted:password]"' in ran.err


def test_formatting_and_memory_are_left_alone(tmp_path: Path) -> None:
    """
    What a program formats, or prints into a ``StringIO``, has not left.
    """
    program = f"""
        import io, redactor, traceback
        redactor.install()
        try:
            raise ValueError("password={SECRET}")
        except ValueError as error:
            memory = io.StringIO()
            traceback.print_exc(file=memory)
            traceback.print_stack(file=memory)
            assert "password={SECRET}" in traceback.format_exc()
            assert "password={SECRET}" in memory.getvalue()
        print("kept")
    """

    assert "kept\n" == run(program, tmp_path).out


# Failures -----------------------------------------------------------------------------------------

_BREAK = f"""
import redactor, sys, threading, traceback
guard = redactor.install()
def fail(*_):
    raise LookupError("password={SECRET}")
"""

_ENDS = {
    "excepthook": 'raise ValueError("password={SECRET}")',
    "hook of the program": "def hook(*args): print(*map(repr, args))\nsys.excepthook = hook\n"
    'raise ValueError("password={SECRET}")',
    "thread": 'def f(): raise ValueError("password={SECRET}")\n'
    "t = threading.Thread(target=f, name='password={SECRET}')\nt.start()\nt.join()",
    "thread hook": "threading.excepthook = lambda args: print(*map(repr, args[:3]))\n"
    'def f(): raise ValueError("password={SECRET}")\n'
    "t = threading.Thread(target=f)\nt.start()\nt.join()",
    "unraisable": 'class A:\n    def __del__(self): raise ValueError("password={SECRET}")\nA()',
    "unraisable hook": "sys.unraisablehook = lambda args: print(*map(repr, args))\n"
    'class A:\n    def __del__(self): raise ValueError("password={SECRET}")\nA()',
    "printing": 'try: raise ValueError("password={SECRET}")\nexcept Exception: traceback.print_exc()',
    "stack": 'traceback.print_stack(); "password={SECRET}"',
}


@pytest.mark.parametrize(
    "broken", ["both", *(pytest.param(each, marks=pytest.mark.slow) for each in ("text", "record"))]
)
@pytest.mark.parametrize("end", _ENDS)
def test_when_redaction_fails_a_placeholder_leaves(end: str, broken: str, tmp_path: Path) -> None:
    """
    The type, the places and the reason leave in place of the traceback; the failure is counted and
    reported once; the program ends as it would.
    """
    breaking = "".join(
        f"guard.{name} = fail\n" for name in ("text", "record") if broken in (name, "both")
    )
    program = _BREAK + breaking + _ENDS[end].replace("{SECRET}", SECRET) + "\n"
    counts = 'print(sum(guard.failures.values()) > 0, file=open("count", "w"))'
    program = f"import atexit\natexit.register(lambda: exec({counts!r}))\n{program}"

    ran = run(program, tmp_path, code=None)

    assert SECRET not in ran.both
    assert ran.code == (1 if end in ("excepthook", "hook of the program") else 0)
    if broken == "both" or (end in ("printing", "stack") and broken == "text"):
        assert "[redacted:withheld:LookupError]" in ran.both
        assert 1 == ran.err.count(
            "redactor: tracebacks: a record was withheld because of LookupError"
        )
        assert "True\n" == (tmp_path / "count").read_text()
    if end != "stack":
        assert "ValueError" in ran.both or "WithheldError" in ran.both


def test_an_engine_that_fails_is_survived(tmp_path: Path) -> None:
    """
    Also when not the guard but the engine under it raises, which the guard catches by itself.
    """
    program = f"""
        import redactor
        guard = redactor.install(engine="reference")
        def fail(*_, **__):
            raise LookupError("password={SECRET}")
        guard.redactor._engine.find = fail
        raise ValueError("password={SECRET}")
    """

    ran = run(program, tmp_path, code=1)

    assert SECRET not in ran.both
    assert "[redacted:withheld:LookupError]" in ran.err


# Forks and recursion ------------------------------------------------------------------------------


def test_a_forked_child_is_guarded(tmp_path: Path) -> None:
    """
    A child of ``fork`` prints its traceback without secrets, also when it is forked in the middle of
    another one being redacted.
    """
    program = f"""
        import os, redactor, sys
        redactor.install()
        class Forks(Exception):
            def __str__(self):
                if not self.args:
                    self.args = (os.fork(),)
                return f"password={SECRET}"
        try:
            raise Forks
        except Forks as error:
            sys.excepthook(type(error), error, None)
            sys.stderr.flush()
            if not error.args[0]:
                os._exit(0)
            os.waitpid(error.args[0], 0)
        child = os.fork()
        if not child:
            raise ValueError("child password={SECRET}")
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert "1\n" == ran.out
    assert 2 == ran.err.count("Forks: password=[redacted:password]\n")
    assert 1 == ran.err.count("ValueError: child password=[redacted:password]\n")


def test_a_hook_that_logs_and_raises_again_ends(tmp_path: Path) -> None:
    """
    A hook may log, print and call hooks; nothing is endless and nothing leaks.
    """
    program = f"""
        import logging, redactor, sys, traceback, warnings
        redactor.install()
        logging.basicConfig(level="DEBUG", stream=sys.stderr)
        class Logs(Exception):
            def __str__(self):
                logging.error("asked for its text, password={SECRET}")
                warnings.warn("asked, password={SECRET}", stacklevel=9)
                return "password={SECRET}"
        def hook(kind, value, frames):
            logging.critical("uncaught", exc_info=(kind, value, frames))
            traceback.print_exception(value)
            sys.__excepthook__(kind, value, frames)
            raise value
        sys.excepthook = hook
        raise Logs
    """

    ran = run(program, tmp_path, code=1)

    assert SECRET not in ran.both
    assert "Logs: password=[redacted:password]\n" in ran.err
    assert "CRITICAL:root:uncaught" in ran.err


def test_standard_error_that_is_closed_is_no_error(tmp_path: Path) -> None:
    """
    Where there is nothing to write to, nothing is written, and the program ends as it would.
    """
    program = f"""
        import redactor, sys
        redactor.install()
        sys.stderr.close()
        raise ValueError("password={SECRET}")
    """

    assert SECRET not in run(program, tmp_path, code=1).both


def test_faulthandler_works(tmp_path: Path) -> None:
    """
    ``faulthandler`` writes to the descriptor itself: names and places, nothing else.
    """
    program = f"""
        import faulthandler, redactor, sys
        redactor.install()
        faulthandler.enable()
        def fails(password):
            faulthandler.dump_traceback()
            faulthandler._sigabrt()
        fails("{SECRET}")
    """

    ran = run(program, tmp_path, code=-signal.SIGABRT)

    assert 2 == ran.err.count("program.py") // 2
    assert "Fatal Python error: Aborted" in ran.err
    assert SECRET not in ran.err
