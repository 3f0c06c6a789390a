"""Libraries that are imported after ``install()`` are guarded before anybody can use them."""

from __future__ import annotations

import sys
import threading
from importlib import import_module, invalidate_caches, reload, resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from redactor.exits.after_import import AfterImport
from tests.exits.running import ROOT, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIBRARIES = ("loguru", "structlog", "opentelemetry", "sentry_sdk", "multiprocessing", "asyncio")


@pytest.fixture
def waiting() -> Iterator[AfterImport]:
    """One that is not left behind."""
    made = AfterImport()
    yield made
    made.cancel()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that modules are imported from; they are gone afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_call_comes_when_the_module_is_there_and_before_it_is_used(
    library: Path, waiting: AfterImport
) -> None:
    """
    The call sees the whole module; the statement behind the import comes after it.
    """
    (library / "late.py").write_text("value = 1\n")
    seen: list[Any] = []

    assert not waiting.call("late", lambda: seen.append(sys.modules["late"].value))
    assert [] == seen
    import_module("late")

    assert [1] == seen


def test_a_module_that_is_there_is_called_for_at_once(waiting: AfterImport) -> None:
    """
    Of a module that is imported already, there is nothing to wait for.
    """
    seen: list[str] = []

    assert waiting.call("json", lambda: seen.append("json"))
    assert ["json"] == seen


def test_a_reload_is_an_import(library: Path, waiting: AfterImport) -> None:
    """
    ``importlib.reload`` makes new functions, so they are guarded again; also of a module that was
    there from the start.
    """
    (library / "early.py").write_text("value = 1\n")
    (library / "late.py").write_text("value = 1\n")
    seen: list[str] = []
    early = import_module("early")
    waiting.call("early", lambda: seen.append("early"))
    waiting.call("late", lambda: seen.append("late"))

    reload(early)
    reload(import_module("late"))

    assert ["early", "early", "late", "late"] == seen


def test_the_module_has_the_loader_that_it_would_have(library: Path, waiting: AfterImport) -> None:
    """
    ``__loader__``, ``__spec__`` and what reads the files of a package are as without us.
    """
    (library / "late").mkdir()
    (library / "late" / "__init__.py").write_text("value = 1\n")
    (library / "late" / "data.txt").write_text("data")
    waiting.call("late", lambda: None)

    found = find_spec("late")
    module = import_module("late")

    assert found is not None
    assert str(library / "late" / "__init__.py") == found.origin
    assert "SourceFileLoader" == type(module.__loader__).__name__
    assert module.__spec__ is not None
    assert module.__loader__ is module.__spec__.loader
    assert "value = 1\n" == module.__loader__.get_source("late")  # type: ignore[union-attr]
    assert "data" == (resources.files("late") / "data.txt").read_text()


