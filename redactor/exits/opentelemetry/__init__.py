"""
The exit of the OpenTelemetry SDK: spans, log records and metrics.

What is handed to a processor, an exporter or a reader is redacted, whenever and on whichever
provider it was added:

- Spans when they end: name, attributes of every type, events, links, status, trace state, resource
  and scope. Every processor gets the same redacted span.
- Log records when they are emitted: body, attributes, severity text, event name, exception,
  resource and scope.
- Metrics when they are collected: name, description, unit, attributes of points and of exemplars,
  resource and scope.
- All of them once more in ``export`` of every class that derives from the SDK's exporters: what
  a processor changed, made itself or kept since the start of a span is caught there.

Trace and span ids, times, kinds, counts, flags and the values of metrics stay. What the SDK dropped
because of its limits is still counted. A clean item is handed on as the same object. The objects of
the program are not changed: a live span, its attributes and its events keep what was put in.

Where the redactor fails, a placeholder leaves that has the ids, the times, the kind or level and
the reason. An item that a rule's action drops does not leave.

What is not seen here:

- ``on_start`` and ``_on_ending`` of a processor get the live span: the program goes on writing to
  it, so that a copy would be another span. What such a processor writes out by itself, without an
  exporter, is raw. So is what a sampler is asked about, and the context that is beside a log
  record.
- An exporter that derives from no class of the SDK gets what processors hand it: redacted, but for
  what a processor in between put in.
- Attributes that a program's own classes of spans or records add to those of the SDK, and an
  ``export`` that is put on one object instead of its class.
- The values of metrics, which are numbers. Points of a metric that differ only in a secret have the
  same attributes afterwards; the action ``hmac`` keeps them apart.
- Context that is sent on with requests: the headers ``traceparent``, ``tracestate`` and
  ``baggage``. They are part of what the program does, and no log.
- What the SDK says of itself, for example that a receiver does not answer, with its address: that
  goes through ``logging``, which is an exit of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.exits.opentelemetry import logs, metrics, traces

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect_logs", "protect_metrics", "protect_traces"]


def protect_traces(guard: Guard, patches: Patches) -> None:
    """
    Guard spans, once ``opentelemetry.sdk.trace`` is imported.

    Raises:
        ExitError: This version of the SDK is not known.
    """
    traces.protect(guard, patches)


def protect_logs(guard: Guard, patches: Patches) -> None:
    """
    Guard log records, once ``opentelemetry.sdk._logs`` is imported.

    Raises:
        ExitError: This version of the SDK is not known.
    """
    logs.protect(guard, patches)


def protect_metrics(guard: Guard, patches: Patches) -> None:
    """
    Guard metrics, once ``opentelemetry.sdk.metrics`` is imported.

    Raises:
        ExitError: This version of the SDK is not known.
    """
    metrics.protect(guard, patches)
