"""``redactor policy``: an allow-list learned from logs, and what a change of it would do."""

from __future__ import annotations

import click

from redactor.cli.policy_diff import diff_command
from redactor.cli.policy_learn import learn_command

__all__ = ["policy_group"]


_EXAMPLES = """\b
Examples:
  redactor policy learn app.log --out proposed.toml
  redactor policy diff redactor.toml proposed.toml --sample app.log
"""


@click.group("policy", epilog=_EXAMPLES)
def policy_group() -> None:
    """Learn an allow-list from logs, and compare two policies."""


policy_group.add_command(learn_command)
policy_group.add_command(diff_command)
