"""What the distributions say of themselves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import redactor_sinks
from redactor import __version__, sinks

ROOT = Path(__file__).resolve().parents[2]


def toml(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text("utf-8"))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The main distribution's table."""
    table: dict[str, Any] = toml("pyproject.toml")["project"]
    return table


def test_both_distributions_have_one_version(project: dict[str, Any]) -> None:
    """
    The version is the same in the library, the crate, the core and the extra that asks for it.
    """
    core = toml("core/pyproject.toml")["project"]

    assert __version__ == core["version"]
    assert __version__ == toml("core/Cargo.toml")["package"]["version"]
    assert [f"redactor-core=={__version__}"] == project["optional-dependencies"]["native"]
    assert "version" in project["dynamic"]


def test_both_distributions_want_one_python(project: dict[str, Any]) -> None:
    """
    The oldest Python is the same in both distributions and in the tools' settings.
    """
    wanted = project["requires-python"]
    digits = "".join(re.findall(r"\d+", wanted))

    assert wanted == toml("core/pyproject.toml")["project"]["requires-python"]
    assert f"abi3-py{digits}" in toml("core/Cargo.toml")["dependencies"]["pyo3"]["features"]
    assert f"py{digits}" == toml("pyproject.toml")["tool"]["ruff"]["target-version"]


def test_the_extra_all_brings_every_extra(project: dict[str, Any]) -> None:
    """
    ``all`` brings every other extra, by name.
    """
    extras = project["optional-dependencies"]
    (everything,) = extras["all"]
    name, _, inside = everything.rstrip("]").partition("[")

    assert project["name"] == name
    assert set(extras) - {"all"} == set(inside.split(","))


@pytest.mark.parametrize(
    "extra",
    ["native", "loguru", "structlog", "otel", "sentry", "loki", "otlp", "zstd", "seal", "pytest"],
)
def test_extras_are_named_after_what_they_bring(project: dict[str, Any], extra: str) -> None:
    """
    Each extra is there and brings something.
    """
    assert project["optional-dependencies"][extra]


def test_the_readme_and_the_tables_agree_on_extras(project: dict[str, Any]) -> None:
    """
    ``redactor doctor`` knows each extra.
    """
    from redactor.cli.doctor import _EXTRAS

    assert set(project["optional-dependencies"]) - {"all"} == set(_EXTRAS)


def test_the_licence_is_there_twice_and_the_same() -> None:
    """
    Both distributions carry the whole licence.
    """
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert text == (ROOT / "core/LICENSE").read_text("utf-8")


def test_the_packages_are_typed() -> None:
    """
    Type checkers of users read the types of all three import packages.
    """
    for package in ("redactor", "sinks/redactor_sinks", "core/python/redactor_core"):
        assert (ROOT / package / "py.typed").is_file(), package


def test_the_sinks_have_one_name_more_and_no_copy() -> None:
    """
    ``redactor.sinks`` gives out the very objects of ``redactor_sinks``.
    """
    assert sorted(redactor_sinks.__all__) == sorted(sinks.__all__)
    for name in sinks.__all__:
        assert getattr(redactor_sinks, name) is getattr(sinks, name)


def test_the_lock_file_names_public_registries_only() -> None:
    """
    Whoever installs from the lock file asks pypi.org and its file host, and nobody else.
    """
    text = (ROOT / "uv.lock").read_text("utf-8")
    hosts = set(re.findall(r"[a-z+]+://([^/\"\s]+)", text))

    assert {"pypi.org", "files.pythonhosted.org"} == hosts
    locked = {package["name"] for package in tomllib.loads(text)["package"]}
    assert {"redactor-pipeline", "redactor-core"} <= locked


def test_the_changelog_is_for_this_version() -> None:
    """
    The changelog has a part for what is not released yet or for this version.
    """
    heads = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert heads
    assert heads[0] in ("Unreleased", __version__)
