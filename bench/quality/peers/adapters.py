"""
Peers, each behind the same small face: texts in, the spans that it takes out of each.

Most find in one text at a time (``FINDERS``); the others need all of them.

Runs inside the environment of a peer, where nothing of this repository is installed: imports
nothing but the standard library and, inside each function, the peer. Started as
``python adapters.py NAME TEXTS ANSWERS``, two files of JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["ADAPTERS", "FINDERS", "Answer", "between", "changed", "main"]

Span = tuple[int, int]
#: The spans of each text, and the seconds that the peer took for all of them.
Answer = tuple[list[list[Span]], float]
Finder = Callable[[str], list[Span]]


def _each(find: Callable[[str], list[Span]]) -> Callable[[list[str]], Answer]:
    """Scan text by text; start-up is not counted."""

    def scan(texts: list[str]) -> Answer:
        find(texts[0])
        before = time.perf_counter()
        spans = [find(text) for text in texts]
        return spans, time.perf_counter() - before

    return scan


def _occurrences(text: str, value: str) -> list[Span]:
    spans = []
    at = text.find(value) if value else -1
    while at >= 0:
        spans.append((at, at + len(value)))
        at = text.find(value, at + len(value))
    return spans


def changed(text: str, before: Any, after: Any) -> list[Span]:
    """
    Return where the leaves of a JSON document are that a scrubber changed.

    Of a text that is changed in part, the part counts; any other leaf is gone as a whole.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        spans: list[Span] = []
        for key, value in before.items():
            spans += changed(text, value, after.get(key))
        return spans
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            span
            for value, other in zip(before, after, strict=True)
            for span in changed(text, value, other)
        ]
    if before == after:
        return []
    if isinstance(before, str):
        parts = between(before, after) if isinstance(after, str) else [(0, len(before))]
        for ascii_only in (False, True):
            found = _occurrences(text, _escaped(before, ascii_only=ascii_only))
            if found:
                return [
                    (
                        place + len(_escaped(before[:start], ascii_only=ascii_only)),
                        place + len(_escaped(before[:end], ascii_only=ascii_only)),
                    )
                    for place, _ in found
                    for start, end in parts
                ]
        return []
    leaves = before.values() if isinstance(before, dict) else before
    if isinstance(before, (dict, list)):
        return [span for leaf in leaves for span in changed(text, leaf, None)]
    return _occurrences(text, json.dumps(before))


