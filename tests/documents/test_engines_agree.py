"""Both engines have the same words, the same hashes and the same findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.documents import Documents
from redactor.documents.native import hashes_of
from redactor.engines.reference.registered import DocumentSearch
from redactor.fingerprints import Hasher, Shape, tokens_of

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("redactor_core")

PIECES = (
    "alpha", "Beta", "GAMMA", "delta7", "ёлка", "ЁЛКА", "straße", "日本", "語", "ｶﾞ", "ไทย", "नमस्ते",
    "مرحبا", "２０２６", "ﬁn", "x\u00adb", "é", "e\u0301", "한글", "\U0001d400", "😀", "\ufeff",
    " ", "  ", "\n", "\t", ", ", "-", '"', "'", "\\", "\\\\", "\\n", "\\\\t", "\\u0441", "\\u65e5",
    "\\ud83d\\ude00", "\\ud835\\udc00", "\\ud83d", "\\u12", "\\x41", "\\xd0\\xbf", "\\xe9", "\\x4",
    "\\U0001d400", "\\Uffffffff", '{"a": "', '", "b": "', '"}', "[", "]", "1", "22.5", "true",
)  # fmt: skip


def texts(most: int = 60) -> st.SearchStrategy[bytes]:
    """Words, escapes and marks in a row, and bytes that are no text."""
    pieces = st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=3)
    spaced = st.tuples(pieces, st.sampled_from([b"", b" "])).map(b"".join)
    return st.lists(spaced, max_size=most).map(b"".join)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    made = Documents()
    made.open(tmp_path_factory.mktemp("store"), words=4, characters=6)
    return made


@given(data=texts())
def test_words_and_hashes_are_the_same(store: Documents, data: bytes) -> None:
    """
    The words of any bytes, what they are folded to, and the hashes of a document of them.
    """
    from redactor.engines.native import documents_of

    reader = store.store.reader
    native = documents_of(reader)
    tokens = tokens_of(data)

    told = [(t.start, t.end, t.character, reader.hasher.word(t.text)) for t in tokens]
    assert list(native.tokens(data)) == told
    runs, pairs = reader.hasher.document(tokens)
    hashes = hashes_of(reader, data)
    assert hashes.runs == b"".join(run.to_bytes(8, "little") for run in runs)
    assert hashes.pairs == b"".join(pair.to_bytes(4, "little") for pair in pairs)
    assert hashes.words == len(tokens)


@given(document=texts(), text=texts(), data=st.data())
def test_findings_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, document: bytes, text: bytes, data: st.DataObject
) -> None:
    """
    In a text with parts of the document, in a line of JSON with them, and in lines of a stream.
    """
    from redactor.engines.native import documents_of

    documents = Documents()
    documents.open(tmp_path_factory.mktemp("store"), words=4, characters=6)
    first = data.draw(st.integers(0, len(document)))
    last = data.draw(st.integers(first, len(document)))
    body = document + b" and a few words more that nobody has said"
    documents.register(body.decode("utf-8", "replace"), id="a")
    part = body.decode("utf-8", "replace").encode()[first : last + 30]
    reader = documents.store.reader
    native, reference = documents_of(reader), DocumentSearch(reader)

    for whole in (
        text + b" " + part + b"; " + text,
        json.dumps({"a": [part.decode("utf-8", "replace"), 1, True], "b": "said"}).encode(),
        b'{"a":"' + part + b'","b":"' + part + b'"}',
    ):
        for lines in (False, True):
            assert list(native.find(whole, lines)) == reference.find(whole, lines=lines)


def test_the_hashes_are_those_of_the_standard() -> None:
    """
    Runs are BLAKE2s of the key and the words: what a library of it computes.
    """
    import hashlib

    hasher = Hasher(b"k" * 32, Shape())
    words = [hasher.word(word.encode()) for word in "a run of eight words is one digest".split()]
    data = hasher.slow + b"".join((word % 2**32).to_bytes(4, "little") for word in words)
    digest = hashlib.blake2s(data, digest_size=8, person=b"words").digest()
    assert hasher.run(words, characters=False) == int.from_bytes(digest, "little")


def test_a_table_may_be_read_by_one_engine_and_written_by_the_other(tmp_path: Path) -> None:
    """
    Adding and removing give the same table, byte for byte.
    """
    from redactor_core import DocumentTable

    from redactor.fingerprints.table import Table, create

    runs = [(run * 0x9E3779B97F4A7C15) % 2**64 for run in range(1, 900)]
    other = runs[300:600]
    pairs = [(pair * 2654435761) % 2**32 for pair in range(500)]
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        create(path, Shape(), 1300, 100)
    table = Table(paths[0], write=True)
    table.add(runs, pairs, 1)
    table.add(other, pairs, 2)
    table.remove(runs[:400])
    table.close()
    packed = [b"".join(run.to_bytes(8, "little") for run in some) for some in (runs, other)]
    filters = b"".join(pair.to_bytes(4, "little") for pair in pairs)
    native = DocumentTable(str(paths[1]))
    native.add(packed[0], filters, 1)
    native.add(packed[1], filters, 2)
    native.remove(packed[0][: 400 * 8])

    assert paths[0].read_bytes() == paths[1].read_bytes()
