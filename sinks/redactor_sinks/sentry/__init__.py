"""Sentry: error records as events, envelopes one a request, rate limits that hold."""

from redactor_sinks.sentry.envelopes import categories_of, envelope_of, stream_of
from redactor_sinks.sentry.events import EventOptions, event_of
from redactor_sinks.sentry.exporter import SentryExporter
from redactor_sinks.sentry.gathering import Gatherer
from redactor_sinks.sentry.sink import SentrySink

__all__ = [
    "EventOptions",
    "Gatherer",
    "SentryExporter",
    "SentrySink",
    "categories_of",
    "envelope_of",
    "event_of",
    "stream_of",
]
