"""
Policies: which rules, which actions, which names, which sinks.

A policy is a TOML file, ``redactor.toml``, or the table ``[tool.redactor]`` of ``pyproject.toml``.
A mistake in it stops the program: it never starts with fewer rules than were asked for.
"""

from __future__ import annotations

from redactor.errors import PolicyError
from redactor.exceptions import Exemption
from redactor.frozen import Frozen, field
from redactor.model import ACTIONS, NAME_WORDS, Rule
from redactor.packs import load_builtin, pack_names
from redactor.sink_table import Sink, check_sink
from redactor.suggest import did_you_mean
from redactor.toml_file import parse_toml, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from redactor.field_types import Action, Count, Lifetime, Mode, Preset, Units
    from redactor.model import Pack

__all__ = [
    "PRESETS",
    "Exemption",
    "Fields",
    "Hmac",
    "Known",
    "Metadata",
    "Policy",
    "Sink",
]

#: The packs of each preset, in the order in which equal findings are named.
PRESETS: dict[Preset, tuple[str, ...]] = {
    "standard": ("tokens", "cards", "credentials"),
    "strict": ("tokens", "cards", "credentials", "personal", "entropy"),
}
#: Id of the rule that the field names of the policy make.
_FIELD = "field"
#: What known values are called where an action is chosen.
_KNOWN = "known-value"
#: Rule id of excerpts of registered documents; not in a pack either.
_EXCERPT = "registered-document"
_FILE_NAMES = ("redactor.toml", "pyproject.toml")


class Hmac(Frozen):
    """
    The key of the action ``hmac``.

    Attributes:
        key_env: Environment variable that holds the key.
        key_file: File that holds the key.
        key_id: Goes into each marker, so that a change of key can be told.
    """

    key_env: str = ""
    key_file: str = ""
    key_id: str = "k1"


class Fields(Frozen):
    """
    Key names of the user's own, by words.

    Attributes:
        secret: Their values are secret whatever they look like.
        safe: Their values are never judged by their key (patterns and cards are still found).
        paths: Selectors of fields of records, such as ``request.headers.*``, and the action of
            each. In a file they can stand beside *secret* and *safe*.
    """

    secret: tuple[str, ...] = ()
    safe: tuple[str, ...] = ()
    paths: dict[str, Action] = field(default_factory=dict)


class Known(Frozen):
    """
    Which secrets of the process itself are looked up at ``install()``.

    Attributes:
        collect: Look up any. What the program registers is removed either way.
        env: Environment variables besides those whose name says what they hold; ``*`` stands for
            any characters.
        files: Files of secrets, as glob patterns, besides those of the usual folders.
        safe: Environment variables and names of files that hold no secret, as in ``env``.
    """

    collect: bool = True
    env: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    safe: tuple[str, ...] = ()


class Documents(Frozen):
    """
    The store of registered documents.

    Attributes:
        store: Its folder; none: no store is opened until the program registers a document.
        words: An excerpt of so many words is found.
        characters: The same for scripts without spaces.
        expires: How long a document is kept, such as ``30d``; nothing for ever.
        max_documents: Most documents; the oldest are forgotten for new ones.
        max_mib: Most that the store takes on the disk.
    """

    store: str = ""
    words: Units = 8
    characters: Units = 16
    expires: Lifetime = ""
    max_documents: Count = 1_000_000
    max_mib: Count = 512


class Metadata(Frozen):
    """
    What leaves in the mode ``metadata-only``.

    Attributes:
        defaults: The usual names of fields are declared too: see ``docs/metadata-only.md``.
        fields: Selector of fields, such as ``request.id``, to the shape of their values, or to the
            list of the words that are allowed.
        templates: Files that ``redactor templates collect`` has written.
    """

    defaults: bool = True
    fields: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    templates: tuple[str, ...] = ()


