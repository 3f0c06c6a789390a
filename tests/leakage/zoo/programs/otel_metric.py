"""OpenTelemetry: an attribute of a metric, which is exported with each collection."""

from support import meter


def run(name, value):
    with meter() as (shop, reader):
        logins = shop.create_counter("logins")
        logins.add(1)
        logins.add(1, {"plan": "free", name: value})  # leak: opentelemetry logins.attributes.user.password
        reader.collect()


def leaky(made):
    run("user.password", made.password)


def clean(made):
    run("user.kind", "guest")
