"""Imports go one way."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from redactor.engines import native_available

ROOT = Path(__file__).resolve().parents[2]
#: Packages that only an extra brings.
_EXTRAS = {
    "loguru", "structlog", "opentelemetry", "sentry_sdk", "urllib3", "cramjam", "backports",
    "pyrage", "pytest", "redactor_core", "cryptography", "pypdf", "docx", "bs4",
}  # fmt: skip


def layers() -> dict[str, int]:
    """Read the order from CONTRIBUTING.md: the number of each module's line."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    part = text.partition("## Imports")[2].partition("\n## ")[0]
    order: dict[str, int] = {}
    for number, line in re.findall(r"^(\d+)\. (.+)$", part, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", line.partition(":")[0]):
            order[name] = int(number)
    return order


def sources() -> list[tuple[str, Path]]:
    """List all modules with their full names."""
    found: list[tuple[str, Path]] = []
    for root in (ROOT, ROOT / "sinks"):
        for package in ("redactor", "redactor_sinks"):
            for path in sorted((root / package).rglob("*.py")):
                name = ".".join(path.relative_to(root).with_suffix("").parts)
                found.append((name.removesuffix(".__init__"), path))
    return found


def layer_name(module: str) -> str:
    """The name under which CONTRIBUTING.md lists *module*."""
    first, _, rest = module.partition(".")
    return first if first == "redactor_sinks" or not rest else rest.partition(".")[0]


@cache
def imports(path: Path) -> set[tuple[str, bool]]:
    """List what the code at *path* imports when it runs, and whether at import already."""
    tree = ast.parse(path.read_bytes())
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
        if node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    late = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    found: set[tuple[str, bool]] = set()
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: a relative import"
            names = [node.module]
            if node.module == "redactor":
                # `from redactor import x`: a module of the library, or a public name of it.
                names = [
                    f"redactor.{alias.name}"
                    if (ROOT / "redactor" / f"{alias.name}.py").exists()
                    or (ROOT / "redactor" / alias.name).is_dir()
                    else "redactor"
                    for alias in node.names
                ]
        found |= {(name, id(node) not in late) for name in names}
    return found


def test_a_module_imports_only_from_lines_above_its_own() -> None:
    """
    The order of CONTRIBUTING.md holds, for imports inside functions too.
    """
    order = layers()
    for module, path in sources():
        own = layer_name(module)
        assert own in order, f"CONTRIBUTING.md does not list {own}"

        for name, _ in imports(path):
            if name.partition(".")[0] not in ("redactor", "redactor_sinks"):
                continue
            other = layer_name(name)
            if other == own or (own == "redactor_sinks" and name == "redactor"):
                continue
            assert order[other] < order[own], f"{module} imports {name}"


def test_what_an_extra_brings_is_imported_late() -> None:
    """
    Nothing that only an extra brings is needed to import a module.
    """
    for module, path in sources():
        early = {name.partition(".")[0] for name, at_import in imports(path) if at_import}
        if module.startswith("redactor.leakage.pytest_plugin"):
            early.discard("pytest")  # nobody but pytest imports it

        assert not early & _EXTRAS, module


def test_a_sink_imports_public_names_only() -> None:
    """
    Sinks know the library by its front door.
    """
    for module, path in sources():
        if not module.startswith("redactor_sinks"):
            continue
        for name, _ in imports(path):
            assert not name.startswith("redactor."), f"{module} imports {name}"


def test_the_library_starts_without_sinks_and_command_line() -> None:
    """
    ``import redactor`` loads no sink, no command line, no engine that does not run.
    """
    program = (
        "import sys, redactor; redactor.redact('x')\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} | set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())

    assert not loaded & {"redactor_sinks", "redactor.cli", "click", "urllib3", "pytest"}


@pytest.mark.skipif(not native_available(), reason="the reference engine reads all rules")
def test_a_start_from_the_cache_loads_only_what_finds(tmp_path: Path) -> None:
    """
    What reads packs, walks records and follows streams is loaded where it is asked for.
    """
    program = (
        "import sys; before = set(sys.modules)\n"
        "import redactor; redactor.Redactor(redactor.Policy(preset='strict')).text('x')\n"
        "print(*sorted(set(sys.modules) - before))"
    )

    def loaded() -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "REDACTOR_CACHE": str(tmp_path / "c"), "REDACTOR_ENGINE": "native"},
        )
        return set(done.stdout.split())

    late = {
        "hashlib", "json", "pathlib", "regex", "tomllib", "redactor.checks.table",
        "redactor.fingerprints", "redactor.packs.loader", "redactor.packs.pattern",
        "redactor.paths", "redactor.records", "redactor.stream",
    }  # fmt: skip
    assert "redactor.packs.loader" in loaded(), "the first start reads the packs"
    assert not late & loaded()
