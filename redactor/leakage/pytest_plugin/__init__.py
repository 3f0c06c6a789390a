"""
The leakage test as a pytest plugin: ``pytest --leakage``.

pytest loads this module at each start. Nothing else of the library is imported where the leakage
test is off.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from redactor.leakage.canaries import Canaries

__all__ = ["leak_canaries"]

_NAME = "redactor-leakage-session"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the settings."""
    group = parser.getgroup("leakage", "leakage test (redactor)")
    group.addoption(
        "--leakage",
        action="store_true",
        default=None,
        help="fail tests that let secrets, card numbers or documents out through logs, "
        "standard streams, warnings, telemetry or requests to log back-ends",
    )
    group.addoption(
        "--no-leakage",
        dest="leakage",
        action="store_false",
        help="do not, though the setting `leakage` says so",
    )
    group.addoption(
        "--leakage-report",
        action="append",
        default=[],
        metavar="FORM[=PATH]",
        help="write a report: html, json, sarif or junit; default path: leakage-report.FORM",
    )
    parser.addini("leakage", "run the leakage test", type="bool", default=False)
    parser.addini(
        "leakage_policy",
        "policy that says what counts as a secret, relative to the root of the tests; default: "
        "redactor.toml there or above, else all packs",
        default="",
    )
    parser.addini(
        "leakage_backends",
        "more addresses whose requests are watched, as those to log back-ends are, one a line: a "
        "host, a path or both, with `*` for anything; after `!`, addresses that are not",
        type="linelist",
        default=[],
    )
    for what, example in (
        ("rules", "email: the shop logs addresses, ticket 12"),
        ("paths", "tests/legacy/*: goes away with version 2"),
        ("exits", "stdout: a command that prints what it is asked for"),
    ):
        parser.addini(
            f"leakage_allow_{what}",
            f"{what} whose leaks fail no test, one a line, each with its reason: `{example}`",
            type="linelist",
            default=[],
        )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start before any code of the program runs: a ``conftest.py`` imports it."""
    _start(early_config)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start, where the plugin was loaded too late for the hook above."""
    config.addinivalue_line(
        "markers",
        "leakage_allowed(rule, reason): leaks of this rule do not fail the test; "
        "the reason is for whoever reads it",
    )
    _start(config)


def _start(config: pytest.Config) -> None:
    if config.pluginmanager.has_plugin(_NAME):
        return
    wanted = config.known_args_namespace.leakage
    if not (config.getini("leakage") if wanted is None else wanted):
        return
    finder = _AsItIs()
    sys.meta_path.insert(0, finder)
    # Some modules are imported when the first leak is told.
    config.add_cleanup(finder.remove)
    from redactor.leakage.pytest_plugin.session import LeakageSession

    session = LeakageSession(config)
    config.pluginmanager.register(session, _NAME)


class _AsItIs(MetaPathFinder):
    """
    Finds modules of this library as Python does.

    pytest rewrites the assertions of whatever is installed with a plugin, of which this library has
    none: a hundred modules, at each start of a new environment, kept beside those that pip has
    compiled.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        ours = fullname.startswith("redactor.")
        return PathFinder.find_spec(fullname, path, target) if ours else None

    def remove(self) -> None:
        """Find no more."""
        sys.meta_path[:] = [each for each in sys.meta_path if each is not self]


@pytest.fixture
def leak_canaries(request: pytest.FixtureRequest) -> Canaries:
    """
    Made-up secrets that no other run has: cards, passwords, tokens, people, documents.

    With ``--leakage``, any trace of one at an exit fails the test, whatever the rules say.
    """
    from redactor.leakage.canaries import Canaries

    session = request.config.pluginmanager.get_plugin(_NAME)
    return session.canaries if session is not None else Canaries()
