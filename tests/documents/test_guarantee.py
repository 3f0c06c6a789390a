"""
What is promised: each excerpt of eight words, or of sixteen characters of a script without spaces,
is found whole, however it is written; and nothing beside it is touched.
"""

from __future__ import annotations

import atexit
import json
import random
import re
import shutil
import tempfile
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality import prose
from redactor import Redactor
from redactor.documents import Documents
from redactor.fingerprints import tokens_of
from redactor.markers import MARKER
from tests.conftest import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

SCRIPTS = ("latin", "cyrillic", "arabic", "han")


def folder() -> Path:
    """A folder that stays for the run, and no longer."""
    made = tempfile.mkdtemp(prefix="documents-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


@cache
def registered() -> tuple[Documents, dict[str, list[str]]]:
    """A store with a document of each script, and their words."""
    documents = Documents()
    documents.open(folder())
    words: dict[str, list[str]] = {}
    for script in SCRIPTS:
        text = prose.document(1, 400, script)
        documents.register(text, id=script)
        words[script] = (
            list(text.replace("\n", "").replace("。", "")) if script == "han" else text.split()
        )
    return documents, words


@cache
def redactor(engine: EngineName) -> Redactor:
    return Redactor(engine=engine, documents=registered()[0])


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def soft_hyphens(text: str) -> str:
    return re.sub(r"(\w)(\w)", "\\1\u00ad\\2", text)


#: What a program may do to an excerpt before it logs it.
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": str.upper,
    "title case": str.title,
    "wrapped": lambda text: textwrap.fill(text, 40),
    "quoted mail": lambda text: textwrap.indent(textwrap.fill(text, 60), "> > "),
    "spaces": lambda text: re.sub(r"\s+", " \t  ", text),
    "dashes": lambda text: re.sub(r"\s+", " — ", text),
    "no punctuation": lambda text: re.sub(r"[^\w\s]|_", " ", text),
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "JSON as it is": lambda text: json.dumps(text, ensure_ascii=False),
    "wrapped JSON": lambda text: json.dumps(textwrap.fill(text, 40)),
    "repr": repr,
    "repr of bytes": lambda text: repr(text.encode()),
    "full width": full_width,
    "soft hyphens": soft_hyphens,
}


def excerpt_of(script: str, start: int, count: int) -> str:
    words = registered()[1][script]
    start %= len(words) - count
    return ("" if script == "han" else " ").join(words[start : start + count])


@cache
def of_all_lengths() -> tuple[list[str], Documents]:
    """A document whose words have 1 to 70 characters, short ones most of the time."""
    random_ = random.Random(8)
    sizes = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 70]
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = [
        "".join(random_.choices(letters, k=random_.choice(sizes) if at % 20 > 9 else 3))
        for at in range(400)
    ]
    documents = Documents()
    documents.open(folder())
    documents.register(" ".join(words), id="lengths")
    return words, documents


@cache
def with_lengths(engine: EngineName) -> Redactor:
    return Redactor(engine=engine, documents=of_all_lengths()[1])


@given(
    start=st.integers(0, 391),
    gaps=st.lists(st.sampled_from([1, 1, 1, 2, 7, 63, 64, 65, 130]), min_size=8, max_size=8),
    lead=st.integers(0, 130),
)
def test_words_and_gaps_of_any_length_hide_no_excerpt(
    engine_name: EngineName, start: int, gaps: list[int], lead: int
) -> None:
    """
    Eight words are found wherever the blocks of 64 bytes cut them, in texts and in short values.
    """
    words, _ = of_all_lengths()
    own = with_lengths(engine_name)
    chosen = words[start : start + 8]
    spread = "".join(word + " " * gap for word, gap in zip(chosen, gaps, strict=True))
    close = " ".join(chosen)

    for text in ("." * lead + spread, "." * lead + close, close):
        for out in (own.text(text), own.record({"said": text})["said"]):
            assert out.strip(". ") == "[document registered lengths 8 words]"
    seven = " ".join(chosen[:7])
    assert {"said": seven} == own.record({"said": seven})


