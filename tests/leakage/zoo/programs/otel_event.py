"""OpenTelemetry: an event of a span."""

from support import tracer


def run(**values):
    with tracer() as trace, trace.start_as_current_span("pay") as span:
        span.add_event("declined", values)  # leak: opentelemetry events[0].attributes.card


def leaky(made):
    run(card=made.card)


def clean(made):
    run(order=1234)
