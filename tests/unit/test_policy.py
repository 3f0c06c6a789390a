"""Policies: what they switch on, and what is said about each mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor import Policy, PolicyError, Redactor, RuleError
from redactor.packs import load_builtin
from redactor.policy import PRESETS, Exemption, Fields, Hmac, Known, Sink

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = (
    "mode, preset, packs, disable, actions, fields, hmac, known, metadata, documents, exceptions, "
    "sinks"
)

#: A policy with one mistake to what is said about it; ``{path}`` is the policy's file.
MISTAKES: dict[str, tuple[str, str]] = {
    "no TOML": (
        'preset = "standard',
        (
            "{path}: it is not TOML (Unterminated string (at end of document)). "
            "Correct the syntax there."
        ),
    ),
    "unknown key": (
        'presets = "strict"',
        f"{{path}}: presets: unknown key. Did you mean 'preset'? Known keys: {KEYS}.",
    ),
    "unknown key, none near": (
        "colour = 1",
        f"{{path}}: colour: unknown key. Known keys: {KEYS}.",
    ),
    "a key that is no key of the file": (
        'base = "/tmp"',
        f"{{path}}: base: unknown key. Known keys: {KEYS}.",
    ),
    "unknown key of fields": (
        "[fields]\nsecrets = []",
        (
            "{path}: fields: secrets: unknown key. Did you mean 'secret'? "
            "Known keys: secret, safe, paths."
        ),
    ),
    "unknown key of hmac": (
        "[hmac]\nkey-env = 'X'",
        (
            "{path}: hmac: key-env: unknown key. Did you mean 'key_env'? "
            "Known keys: key_env, key_file, key_id."
        ),
    ),
    "unknown key of known": (
        "[known]\nfile = ['x']",
        (
            "{path}: known: file: unknown key. Did you mean 'files'? "
            "Known keys: collect, env, files, safe."
        ),
    ),
    "a variable of known that is none": (
        "[known]\nenv = ['DB PASSWORD=x']",
        (
            "{path}: known.env: 'DB PASSWORD=x' is not the name of an environment variable. "
            'Write names, or patterns with a star: "VAULT_*".'
        ),
    ),
    "an empty name in known": (
        "[known]\nsafe = ['']",
        (
            "{path}: known.safe: '' is not the name of an environment variable. "
            'Write names, or patterns with a star: "VAULT_*".'
        ),
    ),
    "a path of known that is none": (
        "[known]\nfiles = [' ']",
        (
            "{path}: known.files: ' ' is not a path. "
            'Write paths, or patterns with a star: "/etc/shop/*.key".'
        ),
    ),
    "known that is no table": (
        "known = true",
        "{path}: known: Expected `object`, got `bool`. See: redactor config show.",
    ),
    "an action that known values cannot have": (
        '[actions]\nknown-value = "mask"',
        (
            "{path}: actions.known-value: the marker of a known value says which one it was and "
            "shows nothing of it. Use tag, drop-field or drop-record."
        ),
    ),
    "a selector that is none": (
        '[fields]\n"request..headers" = "drop-field"',
        (
            "{path}: fields.'request..headers': it has an empty name, or one with white space "
            'around it. Write names with one dot between them: "request.headers.*".'
        ),
    ),
    "a type of a selector that is none": (
        '[fields]\n"request.$text" = "drop-field"',
        (
            "{path}: fields.'request.$text': there is no type $text. Types: $string, $number, "
            "$boolean, $binary, $array, $object, $null."
        ),
    ),
    "a type that is not last": (
        '[fields]\n"$object.x" = "tag"',
        "{path}: fields.'$object.x': the type $object is not its last name. Put the type last.",
    ),
    "two stars in a name": (
        '[fields]\n"a.b**" = "tag"',
        "{path}: fields.'a.b**': a name has ** in it. Let ** stand alone, or write one *.",
    ),
    "too many selectors": (
        "[fields.paths]\n" + "\n".join(f'"a.b.c{place}" = "tag"' for place in range(86)),
        (
            "{path}: fields: the selectors have 258 names together, more than 256. "
            "Let a * stand for several of them."
        ),
    ),
    "a field with an action that is none": (
        '[fields]\n"a.b" = "hide"',
        (
            "{path}: fields.paths[...]: Invalid enum value 'hide'. "
            "Actions are: tag, mask, hmac, summary, drop-field, drop-record; presets are: "
            "standard, strict."
        ),
    ),
    "a field with hmac and no key": (
        '[fields]\n"a.b" = "hmac"',
        ("{path}: fields.'a.b': the action hmac needs a key. Set hmac.key_env or hmac.key_file."),
    ),
    "an exception without a reason": (
        "[[exceptions]]\nrules = ['card']",
        (
            "{path}: exceptions[0]: Object missing required field `reason`. "
            "See: redactor config show."
        ),
    ),
    "an exception with an empty reason": (
        "[[exceptions]]\nreason = ' '\nrules = ['card']",
        "{path}: exceptions[0]: reason: it is empty. Say why this is no secret.",
    ),
    "an exception for everything": (
        "[[exceptions]]\nreason = 'x'",
        (
            "{path}: exceptions[0]: it would let everything pass. "
            "Give rules, values, fingerprints, a pattern or a path."
        ),
    ),
    "unknown key of an exception": (
        "[[exceptions]]\nreason = 'x'\nrule = 'card'",
        (
            "{path}: exceptions[0]: rule: unknown key. Did you mean 'rules'? Known keys: reason, "
            "rules, values, fingerprints, pattern, path, until."
        ),
    ),
    "an unknown rule in an exception": (
        "[[exceptions]]\nreason = 'x'\nrules = ['cards']",
        (
            "{path}: exceptions[0]: cards: there is no such rule in the packs of this policy. "
            "Did you mean 'card'? See: redactor rules list."
        ),
    ),
    "an exception for private keys": (
        "[[exceptions]]\nreason = 'x'\nrules = ['private-key']",
        (
            "{path}: exceptions[0]: rules: private-key finds keys over several lines, which no "
            'exception is about. Name other rules, or switch it off: disable = ["private-key"].'
        ),
    ),
    "an exception with an empty value": (
        "[[exceptions]]\nreason = 'x'\nvalues = ['']",
        (
            "{path}: exceptions[0]: values: one of them is empty. "
            "Write what was found, or a pattern."
        ),
    ),
    "an exception with a pattern that is refused": (
        "[[exceptions]]\nreason = 'x'\npattern = 'a++'",
        (
            "{path}: exceptions[0]: pattern: a possessive repeat at position 2. "
            "Leave the second + out."
        ),
    ),
    "an exception with a path that is none": (
        "[[exceptions]]\nreason = 'x'\npath = 'a.'",
        (
            "{path}: exceptions[0]: path: it has an empty name, or one with white space around it. "
            'Write names with one dot between them: "request.headers.*".'
        ),
    ),
    "an exception with a fingerprint that is none": (
        "[[exceptions]]\nreason = 'x'\nfingerprints = ['4111111111111111']",
        (
            "{path}: exceptions[0]: fingerprints: one of them is none. "
            "Write it as in a marker of the action hmac: k1:5f2b8c0e9a417d36."
        ),
    ),
    "an exception with a fingerprint and no key": (
        "[[exceptions]]\nreason = 'x'\nfingerprints = ['k1:5f2b8c0e9a417d36']",
        (
            "{path}: exceptions[0]: fingerprints: they need a key. "
            "Set hmac.key_env or hmac.key_file."
        ),
    ),
    "an exception with an end that is no day": (
        "[[exceptions]]\nreason = 'x'\nrules = ['card']\nuntil = 'soon'",
        "{path}: exceptions[0].until: Invalid RFC3339 encoded date. See: redactor config show.",
    ),
    "unknown key of a sink": (
        "[[sinks]]\nto = '-'\n[[sinks]]\nto = '-'\nlabel = {}",
        (
            "{path}:5: sinks[1]: label: unknown key. Did you mean 'labels'? "
            f"Known keys: {', '.join(Sink.__struct_fields__)}."
        ),
    ),
    "a size of a sink that is none": (
        "[[sinks]]\nto = 'file:a.log'\n\n# how large\nmax_size = '100 pages'",
        (
            "{path}:5: sinks[0]: max_size: it is not a size. "
            "Write it like 512KB, 100MB, 64MiB or 2GB."
        ),
    ),
    "a time of a sink that is none": (
        "[[sinks]]\nto = 'file:a.log'\n[sinks.keep_for]\n'tenant=demo-*' = 'a day'",
        (
            "{path}:3: sinks[0]: keep_for: it is not a time. "
            "Write it like 500ms, 90s, 15m, 24h or 14d."
        ),
    ),
    "a mistyped value of a sink": (
        "[[sinks]]\nto = '-'\n[[sinks]]\nto = 'file:a.log'\ncompress = 'zst'",
        (
            "{path}:5: sinks[1]: compress: there is no such value. "
            "Did you mean 'zstd'? Use one of: zstd, gzip."
        ),
    ),
    "an option of another kind of sink": (
        "[[sinks]]\nto = 'loki:http://localhost:3100'\nkeep = '14d'",
        ("{path}:3: sinks[0]: keep: it is an option of file sinks. Leave it out for 'loki'."),
    ),
    "unknown preset": (
        'preset = "strikt"',
        (
            "{path}: preset: Invalid enum value 'strikt'. "
            "Actions are: tag, mask, hmac, summary, drop-field, drop-record; presets are: "
            "standard, strict."
        ),
    ),
    "a preset that is no text": (
        "preset = 1",
        "{path}: preset: Expected `str`, got `int`. See: redactor config show.",
    ),
    "packs that are no list": (
        'packs = "personal"',
        "{path}: packs: Expected `array`, got `str`. See: redactor config show.",
    ),
    "a pack that is no text": (
        "packs = [1]",
        "{path}: packs[0]: Expected `str`, got `int`. See: redactor config show.",
    ),
    "unknown pack": (
        'packs = ["personel"]',
        (
            "{path}: packs: personel: there is no such pack. Did you mean 'personal'? Use one of: "
            "cards, credentials, documents, entropy, personal, tokens; or the path of a .toml file."
        ),
    ),
    "unknown action": (
        '[actions]\ncard = "hide"',
        (
            "{path}: actions[...]: Invalid enum value 'hide'. "
            "Actions are: tag, mask, hmac, summary, drop-field, drop-record; presets are: "
            "standard, strict."
        ),
    ),
    "actions that are no table": (
        'actions = "tag"',
        "{path}: actions: Expected `object`, got `str`. See: redactor config show.",
    ),
    "unknown rule in actions": (
        '[actions]\ncards = "tag"',
        (
            "{path}: actions: cards: there is no such rule in the packs of this policy. "
            "Did you mean 'card'? See: redactor rules list."
        ),
    ),
    "unknown rule in disable": (
        'disable = ["passwrd"]',
        (
            "{path}: disable: passwrd: there is no such rule or pack in this policy. "
            "Did you mean 'password'? See: redactor rules list."
        ),
    ),
    "unknown pack in disable": (
        'disable = ["credentialz"]',
        (
            "{path}: disable: credentialz: there is no such rule or pack in this policy. "
            "Did you mean 'credentials'? See: redactor rules list."
        ),
    ),
    "a rule of a pack that is off": (
        'disable = ["email"]',
        (
            "{path}: disable: email: there is no such rule or pack in this policy. "
            "See: redactor rules list."
        ),
    ),
    "hmac without a key": (
        '[actions]\ncard = "hmac"',
        "{path}: actions.card: the action hmac needs a key. Set hmac.key_env or hmac.key_file.",
    ),
    "hmac by default without a key": (
        '[actions]\ndefault = "hmac"',
        "{path}: actions.default: the action hmac needs a key. Set hmac.key_env or hmac.key_file.",
    ),
    "a sink without an address": (
        "[[sinks]]\ntenant = 'a'",
        "{path}: sinks[0]: Object missing required field `to`. See: redactor config show.",
    ),
    "sinks that are no list": (
        "sinks = 1",
        "{path}: sinks: Expected `array`, got `int`. See: redactor config show.",
    ),
    "a field name that can match nothing": (
        '[fields]\nsecret = ["mot de passe", "señal"]',
        (
            "{path}: fields.secret: 'señal' is not one to 5 words of ASCII letters. "
            'Write words with spaces between them: "api key".'
        ),
    ),
    "an empty field name": (
        '[fields]\nsafe = [" "]',
        (
            "{path}: fields.safe: ' ' is not one to 5 words of ASCII letters. "
            'Write words with spaces between them: "api key".'
        ),
    ),
    "fields that are no table": (
        "fields = 1",
        "{path}: fields: Expected `object`, got `int`. See: redactor config show.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_policy_is_named(tmp_path: Path, mistake: str) -> None:
    """
    A mistake is named with its file, its key, what is known and what to write instead.
    """
    text, message = MISTAKES[mistake]
    path = tmp_path / "redactor.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(PolicyError) as caught:
        Policy.load(path)

    assert message.replace("{path}", str(path)) == str(caught.value)


def test_a_policy_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """
    A missing file and one that is not UTF-8 are named with the reason.
    """
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'preset = "\xe9"')
    for path, problem in (
        (
            tmp_path / "none.toml",
            "it cannot be read (No such file or directory). Check the path and its permissions.",
        ),
        (latin, "it is not UTF-8 (byte 10). Save it as UTF-8."),
    ):
        with pytest.raises(PolicyError) as caught:
            Policy.load(path)

        assert f"{path}: {problem}" == str(caught.value)


def test_a_policy_with_a_broken_pack_is_refused(tmp_path: Path) -> None:
    """
    A pack of one's own is loaded when the policy is: its mistake stops the program at once.
    """
    (tmp_path / "own.toml").write_text("schema = 2", "utf-8")
    path = tmp_path / "redactor.toml"
    path.write_text('packs = ["own.toml"]', "utf-8")

    with pytest.raises(RuleError, match=r"own\.toml: schema: it is not 1\. Write: schema = 1\.$"):
        Policy.load(path)


def test_everything_can_be_said_in_one_file(tmp_path: Path) -> None:
    """
    A policy file holds all settings; relative paths start at its folder.
    """
    path = tmp_path / "redactor.toml"
    path.write_text(
        """
