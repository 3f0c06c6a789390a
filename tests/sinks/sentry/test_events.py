"""From error records to Sentry events."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import InputError
from redactor_sinks.sentry import EventOptions, Gatherer, event_of

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_795_336_901_948_000_000


def event(*lines: str, **options: Any) -> dict[str, Any]:
    """Return the event of a record that must become one."""
    made = event_of("\n".join(lines).encode(), NOW, EventOptions(**options))
    assert made is not None
    return made


def structured(**fields: Any) -> str:
    """Return an error record as a line of JSON."""
    return json.dumps({"level": "error", "logger": "shop.pay", "event": "declined", **fields})


def problems(made: dict[str, Any]) -> dict[str, Any]:
    """Return what Sentry's own normalisation finds wrong with an event."""
    processing = pytest.importorskip("sentry_relay.processing", reason="no sentry-relay")
    normalizer = processing.StoreNormalizer(project_id=1, remove_other=False)
    normal = normalizer.normalize_event(event=made)
    found: dict[str, Any] = {}

    def look(meta: Any, path: str) -> None:
        for name, inner in meta.items():
            if name == "":
                if inner.get("err"):
                    found[path] = inner["err"]
            else:
                look(inner, f"{path}.{name}")

    look(normal.get("_meta") or {}, "")
    return found


