"""
Looking up the secrets of this process.

A variable or a file is asked what it would be in a record: its name is the key, and what the rules
find in it is what counts. So the password of an address is found and not the address, a key in a
JSON document, and nothing in a variable whose name merely sounds like a secret.
"""

from __future__ import annotations

import json
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from redactor.checks.secrecy import is_benign
from redactor.engines import make_engine
from redactor.known.sources import matching, mounted, read
from redactor.known.value import SHORTEST, Value
from redactor.known.worth import looks_random, worth
from redactor.packs import Ruleset, load_builtin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from redactor.known.store import KnownValues
    from redactor.policy import Policy

    #: Says of a text whether it may be registered.
    _Test = Callable[[str], bool]
    _Found = list[tuple[Value, str]]

__all__ = ["Collected", "collect"]

#: Packs whose rules say what is a secret here.
_PACKS = ("tokens", "credentials")
#: Endings of the names of variables that hold the path of a file.
_FILE_ENDINGS = ("_FILE", "_PATH", "_FILENAME", "_LOCATION")
#: Least and most bytes of a file that is no text, such as a raw key.
_BINARY = (8, 4096)
#: What is a secret under the name of one, and nothing without it.
_SAMPLE = b"Zx80alphaQ9bcdefghij"


class Collected(NamedTuple):
    """
    What a look at a process found. Holds counts only.

    Attributes:
        env: Values from environment variables.
        files: Values from files.
        skipped: Variables and files that were passed over: too short or too common to be removed
            wherever they stand, not readable, or too large.
    """

    env: int
    files: int
    skipped: int


def collect(store: KnownValues, policy: Policy) -> Collected:
    """
    Register the secrets of this process: those in its environment and in mounted files.

    Args:
        store: Where to register them, labelled with the name of the variable or of the file.
        policy: Its table ``known`` says what else to look at and what to leave alone; its
            ``fields`` and the key of its ``hmac`` count too.

    Returns:
        How many values are new, and how many variables and files were passed over.

    Raises:
        InputError: The values cannot be registered; the error holds none of them.
    """
    if not policy.known.collect:
        return Collected(0, 0, 0)
    look = _Look(policy)
    env = store.register_all(look.environment())
    files = store.register_all(look.files())
    return Collected(env, files, look.skipped)


class _Look:
    """One look at the process."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        rules = [rule for name in _PACKS for rule in load_builtin(name, examples=False).rules]
        rules[:0] = [rule for rule in policy.rules() if rule.id == "field"]
        self._engine = make_engine(Ruleset.compile(rules))
        #: Files that variables name: path to label and to what may be registered.
        self._files: dict[str, tuple[str, _Test]] = {}
        self.skipped = 0

    def environment(self) -> _Found:
        """Return the secrets in environment variables, each with its label."""
        return self._each(os.environ, self._of_variable)

    def files(self) -> _Found:
        """Return the secrets in files, those that ``environment`` came across too."""
        policy = self._policy
        patterns = [*policy.known.files, *filter(None, [policy.hmac.key_file])]
        for pattern in patterns:
            paths = matching(pattern, policy.base)
            self.skipped += not paths
            for path in paths:
                self._files[path] = Path(path).name, _enough
        for path in mounted():
            self._files.setdefault(path, (Path(path).name, looks_random))
        real: dict[str, str] = {}
        for path in self._files:
            real.setdefault(os.path.realpath(path), path)
        return self._each(real.values(), self._of_file)

    def _each(
        self, names: Iterable[str], secrets: Callable[[str], Iterator[str | bytes]]
    ) -> _Found:
        found: _Found = []
        for name in list(names):
            if self._is_safe(Path(name).name):
                continue
            label = self._files[name][0] if name in self._files else name
            try:
                found += [(Value.of(secret), label) for secret in secrets(name)]
            except Exception:  # noqa: BLE001  # one odd variable or file must not hide the others
                self.skipped += 1
        return found

    def _is_safe(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self._policy.known.safe)

    def _of_variable(self, name: str) -> Iterator[str]:
        value = os.environ.get(name, "").strip()
        if not value:
            return
        listed = [pattern for pattern in self._policy.known.env if fnmatchcase(name, pattern)]
        named = self._is_secret(name)
        test: _Test = worth
        if name in listed or name == self._policy.hmac.key_env:
            test = _enough
        if self._is_file(name, value, named=named or bool(listed)):
            self._files.setdefault(str(Path(value).expanduser()), (name, test))
            return
        whole = bool(listed) or test is _enough
        yield from self._secrets(value, name, test, whole=whole, count=named or whole)

    def _is_file(self, name: str, value: str, *, named: bool) -> bool:
        """Say whether *value* is the path of a file with the secret that *name* names."""
        for ending in _FILE_ENDINGS:
            named = named or (name.endswith(ending) and self._is_secret(name.removesuffix(ending)))
        if not named or (not value.startswith(("/", "~", os.sep)) and ":" not in value[:2]):
            return False
        return Path(value).expanduser().is_file()

    def _of_file(self, path: str) -> Iterator[str | bytes]:
        _, test = self._files[path]
        content = read(path)
        if content is None:
            self.skipped += 1
            return
        key = Path(path).stem
        if test is looks_random and self._is_secret(key):
            test = worth
        try:
            text = content.decode("utf-8-sig").strip()
        except UnicodeDecodeError:
            if _BINARY[0] <= len(content) <= _BINARY[1]:
                yield content
            else:
                self.skipped += 1
            return
        if text:
            several = "\n" in text
            whole = not (several and test is looks_random)
            yield from self._secrets(text, "" if several else key, test, whole=whole, count=True)

    def _is_secret(self, name: str) -> bool:
        return bool(self._engine.find(_SAMPLE, key=name))

    def _secrets(
        self, text: str, key: str, test: _Test, *, whole: bool, count: bool
    ) -> Iterator[str]:
        """
        Yield what is to be registered of *text*, which is under *key*.

        Args:
            text: The value of a variable, or the content of a file.
            key: Its name; empty for none.
            test: Says whether a text may be registered.
            whole: Where no rule finds anything in the text, it is one secret as it stands.
            count: Where nothing comes of it, it is passed over.
        """
        data = text.encode("utf-8", "surrogatepass")
        parts = {data[start:end] for start, end, _ in self._engine.find(data, key=key or None)}
        if _is_document(text):
            parts.discard(data)
            whole = False
        if parts and test is looks_random:
            test = worth  # that it is a secret is what a rule says
        elif whole and not parts:
            parts.add(data)
        kept = 0
        for part in sorted(parts):
            for way in _unescaped(part.decode("utf-8", "surrogatepass")):
                if test(way):
                    kept += 1
                    yield way
        self.skipped += count and not kept


def _enough(value: str) -> bool:
    """Say whether *value*, which the policy names, can be registered at all."""
    data = value.encode("utf-8", "surrogatepass")
    return len(value) >= SHORTEST and not is_benign(data, quoted=True)


def _is_document(text: str) -> bool:
    """Say whether *text* is a JSON object or list: it holds secrets, and is none."""
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _unescaped(text: str) -> Iterator[str]:
    """Yield *text*, and what it stands for in an address and in a JSON document."""
    yield text
    if "%" in text:
        plain = unquote(text)
        if plain != text:
            yield plain
    if "\\" in text:
        try:
            plain = json.loads(f'"{text}"', strict=False)
        except ValueError:
            return
        if plain != text:
            yield plain
