"""OpenTelemetry: an exception that a span records."""

from support import tracer


def run(message):
    with tracer() as trace, trace.start_as_current_span("login") as span:
        try:
            raise ValueError(message)
        except ValueError as error:
            span.record_exception(error)  # leak: opentelemetry


def leaky(made):
    run("wrong password=" + made.password)


def clean(made):
    run("wrong password")
