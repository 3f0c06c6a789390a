from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
import pytest

from redactor._version import __version__
from redactor.cli.commands import root
from redactor.cli.doctor import _EXTRAS
from redactor.field_types import Preset
from redactor.policy import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., tuple[int, bytes, bytes]]


def _commands(group: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*names, name)
        if isinstance(command, click.Group):
            yield from _commands(command, *names, name)


def test_version_names_the_engine(run: Run) -> None:
    """
    --version says the version and which engine runs.
    """
    code, out, err = run("--version")

    assert (code, err) == (0, b"")
    assert out.startswith(f"redactor {__version__}, engine: reference (".encode())


def test_version_and_help_load_no_pack(environment: dict[str, str]) -> None:
    """
    What needs no rule imports neither packs nor engines.
    """
    program = (
        "import sys\n"
        "from redactor.cli import main\n"
        "main(['--version']); main(['--help'])\n"
        "print([name for name in sys.modules if name.startswith(('redactor.packs', 'regex', "
        "'redactor.engines.', 'redactor.policy', 'msgspec'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )

    assert done.stdout.splitlines()[-1] == b"[]"


@pytest.mark.parametrize("names", [(), *_commands(root)], ids=" ".join)
def test_every_command_has_help(names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """
    Each command says what it does, and each that does something shows examples.
    """
    from redactor.cli import main

    assert main([*names, "--help"]) == 0

    text = capsys.readouterr().out
    assert text.startswith(f"Usage: {' '.join(('redactor', *names))}")
    if names not in (("rules",), ("config",), ("doctor",)):
        assert "Examples:" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["filtr"], "'filtr' is no command. Did you mean 'filter'?"),
        (["--verson"], "Did you mean '--version'?"),
        (["rules", "tets"], "Did you mean 'test'?"),
        (["config", "inti"], "Did you mean 'init'?"),
        (["doctor", "now"], "doctor: there are too many arguments."),
    ],
)
def test_unknown_things_get_the_nearest_one(run: Run, arguments: list[str], message: str) -> None:
    """
    What is not known is answered in one sentence with what was probably meant; exit code 2.
    """
    code, out, err = run(*arguments)

    assert (code, out) == (2, b"")
    assert err.startswith(b"redactor: ")
    assert err.count(b"\n") == 1
    assert message in err.decode()


def test_doctor_names_the_engine_first(run: Run) -> None:
    """
    The first line says which engine runs and, where the kernel is missing, how to get it.
    """
    from redactor.engines import native_available

    code, out, _ = run("doctor")

    first, *rest = out.decode().splitlines()
    if native_available():
        assert first.startswith("engine: reference (asked for; redactor-core ")
    else:
        assert first == (
            "engine: reference (redactor-core is not installed: "
            "pip install 'redactor-pipeline[native]')"
        )
    assert code == 0
    assert "self-test: ok, a card number was redacted" in rest
    assert "policy: no file found, preset standard" in rest


def test_doctor_knows_every_extra() -> None:
    """
    The extras that doctor looks at are those of the distribution.
    """
    project = Path(__file__).parents[2] / "pyproject.toml"
    extras = tomllib.loads(project.read_text("utf-8"))["project"]["optional-dependencies"]

    assert {extra: re.split("[=<>]", needs[0])[0] for extra, needs in extras.items()} == {
        **_EXTRAS,
        "all": f"redactor-pipeline[{','.join(_EXTRAS)}]",
    }


def test_doctor_finds_a_broken_policy(run: Run, tmp_path: Path) -> None:
    """
    A policy that cannot be used is shown, and makes the exit code 1.
    """
    (tmp_path / "redactor.toml").write_text('preset = "strct"\n')

    code, out, _ = run("doctor")

    assert code == 1
    assert b"policy: " in out
    assert b"self-test: ok" in out


def test_a_closed_reader_ends_any_command_quietly(environment: dict[str, str]) -> None:
    """
    A list whose reader goes away ends without a word, with 141.
    """
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "redactor", "rules", "list"],
        stdout=writer, stderr=subprocess.PIPE, env=environment, check=False,
    )  # fmt: skip
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


def test_presets_of_the_option_are_those_of_the_policy() -> None:
    """
    The choices of --preset, written down to keep the start fast, are the presets that there are.
    """
    command = root.get_command(click.Context(root), "filter")
    assert command is not None
    [option] = [item for item in command.params if item.name == "preset"]

    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == tuple(PRESETS) == get_args(Preset)
