"""The peers: where each comes from, what it is measured as, and how it is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["KEYS", "PEERS", "Peer", "chosen"]

#: The names of secrets that are given to peers that ask for keys.
KEYS: tuple[str, ...] = (
    "password", "passwd", "pwd", "secret", "token", "access_token", "refresh_token", "api_key",
    "apikey", "authorization", "auth", "cookie", "session", "client_secret", "private_key",
    "card", "card_number", "cvv", "ssn", "credentials",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Peer:
    """
    Attributes:
        name: The name on the command line, in results and plots.
        kind: ``text``: called with a line; ``record``: called with a parsed record; ``scan``: finds
            and reports, and what it finds is cut out by the bench; ``filter``: a program that
            copies lines.
        registry: Where it comes from; empty for what is here already.
        packages: What is asked of the registry. The version told is that of the first.
        setup: How it is configured, in a sentence.
        program: The program of a ``filter``.
        scored: Its name in ``bench.quality.peers``, where it has one.
    """

    name: str
    kind: Literal["text", "record", "scan", "filter"]
    registry: Literal["", "PyPI", "npm", "apt"]
    packages: tuple[str, ...]
    setup: str
    program: str = ""
    scored: str = ""


#: All peers. The first two are this redactor itself, and what everything is compared with.
PEERS: tuple[Peer, ...] = (
    Peer("redactor", "text", "", (), "The preset `standard`, native engine.", scored="redactor"),
    Peer("redactor-records", "record", "", (), "The same, `Redactor.record` on parsed records."),
    Peer(
        "re", "text", "", (),
        "Fifteen patterns in one expression of `re`, what a team collects over the years "
        "([`bench/yardsticks.py`](../bench/yardsticks.py)).",
        scored="re filter",
    ),
    Peer("regex", "text", "PyPI", ("regex",), "The same patterns in one expression of `regex`."),
    Peer(
        "hyperscan", "scan", "PyPI", ("hyperscan",),
        "The same patterns as a database, a raw scan of each line: the floor. Nothing is replaced, "
        "so nothing is said about what gets through.",
    ),
    Peer(
        "loggingredactor", "record", "PyPI", ("loggingredactor",),
        "Its logging filter's `redact`, with the same patterns and a list of keys.",
    ),
    Peer(
        "scrubadub", "text", "PyPI", ("scrubadub",),
        "`Scrubber().clean` with its default detectors.",
        scored="scrubadub",
    ),
    Peer(
        "presidio", "scan", "PyPI", ("presidio-analyzer",),
        "Its recognizers of patterns, from a score of 0.4 on, without a language model, dates and "
        "addresses of pages.",
        scored="presidio",
    ),
    Peer(
        "logfire", "record", "PyPI", ("logfire",),
        "Its scrubber alone, on the record as an attribute.",
        scored="logfire",
    ),
    Peer(
        "sentry-sdk", "record", "PyPI", ("sentry-sdk",),
        "`EventScrubber(recursive=True)`, on the record as `extra`. It changes what it is given: "
        "each call has a record of its own.",
        scored="sentry-sdk",
    ),
    Peer(
        "sentry-relay", "record", "PyPI", ("sentry-relay",),
        "The rules that Relay turns on by default, on the record as `extra`.",
        scored="sentry-relay",
    ),
    Peer(
        "kingfisher", "scan", "PyPI", ("kingfisher-secret-scanner",),
        "Its Python package, which brings its Rust build: all its rules, no vendor is asked. (The "
        "crate of that name on crates.io is another program.)",
        scored="kingfisher",
    ),
    Peer(
        "detect-secrets", "scan", "PyPI", ("detect-secrets",),
        "Its default plugins and filters, `scan_line` for each line.",
        scored="detect-secrets",
    ),
    Peer(
        "node-regexp", "text", "npm", (),
        "The fifteen patterns as `RegExp` objects of V8, one after the other: its syntax has no "
        "flags for a part.",
    ),
    Peer(
        "fast-redact", "record", "npm", ("fast-redact",),
        "The list of keys at three levels; the time includes its `JSON.stringify`.",
    ),
    Peer(
        "pino", "record", "npm", ("pino",),
        "The same list as its option `redact`; the time is that of `logger.info`, into a stream "
        "that keeps the last line.",
    ),
    Peer("cat", "filter", "", (), "No option: what a copy through two pipes costs.", "cat"),
    Peer(
        "sed", "filter", "", (),
        "GNU sed, one `s///g` for each of the fifteen patterns, in the locale `C`.", "sed",
    ),
    Peer(
        "perl", "filter", "", (),
        "`perl -pe` with the fifteen patterns in one expression.", "perl",
    ),
    Peer(
        "ripgrep", "filter", "apt", ("ripgrep",),
        "`rg --passthru --replace`, the fifteen patterns without look-around, one thread.", "rg",
    ),
    Peer(
        "syslog-ng", "filter", "apt", ("syslog-ng-core",),
        "From standard input to standard output, `subst` with the fifteen patterns in one "
        "expression of PCRE.", "syslog-ng",
    ),
    Peer(
        "rsyslog", "filter", "apt", ("rsyslog",),
        "From a file to a file: it has no replacement by pattern, so where one matches, the text "
        "before and after its last match is put together with `re_extract`, pattern by pattern.",
        "rsyslogd",
    ),
)  # fmt: skip


def chosen(names: list[str]) -> list[Peer]:
    """
    Return the peers of these *names*, and this redactor, in the order of the catalogue.

    Raises:
        KeyError: There is no peer of a name.
    """
    known = {peer.name for peer in PEERS}
    for name in names:
        if name not in known:
            raise KeyError(name)
    return [peer for peer in PEERS if not names or peer.name in (*names, "redactor")]
