"""Metrics leave without secrets in anything that is text, by every kind of reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    ConsoleMetricExporter,
    Gauge,
    InMemoryMetricReader,
    Metric,
    MetricExporter,
    MetricExportResult,
    MetricReader,
    MetricsData,
    NumberDataPoint,
    PeriodicExportingMetricReader,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor.exits.guard import Guard
    from tests.exits.opentelemetry.collector import Collector
    from tests.exits.opentelemetry.plants import Plants

NOWHERE = Resource.get_empty()


def never(exporter: Any) -> PeriodicExportingMetricReader:
    """A reader that exports when it is told to."""
    return PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)


def with_secrets(meter: Any, plants: Plants) -> None:
    """Record with a secret in every text."""
    attributes = {
        "password": plants.bare("attribute of a counter"),
        "card": plants.card("int attribute"),
        "n": 1,
    }
    counter = meter.create_counter(
        "paid", unit="1", description=plants.password("description of a counter")
    )
    counter.add(3, attributes)
    histogram = meter.create_histogram(f"took.{plants.card('name of a histogram')}")
    histogram.record(0.25, {"url": f"/?token={plants.bare('attribute of a histogram')}"})
    meter.create_up_down_counter("open").add(-2, {"text": plants.password("up and down")})
    meter.create_histogram("spread").record(9, {"text": plants.password("exponential")})
    meter.create_observable_gauge("free", [lambda _: [observed(plants)]])


def observed(plants: Plants) -> Any:
    """An observation with a secret."""
    from opentelemetry.metrics import Observation

    value = plants.values.get("observed") or plants.bare("observed")
    return Observation(7, {"password": value})


def test_no_text_of_a_metric_leaves_with_a_secret(
    guard: Guard, plants: Plants, collector: Collector
) -> None:
    """
    Names, descriptions, attributes of all kinds of points, resources and scopes reach a receiver
    without the secret that was in them; the values arrive as they were.
    """
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    reader = never(OTLPMetricExporter(f"{collector.url}/v1/metrics"))
    provider = MeterProvider(
        [reader],
        resource=Resource({"db.password": plants.bare("resource")}),
        views=[
            View(instrument_name="open", name=f"open.{plants.card('name of a view')}"),
            View(instrument_name="spread", aggregation=ExponentialBucketHistogramAggregation()),
        ],
        shutdown_on_exit=False,
    )
    meter = provider.get_meter(
        plants.password("scope name"), attributes={"password": plants.bare("scope attribute")}
    )
    with_secrets(meter, plants)
    provider.shutdown()

    assert [] == plants.leaked(collector.bytes_and_numbers())
    assert guard.failures.total() == 0
    metrics = {metric["name"]: metric for metric in collector.metrics()}
    names = {"paid", "took.[redacted:card]", "open.[redacted:card]", "free", "spread"}
    assert names == set(metrics)
    (point,) = metrics["paid"]["sum"]["dataPoints"]
    assert 3 == int(point["asInt"])
    expected = {"password": "[redacted:password]", "card": "[redacted:card]", "n": 1}
    assert expected == point["attributes"]
    assert "login with password=[redacted:password] ok" == metrics["paid"]["description"]
    (point,) = metrics["took.[redacted:card]"]["histogram"]["dataPoints"]
    assert (0.25, "1") == (point["sum"], point["count"])
    (point,) = metrics["spread"]["exponentialHistogram"]["dataPoints"]
    assert (9.0, "1") == (point["sum"], point["count"])


def test_exemplars_are_redacted(guard: Guard, plants: Plants) -> None:
    """
    What a view left out of a point is in its exemplars, without a secret; ids and values stay.
    """
    reader = InMemoryMetricReader()
    provider = MeterProvider(
        [reader],
        resource=NOWHERE,
        views=[View(instrument_name="paid", attribute_keys={"n"})],
        shutdown_on_exit=False,
    )
    counter = provider.get_meter("shop").create_counter("paid")
    with TracerProvider(shutdown_on_exit=False).get_tracer("x").start_as_current_span("y") as span:
        counter.add(3, {"n": 1, "password": plants.bare("filtered attribute")})
    data: Any = reader.get_metrics_data()
    (point,) = data.resource_metrics[0].scope_metrics[0].metrics[0].data.data_points
    if not getattr(point, "exemplars", None):
        pytest.skip("points of this version have no exemplars")

    (exemplar,) = point.exemplars
    assert {"password": "[redacted:password]"} == exemplar.filtered_attributes
    assert (3, span.get_span_context().span_id) == (exemplar.value, exemplar.span_id)
    assert [] == plants.leaked(data.to_json())


class Own(MetricReader):
    """A reader of a program's own class."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def _receive_metrics(self, metrics_data: Any, *_: Any, **__: Any) -> None:
        self.said.append(metrics_data.to_json())

    def shutdown(self, timeout_millis: float = 1, **_: Any) -> None: ...


