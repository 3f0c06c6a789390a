"""``redactor spool``: what waits to be delivered, and what was refused for good."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import heading, say
from redactor.cli.policies import choose
from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.policy import Policy
    from redactor.policy import Sink as SinkOfPolicy
    from redactor_sinks.delivery import Entry, Spool

__all__ = ["spool_group"]

_HELP = """\b
A spool is named by the start of its file's name; with one spool there is no need to name it.
The folder is that of --spool, else those of the policy's sinks, else the usual one.

\b
Examples:
  redactor spool list
  redactor spool show
  redactor spool replay
"""
_EXAMPLES = {
    "list": "redactor spool list\n  redactor spool list --spool /var/spool/redactor --format json",
    "show": "redactor spool show\n  redactor spool show loki-logs.example --waiting | head",
    "replay": "redactor spool replay\n  redactor spool replay --dead --to loki:http://loki:3100",
    "drop": "redactor spool drop --dead\n  redactor spool drop loki-logs.example --waiting --yes",
}


@click.group("spool", epilog=_HELP)
def spool_group() -> None:
    """List, show, deliver and drop what sinks have not delivered yet."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for add in (
        click.option("--config", type=click.Path(dir_okay=False), metavar="FILE", help="A policy."),
        click.option(
            "--spool",
            "folder",
            type=click.Path(file_okay=False),
            metavar="FOLDER",
            help="The folder of the spools.",
        ),
    ):
        command = add(command)
    return command


def _example(name: str) -> str:
    return f"\b\nExamples:\n  {_EXAMPLES[name]}\n"


@spool_group.command("list", epilog=_example("list"))
@_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def list_command(folder: str | None, config: str | None, form: str) -> int:
    """List the spools, with the book of each: accepted = delivered + waiting + dead + dropped."""
    found: list[dict[str, Any]] = []
    code = Code.OK
    for path in _files(folder, _policy(config)):
        try:
            with _opened(path) as spool:
                found.append(_told(spool))
        except InputError as error:
            say(str(error))
            code = Code.INPUT
    if form == "json":
        click.echo(json.dumps(found, indent=2))
        return code
    if not found and code == Code.OK:
        click.echo("There is no spool.")
    for told in found:
        click.echo(heading(told["name"]))
        click.echo(f"  for: {told['sink']}")
        click.echo(f"  file: {told['file']}, {told['bytes']} bytes")
        click.echo(
            f"  accepted {told['accepted']} = delivered {told['delivered']}"
            f" + waiting {told['waiting']} + dead {told['dead']}"
            f" + dropped {sum(told['dropped'].values())}"
        )
        for reason, count in told["dropped"].items():
            click.echo(f"  dropped, {reason}: {count}")
    return code


@spool_group.command("show", epilog=_example("show"))
@click.argument("name", default="", metavar="[NAME]")
@_options
@click.option("--waiting", is_flag=True, help="Show what waits instead of the dead letters.")
def show_command(name: str, folder: str | None, config: str | None, waiting: bool) -> None:  # noqa: FBT001  # click passes by name
    """
    Print the dead letters with their reasons, or what waits: one JSON object a line.

    What is shown was redacted before it came into the spool.
    """
    path = _one(name, _files(folder, _policy(config)))
    with _opened(path) as spool:
        if waiting:
            for entry in _waiting(spool):
                _print(_entry(entry))
            return
        for letter in spool.dead_letters():
            shown = {"reason": letter.reason, "given_up": _iso(letter.at)}
            _print({**shown, **(_entry(letter.entry) if letter.entry else {"damaged": True})})


@spool_group.command("replay", epilog=_example("replay"))
@click.argument("name", default="", metavar="[NAME]")
@_options
@click.option(
    "--to", metavar="SINK", help="Deliver to this sink. Default: that of the policy it belongs to."
)
@click.option("--tenant", default="", metavar="NAME", help="The tenant, with --to.")
@click.option("--dead", is_flag=True, help="Put the dead letters back first, with their old times.")
@click.option(
    "--restamp",
    is_flag=True,
    help="Give all of it a time of now; Loki keeps the old one as original_time.",
)
@click.option("--timeout", type=float, default=60.0, help="Seconds without progress. Default: 60.")
def replay_command(
    name: str,
    folder: str | None,
    config: str | None,
    to: str | None,
    tenant: str,
    dead: bool,  # noqa: FBT001  # click passes by name
    restamp: bool,  # noqa: FBT001
    timeout: float,
) -> int:
    """
    Deliver what waits in a spool, and its dead letters with --dead.

    A receiver that refuses old records takes them with --restamp.

    A process that has the spool open delivers it by itself: then this waits for it.
    """
    from redactor.cli.outputs import options_of
    from redactor.policy import Sink as SinkOfPolicy
    from redactor.sinks import DeliveryError, DeliverySink, open_sink

    policy = _policy(config)
    path = _one(name, _files(folder, policy))
    with _opened(path) as spool:
        address, kind = spool.about()
        sink = SinkOfPolicy(to, tenant=tenant) if to else _owner(path, address, kind, policy)
        revived = spool.revive() if dead else 0
        if restamp:
            _restamp(spool)
    options = replace(options_of(sink, str(path.parent)), spool_file=path)
    try:
        opened = open_sink(
            sink.to, labels=sink.labels, tenant=sink.tenant, base=policy.base, options=options
        )
    except DeliveryError as error:
        say(str(error))
        return Code.OUTPUT
    if not isinstance(opened, DeliverySink):
        raise InputError(f"sink {to}", "it has no spool", "Name the sink as the filter had it")
    if revived:
        click.echo(f"{revived} dead letters were put back.")
    return _deliver(opened, timeout)


