"""What is still as the standard library has it."""

from __future__ import annotations

import logging
from pathlib import Path
from types import FunctionType
from typing import Any

__all__ = ["is_stock"]

_FOLDER = Path(logging.LogRecord.__init__.__code__.co_filename).parent


def is_stock(function: Any) -> bool:
    """
    Say whether *function* is code of ``logging``.

    Not by its name and module: who wraps a function gives these to the wrapper too.
    """
    if type(function) is not FunctionType:
        return False
    return Path(function.__code__.co_filename).parent == _FOLDER
