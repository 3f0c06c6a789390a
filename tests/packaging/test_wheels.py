"""The distributions as built, away from the sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from redactor import __version__

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
_WINDOWS = sys.platform == "win32"
#: The environment without what would lead to the checkout or choose an engine.
_ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTHON", "PYTEST", "REDACTOR", "VIRTUAL_ENV"))
}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command with nothing of the checkout on its path; return what it printed."""
    done = subprocess.run(
        [*map(str, command)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=_ENVIRONMENT,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert 0 == done.returncode, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, so that no build leaves anything in the checkout."""
    copy = tmp_path_factory.mktemp("sources") / "redactor"
    unwanted = shutil.ignore_patterns(".*", "target", "__pycache__", "*.so", "*.pyd", "dist")
    shutil.copytree(ROOT, copy, ignore=unwanted)
    return copy


@pytest.fixture(scope="session")
def built(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source distribution of the main distribution."""
    folder = tmp_path_factory.mktemp("dist")
    # Without --wheel or --sdist the wheel is built from the source distribution.
    run(sys.executable, "-m", "build", "--outdir", folder, sources, cwd=folder)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel and what tests need."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if _WINDOWS else "bin")
    run(
        programs / "python",
        *("-m", "pip", "install", "--quiet", f"{wheel}[loki]"),
        *("pytest", "pytest-xdist", "hypothesis", "mypy"),
        cwd=folder,
    )
    return programs


def test_the_wheel_holds_the_library_and_its_rules_and_nothing_else(wheel: Path) -> None:
    """
    The wheel has both packages, the packs, the markers of typed packages, and no tests.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = f"redactor_pipeline-{__version__}.dist-info"
    wanted = {
        path.relative_to(root).as_posix()
        for root, package in ((ROOT, "redactor"), (ROOT / "sinks", "redactor_sinks"))
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted |= {f"redactor/rules/{path.name}" for path in (ROOT / "rules").glob("*.toml")}

    assert wanted == {name for name in names if not name.startswith(info)}
    assert f"{info}/licenses/LICENSE" in names
    assert {"redactor/py.typed", "redactor_sinks/py.typed"} <= names


def test_the_wheel_says_what_pyproject_says(wheel: Path) -> None:
    """
    Name, version, extras, requirements and the command are those of ``pyproject.toml``.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        info = f"redactor_pipeline-{__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        entries = archive.read(f"{info}/entry_points.txt").decode()

    assert "redactor-pipeline" == metadata["Name"]
    assert __version__ == metadata["Version"]
    assert "Apache-2.0" == metadata["License-Expression"]
    assert set(project["optional-dependencies"]) == set(metadata.get_all("Provides-Extra", []))
    assert "redactor = redactor.cli:main" in entries
    assert "py3-none-any" in wheel.name


def test_the_source_distribution_holds_what_the_wheel_is_made_of(built: Path) -> None:
    """
    The source distribution has the sources, the packs, the licence, and no tests.
    """
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tops = {name.partition("/")[0] for name in names if name}

    assert {"redactor", "sinks", "rules", "LICENSE", "README.md", "pyproject.toml"} <= tops
    assert not tops & {"tests", "bench", "core", "examples"}


def test_an_installed_wheel_works_away_from_the_sources(installed: Path, tmp_path: Path) -> None:
    """
    Library, sinks, packs and command come from the wheel; the first line names the engine.
    """
    program = (
        "import pathlib, redactor, redactor.sinks, redactor_sinks\n"
        "from redactor.packs import builtin_folder\n"
        "assert redactor.sinks.LokiSink is redactor_sinks.LokiSink\n"
        "print(redactor.redact('pay 4111 1111 1111 1111'))\n"
        "for path in (redactor.__file__, redactor_sinks.__file__, builtin_folder()):\n"
        "    print(pathlib.Path(path).resolve())\n"
    )
    text, *places = run(installed / "python", "-c", program, cwd=tmp_path).splitlines()
    doctor = run(installed / "redactor", "doctor", cwd=tmp_path)

    assert "pay [redacted:card]" == text
    assert all(Path(place).is_relative_to(installed.parent.resolve()) for place in places)
    assert doctor.startswith("engine: reference")


def test_the_rules_hold_in_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    """
    The tests of the rules pass against the wheel, with the sources out of reach.
    """
    (tmp_path / "tests").mkdir()
    shutil.copytree(ROOT / "tests/rules", tmp_path / "tests/rules")
    shutil.copy(ROOT / "tests/conftest.py", tmp_path / "tests")
    shutil.copy(ROOT / "tests/strategies.py", tmp_path / "tests")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --import-mode=importlib --strict-markers -m 'not slow'\n"
        "pythonpath = .\nmarkers =\n    slow: as in the checkout\n",
        "utf-8",
    )

    shown = run(installed / "python", "-m", "pytest", "-q", "-n", "2", "tests", cwd=tmp_path)

    assert " passed" in shown


def test_users_see_the_types(installed: Path, tmp_path: Path) -> None:
    """
    A type checker reads the installed packages: right use passes, wrong use is told.
    """
    (tmp_path / "right.py").write_text(
        "from redactor import Finding, Policy, Redactor\n"
        "from redactor.sinks import LokiSink, Sink\n"
        "redactor: Redactor = Redactor(Policy(preset='strict'))\n"
        "text: str = redactor.text('x')\n"
        "found: tuple[Finding, ...] = redactor.find(b'x')\n"
        "sink: Sink = LokiSink('http://localhost:3100')\n",
        "utf-8",
    )
    (tmp_path / "wrong.py").write_text(
        "from redactor import Redactor\n"
        "from redactor.sinks import open_sink\n"
        "Redactor().text(1)\n"
        "open_sink(b'-')\n",
        "utf-8",
    )

    run(installed / "python", "-m", "mypy", "--strict", "right.py", cwd=tmp_path)
    wrong = subprocess.run(
        [str(installed / "python"), "-m", "mypy", "--strict", "wrong.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=_ENVIRONMENT,
        check=False,
    )
    assert 2 == wrong.stdout.count("arg-type"), wrong.stdout
