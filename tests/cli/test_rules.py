from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from redactor.packs import load_builtin, pack_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, bytes, bytes]]

PACK = """\
schema = 1
summary = "Doors"
[[rule]]
id = "door-code"
summary = "Code of a door"
reference = "https://example.com/doors"
severity = "high"
keywords = ["DOOR-"]
pattern = 'DOOR-\\d{6}'
match = ["open DOOR-12{+}3456 now", %s]
ignore = [{ text = "DOOR-12345", why = "five digits" }]
"""


def test_every_rule_is_listed(run: Run) -> None:
    """
    The list holds every rule of every pack, as text and as JSON.
    """
    known = [rule.id for name in pack_names() for rule in load_builtin(name).rules]

    code, out, _ = run("rules", "list")
    as_json = json.loads(run("rules", "list", "--format", "json")[1])

    assert code == 0
    listed = [line.split()[0] for line in out.decode().splitlines() if line.startswith("  ")]
    assert listed == known == [rule["id"] for rule in as_json]


def test_a_pack_of_ones_own_is_listed_and_shown(run: Run, tmp_path: Path) -> None:
    """
    --pack takes a path; show keeps the seam in tokens, so that the output is no token itself.
    """
    (tmp_path / "own.toml").write_text(PACK % '"DOOR-000000"')

    listed = run("rules", "list", "--pack", "own.toml")
    code, out, _ = run("rules", "show", "door-code", "--pack", "own.toml")

    assert listed[0] == 0
    assert b"own: Doors (1 rules)" in listed[1]
    assert code == 0
    assert b"reference: https://example.com/doors" in out
    assert b"open DOOR-12{+}3456 now" in out
    assert b"DOOR-12345    # five digits" in out


def test_no_shown_rule_holds_a_whole_token(run: Run) -> None:
    """
    Examples of tokens are shown with their seam.
    """
    [rule] = [rule for rule in load_builtin("tokens").rules if rule.id == "github-token"]

    out = run("rules", "show", rule.id)[1].decode()

    assert "{+}" in out
    assert not [example.text for example in rule.match if example.text in out]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["show", "github-tken"],
            "rule 'github-tken': there is no such rule. Did you mean 'github-token'?",
        ),
        (["list", "--pack", "crads"], "pack 'crads': there is no such pack. Did you mean 'cards'?"),
        (["list", "--pack", "no.toml"], "no.toml: it cannot be read (No such file or directory)."),
    ],
)
def test_unknown_names_get_the_nearest_one(run: Run, arguments: list[str], message: str) -> None:
    """
    A mistyped name is answered with what was probably meant; the exit code is 2.
    """
    code, out, err = run("rules", *arguments)

    assert (code, out) == (2, b"")
    assert message in err.decode()


def test_examples_that_hold_are_counted(run: Run, tmp_path: Path) -> None:
    """
    When all examples hold, one line says how many there were.
    """
    (tmp_path / "own.toml").write_text(PACK % '"DOOR-000000"')

    code, out, err = run("rules", "test", "own.toml")

    assert (code, err) == (0, b"")
    assert out.startswith(b"ok: 1 packs, 1 rules, 3 examples, engines: reference")


def test_examples_that_do_not_hold_are_named(run: Run, tmp_path: Path) -> None:
    """
    Each failure names file, rule and example; a folder stands for all packs in it.
    """
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/own.toml").write_text(PACK % '"DOOR-1"')
    (tmp_path / "packs/broken.toml").write_text("schema = 2\n")

    code, out, err = run("rules", "test", "packs")

    assert code == 1
    assert b"own.toml:3: door-code: match[1]: not found (engine reference)" in out
    assert b"broken.toml: schema: it is not 1." in out
    assert err.startswith(b"redactor: 1 of 3 examples do not hold, 1 packs cannot be loaded.")


def test_new_writes_a_rule_that_can_be_used_at_once(run: Run, tmp_path: Path) -> None:
    """
    The rule goes to standard output and holds; false alarms are counted on standard error.
    """
    lines = b"pay {{CPN-7Q2M9XKD4T}} ok\npay {{CPN-9W3KD4TX2Z}}\ncoupon CPN-7Q2M9 is short\n"
    (tmp_path / "app.log").write_bytes(b"order CPN-AAAA1111BB\nnothing\n")

    code, out, err = run(
        *("rules", "new", "shop-coupon", "--reference", "https://shop.example/c"),
        *("--log", "app.log"),
        data=lines,
    )
    (tmp_path / "shop.toml").write_bytes(out)

    assert code == 0
    assert b"7Q2M9XKD4T" not in out + err
    assert b"ok: 2 found, 1 left alone." in err
    assert b"False alarms: 0 in " in err
    assert b"False alarms: 1 in 2 lines of app.log: lines 1." in err
    assert run("rules", "test", "shop.toml")[0] == 0


def test_new_says_when_a_rule_is_not_needed_or_not_right(run: Run) -> None:
    """
    A rule of the library that finds the secrets already is named; an example without marks that is
    found makes the exit code 1.
    """
    arguments = ("rules", "new", "own", "--reference", "https://x.example")

    known = run(*arguments, data=b"password={{hunter2-Zx9}}\npassword={{kd92kd9p-Zq}}\n")
    wrong = run(*arguments, data=b"{{CPN-7Q2M9XKD4T}}\n{{CPN-9W3KD4TX2Z}}\nCPN-AAAA1111BB\n")

    assert b"Found in all examples already by: password." in known[2]
    assert wrong[0] == 1
    assert b"found: the examples without marks 1." in wrong[2]
