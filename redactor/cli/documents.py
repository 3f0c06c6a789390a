"""``redactor documents``: register files, so that no excerpt of one is in a log."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import heading, say
from redactor.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.documents import Documents
    from redactor.documents.store import Item

__all__ = ["documents_group"]

_HELP = """\b
The store is that of --store, else that of the policy, else that of the variable REDACTOR_DOCUMENTS,
else the usual one.

\b
Examples:
  redactor documents add contracts/*.pdf --expires 30d
  redactor documents list
  redactor documents forget offer.docx-5f1c9a02
"""
#: Bytes of files that are registered in one change.
_BATCH = 4 << 20
#: From so many files on a bar shows how many are done.
_MANY = 20


_EXAMPLES = {
    "add": "redactor documents add --expires 30d contract.pdf letter.docx\n"
    "  pdftotext scan.pdf - | redactor documents add --id scan -",
    "list": "redactor documents list\n  redactor documents list --format json",
    "forget": "redactor documents forget letter.docx-1f2e3d4c",
    "prune": "redactor documents prune",
}


@click.group("documents", epilog=_HELP)
def documents_group() -> None:
    """Register documents, so that no excerpt of one is in a log."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for add in (
        click.option("--config", type=click.Path(dir_okay=False), metavar="FILE", help="A policy."),
        click.option(
            "--store",
            "folder",
            type=click.Path(file_okay=False),
            metavar="FOLDER",
            help="The folder of the store.",
        ),
    ):
        command = add(command)
    return command


def _example(name: str) -> str:
    return f"\b\nExamples:\n  {_EXAMPLES[name]}\n"


@documents_group.command("add", epilog=_example("add"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_options
@click.option("--id", "name", default="", metavar="ID", help="The id, for one file.")
@click.option(
    "--expires", metavar="TIME", help="Forget them after 12h, 30d. Default: what the policy says."
)
def add_command(
    files: tuple[str, ...], folder: str | None, config: str | None, name: str, expires: str | None
) -> int:
    """
    Register files: text, HTML, mail, PDF, DOCX; - is standard input.

    The id of each is its name and a digest of what is in it. A file of the same id is replaced.
    """
    if name and len(files) > 1:
        raise click.UsageError("--id is for one file.")
    documents = _opened(folder, config)
    code = Code.OK
    waiting = 0
    batch: list[Item] = []
    short: list[str] = []
    count = words = 0

    def register() -> None:
        nonlocal words
        added = documents.register_items(batch)
        words += added.words
        short.extend(added.short)
        batch.clear()

    for file in _with_bar(files):
        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            item = documents.item(data, name or _name(file, data), expires)
        except MissingExtraError:
            raise
        except OSError as error:
            say(f"{file}: it cannot be read ({error.strerror})")
            code = Code.INPUT
            continue
        except InputError as error:
            say(f"{file}: {error.problem}. {error.remedy}.")
            code = Code.INPUT
            continue
        batch.append(item)
        waiting += len(item.text)
        count += 1
        if waiting > _BATCH:
            register()
            waiting = 0
    register()
    for one in short:
        say(f"{one}: it is too short to have an excerpt")
    click.echo(f"Registered {count - len(short)} of {len(files)} files, {words} words.")
    return Code.INPUT if short else code


@documents_group.command("list", epilog=_example("list"))
@_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def list_command(folder: str | None, config: str | None, form: str) -> None:
    """List the documents, the oldest first."""
    documents = _opened(folder, config)
    known = documents.list()
    if form == "json":
        told = [{**each._asdict(), "added": _iso(each.added), "expires": _iso(each.expires)}
                for each in known]  # fmt: skip
        click.echo(json.dumps({"documents": told, "evicted": documents.store.evicted()}, indent=2))
        return
    if not known:
        click.echo("There is no document.")
        return
    width = max(len("id"), *(len(each.id) for each in known))
    click.echo(heading(f"{'id':<{width}}  {'words':>9}  {'added':<20}  expires"))
    for each in known:
        click.echo(
            f"{each.id:<{width}}  {each.words:>9}  {_iso(each.added):<20}"
            f"  {_iso(each.expires) or 'never'}"
        )
    evicted = documents.store.evicted()
    if evicted:
        click.echo(f"{evicted} older ones were forgotten because the store was full.")


@documents_group.command("forget", epilog=_example("forget"))
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@_options
def forget_command(names: tuple[str, ...], folder: str | None, config: str | None) -> int:
    """Let excerpts of documents pass again."""
    documents = _opened(folder, config)
    code = Code.OK
    for name in names:
        if not documents.forget(name):
            say(f"there is no document {name!r}; see: redactor documents list")
            code = Code.INPUT
    return code


@documents_group.command("prune", epilog=_example("prune"))
@_options
def prune_command(folder: str | None, config: str | None) -> None:
    """Forget the documents whose time is over."""
    count = _opened(folder, config).prune()
    click.echo(f"Forgot {count} of the documents.")


def _opened(folder: str | None, config: str | None) -> Documents:
    from redactor.documents import Documents
    from redactor.policy import Policy

    policy = Policy.load(config) if config else Policy.discover()[0]
    documents = Documents()
    if folder is None and policy.documents.store:
        documents.open_for(policy)
    else:
        documents.open(folder)
    return documents


def _name(file: str, data: bytes) -> str:
    digest = hashlib.blake2b(data, digest_size=4).hexdigest()
    plain = "".join(char if char.isprintable() else "-" for char in Path(file).name)
    return f"{plain[:200]}-{digest}" if file != "-" else f"stdin-{digest}"


def _with_bar(files: tuple[str, ...]) -> Iterator[str]:
    if len(files) < _MANY or not sys.stderr.isatty():
        yield from files
        return
    bar: Any = click.progressbar(files, label="redactor documents add", file=sys.stderr)
    with bar:
        yield from bar


def _iso(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
