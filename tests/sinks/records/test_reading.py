"""What is read from a line of a log."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor_sinks.records import Level, read

ROOT = Path(__file__).resolve().parents[3]
LOGS = sorted((ROOT / "examples/logs").rglob("*.log*"))
#: 2026-11-22 08:41:41.948 UTC
MOMENT = 1_795_336_901_948_000_000


@pytest.mark.parametrize(
    "written",
    [
        '"2026-11-22T08:41:41.948Z"',
        '"2026-11-22 08:41:41,948 UTC"',
        '"2026-11-22T10:41:41.948+02:00"',
        '"2026-11-22T03:11:41.948000-0530"',
        "1795336901.948",
        "1795336901948",
        "1795336901948000",
        "1795336901948000000",
        '"1795336901.948"',
        '"1795336901948"',
    ],
)
@pytest.mark.parametrize("name", ["timestamp", "@timestamp", "time", "ts", "asctime"])
def test_a_time_is_read_in_every_form(name: str, written: str) -> None:
    """
    ISO 8601 with any zone, and seconds to nanoseconds as number or text, are one time.
    """
    record = read(b'{"%s": %s, "msg": "x"}' % (name.encode(), written.encode()))

    assert record.time == MOMENT
    assert name not in record.fields


@pytest.mark.parametrize(
    ("line", "level", "logger"),
    [
        ("2026-11-22 08:42:05,897 DEBUG    nightly: step 7 of 12", Level.DEBUG, "nightly"),
        ("2026-11-22 08:42:04,094 - httpx - INFO - HTTP Request: GET /", Level.INFO, "httpx"),
        ("WARNING:root:low", Level.WARNING, "root"),
        ("ERROR:shop.orders:failed", Level.ERROR, "shop.orders"),
        ("[2026-11-22 08:41:54,688: ERROR/MainProcess] Task failed", Level.ERROR, ""),
        ("[2026-11-22 08:41:54,688] ERROR in app: Exception on / [GET]", Level.ERROR, "app"),
        ("2026/11/22 08:41:21 [crit] 13026#13026: *1 SSL_do_handshake() failed", 21, ""),
        ("[Sun Nov 22 08:41:24.429913 2026] [core:error] [pid 1] denied", Level.ERROR, ""),
        ("2026-11-22 08:41:41.948 UTC [13207] app@shop FATAL:  no", Level.CRITICAL, ""),
        ("2026-11-22 08:41:44.025 | ERROR    | app:emit:27 - gone", Level.ERROR, "app"),
        ("\x1b[31mERROR\x1b[0m:    Application startup failed", Level.ERROR, ""),
        ("INFO  [alembic.runtime.migration] Context impl", Level.INFO, "alembic.runtime.migration"),
        ("got 3 ERROR responses from upstream", None, ""),
        ("GET /status/ERROR.html 200", None, ""),
        ("no error here, information only", None, ""),
    ],
)
def test_the_header_of_a_plain_line_is_read(line: str, level: int | None, logger: str) -> None:
    """
    Level and logger are found where formatters put them; a word in a sentence is no level.
    """
    record = read(line.encode())

    assert (record.level, record.logger) == (level, logger)
    assert record.message == line


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("level", "warn", Level.WARNING),
        ("levelname", "ERROR", Level.ERROR),
        ("level", 50, Level.ERROR),
        ("levelno", 40, Level.ERROR),
        ("severity_number", 17, Level.ERROR),
        ("error_severity", "LOG", Level.INFO),
        ("level", True, None),
        ("level", "blue", None),
        ("level", 10**30, None),
    ],
)
def test_a_level_is_read_as_word_and_as_number(name: str, value: Any, level: int | None) -> None:
    """
    The numbers of pino, of Python and of OpenTelemetry are told apart by the field's name.
    """
    record = read(json.dumps({name: value, "msg": "x"}).encode())

    assert record.level == level
    assert (name in record.fields) == (level is None)


def test_ids_of_a_trace_are_read() -> None:
    """
    Trace and span are taken from their fields, or from a traceparent; an id of another length is a
    field like any other.
    """
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    apart = read(json.dumps({"msg": "x", "trace_id": trace, "otelSpanID": span}).encode())
    joined = read(json.dumps({"msg": "x", "traceparent": f"00-{trace}-{span}-01"}).encode())
    other = read(json.dumps({"msg": "x", "trace_id": "abc"}).encode())

    assert (apart.trace_id, apart.span_id) == (joined.trace_id, joined.span_id) == (trace, span)
    assert other.fields == {"trace_id": "abc"}


def test_logfmt_is_read() -> None:
    """
    Pairs are fields, quoted ones without their quotes; a sentence with one ``=`` is plain text.
    """
    record = read(b'ts=2026-11-22T08:41:41.948Z level=error msg="a \\"b\\" c" n=1 n=2')
    plain = read(b"retry with x=1 now")

    assert record[:4] == ('a "b" c', MOMENT, Level.ERROR, "error")
    assert record.fields == {"n": "1", "n.2": "2"}
    assert plain.message == "retry with x=1 now"


@pytest.mark.parametrize(
    "line",
    [
        b'{"msg": "cut',
        b'{"msg": "x"} trailing',
        b'{"msg": NaN}',
        b'{"msg": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff\xfe{\x00",
        b'{"n": 1' + b"0" * 5000 + b"}",
        b"",
        b"\0",
    ],
)
def test_what_is_no_json_is_plain_text(line: bytes) -> None:
    """
    A line that looks like JSON and is none, however deep or large, is a message.
    """
    record = read(line)

    assert (
        record.message.encode("utf-8", "replace")[:4]
        == line.decode("utf-8", "replace")[:4].encode()[:4]
    )


@pytest.mark.parametrize(
    ("line", "level"),
    [
        (b'{"level": "error", "msg": "cut in the mid', Level.ERROR),
        (b'{"msg": NaN, "levelno":40, "x": 1}', Level.ERROR),
        (b'{"msg": "the level: error", "x', None),
    ],
)
def test_a_cut_line_of_json_keeps_its_level(line: bytes, level: int | None) -> None:
    """
    An error is one, however much of its line is missing.
    """
    record = read(line)

    assert record.level == level
    assert record.message == line.decode()


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_every_example_log_is_read(path: Path) -> None:
    """
    Of each line of each example, no character is lost: it is in the message, a field, or what was
    read from it.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        lines = file.read().split(b"\n")

    for line in lines:
        record = read(line)
        if not line.startswith(b"{") and record.message != line.decode("utf-8", "replace"):
            assert record.level is not None or record.time is not None
    assert lines


@given(st.binary(max_size=300))
def test_reading_never_fails(line: bytes) -> None:
    """
    Any bytes are a record.
    """
    assert isinstance(read(line).message, str)


@given(
    st.dictionaries(
        st.sampled_from(
            "timestamp level levelno msg event logger trace_id exception n name".split()
        )
        | st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=4), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=8,
    )
)
def test_no_field_is_lost(fields: dict[str, Any]) -> None:
    """
    Every field of a JSON line is in the record: as one of its attributes, or among its fields.
    """
    line = json.dumps(fields).encode()
    record = read(line)
    taken = [
        record.message != line.decode(),
        record.time is not None,
        record.level is not None,
        bool(record.logger),
        bool(record.trace_id),
        record.exception is not None,
    ]

    if record.message != line.decode() or record.fields:
        assert len(fields) == len(record.fields) + sum(taken)
