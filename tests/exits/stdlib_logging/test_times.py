"""The time in a line is the one that the standard library writes there, and no older one."""

from __future__ import annotations

import io
import logging
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redactor.exits.stdlib_logging.times import times
from tests.exits.stdlib_logging.planted import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor import Guard

FORMAT = "%(asctime)s %(levelname)s %(message)s"
DATES = (None, "%H:%M:%S", "%d.%m.%y %H:%M", "%A %B %c", "%Y%%%z %Z", "at noon", "%-d")


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Change the zone of the process."""

    def change(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield change
    monkeypatch.undo()
    time.tzset()


def record_at(created: float) -> logging.LogRecord:
    record = logging.LogRecord("app", logging.INFO, "app.py", 1, "paid", (), None)
    record.created = created
    record.msecs = int(created % 1 * 1000)
    return record


@given(
    moments=st.lists(
        st.floats(0, 4e9) | st.integers(0, 3).map(lambda second: 1.7e9 + second / 2), min_size=1
    ),
    dates=st.lists(st.sampled_from(DATES), min_size=1),
    converters=st.lists(st.sampled_from((time.localtime, time.gmtime)), min_size=1),
)
def test_it_is_the_time_of_the_library(
    moments: list[float], dates: list[str | None], converters: list[Any]
) -> None:
    formatter = logging.Formatter()
    time_of = times()
    for place, created in enumerate(moments):
        formatter.datefmt = dates[place % len(dates)]
        formatter.converter = converters[place % len(converters)]
        record = record_at(created)
        assert time_of(formatter, record) == formatter.formatTime(record, formatter.datefmt)


class Lines:
    """What one handler writes: it is looked at closely once, and goes the short way then."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._stream = io.StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.setFormatter(formatter)
        self.logger = logging.Logger("app")
        self.logger.addHandler(handler)

    def at(self, *moments: float) -> list[str]:
        """Return the lines of records of these moments."""
        for created in moments:
            self.logger.handle(record_at(created))
        return self.written()

    def written(self) -> list[str]:
        """Return what was written since."""
        lines = self._stream.getvalue().splitlines()
        self._stream.seek(0)
        self._stream.truncate()
        return lines


def lines_of(guard: Guard, formatter: logging.Formatter, moments: list[float]) -> list[str]:
    assert guard.active
    return Lines(formatter).at(*moments)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moments=st.lists(st.sampled_from((0.0, 1.7e9, 1.7e9 + 0.25, 1.7e9 + 1, 2e9)), min_size=2),
    date=st.sampled_from(DATES),
    style=st.sampled_from(("%", "{")),
)
def test_a_guarded_line_is_that_of_the_library(
    guard: Guard, moments: list[float], date: str | None, style: Any
) -> None:
    format_ = FORMAT if style == "%" else "{asctime} {levelname:>8} {message}"
    formatter = logging.Formatter(format_, date, style)
    expected = [formatter.format(record_at(created)) for created in moments]
    assert lines_of(guard, formatter, moments) == expected


def test_another_zone_counts_within_the_second(guard: Guard, zone: Any) -> None:
    formatter = logging.Formatter(FORMAT)
    shown = []
    for name in ("UTC0", "EST5", "UTC0"):
        zone(name)
        shown += lines_of(guard, formatter, [1.7e9, 1.7e9])
    assert shown[0] == shown[1] == shown[4] == "2023-11-14 22:13:20,000 INFO paid"
    assert shown[2] == shown[3] == "2023-11-14 17:13:20,000 INFO paid"


def test_settings_of_the_class_count_within_the_second(
    guard: Guard, monkeypatch: pytest.MonkeyPatch, zone: Any
) -> None:
    zone("EST5")
    formatter = logging.Formatter(FORMAT)
    assert lines_of(guard, formatter, [1.7e9] * 2)[1].startswith("2023-11-14 17:13:20,000 ")
    monkeypatch.setattr(logging.Formatter, "converter", time.gmtime)
    assert lines_of(guard, formatter, [1.7e9] * 2)[0].startswith("2023-11-14 22:13:20,000 ")
    monkeypatch.setattr(logging.Formatter, "default_msec_format", None)
    assert lines_of(guard, formatter, [1.7e9] * 2)[0].startswith("2023-11-14 22:13:20 ")


@pytest.mark.usefixtures("guard")
def test_a_method_replaced_later_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines(logging.Formatter(FORMAT))
    lines.at(1.7e9, 1.7e9)
    with monkeypatch.context() as patch:
        patch.setattr(logging.Formatter, "formatTime", lambda *_: "noon")
        assert lines.at(1.7e9) == ["noon INFO paid"]
    lines.at(1.7e9, 1.7e9)
    monkeypatch.setattr(logging.Formatter, "formatMessage", lambda *_: f"password={PASSWORD}")
    assert lines.at(1.7e9) == ["password=[redacted:password]"]


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("change", ["format", "style"])
def test_a_format_changed_later_is_read_again(change: str) -> None:
    formatter = logging.Formatter("%(message)s")
    lines = Lines(formatter)
    lines.at(1.7e9, 1.7e9)
    if change == "format":
        formatter._style._fmt = "%(message)s %(token)s"
    else:
        formatter._style = logging.PercentStyle("%(message)s %(token)s")
    lines.logger.info("paid", extra={"token": f"password={PASSWORD}"})
    assert lines.written() == ["paid password=[redacted:password]"]