preset = "strict"
packs = ["personal"]
disable = ["pin", "email"]

[actions]
default = "mask"
card = "hmac"

[fields]
secret = ["iban code"]
safe = ["token"]
"request.headers.*" = "drop-field"
a.b = "hmac"
paths = { "user.address" = "tag" }

[hmac]
key_env = "KEY"
key_id = "k9"

[known]
collect = false
env = ["LICENSE", "VAULT_*"]
files = ["/etc/shop/*.key"]
safe = ["SESSION_*"]

[[exceptions]]
reason = "test cards"
rules = ["card"]
values = ["4111111111111111"]
fingerprints = ["k9:0123456789abcdef"]
pattern = '4111.*'
path = "payments.**"
until = 2030-12-31

[[sinks]]
to = "loki:http://localhost:3100"
labels = { app = "shop" }
tenant = "a"
""",
        "utf-8",
    )

    assert Policy(
        preset="strict",
        packs=("personal",),
        disable=("pin", "email"),
        actions={"default": "mask", "card": "hmac"},
        fields=Fields(
            secret=("iban code",),
            safe=("token",),
            paths={"user.address": "tag", "request.headers.*": "drop-field", "a.b": "hmac"},
        ),
        hmac=Hmac(key_env="KEY", key_id="k9"),
        known=Known(
            collect=False,
            env=("LICENSE", "VAULT_*"),
            files=("/etc/shop/*.key",),
            safe=("SESSION_*",),
        ),
        exceptions=(
            Exemption(
                reason="test cards",
                rules=("card",),
                values=("4111111111111111",),
                fingerprints=("k9:0123456789abcdef",),
                pattern="4111.*",
                path="payments.**",
                until=date(2030, 12, 31),
            ),
        ),
        sinks=(Sink(to="loki:http://localhost:3100", labels={"app": "shop"}, tenant="a"),),
        base=str(tmp_path),
    ) == Policy.load(path)


def test_an_empty_file_is_the_standard_preset(tmp_path: Path) -> None:
    """
    An empty policy is the default one.
    """
    path = tmp_path / "redactor.toml"
    path.write_text("", "utf-8")

    assert Policy(base=str(tmp_path)) == Policy.load(path)


def test_a_policy_can_live_in_pyproject(tmp_path: Path) -> None:
    """
    In a ``pyproject.toml`` the policy is the table ``[tool.redactor]``.
    """
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n[tool.redactor]\npreset = "strict"\n', "utf-8")

    assert "strict" == Policy.load(path).preset


def test_a_pyproject_without_the_table_is_refused_when_named(tmp_path: Path) -> None:
    """
    A ``pyproject.toml`` that is named must have the table.
    """
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n', "utf-8")

    with pytest.raises(PolicyError) as caught:
        Policy.load(path)

    assert (f"{path}: it has no table [tool.redactor]. Add one, or name another file.") == str(
        caught.value
    )


def test_a_mistake_in_pyproject_names_the_table(tmp_path: Path) -> None:
    """
    A mistake in a ``pyproject.toml`` is named with the table.
    """
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.redactor]\npresett = 1\n", "utf-8")

    with pytest.raises(PolicyError) as caught:
        Policy.load(path)

    assert f"{path}: tool.redactor: presett" == caught.value.where


def test_the_nearest_policy_is_found(tmp_path: Path) -> None:
    """
    The policy is that of the folder or of the nearest one above it; ``redactor.toml`` comes before
    ``pyproject.toml``, and a ``pyproject.toml`` without the table does not count.
    """
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.redactor]\npreset = "strict"\n', "utf-8")
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nname = "x"\n', "utf-8")

    assert (
        Policy(preset="strict", base=str(tmp_path)),
        tmp_path / "pyproject.toml",
    ) == Policy.discover(inner)

    (tmp_path / "a" / "redactor.toml").write_text('disable = ["pin"]', "utf-8")

    assert (
        Policy(disable=("pin",), base=str(tmp_path / "a")),
        tmp_path / "a" / "redactor.toml",
    ) == Policy.discover(inner)


def test_where_there_is_no_policy_the_standard_preset_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without a file the standard preset holds, and the caller is told that there is none.
    """
    monkeypatch.chdir(tmp_path)
    if any((parent / "pyproject.toml").exists() for parent in tmp_path.parents):
        pytest.skip("there is a pyproject.toml above the folder for temporary files")

    assert (Policy(), None) == Policy.discover()


