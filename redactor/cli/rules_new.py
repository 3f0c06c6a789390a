"""``redactor rules new``: a rule from examples, and the false alarms that it would cause."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import bad, good, say
from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.packs.draft import Draft

__all__ = ["new_command"]

_EXAMPLES = """\b
Examples:
  redactor rules new shop-coupon examples.txt --reference https://shop.example/coupons > shop.toml
  grep coupon app.log | redactor rules new shop-coupon --reference https://x.example --log app.log

A line of the examples with {{marks}} around the secrets is to be found, one without marks is not:

\b
  GET /pay?coupon={{CPN-7Q2M9XKD4T}}&page=2
  coupon CPN-7Q2M9 is too short

The rule goes to standard output, with made-up secrets in its examples. What it finds in texts that
only look like it is told on standard error: the examples of all rules, and the logs of --log.
"""
#: False alarms that are named.
_NAMED = 5


@click.command("new", epilog=_EXAMPLES, short_help="Write a rule from examples.")
@click.argument("rule_id", metavar="ID")
@click.argument("file", default="-", metavar="[FILE]", type=click.Path(allow_dash=True))
@click.option(
    "--reference", required=True, metavar="URL", help="The page that describes the secret."
)
@click.option("--summary", metavar="TEXT", help="What it finds, in a sentence.")
@click.option(
    "--log",
    "logs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A log without such secrets, to count false alarms in. Can be repeated.",
)
def new_command(
    rule_id: str, file: str, reference: str, summary: str | None, logs: tuple[Path, ...]
) -> int:
    """
    Write a rule that finds the secrets in FILE, or in standard input.

    The exit code is 1 when the rule does not find all of them, or finds what it should not.
    """
    from redactor.engines import make_engine
    from redactor.packs import Ruleset
    from redactor.packs.draft import draft
    from redactor.packs.loader import parse_pack

    lines = _lines(file)
    drafted = draft(rule_id, summary or f"Secret of the kind {rule_id}", reference, lines)
    pack = parse_pack(drafted.toml, Path(f"{rule_id}.toml"))
    engine = make_engine(Ruleset.compile(pack.rules))
    click.echo(drafted.toml, nl=False)
    missed = [place for place, text in enumerate(drafted.wanted, 1) if not _finds(engine, text)]
    found = [place for place, text in enumerate(drafted.kept, 1) if _finds(engine, text)]
    if missed:
        say(f"{bad('not found')}: the marked examples {_listed(missed)}.")
    if found:
        say(f"{bad('found')}: the examples without marks {_listed(found)}.")
    if not missed and not found:
        say(f"{good('ok')}: {len(drafted.wanted)} found, {len(drafted.kept)} left alone.")
    _say_false_alarms(engine, logs)
    _say_who_finds_it_already(drafted)
    return Code.FOUND if missed or found else Code.OK


def _lines(file: str) -> list[str]:
    try:
        with click.open_file(file, encoding="utf-8") as source:
            return str(source.read()).splitlines()
    except OSError as error:
        raise InputError(
            file, f"it cannot be read ({error.strerror})", "Check the path and its permissions"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            file, f"it is not UTF-8 (byte {error.start})", "Save it as UTF-8"
        ) from None


def _finds(engine: Any, text: str) -> bool:
    return bool(engine.find(text.encode("utf-8", "surrogatepass")))


def _listed(places: list[int]) -> str:
    return ", ".join(map(str, places))


def _look_alikes() -> Iterator[tuple[str, str]]:
    """Yield each example of the rules that come with redactor, with the name of its place."""
    from redactor.packs import load_builtin, pack_names

    for name in pack_names():
        for rule in load_builtin(name).rules:
            for kind, examples in (("match", rule.match), ("ignore", rule.ignore)):
                for number, example in enumerate(examples):
                    yield f"{rule.id}: {kind}[{number}]", example.text


def _say_false_alarms(engine: Any, logs: tuple[Path, ...]) -> None:
    texts = 0
    hits: list[str] = []
    for place, text in _look_alikes():
        texts += 1
        if _finds(engine, text):
            hits.append(place)
    named = f": {', '.join(hits[:_NAMED])}" if hits else ""
    say(f"False alarms: {len(hits)} in {texts} examples of the other rules{named}.")
    for log in logs:
        _say_hits(engine, log)


def _say_hits(engine: Any, log: Path) -> None:
    lines = 0
    hits: list[int] = []
    try:
        with log.open("rb") as file:
            for line in file:
                lines += 1
                if engine.find(line.rstrip(b"\r\n")):
                    hits.append(lines)
    except OSError as error:
        raise InputError(
            str(log), f"it cannot be read ({error.strerror})", "Check the path and its permissions"
        ) from None
    named = f": lines {_listed(hits[:_NAMED])}" if hits else ""
    say(f"False alarms: {len(hits)} in {lines} lines of {log}{named}.")


def _say_who_finds_it_already(drafted: Draft) -> None:
    """Name the rules that come with redactor and find something in every marked example."""
    from redactor._redactor import Redactor
    from redactor.policy import Policy

    redactor = Redactor(Policy(preset="strict"))
    rules: set[str] | None = None
    for text in drafted.wanted:
        own = {finding.rule for finding in redactor.find(text)}
        rules = own if rules is None else rules & own
    if rules:
        say(f"Found in all examples already by: {', '.join(sorted(rules))}.")
