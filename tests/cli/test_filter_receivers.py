"""The filter in front of OTLP and Sentry receivers, and what it says about itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.sentry.receiver import parse
from tests.sinks.answering import Answering, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., tuple[int, bytes, bytes]]
    Start = Callable[..., Any]

LOG = b"""\
{"level": "info", "logger": "shop", "event": "started"}
{"level": "error", "logger": "shop", "event": "login password=hunter2 failed", "order": 7}
2026-11-22 08:42:05,897 ERROR    shop: failed
Traceback (most recent call last):
  File "/srv/shop/pay.py", line 7, in pay
    charge(card)
ValueError: card 4111 1111 1111 1111 was declined
2026-11-22 08:42:06,000 INFO     shop: next
"""
needs_otlp = pytest.mark.skipif(find_spec("opentelemetry") is None, reason="no extra: otlp")


@pytest.fixture
def server() -> Iterator[Answering]:
    """A receiver of any protocol."""
    with Answering(Reply(200, {}, b"")) as running:
        yield running


def events(server: Answering) -> list[dict[str, Any]]:
    """Return the Sentry events that came."""
    return [parse(body + b"\n").items[0].json for body in server.bodies]


@needs_otlp
def test_lines_become_log_records(run: Run, server: Answering) -> None:
    """
    Every line arrives, in order and redacted; labels are attributes of the resource.
    """
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    code, _, err = run("filter", f"--to=otlp:{server.url}", "--label=service.name=shop", data=LOG)

    assert (0, b"") == (code, err)
    records = [
        record
        for request in server.requests
        for resource in ExportLogsServiceRequest.FromString(request.body).resource_logs
        for scope in resource.scope_logs
        for record in scope.log_records
    ]
    records.sort(key=lambda record: record.observed_time_unix_nano)
    assert len(records) == LOG.count(b"\n")
    assert records[1].body.string_value == "login password=[redacted:password] failed"
    assert [9, 17, 17, 0] == [record.severity_number for record in records[:4]]
    assert b"shop" in server.bodies[0]
    for secret in (b"hunter2", b"4111"):
        assert secret not in b"".join(server.bodies)


def test_error_records_become_events(run: Run, server: Answering) -> None:
    """
    Errors alone go to Sentry, each once, with the traceback that stands under it.
    """
    code, _, err = run("filter", f"--to=sentry:{server.dsn}", "--label=team=pay", data=LOG)

    assert (0, b"") == (code, err)
    first, second = events(server)
    assert first["logentry"]["formatted"] == "login password=[redacted:password] failed"
    assert first["extra"] == {"order": 7}
    assert first["tags"] == {"team": "pay"}
    (exception,) = second["exception"]["values"]
    assert exception["type"] == "ValueError"
    assert exception["value"] == "card [redacted:card] was declined"
    assert exception["stacktrace"]["frames"][0]["context_line"] == "charge(card)"


def test_the_level_of_events_can_be_chosen(run: Run, server: Answering) -> None:
    """
    ``?level=info`` sends what is less than an error, too.
    """
    run("filter", f"--to=sentry:{server.dsn}?level=info&environment=test", data=LOG)

    assert [event["level"] for event in events(server)] == ["info", "error", "error", "info"]
    assert {event["environment"] for event in events(server)} == {"test"}


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("sentry:http://hunter2@host/1?levle=info", b"has an option that there is not"),
        ("sentry:http://hunter2@host/1?level=eror", b"there is no such level"),
        ("sentry:http://hunter2@host", b"no key or no project"),
        ("otlp:hunter2", b"the address has no host"),
    ],
)
def test_an_address_with_a_mistake_is_refused_at_the_start(run: Run, to: str, said: bytes) -> None:
    """
    The message says what is wrong and shows nothing of the address.
    """
    code, _, err = run("filter", f"--to={to}", data=LOG)

    assert code == 2
    assert said in err
    assert b"hunter2" not in err


def test_options_of_events_are_keys_of_a_sink_in_the_policy(
    run: Run, server: Answering, tmp_path: Path
) -> None:
    """
    Level, environment and fields that become tags; one that is not for the sink names its line.
    """
    policy = tmp_path / "redactor.toml"
    head = f'[[sinks]]\nto = "sentry:{server.dsn}"\n'
    policy.write_text(f'{head}level = "info"\nenvironment = "test"\ntag_fields = ["order"]\n')
    run("filter", data=LOG)
    found = events(server)
    assert {"info", "error"} == {event["level"] for event in found}
    assert {"test"} == {event["environment"] for event in found}
    assert "7" in {event.get("tags", {}).get("order") for event in found}

    policy.write_text(f'{head}max_size = "1MB"\n')
    code, _, err = run("filter", data=LOG)
    assert code == 2
    assert b"redactor.toml:3: sinks[0]: max_size: it is an option of file sinks." in err


@pytest.mark.parametrize("kind", [pytest.param("otlp", marks=needs_otlp), "sentry"])
def test_a_receiver_that_is_down_costs_nothing(
    run: Run, server: Answering, tmp_path: Path, kind: str
) -> None:
    """
    What could not be delivered is in the spool, redacted, and the next run delivers it, each record
    once.
    """
    to = f"--to={kind}:{server.dsn if kind == 'sentry' else server.url}"
    spool = f"--spool={tmp_path / 'spool'}"
    server.otherwise = Reply(503)
    code, _, _ = run("filter", to, spool, data=LOG)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "spool").iterdir())
    server.requests.clear()
    server.otherwise = Reply(200)
    run("filter", to, spool, data=b"")

    assert code != 0
    assert b"hunter2" not in kept
    assert b"[redacted:password]" in kept
    data = b"".join(server.bodies)
    assert data.count(b"login password=[redacted:password] failed") == 1
    assert b"declined" in data


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str) -> tuple[int, str]:
    """Return the status and the text of *path*; nothing while nobody listens."""
    url = f"http://127.0.0.1:{port}{path}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


def until(port: int, wanted: str) -> str:
    """Return the metrics as soon as they hold *wanted*."""
    for _ in range(600):
        text = get(port, "/metrics")[1]
        if wanted in text:
            return text
        time.sleep(0.05)
    raise AssertionError(text)


def test_the_filter_serves_its_metrics(start: Start, server: Answering, tmp_path: Path) -> None:
    """
    While it runs, what went in, out, and to each sink can be read, and nothing of the log.
    """
    port = free_port()
    process = start(
        "filter", "--to=-", f"--to=sentry:{server.dsn}", f"--spool={tmp_path}",
        f"--metrics=127.0.0.1:{port}",
    )  # fmt: skip
    process.feed(LOG)
    process.until(b": next\n")
    text = until(
        port, f'redactor_sink_delivered_total{{sink="sentry:{server.url}/42",kind="sentry"}} 2'
    )

    assert 'redactor_records_total{direction="in"} 8\n' in text
    assert 'redactor_redactions_total{rule="card"} 1\n' in text
    assert 'redactor_redactions_total{rule="password"} 1\n' in text
    assert f'redactor_io_bytes_total{{direction="in"}} {len(LOG)}\n' in text
    assert "redactor_scan_duration_seconds_count " in text
    for secret in ("hunter2", "4111", "declined", "ab" * 16):
        assert secret not in text
    assert get(port, "/healthz")[0] == 200
    assert get(port, "/readyz")[0] == 200
    os.kill(process.pid, signal.SIGTERM)
    assert process.end()[0] == 143


def test_health_tells_a_receiver_that_is_down_from_a_filter_that_is(
    start: Start, server: Answering, tmp_path: Path
) -> None:
    """
    With a receiver that is down the filter is healthy, not ready, and says what waits.
    """
    port = free_port()
    server.otherwise = Reply(503)
    process = start(
        "filter", f"--to=sentry:{server.dsn}", f"--spool={tmp_path}", f"--metrics={port}"
    )
    process.feed(LOG)
    until(port, 'reason="status 503"')
    health, text = get(port, "/healthz")
    (sink,) = json.loads(text)["sinks"]

    assert (health, get(port, "/readyz")[0]) == (200, 503)
    assert (sink["status"], sink["pending"]) == ("waiting", 2)
    server.otherwise = Reply(200)
    process.close_input()
    assert process.end()[0] == 0
    assert len(events(server)) >= 2


def test_an_address_that_is_taken_stops_the_filter_at_the_start(run: Run) -> None:
    """
    Nothing is read when the metrics cannot be served.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = run("filter", f"--metrics={port}", data=LOG)

    assert (code, out) == (2, b"")
    assert b"nothing can listen there" in err