def test_an_error_record_becomes_an_event() -> None:
    """
    Level, logger, message, time, trace, tags and the other fields are where Sentry has them.
    """
    made = event(
        structured(
            timestamp="2026-11-22T08:41:41.5Z", service="shop", order=7, environment="staging",
            hostname="web-1", trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
            span_id="00f067aa0ba902b7",
        ),
        tags={"team": "payments"}, release="1.2",
    )  # fmt: skip

    assert len(made.pop("event_id")) == 32
    assert made.pop("sdk")["name"] == "redactor"
    assert {} == problems({**made, "event_id": "ab" * 16})
    assert made == {
        "timestamp": 1795336901.5,
        "platform": "other",
        "level": "error",
        "logger": "shop.pay",
        "logentry": {"formatted": "declined"},
        "fingerprint": ["shop.pay", "declined"],
        "contexts": {
            "trace": {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7"}
        },
        "environment": "staging",
        "release": "1.2",
        "server_name": "web-1",
        "tags": {"team": "payments", "service": "shop"},
        "extra": {"order": 7},
    }


@pytest.mark.parametrize(
    ("level", "becomes"),
    [("critical", "fatal"), ("error", "error"), ("warning", None), ("info", None), ("", None)],
)
def test_only_errors_become_events(level: str, becomes: str | None) -> None:
    """
    Below ``error``, and without a level, nothing becomes an event.
    """
    made = event_of(json.dumps({"level": level, "msg": "x"}).encode(), NOW, EventOptions())

    assert (made and made["level"]) == becomes


def test_the_option_lowers_the_bar() -> None:
    """
    ``level`` says from where on records become events; a word that is no level is refused.
    """
    line = b'{"level": "info", "msg": "x"}'

    made = event_of(line, NOW, EventOptions(level="info"))
    assert made is not None
    assert made["level"] == "info"
    with pytest.raises(InputError, match="Use one of: debug, info"):
        EventOptions(level="eror")


@pytest.mark.parametrize(
    "other",
    [
        "order 9 of user 'eva' failed after 3.5 s",
        "order 77 of user 'x' failed after 12 s",
    ],
)
def test_messages_of_one_kind_have_one_fingerprint(other: str) -> None:
    """
    Numbers, ids, quoted values and markers do not tell two problems apart; words do.
    """
    first = event(f"ERROR:shop:{other}")["fingerprint"]

    assert first == event("ERROR:shop:order 1 of user 'bob' failed after 1.0 s")["fingerprint"]
    assert first != event("ERROR:shop:order 1 of user 'bob' was lost")["fingerprint"]
    assert (
        event("ERROR:a:token=[redacted:token] bad")["fingerprint"]
        == (event("ERROR:a:token=[redacted:token:****1111] bad")["fingerprint"])
    )


def test_the_program_can_say_the_fingerprint() -> None:
    """
    A field ``fingerprint`` that is a list of texts is it.
    """
    made = event(structured(fingerprint=["pay", "{{ default }}"]))

    assert made["fingerprint"] == ["pay", "{{ default }}"]
    assert "extra" not in made


def raised(function: Callable[[], object]) -> Exception:
    """Return what *function* raises."""
    try:
        function()
    except Exception as error:  # noqa: BLE001  # whatever it is
        return error
    raise AssertionError("nothing was raised")


def traceback() -> str:
    """Return the traceback of a chain of exceptions, as ``logging`` writes it."""

    def deep() -> None:
        raise KeyError("shelf")

    def fail() -> None:
        try:
            deep()
        except KeyError as error:
            raise ValueError("no such item\nof that name") from error

    error = raised(fail)
    return logging.Formatter().formatException((type(error), error, error.__traceback__))


def check_exceptions(made: dict[str, Any]) -> None:
    """Check the exceptions of ``traceback()``."""
    first, last = made["exception"]["values"]
    assert {} == problems(made)
    assert (first["type"], first["value"]) == ("KeyError", "'shelf'")
    assert (last["type"], last["value"]) == ("ValueError", "no such item\nof that name")
    frame = last["stacktrace"]["frames"][-1]
    assert frame["function"] == "fail"
    assert frame["filename"] == __file__
    assert frame["context_line"].startswith("raise ValueError(")
    assert frame["in_app"] is True
    assert made["platform"] == "python"
    assert made["fingerprint"] == ["{{ default }}"]


@pytest.mark.parametrize("name", ["exc_info", "exception", "stack_trace", "traceback"])
def test_a_traceback_in_a_field_becomes_exceptions(name: str) -> None:
    """
    A chain of exceptions with frames and code, the last one at the end, so that Sentry groups by
    it.
    """
    check_exceptions(event(structured(**{name: traceback()})))


def test_a_traceback_under_a_plain_line_becomes_exceptions() -> None:
    """
    The lines that a formatter writes under its message are of the same event.
    """
    made = event("2026-11-22 08:42:05,897 ERROR    shop: failed", *traceback().split("\n"))

    assert made["logentry"]["formatted"].endswith("shop: failed")
    check_exceptions(made)


def test_a_structured_traceback_becomes_exceptions() -> None:
    """
    What structlog's ``dict_tracebacks`` makes is understood.
    """
    structlog = pytest.importorskip("structlog")

    def fail() -> None:
        raise ValueError("no such item")

    error = raised(fail)
    fields = structlog.processors.dict_tracebacks(
        None, "error", {"event": "x", "level": "error", "exc_info": error}
    )
    (value,) = event(json.dumps(fields))["exception"]["values"]

    assert (value["type"], value["value"]) == ("ValueError", "no such item")
    assert value["stacktrace"]["frames"][-1]["function"] == "fail"


def test_another_traceback_is_kept_as_text() -> None:
    """
    A traceback of another language is among the fields.
    """
    java = "java.lang.IllegalStateException: no\n\tat com.example.Shop.pay(Shop.java:7)"
    made = event(structured(stack_trace=java))

    assert made["extra"] == {"stacktrace": java}
    assert "exception" not in made


@pytest.mark.parametrize(
    "fields",
    [
        {"n": 10**40, "deep": [[[[[["x"]]]]]], "x" * 500: "y" * 500_000},
        {f"f{number}": "z" * 5000 for number in range(100)},
        {"service": "a\nb" * 500, "environment": "a/b", "release": "x" * 300, "host": ""},
        {"fingerprint": [1, None], "logger": "l" * 500, "trace_id": "0" * 32},
        {"event": "m" * 100_000},
    ],
)
def test_every_event_is_valid_and_bounded(fields: dict[str, Any]) -> None:
    """
    Sentry's own schema finds nothing wrong, and an event stays far below what Sentry refuses.
    """
    made = event(structured(**fields))

    assert {} == problems(made)
    assert len(json.dumps(made)) < 200_000


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20)
        | st.lists(st.text(max_size=5), max_size=2),
        max_size=5,
    )
)
def test_any_fields_make_a_valid_event(fields: dict[str, Any]) -> None:
    """
    Whatever a record holds, its event is one that Sentry takes.
    """
    line = json.dumps({**fields, "level": "error"}).encode()
    made = event_of(line, NOW, EventOptions())

    assert made is not None
    assert {} == problems(made)


def gathered(*lines: str) -> list[str]:
    """Return the records that *lines* are."""
    gatherer = Gatherer()
    records = [gatherer.feed(line.encode()) for line in lines]
    records.append(gatherer.finish())
    return [record.decode() for record in records if record is not None]


def test_lines_of_one_record_stay_together() -> None:
    """
    A record goes on with its traceback and ends where the next one starts.
    """
    first = ["ERROR:a:failed", *traceback().split("\n")]

    assert gathered(*first, "INFO:a:next", "INFO:a:last") == [
        "\n".join(first),
        "INFO:a:next",
        "INFO:a:last",
    ]
    assert gathered("ERROR:a:x", "", "INFO:a:y") == ["ERROR:a:x", "", "INFO:a:y"]
    assert gathered("  indented") == ["  indented"]


def test_a_record_that_does_not_end_is_cut() -> None:
    """
    What is kept of the lines of one record is bounded.
    """
    (record,) = gathered("ERROR:a:x", *("  y" * 100 for _ in range(10_000)))

    assert len(record) < 70_000