def test_a_broken_policy_is_not_passed_over(tmp_path: Path) -> None:
    """
    A policy that is found and broken stops the program: the next one above is not taken instead.
    """
    inner = tmp_path / "a"
    inner.mkdir()
    (tmp_path / "redactor.toml").write_text("", "utf-8")
    (inner / "redactor.toml").write_text("colour = 1", "utf-8")

    with pytest.raises(PolicyError):
        Policy.discover(inner)


def test_strict_adds_personal_data_and_what_is_random() -> None:
    """
    ``strict`` is ``standard`` with personal data and with random text that has no name.
    """
    assert {*PRESETS["standard"], "personal", "entropy"} == set(PRESETS["strict"])
    added = (*load_builtin("personal").rules, *load_builtin("entropy").rules)
    assert {rule.id for rule in added} == (
        {rule.id for rule in Policy(preset="strict").rules()}
        - {rule.id for rule in Policy().rules()}
    )


def test_a_disabled_rule_finds_nothing(build: Callable[..., Redactor]) -> None:
    """
    A rule that is switched off finds nothing; all others go on.
    """
    text = "got password=hunter2 card 4111111111111111"

    assert "got password=hunter2 card [redacted:card]" == build(disable=("password",)).text(text)
    assert "got password=[redacted:password] card 4111111111111111" == build(
        disable=("card",)
    ).text(text)