class Policy(Frozen, kw_only=True):
    """
    What to redact, and how.

    Attributes:
        mode: ``scrub``, or ``metadata-only``: an allow-list by field and shape.
        preset: The packs to start from: ``standard``, or ``strict`` with personal data.
        packs: More packs: names of those that come with the library, or paths of one's own.
        disable: Ids of rules, and names of packs, that are switched off.
        actions: Rule id to action; ``default`` is for all rules that are not named.
        fields: Key names of the user's own.
        hmac: The key of the action ``hmac``.
        known: Which secrets of the process itself are looked up.
        metadata: What leaves in the mode ``metadata-only``.
        documents: The store of registered documents.
        exceptions: Findings that are let pass.
        sinks: Where the sidecar delivers to. Default: standard output.
        base: Folder that relative paths start from. Not part of the file.
    """

    mode: Mode = "scrub"
    preset: Preset = "standard"
    packs: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    actions: dict[str, Action] = field(default_factory=dict)
    fields: Fields = field(default_factory=Fields)
    hmac: Hmac = field(default_factory=Hmac)
    known: Known = field(default_factory=Known)
    metadata: Metadata = field(default_factory=Metadata)
    documents: Documents = field(default_factory=Documents)
    exceptions: tuple[Exemption, ...] = ()
    sinks: tuple[Sink, ...] = ()
    base: str = "."

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """
        Load the policy at *path*: a file of its own, or a ``pyproject.toml``.

        Raises:
            PolicyError: It cannot be read, or something in it is wrong.
            RuleError: A pack that it names cannot be used.
        """
        from pathlib import Path

        path = Path(path)
        text = read_text(path, PolicyError)
        document = parse_toml(text, path, PolicyError)
        where = str(path)
        if path.name == "pyproject.toml":
            document = document.get("tool", {}).get("redactor")
            where = f"{path}: tool.redactor"
            if not isinstance(document, dict):
                raise PolicyError(
                    str(path), "it has no table [tool.redactor]", "Add one, or name another file"
                )
        return cls.parse(document, where=where, base=path.parent, text=text)

    @classmethod
    def parse(cls, document: dict[str, Any], *, where: str, base: Path, text: str = "") -> Policy:
        """
        Make a policy of a TOML document.

        Args:
            document: As it was read.
            where: The file, for messages.
            base: Folder that relative paths start from.
            text: The text of the file, for the lines of sinks.

        Raises:
            PolicyError: Something in it is wrong; the message names the key.
            RuleError: A pack that it names cannot be used.
        """
        if "base" in document:
            raise _unknown(where, "base", cls)
        _refuse_unknown(where, document, cls)
        if isinstance(document.get("fields"), dict):
            document = {**document, "fields": _with_paths(document["fields"])}
        if isinstance(document.get("metadata"), dict):
            document = {**document, "metadata": _with_selectors(document["metadata"])}
        tables: list[tuple[str, type[Frozen]]]
        tables = [("fields", Fields), ("hmac", Hmac), ("known", Known)]
        tables += [("metadata", Metadata), ("documents", Documents)]
        for key, struct in tables:
            if isinstance(document.get(key), dict):
                _refuse_unknown(f"{where}: {key}", document[key], struct)
        for key in ("sinks", "exceptions"):
            given: Any = document.get(key)
            listed: list[Any] = given if isinstance(given, list) else []
            for index, table in enumerate(listed):
                if not isinstance(table, dict):
                    continue
                if key == "sinks":
                    check_sink(table, f"{where}: {key}[{index}]", text, index)
                else:
                    _refuse_unknown(f"{where}: {key}[{index}]", table, Exemption)
        import msgspec

        try:
            policy = msgspec.convert({**document, "base": str(base)}, cls)
        except msgspec.ValidationError as error:
            raise PolicyError(where, _readable(str(error)), _remedy(str(error))) from None
        policy.check(where)
        return policy

    @classmethod
    def discover(cls, folder: str | Path = ".") -> tuple[Policy, Path | None]:
        """
        Find the policy of *folder* or of the nearest folder above it.

        Returns:
            The policy and its file; the ``standard`` preset and ``None`` where there is none.
        """
        from pathlib import Path

        start = Path(folder).resolve()
        for parent in (start, *start.parents):
            for name in _FILE_NAMES:
                path = parent / name
                if not path.is_file():
                    continue
                if name == "pyproject.toml" and "redactor" not in _read(path).get("tool", {}):
                    continue
                return cls.load(path), path
        return cls(), None

    def check(self, where: str = "policy") -> None:
        """
        Check what the types cannot say: that packs load and that rule ids exist.

        Raises:
            PolicyError: A rule id is unknown, or an action has no key.
            RuleError: A pack cannot be used.
        """
        packs = self.load_packs(where)
        rules = [rule for pack in packs for rule in pack.rules]
        every = [rule.id for rule in rules]
        known = set(every)
        for key, names in (("secret", self.fields.secret), ("safe", self.fields.safe)):
            for name in names:
                if not name.isascii() or not 1 <= len(name.split()) <= NAME_WORDS:
                    raise PolicyError(
                        f"{where}: fields.{key}",
                        f"{name!r} is not one to {NAME_WORDS} words of ASCII letters",
                        'Write words with spaces between them: "api key"',
                    )
        self._check_known(where)
        self._check_documents(where)
        self._check_paths(where)
        self._check_metadata(where)
        for index, exemption in enumerate(self.exceptions):
            exemption.check(f"{where}: exceptions[{index}]", rules, has_key=self._has_key())
            for identifier in exemption.rules:
                if identifier not in known and identifier != _FIELD:
                    raise _unknown_rule(f"{where}: exceptions[{index}]", identifier, every)
        builtin = [pack.name for pack in packs if pack.name in pack_names()]
        for identifier in self.disable:
            if identifier not in known and identifier not in builtin:
                raise PolicyError(
                    f"{where}: disable: {identifier}",
                    "there is no such rule or pack in this policy",
                    f"{did_you_mean(identifier, [*every, *builtin])}See: redactor rules list",
                )
        for identifier, action in self.actions.items():
            if identifier not in known and identifier not in ("default", _FIELD, _KNOWN, _EXCERPT):
                raise _unknown_rule(f"{where}: actions", identifier, every)
            if action == "hmac" and not self._has_key():
                raise _no_key(f"{where}: actions.{identifier}")

    def _check_paths(self, where: str) -> None:
        from redactor.paths import PathError, Paths

        for selector, action in self.fields.paths.items():
            place = f"{where}: fields.{selector!r}"
            try:
                Paths([selector])
            except PathError as error:
                raise PolicyError(place, error.problem, error.remedy) from None
            if action == "hmac" and not self._has_key():
                raise _no_key(place)
        for key, selectors in (
            ("fields", list(self.fields.paths)),
            ("exceptions", [exemption.path for exemption in self.exceptions if exemption.path]),
        ):
            try:
                Paths(selectors)
            except PathError as error:
                if len(selectors) > 1:
                    raise PolicyError(f"{where}: {key}", error.problem, error.remedy) from None

    def _check_metadata(self, where: str) -> None:
        fields = self.metadata.fields
        if not fields:
            return
        from redactor.metadata.declared import ShapeError, shape_of
        from redactor.paths import PathError, Paths

        for selector, shape in fields.items():
            place = f"{where}: metadata.fields.{selector!r}"
            try:
                Paths([selector])
                shape_of(shape)
            except (PathError, ShapeError) as error:
                raise PolicyError(place, error.problem, error.remedy) from None
        try:
            Paths(tuple(fields))
        except PathError as error:
            raise PolicyError(f"{where}: metadata.fields", error.problem, error.remedy) from None

    def _check_known(self, where: str) -> None:
        for key, names in (("env", self.known.env), ("safe", self.known.safe)):
            for name in names:
                if not name or "=" in name or not name.isprintable() or " " in name:
                    raise PolicyError(
                        f"{where}: known.{key}",
                        f"{name!r} is not the name of an environment variable",
                        'Write names, or patterns with a star: "VAULT_*"',
                    )
        for name in self.known.files:
            if not name.strip() or "\0" in name:
                raise PolicyError(
                    f"{where}: known.files",
                    f"{name!r} is not a path",
                    'Write paths, or patterns with a star: "/etc/shop/*.key"',
                )
        for rule, finding in ((_KNOWN, "a known value"), (_EXCERPT, "an excerpt")):
            if self.actions.get(rule) in ("mask", "hmac"):
                raise PolicyError(
                    f"{where}: actions.{rule}",
                    f"the marker of {finding} says which one it was and shows nothing of it",
                    "Use tag, drop-field or drop-record",
                )

    def _check_documents(self, where: str) -> None:
        if self.documents.characters < self.documents.words:
            raise PolicyError(
                f"{where}: documents.characters",
                f"it is less than words, which is {self.documents.words}",
                "Use at least as many, better twice as many",
            )

    def load_packs(self, where: str = "policy") -> tuple[Pack, ...]:
        """
        Load the packs of the policy, those of the preset first.

        Raises:
            PolicyError: There is no such preset or pack.
            RuleError: One cannot be used.
        """
        if self.preset not in PRESETS:
            raise PolicyError(
                f"{where}: preset: {self.preset}",
                "there is no such preset",
                f"{did_you_mean(self.preset, list(PRESETS))}Use one of: {', '.join(PRESETS)}",
            )
        loaded = [load_builtin(name, examples=False) for name in PRESETS[self.preset]]
        for name in self.packs:
            if name.endswith(".toml") or "/" in name or "\\" in name:
                from pathlib import Path

                from redactor.packs import load_pack

                loaded.append(load_pack(Path(self.base, name)))
            elif name in pack_names():
                if name not in PRESETS[self.preset]:
                    loaded.append(load_builtin(name, examples=False))
            else:
                hint = did_you_mean(name, pack_names())
                raise PolicyError(
                    f"{where}: packs: {name}",
                    "there is no such pack",
                    f"{hint}Use one of: {', '.join(pack_names())}; or the path of a .toml file",
                )
        return tuple(loaded)

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules that are switched on, in the order in which equal findings are named."""
        off = frozenset(self.disable)
        rules = [
            rule
            for pack in self.load_packs()
            if pack.name not in off or pack.name not in pack_names()
            for rule in pack.rules
            if rule.id not in off
        ]
        if self.fields.secret or self.fields.safe:
            rules.insert(0, _field_rule(self.fields))
        return tuple(rules)

    def action_of(self, rule: Rule) -> Action:
        """Return the action of *rule* under this policy."""
        return self.actions.get(rule.id) or self.actions.get("default") or rule.action

    def _has_key(self) -> bool:
        return bool(self.hmac.key_env or self.hmac.key_file)

    def known_action(self, rule: str = _KNOWN) -> Action:
        """Return the action of known values, or of another *rule* without a pack."""
        action = self.actions.get(rule) or self.actions.get("default") or "tag"
        return "tag" if action in ("mask", "hmac") else action


def _field_rule(fields: Fields) -> Rule:
    return Rule(
        id=_FIELD,
        summary="Key names of the policy",
        reference="https://cwe.mitre.org/data/definitions/532.html",
        severity="high",
        kind="pair",
        names=fields.secret,
        except_names=fields.safe,
        where="policy: fields",
    )


def _with_paths(fields: dict[str, Any]) -> dict[str, Any]:
    """Put the selectors that stand beside the other keys of ``fields`` under ``paths``."""
    known = _keys_of(Fields)
    given = {key: value for key, value in fields.items() if key in known}
    paths: dict[str, Any] = {}
    rest = {key: value for key, value in fields.items() if key not in known}
    for key, value in _flat(rest, ""):
        if isinstance(value, str):
            paths[key] = value
        else:
            given[key] = value  # refused where unknown keys are
    own = given.get("paths", {})
    return {**given, "paths": {**own, **paths} if isinstance(own, dict) else own}


def _with_selectors(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return *metadata* with its fields by their selectors, however TOML has nested them."""
    fields = metadata.get("fields")
    return (
        metadata
        if not isinstance(fields, dict)
        else {**metadata, "fields": dict(_flat(fields, ""))}
    )


