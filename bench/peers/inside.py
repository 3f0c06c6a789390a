"""
A worker: one peer behind a small face, for its latency and as a filter of lines.

Runs inside the environment of the peer, where nothing of this repository is installed: imports
nothing but the standard library and, inside each function, the peer. Started as

    python inside.py NAME             answers requests, a line of JSON each
    python inside.py NAME --filter    copies standard input to standard output, line by line

Requests, and what the answer holds: ``{"texts": [...], "as": NAME}`` nothing, the texts are kept
under that name; ``{"time": NAME, "calls": N}`` ``ns``, the time of each call; ``{"memory": true}``
``kib``, the most memory that was held; ``{"lines": [...]}`` ``lines``, each as a filter writes it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from importlib.util import module_from_spec, spec_from_file_location
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ADAPTERS", "Adapter", "main"]

_MARKER = "[redacted]"


class Adapter(NamedTuple):
    """
    How a peer is called.

    Attributes:
        call: What is timed. Takes what ``prepare`` returns.
        line: A line in, the line as it goes out, as a filter of lines would do it.
        prepare: Makes of a line what ``call`` takes; not timed.
        spends: Whether ``call`` changes what it is given, so that each call needs one of its own.
    """

    call: Callable[[Any], Any]
    line: Callable[[str], str]
    prepare: Callable[[str], Any] = str
    spends: bool = False


def _texts(call: Callable[[str], str]) -> Adapter:
    return Adapter(call, call)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + _MARKER + text[end:]
    return text


def _finds(find: Callable[[str], list[tuple[int, int]]]) -> Adapter:
    """Adapt what finds and does not replace: the spans are cut out here."""
    return _texts(lambda text: _without(text, find(text)))


def _records(scrub: Callable[[Any], Any], *, spends: bool = False) -> Adapter:
    """Adapt what takes records: a line is parsed, and that is not timed."""

    def line(text: str) -> str:
        try:
            record = json.loads(text)
        except ValueError:
            return text
        return json.dumps(scrub(record))

    return Adapter(scrub, line, json.loads, spends)


def redactor() -> Adapter:
    """Return this redactor, on text."""
    from redactor import Redactor

    return _texts(Redactor(engine="native").text)


def redactor_records() -> Adapter:
    """Return this redactor, on records."""
    from redactor import Redactor

    return _records(Redactor(engine="native").record)


def re_filter() -> Adapter:
    """Return fifteen patterns in one expression of ``re``."""
    import re

    return _texts(_sub(re))


def regex_filter() -> Adapter:
    """Return the same patterns in one expression of ``regex``."""
    import regex

    return _texts(_sub(regex))


def _sub(module: Any) -> Callable[[str], str]:
    sub = module.compile("|".join(_patterns())).sub
    return lambda text: sub(_MARKER, text)


def _patterns() -> list[str]:
    return json.loads(os.environ["PEERS_PATTERNS"])  # type: ignore[no-any-return]


def hyperscan() -> Adapter:
    """Return a raw scan of Hyperscan for the same patterns: nothing is replaced."""
    import re

    import hyperscan as package

    patterns = [re.sub(r"\(\?<!\\d\)|\(\?!\\d\)", "", pattern) for pattern in _patterns()]
    database = package.Database()
    database.compile(
        expressions=[pattern.encode() for pattern in patterns],
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[package.HS_FLAG_SINGLEMATCH] * len(patterns),
    )
    found: list[int] = []

    def scan(text: str) -> str:
        database.scan(text.encode(), match_event_handler=lambda number, *_: found.append(number))
        found.clear()
        return text

    return _texts(scan)


def loggingredactor() -> Adapter:
    """Return loggingredactor with the same patterns and the names of secrets as keys."""
    import re

    import loggingredactor as package

    scrubber = package.RedactingFilter(
        [re.compile(pattern) for pattern in _patterns()],
        mask=_MARKER,
        mask_keys=set(json.loads(os.environ["PEERS_KEYS"])),
    )
    records = _records(scrubber.redact)
    return records._replace(
        line=lambda text: records.line(text) if text.startswith("{") else str(scrubber.redact(text))
    )


def scrubadub() -> Adapter:
    """Return scrubadub with its default detectors."""
    import scrubadub as package

    return _texts(package.Scrubber().clean)


def presidio() -> Adapter:
    """Return Presidio's analyzer with its recognizers of patterns, as bench.quality has it."""
    return _finds(_quality("presidio"))


def kingfisher() -> Adapter:
    """Return Kingfisher's rules, by its Python package."""
    return _finds(_quality("kingfisher"))


