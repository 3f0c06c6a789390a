"""Programs that log, run as programs: what is looked at is the bytes that they left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Left", "Planted", "both", "run"]

ROOT = Path(__file__).resolve().parents[3]

_PRELUDE = """\
import json, os, sys
def secret(place, _all=json.loads(os.environ["SECRETS"])):  # no variable that a frame shows
    return _all[place]
def install(*, others=False, **options):
    # The exit alone, so that nothing is redacted by another one.
    import redactor
    from redactor.exits.installation import EXITS
    alone = {exit.name for exit in EXITS} - {os.environ["EXIT"]}
    options = {"known": False, "without": () if others else alone, **options}
    return redactor.install(options.pop("policy", redactor.Policy()), **options)
def break_redactor(how):
    # From now on nothing can be redacted any more.
    import redactor
    class Failure(Exception):
        pass
    def broken(*args, **kwargs):
        raise Failure(f"cannot cope with {args!r} {kwargs!r}")
    guard = redactor.installed()
    if how == "hook":
        guard.text = guard.record = guard.redactor.record = guard.redactor.text = broken
    else:
        engine = guard.redactor._engine
        for name in ("find", "scan", "redact", "redact_block", "check"):
            if hasattr(engine, name):
                setattr(engine, name, broken)
        walker = guard.redactor._walker
        guard.redactor._native_redact = walker._native_check = walker._check_record = None
if os.environ["INSTALL"] == "first":
    install()
"""


class Planted:
    """
    Made-up secrets, another one for each place.

    They are passwords that nothing but the name beside them marks.
    """

    def __init__(self, *places: str) -> None:
        self.by_place = {
            place: f"Falcon{number:02}Harbor{number * 37 % 89:02}x"
            for number, place in enumerate(places)
        }

    def found_in(self, data: bytes) -> set[str]:
        """Return the places whose secret is in *data*."""
        return {place for place, value in self.by_place.items() if value.encode() in data}


class Left:
    """
    What a program left behind.

    Attributes:
        out: Its standard output.
        err: Its standard error.
        files: Its files by name.
        code: Its exit code.
    """

    def __init__(self, done: subprocess.CompletedProcess[bytes], folder: Path, own: Path) -> None:
        self.out = done.stdout
        self.err = done.stderr
        self.code = done.returncode
        self.files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path != own and "__pycache__" not in path.parts
        }

    def everything(self) -> bytes:
        """Return all bytes, one after the other."""
        return b"\n".join([self.out, self.err, *self.files.values()])


def run(  # noqa: D417  # the environment is said
    folder: Path,
    program: str,
    *,
    exit_: str = "loguru",
    install: str = "first",
    planted: Planted | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> Left:
    """
    Run *program* in *folder* and return what it left behind.

    Args:
        folder: Where it runs and where its source is.
        program: Python source; it can call ``secret(place)``, ``install()`` and
            ``break_redactor(how)``.
        exit_: The one exit that ``install()`` guards.
        install: ``first`` calls ``install()`` before the program, ``never`` does not.
        planted: The secrets of the program.
        timeout: Seconds after which something hangs.
    """
    own = folder / "program.py"
    own.write_text(_PRELUDE + textwrap.dedent(program), "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", own.name],
        cwd=folder,
        env={
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "sinks"))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", ""),
            "COLUMNS": "100",
            "SECRETS": json.dumps(planted.by_place if planted else {}),
            "INSTALL": install,
            "EXIT": exit_,
            **(environment or {}),
        },
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Left(done, folder, own)


#: What is another at each run.
_ADDRESS = re.compile(rb"0x[0-9a-f]{8,16}|\b\d{15}\b")
_TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*")
_MOMENT = re.compile(
    rb"\d:\d\d:\d\d\.\d+|process '\w+' \(\d+\)|microseconds=\d+|\(id=\d+|datetime\(20[\d, ]+"
)
_NUMBER = re.compile(rb'"(id|seconds|timestamp|repr)": ("[^"]*"|[\d.]+)')


def both(folder: Path, program: str, **options: Any) -> tuple[bytes, bytes]:
    """
    Run *program* without redactor and with it; return what left, without addresses and times.

    Args:
        folder: Gets a folder for each.
        program: As for ``run``.
        options: As for ``run``; ``before`` is what the program does first when it is guarded.
    """
    before = options.pop("before", "install()\n")
    shown: list[bytes] = []
    for guarded in (False, True):
        # Both in the same place: what is shown may be cut in the middle of its name.
        own = folder / "run"
        own.mkdir()
        # As long as each other: tracebacks show the places.
        first = before if guarded else "\n" * before.count("\n")
        left = run(own, first + textwrap.dedent(program), install="never", **options)
        data = left.out + b"\n--\n" + left.err + b"\n--\n" + b"".join(left.files.values())
        data = _TIME.sub(b"TIME", _ADDRESS.sub(b"ADDRESS", data))
        data = _NUMBER.sub(rb"\1", _MOMENT.sub(b"MOMENT", data))
        shown.append(data.replace(str(own).encode(), b"FOLDER"))
        own.rename(folder / ("guarded" if guarded else "as-made"))
    return shown[0], shown[1]
