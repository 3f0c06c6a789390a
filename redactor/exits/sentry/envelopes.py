"""Envelopes: each item by its type, and the headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from redactor.exits.sentry import placeholders
from redactor.exits.sentry.attachments import NOT_TEXT, redacted_text
from redactor.exits.sentry.events import Events
from redactor.exits.sentry.fields import (
    ABSENT,
    DroppedError,
    Fields,
    NotRedactedError,
    is_id,
    is_time,
)
from redactor.exits.sentry.payloads import made, read
from redactor.exits.sentry.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from sentry_sdk.envelope import Envelope, Item

    from redactor.exits.guard import Guard
    from redactor.exits.sentry.payloads import Content

    #: Called for each loss, with the reason in the SDK's words and an item.
    Lost = Callable[[str, Item], object]

__all__ = ["BY_FAILURE", "BY_POLICY", "Envelopes"]

#: The SDK's words for what became of something that does not leave.
BY_POLICY = "event_processor"
BY_FAILURE = "internal_sdk_error"
#: Items that are one event each; where one cannot be redacted, a placeholder leaves.
_REPLACED = frozenset({"event", "transaction", "check_in"})
_EVENTS = frozenset({"event", "transaction"})
#: Items that are about the event of the same envelope; the others stand for themselves.
_COMPANIONS = frozenset({"attachment", "profile", "user_report", "feedback"})


class Envelopes:
    """
    Redacts envelopes.

    Args:
        guard: What redacts, and counts failures.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._fields = Fields(guard)
        self._events = Events(guard)
        self._telemetry = Telemetry(guard)
        self._header_parts: dict[str, Callable[[Any], Any]] = {
            "trace": self._trace,
            "dsn": self._dsn,
        }

    def redacted(
        self, envelope: Envelope, lost: Lost | None = None, checked: Container[int] = ()
    ) -> Envelope | None:
        """
        Return *envelope* redacted; never raises.

        Args:
            envelope: What is to leave; neither it nor its items are changed.
            lost: What counts items that do not leave.
            checked: The ``id`` of items that are redacted already.

        Returns:
            The same object where it is clean; ``None`` when nothing is left of it.
        """
        try:
            return self._redacted(envelope, lost or _uncounted, checked)
        except Exception as error:  # noqa: BLE001  # C1: what failed is not let out
            self._guard.failed("sentry", error)
            return None

    def _redacted(self, envelope: Envelope, lost: Lost, checked: Container[int]) -> Envelope | None:
        from sentry_sdk.envelope import Envelope

        items: list[Item] = []
        event_dropped = False
        for item in envelope.items:
            try:
                new = item if id(item) in checked else self._item(item, lost)
            except DroppedError:
                event_dropped = event_dropped or item.type in _EVENTS
                lost(BY_POLICY, item)
                continue
            except NotRedactedError as failure:
                new = self._placeholder(item, failure.marker, lost)
            except Exception as error:  # noqa: BLE001  # C1: the item is not let out
                new = self._placeholder(item, self._guard.failed("sentry", error), lost)
            if new is not None:
                items.append(new)
        if event_dropped:
            for item in [item for item in items if item.type in _COMPANIONS]:
                items.remove(item)
                lost(BY_POLICY, item)
        if not items and envelope.items:
            return None
        headers = self._headers(envelope.headers)
        same = len(items) == len(envelope.items) and all(
            new is old for new, old in zip(items, envelope.items, strict=True)
        )
        if same and headers is envelope.headers:
            return envelope
        return Envelope(headers=headers, items=items)

    def _headers(self, headers: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._fields.fields(headers, self._header_parts)
        except (DroppedError, NotRedactedError):
            pass
        except Exception as error:  # noqa: BLE001  # C1: they are not let out
            self._guard.failed("sentry", error)
        kept = {"event_id": is_id, "sent_at": is_time}
        return {name: headers[name] for name in kept if kept[name](headers.get(name))}

    def _trace(self, trace: Any) -> Any:
        if isinstance(trace, dict):
            return self._fields.fields(trace, {})
        return self._fields.one("trace", trace)

    def _dsn(self, dsn: Any) -> Any:
        """Return *dsn* without its secret half, which nothing needs for delivery."""
        try:
            parts = urlsplit(dsn)
            if parts.scheme in ("http", "https") and parts.username and parts.hostname:
                key, _, place = parts.netloc.rpartition("@")
                key = key.partition(":")[0]
                return (
                    dsn
                    if f"{key}@{place}" == parts.netloc
                    else dsn.replace(parts.netloc, f"{key}@{place}", 1)
                )
        except (TypeError, ValueError, AttributeError):
            pass  # no DSN
        return self._fields.one("dsn", dsn)

    def _item(self, item: Item, lost: Lost) -> Item | None:
        """Return *item* redacted; ``None`` when nothing is left of it, and that is counted."""
        headers = self._fields.record(item.headers)
        if item.type == "attachment":
            return self._attachment(item, headers)
        content = read(item)
        if content.data is not None:
            new = redacted_text(content.data, self._guard)
            if new is None:
                raise NotRedactedError(NOT_TEXT.decode())
            same = new is content.data and headers is item.headers and content.exact
            return item if same else made(headers, data=new)
        value = content.value
        if item.type not in _REPLACED and isinstance(value, dict) and "items" in value:
            return self._batch(item, headers, content, lost)
        if isinstance(value, dict):
            new_value: Any = self._events.redacted(value)
        else:
            new_value = self._fields.one("payload", value)
        if new_value is value and content.exact and headers is item.headers:
            return item
        return None if new_value is ABSENT else made(headers, value=new_value)

    def _batch(
        self, item: Item, headers: dict[str, Any], content: Content, lost: Lost
    ) -> Item | None:
        payload = content.value
        if not isinstance(payload["items"], list):
            return made(headers, value=self._fields.record(payload))
        batch = self._telemetry.batch(str(item.type), payload)
        for reason, records in ((BY_POLICY, batch.dropped), (BY_FAILURE, batch.withheld)):
            if records:
                lost(reason, _counted(headers, {**payload, "items": records}))
        if not batch.payload["items"] and payload["items"]:
            return None
        if batch.payload is payload and content.exact and headers is item.headers:
            return item
        return _counted(headers, batch.payload)

    def _attachment(self, item: Item, headers: dict[str, Any]) -> Item:
        content = read(item, as_json=False)
        data = content.data or b""
        new = redacted_text(data, self._guard)
        if new is None:
            return _withheld_attachment(headers.get("filename"), NOT_TEXT)
        if new is data and content.exact and headers is item.headers:
            return item
        return made(headers, data=new)

    def _placeholder(self, item: Item, marker: str, lost: Lost) -> Item | None:
        """Return what leaves in the place of *item*; ``None`` where nothing does."""
        if item.type == "attachment":
            return _withheld_attachment(None, marker.encode())
        if item.type not in _REPLACED:
            lost(BY_FAILURE, item)
            return None
        try:
            value = read(item).value
        except Exception as error:  # noqa: BLE001  # C1: less is known of it then
            self._guard.failed("sentry", error)
            value = None
        if not isinstance(value, dict):
            value = {"type": item.type}
        return made({"type": item.type}, value=placeholders.event(value, marker))


def _uncounted(_reason: str, _item: Item) -> None:
    """Take a loss that nobody counts."""


def _counted(headers: dict[str, Any], payload: dict[str, Any]) -> Item:
    """Return the item of a batch whose header says how many records it has."""
    if "item_count" in headers:
        headers = {**headers, "item_count": len(payload["items"])}
    return made(headers, value=payload)


def _withheld_attachment(filename: Any, text: bytes) -> Item:
    # Without the header that says what kind of attachment it was: it is none of that kind any more.
    headers = {
        "type": "attachment",
        "filename": filename if isinstance(filename, str) else "withheld.txt",
        "content_type": "text/plain",
    }
    return made(headers, data=text)
