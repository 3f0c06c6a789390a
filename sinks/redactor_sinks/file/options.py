"""What can be asked of a file sink, and how it is written behind the path in an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from redactor import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["FileOptions", "Period", "duration", "size", "split_address"]

Period = Literal["minute", "hour", "day", "week", "month"]

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
          "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([A-Za-z]*)")
#: Where the options of an address begin. Any other question mark belongs to the path.
_QUERY = re.compile(r"\?(?=[a-z_]+=)")
_SIZES = frozenset({"max_size", "keep_size", "held", "segment"})
_DURATIONS = frozenset({"keep", "sync_every", "seal_every"})
_COUNTS = frozenset({"max_open", "max_files"})
_LISTS = frozenset({"seal"})


class FileOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How a file is rotated, packed, kept, made durable and sealed. Sizes are bytes, times seconds.

    Attributes:
        max_size: Rotate before the file grows over this; 0 is never.
        every: Rotate with the first line of a new period of local time; empty is never.
        compress: What rotated files and sealed segments are packed with; empty is nothing.
        keep: Remove files whose last line is older than this; 0 keeps them.
        keep_for: Other ages by label: ``{"tenant=demo-*": 86400}``. The first that fits holds.
        keep_size: Remove the oldest rotated files when all of them are over this; 0 is never.
        sync: When lines are forced to disk: ``never`` (by the operating system), on ``rotation``,
            at each ``interval``, or before each ``write`` returns.
        sync_every: The interval of ``sync = "interval"``.
        held: How much is kept in memory while a file cannot be written; what comes on top is shed.
        seal: Public keys that can read the files; empty writes plain text.
        seal_every: How long a line may wait in memory before it is sealed.
        segment: How large a sealed file gets, before packing.
        max_open: How many files of a path with labels are open at once.
        max_files: How many files such a path makes; further values share one.
    """

    max_size: int = 0
    every: Period | Literal[""] = ""
    compress: Literal["", "zstd", "gzip"] = ""
    keep: float = 0
    keep_for: dict[str, float] = {}
    keep_size: int = 0
    sync: Literal["never", "rotation", "interval", "write"] = "never"
    sync_every: float = 1
    held: int = 8 << 20
    seal: tuple[str, ...] = ()
    seal_every: float = 1
    segment: int = 1 << 20
    max_open: int = 64
    max_files: int = 1000

    @property
    def rotates(self) -> bool:
        """Whether files are renamed by this sink."""
        return bool(self.max_size or self.period)

    @property
    def period(self) -> Period | Literal[""]:
        """The period of rotation. An age limit implies one: lines can only go with their file."""
        if self.every:
            return self.every
        ages = [age for age in (self.keep, *self.keep_for.values()) if age]
        if not ages:
            return ""
        return "hour" if min(ages) <= 3 * 86_400 else "day"

    @classmethod
    def parse(cls, query: str, where: str = "file") -> FileOptions:
        """
        Read the options of an address: ``max_size=100MB&every=day&seal=age1...``.

        Args:
            query: Pairs joined by ``&``; ``%`` sequences in values are decoded. ``seal`` and
                ``keep_for`` can be repeated; ``keep_for`` is written ``tenant=demo-*:24h``.
            where: What messages are about.

        Raises:
            InputError: An option is unknown, doubled, or has a wrong value.
        """
        from urllib.parse import unquote

        found: dict[str, Any] = {}
        for pair in query.split("&"):
            name, equals, text = pair.partition("=")
            if not equals or name not in cls.__struct_fields__:
                raise _unknown(f"{where}: {_short(name)}", name, cls.__struct_fields__, "option")
            text = unquote(text)
            place = f"{where}: {name}"
            if name == "keep_for":
                label, _, age = text.rpartition(":")
                found.setdefault(name, {})[label] = duration(age, place)
            elif name in _LISTS:
                found[name] = (*found.get(name, ()), *filter(None, text.split(",")))
            elif name in found:
                raise InputError(place, "it is given twice", "Give it once")
            else:
                found[name] = _value(name, text, place)
        return cls.of(found, where)

    @classmethod
    def of(
        cls, table: Mapping[str, Any], where: str = "file", more: FileOptions | None = None
    ) -> FileOptions:
        """
        Read the options of a table of a policy: sizes and times are texts or numbers.

        Args:
            table: The options by their names.
            where: What messages are about.
            more: Options that are given besides.

        Raises:
            InputError: An option is unknown, has a wrong value, or is given in both.
        """
        found: dict[str, Any] = {}
        if more is not None:
            found = {
                name: value
                for name, value in msgspec.structs.asdict(more).items()
                if value != getattr(cls(), name)
            }
        for name, value in table.items():
            place = f"{where}: {name}"
            if name in found:
                raise InputError(place, "it is given twice", "Give it in the address or as a key")
            if name not in cls.__struct_fields__:
                raise _unknown(f"{where}: {_short(name)}", name, cls.__struct_fields__, "option")
            if name == "keep_for" and isinstance(value, dict):
                value = {
                    label: duration(age, place) if isinstance(age, str) else age
                    for label, age in value.items()
                }
            elif isinstance(value, str) and name not in _LISTS and name != "keep_for":
                value = _value(name, value, place)
            elif name in _LISTS and isinstance(value, str):
                value = (value,)
            found[name] = value
        try:
            options = msgspec.convert(found, cls)
        except msgspec.ValidationError as error:
            problem, _, place = str(error).partition(" - at `$.")
            place = f"{where}: {place.rstrip('`')}" if place else where
            raise InputError(place, problem[:1].lower() + problem[1:], _REMEDY) from None
        options.check(where)
        return options

    def check(self, where: str = "file") -> None:
        """
        Look for options that cannot be had together.

        Raises:
            InputError: There are some.
        """
        for name in sorted(_SIZES | _DURATIONS | _COUNTS):
            if getattr(self, name) < 0:
                raise InputError(f"{where}: {name}", "it is below 0", _REMEDY)
        if self.max_open < 1 or self.max_files < 1:
            raise InputError(f"{where}: max_open", "it must be 1 at least", _REMEDY)
        for selector, age in self.keep_for.items():
            label, equals, pattern = selector.partition("=")
            if not (label and equals and pattern and age > 0):
                raise InputError(
                    f"{where}: keep_for",
                    "it names no label, value and age",
                    "Write it as keep_for=tenant=demo-*:24h",
                )
        if self.seal and self.max_size:
            raise InputError(
                f"{where}: max_size",
                "sealed files are not rotated by it",
                "Use segment=SIZE for the size of a sealed file",
            )
        if self.sync == "interval" and not self.sync_every:
            raise InputError(f"{where}: sync_every", "it is 0", "Use sync=write instead")


