"""Classes of plain data that are no data classes until someone asks."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from redactor import Policy
from redactor.engines import native_available
from redactor.frozen import Frozen, field
from redactor.packs.cache import VARIABLE
from redactor.policy import Fields

if TYPE_CHECKING:
    from pathlib import Path


class Point(Frozen):
    """A class as others are."""

    x: int
    y: int = 0
    names: dict[str, int] = field(default_factory=dict)


class Sized(Frozen, kw_only=True):
    """A class whose fields are named in calls."""

    size: int = 1


def test_fields_have_what_was_given_and_else_their_defaults() -> None:
    assert (1, 0, {}) == tuple(vars(Point(1)).values())
    assert Point(1, y=2) == Point(1, 2)
    assert Point(1) != Point(2)
    assert Point(1).names is not Point(1).names
    assert "Point(x=1, y=0, names={})" == repr(Point(1))
    assert hash(Sized(size=2)) == hash(Sized(size=2))


@pytest.mark.parametrize("given", [(), (1, 2, {}, 4)])
def test_too_few_and_too_many_are_refused(given: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*given)


def test_a_field_that_there_is_not_and_one_given_twice_are_refused() -> None:
    with pytest.raises(TypeError, match="'z'"):
        Point(1, z=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="'x'"):
        Point(1, x=2)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="Sized"):
        Sized(2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_an_instance_does_not_change() -> None:
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError):
        del point.x  # pyright: ignore[reportAttributeAccessIssue]
    assert 1 == point.x


def test_copies_have_what_is_changed_and_all_else() -> None:
    policy = Policy(preset="strict", fields=Fields(secret=("door",)))
    changed = policy.replace(base="elsewhere")

    assert ("strict", policy.fields, "elsewhere") == (changed.preset, changed.fields, changed.base)
    assert changed == dataclasses.replace(policy, base="elsewhere")
    assert policy == copy.deepcopy(policy) == pickle.loads(pickle.dumps(policy))


def test_msgspec_reads_writes_and_checks_one() -> None:
    policy = Policy(preset="strict", fields=Fields(paths={"a.b": "mask"}))
    encoded = msgspec.json.encode(policy)

    assert policy == msgspec.json.decode(encoded, type=Policy)
    assert list(Policy.__struct_fields__) == list(msgspec.to_builtins(policy))
    assert Policy() == msgspec.convert({}, Policy)
    with pytest.raises(msgspec.ValidationError, match=r"\$.fields.paths\[...\]"):
        msgspec.convert({"fields": {"paths": {"a.b": "burn"}}}, Policy)


@pytest.mark.skipif(not native_available(), reason="the reference engine is made of more")
def test_a_start_with_compiled_packs_imports_little(tmp_path: Path) -> None:
    """
    What is in the cache is used without the modules that make it, and so is a text.

    They are those that took most of the time when they were needed.
    """
    program = (
        "import redactor, sys\n"
        "made = redactor.Redactor(redactor.Policy(preset='strict'), engine='native')\n"
        "assert made.text('password=hunter2') == 'password=[redacted:password]'\n"
        "print(*sys.modules)"
    )
    setup = f"import sys; sys.path[:] = {sys.path!r}\n"
    command = [sys.executable, "-S", "-c", setup + program]
    environment = {**os.environ, VARIABLE: str(tmp_path / "cache")}

    def start() -> set[str]:
        ran = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        return set(ran.stdout.split())

    start()
    heavy = {"msgspec", "typing", "re", "dataclasses", "inspect", "datetime", "json", "tomllib",
             "pathlib", "logging", "hashlib", "redactor.packs.loader", "redactor.packs.compiled",
             "redactor.checks"}  # fmt: skip

    assert set() == heavy & start()
