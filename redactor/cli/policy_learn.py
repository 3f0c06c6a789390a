"""``redactor policy learn``: a proposal for an allow-list, from logs that exist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redactor.cli.codes import Code
from redactor.cli.console import heading, say
from redactor.cli.policies import choose
from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor.metadata.learn import Learned

__all__ = ["learn_command"]

_EXAMPLES = """\b
Examples:
  redactor policy learn app.log
  redactor policy learn app.log app.log.1.gz --out redactor.toml
  kubectl logs deploy/shop | redactor policy learn -

The proposal goes to standard output, or to FILE, and a table for people to standard error. Read it
before you use it: it says what the logs hold, not what they should hold.
"""
_WIDTHS = (38, 12, 9, 9, 9)


@click.command("learn", epilog=_EXAMPLES)
@click.argument("logs", nargs=-1, required=True, type=click.Path(), metavar="LOG...")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the proposal here; an existing file is not overwritten.")  # fmt: skip
@click.option("--records", type=click.IntRange(min=1), default=100_000, show_default=True,
              help="Look at this many at most.")  # fmt: skip
def learn_command(logs: tuple[str, ...], out: Path | None, records: int) -> int:
    """
    Propose an allow-list for the mode metadata-only from LOGs of JSON or logfmt.

    For each field: the shape that its values have, how many and how many different ones there are,
    examples after redaction, and what would be lost.
    """
    from redactor._redactor import Redactor
    from redactor.cli.samples import lines_of, record_of
    from redactor.cli.stopping import Stopping
    from redactor.metadata.learn import Learner, as_toml

    if out is not None and out.exists():
        raise InputError(str(out), "it exists already", "Name another file, or remove it")
    learner = Learner(Redactor(choose(None, None, no_config=True).policy).text)
    texts = 0
    with Stopping() as stopping:
        for line in lines_of(logs, stopping):
            record = None if line is None else record_of(line)
            if record is None:
                texts += bool(line and line.strip())
                continue
            learner.add(record)
            if learner.records >= records:
                break
    learned = learner.learned()
    text = as_toml(learned)
    if out is None:
        click.echo(text, nl=False)
    else:
        try:
            out.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise InputError(
                str(out), f"it cannot be written ({error.strerror})", "Check the path"
            ) from None
    _table(learned)
    say(f"{learner.records} records, {len(learned)} fields, {texts} lines of text")
    if learner.passed:
        say(f"{learner.passed} values in fields beyond the first 2,000 were not looked at")
    if not learner.records:
        say("no line was JSON or logfmt: there is nothing to learn from")
        return Code.FOUND
    return Code.OK


def _table(learned: Sequence[Learned]) -> None:
    names = ("field", "shape", "values", "distinct", "lost")
    click.echo(heading(_row(names, "examples after redaction")), err=True)
    for field in learned:
        shape = field.shape or "-"
        told = f"{shape} (usual)" if field.usual else shape
        counts = (str(field.values), str(field.distinct), str(field.values - field.kept))
        click.echo(_row((field.path, told, *counts), ", ".join(field.examples)), err=True)


def _row(cells: tuple[str, ...], last: str) -> str:
    told = [cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    return " ".join([*told, _printable(last)]).rstrip()


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:120]
