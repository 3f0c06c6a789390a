"""The sink that pushes to Grafana Loki over HTTP."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

from redactor import InputError
from redactor_sinks.contract import DeliveryError
from redactor_sinks.lines import Line, LineAssembler
from redactor_sinks.loki_push import Client, body_of, entry

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LokiSink"]

#: Loki's default limits, in bytes: a line, a label's name, a label's value; and labels a stream.
LINE_LIMIT = 262_144
_NAME_LIMIT, _VALUE_LIMIT, _LABEL_LIMIT = 1024, 2048, 15
#: Bytes of a body before compression. Loki cannot pass on more than 4 MiB inside.
_BODY_LIMIT = 1_000_000
#: How long a line waits for company, in seconds.
_DELAY = 1.0
_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TENANT = re.compile(r"[A-Za-z0-9!\-_.*'()|]{1,150}")


class LokiSink:
    """
    Pushes lines to Loki in batches of one stream.

    A line gets its time once, when it is taken: nanoseconds since 1970, strictly rising, so that
    a batch that is sent again stores nothing twice. A line over 256 KiB is cut and says so; bytes
    that are no UTF-8 become U+FFFD. What is not delivered after all tries is counted and reported
    by ``DeliveryError``; the sink then goes on with the next batch.

    Args:
        url: Address of Loki, such as ``http://localhost:3100``. A user name and password in it
            are sent as basic authentication.
        labels: Labels of the stream. Default: ``job="redactor"``.
        tenant: Sent as ``X-Scope-OrgID``.
        attempts: Tries for each batch, the first one included.
        backoff: Seconds before the second retry; doubled before each one after it, up to ten.
        timeout: Seconds for connecting, and for each wait for bytes of the answer.

    Raises:
        InputError: The address, a label or the tenant is wrong.
        MissingExtraError: The extra ``loki`` is not installed.
    """

    def __init__(
        self,
        url: str,
        *,
        labels: Mapping[str, str] | None = None,
        tenant: str = "",
        attempts: int = 8,
        backoff: float = 1.0,
        timeout: float = 10.0,
    ) -> None:
        self._labels = dict(labels) if labels else {"job": "redactor"}
        _check_labels(self._labels)
        if tenant and not _TENANT.fullmatch(tenant):
            raise InputError(
                "sink loki: tenant",
                "it holds a character that Loki refuses",
                "Use letters, digits and -",
            )
        self._client = Client(
            url, tenant=tenant, attempts=attempts, backoff=backoff, timeout=timeout
        )
        self._overhead = len(body_of(self._labels, ()))
        self._lines = LineAssembler(LINE_LIMIT + 1)
        self._entries: list[bytes] = []
        self._size = self._overhead
        self._since = 0.0  # when the first entry of the batch was taken, monotonic
        self._last = 0  # the newest time given to a line
        self._lost = 0
        self._reason = ""

    def __repr__(self) -> str:
        return f"<LokiSink {self._client.name}>"

    def write(self, lines: bytes) -> None:
        for line in self._lines.feed(lines):
            self._take(line)
        if self._entries and time.monotonic() - self._since >= _DELAY:
            self._push()
        self._report()

    def flush(self) -> None:
        self._push()
        self._report()

    def close(self) -> None:
        rest = self._lines.finish()
        if rest is not None:
            self._take(rest)
        self._push()
        self._client.close()
        self._report()

    def _take(self, line: Line) -> None:
        self._last = max(time.time_ns(), self._last + 1)
        item = entry(self._last, _text(line))
        if self._size + len(item) + 1 > _BODY_LIMIT:
            self._push()
        if not self._entries:
            self._since = time.monotonic()
        self._entries.append(item)
        self._size += len(item) + 1

    def _push(self) -> None:
        if not self._entries:
            return
        entries, self._entries, self._size = self._entries, [], self._overhead
        reason = self._client.send(body_of(self._labels, entries))
        if reason:
            self._lost += len(entries)
            self._reason = reason

    def _report(self) -> None:
        if not self._lost:
            return
        lost, self._lost = self._lost, 0
        if self._reason == "status 400":
            problem = f"it refused a batch ({self._reason}), {lost} lines"
            remedy = "Lines of it that are in order may be stored; the reason is in Loki's own log"
        elif self._reason in ("status 401", "status 403", "status 404"):
            problem = f"it refused a batch ({self._reason}), {lost} lines"
            remedy = "Check the address, the tenant and the credentials"
        else:
            problem = f"{lost} lines were not delivered ({self._reason})"
            remedy = "Check that Loki is up and how much it takes, and filter that part again"
        raise DeliveryError(self._client.name, problem, remedy, lines=lost)


def _text(line: Line) -> str:
    """Return the text of *line* within Loki's limit, with a mark where it was cut."""
    text = line.head.decode("utf-8", "replace")
    encoded = text.encode("utf-8")
    if len(encoded) <= LINE_LIMIT and len(line.head) == line.size:
        return text
    mark = f" [cut by redactor: the line has {line.size} bytes]"
    return encoded[: LINE_LIMIT - len(mark)].decode("utf-8", "ignore") + mark


def _check_labels(labels: Mapping[str, str]) -> None:
    if len(labels) > _LABEL_LIMIT:
        raise InputError(
            "sink loki: labels", f"there are {len(labels)}", f"Loki takes {_LABEL_LIMIT} at most"
        )
    for name, value in labels.items():
        where = f"sink loki: label {json.dumps(name)}"
        if not _LABEL_NAME.fullmatch(name) or len(name) > _NAME_LIMIT:
            raise InputError(where, "it is no label name", "Use letters, digits and _")
        if len(value.encode("utf-8", "replace")) > _VALUE_LIMIT:
            raise InputError(where, "its value is too long", f"Loki takes {_VALUE_LIMIT} bytes")
