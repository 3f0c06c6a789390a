"""
Drafting a rule from examples: texts in which the secret stands between ``{{`` and ``}}``.

What all secrets start with becomes the keyword, the rest a class with its lengths. Secrets that
start with nothing in common are known by the name before them. The secrets themselves do not get
into the draft: its examples hold made-up ones of the same form.
"""

from __future__ import annotations

import json
import re
import secrets
import string
from os.path import commonprefix
from typing import TYPE_CHECKING, NamedTuple

from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Draft", "draft"]

_MARK = re.compile(r"\{\{(.+?)\}\}")
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9_.\- ]{0,62}?)[\"'\\]*\s*(?:=>|[=:])\s*[\"'\\]*$")
_WORDS = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
#: What a prefix ends with, where only one secret shows it.
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]{1,15}[-_.:](?:[a-z]{2,12}[-_])?")
_SHORTEST = 6
#: Signs between the parts of a secret.
_SIGNS = re.compile(r"([^A-Za-z0-9]+)")
_CLASSES = (
    ("0-9", string.digits),
    ("0-9a-f", string.digits + "abcdef"),
    ("0-9A-F", string.digits + "ABCDEF"),
    ("a-z", string.ascii_lowercase),
    ("A-Z", string.ascii_uppercase),
    ("a-z0-9", string.ascii_lowercase + string.digits),
    ("A-Z0-9", string.ascii_uppercase + string.digits),
    ("A-Za-z", string.ascii_letters),
    ("A-Za-z0-9", string.ascii_letters + string.digits),
)
#: With fewer characters of examples than this, what letters they lack says nothing.
_MANY = 24
#: Least length of a common start without a sign.
_BARE_PREFIX = 4
#: Parts and signs of a secret that are written one by one.
_MOST_PARTS = 15


class Draft(NamedTuple):
    """
    A drafted rule.

    Attributes:
        toml: The pack that holds it, as text.
        wanted: The texts that it is to find, without their marks.
        kept: The texts that it is to leave alone.
    """

    toml: str
    wanted: tuple[str, ...]
    kept: tuple[str, ...]


def draft(identifier: str, summary: str, reference: str, lines: Sequence[str]) -> Draft:
    """
    Draft a rule.

    Args:
        identifier: The id of the rule.
        summary: What it finds, in a sentence.
        reference: The page that says what the secret looks like.
        lines: Texts with marks around their secrets are to be found; those without are not.

    Raises:
        InputError: The examples do not say what the secrets have in common.
    """
    given = [line for line in lines if line.strip()]
    wanted = [line for line in given if _MARK.search(line)]
    kept = tuple(line for line in given if not _MARK.search(line))
    if not wanted:
        raise InputError(
            "examples", "no secret is marked", "Put it between {{ and }}: coupon={{CPN-7Q2M9XKD4T}}"
        )
    marked = [secret for line in wanted for secret in _MARK.findall(line)]
    if min(map(len, marked)) < _SHORTEST:
        raise InputError(
            "examples",
            f"a secret has fewer than {_SHORTEST} characters",
            "Mark all of it, or name its key: fields.secret in the policy",
        )
    if any("'" in secret for secret in marked) or not all(
        secret.isascii() and secret.isprintable() and " " not in secret for secret in marked
    ):
        raise InputError(
            "examples",
            "a secret has spaces, single quotes or letters outside ASCII",
            "Mark less of it",
        )
    prefix = _prefix(marked)
    pattern = _form([secret.removeprefix(prefix) for secret in marked])
    if prefix:
        own = [
            f"keywords = [{_quoted(prefix)}]",
            f"pattern = '{re.escape(prefix)}{pattern}'",
            *_boundaries(wanted),
        ]
    else:
        names = sorted(
            {_name_before(line, mark) for line in wanted for mark in _MARK.finditer(line)}
        )
        own = ['kind = "pair"', f"names = [{', '.join(map(_quoted, names))}]"]
        own.append(f"value = '{pattern}'")
    match = [_MARK.sub(lambda mark: _made_up(mark[1], prefix), line) for line in wanted]
    near = _MARK.sub(prefix + "x", wanted[0])
    ignore = [*((line, "an example without a secret") for line in kept), (near, "too short")]
    written = [
        "schema = 1",
        f"summary = {_quoted(summary)}",
        "",
        "[[rule]]",
        f"id = {_quoted(identifier)}",
        f"summary = {_quoted(summary)}",
        f"reference = {_quoted(reference)}",
        'severity = "high"',
        *own,
        "match = [",
        *(f"  {_quoted(text)}," for text in match),
        "]",
        "ignore = [",
        *(f"  {{ text = {_quoted(text)}, why = {_quoted(why)} }}," for text, why in ignore),
        "]",
    ]
    texts = tuple(_MARK.sub(lambda mark: mark[1], line) for line in wanted)
    return Draft("\n".join(written) + "\n", texts, kept)


