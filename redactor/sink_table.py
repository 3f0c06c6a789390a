"""The tables ``[[sinks]]`` of a policy: every option of every sink, and what is wrong with one."""

from __future__ import annotations

from redactor.errors import PolicyError
from redactor.frozen import Frozen, field
from redactor.suggest import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redactor.field_types import (
        BackPressure,
        Compression,
        Count,
        Durability,
        Encoding,
        LongLines,
        Period,
        Quantity,
        Size,
        Sync,
        Time,
        Timeout,
    )

__all__ = ["FILE_OPTIONS", "SENTRY_OPTIONS", "Sink", "check_sink", "line_of"]


class Sink(Frozen):
    """
    A sink of the sidecar. Sizes are bytes or texts such as ``100MB``, times seconds or ``14d``.

    Attributes:
        to: ``-`` for standard output, ``file:PATH``, ``loki:URL``, ``otlp:URL`` or ``sentry:DSN``.
        labels: Labels of a Loki stream, attributes of a resource for OTLP, tags for Sentry.
        tenant: Loki tenant, sent as ``X-Scope-OrgID``.
        user: User name of basic authentication.
        password_env: Environment variable with its password.
        token_env: Environment variable with a bearer token.
        token_file: File with a bearer token.
        ca_file: Certificates that may have signed the receiver's.
        encoding: Form of a push to Loki.
        long_lines: What becomes of a line over Loki's limit.
        timeout: Seconds for one request and its answer.
        spool: Folder of the spool; true for the usual one, false for a queue in memory.
        durability: What a call that has returned is safe from.
        spool_mib: Bound of what waits in the spool.
        spool_days: Records older than this are dropped; 0 for never.
        queue_mib: Bound of what waits in memory, without a spool.
        back_pressure: What to do when the queue is full.
        block_seconds: Longest wait for room in it; 0 for ever.
        flush_seconds: Longest wait at the end.
        max_size: A file is rotated before it grows over this.
        every: A file is rotated with each new period.
        compress: What rotated files are packed with.
        keep: Age after which rotated files are removed.
        keep_for: Other ages by label: ``{ "tenant=demo-*" = "24h" }``.
        keep_size: Size of all rotated files over which the oldest are removed.
        sync: When lines are forced to disk.
        sync_every: The interval of ``sync = "interval"``.
        held: How much waits in memory while a file cannot be written.
        seal: Public keys that can read the files.
        seal_every: How long a line may wait in memory before it is sealed.
        segment: How large a sealed file gets.
        max_open: How many files of a path with labels are open at once.
        max_files: How many files such a path makes.
        level: The lowest level that becomes an event of Sentry.
        tag_fields: Fields of a record that become tags of its event.
        environment: Environment of the events.
        release: Release of the events.
        server_name: Machine of the events.
    """

    to: str
    labels: dict[str, str] = field(default_factory=dict)
    tenant: str = ""
    user: str = ""
    password_env: str = ""
    token_env: str = ""
    token_file: str = ""
    ca_file: str = ""
    encoding: Encoding = "auto"
    long_lines: LongLines = "cut"
    timeout: Timeout = 10.0
    spool: bool | str = True
    durability: Durability = "system"
    spool_mib: Count = 512
    spool_days: Quantity = 7.0
    queue_mib: Count = 16
    back_pressure: BackPressure = "auto"
    block_seconds: Quantity = 30.0
    flush_seconds: Quantity = 5.0
    max_size: Size = 0
    every: Period = ""
    compress: Compression = ""
    keep: Time = 0
    keep_for: dict[str, Time] = field(default_factory=dict)
    keep_size: Size = 0
    sync: Sync = "never"
    sync_every: Time = 1
    held: Size = 8 << 20
    seal: tuple[str, ...] | str = ()
    seal_every: Time = 1
    segment: Size = 1 << 20
    max_open: Count = 64
    max_files: Count = 1000
    level: str = "error"
    tag_fields: tuple[str, ...] = ("service", "service.name", "component")
    environment: str = ""
    release: str = ""
    server_name: str = ""

    def given(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return those of the options *names* that are not as they are by default."""
        default = Sink("-")
        return {
            name: value
            for name in names
            if (value := getattr(self, name)) != getattr(default, name)
        }


FILE_OPTIONS = (
    "max_size", "every", "compress", "keep", "keep_for", "keep_size", "sync", "sync_every", "held",
    "seal", "seal_every", "segment", "max_open", "max_files",
)  # fmt: skip
SENTRY_OPTIONS = ("level", "tag_fields", "environment", "release", "server_name")

_SIZES = ("max_size", "keep_size", "held", "segment")
_TIMES = ("keep", "sync_every", "seal_every")
_SIZE = r"(?i)\s*\d{1,12}(?:\.\d{1,6})?\s*(?:[KMGT]?B|[KMGT]IB)?\s*"
_TIME = r"(?i)\s*\d{1,12}(?:\.\d{1,6})?\s*(?:ms|[smhdw])?\s*"
#: Keys of some words, and the words.
_CHOICES: dict[str, tuple[str, ...]] = {
    "encoding": ("auto", "protobuf", "json"),
    "long_lines": ("cut", "split"),
    "durability": ("memory", "system", "disk"),
    "back_pressure": ("auto", "block", "drop-oldest", "drop-newest", "sample"),
    "every": ("minute", "hour", "day", "week", "month"),
    "compress": ("zstd", "gzip"),
    "sync": ("never", "rotation", "interval", "write"),
    "level": ("debug", "info", "warning", "error", "critical"),
}


def check_sink(table: dict[str, Any], where: str, text: str = "", number: int = 0) -> None:
    """
    Check what is said about one sink, as far as the types of the keys do not.

    Args:
        table: As it was read.
        where: The file and the key, for messages.
        text: The text of the file, for the line; nothing where there is none.
        number: Which of the sinks it is, from 0.

    Raises:
        PolicyError: A key is unknown, is not for this kind of sink, or has a value that none is.
    """
    known = Sink.__struct_fields__
    path, _, place = where.partition(": ")

    def at(key: str) -> str:
        line = line_of(text, number, key)
        return f"{path}:{line}: {place}: {key}" if line else f"{where}: {key}"

    for key in table:
        if key not in known:
            remedy = f"{did_you_mean(key, known)}Known keys: {', '.join(known)}"
            raise PolicyError(at(key), "unknown key", remedy)
    to = table.get("to")
    kind = to.partition(":")[0] if isinstance(to, str) else ""
    for key, value in table.items():
        for owner, names in (("file", FILE_OPTIONS), ("sentry", SENTRY_OPTIONS)):
            if key in names and kind and kind != owner:
                raise PolicyError(
                    at(key), f"it is an option of {owner} sinks", f"Leave it out for {kind!r}"
                )
        if isinstance(value, str):
            _check_text(key, value, at(key))
        if key == "keep_for" and isinstance(value, dict):
            for selector, age in value.items():
                label, equals, pattern = selector.partition("=")
                if not (label and equals and pattern):
                    problem = "it names no label and value"
                    raise PolicyError(
                        at(key), problem, 'Write it as keep_for = { "tenant=demo-*" = "24h" }'
                    )
                if isinstance(age, str):
                    _check_text("keep", age, at(key))


def _check_text(key: str, value: str, where: str) -> None:
    import re

    if key in _SIZES and not re.fullmatch(_SIZE, value):
        raise PolicyError(where, "it is not a size", "Write it like 512KB, 100MB, 64MiB or 2GB")
    if key in _TIMES and not re.fullmatch(_TIME, value):
        raise PolicyError(where, "it is not a time", "Write it like 500ms, 90s, 15m, 24h or 14d")
    choices = _CHOICES.get(key, ())
    if choices and value not in choices:
        raise PolicyError(
            where,
            "there is no such value",
            f"{did_you_mean(value, choices)}Use one of: {', '.join(choices)}",
        )


def line_of(text: str, number: int, key: str) -> int:
    """
    Return the line of *key* in the table ``[[sinks]]`` of this *number*, from 1.

    0 where it is not found: the tables can be written in other ways.
    """
    import re

    seen = -1
    for line, written in enumerate(text.split("\n"), 1):
        bare = written.strip()
        if re.fullmatch(r"\[\[\s*(?:tool\.redactor\.)?sinks\s*\]\](?:\s*#.*)?", bare):
            seen += 1
        elif bare.startswith("["):
            # A table within the sink, such as [sinks.labels], may follow.
            inner = re.match(r"\[\s*(?:tool\.redactor\.)?sinks\.\"?([\w-]+)", bare)
            if inner is not None and seen == number and inner[1] == key:
                return line
        elif seen == number and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*[.=]", bare):
            return line
    return 0