def _escaped(text: str, *, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


def _document(text: str) -> dict[str, Any] | None:
    """Read a line that is a JSON object: scrubbers of records get it as a record."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def redactor() -> Callable[[list[str]], Answer]:
    """Return this very redactor, preset ``standard``."""
    from redactor import Policy, Redactor

    return _redactor(Redactor(Policy(preset="standard"), engine="native"))


def redactor_strict() -> Callable[[list[str]], Answer]:
    """Return this very redactor, preset ``strict``."""
    from redactor import Policy, Redactor

    return _redactor(Redactor(Policy(preset="strict"), engine="native"))


def _redactor(scanner: Any) -> Callable[[list[str]], Answer]:
    def scan(texts: list[str]) -> Answer:
        spans = [[(start, end) for _, start, end in scanner.find(text)] for text in texts]
        before = time.perf_counter()
        for text in texts:
            scanner.text(text)
        return spans, time.perf_counter() - before

    return scan


def re_filter() -> Finder:
    """Return fifteen patterns in one expression of ``re``."""
    import re

    from bench.yardsticks import PATTERNS

    pattern = re.compile("|".join(PATTERNS))
    return lambda text: [match.span() for match in pattern.finditer(text)]


def presidio() -> Finder:
    """
    Return Presidio's analyzer with its recognizers of patterns.

    No language model: a blank pipeline splits words, so names of people and places are not looked
    for. Dates and addresses of pages are none of its business here, and what it scores below 0.4
    is left alone: with them, nearly every line would change.
    """
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    # Its list of domains comes with it; without this it asks the network for a newer one.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    nlp = SpacyNlpEngine()
    nlp.nlp = {"en": spacy.blank("en")}
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    engine = AnalyzerEngine(nlp_engine=nlp, registry=registry, supported_languages=["en"])
    entities = [
        name for name in engine.get_supported_entities("en") if name not in {"DATE_TIME", "URL"}
    ]
    return lambda text: [
        (found.start, found.end)
        for found in engine.analyze(text, language="en", entities=entities, score_threshold=0.4)
    ]


def scrubadub() -> Finder:
    """Return scrubadub with its default detectors."""
    import scrubadub as package

    scrubber = package.Scrubber()
    return lambda text: [(filth.beg, filth.end) for filth in scrubber.iter_filth(text)]


def detect_secrets() -> Callable[[list[str]], Answer]:
    """Return detect-secrets with its default plugins and filters, on one file of all lines."""
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings

    def scan(texts: list[str]) -> Answer:
        lines: list[str] = []
        homes: list[int] = []
        for index, text in enumerate(texts):
            for line in text.splitlines() or [""]:
                lines.append(line)
                homes.append(index)
        spans: list[list[Span]] = [[] for _ in texts]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "app.log")
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            before = time.perf_counter()
            secrets = SecretsCollection()
            with default_settings():
                secrets.scan_file(str(path))
            seconds = time.perf_counter() - before
        for _, secret in secrets:
            home = homes[secret.line_number - 1]
            spans[home] += _occurrences(texts[home], secret.secret_value or "")
        return spans, seconds

    return scan


def logfire() -> Finder:
    """Return Logfire's scrubber: a JSON line as an attribute with a document, others as text."""
    from logfire._internal.scrubbing import Scrubber

    scrubber = Scrubber([])

    def find(text: str) -> list[Span]:
        document = _document(text)
        before: Any = text if document is None else document
        after, notes = scrubber.scrub_value(("attributes", "value"), before)
        if not notes:
            return []
        return [(0, len(text))] if document is None else changed(text, before, after)

    return find


def sentry_sdk() -> Finder:
    """Return sentry-sdk's scrubber, recursive: a JSON line as ``extra``, others as a message."""
    from sentry_sdk.scrubber import EventScrubber

    scrubber = EventScrubber(recursive=True)

    def find(text: str) -> list[Span]:
        document = _document(text)
        if document is None:
            scrubber.scrub_event({"logentry": {"message": text}})
            return []
        event: Any = {"extra": json.loads(text)}
        scrubber.scrub_event(event)
        return changed(text, document, event["extra"])

    return find


def sentry_relay() -> Finder:
    """Return Relay's rules as its own default turns them on, on a log message and on ``extra``."""
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

    def find(text: str) -> list[Span]:
        document = _document(text)
        if document is not None:
            event = pii_strip_event(rules, {"extra": json.loads(text)})
            return changed(text, document, event.get("extra"))
        event = pii_strip_event(rules, {"logentry": {"formatted": text}})
        entry = event.get("logentry") or {}
        return between(text, entry.get("formatted") or "")

    return find


def between(before: str, after: str) -> list[Span]:
    """Return what is gone, where what is left stands between markers in square brackets."""
    import re

    if before == after:
        return []
    spans: list[Span] = []
    at = 0
    kept = re.split(r"\[[A-Za-z:_-]+\]", after)
    for place, piece in enumerate(kept):
        found = len(before) - len(piece) if place == len(kept) - 1 else before.find(piece, at)
        if found < at or not before.startswith(piece, found):
            return [(0, len(before))]
        if found > at:
            spans.append((at, found))
        at = found + len(piece)
    return spans


def kingfisher() -> Finder:
    """Return Kingfisher's rules, by its Python package, without asking any vendor."""
    from kingfisher_sdk import Scanner

    scanner = Scanner(redact=False)

    def find(text: str) -> list[Span]:
        data = text.encode()
        spans: list[Span] = []
        for found in scanner.scan(data):
            if not found.visible:
                continue
            place = found.location
            # What it found inside base64 is the text as decoded: then the place counts.
            spans += _occurrences(text, found.secret) or [
                (
                    len(data[: place["start_offset"]].decode(errors="ignore")),
                    len(data[: place["end_offset"]].decode(errors="ignore")),
                )
            ]
        return spans

    return find


def datafog() -> Finder:
    """Return DataFog with its engine of patterns."""
    import datafog as package

    return lambda text: [
        (entity.start, entity.end) for entity in package.scan(text, engine="regex").entities
    ]


#: Name to the maker of what finds in one text.
FINDERS: dict[str, Callable[[], Finder]] = {
    "re filter": re_filter,
    "presidio": presidio,
    "scrubadub": scrubadub,
    "logfire": logfire,
    "sentry-sdk": sentry_sdk,
    "sentry-relay": sentry_relay,
    "kingfisher": kingfisher,
    "datafog": datafog,
}
#: Name to its maker.
ADAPTERS: dict[str, Callable[[], Callable[[list[str]], Answer]]] = {
    "redactor": redactor,
    "redactor strict": redactor_strict,
    "detect-secrets": detect_secrets,
}


def _scanner(name: str) -> Callable[[list[str]], Answer]:
    return ADAPTERS[name]() if name in ADAPTERS else _each(FINDERS[name]())


def main(name: str, texts: str, answers: str) -> None:
    """Scan the texts of the file *texts* and write spans and seconds to the file *answers*."""
    warnings.simplefilter("ignore")
    spans, seconds = _scanner(name)(json.loads(Path(texts).read_text(encoding="utf-8")))
    Path(answers).write_text(json.dumps({"spans": spans, "seconds": seconds}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
