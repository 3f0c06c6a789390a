"""Metrics: what is counted, how it is written, and who may see it."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from redactor import InputError, Redactor, Stats
from redactor.exits import Guard
from redactor.known import KnownValues
from redactor.metrics import METRICS, Endpoint, Telemetry, prometheus_text, to_opentelemetry
from redactor.metrics.histogram import BOUNDS, Histogram
from redactor.sinks import SinkCounts

if TYPE_CHECKING:
    from collections.abc import Iterator


def counts(**changed: Any) -> SinkCounts:
    """Return the counts of a sink that has seen everything."""
    fields: dict[str, Any] = {
        "name": 'loki:http://h:3100/a"b\\',
        "kind": "loki",
        "accepted": 10,
        "delivered": 4,
        "pending": 3,
        "dead": 1,
        "shed": {"queue full, oldest dropped": 2},
        "queue_bytes": 300,
        "spool_bytes": 4096,
        "requests": 7,
        "retries": {"status 503": 2, "status 429": 1},
        "bytes_sent": 400,
        "bytes_accepted": 1000,
        "held": True,
        "in_memory": 0,
    }
    return SinkCounts(**{**fields, **changed})


class Failing:
    """Stands for a guard that has withheld something."""

    def __init__(self) -> None:
        self.failures = Counter({"logging": 2})


@pytest.fixture
def telemetry() -> Telemetry:
    """Everything that can be watched, with something in it."""
    made = Telemetry("native")
    stats = Stats()
    stream = Redactor().stream(stats)
    stream.feed(b"password=hunter2 ok\ncard 4111 1111 1111 1111\n")
    stream.finish()
    made.watch_stream(stats)
    made.watch_sinks(lambda: [counts()])
    made.watch_exits(Failing())  # type: ignore[arg-type]  # all that is read of a guard
    watched = Guard(known=KnownValues())
    made.watch_exits(watched, each=True)
    watched.text("nothing in it")
    made.scan.observe(0.0002)
    made.scan.observe(5)
    return made


@pytest.fixture
def endpoint(telemetry: Telemetry) -> Iterator[Endpoint]:
    """The metrics of ``telemetry``, served."""
    made = Endpoint("127.0.0.1:0", telemetry)
    yield made
    made.close()


def get(url: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of what *url* leads to."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def values(text: str) -> dict[str, float]:
    """Read a Prometheus text by the client library of Prometheus."""
    return {
        "".join((sample.name, *(f" {k}={v}" for k, v in sorted(sample.labels.items())))): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_metric_is_collected(telemetry: Telemetry) -> None:
    """
    Each metric of the table has a sample, with a value for each of its labels, and there is no
    sample of any other.
    """
    samples = list(telemetry.collect())

    assert set(METRICS) == {sample.name for sample in samples}
    for sample in samples:
        assert len(METRICS[sample.name].labels) == len(sample.labels)


def test_the_text_is_what_prometheus_reads(telemetry: Telemetry) -> None:
    """
    The client library of Prometheus reads the text, with every value and label as it was.
    """
    found = values(prometheus_text(telemetry.collect()))

    sink = 'kind=loki sink=loki:http://h:3100/a"b\\'
    assert found["redactor_records_total direction=in"] == 2
    assert found["redactor_records_total direction=out"] == 2
    assert found["redactor_redactions_total rule=card"] == 1
    assert found["redactor_redactions_total rule=password"] == 1
    assert found[f"redactor_sink_accepted_total {sink}"] == 10
    assert found[f"redactor_sink_held {sink}"] == 1
    assert found["redactor_sink_retries_total kind=loki reason=status 503 " + sink[10:]] == 2
    assert found["redactor_exit_withheld_total exit=logging"] == 2
    assert found["redactor_scan_duration_seconds_bucket le=0.00025"] == 1
    assert found["redactor_scan_duration_seconds_bucket le=+Inf"] == 2
    assert found["redactor_scan_duration_seconds_count"] == 2
    assert found["redactor_scan_duration_seconds_sum"] == 5.0002


def test_names_are_those_of_the_prometheus_exporter_of_opentelemetry(
    telemetry: Telemetry,
) -> None:
    """
    A dashboard works with both: what the exporter of OpenTelemetry for Prometheus makes of our
    instruments has the names and values of our own text.
    """
    exporter = pytest.importorskip("opentelemetry.exporter.prometheus")
    from opentelemetry.sdk.metrics import MeterProvider
    from prometheus_client import REGISTRY, generate_latest

    reader = exporter.PrometheusMetricReader(scope_info_enabled=False)
    provider = MeterProvider([reader], shutdown_on_exit=False)
    to_opentelemetry(telemetry, provider)
    telemetry.scan.observe(0.3)
    theirs = values(generate_latest(REGISTRY).decode())
    provider.shutdown()

    ours = {
        name: value
        for name, value in values(prometheus_text(telemetry.collect())).items()
        if "scan_duration" not in name
    }
    assert ours.items() <= theirs.items()
    assert theirs["redactor_scan_duration_seconds_bucket le=1.0"] == 1


def test_readers_of_opentelemetry_get_the_metrics(telemetry: Telemetry) -> None:
    """
    Kinds, units and descriptions are those of the table.
    """
    pytest.importorskip("opentelemetry.sdk.metrics")
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import Histogram as Buckets
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader, Sum

    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    to_opentelemetry(telemetry, provider)
    telemetry.scan.observe(0.3)
    telemetry.looks.observe(0.3)
    data = reader.get_metrics_data()
    provider.shutdown()

    assert data is not None
    (scope,) = data.resource_metrics[0].scope_metrics
    assert scope.scope.name == "redactor"
    assert set(METRICS) == {found.name for found in scope.metrics}
    for found in scope.metrics:
        metric = METRICS[found.name]
        kind = (
            "histogram"
            if isinstance(found.data, Buckets)
            else "counter"
            if isinstance(found.data, Sum) and found.data.is_monotonic
            else "gauge"
        )
        assert (metric.kind, metric.unit, metric.help) == (kind, found.unit, found.description)


def test_instruments_agree_with_each_other() -> None:
    """
    All values of one collection are of one moment: taken is what was delivered and what waits.
    """
    pytest.importorskip("opentelemetry.sdk.metrics")
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    number = iter(range(1, 1000))
    telemetry = Telemetry()
    telemetry.watch_sinks(lambda: [counts(accepted=(now := next(number)), delivered=now)])
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    to_opentelemetry(telemetry, provider)
    data = reader.get_metrics_data()
    provider.shutdown()

    assert data is not None
    found: dict[str, Any] = {
        metric.name: metric.data for metric in data.resource_metrics[0].scope_metrics[0].metrics
    }
    (accepted,), (delivered,) = (
        found[f"redactor.sink.{name}"].data_points for name in ("accepted", "delivered")
    )
    assert accepted.value == delivered.value


def test_counts_of_several_streams_are_added() -> None:
    """
    A process with several streams has one count of each kind.
    """
    telemetry = Telemetry()
    for _ in range(2):
        telemetry.watch_stream(Stats(lines=3, findings=Counter(card=2), dropped=1))

    found = values(prometheus_text(telemetry.collect()))
    assert found["redactor_records_total direction=in"] == 6
    assert found["redactor_records_total direction=out"] == 4
    assert found["redactor_redactions_total rule=card"] == 4


def test_no_sample_holds_part_of_a_record(telemetry: Telemetry) -> None:
    """
    Metrics are read by people who may not read logs.
    """
    text = prometheus_text(telemetry.collect())

    assert "hunter2" not in text
    assert "4111" not in text


def test_counting_goes_on_while_it_is_read(telemetry: Telemetry) -> None:
    """
    A rule that is found for the first time in the middle of a reading breaks nothing.
    """
    stats = Stats()
    telemetry.watch_stream(stats)
    done = threading.Event()

    def count() -> None:
        for number in range(20_000):
            stats.findings[f"rule-{number % 5000}"] += 1
        done.set()

    thread = threading.Thread(target=count)
    thread.start()
    while not done.is_set():
        assert list(telemetry.collect())
    thread.join()


def test_a_value_on_a_bound_is_below_it() -> None:
    """
    Bounds belong to their bucket, as Prometheus says; the sum is that of the values.
    """
    histogram = Histogram()
    heard: list[float] = []
    histogram.listeners.append(heard.append)
    for value in (*BOUNDS, 1e9):
        histogram.observe(value)
    read = histogram.read()

    assert read.buckets == tuple(range(1, len(BOUNDS) + 2))
    assert read.total == sum((*BOUNDS, 1e9))
    assert heard == [*BOUNDS, 1e9]


def test_the_endpoint_serves_the_text(endpoint: Endpoint) -> None:
    """
    ``/metrics`` is what Prometheus scrapes.
    """
    status, headers, body = get(f"{endpoint.url}/metrics?x=1")

    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert values(body.decode())["redactor_records_total direction=in"] == 2
    assert get(f"{endpoint.url}/")[0] == 404


def test_health_is_about_this_process(endpoint: Endpoint) -> None:
    """
    A receiver that is down makes the process not ready, and not ill: a restart would not help.
    """
    healthy, _, body = get(f"{endpoint.url}/healthz")
    ready, _, _ = get(f"{endpoint.url}/readyz")

    told = json.loads(body)
    assert (healthy, ready) == (200, 503)
    assert told["status"] == "waiting"
    assert told["sinks"] == [{
        "name": 'loki:http://h:3100/a"b\\', "kind": "loki", "status": "waiting", "pending": 3,
        "dead_letters": 1, "in_memory": 0,
    }]  # fmt: skip


def test_health_says_when_the_process_ends() -> None:
    """
    On its way out the process is not healthy; without a waiting receiver it is ready.
    """
    telemetry, stopping = Telemetry(), False
    telemetry.watch_sinks(lambda: [counts(held=False)])
    endpoint = Endpoint("0", telemetry, lambda: stopping)
    before = [get(f"{endpoint.url}{path}")[0] for path in ("/healthz", "/readyz")]
    stopping = True
    after = get(f"{endpoint.url}/healthz")
    endpoint.close()

    assert before == [200, 200]
    assert after[0] == 503
    assert json.loads(after[2])["status"] == "stopping"


def test_a_client_that_is_silent_holds_nobody(endpoint: Endpoint) -> None:
    """
    Others are served while a client says nothing, or garbage.
    """
    host, port = endpoint.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as silent:
        with socket.create_connection((host, int(port))) as rude:
            rude.sendall(b"\xff" * 100 + b"\r\n\r\n")
        assert get(f"{endpoint.url}/healthz")[0] == 200
        silent.close()


@pytest.mark.parametrize("address", ["", "host", "127.0.0.1:", ":9464x", "127.0.0.1:99999999"])
def test_an_address_with_a_mistake_is_refused(address: str) -> None:
    """
    The message says how to write one.
    """
    with pytest.raises(InputError):
        Endpoint(address, Telemetry())


def test_an_address_that_is_taken_is_refused(endpoint: Endpoint) -> None:
    """
    A second process at one address says so at its start.
    """
    with pytest.raises(InputError, match="nothing can listen there"):
        Endpoint(endpoint.url.removeprefix("http://"), Telemetry())


def test_the_failures_of_a_guard_are_watched() -> None:
    """
    The guard that ``install()`` returns can be watched as it is.
    """
    guard: Guard = Guard()
    telemetry = Telemetry()
    telemetry.watch_exits(guard)
    guard._reported["sentry", "KeyError"] = float("inf")  # nothing on standard error
    guard.failed("sentry", KeyError())

    found = values(prometheus_text(telemetry.collect()))
    assert found["redactor_exit_withheld_total exit=sentry"] == 1


def test_what_is_redacted_at_the_exits_is_counted_where_that_is_asked_for() -> None:
    """
    Secrets by rule, each text and record with its time; the output is the same, clean objects too.
    """
    plain = Guard(known=KnownValues())
    guard = Guard(known=KnownValues())
    text = "login password=hunter2 with card 4111 1111 1111 1111, password=hunter3"
    record = {"password": "hunter4", "order": 7}
    clean = {"order": 8}
    guard.text(text)  # before it is asked for
    telemetry = Telemetry()
    telemetry.watch_exits(guard, each=True)

    assert plain.text(text) == guard.text(text)
    assert plain.record(record) == guard.record(record)
    assert guard.record(clean) is clean
    word = "nothing in it"
    assert guard.text(word) is word
    found = values(prometheus_text(telemetry.collect()))
    assert found["redactor_redactions_total rule=password"] == 3
    assert found["redactor_redactions_total rule=card"] == 1
    assert found["redactor_exit_scan_duration_seconds_count"] == 4


def test_without_being_asked_nothing_is_added_to_the_way_of_a_record() -> None:
    """
    A guard that is watched for its failures calls what one that is not watched calls.
    """
    guard = Guard(known=KnownValues())
    before = (guard.text, guard._settled, guard.redactor._native_redact)
    Telemetry().watch_exits(guard)

    assert before == (guard.text, guard._settled, guard.redactor._native_redact)
