"""
What can go wrong, as exceptions with an address.

Every message has the form ``where: problem. remedy.`` and none holds a byte of a record.
"""

from __future__ import annotations

__all__ = [
    "EngineError",
    "InputError",
    "MissingExtraError",
    "PolicyError",
    "RedactorError",
    "RuleError",
]


class RedactorError(Exception):
    """
    Base of all exceptions of this library.

    Attributes:
        where: What the message is about: a file, a rule, a key, an option.
        problem: What is wrong there, in one clause.
        remedy: What to do about it.
    """

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{where}: {problem}. {remedy}.")
        self.where = where
        self.problem = problem
        self.remedy = remedy


class RuleError(RedactorError):
    """A rule pack cannot be used. Raised while rules are loaded, never while scanning."""


class PolicyError(RedactorError):
    """A policy cannot be used. Raised while it is loaded."""


class EngineError(RedactorError):
    """An engine cannot be used, or failed on a record. Holds no part of the record."""


class InputError(RedactorError):
    """Something given on the command line or to a function cannot be read."""


class MissingExtraError(RedactorError):
    """A feature needs a package that an extra of this distribution brings."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(
            feature,
            f"the package {package!r} is not installed",
            f"Install it with: pip install 'redactor-pipeline[{extra}]'",
        )
        self.extra = extra
