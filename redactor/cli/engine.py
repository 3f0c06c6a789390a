"""Which engine runs, in words."""

from __future__ import annotations

import os
from importlib import import_module, metadata

from redactor.engines import native_available

__all__ = ["engine_in_words", "require_engine"]


def engine_in_words(name: str | None = None) -> str:
    """
    Describe the engine that runs.

    Args:
        name: ``native`` or ``reference``. Default: what a redactor would choose.

    Returns:
        Such as ``native (redactor-core 0.1.0, avx2)``.
    """
    asked = os.environ.get("REDACTOR_ENGINE", "")
    chosen = name or asked or ("native" if native_available() else "reference")
    if chosen == "native":
        return f"native ({_core()})"
    if chosen != "reference":
        return f"unknown (REDACTOR_ENGINE is {chosen!r}, use native or reference)"
    if not native_available():
        return (
            "reference (redactor-core is not installed: pip install 'redactor-pipeline[native]')"
        )
    return f"reference (asked for; {_core()} is installed)"


def require_engine(name: str | None) -> None:
    """
    Check that the engine *name* is installed.

    Raises:
        MissingExtraError: It is not.
    """
    wanted = name or os.environ.get("REDACTOR_ENGINE", "")
    if wanted == "native" and not native_available():
        from redactor.errors import MissingExtraError

        raise MissingExtraError("engine native", "redactor-core", "native")


def _core() -> str:
    try:
        version = metadata.version("redactor-core")
    except metadata.PackageNotFoundError:
        version = "of unknown version"
    if not native_available():
        return "redactor-core is not installed: pip install 'redactor-pipeline[native]'"
    try:
        core = import_module("redactor_core")
    except ImportError:
        return f"redactor-core {version}, which cannot be loaded"
    features = getattr(core, "cpu_features", None)
    words = features() if callable(features) else features
    if isinstance(words, (list, tuple)):
        words = ", ".join(map(str, words))
    return f"redactor-core {version}, {words}" if words else f"redactor-core {version}"
