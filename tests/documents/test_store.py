"""The store: shared, lasting, bounded, and without a word of a document."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.quality import prose
from redactor import InputError, Redactor
from redactor.documents import Documents
from redactor.documents.native import Hashes, Writer
from redactor.documents.store import Item, Store
from redactor.fingerprints import Shape, tokens_of

if TYPE_CHECKING:
    from redactor.field_types import EngineName

ROOT = Path(__file__).resolve().parents[2]
MEMO = "The board has agreed on Tuesday to sell the northern mill for eleven million crowns."
LETTER = "Dear Ludmila, the results of your blood test came back and the doctor wants to see you."


def opened(folder: Path, **options: int) -> Documents:
    documents = Documents()
    documents.open(folder, **options)
    return documents


def python(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_another_process_sees_what_is_registered_later(
    tmp_path: Path, engine_name: EngineName
) -> None:
    """
    What a process registers counts in another one at its next call, and so does what it forgets.
    """
    redactor = Redactor(engine=engine_name, documents=opened(tmp_path))
    assert redactor.text(MEMO) == MEMO

    program = """
        import sys
        from redactor.documents import Documents
        documents = Documents(); documents.open(sys.argv[1])
        if sys.argv[2]: documents.register(sys.argv[2], id="memo")
        else: documents.forget("memo")
    """
    assert python(program, tmp_path, MEMO).returncode == 0
    assert (
        redactor.text(f"cannot send: {MEMO}") == "cannot send: [document registered memo 15 words]."
    )

    assert python(program, tmp_path, "").returncode == 0
    assert redactor.text(MEMO) == MEMO


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_and_its_parent_see_what_the_other_registers(
    tmp_path: Path, engine_name: EngineName
) -> None:
    """
    A child has the table of its parent; both see each other's documents.
    """
    program = """
        import os, sys
        from redactor import Redactor
        from redactor.documents import Documents
        documents = Documents(); documents.open(sys.argv[1])
        redactor = Redactor(engine=sys.argv[4], documents=documents)
        assert redactor.text(sys.argv[2]) == sys.argv[2]
        to_child, from_parent = os.pipe()
        child = os.fork()
        if child == 0:
            os.read(to_child, 1)
            assert "[document registered memo" in redactor.text(sys.argv[2])
            documents.register(sys.argv[3], id="letter")
            os._exit(0)
        documents.register(sys.argv[2], id="memo")
        os.write(from_parent, b"x")
        assert os.waitpid(child, 0)[1] == 0
        assert "[document registered letter" in redactor.text(sys.argv[3])
    """
    done = python(program, tmp_path, MEMO, LETTER, engine_name)
    assert done.returncode == 0, done.stderr


def test_a_process_that_is_killed_while_it_adds_leaves_a_store_that_can_be_used(
    tmp_path: Path,
) -> None:
    """
    Killed at any moment, nothing that was registered is lost, and the next change is whole.
    """
    documents = opened(tmp_path)
    documents.register(MEMO, id="memo")
    program = """
        import sys
        from bench.quality import prose
        from redactor.documents import Documents
        documents = Documents(); documents.open(sys.argv[1])
        print("ready", flush=True)
        for seed in range(10_000):
            documents.register(prose.document(seed, 300), id=f"doc-{seed}")
    """
    for delay in (0.0, 0.15, 0.35):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)],
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}"}, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        again = opened(tmp_path)
        redactor = Redactor(documents=again)
        assert "[document registered memo" in redactor.text(MEMO)
        for known in again.list():
            text = (
                prose.document(int(known.id.partition("-")[2]), 300) if known.id != "memo" else MEMO
            )
            assert f"[document registered {known.id} " in redactor.text(text)
        again.register(LETTER, id="letter")
        assert "[document registered letter" in redactor.text(LETTER)
        again.forget("letter")


def test_a_change_that_was_not_ended_is_undone(tmp_path: Path) -> None:
    """
    Where the table is ahead of the database, it is made again of it.
    """
    documents = opened(tmp_path)
    documents.register(MEMO, id="memo")
    store = documents.store
    reader = store.reader

    real = Writer.add

    def half(writer: Writer, hashes: Hashes, number: int) -> None:
        real(writer, hashes, number)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "add", half)
        with pytest.raises(KeyboardInterrupt):
            store.add([Item("letter", LETTER.encode())])
    redactor = Redactor(documents=documents)
    assert redactor.text(LETTER) != LETTER  # more is removed than must be, never less

    documents.prune()

    assert redactor.text(LETTER) == LETTER
    assert redactor.text(MEMO) != MEMO
    assert [known.id for known in documents.list()] == ["memo"]
    assert reader.table.documents == 1


def test_only_the_owner_can_read_it_and_no_word_is_in_it(tmp_path: Path) -> None:
    """
    All files are of mode 0600 in a folder of mode 0700; no word of four letters is in their bytes.
    """
    folder = tmp_path / "made" / "store"
    documents = opened(folder)
    text = prose.document(3, 400) + "\n" + prose.document(3, 100, "cyrillic")
    documents.register(text, id="id-7")

    files = list(folder.iterdir())
    assert len(files) >= 3
    for path in files:
        data = path.read_bytes()
        if path.suffix == ".sqlite3":
            data = data.lower()
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for token in tokens_of(text.encode()):
            if len(token.text) > 4 and token.text not in b"documents number integer primary":
                assert token.text not in data.lower()
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="there are no permissions")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """
    The error says what to do.
    """
    opened(tmp_path)
    (tmp_path / "documents.key").chmod(0o640)
    with pytest.raises(InputError, match="others can read the key"):
        opened(tmp_path)


def test_documents_expire(tmp_path: Path) -> None:
    """
    A document whose time is over is forgotten with the next change.
    """
    documents = opened(tmp_path)
    documents.register(LETTER, id="letter", expires="30d")
    documents.register(MEMO, id="memo", expires=0.01)
    time.sleep(0.05)

    assert documents.prune() == 1

    redactor = Redactor(documents=documents)
    assert redactor.text(MEMO) == MEMO
    assert redactor.text(LETTER) != LETTER
    (letter,) = documents.list()
    assert letter.expires == pytest.approx(letter.added + 30 * 86400, abs=1)


@pytest.mark.parametrize("duration", ["0d", "x", "3 years", -1, 0])
def test_a_wrong_duration_is_refused(tmp_path: Path, duration: str | int) -> None:
    """
    The error shows none of the document.
    """
    with pytest.raises(InputError, match="not a duration") as refused:
        opened(tmp_path).register(MEMO, expires=duration)
    assert "mill" not in str(refused.value)


def test_the_oldest_make_room(tmp_path: Path, engine_name: EngineName) -> None:
    """
    A full store forgets its oldest documents, and counts them.
    """
    documents = opened(tmp_path, max_documents=5)
    texts = {f"doc-{seed}": prose.document(seed, 20) for seed in range(9)}
    for name, text in texts.items():
        documents.register(text, id=name)

    redactor = Redactor(engine=engine_name, documents=documents)
    kept = [name for name, text in texts.items() if f"registered {name}" in redactor.text(text)]
    assert kept == [f"doc-{seed}" for seed in range(4, 9)]
    assert documents.store.evicted() == 4


def test_the_size_of_a_store_is_bounded(tmp_path: Path) -> None:
    """
    With a bound in MiB the oldest go as well.
    """
    documents = opened(tmp_path, max_mib=1)
    for seed in range(60):
        documents.register(prose.document(seed, 1200), id=f"doc-{seed}")
    kept = documents.list()
    assert sum(known.runs for known in kept) * 24 <= 1 << 20
    assert 20 < len(kept) < 60
    assert kept[-1].id == "doc-59"


def test_a_table_that_is_full_is_replaced_unseen(tmp_path: Path, engine_name: EngineName) -> None:
    """
    Who has the old table open goes on with the new one.
    """
    documents = opened(tmp_path)
    redactor = Redactor(engine=engine_name, documents=documents)
    slots = documents.store.reader.table.slots
    documents.register(MEMO, id="memo")
    for first in range(30):
        documents.register_items(
            Item(f"doc-{first}-{seed}", prose.document(first * 10 + seed, 120).encode())
            for seed in range(10)
        )

    assert redactor.text(MEMO) == "[document registered memo 15 words]."
    assert "doc-29-9" in redactor.text(prose.document(299, 120)[:300])
    assert documents.store.reader.table.slots > slots


def test_what_two_documents_share_stays_until_both_are_forgotten(
    tmp_path: Path, engine_name: EngineName
) -> None:
    """
    A sentence of two documents has the name of neither.
    """
    documents = opened(tmp_path)
    redactor = Redactor(engine=engine_name, documents=documents)
    documents.register(f"{MEMO} {LETTER}", id="a")
    documents.register(MEMO, id="b")
    assert redactor.text(MEMO) == "[document registered 15 words]."
    assert documents.forget("a")
    assert redactor.text(MEMO) == "[document registered 15 words]."
    assert redactor.text(LETTER) == LETTER
    assert documents.forget("b")
    assert not documents.forget("b")
    assert redactor.text(MEMO) == MEMO


def test_one_of_the_same_id_is_replaced(tmp_path: Path) -> None:
    """
    As when a document is edited.
    """
    documents = opened(tmp_path)
    documents.register(MEMO, id="a")
    documents.register(LETTER, id="a")
    redactor = Redactor(documents=documents)
    assert redactor.text(MEMO) == MEMO
    assert redactor.text(LETTER) != LETTER


def test_a_store_keeps_its_numbers(tmp_path: Path) -> None:
    """
    Who asks for others is told those of the store; who asks for none gets them.
    """
    Store(tmp_path, Shape(5, 12))
    assert Store(tmp_path).reader.hasher.shape == Shape(5, 12)
    with pytest.raises(InputError, match="made for 5 words and 12 characters"):
        Store(tmp_path, Shape(8, 16))
    with pytest.raises(InputError, match="words is 3"):
        Store(tmp_path / "other", Shape(3, 16))


def test_a_document_without_an_excerpt_is_refused(tmp_path: Path) -> None:
    """
    Seven words are no excerpt; nothing of them is in the error.
    """
    with pytest.raises(InputError, match="no 8 words") as refused:
        opened(tmp_path).register("Nothing to see here Ludmila go on")
    assert "Ludmila" not in str(refused.value)
