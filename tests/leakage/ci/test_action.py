"""The action for GitHub: its steps are run as a runner runs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from tests.leakage.check.conftest import CLEAN, LINE, SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ (inputs|steps)\.([\w.-]+) \}\}")


class Job(NamedTuple):
    """What a run of the action left."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


class Runner:
    """
    Runs the steps of a composite action, all but those that use other actions.

    Only what an expression of ours needs is understood: inputs, and outputs of steps.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.temp = workspace.parent / "runner temp"
        self.temp.mkdir()

    def run(self, skip: str = "", **given: str) -> Job:
        unknown = set(given) - set(ACTION["inputs"])
        assert not unknown
        inputs = {
            name: given.get(name, one.get("default")) for name, one in ACTION["inputs"].items()
        }
        assert None not in inputs.values()
        outputs: dict[str, dict[str, str]] = {}
        log = ""
        for step in ACTION["runs"]["steps"]:
            if "uses" in step or step["name"] == skip:
                continue
            assert "${{" not in step["run"], "an input in a script is a way to inject commands"

            def value(found: re.Match[str]) -> str:
                if found[1] == "inputs":
                    return str(inputs[found[2]])
                name, _, output = found[2].partition(".outputs.")
                return outputs.get(name, {}).get(output, "")

            env = {key: _EXPRESSION.sub(value, text) for key, text in step.get("env", {}).items()}
            done, written = self._step(step["run"], env)
            outputs[step.get("id", "")] = written
            log += done.stdout + done.stderr
            if done.returncode:
                break
        told = {
            name: _EXPRESSION.sub(value, one["value"]) for name, one in ACTION["outputs"].items()
        }
        summary = self.temp / "summary"
        return Job(done.returncode, log, told, summary.read_text() if summary.exists() else "")

    def _step(
        self, script: str, env: dict[str, str]
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        path, output = self.temp / "script.sh", self.temp / "output"
        path.write_text(script)
        output.write_text("")
        kept = {
            key: text
            for key, text in os.environ.items()
            if not key.startswith(("REDACTOR", "PYTHON", "PYTEST", "VIRTUAL_ENV"))
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", path],
            cwd=self.workspace,
            env={
                **kept,
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
                "RUNNER_TEMP": str(self.temp),
                **env,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        pairs = (line.partition("=") for line in output.read_text().splitlines())
        return done, {name: text for name, _, text in pairs}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner with an empty workspace."""
    workspace = tmp_path / "work space"
    workspace.mkdir()
    return Runner(workspace)


@pytest.fixture
def installed(runner: Runner) -> Callable[..., Job]:
    """Run the action without its installation: with the code under test."""
    command = runner.temp / "redactor/bin/redactor"
    command.parent.mkdir(parents=True)
    path = os.pathsep.join(str(ROOT / part) for part in (".", "sinks"))
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec "{sys.executable}" -m redactor "$@"\n')
    command.chmod(0o755)
    return lambda **given: runner.run(skip="Install redactor", **given)


def test_a_leak_fails_the_job_and_is_an_annotation(
    runner: Runner, installed: Callable[..., Job]
) -> None:
    """
    The job ends with 1, the line has an annotation, the reports are where the outputs say.
    """
    (runner.workspace / "logs").mkdir()
    (runner.workspace / "logs/my app.log").write_bytes(CLEAN + LINE)

    job = installed(paths="logs\n")

    assert 1 == job.code
    assert "::error file=logs/my app.log,line=2,title=password leaks::" in job.log
    for name in ("sarif", "html", "junit"):
        assert (runner.workspace / job.outputs[name]).stat().st_size
    assert "redactor check: 1 leak in 1 place; 2 records looked at (0.0 MB)\n" == job.summary
    everything = job.log + job.summary
    everything += "".join(
        path.read_text() for path in (runner.workspace / "redactor-reports").iterdir()
    )
    assert SECRET not in everything


def test_clean_logs_pass(runner: Runner, installed: Callable[..., Job]) -> None:
    """
    Several paths and patterns, one a line; what is excluded is not looked at.
    """
    for name in ("a.log", "b/c.log", "b/skip me.log"):
        path = runner.workspace / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(LINE if "skip" in name else CLEAN)

    job = installed(paths="a.log\n**/*.log\n", exclude="skip me*\n")

    assert (0, "redactor check: no leaks; 2 records looked at (0.0 MB)\n") == (
        job.code,
        job.summary,
    )


def test_a_baseline_a_policy_and_the_environment_are_taken(
    runner: Runner, installed: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Inputs reach the command as they are.
    """
    monkeypatch.setenv("SHOP_PASSWORD", "quiet-" + "marble-41-otter")
    (runner.workspace / "a.log").write_bytes(b"sent quiet-marble-41-otter\n")
    (runner.workspace / "p.toml").write_text('[known]\nsafe = ["SHOP_PASSWORD"]\n')

    assert 0 == installed(paths="a.log").code
    assert 1 == installed(paths="a.log", environment="true").code
    assert 0 == installed(paths="a.log", environment="true", config="p.toml").code
    assert 2 == installed(paths="a.log", baseline="gone.json").code


def test_no_input_is_run_as_a_command(runner: Runner, installed: Callable[..., Job]) -> None:
    """
    A path that would be a command in a shell, or an option, is a path.
    """
    job = installed(paths="$(touch hurt); `touch hurt`\n--help\n")

    assert 2 == job.code
    assert not (runner.workspace / "hurt").exists()
    assert "--help%3A it cannot be read" in job.log or "--help: it cannot be read" in job.log


@pytest.mark.slow
def test_the_action_is_what_githubs_schema_says() -> None:
    """
    The action and the example of a workflow are valid.
    """
    for schema, path in (
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", "examples/ci/github.yml"),
    ):
        subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, ROOT / path],
            check=True,
        )


def test_the_example_gives_only_inputs_that_there_are() -> None:
    """
    What the workflow passes and takes is what the action has.
    """
    job = yaml.safe_load((ROOT / "examples/ci/github.yml").read_text("utf-8"))["jobs"]["leaks"]
    step: dict[str, Any] = next(one for one in job["steps"] if one.get("id") == "redactor")

    assert set(step["with"]) <= set(ACTION["inputs"])
    used = re.findall(r"steps\.redactor\.outputs\.(\w+)", str(job))
    assert set(used) <= set(ACTION["outputs"])


@pytest.mark.slow
def test_the_action_installs_itself(runner: Runner) -> None:
    """
    Every step is run, the installation too, in a workspace that knows nothing of redactor.
    """
    (runner.workspace / "a.log").write_bytes(CLEAN + LINE)

    job = runner.run(paths="a.log")

    assert 1 == job.code, job.log
    assert "::error file=a.log,line=2,title=password leaks::" in job.log
    assert shutil.which("redactor", path=str(runner.temp / "redactor/bin"))
