"""OpenTelemetry: metrics that a thread pushes; the observed values have the line of their gauge."""

from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricExportResult,
    PeriodicExportingMetricReader,
)


class ToNowhere(MetricExporter):
    def export(self, metrics_data, timeout_millis=10_000, **kwargs):
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis=10_000):
        return True

    def shutdown(self, timeout_millis=30_000, **kwargs):
        pass


def run(name, value):
    provider = MeterProvider([PeriodicExportingMetricReader(ToNowhere())])
    try:
        shop = provider.get_meter("shop")
        shop.create_observable_gauge("carts", [lambda _: [Observation(3, {name: value})]])  # leak: opentelemetry carts.attributes.session_token
        provider.force_flush()
        provider.force_flush()
    finally:
        provider.shutdown()


def leaky(made):
    run("session_token", made.token)


def clean(made):
    run("region", "eu")
