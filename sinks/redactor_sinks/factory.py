"""From the text that names a sink to the sink."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from redactor import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from redactor_sinks.contract import Sink

__all__ = ["open_sink"]

_FORMS = "Use - for standard output, file:PATH, or loki:http://HOST:3100"


def open_sink(
    to: str,
    *,
    labels: Mapping[str, str] | None = None,
    tenant: str = "",
    base: str | Path = ".",
) -> Sink:
    """
    Open the sink that *to* names.

    Args:
        to: ``-`` for standard output, ``file:PATH``, or ``loki:URL`` such as
            ``loki:http://localhost:3100``.
        labels: Labels of the stream, for Loki.
        tenant: The tenant, for Loki.
        base: The folder that a relative path starts from.

    Raises:
        InputError: There is no such kind of sink, or its address is wrong.
        MissingExtraError: It needs a package that is not installed.
        DeliveryError: It cannot be opened.
    """
    if to in ("-", "stdout"):
        from redactor_sinks.stdout import StdoutSink

        return StdoutSink()
    kind, colon, address = to.partition(":")
    if kind == "file" and address:
        from redactor_sinks.file import open_file

        return open_file(address, base)
    if kind == "loki" and address.startswith(("http://", "https://")):
        from redactor_sinks.loki import LokiSink

        return LokiSink(address, labels=labels, tenant=tenant)
    if kind in ("http", "https", "loki+http", "loki+https") or (kind == "loki" and colon):
        raise InputError(
            "sink", "a Loki address has another form", "Write it as loki:http://HOST:3100"
        )
    near = difflib.get_close_matches(kind, ("file", "loki", "stdout"), 1) if colon else []
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise InputError(f"sink {kind!r}", "there is no such kind of sink", f"{hint}{_FORMS}")
