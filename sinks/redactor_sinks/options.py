"""What can be chosen about a sink besides its address, and what that comes to."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from redactor import InputError
from redactor_sinks.contract import DeliveryError
from redactor_sinks.delivery import (
    BackPressure,
    Delivery,
    DeliveryPolicy,
    Durability,
    MemoryQueue,
    QueueError,
    Spool,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redactor_sinks.delivery import Exporter

__all__ = ["SinkOptions", "default_spool_folder", "delivery_of", "spool_file"]


@dataclass(frozen=True, slots=True)
class SinkOptions:
    """
    The options of a sink. A sink ignores those that are not for its kind.

    Attributes:
        labels: Labels of a Loki stream.
        tenant: Tenant, sent as ``X-Scope-OrgID``.
        user: User name of basic authentication.
        password_env: Environment variable with its password.
        token_env: Environment variable with a bearer token.
        token_file: File with a bearer token.
        ca_file: Certificates that may have signed the receiver's, in PEM format.
        encoding: Form of a push to Loki.
        long_lines: What becomes of a line over Loki's limit.
        timeout: Seconds for one request and its answer.
        spool: Folder of the spool; nothing for a queue in memory.
        spool_file: The very file, whatever the name of the receiver.
        spool_needed: Whether to fail when that folder cannot be used, rather than to say so and
            go on with a queue in memory.
        durability: What a call that has returned is safe from.
        spool_mib: Bound of what waits in the spool.
        spool_days: Records older than this are dropped; 0 for never.
        queue_mib: Bound of what waits in memory, without a spool.
        back_pressure: What to do when the queue is full.
        block_seconds: Longest wait for room in it; 0 for ever.
        flush_seconds: Longest wait at the end.
        file: Options of a file, by the names of ``FileOptions``: sizes and times are numbers or
            texts, such as ``{"max_size": "100MB", "keep": "14d"}``.
        events: Options of Sentry's events, by the names of ``EventOptions``.
        base: Folder that relative paths start from.
        report: Called with sentences for the operator. Default: standard error.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    tenant: str = ""
    user: str = ""
    password_env: str = ""
    token_env: str = ""
    token_file: str = ""
    ca_file: str = ""
    encoding: Literal["auto", "protobuf", "json"] = "auto"
    long_lines: Literal["cut", "split"] = "cut"
    timeout: float = 10.0
    spool: str | Path = ""
    spool_file: Path | None = None
    spool_needed: bool = True
    durability: Durability = "system"
    spool_mib: int = 512
    spool_days: float = 7.0
    queue_mib: int = 16
    back_pressure: BackPressure = "auto"
    block_seconds: float = 30.0
    flush_seconds: float = 5.0
    file: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Any] = field(default_factory=dict)
    base: str | Path = "."
    report: Callable[[str], None] | None = None

    def password(self) -> str:
        """
        Look up the password.

        Raises:
            InputError: The variable is not set.
        """
        return _from_environment(self.password_env, "sink: password_env")

    def token(self) -> str:
        """
        Look up the bearer token.

        Raises:
            InputError: The variable is not set, or the file cannot be read.
        """
        if not self.token_file:
            return _from_environment(self.token_env, "sink: token_env")
        path = Path(self.base, self.token_file)
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise InputError(
                f"sink: token_file: {path}", "it cannot be read", "Check the path"
            ) from None

    def certificates(self) -> str:
        """Return the path of the certificates, or nothing."""
        return str(Path(self.base, self.ca_file)) if self.ca_file else ""


def default_spool_folder() -> Path | None:
    """
    Return the folder of spools that nobody has chosen one for.

    It is that of the variable ``REDACTOR_SPOOL``, else a folder for the state of programs in the
    home of the user; nothing where there is no home.
    """
    chosen = os.environ.get("REDACTOR_SPOOL")
    if chosen:
        return Path(chosen)
    state = os.environ.get("XDG_STATE_HOME")
    if state:
        return Path(state, "redactor", "spool")
    try:
        return Path.home() / ".local" / "state" / "redactor" / "spool"
    except RuntimeError:
        return None


def spool_file(folder: Path, kind: str, name: str, owner: str = "") -> Path:
    """Return the file of a sink's spool: one for each receiver and *owner*."""
    digest = hashlib.sha256(f"{kind}\0{name}\0{owner}".encode()).hexdigest()[:8]
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", name.partition("://")[2].partition("/")[0])[:60]
    return folder / f"{kind}-{host}-{digest}.spool"


def delivery_of(exporter: Exporter, options: SinkOptions, owner: str = "") -> Delivery:
    """
    Make the delivery of *exporter* as *options* ask for it.

    Args:
        exporter: Makes the requests.
        options: What was chosen.
        owner: What tells the spools of one receiver apart: the tenant, the project.

    Raises:
        DeliveryError: The spool is needed and cannot be used.
    """
    policy = DeliveryPolicy(
        back_pressure=options.back_pressure,
        block_seconds=options.block_seconds,
        max_age=options.spool_days * 86400,
        flush_seconds=options.flush_seconds,
    )
    queue = _queue_of(exporter, options, owner)
    return Delivery(exporter, queue, policy, report=options.report)


def _queue_of(exporter: Exporter, options: SinkOptions, owner: str) -> MemoryQueue | Spool:
    memory = MemoryQueue(options.queue_mib << 20)
    if not options.spool or options.durability == "memory":
        return memory
    folder = Path(options.base, options.spool)
    path = options.spool_file or spool_file(folder, exporter.kind, exporter.name, owner)
    try:
        return Spool(
            path,
            exporter.name,
            exporter.kind,
            max_bytes=options.spool_mib << 20,
            durability=options.durability,
        )
    except QueueError as error:
        remedy = "Choose a folder that can be written with --spool, or use --no-spool"
        failure = DeliveryError(f"spool {path}", error.problem, remedy, final=True)
        if options.spool_needed:
            raise failure from None
        if options.report is not None:
            options.report(f"{failure} Records wait in memory")
        return memory


def _from_environment(name: str, where: str) -> str:
    if not name:
        return ""
    value = os.environ.get(name)
    if not value:
        raise InputError(f"{where}: {name}", "the variable is not set", "Set it")
    return value