@pytest.mark.parametrize("before", [True, False])
def test_readers_of_any_kind_get_redacted_metrics(
    install: Callable[..., Guard], plants: Plants, tmp_path: Path, *, before: bool
) -> None:
    """
    Readers that pull, that push and of a program's own class, made before or after.
    """
    path = tmp_path / "metrics"
    with path.open("w") as file:
        if not before:
            install()
        memory, own = InMemoryMetricReader(), Own()
        push = never(ConsoleMetricExporter(out=file))
        provider = MeterProvider([memory, own, push], resource=NOWHERE, shutdown_on_exit=False)
        meter = provider.get_meter(plants.password("scope"))
        if before:
            install()
        with_secrets(meter, plants)
        data: Any = memory.get_metrics_data()
        own.collect()
        provider.shutdown()

    assert own.said
    assert [] == plants.leaked(data.to_json(), path.read_bytes(), *own.said)
    assert "[redacted:password]" in path.read_text()


def test_a_scrape_of_prometheus_has_no_secrets(guard: Guard, plants: Plants) -> None:
    """
    What a Prometheus server reads from the process has no secret in it.
    """
    prometheus = pytest.importorskip("opentelemetry.exporter.prometheus", reason="not installed")
    from urllib.request import urlopen

    from prometheus_client import REGISTRY, start_http_server

    reader = prometheus.PrometheusMetricReader()
    provider = MeterProvider(
        [reader],
        resource=Resource({"password": plants.bare("resource")}),
        shutdown_on_exit=False,
    )
    with_secrets(provider.get_meter(plants.password("scope")), plants)
    server, thread = start_http_server(0, "127.0.0.1", REGISTRY)
    try:
        with urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            page = answer.read()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        provider.shutdown()

    assert [] == plants.leaked(page)
    assert b'password="[redacted:password]"' in page


class Keep(MetricReader):
    """A reader that keeps the objects that it is handed."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[Any] = []

    def _receive_metrics(self, metrics_data: Any, *_: Any, **__: Any) -> None:
        self.data.append(metrics_data)

    def shutdown(self, timeout_millis: float = 1, **_: Any) -> None: ...


class KeepExporter(MetricExporter):
    """An exporter that keeps the objects that it is handed."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[Any] = []

    def export(self, metrics_data: Any, *_: Any, **__: Any) -> Any:
        self.data.append(metrics_data)
        return MetricExportResult.SUCCESS

    def force_flush(self, *_: Any) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 1, **_: Any) -> None: ...


def test_clean_metrics_are_handed_on_as_they_are(guard: Guard) -> None:
    """
    A reader and an exporter get the very objects of clean metrics, however many points they have.
    """
    reader, exporter, collected = Keep(), KeepExporter(), []
    provider = MeterProvider([reader], resource=NOWHERE, shutdown_on_exit=False)
    counter = provider.get_meter("shop").create_counter("paid")
    for number in range(450):
        counter.add(1, {"n": number})
    collect: Any = reader._collect

    def kept(*args: Any, **kwargs: Any) -> Any:
        collected.append(collect(*args, **kwargs))
        return collected[-1]

    reader._collect = kept
    reader.collect()
    exporter.export(metrics_data=reader.data[0])

    assert collected[0] is reader.data[0] is exporter.data[0]


