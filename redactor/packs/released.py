"""
The packs that come with the library.

Mostly they are in the cache: what reads and checks a pack is imported where one is not.
"""

from __future__ import annotations

import marshal
import os
from functools import cache

from redactor.errors import RuleError
from redactor.model import Pack, Rule
from redactor.packs.cache import cached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

__all__ = ["builtin_folder", "is_released", "load_builtin", "pack_names"]

_ENDING = ".toml"
#: Of ``marshal``: every Python that the library runs on reads it.
_FORMAT = 4


def builtin_folder() -> Path:
    """Return the folder of the packs that come with the library."""
    from pathlib import Path

    return Path(_folder())


def is_released(pack: Pack) -> bool:
    """Say whether *pack* came with the library."""
    return os.path.dirname(os.path.realpath(pack.file)) == _folder()


@cache
def _folder() -> str:
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    # In a wheel the packs lie inside the package; in a checkout, beside it.
    inside = os.path.join(package, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "rules")


@cache
def pack_names() -> tuple[str, ...]:
    """Return the names of the packs that come with the library."""
    names = (name for name in os.listdir(_folder()) if name.endswith(_ENDING))
    return tuple(sorted(name.removesuffix(_ENDING) for name in names))


@cache
def load_builtin(name: str, *, examples: bool = True) -> Pack:
    """
    Load a pack that comes with the library, by its name.

    Args:
        name: One of ``pack_names()``.
        examples: Read the examples too. They are two thirds of a pack, and who only redacts does
            without them.

    Raises:
        RuleError: There is no such pack.
    """
    if name not in pack_names():
        raise RuleError(
            f"pack {name!r}", "there is no such pack", f"Use one of: {', '.join(pack_names())}"
        )
    file = os.path.join(_folder(), name + _ENDING)

    def load() -> Pack:
        from pathlib import Path

        from redactor.packs.loader import load_pack

        return load_pack(Path(file), released=True, examples=examples)

    if examples:
        return load()

    def loaded() -> bytes:
        pack = load()
        return marshal.dumps((pack.summary, [vars(rule) for rule in pack.rules]), _FORMAT)

    try:
        with open(file, "rb") as opened:
            content = opened.read()
    except OSError:
        content = b""  # to load it says why
    kept = cached("rules", (os.fsencode(file), content), loaded)
    read: tuple[str, list[dict[str, Any]]] = marshal.loads(kept)  # noqa: S302  # see `cache`
    return Pack(name, read[0], file, tuple(map(Rule.of_fields, read[1])))
