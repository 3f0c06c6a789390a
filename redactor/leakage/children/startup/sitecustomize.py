# ruff: noqa: INP001  # no package: its folder is put on the path
"""Run by Python at the start of each child of a test run with the leakage test; see its parent."""

import os
import sys
from importlib import import_module


def _begin() -> None:
    own = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  # nothing is imported yet
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != own]  # noqa: PTH100
    folder = os.environ.get("REDACTOR_LEAKAGE", "")
    if not folder or not os.path.isdir(folder):  # noqa: PTH112
        return
    try:
        from redactor.leakage.children import begin

        begin(folder)
    except Exception as error:  # noqa: BLE001  # the child runs; that it was not watched is told
        name = os.path.join(folder, f"{os.getpid()}.trouble")  # noqa: PTH118
        told = f"a child process ({sys.executable}) was not watched: {type(error).__name__}\n"
        with open(name, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(told)


def _run_the_other() -> None:
    """Run the ``sitecustomize`` that this one stands before, if there is one."""
    own = sys.modules.pop("sitecustomize", None)
    try:
        import_module("sitecustomize")  # another one: this folder is not on the path any more
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        if own is not None:
            sys.modules.setdefault("sitecustomize", own)


_begin()
_run_the_other()
