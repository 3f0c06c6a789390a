"""The commands by name. Nothing here imports an engine, a pack or a policy."""

from __future__ import annotations

from typing import Any

import click

from redactor.cli.codes import HELP
from redactor.cli.lazy import LazyGroup

__all__ = ["root"]

_EXAMPLES = """\b
Examples:
  redactor filter app.log > clean.log
  my-program 2>&1 | redactor filter --to loki:http://localhost:3100
  redactor check build/logs artifact.zip
  redactor explain app.log
  redactor doctor

\b
Completion, for bash (zsh and fish alike):
  eval "$(_REDACTOR_COMPLETE=bash_source redactor)"

"""


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: Any) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from redactor._version import __version__
    from redactor.cli.engine import engine_in_words

    click.echo(f"redactor {__version__}, engine: {engine_in_words()}")
    ctx.exit()


root = LazyGroup(
    name="redactor",
    help="Keeps card numbers, passwords and tokens out of logs.",
    epilog=_EXAMPLES + HELP,
    context_settings={"help_option_names": ["-h", "--help"]},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            help="Say the version and the engine that runs.",
        )
    ],
    members={
        "filter": (
            "redactor.cli.filter:filter_command",
            "Copy a log from standard input or files, without its secrets.",
        ),
        "check": (
            "redactor.cli.check:check_command",
            "Say whether logs and artifacts hold secrets, and where.",
        ),
        "explain": (
            "redactor.cli.explain:explain_command",
            "Say which rule finds what where, and what was let pass and why.",
        ),
        "rules": ("redactor.cli.rules:rules_group", "List, show, test and write rules."),
        "config": ("redactor.cli.config:config_group", "Write, check and show a policy."),
        "policy": (
            "redactor.cli.policy:policy_group",
            "Learn an allow-list from logs, and compare two policies.",
        ),
        "templates": (
            "redactor.cli.templates:templates_group",
            "Collect the templates of messages from source.",
        ),
        "attest": (
            "redactor.cli.attest:attest_command",
            "State what logs contain, for auditors, and sign it.",
        ),
        "spool": (
            "redactor.cli.spool:spool_group",
            "List, show, deliver and drop what sinks have not delivered yet.",
        ),
        "documents": (
            "redactor.cli.documents:documents_group",
            "Register documents, so that no excerpt of one is in a log.",
        ),
        "doctor": (
            "redactor.cli.doctor:doctor_command",
            "Say what is installed and whether it works.",
        ),
    },
)
