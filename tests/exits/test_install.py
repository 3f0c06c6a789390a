"""``install()`` and ``uninstall()``: once, whole, and without a trace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.exits.running import ROOT, SECRET, run

if TYPE_CHECKING:
    from pathlib import Path

#: What is there, by object and name of the attribute. A module of the programs.
_ATTRIBUTES = """
import asyncio, logging, logging.handlers, multiprocessing.process, multiprocessing.spawn
import sys, threading, traceback, types, warnings

NAMES = ("loguru._logger", "loguru._handler", "loguru._better_exceptions", "structlog",
         "structlog._base", "structlog.stdlib", "sentry_sdk.client", "sentry_sdk.transport",
         "opentelemetry.sdk.trace", "opentelemetry.sdk._logs")


def attributes():
    owners = [
        logging, logging.Handler, logging.Logger, logging.StreamHandler, logging.Formatter,
        logging.LogRecord, logging.handlers.QueueHandler, multiprocessing.process.BaseProcess,
        multiprocessing.spawn, sys, threading, threading.Thread, traceback,
        traceback.TracebackException, warnings, asyncio.BaseEventLoop,
    ]
    for name in NAMES:
        if name in sys.modules:
            owners.append(sys.modules[name])
            owners += [v for v in vars(sys.modules[name]).values() if isinstance(v, type)]
    return {
        (getattr(owner, "__module__", ""), owner.__name__, name): value
        for owner in owners
        for name, value in vars(owner).items()
        if name not in ("__warningregistry__", "last_exc", "_abc_impl")
        and not isinstance(value, types.ModuleType)
    }


def changed(before, after):
    return sorted(
        key for key in {*before, *after} if before.get(key) is not after.get(key)
    )