def test_secret_fields_are_secret_whatever_they_hold(build: Callable[..., Redactor]) -> None:
    """
    A field named secret by the policy is redacted in text and records, compared by words.
    """
    redactor = build(fields=Fields(secret=("order number", "iban code")))

    assert "orderNumber=[redacted:field]" == redactor.text("orderNumber=17-4")
    assert '{"order-number": "[redacted:field]"}' == redactor.text('{"order-number": "17-4"}')
    assert {"order_number": "[redacted:field]"} == redactor.record({"order_number": "17-4"})
    assert "order=17-4" == redactor.text("order=17-4")


def test_safe_fields_are_never_judged_by_their_key(build: Callable[..., Redactor]) -> None:
    """
    A field named safe by the policy keeps its value, except for cards and tokens in it.
    """
    redactor = build(fields=Fields(safe=("session token", "page token")))

    assert "session_token=Zx80alphaQ9" == redactor.text("session_token=Zx80alphaQ9")
    assert "auth_token=[redacted:token]" == redactor.text("auth_token=Zx80alphaQ9")
    assert {"session_token": "Zx80alphaQ9"} == redactor.record({"session_token": "Zx80alphaQ9"})
    assert "session_token=[redacted:card]" == redactor.text("session_token=4111 1111 1111 1111")


