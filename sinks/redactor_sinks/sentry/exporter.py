"""The exporter for Sentry: one envelope a request, and what the answer means."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from redactor import InputError, __version__
from redactor_sinks.delivery.contract import Delivered, Entry, Outcome, Refused, Retry, Split
from redactor_sinks.posting import Answer, Poster, asked_to_wait, parse_address
from redactor_sinks.sentry.envelopes import sent_now
from redactor_sinks.sentry.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SentryExporter"]

_FORM = "Write it as https://KEY@HOST/PROJECT, as the project's settings show it"
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
        timeout: Seconds for connecting, and for each wait for bytes of the answer.
        ca_file: Certificates to trust instead of those of the system.

    Raises:
        InputError: *dsn* is no DSN.
        MissingExtraError: The package urllib3 is not installed.
    """

    kind = "sentry"
    max_entries = 1
    #: What Sentry takes of an envelope, unpacked.
    max_bytes = 100_000_000

    def __init__(self, dsn: str, *, timeout: float = 10.0, ca_file: str = "") -> None:
        address = parse_address("sink sentry", dsn, _FORM)
        folder, _, project = address.path.rpartition("/")
        if not _KEY.fullmatch(address.user) or not _PROJECT.fullmatch(project):
            raise InputError("sink sentry", "the address has no key or no project", _FORM)
        self.name = f"sentry:{address.base}{folder}/{project}"
        self._path = f"{folder}/api/{project}/envelope/"
        client = f"redactor/{__version__}"
        self._headers = {
            "Content-Type": "application/x-sentry-envelope",
            "Content-Encoding": "gzip",
            "User-Agent": client,
            "X-Sentry-Auth": (
                f"Sentry sentry_version=7, sentry_key={address.user}, sentry_client={client}"
            ),
        }
        self._poster = Poster(
            "sink sentry", address.base, timeout=timeout, ca_file=ca_file, extra="sentry"
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
        answer = self._poster.post(
            self._path, gzip.compress(sent_now(entry.payload), 6, mtime=0), self._headers
        )
        self._limits.update(answer.status, answer.headers)
        return self._outcome(answer, categories)

    def close(self) -> None:
        """Let go of connections."""
        self._poster.close()

    def _held(self, categories: Sequence[str]) -> Retry | None:
        wait = self._limits.wait(categories)
        if not wait:
            return None
        return Retry("rate limit", wait, "all" if self._limits.all_wait else "stream")

    def _outcome(self, answer: Answer, categories: Sequence[str]) -> Outcome:
        status = answer.status
        if 200 <= status < 300:
            if answer.is_page:
                return Refused("the answer is a web page", "What answers there is no Sentry")
            return Delivered()
        if not status:
            return Retry(answer.problem)
        reason = f"status {status}"
        if status == 429:
            # A limit for other categories alone, or of no time at all, is no reason to hurry.
            return self._held(categories) or Retry(reason, 1.0, "stream")
        if status >= 500 or status == 408:
            return Retry(reason, asked_to_wait(answer.headers.get("retry-after")))
        if status in _OF_US:
            return Refused(reason, "Check the key and the project of the DSN")
        if 300 <= status < 400:
            return Refused(reason, "It wants to send us elsewhere: use the DSN of that place")
        return Split(reason)
