"""OpenTelemetry: a view drops an attribute, and the exemplar of the point shows it."""

from opentelemetry.sdk.metrics import AlwaysOnExemplarFilter
from opentelemetry.sdk.metrics.view import View

from support import meter


def run(name, value):
    dropping = View(instrument_name="paid", attribute_keys={"plan"})
    with meter(views=[dropping], exemplar_filter=AlwaysOnExemplarFilter()) as (shop, reader):
        paid = shop.create_histogram("paid")
        paid.record(12.5, {"plan": "free", name: value})  # leak: opentelemetry paid.exemplars.token
        reader.collect()


def leaky(made):
    run("token", made.token)


def clean(made):
    run("region", "eu")
