"""
Keeps secrets out of logs.

>>> import redactor
>>> redactor.redact("login password=hunter2 ok")
'login password=[redacted:password] ok'
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redactor import documents
    from redactor._default import redact, register
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
    from redactor.exits import ExitError, Guard, install, installed, uninstall
    from redactor.known import KnownValues
    from redactor.model import Finding, Pack, Rule
    from redactor.policy import Policy
    from redactor.stream import LineStream, Stats

__all__ = [
    "EngineError",
    "ExitError",
    "Finding",
    "Guard",
    "InputError",
    "KnownValues",
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
    "documents",
    "install",
    "installed",
    "redact",
    "register",
    "uninstall",
]

#: Public name to its module. Imported at first use: `redactor --version` and a program that only
#: catches an error load no engine.
_HOMES = {
    "EngineError": "errors",
    "ExitError": "exits",
    "Finding": "model",
    "Guard": "exits",
    "InputError": "errors",
    "KnownValues": "known",
    "LineStream": "stream",
    "MissingExtraError": "errors",
    "Pack": "model",
    "Policy": "policy",
    "PolicyError": "errors",
    "Redactor": "_redactor",
    "RedactorError": "errors",
    "Rule": "model",
    "RuleError": "errors",
    "Stats": "stream",
    "__version__": "_version",
    "install": "exits",
    "installed": "exits",
    "redact": "_default",
    "register": "_default",
    "uninstall": "exits",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "documents":
            return import_module("redactor.documents")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