"""


@pytest.fixture(autouse=True)
def _module_of_the_programs(tmp_path: Path) -> None:
    (tmp_path / "attributes.py").write_text(_ATTRIBUTES)


def test_uninstall_puts_every_attribute_back(tmp_path: Path) -> None:
    """
    Afterwards each attribute of the modules that are patched is the very object that it was; twice
    over, and with the libraries there or not.
    """
    program = """
        import redactor, sys, threading, warnings
        from attributes import attributes, changed
        from importlib import import_module
        for library in sys.argv[1:]:
            import_module(library)
        before, path = attributes(), list(sys.meta_path)
        kinds = type(sys), type(threading), type(warnings)
        for _ in range(2):
            redactor.install(streams=True)
            during = attributes()
            assert len(changed(before, during)) > 12, changed(before, during)
            redactor.uninstall()
            assert changed(before, attributes()) == [], changed(before, attributes())
            assert path == sys.meta_path
            assert kinds == (type(sys), type(threading), type(warnings))
            assert redactor.installed() is None
        redactor.uninstall()
        print("same")
    """
    libraries = ("loguru", "structlog", "structlog.stdlib", "sentry_sdk", "opentelemetry.sdk._logs")

    assert "same\n" == run(program, tmp_path).out
    for library in libraries:
        pytest.importorskip(library)
    assert "same\n" == run(program, tmp_path, *libraries).out


def test_twice_is_once(tmp_path: Path) -> None:
    """
    A second call with the same arguments changes nothing and returns the same guard.
    """
    program = f"""
        import redactor, sys, warnings
        from attributes import attributes, changed
        first = redactor.install()
        before = attributes()
        assert redactor.install() is first is redactor.installed()
        assert changed(before, attributes()) == []
        warnings.warn("password={SECRET}")
    """
    ran = run(program, tmp_path)

    assert 1 == ran.err.count("UserWarning")
    assert SECRET not in ran.err


def test_other_arguments_are_refused(tmp_path: Path) -> None:
    """
    A second call with other arguments says what to do, and leaves the first in force.
    """
    program = f"""
        import redactor, warnings
        redactor.install()
        for options in ({{"policy": redactor.Policy(preset="strict")}}, {{"streams": True}},
                        {{"without": ("warnings",)}}, {{"without": "wornings"}}):
            try:
                redactor.install(**options)
            except redactor.InputError as error:
                print(error)
        warnings.warn("password={SECRET}")
    """
    refused = (
        "redactor.install: it was called before, with other arguments. "
        "Call it once, or redactor.uninstall() in between.\n"
    )

    ran = run(program, tmp_path)

    assert ran.out.startswith(
        refused * 3 + "redactor.install: without: there is no exit 'wornings'. Did you mean"
    )
    assert SECRET not in ran.err


@pytest.mark.parametrize("broken", ["logging", "warnings", "tracebacks", "streams"])
def test_a_failure_in_the_middle_undoes_everything(broken: str, tmp_path: Path) -> None:
    """
    When one exit cannot be guarded, the error names it and no other is left guarded.
    """
    program = f"""
        import redactor, sys, warnings
        from attributes import attributes, changed
        from redactor.exits import installation
        before, path = attributes(), list(sys.meta_path)

        def fail(guard, patches):
            patches.replace(warnings, "warn", lambda real: lambda *args: None)
            raise LookupError("password={SECRET}")

        import redactor.exits.streams as home
        home.fail = fail
        installation.EXITS = tuple(
            exit_._replace(home="streams", function="fail") if exit_.name == {broken!r} else exit_
            for exit_ in installation.EXITS
        )
        try:
            redactor.install(streams=True)
        except redactor.ExitError as error:
            print(error)
        assert changed(before, attributes()) == [], changed(before, attributes())
        assert path == sys.meta_path
        assert redactor.installed() is None
    """

    assert (
        f"exit {broken}: it could not be guarded: LookupError. Install a version of the library "
        f'that is supported, or leave the exit out: redactor.install(without=("{broken}",)).\n'
    ) == run(program, tmp_path).out


def test_a_version_that_is_not_known_stops_the_program(tmp_path: Path) -> None:
    """
    Where Python does not have what is to be guarded, ``install()`` says so; it never leaks silently.
    """
    program = """
        import redactor, warnings
        del warnings._showwarnmsg
        redactor.install()
    """

    ran = run(program, tmp_path, code=1)

    assert (
        "redactor.exits.guard.ExitError: exit warnings: warnings has no _showwarnmsg: this version "
        "of the library is not known. Install a version that is supported, or leave the exit out: "
        'redactor.install(without=("warnings",)).\n'
    ) == "".join(ran.err.splitlines(keepends=True)[-1:])


def test_an_exit_that_is_left_out_is_not_touched(tmp_path: Path) -> None:
    """
    ``without`` leaves an exit as it is.
    """
    program = f"""
        import redactor, warnings
        redactor.install(without=("warnings", "tracebacks"))
        warnings.warn("password={SECRET}", stacklevel=9)
        1 / 0
    """

    ran = run(program, tmp_path, code=1)

    assert f"password={SECRET}" in ran.err
    assert ran.err.endswith("ZeroDivisionError: division by zero\n")


def test_what_others_wrapped_stays_and_passes_on(tmp_path: Path) -> None:
    """
    Somebody wraps a hook of ours: after ``uninstall()`` theirs is there and works as without us;
    after another ``install()`` nothing leaks, and nothing is done twice.
    """
    program = f"""
        import functools, redactor, sys, threading, traceback, warnings
        redactor.install()

        def wrap(owner, name):
            inner = getattr(owner, name)

            @functools.wraps(inner)
            def outer(*args, **kwargs):
                return inner(*args, **kwargs)

            setattr(owner, name, outer)
            return outer

        theirs = [wrap(warnings, "_showwarnmsg"), wrap(sys, "excepthook"),
                  wrap(traceback.TracebackException, "print"), wrap(threading, "excepthook")]
        def speak(mark):
            print(mark, file=sys.stderr, flush=True)
            warnings.warn(mark + "password={SECRET}")
            try:
                raise ValueError(mark + "password={SECRET}")
            except ValueError as error:
                traceback.print_exc()
                sys.excepthook(type(error), error, None)

        speak("one ")
        redactor.uninstall()
        assert warnings._showwarnmsg is theirs[0]
        assert sys.excepthook is theirs[1]
        assert traceback.TracebackException.print is theirs[2]
        assert threading.excepthook is theirs[3]
        speak("two ")
        redactor.install()
        speak("three ")
    """
    err = run(program, tmp_path).err
    one, _, rest = err.partition("two \n")
    two, _, three = rest.partition("three \n")

    for guarded in (one, three):
        assert SECRET not in guarded
        assert 2 == len(re.findall(r"ValueError: \w+ password=\[redacted:password\]\n", guarded))
    assert 2 == two.count(f"ValueError: two password={SECRET}\n")


def test_the_policy_of_the_folder_is_used(tmp_path: Path) -> None:
    """
    ``install()`` finds ``redactor.toml``; a mistake in it stops the program, and says where.
    """
    program = f"""
        import redactor, warnings
        redactor.install()
        warnings.warn("shoe_size=44441 password={SECRET}", stacklevel=9)
    """
    assert "shoe_size=44441 password=[redacted:password]" in run(program, tmp_path).err

    (tmp_path / "redactor.toml").write_text('[fields]\nsecret = ["shoe size"]\n')
    assert "shoe_size=[redacted:field] password=[redacted:password]" in run(program, tmp_path).err

    (tmp_path / "redactor.toml").write_text('disable = ["pasword"]\n')
    ran = run(program, tmp_path, code=1)
    assert "redactor.errors.PolicyError" in ran.err
    assert "there is no such rule" in ran.err
    assert SECRET not in ran.err.replace("warnings.warn", "")


def test_a_fork_in_the_middle_of_install_leaves_nothing_locked(tmp_path: Path) -> None:
    """
    A child that is forked while another thread holds the lock of ``install()`` can use it.
    """
    program = """
        import os, redactor, threading
        from redactor.exits import installation
        redactor.install()
        held, done = threading.Event(), threading.Event()
        def hold():
            with installation._lock:
                held.set()
                done.wait()
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        child = os.fork()
        if not child:
            redactor.install()
            redactor.uninstall()
            os._exit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        done.set()
        thread.join()
    """

    assert "7\n" == run(program, tmp_path).out


def test_a_subinterpreter_is_guarded_or_says_why_not(tmp_path: Path) -> None:
    """
    In a subinterpreter ``install()`` works, or raises: it does not return without guarding.
    """
    program = f"""
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            import _interpreters as interpreters
        code = '''
        import sys
        sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "sinks")!r}]
        try:
            import redactor
            redactor.install()
        except ImportError as error:
            print("refused", flush=True)
        else:
            import warnings
            warnings.warn("password={SECRET}", stacklevel=9)
            print("guarded", flush=True)
        '''
        interpreters.run_string(interpreters.create(), code.replace("\\n        ", "\\n"))
    """

    ran = run(program, tmp_path, code=None)

    assert SECRET not in ran.both
    assert ran.out in ("guarded\n", "refused\n")
    if ran.out == "guarded\n":
        assert "UserWarning: password=[redacted:password]" in ran.err


def test_install_in_a_thread_works_everywhere(tmp_path: Path) -> None:
    """
    The exits are those of the process, whichever thread asks.
    """
    program = f"""
        import redactor, threading, warnings
        threads = [threading.Thread(target=redactor.install) for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        warnings.warn("password={SECRET}", stacklevel=9)
        print(redactor.installed().active)
    """
    ran = run(program, tmp_path)

    assert "True\n" == ran.out
    assert 1 == ran.err.count("password=[redacted:password]")
    assert SECRET not in ran.err


def test_install_imports_no_library_of_an_exit(tmp_path: Path) -> None:
    """
    ``import redactor`` loads nothing but its own lazy front; ``install()`` loads no library that the
    program does not use, installed or not.
    """
    program = """
        import sys
        before = set(sys.modules)
        import redactor
        loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
        print(sorted(loaded - sys.stdlib_module_names - {"redactor"}))
        print(sorted(name for name in set(sys.modules) if name.startswith("redactor.")))
        redactor.install()
        libraries = {
            "loguru", "structlog", "opentelemetry", "sentry_sdk", "rich", "click", "django", "flask",
            "celery", "sqlalchemy", "numpy", "pandas", "pydantic", "attr", "urllib3", "requests",
        }
        print(sorted(libraries & {name.partition(".")[0] for name in sys.modules}))
    """

    assert "[]\n[]\n[]\n" == run(program, tmp_path).out
