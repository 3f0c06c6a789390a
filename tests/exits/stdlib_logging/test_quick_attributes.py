"""Attributes of handlers are as quick to read with the guard as without it."""

from __future__ import annotations

import dis
import logging
import platform
from typing import TYPE_CHECKING

import pytest

from redactor.exits.stdlib_logging.quick_attributes import keep_quick

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor import Guard


def logged(path: Path) -> logging.FileHandler:
    handler = logging.FileHandler(path)
    logger = logging.Logger("quick")
    logger.addHandler(handler)
    logger.info("ready")
    handler.close()
    return handler


@pytest.mark.skipif(platform.python_implementation() != "CPython", reason="asks CPython")
def test_the_interpreter_knows_where_an_attribute_of_a_handler_is(
    install: Callable[..., Guard], tmp_path: Path
) -> None:
    install()
    handler = logged(tmp_path / "app.log")

    def read(handler: logging.Handler) -> int:
        return handler.level

    for _ in range(1000):
        read(handler)

    known = {"LOAD_ATTR_INSTANCE_VALUE", "LOAD_ATTR_WITH_HINT"}
    assert known & {each.opname for each in dis.get_instructions(read, adaptive=True)}


def test_what_shares_the_attributes_of_a_handler_still_does() -> None:
    one, other = logging.StreamHandler(), logging.StreamHandler()
    shared = {**vars(one), "level": 10}
    one.__dict__ = other.__dict__ = shared

    for handler in (one, other):
        keep_quick(handler)
    one.level = 20

    assert other.level == shared["level"] == 20


def test_who_asked_for_the_attributes_of_a_handler_sees_what_it_gets() -> None:
    handler = logging.StreamHandler()
    before = vars(handler)

    keep_quick(handler)
    handler.level = 30

    assert before["level"] == 30
    assert vars(handler) is before
