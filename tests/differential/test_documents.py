"""
The native engine decides by one counting pass which documents a text may hold. It hides none.

The reference engine has no such pass and looks for everything everywhere: what both find is what is
found with the pass and without it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality import documents
from redactor.engines import native_available
from redactor.engines.native import NativeEngine
from redactor.engines.reference import ReferenceEngine
from redactor.engines.reference.document_prose import may_hold_prose, prose_in
from redactor.packs import Ruleset, load_builtin

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not native_available(), reason="the native engine is not built")

#: Long ones: fifty of them are long enough to be looked at.
_WORDS = (
    "bridge engineer nobody wanted committee winter volunteers carried letter school northern "
    "deeper footing anybody expected several members opening concert"
).split()
#: Words at which the score of prose turns, and pieces of the documents that show what they are.
_TURNS = (
    "a", "x", "a/b", "/srv/app", "key=1", "12", "3.5", "1,000", "50%", "%", "10%off", "5th",
    "30m", "v2", "abcdefgh1", "O1d", "10:00:00", "2026-11-27", "2026-11-27T10:00:00Z",
    "[10:00:00]", "foo.bar", "foo(bar)", "foo_bar", "don't", "well-known", "McDonald", "fooBar",
    "ERROR:", "info:", "note:", "(see:", "word:", 'word:"', 'word":', "'key':", '"key":',
    '\\"key\\":', '\\\\\\"key\\\\\\":', '"key":"value",', '{"a":', "a:b", "::", "a::b", '":',
    "b,c", "word,", "...", "a...b", "--", "**bold**", "# Head", "`x`", "\\n", "\\\\n", "\\n\\n",
    "\\t", "\n", "\r\n", "\0", "\x01", "\x7f", "\x1b[0m", "\u00e9", "na\u00efve/x",
    "\u201cword\u201d", "\u2014", "word\u2014word", "\u2026", "\u2502",
    "\u5728\u6625\u5929\u5f00\u59cb\u4e4b\u524d", "\u5728/\u6625", "\u5728" * 40,
    "\\u0436\\u0438", "\\u4e2d\\u6587", "\\u4e2d" * 20, "\\x41b", "\\u00e9", "\\ufffd", "\ufffd",
    "\U0001f642", '\\"said', "C:\\new\\run", "\\", "\\\\", '"', "'", '\\"', "http://x.y/z",
    "a@b.cc", "x" * 30, "A" * 2050, "bB7/" * 600, "<p>", "</p>", "<\\/p>", "<html>", "},", "},{",
    '[{"a": 1},', '{"name": "Ana Lima"}, ', "{", "}", "a|b|c", "a,b,c", "a;b;c", "a\\tb\\tc",
    'msgid "x"', 'msgstr "x"', "00:00:01.000 --> 00:", "Subject: x", "From: a@b.cc", "To: b",
    "Date: now", "Message-ID: 1", "MIME-Version: 1.0", "content-disposition: form-data",
    "filename=x", "%PDF-1", "GIF89a", "JFIF\0", "Exif", "PK\\x03\\x04", "7z\u00bc\u00af", "rtf",
    "{\\rtf1", "body", '"body":', "content='",
)  # fmt: skip


@pytest.fixture(scope="module")
def engines() -> tuple[NativeEngine, ReferenceEngine]:
    ruleset = Ruleset.compile(list(load_builtin("documents").rules))
    return NativeEngine(ruleset), ReferenceEngine(ruleset)


@st.composite
def _texts(draw: st.DrawFn) -> bytes:
    """Some fifty words with what tells prose from a log between them, in quotes or without."""
    chance = draw(st.randoms(use_true_random=False))
    turns = draw(st.lists(st.sampled_from(_TURNS), min_size=1, max_size=8))
    share = draw(st.sampled_from((0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7)))
    separator = draw(st.sampled_from((" ", "  ", "\n", "\\n", "\\\\n")))
    parts: list[str] = []
    for place in range(draw(st.integers(50, 60) | st.sampled_from((70, 100, 200)))):
        word = _WORDS[place % len(_WORDS)]
        parts.append(chance.choice(turns) if chance.random() < share else word)
        between = ("", "\n", ", ", ". ", "\\n")
        parts.append(separator if chance.random() < 0.9 else chance.choice(between))
    text = "".join(parts)
    if draw(st.booleans()):
        quote = draw(st.sampled_from(('"', "'", '\\"')))
        head = "x" * draw(st.integers(0, 70))
        name = draw(st.sampled_from(("", "k: ", "body=", '{"k": ')))
        text = f"{head} {name}{quote}{text}{quote}{chance.choice(('', '}', ' tail'))}"
    return text.encode()


@given(text=_texts())
def test_no_document_is_hidden_by_what_is_counted_first(
    engines: tuple[NativeEngine, ReferenceEngine], text: bytes
) -> None:
    """Texts near the edge of each condition: what is found is the same."""
    native, reference = engines
    assert sorted(native.find(text)) == sorted(reference.find(text))


def _corpus(count: int, long: int) -> Iterator[bytes]:
    for record in documents.records(count, cuts=("whole",)):
        held = record.record
        if not isinstance(held, str):
            held = json.dumps(held, default=str, ensure_ascii=record.index % 2 == 1)
        yield held.encode()
    for _, text in documents.legitimate(long):
        yield text.encode()


@pytest.mark.parametrize(("count", "long"), [(1, 2), pytest.param(4, 20, marks=pytest.mark.slow)])
def test_no_document_of_the_corpus_is_hidden(
    engines: tuple[NativeEngine, ReferenceEngine], count: int, long: int
) -> None:
    """The corpus of documents and long records: what is found is the same."""
    native, reference = engines
    texts = list(_corpus(count, long))
    differ = [text for text in texts if sorted(native.find(text)) != sorted(reference.find(text))]

    assert differ == []
    assert sum(bool(native.find(text)) for text in texts) > len(texts) // 4


_PARTS = ("word", "Word", "word,", "k=v", "user_id", "12:30:11", "name:", "/srv/app", '"key":', "7")
_SPACES = (" ", " ", " ", "\\n", "\n", "\t", "\\\\t", "\0")


@given(
    before=st.lists(st.sampled_from(_PARTS), max_size=3),
    count=st.integers(46, 54),
    behind=st.lists(st.sampled_from(_PARTS), max_size=3),
    space=st.sampled_from(_SPACES),
    cuts=st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_prose_between_quotes_is_never_taken_for_none(
    before: list[str], count: int, behind: list[str], space: str, cuts: tuple[int, int]
) -> None:
    """What the text weighs as a whole says of no piece of it that it is no prose when it is."""
    words = [f"{'abcdefgh'[at % 8]}word{'xyz'[at % 3]}" for at in range(count)]
    text = bytearray(space.join(("a=id", *before, *words, *behind, "id=a")).encode())
    if list(prose_in(text, cuts[0], len(text) - cuts[1])):
        assert may_hold_prose(text)
