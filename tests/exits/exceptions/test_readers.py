"""Libraries that show exceptions with variables work with stand-ins."""

from __future__ import annotations

import io
import json
import pprint
import re
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from redactor.exits.exceptions import exc_info
from tests.exits.exceptions.raising import RAISING, caught

if TYPE_CHECKING:
    from redactor import Guard

SECRET = "hunter2zz"


class Account:
    """An object of a program, with what is secret in its attributes and its text."""

    def __init__(self) -> None:
        self.user = "ada"
        self.password = SECRET

    def __repr__(self) -> str:
        return f"Account({self.user}, password={self.password})"


def fails(level: int = 2) -> None:
    password, account, size = SECRET, Account(), 7
    headers = {"authorization": f"Bearer {SECRET}abcdefgh", "accept": "text/html"}
    if level:
        fails(level - 1)
    raise ValueError(f"no password={password}", bool(account), size, len(headers))


def clean(level: int = 2) -> None:
    numbers, kind, function, text = [1, 2, {"a": None}], dict, len, "x" * 200
    if level:
        clean(level - 1)
    raise ValueError("no", numbers, kind, function, len(text))


def addresses_gone(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def rich_text(info: Any) -> str:
    console_of = pytest.importorskip("rich.console")
    from rich.traceback import Traceback

    out = io.StringIO()
    shown = Traceback.from_exception(*info, show_locals=True, width=120)
    console_of.Console(file=out, width=120, color_system=None).print(shown)
    return out.getvalue()


def structlog_json(info: Any) -> str:
    pytest.importorskip("structlog")
    from structlog.tracebacks import ExceptionDictTransformer

    return json.dumps(ExceptionDictTransformer(show_locals=True)(info))


def sentry_event(info: Any) -> str:
    utils = pytest.importorskip("sentry_sdk.utils")
    from sentry_sdk.consts import DEFAULT_OPTIONS
    from sentry_sdk.serializer import serialize

    event, _ = utils.event_from_exception(info, client_options=DEFAULT_OPTIONS)
    return json.dumps(serialize(event))


def with_locals(info: Any) -> str:
    kept = traceback.TracebackException(*info, capture_locals=True)
    return "".join(kept.format())


def django_like(info: Any) -> str:
    out: list[str] = []
    entry = info[2]
    while entry is not None:
        out += [
            f"{name} = {pprint.pformat(value)}" for name, value in entry.tb_frame.f_locals.items()
        ]
        entry = entry.tb_next
    return "\n".join(out)


READERS = (rich_text, structlog_json, sentry_event, with_locals, django_like)
_each = pytest.mark.parametrize("read", READERS)


@_each
def test_it_shows_no_secret(read: Any, guard: Guard) -> None:
    """
    What it makes of a stand-in has the other values and the type, and no secret.
    """
    text = read(exc_info(caught(fails), guard))

    assert SECRET not in text
    assert "text/html" in text
    assert "ada" in text


@_each
def test_it_shows_the_same_where_there_is_none(read: Any, guard: Guard) -> None:
    """
    Where there is no secret, it makes the same of the exception and its stand-in.
    """
    for call in (clean, RAISING["cause"], RAISING["own_text"], RAISING["group"]):
        error = caught(call)

        expected = read((type(error), error, error.__traceback__))

        assert addresses_gone(expected) == addresses_gone(read(exc_info(error, guard)))
