"""``redactor policy diff``: what a change of policy would newly show or newly hide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import heading, say

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.metadata.diff import Difference

__all__ = ["diff_command"]

_EXAMPLES = """\b
Examples:
  redactor policy diff redactor.toml proposed.toml --sample app.log
  redactor policy diff old.toml new.toml --sample app.log --format json

The exit code is 1 where the new policy shows what the old one hides, so that a review can be asked
for. Examples are redacted.
"""


@click.command("diff", epilog=_EXAMPLES)
@click.argument("old", type=click.Path(dir_okay=False))
@click.argument("new", type=click.Path(dir_okay=False))
@click.option("--sample", "samples", multiple=True, required=True, type=click.Path(), metavar="LOG",
              help="Compare on this log. Can be repeated.")  # fmt: skip
@click.option("--records", type=click.IntRange(min=1), default=100_000, show_default=True,
              help="Look at this many lines at most.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def diff_command(old: str, new: str, samples: tuple[str, ...], records: int, form: str) -> int:
    """Say which values of a sample the policy NEW shows or hides that OLD does not."""
    from redactor._redactor import Redactor
    from redactor.cli.samples import lines_of, record_of
    from redactor.cli.stopping import Stopping
    from redactor.metadata.diff import Difference
    from redactor.policy import Policy

    before, after = (_quiet(Redactor(Policy.load(path))) for path in (old, new))
    found = Difference(Redactor().text)
    seen = 0
    with Stopping() as stopping:
        for line in lines_of(samples, stopping):
            if line is None:
                continue
            record = record_of(line)
            if record is None:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                found.add(text, before.text(text), after.text(text))
            else:
                found.add(record, before.record(record), after.record(record))
            seen += 1
            if seen >= records:
                break
    if form == "json":
        click.echo(json.dumps({"lines": seen, **_as_data(found)}, indent=2, ensure_ascii=False))
    else:
        _as_text(found)
        say(f"{seen} lines compared")
    return Code.FOUND if found.shown else Code.OK


def _quiet(redactor: Redactor) -> Redactor:
    """Return *redactor*, which looks for no templates in the source of this very command."""
    mode = getattr(redactor, "mode", None)
    if mode is not None:
        mode.sites = None
    return redactor


_KINDS = {
    "shown": "newly shown",
    "hidden": "newly hidden",
    "changed": "hidden in another form",
}


def _as_data(found: Difference) -> dict[str, Any]:
    return {
        kind: {
            name: {"values": count, "examples": found.examples.get((kind, name), [])}
            for name, count in sorted(getattr(found, kind).items())
        }
        for kind in _KINDS
    }


def _as_text(found: Difference) -> None:
    for kind, title in _KINDS.items():
        counts = getattr(found, kind)
        click.echo(heading(f"{title}: {sum(counts.values())} values in {len(counts)} fields"))
        for name, count in sorted(counts.items()):
            shown = ", ".join(found.examples.get((kind, name), []))
            plain = "".join(char if char.isprintable() else "?" for char in shown)
            click.echo(f"  {name}: {count}  {plain}")
