"""From the text that names a sink to the sink."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from redactor import InputError
from redactor_sinks.options import SinkOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from redactor_sinks.contract import Sink

__all__ = ["open_sink"]

_FORMS = (
    "Use - for standard output, file:PATH, loki:http://HOST:3100, otlp:http://HOST:4318, or "
    "sentry:https://KEY@HOST/PROJECT"
)


def open_sink(
    to: str,
    *,
    labels: Mapping[str, str] | None = None,
    tenant: str = "",
    base: str | Path | None = None,
    options: SinkOptions | None = None,
) -> Sink:
    """
    Open the sink that *to* names.

    Args:
        to: ``-`` for standard output, ``file:PATH``, ``loki:URL`` such as
            ``loki:http://localhost:3100``, ``otlp:URL`` such as ``otlp:http://localhost:4318``, or
            ``sentry:DSN``.
        labels: Labels of the stream, for Loki; attributes of the resource, for OTLP; tags, for
            Sentry.
        tenant: The tenant, for Loki.
        base: The folder that a relative path starts from.
        options: Everything else that can be chosen.

    Raises:
        InputError: There is no such kind of sink, or its address is wrong.
        MissingExtraError: It needs a package that is not installed.
        DeliveryError: It cannot be opened.
    """
    chosen = options or SinkOptions()
    chosen = replace(
        chosen,
        labels=labels or chosen.labels,
        tenant=tenant or chosen.tenant,
        base=chosen.base if base is None else base,
    )
    if to in ("-", "stdout"):
        from redactor_sinks.stdout import StdoutSink

        return StdoutSink()
    kind, colon, address = to.partition(":")
    if colon and kind in _KINDS:
        return _KINDS[kind](address, chosen)
    if kind in ("http", "https", "loki+http", "loki+https"):
        raise _no_loki()
    near = difflib.get_close_matches(kind, (*_KINDS, "stdout"), 1) if colon else []
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise InputError(f"sink {kind!r}", "there is no such kind of sink", f"{hint}{_FORMS}")


def _file(address: str, options: SinkOptions) -> Sink:
    from redactor_sinks.file import open_file

    if not address:
        raise InputError("sink file", "it has no path", "Write it as file:PATH")
    return open_file(address, options.base, options.file)


def _loki(address: str, options: SinkOptions) -> Sink:
    from redactor_sinks.loki import LokiSink

    if not address.startswith(("http://", "https://")):
        raise _no_loki()
    return LokiSink(address, options=options)


def _otlp(address: str, options: SinkOptions) -> Sink:
    from redactor_sinks.otlp import OtlpSink

    return OtlpSink(address, options=options)


def _sentry(address: str, options: SinkOptions) -> Sink:
    from redactor_sinks.sentry import SentrySink

    return SentrySink(address, options=options)


def _no_loki() -> InputError:
    return InputError(
        "sink", "a Loki address has another form", "Write it as loki:http://HOST:3100"
    )


#: Kind of sink to what opens it.
_KINDS: dict[str, Callable[[str, SinkOptions], Sink]] = {
    "file": _file,
    "loki": _loki,
    "otlp": _otlp,
    "sentry": _sentry,
}
