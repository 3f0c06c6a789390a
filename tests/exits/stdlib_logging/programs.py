"""Programs of their own process, for what would disturb the tests: forks, signals, their end."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run"]

#: A program that has not ended by then has a deadlock, and says where.
_PATIENCE = 120
_START = """
import faulthandler, logging, os, sys, threading, time
faulthandler.dump_traceback_later({patience}, exit=True)
import redactor
redactor.install(known=False)
PASSWORD, CARD = "hunter2" + "zz", "4111111111111111"
log = logging.getLogger("shop")
log.setLevel(logging.DEBUG)
"""


def run(program: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """
    Run *program* in *folder*, with ``logging`` guarded, and return what it wrote.

    Raises:
        CalledProcessError: It failed.
    """
    path = folder / "program.py"
    path.write_text(_START.format(patience=_PATIENCE) + textwrap.dedent(program))
    with (folder / "program.out").open("w+b") as out, (folder / "program.err").open("w+b") as err:
        # Not pipes: a child that outlives the program would keep them open.
        code = subprocess.run(
            [sys.executable, str(path)],
            stdout=out,
            stderr=err,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        ).returncode
        out.seek(0)
        err.seek(0)
        ran = subprocess.CompletedProcess([str(path)], code, out.read(), err.read())
    assert 0 == code, ran.stderr.decode()
    return ran
