"""Guarding the exits of a process, and letting go of them again."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redactor.errors import InputError
from redactor.exits.guard import Guard
from redactor.exits.protection import EXITS, Exit, Protection
from redactor.known import collect
from redactor.policy import Policy
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.field_types import EngineName

__all__ = ["EXITS", "Exit", "heritage", "inherit", "install", "installed", "uninstall"]


#: Guarded only when asked for.
_ON_REQUEST = frozenset({"streams"})


class _Settings(NamedTuple):
    policy: Policy
    engine: EngineName | None
    streams: bool
    known: bool
    without: frozenset[str]


class _Installation:
    """
    What ``install()`` did, and how to undo it.

    Args:
        settings: As they were asked for.
        folder: What relative paths of the policy start from.
        inherited: They came from the parent process; the program may still ask for others.
    """

    def __init__(self, settings: _Settings, folder: str, *, inherited: bool = False) -> None:
        self.settings = settings
        self.folder = folder
        self.inherited = inherited
        base = str(Path(folder, settings.policy.base))
        policy = settings.policy.replace(base=base)
        self.guard = Guard(policy, engine=settings.engine)
        if settings.known:
            collect(self.guard.redactor.known, policy)
        self._protection = Protection(self.guard)

    def protect(self) -> None:
        left_out = (
            self.settings.without
            if self.settings.streams
            else (self.settings.without | _ON_REQUEST)
        )
        self._protection.protect(exit_ for exit_ in EXITS if exit_.name not in left_out)

    def undo(self) -> None:
        self._protection.undo()


_lock = threading.Lock()
_current: _Installation | None = None


def _renew_lock() -> None:
    global _lock  # noqa: PLW0603  # a thread that held it does not exist in a child
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def install(
    policy: Policy | str | Path | None = None,
    *,
    engine: EngineName | None = None,
    streams: bool = False,
    known: bool = True,
    without: Iterable[str] = (),
) -> Guard:
    """
    Guard every exit of this process: what leaves through one is redacted.

    Call it as early as possible, once, in the program and not in a library. Libraries that are not
    imported yet are guarded when they are. A second call with the same arguments does nothing.

    Args:
        policy: A policy or the path of one. Default: the ``redactor.toml`` or ``pyproject.toml``
            of the working directory or the nearest folder above it, else the ``standard`` preset.
        engine: As for ``Redactor``.
        streams: Guard ``sys.stdout`` and ``sys.stderr`` too.
        known: Register the secrets of this process: see ``docs/exits.md``.
        without: Names of exits that are left as they are.

    Returns:
        The guard, which counts failures.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        EngineError: The engine asked for is not installed.
        ExitError: An exit cannot be guarded, for example because the library's version is unknown.
        InputError: An exit in *without* is unknown, or ``install()`` was called before with other
            arguments.
    """
    settings = _Settings(_policy(policy), engine, streams, known, _names(without))
    with _lock:
        if _current is not None:
            if _current.settings == settings:
                _current.inherited = False
                return _current.guard
            if not _current.inherited:
                raise InputError(
                    "redactor.install",
                    "it was called before, with other arguments",
                    "Call it once, or redactor.uninstall() in between",
                )
            _remove()
        return _install(_Installation(settings, str(Path.cwd())))


def heritage() -> tuple[_Settings, str]:
    """
    Return what a child process needs to guard its exits as this one does: see ``inherit``.

    Known values are not part of it. A child collects its own.
    """
    assert _current is not None
    return _current.settings, _current.folder


def inherit(settings: _Settings, folder: str) -> None:
    """Guard the exits of a child process as its parent said; nothing where they are already."""
    with _lock:
        if _current is None:
            _install(_Installation(settings, folder, inherited=True))


def _install(installation: _Installation) -> Guard:
    global _current  # noqa: PLW0603  # a process has one set of exits
    try:
        installation.protect()
    except BaseException:
        with suppress(Exception):
            installation.undo()
        raise
    _current = installation
    return installation.guard


def uninstall() -> None:
    """Put everything back as it was before ``install()``; nothing when that was not called."""
    with _lock:
        _remove()


def _remove() -> None:
    global _current  # as in _install
    installation, _current = _current, None
    if installation is not None:
        installation.undo()


def installed() -> Guard | None:
    """Return the guard of this process, ``None`` when no exit is guarded."""
    return _current.guard if _current is not None else None


def _policy(policy: Policy | str | Path | None) -> Policy:
    if isinstance(policy, Policy):
        return policy
    return Policy.discover()[0] if policy is None else Policy.load(policy)


def _names(without: Iterable[str]) -> frozenset[str]:
    names = frozenset([without] if isinstance(without, str) else without)
    known = sorted({exit_.name for exit_ in EXITS})
    for name in sorted(names):
        if name not in known:
            raise InputError(
                "redactor.install: without",
                f"there is no exit {name!r}",
                f"{did_you_mean(name, known)}There are: {', '.join(known)}",
            )
    return names
