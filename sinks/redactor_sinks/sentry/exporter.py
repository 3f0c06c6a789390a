"""The exporter for Sentry: one envelope a request, and what the answer means."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from redactor import InputError, __version__
from redactor_sinks.answers import is_page, pause
from redactor_sinks.delivery import Delivered, Refused, Retry, Split
from redactor_sinks.http import HttpClient, NoAnswerError, address_of
from redactor_sinks.sentry.envelopes import envelope_of, sent_now
from redactor_sinks.sentry.events import notice
from redactor_sinks.sentry.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor_sinks.delivery import Entry, Outcome
    from redactor_sinks.http import Answer

__all__ = ["SentryExporter"]

_EXAMPLE = "sentry:https://KEY@HOST/PROJECT"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")
_PROJECT = re.compile(r"[A-Za-z0-9_-]{1,100}")
_OF_US = (401, 403, 404, 405, 407)


class SentryExporter:
    """
    Sends envelopes to one project.

    An entry is one envelope; its stream is the list of its categories. What Sentry limits is held
    back until the limit is over.

    Args:
        dsn: The project's address with its key.
        timeout: Seconds for a whole exchange.
        ca_file: Certificates to trust instead of those of the system.

    Raises:
        InputError: *dsn* is no DSN, or *ca_file* cannot be read.
    """

    kind = "sentry"
    max_entries = 1
    #: What Sentry takes of an envelope, unpacked.
    max_bytes = 100_000_000

    def __init__(self, dsn: str, *, timeout: float = 10.0, ca_file: str = "") -> None:
        address = address_of(dsn, "sink sentry", _EXAMPLE)
        key = urlsplit(dsn).username or ""
        folder, _, project = address.path.rpartition("/")
        if not _KEY.fullmatch(key) or not _PROJECT.fullmatch(project):
            raise InputError(
                "sink sentry", "the address has no key or no project", f"Write it as {_EXAMPLE}"
            )
        self.name = f"sentry:{address.name}"
        self._path = f"{folder}/api/{project}/envelope/"
        client = f"redactor/{__version__}"
        self._client = HttpClient(
            address,
            {
                "Content-Type": "application/x-sentry-envelope",
                "Content-Encoding": "gzip",
                "X-Sentry-Auth": (
                    f"Sentry sentry_version=7, sentry_key={key}, sentry_client={client}"
                ),
            },
            timeout=timeout,
            ca_file=ca_file,
        )
        self._limits = Limits()

    def __repr__(self) -> str:
        return f"<SentryExporter {self.name}>"

    def send(self, entries: Sequence[Entry]) -> Outcome:
        """Send the one envelope of *entries*, unless Sentry asked to wait."""
        if len(entries) > 1:
            return Split("one envelope a request")
        entry = entries[0]
        categories = entry.stream.split(",")
        held = self._held(categories)
        if held is not None:
            return held
        try:
            answer = self._client.post(
                self._path, gzip.compress(sent_now(entry.payload), 6, mtime=0)
            )
        except NoAnswerError as error:
            if error.untrusted:
                return Refused(error.reason, "Check the certificate, or name its issuer in ca_file")
            return Retry(error.reason)
        self._limits.update(answer)
        return self._outcome(answer, categories)

    def summary(self, text: str) -> bytes:
        """Write the event that says how many records were dropped."""
        return envelope_of(notice(text))

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _held(self, categories: Sequence[str]) -> Retry | None:
        wait = self._limits.wait(categories)
        if not wait:
            return None
        return Retry("rate limit", wait, "all" if self._limits.all_wait else "stream")

    def _outcome(self, answer: Answer, categories: Sequence[str]) -> Outcome:
        status = answer.status
        if 200 <= status < 300:
            if is_page(answer):
                return Refused("the answer is a web page", "What answers there is no Sentry")
            return Delivered()
        reason = f"status {status}"
        if status == 429:
            # A limit for other categories alone, or of no time at all, is no reason to hurry.
            return self._held(categories) or Retry(reason, 1.0, "stream")
        if status >= 500 or status == 408:
            return Retry(reason, pause(answer))
        if status in _OF_US:
            return Refused(reason, "Check the key and the project of the DSN")
        if 300 <= status < 400:
            return Refused(reason, "It wants to send us elsewhere: use the DSN of that place")
        return Split(reason)
