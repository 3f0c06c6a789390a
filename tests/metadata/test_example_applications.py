"""
The example applications of ``examples/frameworks`` in the mode ``metadata-only``.

Each runs as it is, with a policy of one line beside it, and gets text of documents in every usual
place; all that it wrote is searched.
"""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.exits.frameworks.clients import CLIENTS
from tests.exits.frameworks.example import Run
from tests.exits.frameworks.planted import Planted
from tests.exits.frameworks.programs import Programs, wait_until
from tests.exits.frameworks.receivers import SentryStub
from tests.exits.frameworks.web import SERVERS
from tests.metadata.documents import runs_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exits.frameworks.example import Example

_SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi xo zu".split()


class _Documents(Planted):
    """Plants sentences of words that nothing else has, where others plant secrets."""

    def __init__(self, run: str) -> None:
        super().__init__(run)
        self.documents: dict[str, str] = {}

    def _sentence(self, name: str) -> str:
        rng = random.Random(f"document {self._run} {name}")
        words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(3, 4))) for _ in range(14)]
        self.documents[name] = " ".join(words)
        return self.documents[name]

    def password(self, name: str) -> str:
        return self._sentence(name)

    def plain_password(self, name: str) -> str:
        return (
            quote(self._sentence(name)) if name in ("address", "retried") else self._sentence(name)
        )

    def token(self, name: str) -> str:
        return self._sentence(name)

    def github(self, name: str) -> str:
        return quote(self._sentence(name))

    def stripe(self, name: str) -> str:
        return self._sentence(name)

    def jwt(self, name: str) -> str:
        return self._sentence(name)


def _run(example: Example, folder: Path, policy: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the documents that were planted, and all that left: output to bytes."""
    missing = [module for module in example.needs if find_spec(module) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; pip install --group examples")
    planted = _Documents(example.name)
    with ExitStack() as until:
        sentry = SentryStub()
        until.callback(sentry.stop)
        programs = Programs(folder / "run", installed=bool(policy))
        (programs.folder / "redactor.toml").write_text(policy or 'mode = "scrub"\n')
        until.callback(programs.stop)

        def written() -> dict[str, bytes]:
            left_out = (*example.not_logs, "redactor.toml")
            return {**programs.written(left_out), "sentry": sentry.stored}

        example.drive(Run(programs, planted, sentry, until))
        sizes: list[int] = []

        def quiet() -> bool:
            time.sleep(0.3)
            sizes.append(sum(map(len, written().values())))
            # Some go on writing for as long as they live.
            began = next((place for place, size in enumerate(sizes) if size), len(sizes))
            return len(sizes) - began > 25 or (len(sizes) > 6 and sizes[-1] == sizes[-7] > 0)

        wait_until(quiet, lambda: f"it goes on writing: {sizes[-3:]}")
        programs.stop()
        return planted.documents, written()


@pytest.mark.slow
@pytest.mark.parametrize(
    "example", [*SERVERS, *CLIENTS], ids=lambda example: example.name.replace(" ", "-")
)
def test_no_run_of_words_of_a_document_leaves(example: Example, tmp_path: Path) -> None:
    """
    No four words of any document stand side by side in anything that left. Without ``install()``
    the same run lets them out, so that the search looks where they are.
    """
    documents, written = _run(example, tmp_path, 'mode = "metadata-only"\n')
    found = {
        (name, place): runs[:2]
        for name, document in documents.items()
        for place, data in written.items()
        if (runs := runs_of(document, data.decode("utf-8", "replace").replace("%20", " ")))
    }

    assert {} == found
    assert documents
    assert any(written.values())
    assert b"[redacted:withheld" not in b"".join(written.values())
    (tmp_path / "raw").mkdir()
    documents, raw = _run(example, tmp_path / "raw", "")
    text = b"".join(raw.values()).decode("utf-8", "replace").replace("%20", " ")
    assert any(runs_of(document, text) for document in documents.values())
