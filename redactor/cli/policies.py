"""From the options of a command to the policy and the redactor that it runs with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor._redactor import Redactor
    from redactor.policy import Policy

__all__ = ["Chosen", "choose", "options", "redactor_of"]


class Chosen(NamedTuple):
    """A policy, and the file that it came from, if any."""

    policy: Policy
    path: Path | None


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a policy: ``preset``, ``config``, ``no_config``."""
    for add in (
        click.option(
            "--no-config",
            is_flag=True,
            help="Look for no policy file; start from the preset alone.",
        ),
        click.option(
            "--config",
            type=click.Path(dir_okay=False),
            metavar="FILE",
            help="The policy. Default: redactor.toml or pyproject.toml, here or in a folder above.",
        ),
        click.option(
            "--preset",
            type=click.Choice(["standard", "strict"]),
            help="Start from this preset whatever the policy says. strict adds personal data.",
        ),
    ):
        command = add(command)
    return command


def choose(config: str | None, preset: str | None, *, no_config: bool = False) -> Chosen:
    """
    Load the policy that the options ask for.

    Raises:
        PolicyError: It cannot be used.
        RuleError: A pack of it cannot be used.
    """
    from pathlib import Path

    from redactor.policy import Policy

    if config is not None and no_config:
        raise click.UsageError("--config and --no-config exclude each other.")
    if config is not None:
        policy, path = Policy.load(config), Path(config)
    elif no_config:
        policy, path = Policy(), None
    else:
        policy, path = Policy.discover()
    if preset is not None and preset != policy.preset:
        policy = policy.replace(preset=preset)
        policy.check(str(path) if path else "policy")
    return Chosen(policy, path)


def redactor_of(policy: Policy, engine: str | None) -> Redactor:
    """
    Build the redactor of *policy*.

    Raises:
        RedactorError: The policy, a pack or the engine cannot be used.
    """
    from redactor._redactor import Redactor

    return Redactor(policy, engine=engine)  # type: ignore[arg-type]  # click checked the choice