def _flat(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _no_key(where: str) -> PolicyError:
    return PolicyError(where, "the action hmac needs a key", "Set hmac.key_env or hmac.key_file")


def _read(path: Path) -> dict[str, Any]:
    return parse_toml(read_text(path, PolicyError), path, PolicyError)


def _keys_of(struct: type[Frozen]) -> list[str]:
    return [name for name in struct.__struct_fields__ if name != "base"]


def _refuse_unknown(where: str, table: dict[str, Any], struct: type[Frozen]) -> None:
    for key in table:
        if key not in _keys_of(struct):
            raise _unknown(where, key, struct)


def _unknown(where: str, key: str, struct: type[Frozen]) -> PolicyError:
    known = _keys_of(struct)
    remedy = f"{did_you_mean(key, known)}Known keys: {', '.join(known)}"
    return PolicyError(f"{where}: {key}", "unknown key", remedy)


def _unknown_rule(where: str, identifier: str, known: list[str]) -> PolicyError:
    hint = did_you_mean(identifier, known)
    return PolicyError(
        f"{where}: {identifier}",
        "there is no such rule in the packs of this policy",
        f"{hint}See: redactor rules list",
    )


def _readable(message: str) -> str:
    text, _, path = message.partition(" - at `$")
    place = path.rstrip("`").lstrip(".")
    return f"{place}: {text}" if place else text


def _remedy(message: str) -> str:
    if "`$.sinks[" in message and "required" not in message:
        return "See the table of keys in docs/policy.md"
    if "`$.mode`" in message:
        return "Modes are: scrub, metadata-only"
    if "`$.documents.expires`" in message:
        return 'Write a number with s, m, h, d or w, such as "30d"'
    if "enum value" in message or "`actions" in message:
        return f"Actions are: {', '.join(ACTIONS)}; presets are: {', '.join(PRESETS)}"
    return "See: redactor config show"
