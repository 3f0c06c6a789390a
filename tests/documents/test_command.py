"""``redactor documents``: add, list, forget, prune."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEMO = "The board has agreed on Tuesday to sell the northern mill for eleven million crowns."
LETTER = "Dear Ludmila, the results of your blood test came back and the doctor wants to see you."


def redactor(folder: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "redactor", *arguments],
        cwd=folder, input=said, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}",
             "REDACTOR_DOCUMENTS": str(folder / "usual"), "NO_COLOR": "1"},
    )  # fmt: skip


def test_files_are_registered_listed_and_forgotten(tmp_path: Path) -> None:
    """
    What is added is gone from the next log, and back in it when it is forgotten.
    """
    (tmp_path / "redactor.toml").write_text('[documents]\nstore = "own"\n')
    (tmp_path / "memo.txt").write_text(MEMO)
    (tmp_path / "letter.txt").write_text(LETTER)
    (tmp_path / "short.txt").write_text("too short")

    added = redactor(
        tmp_path, "documents", "add", "memo.txt", "letter.txt", "short.txt", "none.txt",
        "--expires", "30d",
    )  # fmt: skip
    assert added.returncode == 3
    assert added.stdout == "Registered 2 of 4 files, 32 words.\n"
    assert "none.txt: it cannot be read" in added.stderr
    assert "it is too short to have an excerpt" in added.stderr

    listed = json.loads(redactor(tmp_path, "documents", "list", "--format", "json").stdout)
    memo, letter = (each["id"] for each in listed["documents"])
    assert memo.startswith("memo.txt-")
    assert len(memo) == len("memo.txt-") + 8
    assert memo in redactor(tmp_path, "documents", "list").stdout
    assert (tmp_path / "own").is_dir()
    assert not (tmp_path / "usual").exists()

    log = f"cannot send: {MEMO}\n"
    assert redactor(tmp_path, "filter", said=log).stdout == (
        f"cannot send: [document registered {memo} 15 words].\n"
    )
    assert redactor(tmp_path, "documents", "forget", memo).returncode == 0
    gone = redactor(tmp_path, "documents", "forget", memo)
    assert gone.returncode == 3
    assert "see: redactor documents list" in gone.stderr
    assert redactor(tmp_path, "filter", said=log).stdout == log
    assert letter in redactor(tmp_path, "documents", "list").stdout


@pytest.mark.slow
def test_standard_input_an_id_and_the_usual_store(tmp_path: Path) -> None:
    """
    Without a policy the store is the usual one; what is over is pruned.
    """
    added = redactor(
        tmp_path, "documents", "add", "-", "--id", "memo", "--expires", "1s", said=MEMO
    )
    assert added.returncode == 0, added.stderr
    assert (tmp_path / "usual").is_dir()
    time.sleep(1.1)
    assert redactor(tmp_path, "documents", "prune").stdout == "Forgot 1 of the documents.\n"
    wrong = redactor(tmp_path, "documents", "add", "-", "--expires", "soon", said=MEMO)
    assert wrong.returncode == 3
    assert "it is not a duration" in wrong.stderr
    assert "mill" not in wrong.stderr
