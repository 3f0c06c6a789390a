"""``redactor config``: writing, checking and showing a policy."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import good, heading
from redactor.cli.engine import engine_in_words
from redactor.cli.policies import choose, options, redactor_of
from redactor.cli.template import TEMPLATE
from redactor.errors import PolicyError

if TYPE_CHECKING:
    from redactor.policy import Known, Policy

__all__ = ["config_group", "shown_address"]

_INIT_EXAMPLES = """\b
Examples:
  redactor config init
  redactor config init deploy/redactor.toml

An existing file is never overwritten.
"""
_CHECK_EXAMPLES = """\b
Examples:
  redactor config check
  redactor config check deploy/redactor.toml
"""
_SHOW_EXAMPLES = """\b
Examples:
  redactor config show
  redactor config show --config deploy/redactor.toml --preset strict --format json
"""


@click.group("config")
def config_group() -> None:
    """Write, check and show a policy."""


@config_group.command("init", epilog=_INIT_EXAMPLES)
@click.argument("path", default="redactor.toml", metavar="[PATH]", type=click.Path(path_type=Path))
def init_command(path: Path) -> None:
    """Write a policy with comments to PATH. Default: redactor.toml."""
    if path.is_dir():
        path /= "redactor.toml"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(TEMPLATE)
    except FileExistsError:
        raise PolicyError(
            str(path), "it exists already", "Change it by hand, or name another file"
        ) from None
    except OSError as error:
        raise PolicyError(
            str(path),
            f"it cannot be written ({error.strerror})",
            "Check the path and its permissions",
        ) from None
    click.echo(f"{path} is written. Change it, then run: redactor config check {path}")


@config_group.command("check", epilog=_CHECK_EXAMPLES)
@click.argument("path", required=False, metavar="[PATH]", type=click.Path())
def check_command(path: str | None) -> int:
    """
    Check the policy at PATH, or the one that is found from here.

    Everything is checked that a program with this policy needs to start: packs, rule ids, keys.
    """
    chosen = choose(path, None)
    if chosen.path is None:
        raise PolicyError(
            "policy",
            "there is no redactor.toml and no [tool.redactor] here or in a folder above",
            "Write one with: redactor config init",
        )
    redactor = redactor_of(chosen.policy, None)
    click.echo(
        f"{chosen.path}: {good('ok')}: preset {chosen.policy.preset}, "
        f"{len(redactor.ruleset.sources)} rules"
    )
    return Code.OK


@config_group.command("show", epilog=_SHOW_EXAMPLES)
@options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show_command(
    config: str | None,
    preset: str | None,
    no_config: bool,  # noqa: FBT001  # click passes by name
    form: str,
) -> None:
    """Show the policy that is in force: packs, rules, actions, sinks and the engine."""
    chosen = choose(config, preset, no_config=no_config)
    shown = _effective(chosen.policy, chosen.path)
    if form == "json":
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for key, value in shown.items():
        click.echo(f"{heading(key)}: {_in_words(value)}")


def _effective(policy: Policy, path: Path | None) -> dict[str, Any]:
    packs = policy.load_packs()
    rules = policy.rules()
    hmac = policy.hmac
    shown: dict[str, Any] = {
        "policy": str(path) if path else "none found, the preset alone",
        "preset": policy.preset,
        "packs": {pack.name: len(pack.rules) for pack in packs},
        "rules": len(rules),
        "disabled": list(policy.disable),
        "actions": dict(Counter(policy.action_of(rule) for rule in rules)),
        "own actions": dict(policy.actions),
        "secret fields": list(policy.fields.secret),
        "safe fields": list(policy.fields.safe),
        "known values": _known(policy.known),
        "sinks": [shown_address(sink.to) for sink in policy.sinks] or ["-"],
        "engine": engine_in_words(),
    }
    if hmac.key_env:
        state = "set" if os.environ.get(hmac.key_env) else "not set"
        shown["hmac key"] = f"environment variable {hmac.key_env} ({state}), id {hmac.key_id}"
    elif hmac.key_file:
        shown["hmac key"] = f"file {hmac.key_file}, id {hmac.key_id}"
    return shown


def _known(known: Known) -> list[str]:
    """Return where an installed program looks for its own secrets, besides the usual places."""
    if not known.collect:
        return ["those that the program registers"]
    return [
        "environment",
        "mounted secrets",
        *(f"variable {name}" for name in known.env),
        *(f"file {name}" for name in known.files),
        *(f"not {name}" for name in known.safe),
    ]


def shown_address(to: str) -> str:
    """Return a sink's address without the user name and password that it may hold."""
    scheme, slashes, rest = to.partition("://")
    host, slash, path = rest.partition("/")
    path = path.partition("?")[0].rstrip("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash if path else ''}{path}"


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str(value)
