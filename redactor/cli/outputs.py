"""The outputs of a filter: several sinks, each of which may fail without the others."""

from __future__ import annotations

import os
import stat
from dataclasses import fields
from typing import TYPE_CHECKING

from redactor.cli.codes import Code
from redactor.cli.console import say
from redactor.cli.inputs import enlarge_pipe
from redactor.errors import InputError
from redactor.sinks import (
    DeliveryError,
    DeliverySink,
    SinkOptions,
    StdoutSink,
    default_spool_folder,
    open_sink,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from redactor.policy import Policy
    from redactor.policy import Sink as SinkOfPolicy
    from redactor.sinks import Sink, SinkCounts

__all__ = ["Outputs", "open_outputs", "options_of"]


class Outputs:
    """
    Writes to all sinks. A sink that can take nothing more is left out from then on.

    Attributes:
        code: What the exit code should be, as far as outputs go.
    """

    def __init__(self, sinks: Iterable[Sink]) -> None:
        self._sinks = list(sinks)
        self._lost = 0
        self._reports = 0
        self.code = Code.OK

    @property
    def open(self) -> bool:
        """Whether a sink is left."""
        return bool(self._sinks)

    @property
    def reopens(self) -> bool:
        """Whether a sink is left that can be told that its file was renamed."""
        return any(hasattr(sink, "reopen") for sink in self._sinks)

    def reopen(self) -> None:
        """Have the sinks look for files that were renamed. Safe in a signal handler."""
        for sink in tuple(self._sinks):
            again = getattr(sink, "reopen", None)
            if again is not None:
                again()

    def write(self, data: bytes) -> None:
        for sink in tuple(self._sinks):
            self._guarded(sink, lambda sink=sink: sink.write(data))  # type: ignore[misc]

    def flush(self) -> None:
        for sink in tuple(self._sinks):
            self._guarded(sink, sink.flush)

    def counts(self) -> list[SinkCounts]:
        """Return the counts of the sinks that deliver over a network."""
        return [sink.counts() for sink in tuple(self._sinks) if isinstance(sink, DeliverySink)]

    def hurry(self) -> None:
        """Wait for no receiver from here on but within the bounds of each sink at its close."""
        for sink in self._sinks:
            if isinstance(sink, DeliverySink):
                sink.hurry()

    def close(self) -> None:
        """Deliver what waits; say how much was lost in all, when it was said in parts."""
        for sink in tuple(self._sinks):
            self._guarded(sink, sink.close)
        self._sinks.clear()
        if self._reports > 1:
            say(f"{self._lost} lines were not delivered in all.")

    def _guarded(self, sink: Sink, call: Callable[[], None]) -> None:
        try:
            call()
        except BrokenPipeError:
            self._sinks.remove(sink)
            self.code = self.code or Code.CLOSED
        except DeliveryError as error:
            say(str(error))
            self.code = Code.OUTPUT
            if error.lines:
                self._lost += error.lines
                self._reports += 1
            if error.final and sink in self._sinks:
                self._sinks.remove(sink)


def open_outputs(
    policy: Policy,
    *,
    output: str | None,
    to: tuple[str, ...],
    labels: dict[str, str],
    tenant: str,
    inputs: dict[tuple[int, int], str],
    spool: str | bool | None = None,
) -> Outputs:
    """
    Open the sinks that the options name, else those of the policy, else standard output.

    Args:
        policy: Its sinks are used when *output* and *to* are empty.
        output: A file to write anew, byte for byte; ``-`` is standard output.
        to: Sinks, as ``open_sink`` takes them.
        labels: For Loki.
        tenant: For Loki.
        inputs: Identity of each regular input file, and its name.
        spool: Folder of the spools, or false for none; ``None`` leaves it to the policy.

    Raises:
        InputError: An output is an input too, or a sink's address is wrong.
        DeliveryError: One cannot be opened.
    """
    sinks: list[Sink] = []
    if output is not None:
        sinks.append(_overwritten(output, inputs))
    for address in to:
        _refuse_input(address, ".", inputs)
        options = options_of(_of_policy(address, policy), spool)
        sinks.append(open_sink(address, labels=labels, tenant=tenant, options=options))
    if not sinks:
        for sink in policy.sinks:
            _refuse_input(sink.to, policy.base, inputs)
            sinks.append(
                open_sink(
                    sink.to,
                    labels=sink.labels or labels,
                    tenant=sink.tenant or tenant,
                    base=policy.base,
                    options=options_of(sink, spool),
                )
            )
    if not sinks:
        sinks.append(_overwritten("-", inputs))
    return Outputs(sinks)


def _of_policy(address: str, policy: Policy) -> SinkOfPolicy:
    """Return the sink of *policy* with this address, for its options; else one without any."""
    found = next((sink for sink in policy.sinks if sink.to == address), None)
    if found is not None:
        return found
    from redactor.policy import Sink as SinkOfPolicy

    return SinkOfPolicy(address)


def options_of(sink: SinkOfPolicy, spool: str | bool | None) -> SinkOptions:  # noqa: FBT001  # a choice of three
    """
    Return the options of a sink of the policy.

    Args:
        sink: As the policy has it.
        spool: What the command line says about spools, if anything.
    """
    chosen = sink.spool if spool is None else spool
    folder: str | Path = chosen if isinstance(chosen, str) else ""
    if chosen is True:
        folder = default_spool_folder() or ""
    from redactor.sink_table import FILE_OPTIONS, SENTRY_OPTIONS

    names = {field.name for field in fields(SinkOptions)} & set(sink.__struct_fields__)
    given = {name: getattr(sink, name) for name in names - {"spool"}}
    return SinkOptions(
        **given,
        file=sink.given(FILE_OPTIONS),
        events=sink.given(SENTRY_OPTIONS),
        spool=folder,
        spool_needed=chosen is not True,
        report=say,
    )


def _overwritten(path: str, inputs: dict[tuple[int, int], str]) -> Sink:
    _refuse_input(path if path == "-" else f"file:{path}", ".", inputs)
    if path == "-":
        enlarge_pipe(1)
        return StdoutSink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise DeliveryError(
            path,
            f"it cannot be opened for writing ({error.strerror})",
            "Check the path and its permissions",
            final=True,
        ) from None
    return StdoutSink(descriptor, path)


def _refuse_input(address: str, base: str, inputs: dict[tuple[int, int], str]) -> None:
    """Refuse to write into a file that is being read: it would grow for ever, or be emptied."""
    try:
        if address in ("-", "stdout"):
            status = os.fstat(1)
        elif address.startswith("file:"):
            from redactor_sinks.file.options import split_address

            path, _ = split_address(address[5:])
            status = os.stat(os.path.join(base, path))  # noqa: PTH116, PTH118
        else:
            return
    except OSError:
        return  # it does not exist yet, or opening it will say what is wrong
    if stat.S_ISREG(status.st_mode) and (status.st_dev, status.st_ino) in inputs:
        name = inputs[status.st_dev, status.st_ino]
        raise InputError(name, "it is an input and an output at once", "Write to another file")
