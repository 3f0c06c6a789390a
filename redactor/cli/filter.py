"""``redactor filter``: a log in, the same log without its secrets out."""

from __future__ import annotations

import stat as status_bits
import sys
import time
from contextlib import ExitStack
from os import fstat
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import say
from redactor.cli.policies import choose, options, redactor_of
from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor._redactor import Redactor
    from redactor.cli.inputs import Input
    from redactor.cli.stopping import Stopping
    from redactor.metrics import Telemetry
    from redactor.stream import Stats

__all__ = ["filter_command"]

_EXAMPLES = """\b
Examples:
  redactor filter app.log > clean.log
  redactor filter --output clean.log app.log app.log.1.gz
  tail -F app.log | redactor filter --stats
  my-program 2>&1 | redactor filter --to - --to file:/var/log/clean.log
  my-program 2>&1 | redactor filter --to loki:http://localhost:3100 --label job=shop
  my-program 2>&1 | redactor filter --to otlp:http://localhost:4318 --metrics 9464

\b
Sinks, for --to and for the policy:
  -                    standard output, byte for byte
  file:PATH            appended in whole lines; made with mode 0600; options such as
                       ?max_size=100MB&compress=zstd&keep=14d are in docs/files.md
  loki:http://HOST     pushed in batches, at the latest after a second, from a
                       spool on disk that outlives this process: redactor spool
  otlp:http://HOST     log records over OTLP/HTTP, from a spool too; needs
                       pip install 'redactor-pipeline[otlp]'
  sentry:DSN           error records as events, from a spool too; others are
                       passed over unless DSN?level=warning says so

Without --to and --output the sinks of the policy are used, and standard output where it names
none. What was read before a signal is delivered; a second signal ends at once. Exit codes: see
redactor --help.
"""


