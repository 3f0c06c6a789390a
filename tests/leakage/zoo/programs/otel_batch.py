"""OpenTelemetry: the first attributes of a span that a thread exports later."""

from support import tracer


def run(url):
    with tracer(batch=True) as trace:
        with trace.start_as_current_span("GET", attributes={"url.full": url}):  # leak: opentelemetry
            pass


def leaky(made):
    run(f"https://shop.example.com/reset?token={made.token}")


def clean(made):
    run("https://shop.example.com/reset")
