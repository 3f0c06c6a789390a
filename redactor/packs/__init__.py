"""Rule packs: reading, checking and compiling them."""

from redactor.packs.examples import Failure, test_rules
from redactor.packs.loader import builtin_folder, load_builtin, load_pack, pack_names
from redactor.packs.ruleset import PairRule, PatternRule, Ruleset, plan

__all__ = [
    "Failure",
    "PairRule",
    "PatternRule",
    "Ruleset",
    "builtin_folder",
    "load_builtin",
    "load_pack",
    "pack_names",
    "plan",
    "test_rules",
]
