"""``redactor check``: is there a secret in these logs and artifacts?"""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from redactor.cli.codes import Code
from redactor.cli.console import say, wants_colour
from redactor.cli.policies import choose, options, redactor_of
from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor._redactor import Redactor
    from redactor.leakage.leaks import Report
    from redactor.leakage.report import Form

__all__ = ["check_command"]

_FORMS = ("text", "json", "sarif", "junit", "github", "html")
_EXAMPLES = """\b
Examples:
  redactor check app.log
  redactor check build/logs 'reports/**/*.log' artifact.zip
  kubectl logs deploy/shop | redactor check -
  redactor check logs --format sarif --output leaks.sarif
  redactor check logs --report html=leaks.html --report junit=leaks.xml
  redactor check logs --baseline redactor-baseline.json --update-baseline
  redactor check '/var/log/shop/*.log' --since /var/lib/shop/check.state

\b
Exit codes:
  0    no leaks, but for those in the baseline
  1    leaks
  2    no leaks were found, and something could not be looked at; or the
       command line, the policy, the baseline or the engine cannot be used
The others: see redactor --help. No report holds a secret.
"""
_UNITS = {
    "": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
    "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40,
}  # fmt: skip
#: No name for a file, and near to a span or a day: a slip would look at everything.
_LIKE_A_TIME = re.compile(r"[0-9][0-9:T.-]*[A-Za-z]{0,7}")
_SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def _size(_ctx: click.Context, _parameter: click.Parameter, given: str) -> int:
    found = re.fullmatch(r"([0-9]{1,18})([kMGT]?i?)B?", given.strip())
    if found is None or found[2] not in _UNITS:
        raise click.BadParameter("it is not a size. Write it as 500MB or 16GiB.")
    return int(found[1]) * _UNITS[found[2]]