@given(
    script=st.sampled_from(SCRIPTS),
    start=st.integers(0, 10_000),
    more=st.integers(0, 60),
    way=st.sampled_from(sorted(WAYS)),
    before=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    after=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_each_excerpt_is_found_whole(
    engine_name: EngineName, script: str, start: int, more: int, way: str, before: str, after: str
) -> None:
    """
    However an excerpt is written and whatever stands around it, none of its words is left.
    """
    excerpt = excerpt_of(script, start, (16 if script == "han" else 8) + more)
    # What joins it to other words makes its first or last word another one.
    before, after = before.rstrip("\\") + " | ", " | " + after
    written = WAYS[way](excerpt)

    redacted = redactor(engine_name).text(before + written + after)

    left = MARKER.sub(" ", redacted)
    kept = [token.text for token in tokens_of(left.encode())]
    beside = [token.text for token in tokens_of((before + " " + after).encode())]
    quotes = [b"b"] if way == "repr of bytes" else []
    assert MARKER.search(redacted)
    assert sorted(kept) in (sorted(beside), sorted(beside + quotes))


@given(
    script=st.sampled_from(SCRIPTS),
    start=st.integers(0, 10_000),
    data=st.data(),
)
def test_nothing_shorter_and_nothing_beside_it_is_touched(
    engine_name: EngineName, script: str, start: int, data: st.DataObject
) -> None:
    """
    Seven words stay, or fifteen characters; and of what stands around an excerpt each byte.
    """
    size = 16 if script == "han" else 8
    short = excerpt_of(script, start, data.draw(st.integers(1, size - 1)))
    long = excerpt_of(script, start + 50, size)

    redacted = redactor(engine_name).text(f"xq1 {short} xq2 ({long}) xq3\n")

    around = MARKER.split(redacted)
    assert around == [f"xq1 {short} xq2 (", ") xq3\n"] or _shares(short, long)


def _shares(short: str, long: str) -> bool:
    """The document says the same twice, so that the two are one excerpt of it."""
    return bool({*short.split()} & {*long.split()}) or bool({*short} & {*long})


@pytest.mark.parametrize("count", [8, 25, 60, 200])
def test_excerpts_of_every_place_are_found(engine_name: EngineName, count: int) -> None:
    """
    Wherever an excerpt starts: of the document no place is left out.
    """
    step = 1 if engine_name == "native" else 23
    for start in range(0, 390 - count, step):
        excerpt = excerpt_of("latin", start, count)
        redacted = redactor(engine_name).text(excerpt)
        assert not tokens_of(MARKER.sub("", redacted).encode()), start


def brute_force(document: str, text: str) -> set[int]:
    """The places of the words of *text* that are in a run of eight that *document* has."""
    runs = [token.text for token in tokens_of(document.encode())]
    known = {tuple(runs[at : at + 8]) for at in range(len(runs) - 7)}
    words = [token.text for token in tokens_of(text.encode())]
    return {
        place
        for at in range(len(words) - 7)
        if tuple(words[at : at + 8]) in known and len(set(words[at : at + 8])) > 2
        for place in range(at, at + 8)
    }


@given(seed=st.integers(0, 10**6))
def test_what_is_found_is_what_a_comparison_of_words_finds(
    engine_name: EngineName, seed: int
) -> None:
    """
    The oracle: all runs of eight words of both, compared word for word.
    """
    random_ = random.Random(seed)
    documents = Documents()
    # Few words: the same run stands in many places, and nearly the same in more.
    few = ["one", "two", "three", "four", "five"][: random_.randint(2, 5)]
    document = " ".join(random_.choices(few, k=60))
    text = " ".join(random_.choices([*few, "six"], k=80))
    with tempfile.TemporaryDirectory() as folder:
        documents.open(folder)
        if len(brute_force(document, document)) == 0:
            return
        documents.register(document, id="few")
        one = Redactor(engine=engine_name, documents=documents)

        tokens = tokens_of(text.encode())
        spans = [(start, end) for _, start, end in (
            (found.rule, found.start, found.end) for found in one.find(text.encode())
        )]  # fmt: skip

    found = {
        place
        for place, token in enumerate(tokens)
        if any(start <= token.start and token.end <= end for start, end in spans)
    }
    assert found == brute_force(document, text)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_excerpt_is_found_wherever_it_starts_and_its_lines_break(engine: EngineName) -> None:
    # Words are counted and escapes are read 64 bytes at a time: what is at an edge comes by here.
    words = registered()[1]["latin"][20:28]
    excerpt = json.dumps("\n".join(words))[1:-1]
    for size in range(140):
        text = f'{{"m": "{"-" * size}{excerpt}."}}'
        after = redactor(engine).text(text)
        left = [word for word in words if len(word) > 3 and word in after]
        assert MARKER.search(after), (size, after)
        assert not left, (size, after)


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_beside_it_hide_no_excerpt_in_a_line(engine: EngineName) -> None:
    excerpt = " ".join(registered()[1]["latin"][20:28])
    lines = ["clean line of some words", "caf\u00e9", "", "x", r"a \u0041 b"]
    random_ = random.Random(4)
    for size in range(60):
        beside = [random_.choice(lines) for _ in range(size % 12)]
        block = "\n".join([*beside, "a " * (size % 9) + excerpt, *beside, excerpt, ""])
        after = redactor(engine).lines(block.encode()).decode().split("\n")
        changed = [place for place, line in enumerate(after) if MARKER.search(line)]
        assert changed == [len(beside), 2 * len(beside) + 1], (size, after)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_excerpt_of_a_few_short_words_is_found_whole(tmp_path: Path, engine: EngineName) -> None:
    """
    Eight words can be shorter than what the native engine looks at in one go.
    """
    documents = Documents()
    documents.open(tmp_path)
    documents.register("we may not go on as it is now", id="note")
    redactor = Redactor(engine=engine, documents=documents)

    assert "[document registered note 9 words]" == redactor.text("we may not go on as it is now")
    assert {"a": ["[document registered note 8 words]"]} == redactor.record(
        {"a": ["may not go on as it is now"]}
    )
    assert {"[document registered note 8 words]": 1} == redactor.record(
        {"may not go on as it is now": 1}
    )
