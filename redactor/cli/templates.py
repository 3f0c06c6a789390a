"""``redactor templates``: what a program writes into its logs, collected from its source."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import click

from redactor.cli.codes import Code
from redactor.cli.console import say
from redactor.errors import InputError

__all__ = ["templates_group"]

_EXAMPLES = """\b
Examples:
  redactor templates collect src --out redactor-templates.json
  redactor templates collect src --out redactor-templates.json --check
  redactor templates collect src lib/worker.py

Put the file into the policy: metadata.templates = ["redactor-templates.json"]. With --check nothing
is written; the exit code is 1 where the file is not what the source says.
"""


@click.group("templates", epilog=_EXAMPLES)
def templates_group() -> None:
    """Collect the templates of messages from source."""


@templates_group.command("collect", epilog=_EXAMPLES)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write here. Default: standard output.")  # fmt: skip
@click.option("--check", is_flag=True, help="Compare with FILE and write nothing.")
def collect_command(paths: tuple[Path, ...], out: Path | None, check: bool) -> int:  # noqa: FBT001  # click passes by name
    """
    Write the templates of the Python source at each PATH: files, or folders with all below.

    Found are literals, f-strings, % and .format, where they are handed to a logger, to warnings, to
    print or to a span. Source is parsed, never run.
    """
    from redactor.metadata.collect import as_file, collect

    if check and out is None:
        raise click.UsageError("--check compares with the FILE of --out.")
    for path in paths:
        if not path.exists():
            raise InputError(str(path), "there is no such file or folder", "Check the path")
    found = collect(paths)
    for path, problem in found.trouble:
        say(f"{path}: {problem}")
    text = as_file(found.forms)
    code = Code.INPUT if found.trouble else Code.OK
    if out is None:
        click.echo(text, nl=False)
    elif check:
        try:
            before = out.read_text("utf-8")
        except (OSError, ValueError):
            before = ""
        if before != text:
            changed = unified_diff(
                before.splitlines(), text.splitlines(), str(out), "source", "", "", 0
            )
            click.echo("\n".join(line.rstrip("\n") for line in changed))
            return Code.FOUND
    else:
        try:
            out.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise InputError(
                str(out), f"it cannot be written ({error.strerror})", "Check the path"
            ) from None
    say(f"{len(found.forms)} templates from {found.files} files")
    return code
