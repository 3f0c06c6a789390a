"""Documents are held to the code: what they list is what there is, and what they show is true."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from redactor import Policy, Redactor, policy
from redactor.checks import check_names
from redactor.cli.codes import Code
from redactor.cli.commands import root as command_line
from redactor.engines.reference import ReferenceEngine
from redactor.exits.protection import EXITS
from redactor.model import ACTIONS, SEVERITIES
from redactor.packs import Ruleset, load_builtin, load_pack, loader, pack_names, test_rules
from redactor.packs.pattern import PatternSyntaxError, parse

if TYPE_CHECKING:
    from redactor.frozen import Frozen

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "core/README.md", "examples/README.md")
    for path in ROOT.glob(pattern)
)
_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def part(path: str, heading: str) -> str:
    """Return the part of a page under *heading*, up to the next one of its level."""
    text = text_of(path)
    level = heading.partition(" ")[0]
    start = text.index(f"\n{heading}\n") + len(heading) + 2
    end = re.compile(rf"^#{{2,{len(level)}}} ", re.MULTILINE).search(text, start)
    return text[start : end.start() if end else len(text)]


def column(table: str, number: int = 0) -> list[str]:
    """Return the code spans of a column of the tables in *table*."""
    found: list[str] = []
    for line in table.splitlines():
        if line.startswith("| "):
            cell = re.split(r"(?<!\\) \| |^\| | \|$", line)[1 + number]
            found += [re.sub(r"\\\|", "|", span) for span in re.findall(r"`([^`]+)`", cell)]
    return found


def blocks(path: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(path), re.DOTALL | re.MULTILINE)


def commands(group: click.Group) -> dict[str, click.Command]:
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


# The README.


def test_the_commands_of_the_readme_are_those_that_ci_runs() -> None:
    """
    The first two commands of the README stand in ``.ci/run`` as they are, and in CONTRIBUTING.
    """
    demo, tests = (block.strip() for block in blocks("README.md", "sh")[:2])
    lines = [line.strip() for line in text_of(".ci/run").splitlines()]

    assert demo in lines
    assert tests in lines
    assert tests == blocks("CONTRIBUTING.md", "sh")[0].strip()


def test_the_lines_of_the_readme_are_real_and_come_out_as_shown(redactor: Redactor) -> None:
    """
    The lines before are in the example logs; the lines after are what comes out.
    """
    before, after = (
        re.search(rf"<!-- {name} -->\n```text\n(.*?)```", text_of("README.md"), re.DOTALL)[1]  # type: ignore[index]
        for name in ("before", "after")
    )
    logs = {
        line
        for path in ROOT.glob("examples/logs/*.log")
        for line in path.read_text("utf-8", "replace").splitlines()
    }

    assert 5 == len(before.splitlines())
    assert set() == set(before.splitlines()) - logs
    assert after == redactor.lines(before.encode()).decode()


def test_the_python_of_the_readme_does_what_it_shows() -> None:
    """
    The first block of Python with a prompt runs as shown.
    """
    block = next(block for block in blocks("README.md", "python") if ">>>" in block)
    examples = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)

    assert examples.examples
    assert 0 == doctest.DocTestRunner().run(examples).failed


@pytest.mark.parametrize("page", ["README.md", "docs/rules.md"])
def test_the_packs_in_documents_load_and_their_examples_hold(page: str, tmp_path: Path) -> None:
    """
    A pack that a page shows can be used as it stands.
    """
    shown = [block for block in blocks(page, "toml") if "[[rule]]" in block]

    assert shown
    for block in shown:
        path = tmp_path / "shown.toml"
        path.write_text(block, "utf-8")
        rules = load_pack(path).rules
        engine = ReferenceEngine(Ruleset.compile(rules))
        assert [] == test_rules(rules, engine, {rule.id: i for i, rule in enumerate(rules)})


@pytest.mark.parametrize("page", ["README.md", "docs/policy.md"])
def test_the_policies_in_documents_can_be_used(page: str, tmp_path: Path) -> None:
    """
    A policy that a page shows can be used as it stands, with the pack that it names.
    """
    pack = next(block for block in blocks("README.md", "toml") if "[[rule]]" in block)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/shop.toml").write_text(pack, "utf-8")
    shown = [block for block in blocks(page, "toml") if "[[rule]]" not in block]

    assert shown
    for block in shown:
        Policy.parse(tomllib.loads(block), where=page, base=tmp_path)


# What the pages list.


def test_the_exit_codes_are_those_of_the_code() -> None:
    """
    The table of exit codes has each code of the command, and the signals' ones.
    """
    listed = re.findall(r"^\| (\d+) \|", part("docs/filter.md", "## Exit codes"), re.MULTILINE)

    assert {str(int(code)) for code in Code} | {"129", "130", "143"} == set(listed)


def test_the_options_of_the_filter_are_those_of_the_code() -> None:
    """
    The table of options has each option of ``redactor filter``.
    """
    command = commands(command_line)["filter"]
    options = {name for item in command.params for name in (*item.opts, *item.secondary_opts)}
    listed = {
        name
        for cell in column(part("docs/filter.md", "## Options"))
        for name in re.findall(r"(?<!\w)--?[a-z][a-z-]*", cell)
    }

    assert {name for name in options if name.startswith("-")} | {"-h", "--help"} == listed


def test_each_command_is_told_somewhere_and_no_other() -> None:
    """
    The pages name each command and its parts, and none that is not there.
    """
    real = set()
    for name, command in commands(command_line).items():
        inner = commands(command) if isinstance(command, click.Group) else {}
        real |= {f"{name} {part}" for part in inner} or {name}
    groups = {name.partition(" ")[0] for name in real if " " in name}
    shown = set()
    for page in PAGES:
        for name, following in re.findall(
            r"(?:^|[`|] ?|bin/)redactor ([a-z]+)(?: ([a-z]+))?",
            page.read_text("utf-8"),
            re.MULTILINE,
        ):
            if name in groups and not following:
                continue
            shown.add(f"{name} {following}" if name in groups else name)

    assert real == shown


def test_the_checks_are_those_of_the_code() -> None:
    """
    The table of checks has each one.
    """
    assert set(check_names()) == set(column(part("docs/rules.md", "## Checks")))


def test_the_keys_of_a_pack_are_those_of_the_code() -> None:
    """
    The tables of keys have each key of a pack and of each kind of rule.
    """
    every, pattern, pair = (
        set(column(part("docs/rules.md", heading).partition("**Value modes")[0]))
        for heading in ("## Every rule", "## Pattern rules", "## Pair rules")
    )

    common = every - {"content", "names"}

    assert set(loader._PACK_KEYS) == set(column(part("docs/rules.md", "## The file")))
    assert set(loader._COMMON) == common
    assert set(loader._KEYS["pattern"]) == common | pattern
    assert set(loader._KEYS["pair"]) == common | pair
    assert set(loader._COMMON) == set(loader._KEYS["card"])
    assert set(loader._COMMON) == set(loader._KEYS["block"])
    assert set(loader._KEYS["document"]) == every


def test_kinds_actions_and_severities_are_those_of_the_code() -> None:
    """
    What a rule may say is listed in full.
    """
    shown = set(re.findall(r"`([^`]+)`", part("docs/rules.md", "## Every rule")))

    assert {*loader._KEYS, *ACTIONS, *SEVERITIES} <= shown
    assert set(ACTIONS) == set(column(part("docs/policy.md", "## Actions")))


def test_the_value_modes_are_those_of_the_code() -> None:
    """
    The table of value modes has each one.
    """
    from redactor.packs.ruleset import VALUE_MODES

    table = part("docs/rules.md", "## Pair rules").partition("**Value modes")[2]

    assert {f'"{mode}"' for mode in VALUE_MODES} == {*column(table)} - {"value"}


def test_the_keys_of_a_policy_are_those_of_the_code() -> None:
    """
    The table of keys has each key of a policy, inner ones too.
    """
    nested: dict[str, type[Frozen]] = {
        "fields": policy.Fields,
        "hmac": policy.Hmac,
        "known": policy.Known,
        "metadata": policy.Metadata,
        "documents": policy.Documents,
        "exceptions": policy.Exemption,
        "sinks": policy.Sink,
    }
    tables = ("base", "fields", "hmac", "known", "metadata", "documents")
    real = {name for name in Policy.__struct_fields__ if name not in tables}
    real |= {f"{key}.{name}" for key, of in nested.items() for name in of.__struct_fields__}

    assert real == set(column(part("docs/policy.md", "## Keys")))


def test_the_shapes_are_those_of_the_code() -> None:
    """
    The table of shapes has each one, and the policy that the page shows can be used.
    """
    from redactor.metadata.declared import shape_names

    assert set(shape_names()) == set(column(part("docs/metadata-only.md", "## What is declared")))
    block = blocks("docs/metadata-only.md", "toml")[0]
    assert Policy.parse(tomllib.loads(block), where="page", base=Path()).metadata.fields


def test_the_presets_are_those_of_the_code() -> None:
    """
    The table of presets has each preset with its packs, in their order.
    """
    table = part("docs/policy.md", "## Presets")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)

    assert policy.PRESETS == {name: tuple(re.findall(r"`(\w+)`", packs)) for name, packs in rows}
    assert set(pack_names()) == set(column(text_of("docs/detection.md").partition("\n## ")[0]))


def test_the_exits_are_those_of_the_code() -> None:
    """
    The page on the exits has each exit that ``install()`` guards, and no other.
    """
    guarded = column(part("docs/exits.md", "## What is guarded"))

    assert sorted({exit_.name for exit_ in EXITS}) == sorted(guarded)


def test_the_refused_syntax_is_refused() -> None:
    """
    What the page says is refused is refused, and what it says to write instead is not.
    """
    table = part("docs/rules.md", "## Syntax of patterns").partition("What is refused")[2]
    for written in ("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", "(?P=x)", "^a", "a$", r"\ba"):
        with pytest.raises(PatternSyntaxError):
            parse(written)
    for row in ("(?:a+b?)+", "(?:ab|ac)+", "a++", "[a&&b]", "(ab)"):
        assert row in column(table)
        with pytest.raises(PatternSyntaxError):
            parse(row)
    for row in ("(?:a+b)+", "(?:a[bc])+", "(?:ab)", "(?P<value>ab)", r"\xC3\xA9"):
        assert row in column(table, 1)
        parse(row)


def test_only_rules_about_documents_have_an_action_of_their_own() -> None:
    """
    Rules start with ``tag``, those about documents with ``summary``, as ``docs/policy.md`` says.
    """
    documents = {rule.id for rule in load_builtin("documents").rules}
    rules = Policy(preset="strict", packs=("documents",)).rules()

    assert {"tag"} == {rule.action for rule in rules if rule.id not in documents}
    assert {"summary"} == {rule.action for rule in rules if rule.id in documents}


# All pages.


@_each_page
def test_links_lead_somewhere(page: Path) -> None:
    """
    A link to a file of the repository, or to a heading of it, has its end.
    """
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        assert path.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads
            }, target


@_each_page
def test_pages_have_short_lines(page: Path) -> None:
    """
    Text has at most 110 characters a line; tables, code and badges may have more.
    """
    code = False
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("```"):
            code = not code
        elif not code and not line.startswith(("|", "[", "!")):
            assert len(line) <= 110, line


def test_contributing_is_short() -> None:
    """
    Who wants to help reads less than 100 lines.
    """
    assert len(text_of("CONTRIBUTING.md").splitlines()) < 100


def test_nothing_names_a_place_of_one_machine() -> None:
    """
    No document and no code has a path or a host of the machine that it was written on.
    """
    places = re.compile(
        r"(?<![\w.])/(?:root|home|Users|work|private/tmp)/\w"
        r"|\b(?:localhost|127\.0\.0\.1):\d+/(?:simple|pypi|root)\b"
    )
    suffixes = {".py", ".rs", ".md", ".toml", ".yml", ".lock", ".sh", ".svg", ".pyi"}
    folders = ("redactor", "sinks", "core", "docs", ".github", "bench", "rules")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()] + [ROOT / ".ci/run"]

    for path in files:
        if "target" in path.parts or (path.suffix not in suffixes and path.name != "run"):
            continue
        for line in path.read_text("utf-8").splitlines():
            assert not places.search(line), f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