class _FilterCommand(click.Command):
    """``--stats`` takes its value only after ``=``, so that ``--stats app.log`` means a file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        args[:end] = ["--stats=text" if arg == "--stats" else arg for arg in args[:end]]
        return super().parse_args(ctx, args)


def _labels(
    _ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    labels: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise click.BadParameter("it has no '='. Write it as NAME=VALUE.")
        labels[name] = value
    return labels


@click.command(
    "filter",
    cls=_FilterCommand,
    epilog=_EXAMPLES,
    short_help="Copy a log from standard input or files, without its secrets.",
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@options
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="PATH",
    help="Write here, byte for byte; - is standard output.",
)
@click.option("--to", multiple=True, metavar="SINK", help="Deliver to this sink. Can be repeated.")
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_labels,
    help="A label for Loki, a resource attribute for OTLP, a tag for Sentry. Can be repeated.",
)
@click.option("--tenant", default="", metavar="NAME", help="The Loki tenant (X-Scope-OrgID).")
@click.option(
    "--spool",
    "spool_folder",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Keep what a network sink has not delivered here. Default: in the home of the user.",
)
@click.option("--no-spool", is_flag=True, help="Keep it in memory, to be lost with the process.")
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    help="Serve /metrics for Prometheus, /healthz and /readyz here.",
)
@click.option(
    "--engine",
    type=click.Choice(["native", "reference"]),
    help="Default: native where it is installed.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Look at N blocks of a fast input at once. Default: one for each processor, up to 4.",
)
@click.option(
    "--stats",
    metavar="[=text|json]",
    type=click.Choice(["text", "json"]),
    help="At the end, print counts for each rule to standard error.",
)
def filter_command(
    files: tuple[str, ...],
    preset: str | None,
    config: str | None,
    no_config: bool,  # noqa: FBT001  # click passes by name
    output: str | None,
    to: tuple[str, ...],
    labels: dict[str, str],
    tenant: str,
    spool_folder: str | None,
    no_spool: bool,  # noqa: FBT001  # click passes by name
    metrics: str | None,
    engine: str | None,
    workers: int | None,
    stats: str | None,
) -> int:
    """
    Copy a log from standard input, or from FILEs, without its secrets.

    A FILE of - is standard input. Files packed with gzip are unpacked on the way. Line ends and
    all other bytes stay as they are, whatever their encoding.
    """
    if spool_folder is not None and no_spool:
        raise click.UsageError("--spool and --no-spool exclude each other.")
    policy = choose(config, preset, no_config=no_config).policy
    redactor = redactor_of(policy, engine)
    from redactor.cli.allocation import keep_freed_memory
    from redactor.cli.outputs import open_outputs
    from redactor.cli.pump import Pump
    from redactor.cli.stopping import Stopping
    from redactor.cli.workers import processors
    from redactor.sinks import DeliveryError
    from redactor.stream import Stats

    counts = Stats()
    started = time.monotonic()
    with ExitStack() as cleanup:
        sources, code = _open_all(files or ("-",), cleanup)
        if not sources:
            return code
        stopping = Stopping()
        telemetry = None
        identities = {source.identity: source.name for source in sources if source.identity}
        try:
            if metrics is not None:
                telemetry = _telemetry(metrics, redactor.engine, counts, stopping, cleanup)
            outputs = open_outputs(
                policy,
                output=output,
                to=to,
                labels=labels,
                tenant=tenant,
                inputs=identities,
                spool=False if no_spool else spool_folder,
            )
        except DeliveryError as error:
            say(str(error))
            return Code.OUTPUT
        except InputError as error:
            say(str(error))
            return Code.USAGE
        stopping.hangup = outputs.reopen if outputs.reopens else None
        cleanup.enter_context(stopping)
        stopping.then = outputs.hurry
        scan = None
        if telemetry is not None:
            telemetry.watch_sinks(outputs.counts)
            scan = telemetry.scan.observe
        progress = _progress(sources, cleanup)
        threads = workers or processors()
        keep_freed_memory()
        pump = Pump(redactor, outputs, stopping, counts, progress, scan, threads)
        try:
            for source in sources:
                try:
                    pump.run(source)
                except InputError as error:
                    say(str(error))
                    code = Code.INPUT
                if pump.ended:
                    break
        finally:
            outputs.close()
    _report(stats, counts, redactor, time.monotonic() - started)
    if outputs.code == Code.OUTPUT:
        return Code.OUTPUT
    if stopping.signal:
        return 128 + stopping.signal
    return outputs.code or code or (Code.FOUND if counts.withheld else Code.OK)


def _telemetry(
    address: str, engine: str, counts: Stats, stopping: Stopping, cleanup: ExitStack
) -> Telemetry:
    """
    Serve the metrics of this process at *address*.

    Raises:
        InputError: Nothing can listen there.
    """
    from redactor.metrics import Endpoint, Telemetry

    telemetry = Telemetry(engine)
    telemetry.watch_stream(counts)
    endpoint = Endpoint(address, telemetry, lambda: bool(stopping.signal))
    cleanup.callback(endpoint.close)
    return telemetry


def _open_all(paths: tuple[str, ...], cleanup: ExitStack) -> tuple[list[Input], int]:
    """Open what can be opened; say what cannot, and return the exit code that this makes."""
    from redactor.cli.inputs import open_input

    sources: list[Input] = []
    for path in paths:
        try:
            sources.append(open_input(path))
        except InputError as error:
            say(str(error))
        else:
            cleanup.callback(sources[-1].close)
    return sources, Code.OK if len(sources) == len(paths) else Code.INPUT


def _report(form: str | None, counts: Stats, redactor: Redactor, seconds: float) -> None:
    if counts.withheld:
        say(
            f"{counts.withheld} lines were withheld because looking at them failed. "
            "Run redactor doctor, and report it."
        )
    if form is None:
        return
    from redactor.cli import report

    write = report.stats_as_json if form == "json" else report.stats_as_text
    said = write(counts, redactor.exemptions, engine=redactor.engine, seconds=seconds)
    click.echo(said, err=True)


def _progress(sources: list[Input], cleanup: ExitStack) -> Callable[[int], None] | None:
    """Show a progress line on a terminal, when all sizes are known and nothing else is shown."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    sizes = [source.size for source in sources]
    if any(size is None for size in sizes) or _is_terminal(1):
        return None
    bar: Any = click.progressbar(
        length=sum(size or 0 for size in sizes), label="redactor", file=sys.stderr
    )
    cleanup.enter_context(bar)
    return bar.update  # type: ignore[no-any-return]  # a method of the bar


def _is_terminal(descriptor: int) -> bool:
    try:
        return status_bits.S_ISCHR(fstat(descriptor).st_mode) and sys.stdout.isatty()
    except (OSError, AttributeError):
        return True
