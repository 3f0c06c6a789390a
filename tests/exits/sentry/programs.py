"""Programs that use the Sentry SDK, run as programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

__all__ = ["run"]

ROOT = Path(__file__).resolve().parents[3]

_PRELUDE = """
import json, logging, os, sys, warnings
OPTIONS = json.loads(os.environ["OPTIONS"])
INSTALL = os.environ["INSTALL"]
def secret(place, _all=json.loads(os.environ.pop("SECRETS"))):
    return _all[place]
def install(*, others=False, **options):
    # This exit alone, so that nothing is redacted before it gets here.
    import redactor
    from redactor.exits.installation import EXITS
    without = () if others else {exit.name for exit in EXITS} - {"sentry"}
    return redactor.install(redactor.Policy(**options), known=False, without=without)
def options_of(**options):
    # Options that this version of the SDK does not know are left out.
    from sentry_sdk.consts import DEFAULT_OPTIONS
    options = {"auto_enabling_integrations": False, **OPTIONS, **options}
    return {name: options[name] for name in options if name in DEFAULT_OPTIONS}
def init(*arguments, **options):
    return sentry_sdk.init(*(arguments or (os.environ["DSN"],)), **options_of(**options))
warnings.simplefilter("ignore")
if INSTALL == "before the import":
    install()
import sentry_sdk
if INSTALL == "first":
    install()
"""


def run(
    program: str,
    *,
    dsn: str,
    install: str = "first",
    secrets: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    """
    Run *program*, which can call ``init()`` and ``secret(place)``, and return how it ended.

    Args:
        program: Python source.
        dsn: Where the SDK sends to.
        install: When the exit is guarded: ``first``, ``before the import`` of the SDK, or a word
            that the program looks at.
        secrets: Made-up secrets by the place that the program puts them into.
        options: For ``sentry_sdk.init``.
        environment: Environment variables.
    """
    done = subprocess.run(
        [sys.executable, "-c", _PRELUDE + textwrap.dedent(program)],
        env={
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "sinks"))),
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", ""),
            "DSN": dsn,
            "INSTALL": install,
            "SECRETS": json.dumps(secrets or {}),
            "OPTIONS": json.dumps(options or {}),
            **environment,
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done
