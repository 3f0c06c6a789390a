"""``redactor rules``: the rules as they are written, and whether their examples hold."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redactor.cli.codes import Code
from redactor.cli.console import bad, good, heading, say
from redactor.cli.rules_new import new_command
from redactor.errors import RuleError
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from redactor.model import Pack, Rule

__all__ = ["rules_group"]

_LIST_EXAMPLES = """\b
Examples:
  redactor rules list
  redactor rules list --pack cards
  redactor rules list --pack my-rules.toml --format json
"""
_SHOW_EXAMPLES = """\b
Examples:
  redactor rules show card

In examples, {+} stands in the middle of tokens, so that no scanner of code takes them for real
ones. It is no part of the example.
"""
_TEST_EXAMPLES = """\b
Examples:
  redactor rules test
  redactor rules test my-rules.toml more-rules/

The exit code is 1 when an example does not hold or a pack cannot be loaded.
"""


@click.group("rules")
def rules_group() -> None:
    """List, show, test and write rules."""


rules_group.add_command(new_command)


@rules_group.command("list", epilog=_LIST_EXAMPLES)
@click.option(
    "--pack", metavar="PACK", help="Only this pack: its name, or the path of a .toml file."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def list_command(pack: str | None, form: str) -> None:
    """List rules: id, pack, severity, action and what they find."""
    packs = _packs() if pack is None else (_pack(pack),)
    if form == "json":
        items = [_brief(pack, rule) for pack in packs for rule in pack.rules]
        click.echo(json.dumps(items, indent=2, ensure_ascii=False))
        return
    for each in packs:
        click.echo(f"{heading(each.name)}: {each.summary} ({len(each.rules)} rules)")
        width = max(len(rule.id) for rule in each.rules)
        for rule in each.rules:
            click.echo(
                f"  {rule.id:<{width}}  {rule.severity:<8}  {rule.action:<6}  {rule.summary}"
            )


def _complete_ids(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[str | CompletionItem]:
    return [rule.id for pack in _packs() for rule in pack.rules if rule.id.startswith(incomplete)]


@rules_group.command("show", epilog=_SHOW_EXAMPLES)
@click.argument("rule_id", metavar="ID", shell_complete=_complete_ids)
@click.option(
    "--pack", metavar="PACK", help="Look in this pack: its name, or the path of a .toml file."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show_command(rule_id: str, pack: str | None, form: str) -> None:
    """Show all fields of the rule ID, with its examples."""
    packs = _packs() if pack is None else (_pack(pack),)
    for each in packs:
        for rule in each.rules:
            if rule.id == rule_id:
                fields = {"pack": each.name, **_as_written(each, rule_id)}
                if form == "json":
                    click.echo(json.dumps(fields, indent=2, ensure_ascii=False))
                else:
                    _show(fields)
                return
    known = [rule.id for each in packs for rule in each.rules]
    raise RuleError(
        f"rule {rule_id!r}",
        "there is no such rule",
        f"{did_you_mean(rule_id, known)}See: redactor rules list",
    )


@rules_group.command("test", epilog=_TEST_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
def test_command(paths: tuple[Path, ...]) -> int:
    """
    Run every example of the packs at PATHs, or of those that come with redactor.

    Each example runs through all engines that are installed. A PATH can be a folder of packs.
    """
    from redactor.engines import make_engine, native_available
    from redactor.packs import Ruleset, builtin_folder, load_pack, test_rules

    engines = ("reference", "native") if native_available() else ("reference",)
    files = [file for path in paths or (builtin_folder(),) for file in _files_of(path)]
    rules = examples = broken = 0
    failed: set[str] = set()
    for file in files:
        try:
            pack = load_pack(file)
            ruleset = Ruleset.compile(pack.rules)
        except RuleError as error:
            broken += 1
            click.echo(bad(str(error)))
            continue
        index_of = {rule.id: index for index, rule in enumerate(pack.rules)}
        rules += len(pack.rules)
        examples += sum(len(rule.match) + len(rule.ignore) for rule in pack.rules)
        for engine in engines:
            finder = make_engine(ruleset, engine)  # type: ignore[arg-type]  # one of the two
            for failure in test_rules(pack.rules, finder, index_of):
                failed.add(failure.where)
                click.echo(f"{failure.where}: {bad(failure.problem)} (engine {engine})")
    if failed or broken:
        say(f"{len(failed)} of {examples} examples do not hold, {broken} packs cannot be loaded.")
        return Code.FOUND
    click.echo(
        f"{good('ok')}: {len(files)} packs, {rules} rules, {examples} examples, "
        f"engines: {', '.join(engines)}"
    )
    return Code.OK


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.toml"))
    if not files:
        raise RuleError(str(path), "there is no .toml file in it", "Name a pack, or another folder")
    return files


def _packs() -> tuple[Pack, ...]:
    from redactor.packs import load_builtin, pack_names

    return tuple(load_builtin(name) for name in pack_names())


def _pack(name: str) -> Pack:
    from redactor.packs import load_builtin, load_pack, pack_names

    if name in pack_names():
        return load_builtin(name)
    if name.endswith(".toml") or "/" in name or "\\" in name:
        return load_pack(Path(name))
    raise RuleError(
        f"pack {name!r}",
        "there is no such pack",
        f"{did_you_mean(name, pack_names())}Use one of: {', '.join(pack_names())}; "
        "or the path of a .toml file",
    )


def _brief(pack: Pack, rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "pack": pack.name,
        "kind": rule.kind,
        "severity": rule.severity,
        "action": rule.action,
        "summary": rule.summary,
        "reference": rule.reference,
    }


def _as_written(pack: Pack, rule_id: str) -> dict[str, Any]:
    """Return the rule's table of the pack's file: loading takes the seam out of examples."""
    document = tomllib.loads(pack.path.read_text("utf-8"))
    return next(table for table in document["rule"] if table["id"] == rule_id)


def _show(fields: dict[str, Any]) -> None:
    for key, value in fields.items():
        if not isinstance(value, list):
            click.echo(f"{heading(key)}: {_one_line(value)}")
            continue
        click.echo(f"{heading(key)}:")
        for item in value:
            if isinstance(item, dict) and "text" in item:
                why = f"    # {item['why']}" if item.get("why") else ""
                click.echo(f"  {_one_line(item['text'])}{why}")
            else:
                click.echo(f"  {_one_line(item)}")


def _one_line(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_one_line(item)}" for key, item in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in str(value))
