"""
Redaction for ``logging`` piece by piece: a filter, a formatter and a handler.

``redactor.install()`` guards every handler of the process. These guard one, need no ``install()``,
and can be named in a ``dictConfig``::

    "filters": {"redact": {"()": "redactor.logging.RedactingFilter"}},
    "formatters": {"plain": {"()": "redactor.logging.RedactingFormatter", "fmt": "%(message)s"}},
    "handlers": {
        "file": {"class": "logging.FileHandler", "filename": "app.log"},
        "safe": {"class": "redactor.logging.RedactingHandler", "target": "file"},
    },

With several handlers they differ:

``RedactingHandler(target)``
    Its target gets a redacted copy, and what the target's formatter makes of it is looked at once
    more. Other handlers, before and after it, see the record as the program made it. In a
    ``dictConfig``, name this handler in ``handlers`` of a logger, and not its target.
``RedactingFormatter``
    The text of its handler is redacted. The record is not: this handler, where it sends more than
    the text, and all others see it as the program made it.
``RedactingFilter``
    On a logger: all handlers see redacted records, but not those of records that were made by child
    loggers, which pass no filter of their parents. On a handler: from Python 3.12 on, this handler
    sees a redacted copy and the others the record of the program. In Python 3.11, where a filter
    cannot hand on another record, the record itself is changed: handlers before it saw it as it
    was, and those after it see it redacted. Of a traceback it writes the text, as
    ``logging.Formatter`` would, since it cannot look at what a formatter of your own makes of it.

A handler that sees a redacted record sees all of it redacted: message, arguments, extra attributes,
exception and stack. Arguments, dicts and exceptions of the program are never changed.

Each takes a *policy*: a path, a ``redactor.Policy``, or nothing for that of ``install()``. Before
``install()``, nothing stands for the ``redactor.toml`` or ``pyproject.toml`` of the working
directory or above it. Pieces of the same policy share one redactor. A policy with a mistake raises
a ``PolicyError`` when the piece is made.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from logging.handlers import MemoryHandler
from typing import TYPE_CHECKING, Any

from redactor.errors import InputError
from redactor.exits.redaction import redaction_of
from redactor.exits.rendered import rendered
from redactor.markers import marker

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from redactor.exits.redaction import Redaction
    from redactor.policy import Policy

__all__ = ["RedactingFilter", "RedactingFormatter", "RedactingHandler"]

_DROPPED = marker("withheld", "record")
_FILTERS_REPLACE = sys.version_info >= (3, 12)
_plain = logging.Formatter()


class RedactingFilter(logging.Filter):
    """
    Redacts the records of the logger or the handler that it is added to.

    Args:
        name: As for ``logging.Filter``: records of other loggers than this one and those below it
            are refused. Default: none are.
        policy: What to redact: see the module.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
    """

    def __init__(self, name: str = "", *, policy: Policy | str | Path | None = None) -> None:
        super().__init__(name)
        self._redaction = redaction_of(policy)

    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:  # type: ignore[override]  # so from Python 3.12 on
        """Return what goes on: the redacted record, *record* itself, or nothing."""
        if not super().filter(record):
            return False
        redacted = self._redaction.records.redacted(record)
        if redacted is None:
            return False
        if redacted is record:
            return True
        if redacted.exc_info and not redacted.exc_text:
            redacted.exc_text = self._traceback(redacted.exc_info)
        if _FILTERS_REPLACE:
            return redacted
        record.__dict__ = redacted.__dict__
        return True

    def _traceback(self, exc_info: Any) -> str:
        try:
            return rendered(_plain.formatException(exc_info), self._redaction.guard)
        except Exception as error:  # noqa: BLE001  # C1: a marker stands for it
            return self._redaction.guard.failed("logging", error)


class RedactingFormatter(logging.Formatter):
    """
    Redacts what a handler writes.

    Where the format fails, the text says so, with the redacted message and arguments: nothing is
    raised that a handler would report with the raw ones.

    Args:
        fmt: As for ``logging.Formatter``, and so are the next four.
        datefmt: The format of times.
        style: ``%``, ``{`` or ``$``.
        validate: Check the format now.
        defaults: Values for what a record does not have.
        inner: A formatter whose text is redacted, in the place of the five arguments before; or, in
            a ``dictConfig``, what would configure one.
        policy: What to redact: see the module.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        ValueError: The format is wrong.
    """

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
        validate: bool = True,  # noqa: FBT001, FBT002  # as in logging.Formatter
        *,
        defaults: Mapping[str, Any] | None = None,
        inner: logging.Formatter | Mapping[str, Any] | None = None,
        policy: Policy | str | Path | None = None,
    ) -> None:
        super().__init__(fmt, datefmt, style, validate, defaults=defaults)
        self._redaction = redaction_of(policy)
        self._inner = _configured(inner) if isinstance(inner, Mapping) else inner

    @property
    def inner(self) -> logging.Formatter | None:
        """The formatter whose text is redacted, ``None`` when it is this one itself."""
        return self._inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of *record*, redacted; *record* is not changed."""
        guard, records = self._redaction.guard, self._redaction.records
        redacted = records.redacted(record)
        if redacted is None:
            return _DROPPED
        try:
            text: Any = (
                super().format(redacted) if self._inner is None else self._inner.format(redacted)
            )
        except Exception as error:  # noqa: BLE001  # a handler would report it, with the raw record
            text = (
                f"record not formatted: {type(error).__name__}: {redacted.msg!r} {redacted.args!r}"
            )
        try:
            if type(text) is str:
                return rendered(text, guard)
            text = guard.record(text)
        except Exception as error:  # noqa: BLE001  # C1: a placeholder leaves
            return f"record withheld: {guard.failed('logging', error)}"
        return _DROPPED if text is None else text

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the name of the library
        """Return the text of the exception *ei*, redacted."""
        if self._inner is not None:
            return self._inner.formatException(ei)
        return rendered(super().formatException(ei), self._redaction.guard)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802  # the name of the library
        """Return the stack *stack_info*, redacted."""
        if self._inner is not None:
            return self._inner.formatStack(stack_info)
        return rendered(super().formatStack(stack_info), self._redaction.guard)


class RedactingHandler(MemoryHandler):
    """
    Gives redacted records to another handler.

    It holds nothing back; it is a ``MemoryHandler`` because a ``dictConfig`` lets these name their
    target. The formatter of the target is put into a ``RedactingFormatter``. Levels and filters of
    both count.

    Args:
        target: The handler that writes. Without one nothing is written.
        policy: What to redact: see the module.
        level: Records below it are not given on.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        InputError: The target is no handler.
    """

    def __init__(
        self,
        target: logging.Handler | None = None,
        *,
        policy: Policy | str | Path | None = None,
        level: int | str = logging.NOTSET,
    ) -> None:
        self._redaction = redaction_of(policy)
        super().__init__(0, target=None)
        self.setLevel(level)
        self.setTarget(target)

    def setTarget(self, target: logging.Handler | None) -> None:  # noqa: N802  # of the library
        """Give records to *target* from now on."""
        super().setTarget(_handler(target))
        self._wrap()

    def setFormatter(self, fmt: logging.Formatter | None) -> None:  # noqa: N802  # of the library
        """Format with *fmt*: it becomes the formatter of the target."""
        if self.target is not None:
            self.target.setFormatter(fmt)
            self._wrap()

    def _wrap(self) -> None:
        target = self.target
        if target is not None and not isinstance(target.formatter, RedactingFormatter):
            target.setFormatter(_Wrapping(target.formatter or _plain, self._redaction))

    def emit(self, record: logging.LogRecord) -> None:
        """Give *record* redacted to the target."""
        target = self.target
        redacted = self._redaction.records.redacted(record)
        if target is None or redacted is None or redacted.levelno < target.level:
            return
        self._wrap()
        target.handle(redacted)

    def flush(self) -> None:
        """Flush the target."""
        if self.target is not None:
            self.target.flush()

    def close(self) -> None:
        """Close the target too."""
        target = self.target
        super().close()
        if target is not None:
            target.close()


class _Wrapping(RedactingFormatter):
    """The formatter of a target, redacted by what redacts its records."""

    def __init__(self, inner: logging.Formatter, redaction: Redaction) -> None:
        super().__init__(inner=inner)
        self._redaction = redaction


def _handler(target: object) -> logging.Handler | None:
    if target is None or isinstance(target, logging.Handler):
        return target
    raise InputError(
        "redactor.logging.RedactingHandler: target",
        f"a handler is wanted, not {type(target).__name__}",
        'In a dictConfig, write "class": "redactor.logging.RedactingHandler" and the name of the '
        "target",
    )


def _configured(inner: Mapping[str, Any]) -> logging.Formatter:
    from logging.config import DictConfigurator

    return DictConfigurator({}).configure_formatter(dict(inner))
