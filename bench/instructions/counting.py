"""Counting: the work under valgrind, and what it writes, read by object."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Count", "Counts", "compiler", "count", "read_dump"]

_ROOT = Path(__file__).resolve().parents[2]
_OBJECT = "_core"
_ALLOCATING = re.compile(r"^(malloc|calloc|realloc|posix_memalign|aligned_alloc)\b")
_DUMP_NAME = re.compile(r"^desc: Trigger: Client Request: (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Count:
    """
    Attributes:
        own: Instructions in the compiled half, a unit of the work.
        total: All instructions of the process, a unit; Python's own differ with its build.
        allocations: Allocations from the compiled half, a unit; Python's own are not counted.
        functions: The functions of the compiled half, the costliest first, with their instructions.
    """

    own: float
    total: float
    allocations: float
    functions: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """
    Attributes:
        compiler: What built the compiled half.
        instructions: The vector instructions that it used.
        work: Name of the work to its count.
        rules: How many rules were looked for.
    """

    compiler: str
    instructions: str
    work: dict[str, Count]
    rules: int = 0


def _library() -> Path:
    spec = find_spec("redactor_core")
    if spec is None or spec.origin is None:
        raise SystemExit("bench.instructions: the package 'redactor-core' is not installed")
    return next(Path(spec.origin).parent.glob(f"{_OBJECT}*.so"))


def compiler() -> str:
    """Return the compiler that built the compiled half, which says it in a section of its own."""
    found = re.search(rb"rustc version ([0-9.]+[^\s\0(]*)", _library().read_bytes())
    return found[1].decode() if found else "unknown"


def count(names: list[str], *, rules: int | None = None) -> Counts:
    """
    Do the work *names* under valgrind.

    Args:
        names: Names of ``work.WORK``.
        rules: With no more than so many rules; all that are on without a policy, if not given.

    Raises:
        SystemExit: valgrind is not installed, or the work failed.
    """
    if shutil.which("valgrind") is None:
        raise SystemExit("bench.instructions: valgrind is not installed")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--compress-strings=no",
             "--compress-pos=no", f"--callgrind-out-file={folder}/out",
             sys.executable, "-m", "bench.instructions.work",
             *(() if rules is None else (f"rules={rules}",)), *names],
            cwd=_ROOT,
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"bench.instructions: the work failed\n{done.stderr}")
        dumps = {}
        for file in sorted(Path(folder).glob("out.*")):
            text = file.read_text()
            if named := _DUMP_NAME.search(text):
                dumps[named[1]] = text
    said = [line.split() for line in done.stdout.splitlines()]
    units = {words[1]: int(words[2]) for words in said if words[0] == "units"}
    instructions = next(words[1] for words in said if words[0] == "instructions")
    looked_for = next(int(words[1]) for words in said if words[0] == "rules")
    work = {name: read_dump(dumps[name], units[name]) for name in names}
    return Counts(compiler(), instructions, work, looked_for)


def read_dump(dump: str, units: int) -> Count:
    """
    Read a dump of callgrind for *units* units of work.

    See https://valgrind.org/docs/manual/cl-format.html for what its lines mean.
    """
    own = total = allocations = 0
    functions: dict[str, int] = {}
    ours = called = False
    function = callee = ""
    for line in dump.splitlines():
        if line.startswith("ob="):
            ours = Path(line[3:]).name.startswith(_OBJECT)
        elif line.startswith("fn="):
            function = line[3:]
        elif line.startswith("cfn="):
            callee = line[4:]
        elif line.startswith("calls="):
            called = True
            if ours and _ALLOCATING.match(callee):
                allocations += int(line[6:].split()[0])
        elif line[:1].isdigit() or line[:2] == "0x":
            if called:  # what a call costs is counted where it is spent
                called = False
                continue
            cost = int(line.split()[1])
            total += cost
            if ours:
                own += cost
                functions[function] = functions.get(function, 0) + cost
    costly = sorted(functions.items(), key=lambda each: -each[1])
    return Count(
        own / units,
        total / units,
        allocations / units,
        tuple((name, cost / units) for name, cost in costly),
    )
