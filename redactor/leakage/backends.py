"""
Log back-ends, told by the address of a request.

Secrets belong into most requests that a program makes. Into those to a log back-end they do not.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from redactor.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Backends"]

#: Addresses of log back-ends, by host or by path.
_KNOWN = r"""
    /loki/api/v1/push          # Grafana Loki
    | /v1/(?:logs|traces|metrics)\b   # OTLP
    | /_bulk\b | /_doc\b | /_create\b  # Elasticsearch, OpenSearch, VictoriaLogs
    | /insert/(?:jsonline|loki|elasticsearch)  # VictoriaLogs
    | /services/collector      # Splunk
    | /api/\d+/(?:envelope|store|minidump)/?   # Sentry
    | /gelf\b                  # Graylog
    | /log/v1\b                # New Relic
    | /1/(?:batch|events)/     # Honeycomb
    | /v2/entries:write        # Google Cloud Logging
    | ://[^/]*\b(?:logs?|intake|ingest|logging|collector)\b[^/]*/   # hosts that say so
    | ://[^/]*(?:loggly|papertrail|logz\.io|datadoghq|logtail|betterstack|mezmo|logdna|sumologic)
    """
_SCHEME = r"(?i:[a-z][a-z0-9+.-]*)://"
#: The setting, as messages name it.
_SETTING = "leakage_backends"


class Backends:
    """
    Says which requests go to a log back-end.

    Args:
        lines: More of them, and after ``!`` those that are none: a host (``audit.example.com``), a
            path on any host (``/ship``), or both; ``*`` stands for anything. A path means those
            below it too.

    Raises:
        PolicyError: A line is no such pattern.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.lines = tuple(lines)
        self._added: list[_Pattern] = []
        self._taken: list[_Pattern] = []
        for line in self.lines:
            where = self._taken if line.startswith("!") else self._added
            where.append(_Pattern(line.removeprefix("!").strip(), line))

    def __contains__(self, url: str) -> bool:
        """Say whether a request to *url* is watched."""
        if not self.lines:
            return _is_known(url)
        try:
            parts = urlsplit(url)
            host, port, path = parts.hostname or "", parts.port, parts.path or "/"
        except ValueError:  # no address, though a test may send to it
            return _is_known(url)
        if any(pattern.fits(host, port, path) for pattern in self._taken):
            return False
        return _is_known(url) or any(pattern.fits(host, port, path) for pattern in self._added)


def _is_known(url: str) -> bool:
    return _known().search(url) is not None


@cache
def _known() -> re.Pattern[str]:
    # Few runs of tests send a request.
    return re.compile(_KNOWN, re.VERBOSE | re.IGNORECASE)


class _Pattern:
    """One line of the setting."""

    def __init__(self, text: str, line: str) -> None:
        bare = re.sub(_SCHEME, "", text, count=1).partition("?")[0]
        host, slash, path = bare.partition("/")
        if not (host or path) or re.search(r"\s", bare):
            raise PolicyError(
                f"{_SETTING}: {line!r}",
                "it is neither a host nor a path",
                "Write a host (logs.example.com), a path (/ship) or both, `*` for anything, "
                "and `!` in front of what is not to be watched",
            )
        self._host = re.compile(translate(host or "*"), re.IGNORECASE)
        self._path = [re.compile(translate("/" + path))] if slash and path else []
        if self._path and not path.endswith("*"):
            self._path.append(re.compile(translate(f"/{path.rstrip('/')}/*")))

    def fits(self, host: str, port: int | None, path: str) -> bool:
        return bool(
            (self._host.match(host) or (port and self._host.match(f"{host}:{port}")))
            and (not self._path or any(pattern.match(path) for pattern in self._path))
        )
