"""``redactor explain``: which rule hit where, and what was let pass and why."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.console import bad, good, heading
from redactor.cli.policies import choose, options, redactor_of
from redactor.cli.report import unused_exceptions
from redactor.errors import InputError

if TYPE_CHECKING:
    from redactor.explain import Explanation, Item

__all__ = ["explain_command"]

#: Largest text that is explained, in bytes: the places in it are kept in memory.
_LIMIT = 64 << 20
_EXAMPLES = """\b
Examples:
  redactor explain app.log
  redactor explain --text 'order 4111 1111 1111 1112 shipped'
  grep checkout app.log | redactor explain --format json

The secret and the text around it are never printed: an item says rule, line, column, size and the
kinds of its characters. --reveal adds the secret, on a terminal only.
"""


@click.command(
    "explain",
    epilog=_EXAMPLES,
    short_help="Say which rule finds what where, and what was let pass and why.",
)
@click.argument("file", default="-", metavar="[FILE]", type=click.Path())
@click.option("--text", help="Explain this text. Others can see it in the list of processes.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--reveal", is_flag=True, help="Print the secrets too; standard output must be a terminal."
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also keywords with nothing like a secret behind them.",
)
@options
def explain_command(
    file: str,
    text: str | None,
    form: str,
    reveal: bool,  # noqa: FBT001  # click passes by name
    everything: bool,  # noqa: FBT001
    config: str | None,
    preset: str | None,
    no_config: bool,  # noqa: FBT001
) -> None:
    """
    Say which rule finds what where in FILE, and which near misses were let pass and why.

    FILE is standard input when it is missing or -.
    """
    if reveal and not (sys.stdout is not None and sys.stdout.isatty()):
        raise click.UsageError("--reveal prints secrets, and standard output is no terminal.")
    if text is not None and file != "-":
        raise click.UsageError("--text and FILE exclude each other.")
    redactor = redactor_of(choose(config, preset, no_config=no_config).policy, None)
    from redactor.explain import explain

    if text is None:
        name, data = _read(file)
    else:
        name, data = "text", text.encode("utf-8", "surrogateescape")
    explanation = explain(redactor, data, near_misses_only=not everything)
    if form == "json":
        click.echo(json.dumps(_as_json(name, explanation, data if reveal else None)))
        return
    for item in sorted((*explanation.findings, *explanation.refused), key=lambda item: item.start):
        click.echo(_in_words(item, data if reveal else None))
    click.echo(
        f"{heading(name)}: {len(explanation.findings)} found, "
        f"{len(explanation.refused)} refused, engine {redactor.engine}"
    )
    for line in unused_exceptions(redactor.exemptions):
        click.echo(line)


def _read(path: str) -> tuple[str, bytes]:
    from redactor.cli.inputs import open_input
    from redactor.cli.stopping import Stopping
    from redactor.cli.unpack import Unpacker

    source = open_input(path)
    unpacker = Unpacker(source.name)
    pieces: list[bytes] = []
    size = 0
    try:
        with Stopping() as stopping:
            while block := source.read(stopping, None) or b"":
                for piece in unpacker.feed(block):
                    pieces.append(piece)
                    size += len(piece)
                if size > _LIMIT:
                    raise InputError(
                        source.name,
                        f"it has more than {_LIMIT >> 20} MiB",
                        "Explain a part of it, such as: head -n 1000 FILE | redactor explain",
                    )
            if stopping.signal:
                raise click.Abort
    finally:
        source.close()
    pieces.append(unpacker.finish())
    return source.name, b"".join(pieces)


def _in_words(item: Item, data: bytes | None) -> str:
    verdict = f"{bad(item.rule)} found" if not item.reason else f"{good(item.rule)} refused"
    words = f"line {item.line}, column {item.column}: {verdict}: {item.shape}"
    if item.reason:
        words += f": {item.reason}"
    if data is not None:
        words += f": {_revealed(item, data)}"
    return words


def _as_json(name: str, explanation: Explanation, data: bytes | None) -> dict[str, Any]:
    return {
        "source": name,
        "findings": [_item_as_json(item, data) for item in explanation.findings],
        "refused": [_item_as_json(item, data) for item in explanation.refused],
    }


def _item_as_json(item: Item, data: bytes | None) -> dict[str, Any]:
    written: dict[str, Any] = {
        "rule": item.rule,
        "line": item.line,
        "column": item.column,
        "start": item.start,
        "length": item.length,
        "kinds": list(item.kinds),
    }
    if item.reason:
        written |= {"refused_by": item.refused_by, "reason": item.reason}
    if data is not None:
        written["text"] = _revealed(item, data)
    return written


def _revealed(item: Item, data: bytes) -> str:
    """Return the text of *item*, with all escaped that a terminal could take for a command."""
    text = data[item.start : item.start + item.length].decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