def test_metrics_made_by_hand_are_redacted_at_the_exporter(guard: Guard, plants: Plants) -> None:
    """
    What a program or a reader hands to an exporter by itself is looked at there.
    """
    exporter = KeepExporter()
    point = NumberDataPoint({"password": plants.bare("attribute")}, 1, 2, 3)
    metric = Metric(plants.password("name"), "", "1", Gauge([point]))
    scope = InstrumentationScope("shop", attributes={"password": plants.bare("scope")})
    data = reader_data([ScopeMetrics(scope, [metric], plants.password("schema"))])
    exporter.export(data)

    assert [] == plants.leaked(exporter.data[0].to_json())
    assert "[redacted:password]" in exporter.data[0].to_json()
    assert {"password": plants.values["attribute"]} == point.attributes


def test_one_secret_among_many_points_changes_one_point(guard: Guard) -> None:
    """
    The other points, metrics and scopes stay the objects that they are.
    """
    reader, collected = Keep(), []
    provider = MeterProvider([reader], resource=NOWHERE, shutdown_on_exit=False)
    counter = provider.get_meter("shop").create_counter("paid")
    for number in range(450):
        counter.add(1, {"n": number, "to": "password=hunter2zz" if number == 321 else "x"})
    provider.get_meter("other").create_counter("clean").add(1)
    collect: Any = reader._collect

    def kept(*args: Any, **kwargs: Any) -> Any:
        collected.append(collect(*args, **kwargs).resource_metrics[0].scope_metrics)
        return reader_data(collected[-1])

    reader._collect = kept
    reader.collect()
    new = reader.data[0].resource_metrics[0].scope_metrics
    old_points = collected[0][0].metrics[0].data.data_points
    new_points = new[0].metrics[0].data.data_points

    assert collected[0][1] is new[1]
    changed = [place for place, old in enumerate(old_points) if old is not new_points[place]]
    assert [321] == changed
    expected = {"n": 321, "to": "password=[redacted:password]"}
    assert expected == new_points[321].attributes
    assert "password=hunter2zz" == old_points[321].attributes["to"]


def reader_data(scopes: Any) -> Any:
    """The data of a collection."""
    return MetricsData([ResourceMetrics(NOWHERE, scopes, "")])


def test_scopes_that_become_equal_are_joined(
    guard: Guard, collector: Collector, plants: Plants
) -> None:
    """
    Two scopes that differ only in a secret both arrive: an encoder would keep the last one only.
    """
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    reader = never(OTLPMetricExporter(f"{collector.url}/v1/metrics"))
    provider = MeterProvider([reader], resource=NOWHERE, shutdown_on_exit=False)
    for number in range(2):
        meter = provider.get_meter(plants.password(f"tenant {number}"))
        meter.create_counter(f"paid.{number}").add(1)
    provider.shutdown()

    assert [] == plants.leaked(collector.bytes_and_numbers())
    assert ["paid.0", "paid.1"] == [metric["name"] for metric in collector.metrics()]


def test_attributes_of_the_program_are_not_changed(guard: Guard, plants: Plants) -> None:
    """
    What a program gave to an instrument stays as it was, and so does what the SDK adds up.
    """
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], resource=NOWHERE, shutdown_on_exit=False)
    attributes = {"password": plants.bare("attribute")}
    counter = provider.get_meter("shop").create_counter("paid")
    for expected in (1, 2):
        counter.add(1, attributes)
        data: Any = reader.get_metrics_data()
        (point,) = data.resource_metrics[0].scope_metrics[0].metrics[0].data.data_points
        assert (expected, {"password": "[redacted:password]"}) == (point.value, point.attributes)

    assert {"password": plants.values["attribute"]} == attributes