def _since(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> Any:
    """A span before now, a day or a moment as seconds since 1970; else the path of a state file."""
    if given is None:
        return None
    span = re.fullmatch(r"([0-9]{1,9})([smhdw])", given)
    if span is not None:
        return dt.datetime.now(dt.UTC).timestamp() - int(span[1]) * _SPANS[span[2]]
    try:
        return dt.datetime.fromisoformat(given).timestamp()
    except ValueError:
        path = Path(given)
    if _LIKE_A_TIME.fullmatch(given) and not path.exists():
        raise click.BadParameter(
            "it is no time. Write it as 2h, 7d or 2027-01-31; a file of this name as ./NAME."
        )
    return path


def _expiry(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> dt.date | None:
    if given is None:
        return None
    span = re.fullmatch(r"([0-9]{1,5})d", given)
    try:
        if span is not None:
            day = _today() + dt.timedelta(days=int(span[1]))
        else:
            day = dt.date.fromisoformat(given)
    except ValueError:
        raise click.BadParameter("it is not a day. Write it as 2027-01-31 or 90d.") from None
    if day <= _today():
        raise click.BadParameter("it has come already. Write a later day, or a span: 90d.")
    return day


def _reports(
    _ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> list[tuple[str, str]]:
    reports: list[tuple[str, str]] = []
    for item in given:
        form, equals, path = item.partition("=")
        if not equals or not path or form not in _FORMS:
            raise click.BadParameter(
                f"it does not start with a form. Write it as FORM=FILE; forms: {', '.join(_FORMS)}."
            )
        reports.append((form, path))
    return reports


@click.command(
    "check",
    epilog=_EXAMPLES,
    short_help="Say whether logs and artifacts hold secrets, and where.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(_FORMS), default="text", help="Default: text, for people."
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write the report here.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORM=FILE",
    callback=_reports,
    help="Write one more report, such as html=leaks.html. Can be repeated.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Let pass the leaks that this file lists.",
)
@click.option(
    "--update-baseline",
    is_flag=True,
    help="Write what is found into the baseline; default file: redactor-baseline.json.",
)
@click.option(
    "--expires",
    metavar="DAY",
    callback=_expiry,
    help="When new entries of the baseline stop counting: 2027-01-31, or 90d.",
)
@click.option(
    "--reason", default="", metavar="TEXT", help="Why new entries of the baseline are let pass."
)
@click.option(
    "--since",
    metavar="FILE|TIME",
    callback=_since,
    help="Only what was added: FILE remembers how far each log was read. With a TIME (2h, 7d, "
    "2027-01-31), only files that changed since.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out files and folders of this name or path. Can be repeated.",
)
@click.option(
    "--environment",
    is_flag=True,
    help="Look also for the very secrets of this process's environment, and mounted ones.",
)
@click.option(
    "--max-unpacked",
    default="16GiB",
    show_default=True,
    metavar="SIZE",
    callback=_size,
    help="Largest size that one packed file may unpack to.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=0, max=1024),
    default=0,
    metavar="N",
    help="Threads. Default: one for each core.",
)
@click.option(
    "--engine",
    type=click.Choice(["native", "reference"]),
    help="Default: native where it is installed.",
)
@options
def check_command(
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    reports: list[tuple[str, str]],
    baseline: str | None,
    update_baseline: bool,  # noqa: FBT001  # click passes by name
    expires: dt.date | None,
    reason: str,
    since: float | Path | None,
    exclude: tuple[str, ...],
    environment: bool,  # noqa: FBT001
    max_unpacked: int,
    jobs: int,
    engine: str | None,
    config: str | None,
    preset: str | None,
    no_config: bool,  # noqa: FBT001
) -> int:
    """
    Say whether there are secrets in the PATHs, and where.

    A PATH is a file, a folder with all below it, a pattern such as 'logs/**/*.log', or - for
    standard input. Files packed with gzip, bzip2, xz or zstd, zip and tar archives, and what is in
    those, are unpacked on the way. JSON lines and exports of the journal are told field by field.
    """
    if not update_baseline and (expires is not None or reason):
        raise click.UsageError(
            "--expires and --reason are about new entries of a baseline. Add --update-baseline."
        )
    redactor = _redactor(choose(config, preset, no_config=no_config).policy, engine)
    if environment:
        from redactor.known.collecting import collect

        collect(redactor.known, redactor.policy)
    from redactor.leakage.baseline import DEFAULT_NAME, Baseline
    from redactor.leakage.files import Limits, check
    from redactor.leakage.report import as_text

    try:
        name = baseline or (DEFAULT_NAME if update_baseline else None)
        makes_one = update_baseline and name is not None and not Path(name).exists()
        known = Baseline.load(name) if name is not None and not makes_one else Baseline()
        with _Progress() as progress:
            report = check(
                paths,
                redactor,
                limits=Limits(max_unpacked, jobs),
                exclude=exclude,
                since=since,
                progress=progress.show,
            )
        if update_baseline and name is not None:
            known = known.updated(
                report, _today(), expires=expires, reason=reason, whole=since is None
            )
            known.save(name)
            say(f"{as_text.counted(len(known), 'leak')} in the baseline {name}")
        report = known.apply(report, _today(), whole=since is None)
        _write(report, form, output, reports)
    except InputError as error:
        say(str(error))
        return Code.USAGE
    if report.leaks:
        return Code.FOUND
    return Code.USAGE if report.trouble else Code.OK


def _redactor(policy: Any, engine: str | None) -> Redactor:
    # Actions that show a part of the secret, or drop the record, have no place in a report.
    return redactor_of(policy.replace(actions={"default": "tag"}), engine)


def _write(report: Report, form: str, output: str | None, reports: list[tuple[str, str]]) -> None:
    from redactor.leakage.report import as_text, write

    for kind, path in reports:
        write(report, _form(kind), path)
    if output is not None and output != "-":
        write(report, _form(form), output)
        say(as_text.summary(report))
    elif form == "text":
        click.echo(as_text.write(report, _painted).encode("utf-8", "backslashreplace"), nl=False)
    else:
        from redactor.leakage.report import render

        click.echo(render(report, _form(form)).encode("utf-8", "backslashreplace"), nl=False)


def _form(name: str) -> Form:
    return name  # type: ignore[return-value]  # click checked the choice


def _painted(colour: str, text: str) -> str:
    return click.style(text, fg=colour) if wants_colour() else text


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


class _Progress:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._on = sys.stderr is not None and sys.stderr.isatty()
        self._at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    @property
    def show(self) -> Callable[[int, int], None] | None:
        return self._show if self._on else None

    def _show(self, done: int, total: int) -> None:
        if not total:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label="redactor check", file=sys.stderr)
        self._bar.update(done - self._at)
        self._at = done