def test_actions_are_chosen_by_rule_then_by_default(build: Callable[..., Redactor]) -> None:
    """
    An action named for a rule goes before the default one, which goes before the rule's own.
    """
    redactor = build(actions={"default": "mask", "password": "tag"})

    assert "got password=[redacted:password] card [redacted:card:****1111]" == redactor.text(
        "got password=hunter2hunter2 card 4111111111111111"
    )


def test_the_fields_of_the_policy_have_an_action(build: Callable[..., Redactor]) -> None:
    """
    The rule of the policy's own field names is called ``field`` and can have an action.
    """
    redactor = build(fields=Fields(secret=("order number",)), actions={"field": "mask"})

    assert "order_number=[redacted:field:****6789]" == redactor.text("order_number=123456-456789")


def test_a_policy_cannot_be_changed() -> None:
    """
    A policy is frozen: what a redactor was built with stays.
    """
    with pytest.raises(AttributeError):
        Policy().preset = "strict"  # type: ignore[misc]


def test_paths_of_packs_start_at_the_policy(tmp_path: Path) -> None:
    """
    The path of a pack is relative to the folder of the policy, not to that of the process.
    """
    packs = tmp_path / "packs"
    packs.mkdir()
    own = packs / "own.toml"
    valid = Path(__file__).parents[1] / "packs" / "valid" / "pattern.toml"
    own.write_text(valid.read_text("utf-8"), "utf-8")
    (tmp_path / "redactor.toml").write_text('packs = ["packs/own.toml"]', "utf-8")

    policy = Policy.load(tmp_path / "redactor.toml")

    assert "acme-token" in {rule.id for rule in policy.rules()}


def test_a_preset_that_there_is_not_is_named_with_those_there_are() -> None:
    """Also where the policy is made by a program, which no file's check has seen."""
    with pytest.raises(PolicyError, match=r"preset: strickt: .* Did you mean 'strict'\?"):
        Redactor(Policy(preset="strickt"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
