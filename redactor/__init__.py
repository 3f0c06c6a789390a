"""
Keeps secrets out of logs.

>>> import redactor
>>> redactor.redact("login password=hunter2 ok")
'login password=[redacted:password] ok'
"""

from redactor._default import redact
from redactor._redactor import Redactor
from redactor._version import __version__
from redactor.errors import (
    EngineError,
    InputError,
    MissingExtraError,
    PolicyError,
    RedactorError,
    RuleError,
)
from redactor.model import Finding, Pack, Rule
from redactor.policy import Policy
from redactor.stream import LineStream, Stats

__all__ = [
    "EngineError",
    "Finding",
    "InputError",
    "LineStream",
    "MissingExtraError",
    "Pack",
    "Policy",
    "PolicyError",
    "Redactor",
    "RedactorError",
    "Rule",
    "RuleError",
    "Stats",
    "__version__",
    "redact",
]
