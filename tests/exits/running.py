"""Runs programs as users have them, and keeps every byte that left them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

__all__ = ["CARD", "SECRET", "Ran", "run", "start"]

ROOT = Path(__file__).resolve().parents[2]
#: What must not come out, and where it stands in what programs say.
SECRET = "hunter2zz"
CARD = "4111 1111 1111 1111"


class Ran(NamedTuple):
    """
    What left a program.

    Attributes:
        out: Standard output.
        err: Standard error.
        code: Its exit code.
    """

    out: str
    err: str
    code: int

    @property
    def both(self) -> str:
        """Both streams."""
        return self.out + self.err


def _environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))
    }
    paths = [str(ROOT), str(ROOT / "sinks")]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1", **more}


def start(
    program: str, folder: Path, *arguments: str, options: tuple[str, ...] = (), **env: str
) -> subprocess.Popen[bytes]:
    """Start *program*, written to *folder*, with pipes for its three streams."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(program), "utf-8")
    return subprocess.Popen(
        [sys.executable, *options, str(path), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=_environment(**env),
    )


def run(
    program: str,
    folder: Path,
    *arguments: str,
    options: tuple[str, ...] = (),
    said: str = "",
    code: int | None = 0,
    **env: str,
) -> Ran:
    """
    Run *program* to its end.

    Args:
        program: Its text, indented or not.
        folder: Where it is written and run.
        arguments: Its arguments.
        options: Options of the interpreter.
        said: What it reads from standard input.
        code: The exit code to expect; ``None`` for any.
        env: Variables of its environment.
    """
    with start(program, folder, *arguments, options=options, **env) as running:
        out, err = running.communicate(said.encode(), timeout=120)
    ran = Ran(out.decode("utf-8"), err.decode("utf-8"), running.returncode)
    assert code in (None, ran.code), ran
    return ran
