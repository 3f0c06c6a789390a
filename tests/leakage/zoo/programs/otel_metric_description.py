"""OpenTelemetry: the description of a metric, made of what it counts."""

from support import meter


def run(counted):
    with meter() as (shop, reader):
        paid = shop.create_histogram("paid", description=f"paid with {counted}")  # leak: opentelemetry description
        paid.record(12.5)
        reader.collect()


def leaky(made):
    run(made.card)


def clean(made):
    run("a card")