def _prefix(marked: list[str]) -> str:
    """Return what all secrets start with, up to a sign; nothing where that says nothing."""
    if len(set(marked)) == 1:
        match = _PREFIX.match(marked[0])
        return match[0] if match else ""
    common = commonprefix(marked)  # noqa: RUF071  # of texts, no paths
    common = common[: min(map(len, marked)) - 1]
    signs = list(_SIGNS.finditer(common))
    if signs:
        common = common[: signs[-1].end()]
    elif len(common) < _BARE_PREFIX:
        return ""
    return common if len(common) > 1 and common[0].isalnum() else ""


def _form(rests: list[str]) -> str:
    """Return a pattern for *rests*: part by part where their signs stand alike, else one class."""
    split = [_SIGNS.split(rest) for rest in rests]
    signs = {tuple(parts[1::2]) for parts in split}
    if len(signs) == 1 and len(split[0]) <= _MOST_PARTS:
        pattern = ""
        for place, parts in enumerate(zip(*split, strict=True)):
            pattern += re.escape(parts[0]) if place % 2 else _class(list(parts), "")
        return pattern
    used = {sign for rest in rests for sign in rest if not sign.isalnum()}
    return _class(rests, "".join("\\" + sign for sign in sorted(used)))


def _class(parts: list[str], signs: str) -> str:
    """Return the smallest usual class for *parts* beside *signs*, with the lengths they have."""
    if not any(parts):
        return ""
    characters = {char for part in parts for char in part if char.isalnum()}
    few = sum(map(len, parts)) < _MANY
    body = next(
        body
        for body, members in _CLASSES
        if characters <= set(members) and not (few and body.endswith(("a-f", "A-F")))
    )
    low, high = min(map(len, parts)), max(map(len, parts))
    return f"[{body}{signs}]" + (f"{{{low}}}" if low == high else f"{{{low},{high}}}")


def _boundaries(wanted: list[str]) -> list[str]:
    """Return what the rule must say about the bytes around a match, beside the defaults."""
    before = {
        line[mark.start() - 1 : mark.start()] for line in wanted for mark in _MARK.finditer(line)
    }
    after = {line[mark.end() : mark.end() + 1] for line in wanted for mark in _MARK.finditer(line)}
    said: list[str] = []
    if any(char.isalnum() for char in before):
        said.append('before = ""')
    if any(char.isalnum() for char in after):
        said.append('after = ""')
    elif after & {"-", "_"}:
        said.append('after = "A-Za-z0-9"')
    return said


def _name_before(line: str, mark: re.Match[str]) -> str:
    name = _NAME.search(_MARK.sub(lambda inner: inner[1], line[: mark.start()]))
    words = _WORDS.findall(name[1]) if name else []
    if not words:
        raise InputError(
            "examples",
            "the secrets start with nothing in common, and one has no name before it",
            "Give more examples, or write the rule by hand: docs/rules.md",
        )
    return " ".join(words[-3:]).lower()


def _made_up(secret: str, prefix: str) -> str:
    """Return a secret of the same form, with the seam in its prefix."""
    rest = secret.removeprefix(prefix)
    letters = {char.lower() for char in rest if char.isalpha()}
    small = "abcdef" if letters <= set("abcdef") else string.ascii_lowercase
    made = ""
    for char in rest:
        if char.isdigit():
            made += secrets.choice(string.digits)
        elif char.isalpha():
            chosen = secrets.choice(small)
            made += chosen.upper() if char.isupper() else chosen
        else:
            made += char
    return f"{prefix[:2]}{{+}}{prefix[2:]}{made}" if prefix else made


def _quoted(text: str) -> str:
    """Write *text* as a basic string of TOML, which takes what JSON writes."""
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
