"""``redactor attest``: a statement of what logs contain, as a page and as JSON, signed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import good, say
from redactor.cli.policies import choose, options, redactor_of
from redactor.errors import InputError

if TYPE_CHECKING:
    from redactor.attest import Observation

__all__ = ["attest_command"]

_EXAMPLES = """\b
Examples:
  redactor attest app.log --html statement.html --json statement.json
  my-program 2>&1 | redactor attest - --seconds 60 --html statement.html
  redactor attest app.log --json statement.json --sign-key key.pem
  redactor attest --verify statement.html --public-key public.pem

\b
Keys, with OpenSSL:
  openssl genpkey -algorithm ed25519 -out key.pem
  openssl pkey -in key.pem -pubout -out public.pem

Signing and verifying need: pip install 'redactor-pipeline[attest]'
"""
_file = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "attest",
    epilog=_EXAMPLES,
    short_help="State what logs contain, for auditors, and sign it.",
)
@click.argument("logs", nargs=-1, type=click.Path(), metavar="[LOG]...")
@options
@click.option("--html", type=_file, metavar="FILE", help="Write the statement as a page.")
@click.option(
    "--json", "data", type=_file, metavar="FILE",
    help="Write it as JSON. Default, without --html: to standard output.",
)  # fmt: skip
@click.option(
    "--records", type=click.IntRange(min=1), metavar="N", help="Look at this many lines at most."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), metavar="S",
    help="Look for this long at most.",
)  # fmt: skip
@click.option("--sign-key", type=_file, metavar="FILE", help="Sign it with this Ed25519 key (PEM).")
@click.option("--verify", type=_file, metavar="FILE", help="Check the signature of this statement.")
@click.option("--public-key", type=_file, metavar="FILE", help="The key that --verify checks by.")
@click.option(
    "--engine",
    type=click.Choice(["native", "reference"]),
    help="Default: native where it is installed.",
)
def attest_command(
    logs: tuple[str, ...],
    preset: str | None,
    config: str | None,
    no_config: bool,  # noqa: FBT001  # click passes by name
    html: Path | None,
    data: Path | None,
    records: int | None,
    seconds: float | None,
    sign_key: Path | None,
    verify: Path | None,
    public_key: Path | None,
    engine: str | None,
) -> int:
    """
    Run the policy over LOGs, or over standard input (-), and state what leaves of them.

    The statement has the fields with the shapes of their values, what was removed by which rule,
    the hash of the policy, the versions of the packs and the window of time; no value of a record.
    """
    if verify is not None:
        if public_key is None or logs:
            raise click.UsageError("--verify takes one FILE and --public-key, and no LOG.")
        return _verify(verify, public_key)
    if public_key is not None:
        raise click.UsageError("--public-key goes with --verify.")
    if not logs:
        raise click.UsageError("Name a LOG; - is standard input.")
    from redactor.attest import Observation, sign, statement_of
    from redactor.attest.page import write
    from redactor.attest.signing import private_key

    key = private_key(sign_key) if sign_key is not None else None
    redactor = redactor_of(choose(config, preset, no_config=no_config).policy, engine)
    seen = Observation(redactor)
    _observe(seen, logs, records, seconds)
    document = sign(statement_of(seen, redactor, logs), key)
    if html is not None:
        _put(html, write(document))
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    if data is not None:
        _put(data, text)
    elif html is None:
        click.echo(text, nl=False)
    say(
        f"{seen.records + seen.texts} lines, {len(seen.fields)} fields, "
        f"{'signed' if key is not None else 'not signed'}"
    )
    return Code.FOUND if seen.withheld else Code.OK


def _observe(
    seen: Observation, logs: tuple[str, ...], records: int | None, seconds: float | None
) -> None:
    from redactor.cli.samples import lines_of
    from redactor.cli.stopping import Stopping

    until = None if seconds is None else time.monotonic() + seconds
    count = 0
    with Stopping() as stopping:
        for line in lines_of(logs, stopping):
            if line is not None:
                seen.add(line)
                count += 1
            if (records is not None and count >= records) or (
                until is not None and time.monotonic() >= until
            ):
                break
    seen.end()


def _verify(path: Path, public: Path) -> int:
    from redactor.attest import AttestError, verify
    from redactor.attest.page import write
    from redactor.attest.signing import document_in

    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        raise InputError(str(path), "it cannot be read", "Check the path") from None
    document: dict[str, Any] = document_in(text)
    statement = verify(document, public)
    if not text.lstrip().startswith("{"):
        # The page is made of the document alone: what it shows is what was signed.
        try:
            same = write(document) == text
        except (KeyError, TypeError, AttributeError, ValueError):
            same = False
        if not same:
            raise AttestError(
                str(path),
                "the signature holds, but the page does not show what was signed",
                "Use the statement as JSON, or the version of redactor that wrote the page",
            )
    click.echo(
        f"{path}: {good('ok')}: signed with {document['signature']['key']}, "
        f"policy {statement['policy']['sha256']}"
    )
    return Code.OK


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            str(path), f"it cannot be written ({error.strerror})", "Check the path"
        ) from None