_REMEDY = "See docs/files.md for the options of a file sink"


def split_address(address: str) -> tuple[str, str]:
    """
    Split what follows ``file:`` into the path and the options.

    >>> split_address("/var/log/app.log?max_size=1GB")
    ('/var/log/app.log', 'max_size=1GB')
    >>> split_address("what?.log")
    ('what?.log', '')
    """
    path, *query = _QUERY.split(address, maxsplit=1)
    return path, query[0] if query else ""


def duration(text: str, where: str) -> float:
    """
    Read a time: ``500ms``, ``90s``, ``15m``, ``24h``, ``14d``, ``2w``; a bare number is seconds.

    Raises:
        InputError: It is none.
    """
    match = _NUMBER.fullmatch(text.strip())
    unit = match[2].lower() or "s" if match else ""
    if match is None or unit not in _SECONDS:
        raise InputError(where, "it is not a time", "Write it like 500ms, 90s, 15m, 24h or 14d")
    return float(match[1]) * _SECONDS[unit]


def size(text: str, where: str) -> int:
    """
    Read a size: ``100MB`` (10^6), ``64MiB`` (2^20); a bare number is bytes.

    Raises:
        InputError: It is none.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[2].upper() not in _BYTES:
        raise InputError(where, "it is not a size", "Write it like 512KB, 100MB, 64MiB or 2GB")
    return int(float(match[1]) * _BYTES[match[2].upper()])


def _value(name: str, text: str, where: str) -> Any:
    if name in _SIZES:
        return size(text, where)
    if name in _DURATIONS:
        return duration(text, where)
    if name in _COUNTS:
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise InputError(where, "it is not a whole number", "Write it like 64")
        return int(text)
    choices = _CHOICES[name]
    if text not in choices:
        raise _unknown(where, text, choices, "value")
    return text


_CHOICES: dict[str, tuple[str, ...]] = {
    "every": ("minute", "hour", "day", "week", "month"),
    "compress": ("zstd", "gzip"),
    "sync": ("never", "rotation", "interval", "write"),
}


def _unknown(where: str, word: str, known: Iterable[str], kind: str) -> InputError:
    # Only mistakes need it: it is not worth its import at every start.
    import difflib

    known = list(known)
    near = difflib.get_close_matches(word, known, 1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return InputError(
        where, f"there is no such {kind}", f"{hint}Use one of: {', '.join(sorted(known))}"
    )


def _short(name: str) -> str:
    """A mistyped name as it may be shown: it could be anything, a key even."""
    return name if re.fullmatch(r"[a-z_]{1,20}", name) else "an option"
