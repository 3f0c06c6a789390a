"""Rule packs: reading, checking and compiling them."""

from redactor.packs.released import builtin_folder, is_released, load_builtin, pack_names
from redactor.packs.ruleset import Ruleset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redactor.packs.compiled import PairRule, PatternRule, plan
    from redactor.packs.examples import Failure, test_rules
    from redactor.packs.loader import load_pack

__all__ = [
    "Failure",
    "PairRule",
    "PatternRule",
    "Ruleset",
    "builtin_folder",
    "is_released",
    "load_builtin",
    "load_pack",
    "pack_names",
    "plan",
    "test_rules",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Only packs of one's own are read, compiled and tested at each start.
        if name == "load_pack":
            from redactor.packs import loader as home
        elif name in ("Failure", "test_rules"):
            from redactor.packs import examples as home
        elif name in ("PairRule", "PatternRule", "plan"):
            from redactor.packs import compiled as home
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(home, name)
