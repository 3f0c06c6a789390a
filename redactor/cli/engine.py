"""Which engine runs, in words."""

from __future__ import annotations

import os

from redactor.engines import native_available

__all__ = ["engine_in_words"]

_INSTALL = "redactor-core is not installed: pip install 'redactor-pipeline[native]'"


def engine_in_words(name: str | None = None, *, instructions: bool = False) -> str:
    """
    Describe the engine that runs.

    Args:
        name: ``native`` or ``reference``. Default: what a redactor would choose.
        instructions: Name the vector instructions too, for which the kernel is loaded.

    Returns:
        Such as ``native (redactor-core 0.1.0, avx2)``.
    """
    asked = os.environ.get("REDACTOR_ENGINE", "")
    chosen = name or asked or ("native" if native_available() else "reference")
    if chosen not in ("native", "reference"):
        return f"unknown (REDACTOR_ENGINE is {chosen!r}, use native or reference)"
    if not native_available():
        return f"{chosen} ({_INSTALL})"
    core = _core()
    if chosen == "reference":
        return f"reference (asked for; {core} is installed)"
    return f"native ({core}{_instructions() if instructions else ''})"


def _core() -> str:
    from importlib import metadata

    try:
        return f"redactor-core {metadata.version('redactor-core')}"
    except metadata.PackageNotFoundError:
        return "redactor-core"


def _instructions() -> str:
    from redactor.engines import make_engine
    from redactor.errors import EngineError
    from redactor.packs import Ruleset

    try:
        engine = make_engine(Ruleset.compile(()), "native")
    except EngineError:
        return ", which cannot be loaded"
    words = getattr(engine, "instructions", "")
    return f", {words}" if words else ""
