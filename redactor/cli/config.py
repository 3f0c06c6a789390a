"""``redactor config``: writing, checking and showing a policy."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import good, heading
from redactor.cli.engine import engine_in_words
from redactor.cli.policies import choose, options, redactor_of
from redactor.cli.report import unused_exceptions
from redactor.cli.template import TEMPLATE
from redactor.errors import InputError, PolicyError, RuleError
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.exceptions import Exemption
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
  redactor config check --sample app.log

The sample says which exceptions are of no use. A line of it that is JSON is looked at as a record.
"""
_FINGERPRINT_EXAMPLES = """\b
Examples:
  redactor config fingerprint --rule card
  printf '4111111111111111' | redactor config fingerprint --rule card

The key is that of hmac in the policy. Put the result into fingerprints of an exception.
"""
_SHOW_EXAMPLES = """\b
Examples:
  redactor config show
  redactor config show --config deploy/redactor.toml --preset strict --format json
"""


#: Longest value that has a fingerprint here, in bytes.
_VALUE_LIMIT = 1 << 16


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
@click.option(
    "--sample",
    metavar="FILE",
    type=click.Path(),
    help="Say which exceptions let nothing in this log pass.",
)
def check_command(path: str | None, sample: str | None) -> int:
    """
    Check the policy at PATH, or the one that is found from here.

    Everything is checked that a program with this policy needs to start: packs, rule ids, keys.
    Exceptions whose last day is over are named: they count no more.
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
    for place, exemption in enumerate(redactor.exemptions.given):
        if exemption.expired:
            click.echo(f"exceptions[{place}] ended on {exemption.until}: {exemption.reason}")
    if sample is not None:
        _try_on(redactor, sample)
        for line in unused_exceptions(redactor.exemptions):
            click.echo(line)
    return Code.OK


def _try_on(redactor: Redactor, path: str) -> None:
    """Redact the log at *path*, for what the exceptions count."""
    try:
        with Path(path).open("rb") as file:
            for line in file:
                record = _record(line)
                if record is None:
                    redactor.data(line.rstrip(b"\r\n"))
                else:
                    redactor.record(record)
    except OSError as error:
        raise InputError(
            path, f"it cannot be read ({error.strerror})", "Check the path and its permissions"
        ) from None


def _record(line: bytes) -> Any:
    """Return what a line of JSON says; ``None`` for one that is no object or list."""
    if line.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(line)
    except ValueError:
        return None


@config_group.command("fingerprint", epilog=_FINGERPRINT_EXAMPLES)
@click.option("--rule", required=True, metavar="ID", help="The rule that finds the value.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The policy. Default: redactor.toml or pyproject.toml, here or in a folder above.",
)
def fingerprint_command(rule: str, config: str | None) -> None:
    """
    Print the keyed fingerprint of a value that standard input gives.

    On a terminal the value is asked for and not shown.
    """
    from redactor._redactor import fingerprint_of

    policy = choose(config, None).policy
    known = [known.id for known in policy.rules()]
    if rule not in known:
        raise RuleError(
            f"rule {rule!r}",
            "there is no such rule in this policy",
            f"{did_you_mean(rule, known)}See: redactor rules list",
        )
    fingerprint = fingerprint_of(policy)
    if sys.stdin.isatty():
        value = click.prompt("Value", hide_input=True).encode()
    else:
        value = sys.stdin.buffer.read(_VALUE_LIMIT).rstrip(b"\r\n")
    click.echo(f"{fingerprint.key_id}:{fingerprint.of(rule, value)}")


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
        "mode": policy.mode,
        "preset": policy.preset,
        "packs": {pack.name: len(pack.rules) for pack in packs},
        "rules": len(rules),
        "disabled": list(policy.disable),
        "actions": dict(Counter(policy.action_of(rule) for rule in rules)),
        "own actions": dict(policy.actions),
        "secret fields": list(policy.fields.secret),
        "safe fields": list(policy.fields.safe),
        "paths": dict(policy.fields.paths),
        "exceptions": [_exemption(each) for each in policy.exceptions],
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


def _exemption(exemption: Exemption) -> str:
    """Return what an exception is about, without the values that it holds."""
    about = [
        *exemption.rules,
        *(f"{len(listed)} {name}" for name, listed in (
            ("values", exemption.values), ("fingerprints", exemption.fingerprints)
        ) if listed),
        *(["a pattern"] if exemption.pattern else []),
        *([f"path {exemption.path}"] if exemption.path else []),
    ]  # fmt: skip
    state = f" until {exemption.until}" if exemption.until else ""
    over = " (over)" if exemption.expired else ""
    return f"{' and '.join(about)}{state}{over}: {exemption.reason}"


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