def test_modules_in_archives_and_in_namespaces_are_seen(
    library: Path, waiting: AfterImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It does not matter where a module comes from.
    """
    with ZipFile(library / "archive.zip", "w") as archive:
        archive.writestr("zipped.py", "value = 1\n")
    monkeypatch.syspath_prepend(str(library / "archive.zip"))
    (library / "namespace" / "inner").mkdir(parents=True)
    (library / "namespace" / "inner" / "late.py").write_text("value = 1\n")
    invalidate_caches()
    seen: list[str] = []
    for name in ("zipped", "namespace.inner.late"):
        waiting.call(name, lambda name=name: seen.append(name))  # type: ignore[misc]

    import_module("zipped")
    import_module("namespace.inner.late")

    assert ["zipped", "namespace.inner.late"] == seen


def test_an_import_that_fails_can_be_tried_again(library: Path, waiting: AfterImport) -> None:
    """
    A module that raises while it is imported is waited for again.
    """
    (library / "late.py").write_text("import os\nif not os.environ.get('X_READY'): 1/0\n")
    seen: list[str] = []
    waiting.call("late", lambda: seen.append("late"))
    with pytest.raises(ZeroDivisionError):
        import_module("late")
    assert "late" not in sys.modules

    (library / "late.py").write_text("value = 1\n")
    invalidate_caches()
    import_module("late")

    assert ["late"] == seen


def test_what_the_call_raises_fails_the_import(library: Path, waiting: AfterImport) -> None:
    """
    A library that cannot be guarded is not imported, however often it is tried.
    """
    (library / "late.py").write_text("value = 1\n")

    def fail() -> None:
        raise LookupError("cannot be guarded")

    waiting.call("late", fail)

    for _ in range(2):
        with pytest.raises(LookupError):
            import_module("late")
        assert "late" not in sys.modules


def test_a_module_that_is_not_there_is_missing_as_before(waiting: AfterImport) -> None:
    """
    The error for a library that is not installed is the ordinary one.
    """
    waiting.call("not_there_at_all", lambda: None)

    with pytest.raises(ModuleNotFoundError, match="No module named 'not_there_at_all'"):
        import_module("not_there_at_all")
    assert find_spec("not_there_at_all") is None


def test_a_finder_in_front_does_not_hide_a_module(library: Path, waiting: AfterImport) -> None:
    """
    Where somebody's finder brings the module past ours, the next import of anything catches up.
    """
    from importlib.machinery import PathFinder

    (library / "late.py").write_text("value = 1\n")
    (library / "other.py").write_text("value = 1\n")
    seen: list[str] = []
    waiting.call("late", lambda: seen.append("late"))

    class InFront:
        find_spec = staticmethod(PathFinder.find_spec)

    sys.meta_path.insert(0, InFront)
    try:
        import_module("late")
    finally:
        sys.meta_path.remove(InFront)
    import_module("other")

    assert ["late"] == seen


def test_a_finder_that_imports_while_it_looks_is_no_trap(
    library: Path, waiting: AfterImport
) -> None:
    """
    A finder of somebody else may import another module that is waited for.
    """
    (library / "first.py").write_text("value = 1\n")
    (library / "second.py").write_text("value = 1\n")
    seen: list[str] = []
    for name in ("first", "second"):
        waiting.call(name, lambda name=name: seen.append(name))  # type: ignore[misc]

    class Imports:
        @staticmethod
        def find_spec(name: str, path: Any, target: Any = None) -> None:  # noqa: ARG004
            if name == "first":
                import_module("second")

    sys.meta_path.insert(1, Imports)
    try:
        import_module("first")
    finally:
        sys.meta_path.remove(Imports)

    assert ["second", "first"] == seen


def test_threads_that_import_at_once_are_all_behind_the_call(
    library: Path, waiting: AfterImport
) -> None:
    """
    The call is made once, and no thread has the module before it.
    """
    (library / "late.py").write_text("import time\ntime.sleep(0.05)\nvalue = 1\n")
    calls: list[str] = []
    seen: list[bool] = []
    start = threading.Barrier(6)
    waiting.call("late", lambda: calls.append("late"))

    def use() -> None:
        start.wait()
        import_module("late")
        seen.append(bool(calls))

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (["late"], [True] * 6) == (calls, seen)


def test_nothing_is_left_when_it_is_cancelled(library: Path) -> None:
    """
    After ``cancel`` the import system is as it was.
    """
    (library / "late.py").write_text("value = 1\n")
    before = list(sys.meta_path)
    seen: list[str] = []
    made = AfterImport()
    made.call("late", lambda: seen.append("late"))

    made.cancel()
    import_module("late")

    assert (before, []) == (sys.meta_path, seen)


def test_no_library_is_imported_by_install(tmp_path: Path) -> None:
    """
    ``import redactor`` and ``redactor.install()`` load no library that the program did not.
    """
    program = f"""
        import sys
        import redactor
        assert {{name for name in sys.modules if name.startswith("redactor")}} == {{"redactor"}}
        redactor.install()
        loaded = {{name.partition(".")[0] for name in sys.modules}}
        print(*sorted(loaded & {{*{LIBRARIES!r}, "click", "redactor_sinks", "rich", "pytest"}}))
    """

    assert "\n" == run(program, tmp_path).out


@pytest.mark.parametrize(
    "library_", ["loguru", "structlog", "opentelemetry.sdk.trace", "sentry_sdk"]
)
def test_each_library_can_be_imported_afterwards(library_: str, tmp_path: Path) -> None:
    """
    Each is imported, reloaded and let go of again without an error.
    """
    pytest.importorskip(library_)
    program = f"""
        import importlib, redactor
        redactor.install()
        module = importlib.import_module({library_!r})
        importlib.reload(module)
        redactor.uninstall()
        print(module.__loader__.__class__.__name__)
    """

    assert "SourceFileLoader\n" == run(program, tmp_path, options=("-W", "error")).out


@pytest.mark.parametrize(
    "options",
    [
        ("-I",),
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in (("-X", "importtime"), ("-O",), ("-OO",), ("-X", "dev"))
        ),
    ],
)
def test_options_of_the_interpreter_do_not_matter(options: tuple[str, ...], tmp_path: Path) -> None:
    """
    A program that runs isolated, optimised or under diagnosis is guarded too.
    """
    program = f"""
        import sys
        sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "sinks")!r}]
        import redactor
        redactor.install()
        import warnings
        warnings.warn("password=hunter2zz")
        print("done")
    """

    ran = run(program, tmp_path, options=options)

    assert "done\n" == ran.out
    assert "password=[redacted:password]" in ran.err
    assert "hunter2zz" not in ran.err.replace('warnings.warn("password=hunter2zz")', "")
