"""From a batch of one stream to one push, and from Loki's answer to an outcome."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Literal

from redactor import InputError, MissingExtraError
from redactor_sinks.delivery import Delivered, Refused, Retry, Split
from redactor_sinks.http import HttpClient, NoAnswerError, address_of, basic, retry_after
from redactor_sinks.loki.limits import BODY_LIMIT
from redactor_sinks.loki.wire import GzipJson, SnappyProtobuf, snappy_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor_sinks.delivery import Entry, Outcome
    from redactor_sinks.http import Answer

__all__ = ["Encoding", "LokiExporter"]

#: ``auto``: protobuf where the extra ``loki`` is installed, else JSON.
Encoding = Literal["auto", "protobuf", "json"]

_PATH = "/loki/api/v1/push"
_TENANT = re.compile(r"[A-Za-z0-9!\-_.*'()|]{1,150}")
#: Loki refuses what is older than a week, in nanoseconds; a minute less, for the way.
_OLDEST = (7 * 86400 - 60) * 10**9
#: Phrases in Loki's answers to a push, and what we call them. Nothing else of an answer is shown.
_PHRASES = (
    (b"too far behind", "too far behind the newest of its stream"),
    (b"timestamp too old", "too old for Loki"),
    (b"too new", "too far in the future for Loki"),
    (b"max entry size", "too long for Loki"),
    (b"label names per series", "too many labels for Loki"),
    (b"structured metadata", "too much structured metadata for Loki"),
)


class LokiExporter:
    """
    Pushes batches to one Loki, each a single request with a single stream.

    The streams of its entries are labels as JSON.

    Args:
        url: Its address. A user name and password in it are sent as basic authentication.
        tenant: Sent as ``X-Scope-OrgID``.
        user: User name of basic authentication.
        password: Its password.
        token: Sent as bearer authentication.
        ca_file: Certificates that may have signed Loki's. Default: those of the system.
        encoding: Form of the push.
        timeout: Seconds for a whole exchange.

    Raises:
        InputError: The address, the tenant or the certificates are wrong.
        MissingExtraError: Protobuf was asked for and the extra ``loki`` is not installed.
    """

    kind = "loki"
    max_entries = 10_000
    max_bytes = BODY_LIMIT

    def __init__(
        self,
        url: str,
        *,
        tenant: str = "",
        user: str = "",
        password: str = "",
        token: str = "",
        ca_file: str = "",
        encoding: Encoding = "auto",
        timeout: float = 10.0,
    ) -> None:
        address = address_of(url, "sink loki", "loki:http://HOST:3100")
        if tenant and not _TENANT.fullmatch(tenant):
            raise InputError(
                "sink loki: tenant",
                "it holds a character that Loki refuses",
                "Use letters, digits and -",
            )
        self.name = f"loki:{address.name}"
        compress = snappy_or_none() if encoding != "json" else None
        if encoding == "protobuf" and compress is None:
            raise MissingExtraError("sink loki: encoding protobuf", "cramjam", "loki")
        self._wire = SnappyProtobuf(compress) if compress is not None else GzipJson()
        headers = dict(self._wire.headers)
        if tenant:
            headers["X-Scope-OrgID"] = tenant
        authorization = address.authorization
        if user or password:
            authorization = basic(user, password)
        if token:
            authorization = f"Bearer {token}"
        if authorization:
            headers["Authorization"] = authorization
        path = address.path.rstrip("/")
        self._path = path if path.partition("?")[0].endswith(_PATH) else path + _PATH
        self._client = HttpClient(address, headers, timeout=timeout, ca_file=ca_file)

    def __repr__(self) -> str:
        return f"<LokiExporter {self.name}>"

    def send(self, entries: Sequence[Entry]) -> Outcome:
        """Push *entries*; what Loki would refuse for its age is not sent."""
        oldest = time.time_ns() - _OLDEST
        if entries[0].time < oldest:
            old = next((n for n, entry in enumerate(entries) if entry.time >= oldest), len(entries))
            outcome = self.send(entries[old:]) if old < len(entries) else Delivered()
            if not isinstance(outcome, Delivered):
                return outcome
            later = {number + old: reason for number, reason in outcome.rejected.items()}
            return Delivered({**dict.fromkeys(range(old), "too old for Loki"), **later})
        try:
            body = self._wire.body(entries[0].stream, entries)
        except ValueError:
            return Split("its labels are damaged")
        if len(body) >= 1 << 20 and len(entries) > 1:
            return Split("the batch is too large")
        try:
            answer = self._client.post(self._path, self._wire.compressed(body))
        except NoAnswerError as error:
            if error.untrusted:
                return Refused(error.reason, "Check the certificate, or name its issuer in ca_file")
            return Retry(error.reason)
        return _outcome(answer)

    def summary(self, text: str) -> bytes:
        """Write the record that says how many were dropped."""
        return text.encode("utf-8", "replace")

    def close(self) -> None:
        self._client.close()


def _outcome(answer: Answer) -> Outcome:
    status = answer.status
    if status == 204 or (200 <= status < 300 and not answer.body.strip()):
        return Delivered()
    if status in (400, 413, 422):
        # Not all of it is at fault, and some of it may be stored: the rest is found by halving,
        # and what is sent again is absorbed, because its time is the same.
        return Split(_reason(answer))
    if status == 429:
        return Retry("status 429", retry_after(answer.headers), "stream")
    if status == 500:
        # What Loki cannot pass on inside is answered so for ever, and so is an outage.
        return Split("status 500", certain=False)
    if status == 408 or status > 500:
        return Retry(f"status {status}", retry_after(answer.headers))
    if status in (401, 403):
        return Refused(f"status {status}", "Check the credentials and the tenant")
    if 200 <= status < 300:
        return Refused("the answer is not Loki's", "Check the address: something else answers")
    return Refused(f"status {status}", "Check the address")


def _reason(answer: Answer) -> str:
    body = answer.body.lower()
    for phrase, words in _PHRASES:
        if phrase in body:
            return words
    return f"status {answer.status}"