def _quality(name: str) -> Callable[[str], list[tuple[int, int]]]:
    """Return the function that bench.quality scores *name* by, text by text."""
    # By its path: the package around it needs what the environment of a peer does not have.
    path = Path(__file__).resolve().parents[1] / "quality" / "peers" / "adapters.py"
    spec = spec_from_file_location("adapters", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    find: Callable[[str], list[tuple[int, int]]] = module.FINDERS[name]()
    return find


def detect_secrets() -> Adapter:
    """Return detect-secrets with its default plugins and filters, line by line."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    settings = default_settings()
    settings.__enter__()

    def redact(text: str) -> str:
        assert settings  # held here: they end when nothing holds them
        for secret in scan_line(text):
            if secret.secret_value:
                text = text.replace(secret.secret_value, _MARKER)
        return text

    return _texts(redact)


def logfire() -> Adapter:
    """Return Logfire's scrubber, on a record as an attribute."""
    from logfire._internal.scrubbing import Scrubber

    scrub = Scrubber([]).scrub_value
    return _records(lambda record: scrub(("attributes", "value"), record)[0])


def sentry_sdk() -> Adapter:
    """Return sentry-sdk's scrubber, recursive, on a record as ``extra``."""
    from sentry_sdk.scrubber import EventScrubber

    scrub = EventScrubber(recursive=True).scrub_event

    def call(record: Any) -> Any:
        event: Any = {"extra": record}
        scrub(event)
        return event["extra"]

    def line(text: str) -> str:
        try:
            return json.dumps(call(json.loads(text)), default=lambda value: value.value)
        except ValueError:
            return text

    return Adapter(call, line, json.loads, spends=True)


def sentry_relay() -> Adapter:
    """Return Relay's rules as its own default turns them on, on a record as ``extra``."""
    from sentry_relay.processing import convert_datascrubbing_config, pii_strip_event

    rules = convert_datascrubbing_config(
        {
            "scrubData": True,
            "scrubDefaults": True,
            "scrubIpAddresses": False,
            "sensitiveFields": [],
            "excludeFields": [],
        }
    )
    return _records(lambda record: pii_strip_event(rules, {"extra": record}).get("extra"))


#: Name to its maker.
ADAPTERS: dict[str, Callable[[], Adapter]] = {
    "redactor": redactor,
    "redactor-records": redactor_records,
    "re": re_filter,
    "regex": regex_filter,
    "hyperscan": hyperscan,
    "loggingredactor": loggingredactor,
    "scrubadub": scrubadub,
    "presidio": presidio,
    "logfire": logfire,
    "sentry-sdk": sentry_sdk,
    "sentry-relay": sentry_relay,
    "kingfisher": kingfisher,
    "detect-secrets": detect_secrets,
}


def _times(adapter: Adapter, texts: list[str], calls: int) -> list[int]:
    clock = time.perf_counter_ns
    call = adapter.call
    if adapter.spends:
        items = [adapter.prepare(text) for text in islice(cycle(texts), calls)]
    else:
        items = list(islice(cycle([adapter.prepare(text) for text in texts]), calls))
    kept = [0] * calls
    for place, item in enumerate(items):
        before = clock()
        call(item)
        kept[place] = clock() - before
    return kept


def _peak() -> int:
    """Return the most memory that this process held, in KiB, from ``/proc``; 0 without one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return next(
        int(line.split()[1])
        for line in status.read_text(encoding="ascii", errors="replace").splitlines()
        if line.startswith("VmHWM:")
    )


def _serve(adapter: Adapter) -> None:
    adapter.call(adapter.prepare('{"level": "INFO", "message": "ready"}'))
    texts: dict[str, list[str]] = {}
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a peer prints is no answer
    print("{}", file=out, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        if "texts" in request:
            texts[request["as"]] = request["texts"]
        elif "time" in request:
            answer["ns"] = _times(adapter, texts[request["time"]], request["calls"])
        elif "memory" in request:
            answer["kib"] = _peak()
        elif "lines" in request:
            answer["lines"] = [adapter.line(text) for text in request["lines"]]
        print(json.dumps(answer), file=out, flush=True)


def _filter(adapter: Adapter) -> None:
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        text = line[:-1].decode(errors="surrogateescape")
        out.write(adapter.line(text).encode(errors="surrogateescape") + b"\n")
    out.flush()


def main(name: str, mode: str = "") -> None:
    """Run the worker of the peer *name*."""
    warnings.simplefilter("ignore")
    adapter = ADAPTERS[name]()
    (_filter if mode == "--filter" else _serve)(adapter)


if __name__ == "__main__":
    main(*sys.argv[1:])
