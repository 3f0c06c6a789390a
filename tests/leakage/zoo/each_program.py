"""Run by ``test_zoo.py`` in a pytest of its own: each program of a folder, and its twin."""

from __future__ import annotations

import base64
import importlib
import os
import secrets
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / os.environ["ZOO_FOLDER"])]
NAMES = os.environ["ZOO_NAMES"].split(",")


def made() -> Any:
    """Make up what leaks, so that it is not in the lines of code that tracebacks show."""
    body = base64.b64encode(secrets.token_bytes(96)).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    kind = "EC PRIVATE KEY"
    return SimpleNamespace(
        password="Xw" + secrets.token_hex(5) + "-Q7",
        token=secrets.token_hex(16),
        card="4111" + "111111111111",
        iban="GB82 WEST 1234 5698 7654 32",
        key=f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n",
    )


@pytest.mark.parametrize("name", NAMES)
def test_leaky(name: str) -> None:
    importlib.import_module(name).leaky(made())


@pytest.mark.parametrize("name", NAMES)
def test_clean(name: str) -> None:
    importlib.import_module(name).clean(made())
