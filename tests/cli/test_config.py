from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from redactor.cli.template import TEMPLATE
from redactor.policy import PRESETS, Policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Run = Callable[..., tuple[int, bytes, bytes]]


def test_init_writes_a_policy_that_holds(run: Run, tmp_path: Path) -> None:
    """
    The file that init writes passes check, and is the standard preset.
    """
    code, out, _ = run("config", "init")

    assert code == 0
    assert out.startswith(b"redactor.toml is written.")
    assert run("config", "check")[0] == 0
    assert Policy.load(tmp_path / "redactor.toml").preset == "standard"


def test_every_commented_line_of_the_template_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A policy made by taking the comment signs away loads: the template shows nothing outdated.
    """
    lines = [line.removeprefix("# ") for line in TEMPLATE.splitlines()]
    kept = [line for line in lines if line.startswith("[") or _is_setting(line)]
    kept = [line.replace('"my-rules.toml"', '"cards"') for line in kept]
    (tmp_path / "redactor.toml").write_text("\n".join(kept))

    policy = Policy.load(tmp_path / "redactor.toml")

    assert policy.packs
    assert policy.disable
    assert policy.actions
    assert policy.fields.secret
    assert policy.fields.safe
    assert policy.fields.paths
    assert [bool(each.values or each.path) for each in policy.exceptions] == [True, True]
    assert policy.hmac.key_env
    assert policy.known.env
    assert policy.known.files
    assert policy.known.safe
    assert [sink.to.split(":")[0] for sink in policy.sinks] == ["-", "file", "loki"]


def _is_setting(line: str) -> bool:
    try:
        return bool(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        return False


def test_init_never_overwrites(run: Run, tmp_path: Path) -> None:
    """
    A file that exists keeps its bytes.
    """
    (tmp_path / "redactor.toml").write_text("mine")

    code, _, err = run("config", "init")

    assert code == 2
    assert err.startswith(b"redactor: redactor.toml: it exists already. ")
    assert (tmp_path / "redactor.toml").read_text() == "mine"


def test_check_names_the_mistake(run: Run, tmp_path: Path) -> None:
    """
    A policy that cannot be used gives one sentence with place and remedy, and exit code 2.
    """
    (tmp_path / "own.toml").write_text('disable = ["pasword"]\n')

    code, out, err = run("config", "check", "own.toml")

    assert (code, out) == (2, b"")
    assert err == (
        b"redactor: own.toml: disable: pasword: there is no such rule or pack in this policy. "
        b"Did you mean 'password'? See: redactor rules list.\n"
    )


def test_check_without_a_policy_says_how_to_write_one(run: Run) -> None:
    """
    Where there is no policy, check fails and names the command that writes one.
    """
    code, _, err = run("config", "check")

    assert code == 2
    assert b"Write one with: redactor config init." in err


def test_show_gives_the_policy_in_force(run: Run, tmp_path: Path) -> None:
    """
    Preset, packs, counts of actions, sinks and engine are shown; credentials of a sink are not.
    """
    (tmp_path / "redactor.toml").write_text(
        'disable = ["pin"]\n[actions]\ncard = "mask"\n'
        '[[sinks]]\nto = "loki:https://user:hunter2@logs.example/prefix"\n'
    )

    code, out, _ = run("config", "show", "--format", "json")
    text = run("config", "show")[1].decode()

    shown = json.loads(out)
    assert code == 0
    assert shown["policy"].endswith("redactor.toml")
    assert list(shown["packs"]) == list(PRESETS["standard"])
    assert shown["rules"] == sum(shown["packs"].values()) - 1
    assert shown["actions"]["mask"] == 1
    assert shown["sinks"] == ["loki:https://logs.example/prefix"]
    assert shown["engine"].startswith("reference")
    assert "own actions: card mask" in text
    assert "hunter2" not in text + out.decode()
