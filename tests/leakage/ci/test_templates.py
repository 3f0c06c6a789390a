"""The template for GitLab, the hook of pre-commit, the examples for tox and nox: run for real."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.leakage.check.conftest import CLEAN, LINE, SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples/ci"
#: A test whose program logs what it should not, and one that does not.
LEAKS = f"""
import logging
def test_login():
    logging.getLogger("shop").warning("login password={SECRET}")
"""
CLEAN_TEST = """
import logging
def test_login():
    logging.getLogger("shop").warning("login of user 7")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution, which the templates install."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT], ROOT)
    (path,) = folder.glob("*.whl")
    return path


def run(command: list[str | Path], folder: Path, **env: str) -> str:
    """Run a command that must end well; return all that it printed."""
    done = outcome(command, folder, **env)
    assert 0 == done.returncode, done.stdout
    return done.stdout


def outcome(
    command: list[str | Path], folder: Path, **env: str
) -> subprocess.CompletedProcess[str]:
    kept = {
        key: text
        for key, text in os.environ.items()
        if not key.startswith(("REDACTOR", "PYTHON", "PYTEST", "VIRTUAL_ENV", "GIT_", "TOX", "NOX"))
    }
    return subprocess.run(
        command,
        cwd=folder,
        env={**kept, "NO_COLOR": "1", **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def repository(folder: Path) -> None:
    """Make *folder* a repository with one commit of what is in it."""
    run(["git", "init", "-q", "-b", "main"], folder)
    run(["git", "add", "-A"], folder)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    run(["git", *who, "commit", "-q", "--no-verify", "--allow-empty", "-m", "x"], folder)


# GitLab.


@pytest.fixture(scope="module")
def gitlab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner of pipelines on one's own machine, from npm; later ones need Node.js 22."""
    folder = tmp_path_factory.mktemp("gitlab")
    quiet = ("--silent", "--no-audit", "--no-fund")
    run(["npm", "install", *quiet, "--prefix", folder, "gitlab-ci-local@4.62.0"], folder)
    return folder / "node_modules/.bin/gitlab-ci-local"


def test_the_template_is_what_gitlabs_schema_says() -> None:
    """
    The template is valid.
    """
    check = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci")
    run([*check, EXAMPLES / "gitlab.yml"], ROOT)


@pytest.mark.parametrize("leaks", [True, False])
def test_a_pipeline_of_gitlab_runs_the_template(
    leaks: bool,  # noqa: FBT001  # pytest passes by name
    gitlab: Path,
    wheel: Path,
    tmp_path: Path,
) -> None:
    """
    A job that extends the template fails for a leak and passes without; its reports are artifacts.
    """
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.log").write_bytes(CLEAN + LINE * leaks)
    shutil.copy(EXAMPLES / "gitlab.yml", tmp_path / "redactor.yml")
    (tmp_path / ".gitlab-ci.yml").write_text(
        "include:\n  - local: redactor.yml\nleaks:\n  extends: .redactor-check\n  variables:\n"
        f'    REDACTOR_PATHS: "logs/**/*.log"\n    REDACTOR_REQUIREMENT: "{wheel}"\n'
    )
    repository(tmp_path)

    done = outcome([gitlab, "--force-shell-executor", "leaks"], tmp_path)

    assert leaks == bool(done.returncode), done.stdout
    assert leaks == ("logs/a.log:2: password (critical)" in done.stdout), done.stdout
    assert SECRET not in done.stdout
    found = [path for path in tmp_path.rglob("leaks.xml") if path.is_file()]
    assert found, done.stdout
    suite = ET.parse(found[0]).getroot()[0]
    assert str(int(leaks)) == suite.get("failures")


# pre-commit.


def test_the_hook_refuses_a_commit_with_a_leak(tmp_path: Path) -> None:
    """
    ``pre-commit`` installs the hook from the repository and runs it on what is committed: on logs,
    not on sources.
    """
    hook = tmp_path / "hook"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "target", "__pycache__", ".*_cache", "bench", "tests", "examples"
    )
    shutil.copytree(ROOT, hook, ignore=ignored)
    repository(hook)
    work = tmp_path / "work"
    work.mkdir()
    repository(work)
    rev = run(["git", "rev-parse", "HEAD"], hook).strip()
    config = (EXAMPLES / "pre-commit-config.yaml").read_text()
    config = config.replace("https://github.com/YOUR-FORK/redactor", str(hook))
    (work / ".pre-commit-config.yaml").write_text(config.replace("rev: v0.1.0", f"rev: {rev}"))
    (work / "app.log").write_bytes(CLEAN + LINE)
    (work / "app.py").write_bytes(LINE)
    run(["git", "add", "-A"], work)
    commit: list[str | Path] = [sys.executable, "-m", "pre_commit", "run"]
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}

    done = outcome(commit, work, **home)

    assert 1 == done.returncode, done.stdout
    assert "app.log:2: password (critical)" in done.stdout
    assert "app.py" not in done.stdout
    assert SECRET not in done.stdout
    (work / "app.log").write_bytes(CLEAN)
    run(["git", "add", "-A"], work)
    assert "Passed" in run(commit, work, **home)


# tox and nox.

RUNNERS = {
    "tox": ([sys.executable, "-m", "tox", "run", "-q"], "tox.ini"),
    "nox": ([sys.executable, "-m", "nox"], "noxfile.py"),
}


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Make a project with a test and a log."""

    def make(test: str, log: bytes) -> Path:
        (tmp_path / "logs").mkdir(exist_ok=True)
        (tmp_path / "logs/a.log").write_bytes(log)
        (tmp_path / "test_shop.py").write_text(test)
        return tmp_path

    return make


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_example_fails_for_a_leak_in_a_test_or_a_log(
    runner: str, wheel: Path, project: Callable[[str, bytes], Path]
) -> None:
    """
    The session passes for a clean project, and fails for a log that leaks and for a test that does.
    """
    command, file = RUNNERS[runner]
    folder = project(CLEAN_TEST, CLEAN)
    shutil.copy(EXAMPLES / file, folder)
    env = {"REDACTOR_REQUIREMENT": str(wheel)}

    run([*command], folder, **env)
    assert (folder / "reports/leaks.html").stat().st_size

    project(CLEAN_TEST, LINE)
    done = outcome([*command], folder, **env)
    assert done.returncode
    assert "logs/a.log:1: password (critical)" in done.stdout

    project(LEAKS, CLEAN)
    done = outcome([*command], folder, **env)
    assert done.returncode
    assert "test_shop.py:4" in done.stdout
    assert SECRET not in done.stdout
