"""
OpenTelemetry: metrics that a reader or an exporter is given.

Points are added up and exported again and again, long after they were measured: the line of each
attribute is kept until then, and what was looked at once is looked at again only when a program has
measured it again.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.derived import Derived
from redactor.leakage.call_site import Call, call_here
from redactor.leakage.observers.innermost import innermost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

_EXIT = "opentelemetry"
#: Attributes, and names of instruments, whose lines are kept or that were looked at.
_MOST = 10_000
#: Methods of the instruments by which a program measures.
_MEASURING = (
    ("Counter", "add"), ("UpDownCounter", "add"), ("Histogram", "record"), ("_Gauge", "set"),
)  # fmt: skip
_KINDS = ("counter", "up_down_counter", "histogram", "gauge")
_CREATING = (
    *(f"create_{kind}" for kind in _KINDS),
    *(f"create_observable_{kind}" for kind in _KINDS if kind != "histogram"),
)


def observe(watch: Watch, patches: Patches) -> None:
    """Watch readers and exporters of metrics, and keep the lines at which a program measured."""
    from opentelemetry.sdk import metrics
    from opentelemetry.sdk.metrics.export import MetricExporter, MetricReader

    lines = _Lines()
    for kind, method in _MEASURING:
        instrument: Any = getattr(metrics, kind, None)
        if instrument is not None:  # there are gauges since 1.28 of the SDK
            patches.replace(instrument, method, _measuring(lines, watch))
    for method in _CREATING:
        if hasattr(metrics.Meter, method):
            patches.replace(metrics.Meter, method, _creating(lines, watch))

    def look(data: Any) -> None:
        for resource in data.resource_metrics:
            _attributes(resource.resource.attributes, "resource", lines, "", watch)
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    _look_at(metric, lines, watch)

    # A reader that pushes hands on to an exporter: one of both is the innermost.
    make = innermost(look, watch)
    Derived(MetricReader, "_receive_metrics", make, watch, patches)  # type: ignore[arg-type]  # it asks whether the watch is active
    Derived(MetricExporter, "export", make, watch, patches)  # type: ignore[arg-type]  # the same


class _Lines:
    """The lines at which a program measured, and what of it was looked at since."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, Call] = {}
        self._looked_at: set[Hashable] = set()

    def keep(self, *things: Hashable, call: Callable[[], Call]) -> None:
        """Keep the line at which each of *things* was measured first since it was looked at."""
        new = [thing for thing in things if thing not in self._lines]
        if not new:
            return
        if len(self._lines) > _MOST:
            self._lines.clear()
        self._lines.update(dict.fromkeys(new, call()))
        self._looked_at.difference_update(new)

    def taken(self, thing: Hashable, instrument: str) -> Call | None:
        """Return the line of *thing*, else of its *instrument*; ``None`` where it was looked at."""
        if thing in self._looked_at:
            return None
        if len(self._looked_at) > _MOST:
            self._looked_at.clear()
        self._looked_at.add(thing)
        call = self._lines.pop(thing, None)
        return call if call is not None else self._lines.get(("name", instrument), Call())

    def of_instrument(self, name: str) -> Call:
        """Return the line at which an instrument was made."""
        return self._lines.get(("name", name), Call())


def _measuring(lines: _Lines, watch: Watch) -> Any:
    def make(original: Any) -> Any:
        @functools.wraps(original)
        def measure(self: Any, amount: Any, attributes: Any = None, *args: Any, **kw: Any) -> Any:
            if attributes:
                frame = sys._getframe(1)  # noqa: SLF001  # as logging does
                watch.safely(_keep, lines, attributes, lambda: call_here(frame))
            return original(self, amount, attributes, *args, **kw)

        return measure

    return make


def _keep(lines: _Lines, attributes: Any, call: Callable[[], Call]) -> None:
    lines.keep(*(thing for _, thing in _things(attributes)), call=call)


def _creating(lines: _Lines, watch: Watch) -> Any:
    def make(original: Any) -> Any:
        @functools.wraps(original)
        def create(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
            frame = sys._getframe(1)  # noqa: SLF001  # as logging does
            watch.safely(lambda: lines.keep(("name", name), call=lambda: call_here(frame)))
            return original(self, name, *args, **kwargs)

        return create

    return make


def _things(attributes: Any) -> Iterator[tuple[str, Hashable]]:
    for key, value in dict(attributes).items():
        held: Any = tuple(value) if isinstance(value, list) else value
        yield key, (key, held if isinstance(held, Hashable) else repr(held))


def _look_at(metric: Any, lines: _Lines, watch: Watch) -> None:
    name = metric.name
    made = lines.of_instrument(name)
    for field in ("name", "description", "unit"):
        text = getattr(metric, field)
        if text and lines.taken((field, name, text), name) is not None:
            watch.text(_EXIT, text, made, field=field)
    shown = watch.redactor.text(name)
    for point in metric.data.data_points:
        _attributes(point.attributes, f"{shown}.attributes", lines, name, watch)
        # Points have them since 1.28 of the SDK.
        for exemplar in getattr(point, "exemplars", None) or ():
            field = f"{shown}.exemplars"
            _attributes(exemplar.filtered_attributes, field, lines, name, watch)


def _attributes(attributes: Any, field: str, lines: _Lines, instrument: str, watch: Watch) -> None:
    values = dict(attributes or {})
    for key, thing in _things(values):
        call = lines.taken(thing, instrument)
        if call is not None:
            watch.record(_EXIT, {key: values[key]}, call, field=field)
