"""Engines: they find, and nothing else. Which one runs is chosen here."""

from __future__ import annotations

import importlib.util
import os

from redactor.errors import EngineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redactor.engines.native import NativeEngine
    from redactor.engines.reference import ReferenceEngine
    from redactor.field_types import EngineName
    from redactor.packs import Ruleset

__all__ = ["make_engine", "native_available"]

_VARIABLE = "REDACTOR_ENGINE"


def native_available() -> bool:
    """Say whether the native engine is installed."""
    return importlib.util.find_spec("redactor_core") is not None


def make_engine(ruleset: Ruleset, name: EngineName | None = None) -> NativeEngine | ReferenceEngine:
    """
    Make an engine for *ruleset*.

    Args:
        ruleset: Compiled rules.
        name: ``native`` or ``reference``. Default: what the environment variable
            ``REDACTOR_ENGINE`` says, else the native engine where it is installed.

    Raises:
        EngineError: The engine asked for is unknown or not installed.
    """
    wanted = name or os.environ.get(_VARIABLE, "")
    if wanted not in ("", "native", "reference"):
        raise EngineError(
            f"{_VARIABLE}={wanted}", "there is no such engine", "Use native or reference"
        )
    if wanted == "native" or (not wanted and native_available()):
        from redactor.engines.native import NativeEngine

        return NativeEngine(ruleset)
    from redactor.engines.reference import ReferenceEngine

    return ReferenceEngine(ruleset)
