"""What all tests share: the engines that are installed, and redactors that are built once."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from redactor import Policy, Redactor
from redactor.engines import native_available
from redactor.records import asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

pytest_plugins = ["pytester"]

ENGINES: tuple[EngineName, ...] = ("reference", "native") if native_available() else ("reference",)

_CHECKS = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
# The same examples on each run, so that a red test is red for everybody.
settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=_CHECKS,
)
settings.register_profile(
    "ci", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=_CHECKS
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_finish() -> None:
    """
    Ten thousand collected tests are objects that nothing frees: without this a full collection,
    also by a run of pytest inside a test, looks at all of them again.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _objects_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The clock of the objects moves only where a test moves it: a machine that stands still inside a
    ``__repr__`` makes no test fail.
    """
    monkeypatch.setattr(asking, "perf_counter", lambda: 0.0)


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> EngineName:
    """Each engine that is installed."""
    name: EngineName = request.param
    return name


@pytest.fixture(scope="session")
def redactor(engine_name: EngineName) -> Redactor:
    """The ``standard`` preset on the engine."""
    return Redactor(engine=engine_name)


@pytest.fixture(scope="session")
def strict(engine_name: EngineName) -> Redactor:
    """The ``strict`` preset on the engine."""
    return Redactor(Policy(preset="strict"), engine=engine_name)


@pytest.fixture
def build(engine_name: EngineName) -> Callable[..., Redactor]:
    """Build a redactor of a policy's fields on the engine."""

    def with_policy(**fields: object) -> Redactor:
        return Redactor(Policy(**fields), engine=engine_name)  # type: ignore[arg-type]

    return with_policy