def _restamp(spool: Spool) -> None:
    """
    Give what waits in *spool* a time of now.

    Raises:
        InputError: Another process delivers it just now.
    """
    from redactor_sinks.delivery.lock import FileLock

    lock = FileLock(spool.path.with_name(f"{spool.path.name}.lock"))
    if not lock.acquire():
        raise InputError(
            f"spool {spool.path.name}",
            "another process delivers it now",
            "Stop that process, or leave out --restamp",
        )
    try:
        count = spool.restamp(lambda time: ("original_time", _iso(time)))
    finally:
        lock.release()
    click.echo(f"{count} records have a new time.")


def _owner(path: Path, address: str, kind: str, policy: Policy) -> SinkOfPolicy:
    """Find the sink that the spool at *path* belongs to."""
    from redactor.policy import Sink as SinkOfPolicy
    from redactor_sinks.options import spool_file

    for sink in (*policy.sinks, SinkOfPolicy("sentry:"), SinkOfPolicy(address)):
        if spool_file(path.parent, kind, _called(sink.to), sink.tenant) == path:
            return sink
    raise InputError(
        f"spool {path.name}",
        f"it belongs to {address}, and no sink of the policy is that",
        "Name the sink with --to and --tenant, as the filter that wrote it had them",
    )


def _called(to: str) -> str:
    """Return what a sink with the address *to* is called in the name of its spool."""
    from redactor.cli.config import shown_address

    kind, colon, rest = to.partition(":")
    if kind == "sentry" and colon and rest.partition("?")[0] == "":
        to = f"sentry:{os.environ.get('SENTRY_DSN', '')}"
    return shown_address(to)


def _deliver(sink: Any, timeout: float) -> int:
    delivery = sink.delivery
    before = delivery.counts()
    seen, deadline = before.pending, time.monotonic() + timeout
    while seen and time.monotonic() < deadline:
        if delivery.flush(0.2):
            break
        pending = delivery.counts().pending
        if pending < seen:
            seen, deadline = pending, time.monotonic() + timeout
    after = delivery.counts()
    delivery.close(0)
    click.echo(
        f"{after.delivered - before.delivered} delivered, "
        f"{after.dead - before.dead} refused for good, {after.pending} wait."
    )
    return Code.OUTPUT if after.pending or after.dead > before.dead else Code.OK


@spool_group.command("drop", epilog=_example("drop"))
@click.argument("name", default="", metavar="[NAME]")
@_options
@click.option("--dead", is_flag=True, help="Drop the dead letters.")
@click.option("--waiting", is_flag=True, help="Drop what waits.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop_command(
    name: str,
    folder: str | None,
    config: str | None,
    dead: bool,  # noqa: FBT001  # click passes by name
    waiting: bool,  # noqa: FBT001
    yes: bool,  # noqa: FBT001
) -> None:
    """Drop dead letters, or what waits. They are counted as dropped by hand."""
    if not dead and not waiting:
        raise click.UsageError("say what to drop: --dead, --waiting, or both.")
    path = _one(name, _files(folder, _policy(config)))
    with _opened(path) as spool:
        ledger = spool.ledger()
        count = (ledger.dead if dead else 0) + (ledger.pending if waiting else 0)
        if count and not yes:
            click.confirm(f"Drop {count} records of {spool.about()[0]}?", abort=True)
        click.echo(f"{spool.discard(dead=dead, pending=waiting)} records were dropped.")


def _policy(config: str | None) -> Policy:
    return choose(config, None).policy


def _files(folder: str | None, policy: Policy) -> list[Path]:
    """List the files of all spools in the folders that may have some."""
    from redactor.sinks import default_spool_folder

    if folder is not None:
        folders = [Path(folder)]
    else:
        chosen = [sink.spool for sink in policy.sinks if isinstance(sink.spool, str)]
        usual = default_spool_folder()
        folders = [Path(policy.base, name) for name in chosen] + ([usual] if usual else [])
    return [path for each in dict.fromkeys(folders) for path in sorted(each.glob("*.spool"))]


def _one(name: str, files: list[Path]) -> Path:
    found = [path for path in files if path.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"spool {name}".rstrip(), "there is no such spool", "See: redactor spool list"
        )
    names = ", ".join(path.name for path in found[:5])
    raise InputError(
        f"spool {name}".rstrip(), f"{len(found)} spools are called so", f"Name one of: {names}"
    )


class _opened:  # noqa: N801  # a context, written as a word
    """Open a spool that exists, and close it again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Spool:
        from redactor_sinks.delivery import QueueError, Spool

        try:
            self._spool = Spool(self._path)
        except QueueError as error:
            raise InputError(
                f"spool {self._path}", error.problem, "Check the file and its permissions"
            ) from None
        return self._spool

    def __exit__(self, *_: object) -> None:
        self._spool.close()


def _told(spool: Spool) -> dict[str, Any]:
    ledger = spool.ledger()
    return {
        "name": spool.path.name,
        "sink": spool.about()[0],
        "file": str(spool.path),
        "bytes": spool.size(),
        "accepted": ledger.accepted,
        "delivered": ledger.delivered,
        "waiting": ledger.pending,
        "dead": ledger.dead,
        "dropped": ledger.shed,
    }


def _waiting(spool: Spool) -> Iterator[Entry]:
    for stream in spool.streams():
        for held in spool.peek(stream, sys.maxsize, sys.maxsize):
            if held.entry is not None:
                yield held.entry


def _entry(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"time": _iso(entry.time), "stream": entry.stream}
    if entry.attributes:
        shown["attributes"] = dict(entry.attributes)
    return {**shown, "record": entry.payload.decode("utf-8", "backslashreplace")}


def _iso(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 10**9)
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def _print(shown: dict[str, Any]) -> None:
    click.echo(json.dumps(shown, ensure_ascii=False))
