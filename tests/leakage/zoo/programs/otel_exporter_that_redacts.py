"""OpenTelemetry: an exporter that hands on to another one."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


class Masking(SpanExporter):
    def export(self, spans):
        return InMemorySpanExporter().export([s for s in spans if not dict(s.attributes)])


def run(exporter, made):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("shop").start_as_current_span("login") as span:
        span.set_attribute("password", made.password)  # leak: opentelemetry attributes.password


def leaky(made):
    run(InMemorySpanExporter(), made)


def clean(made):
    run(Masking(), made)
