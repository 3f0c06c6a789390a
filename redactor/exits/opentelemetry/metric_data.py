"""Metrics: what a reader or an exporter is handed, redacted."""

from __future__ import annotations

import dataclasses
from operator import is_
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.attributes import (
    Dropped,
    Withheld,
    attributes_for,
    plain,
    version,
)
from redactor.exits.opentelemetry.hand_over import each
from redactor.exits.opentelemetry.origins import Origins
from redactor.exits.opentelemetry.shapes import require

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor.exits.guard import Guard

__all__ = ["MetricData"]

#: Points that are looked at together: a record of very many values would be cut.
_TOGETHER = 200


class MetricData:
    """
    Redacts the metrics of one collection: names, descriptions, units, attributes of points and of
    exemplars, resources and scopes. Values, counts, bounds, times and ids stay: they are numbers
    and can be nothing else.

    Args:
        guard: What redacts.

    Raises:
        ExitError: The SDK's objects are not as they are known.
    """

    def __init__(self, guard: Guard) -> None:
        from opentelemetry.sdk.metrics import export
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        self._guard = guard
        self._attributes = attributes_for(guard)
        self._origins = Origins(self._attributes)
        self._nowhere = Resource.get_empty()
        self._scope = InstrumentationScope
        self._sdk = export
        require(self._nowhere, "_attributes", "_schema_url")
        require(self._attributes.bounded({}, 0), "_dict", "dropped")

    def handed_over(self, data: Any) -> Any:
        """
        Return *data* redacted; the same object when it is clean, ``None`` if nothing is left of it.

        Never raises.
        """
        if data is None:
            return None
        try:
            return self._all(data)
        except Exception as error:  # noqa: BLE001  # C1: whatever failed, nothing raw is let out
            reason = self._guard.failed("opentelemetry", error)
            return self._sdk.MetricsData([self._no_resource(reason)])

    def _all(self, data: Any) -> Any:
        resources = self._each(data.resource_metrics, self._of_resource, self._no_resource)
        return None if resources is None else _changed(data, resource_metrics=resources)

    def _of_resource(self, metrics: Any) -> Any:
        resource = self._origins.redacted(metrics.resource, version(self._guard))
        scopes = self._each(metrics.scope_metrics, self._of_scope, self._no_scope)
        if scopes is None:
            return None
        if scopes is not metrics.scope_metrics:
            scopes = _joined(scopes)
        schema = self._attributes.part(metrics.schema_url)
        return _changed(metrics, resource=resource, scope_metrics=scopes, schema_url=schema)

    def _of_scope(self, metrics: Any) -> Any:
        scope = self._origins.redacted(metrics.scope, version(self._guard))
        own = self._each(metrics.metrics, self._metric, self._no_metric)
        if own is None:
            return None
        schema = self._attributes.part(metrics.schema_url)
        return _changed(metrics, scope=scope, metrics=own, schema_url=schema)

    def _metric(self, metric: Any) -> Any:
        name, description, unit = self._attributes.redacted(
            [metric.name, metric.description, metric.unit]
        )
        data, points = metric.data, metric.data.data_points
        left: list[Any] = []
        for start in range(0, len(points), _TOGETHER):
            left += self._points(points[start : start + _TOGETHER])
        if points and not left:
            return None
        data = _changed(data, data_points=_same_or(points, left))
        return _changed(metric, name=name, description=description, unit=unit, data=data)

    def _points(self, points: Sequence[Any]) -> Sequence[Any]:
        try:
            return self._together(points)
        except Dropped:
            if len(points) == 1:
                return ()
        return [left for point in points for left in self._points((point,))]

    def _together(self, points: Sequence[Any]) -> Sequence[Any]:
        old: list[Any] = [None, None]
        for point in points:
            old.append(plain(point.attributes))
            old += [plain(exemplar.filtered_attributes) for exemplar in _exemplars(point)]
        new = self._attributes.redacted(old)
        if new is old:
            return points
        like = self._attributes.like
        parts = iter(zip(old[2:], new[2:], strict=True))
        made: list[Any] = []
        for point in points:
            fields = {"attributes": like(point.attributes, *next(parts))}
            exemplars = _exemplars(point)
            if exemplars:
                fields["exemplars"] = _same_or(
                    exemplars,
                    [
                        _changed(
                            exemplar,
                            filtered_attributes=like(exemplar.filtered_attributes, *next(parts)),
                        )
                        for exemplar in exemplars
                    ],
                )
            made.append(_changed(point, **fields))
        return made

    def _each(
        self,
        items: Sequence[Any],
        redact: Callable[[Any], Any],
        placeholder: Callable[[str], Any],
    ) -> Sequence[Any] | None:
        def redacted(item: Any) -> Any:
            try:
                return redact(item)
            except Dropped:
                return None
            except Withheld as withheld:
                return placeholder(withheld.reason)
            except Exception as error:  # noqa: BLE001  # C1
                return placeholder(self._guard.failed("opentelemetry", error))

        return each(items, redacted)

    def _no_resource(self, reason: str) -> Any:
        return self._sdk.ResourceMetrics(self._nowhere, [self._no_scope(reason)], "")

    def _no_scope(self, reason: str) -> Any:
        return self._sdk.ScopeMetrics(self._scope(reason), [], "")

    def _no_metric(self, reason: str) -> Any:
        return self._sdk.Metric(reason, "", "", self._sdk.Gauge([]))


def _exemplars(point: Any) -> Sequence[Any]:
    # Points have them since 1.28.
    return getattr(point, "exemplars", None) or ()


def _same_or(old: Sequence[Any], new: Sequence[Any]) -> Sequence[Any]:
    same = len(new) == len(old) and all(map(is_, new, old))
    return old if same else new


def _joined(scopes: Sequence[Any]) -> Sequence[Any]:
    """Join what comes from scopes that became equal: encoders would keep the last one only."""
    joined: list[Any] = []
    places: dict[Any, int] = {}
    for metrics in scopes:
        place = places.setdefault((metrics.scope, metrics.schema_url), len(joined))
        if place == len(joined):
            joined.append(metrics)
        else:
            both = [*joined[place].metrics, *metrics.metrics]
            joined[place] = dataclasses.replace(joined[place], metrics=both)
    return joined


def _changed(thing: Any, **fields: Any) -> Any:
    """Return *thing* with *fields*, itself where it has them already."""
    if all(value is getattr(thing, name) for name, value in fields.items()):
        return thing
    return dataclasses.replace(thing, **fields)
