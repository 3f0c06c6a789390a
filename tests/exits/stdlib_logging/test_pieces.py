"""``redactor.logging``: a filter, a formatter and a handler for programs without ``install()``."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from typing import TYPE_CHECKING, Any

import pytest

import redactor
from redactor.logging import RedactingFilter, RedactingFormatter, RedactingHandler
from tests.exits.stdlib_logging.planted import (
    CARD,
    PASSWORD,
    PLANTED,
    TOKEN,
    EverythingFormatter,
    assert_nothing_raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_POLICY = redactor.Policy()


class Says:
    """An object that says a secret."""

    def __str__(self) -> str:
        return f"password={PASSWORD}"

    __repr__ = __str__


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """A logger that no other test has, and no handler of pytest."""
    made = logging.Logger("shop.pieces", logging.DEBUG)
    yield made
    for handler in (*made.handlers,):
        made.removeHandler(handler)
        handler.close()


def _log_all(logger: logging.Logger) -> None:
    logger.info("password=%s", PASSWORD)
    logger.info("paid with %(card)s", {"card": CARD})
    logger.info("object %s", Says())
    logger.info("token in extra", extra={"note": TOKEN, "password": PASSWORD})
    try:
        password = PASSWORD
        raise ValueError(f"password={password}")
    except ValueError as error:
        error.add_note(f"card {CARD}")
        logger.exception("failed", stack_info=True)


def _file(path: Path, formatter: logging.Formatter | None = None) -> logging.FileHandler:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(formatter)
    return handler


def _with_formatter(logger: logging.Logger, path: Path) -> None:
    logger.addHandler(_file(path, RedactingFormatter("%(levelname)s %(message)s", policy=_POLICY)))


def _with_inner(logger: logging.Logger, path: Path) -> None:
    inner = EverythingFormatter()
    logger.addHandler(_file(path, RedactingFormatter(inner=inner, policy=_POLICY)))


def _with_handler(logger: logging.Logger, path: Path) -> None:
    target = _file(path, logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(RedactingHandler(target, policy=_POLICY))


def _with_handler_of_everything(logger: logging.Logger, path: Path) -> None:
    logger.addHandler(RedactingHandler(_file(path, EverythingFormatter()), policy=_POLICY))


def _with_filter(logger: logging.Logger, path: Path) -> None:
    logger.addFilter(RedactingFilter(policy=_POLICY))
    logger.addHandler(_file(path, EverythingFormatter()))


def _with_filter_of_the_handler(logger: logging.Logger, path: Path) -> None:
    handler = _file(path, EverythingFormatter())
    handler.addFilter(RedactingFilter(policy=_POLICY))
    logger.addHandler(handler)


_PIECES = (
    _with_formatter,
    _with_inner,
    _with_handler,
    _with_handler_of_everything,
    _with_filter,
    _with_filter_of_the_handler,
)


@pytest.mark.parametrize("piece", _PIECES, ids=lambda piece: piece.__name__)
def test_each_piece_lets_nothing_out(
    logger: logging.Logger, tmp_path: Path, piece: Callable[[logging.Logger, Path], None]
) -> None:
    """
    What a guarded handler writes holds no secret: of messages, arguments, objects, extra attributes,
    exceptions, notes and stacks; all records are there.
    """
    piece(logger, tmp_path / "app.log")
    _log_all(logger)
    written = (tmp_path / "app.log").read_bytes()

    assert_nothing_raw(written)
    assert b"[redacted:password]" in written
    assert b"[redacted:card]" in written
    assert b"ValueError" in written
    for said in (b"object", b"token in extra", b"failed", b"paid with"):
        assert said in written


def test_the_same_without_the_piece_leaks(logger: logging.Logger, tmp_path: Path) -> None:
    """
    The search finds each secret where nothing is guarded.
    """
    logger.addHandler(_file(tmp_path / "app.log", EverythingFormatter()))
    _log_all(logger)
    written = (tmp_path / "app.log").read_text()

    assert [] == [secret for secret in PLANTED if secret not in written]


@pytest.mark.parametrize(
    "piece", [_with_formatter, _with_handler], ids=lambda piece: piece.__name__
)
@pytest.mark.parametrize("first", [True, False])
def test_another_handler_sees_its_own_untouched_record(
    logger: logging.Logger,
    tmp_path: Path,
    piece: Callable[[logging.Logger, Path], None],
    first: bool,
) -> None:
    """
    A formatter and a handler of ours change nothing for the handlers before and after them.
    """
    seen: list[logging.LogRecord] = []

    class Other(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    if first:
        logger.addHandler(Other())
    piece(logger, tmp_path / "app.log")
    if not first:
        logger.addHandler(Other())
    details = {"password": PASSWORD}
    try:
        raise KeyError(f"password={PASSWORD}")
    except KeyError:
        logger.exception("password=%s %s", PASSWORD, details, extra={"details": details})

    (record,) = seen
    assert ("password=%s %s", (PASSWORD, details)) == (record.msg, record.args)
    assert details is record.__dict__["details"]
    assert {"password": PASSWORD} == details
    assert record.exc_info is not None
    assert not record.exc_text or PASSWORD not in record.exc_text
    assert_nothing_raw((tmp_path / "app.log").read_bytes())


def test_a_filter_of_a_logger_is_seen_by_all_handlers(
    logger: logging.Logger, tmp_path: Path
) -> None:
    """
    A filter on a logger redacts for each of its handlers.
    """
    logger.addFilter(RedactingFilter(policy=_POLICY))
    for number in range(2):
        logger.addHandler(_file(tmp_path / f"{number}.log", EverythingFormatter()))
    _log_all(logger)

    for number in range(2):
        assert_nothing_raw((tmp_path / f"{number}.log").read_bytes())


def test_a_filter_refuses_the_records_of_other_loggers() -> None:
    """
    The name of a filter counts as that of ``logging.Filter`` does.
    """
    filter_ = RedactingFilter("shop", policy=_POLICY)

    def record(name: str) -> logging.LogRecord:
        return logging.LogRecord(name, logging.INFO, "x.py", 1, "ok", (), None)

    assert [True, True, False] == [
        bool(filter_.filter(record(name))) for name in ("shop", "shop.orders", "bank")
    ]


def test_the_pieces_in_a_dict_config(tmp_path: Path) -> None:
    """
    Each piece can be named in a ``dictConfig``, with a policy of its own.
    """
    (tmp_path / "redactor.toml").write_text('[actions]\ncard = "mask"\n')
    policy = str(tmp_path / "redactor.toml")
    names = ("formatted", "filtered", "inner")
    files: dict[str, dict[str, Any]] = {
        name: {"class": "logging.FileHandler", "filename": str(tmp_path / f"{name}.log")}
        for name in (*names, "target")
    }
    files["formatted"]["formatter"] = "redacted"
    files["inner"]["formatter"] = "json"
    files["filtered"]["filters"] = ["redact"]
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "redactor.logging.RedactingFilter", "policy": policy}},
        "formatters": {
            "redacted": {
                "()": "redactor.logging.RedactingFormatter",
                "fmt": "%(levelname)s %(message)s",
                "policy": policy,
            },
            "json": {
                "()": "redactor.logging.RedactingFormatter",
                "policy": policy,
                "inner": {"()": f"{EverythingFormatter.__module__}.EverythingFormatter"},
            },
        },
        "handlers": {
            **files,
            "safe": {
                "class": "redactor.logging.RedactingHandler",
                "target": "target",
                "policy": policy,
            },
        },
        "loggers": {
            "shop.configured": {
                "level": "DEBUG",
                "propagate": False,
                "handlers": [*names, "safe"],
            }
        },
    }
    logging.config.dictConfig(config)
    logger = logging.getLogger("shop.configured")
    try:
        logger.info("card %s", CARD, extra={"password": PASSWORD})
    finally:
        for handler in (*logger.handlers,):
            logger.removeHandler(handler)
            handler.close()

    for name in (*names, "target"):
        written = (tmp_path / f"{name}.log").read_bytes()
        assert b"card [redacted:card:****1111]" in written, name
        assert_nothing_raw(written)
    assert PASSWORD not in json.dumps(json.loads((tmp_path / "inner.log").read_text()))


def test_a_target_that_is_no_handler_is_refused() -> None:
    """
    A wrong target is an error when the handler is made, and it says what to write.
    """
    with pytest.raises(redactor.InputError, match="a handler is wanted, not str"):
        RedactingHandler("target")  # type: ignore[arg-type]


def test_levels_and_filters_of_the_target_count(logger: logging.Logger, tmp_path: Path) -> None:
    """
    A target gets what it would have got without the handler in front of it.
    """
    target = _file(tmp_path / "app.log", logging.Formatter("%(message)s"))
    target.setLevel(logging.WARNING)
    target.addFilter(lambda record: "noise" not in record.getMessage())
    logger.addHandler(RedactingHandler(target, policy=_POLICY))
    logger.info("low")
    logger.warning("noise")
    logger.warning("password=%s", PASSWORD)

    assert "password=[redacted:password]\n" == (tmp_path / "app.log").read_text()


def test_a_formatter_that_is_put_on_later_is_wrapped(
    logger: logging.Logger, tmp_path: Path
) -> None:
    """
    The text of a formatter that adds a secret is redacted, whenever it was set.
    """
    target = logging.FileHandler(tmp_path / "app.log")
    handler = RedactingHandler(target, policy=_POLICY)
    logger.addHandler(handler)
    target.setFormatter(logging.Formatter(f"%(message)s password={PASSWORD}"))
    logger.info("one")
    handler.setFormatter(logging.Formatter(f"card {CARD} %(message)s"))
    logger.info("two")

    assert (
        "one password=[redacted:password]\ncard [redacted:card] two\n"
        == (tmp_path / "app.log").read_text()
    )


@pytest.mark.parametrize("piece", _PIECES, ids=lambda piece: piece.__name__)
def test_a_piece_that_fails_lets_a_placeholder_out(
    logger: logging.Logger,
    tmp_path: Path,
    piece: Callable[[logging.Logger, Path], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    C1: when looking fails, something leaves that says so, and the record does not.
    """

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"password={PASSWORD}")

    piece(logger, tmp_path / "app.log")
    for module in tuple(sys.modules.values()):
        if module and module.__name__ == "redactor.exits.stdlib_logging.log_records":
            monkeypatch.setattr(module, "closely", broken)
    logger.warning("password=%s", PASSWORD, extra={"note": TOKEN})
    written = (tmp_path / "app.log").read_bytes()
    said = capsys.readouterr()

    assert b"[redacted:withheld:RuntimeError]" in written
    assert_nothing_raw(written)
    assert_nothing_raw((said.out + said.err).encode())
