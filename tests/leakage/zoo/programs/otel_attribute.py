"""OpenTelemetry: an attribute of a span."""

from support import tracer


def run(name, value):
    with tracer() as trace, trace.start_as_current_span("login") as span:
        span.set_attribute("n", 1)
        span.set_attribute(name, value)  # leak: opentelemetry attributes.user.password


def leaky(made):
    run("user.password", made.password)


def clean(made):
    run("user.name", "bob")
