"""``redactor doctor``: what is installed, what is configured, and whether it works."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

import click

from redactor._version import __version__
from redactor.cli.codes import Code
from redactor.cli.console import bad, good, heading
from redactor.cli.engine import engine_in_words
from redactor.errors import RedactorError

__all__ = ["doctor_command"]

#: Extra of the distribution to the package that it brings.
_EXTRAS = {
    "native": "redactor-core",
    "loguru": "loguru",
    "structlog": "structlog",
    "otel": "opentelemetry-sdk",
    "sentry": "sentry-sdk",
    "loki": "cramjam",
    "otlp": "opentelemetry-exporter-otlp-proto-common",
    "zstd": "backports.zstd",
    "seal": "pyrage",
    "documents": "pypdf",
    "pytest": "pytest",
    "faker": "faker",
    "attest": "cryptography",
}
#: A test number of a card network: no account has it.
_CARD = "4111 1111 1111 1111"


@click.command("doctor", short_help="Say what is installed and whether it works.")
def doctor_command() -> int:
    """
    Say what is installed and whether it works.

    The first line names the engine that runs. The exit code is 1 when something does not work.
    """
    click.echo(f"engine: {engine_in_words(instructions=True)}")
    click.echo(f"redactor: {__version__}")
    click.echo(f"Python: {platform.python_version()} on {platform.system()} {platform.machine()}")
    click.echo(heading("extras:"))
    for extra, package in _EXTRAS.items():
        click.echo(f"  {extra}: {_installed(extra, package)}")
    sound = all([_packs(), _policy(), _self_test()])
    click.echo(f"cache of compiled packs: {_cache()}")
    return Code.OK if sound else Code.FOUND


def _installed(extra: str, package: str) -> str:
    if extra == "zstd" and sys.version_info >= (3, 14):
        return "part of this Python"
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} is not installed: pip install 'redactor-pipeline[{extra}]'"


def _packs() -> bool:
    from redactor.packs import load_builtin, pack_names

    click.echo(heading("packs:"))
    sound = bool(pack_names())
    if not sound:
        click.echo(f"  {bad('none found')}: the installation is incomplete")
    for name in pack_names():
        try:
            count = f"{len(load_builtin(name).rules)} rules"
        except RedactorError as error:
            sound = False
            count = bad(str(error))
        click.echo(f"  {name}: {count}")
    return sound


def _cache() -> str:
    from redactor.packs.cache import VARIABLE, cache_folder, usable

    folder = cache_folder()
    if folder is None:
        return f"off ({VARIABLE} says so, or there is no home)"
    reason = usable(folder)
    if not folder.exists():
        reason = "it cannot be made"
    return f"{folder}, not used: {reason}" if reason else str(folder)


def _policy() -> bool:
    from redactor.policy import Policy

    try:
        policy, path = Policy.discover()
    except RedactorError as error:
        click.echo(f"policy: {bad(str(error))}")
        return False
    found = str(path) if path else "no file found"
    click.echo(f"policy: {found}, preset {policy.preset}")
    return True


def _self_test() -> bool:
    from redactor._redactor import Redactor

    try:
        redacted = Redactor().text(f"paid with {_CARD}, thanks")
    except RedactorError as error:
        click.echo(f"self-test: {bad(str(error))}")
        return False
    if redacted != "paid with [redacted:card], thanks":
        click.echo(f"self-test: {bad('a card number was not redacted')}. Report it.")
        return False
    click.echo(f"self-test: {good('ok')}, a card number was redacted")
    return True
