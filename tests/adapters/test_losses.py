"""Ordinary ends of a program, an outage, a fork: nothing that was logged is lost."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.adapters.ending import CLIENTS, COUNT, ENDINGS, Outcome, run
from tests.sinks.answering import Answering, Reply

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("sentry_sdk") is None or find_spec("opentelemetry.exporter") is None,
        reason="the clients are not installed",
    ),
]
OURS = [name for name in CLIENTS if "own" not in name]


def table(rows: dict[str, dict[str, Outcome]]) -> str:
    """Return the outcomes as a table."""
    width = max(map(len, rows))
    lines = [f"{'lost of ' + str(COUNT):{width}}  " + "  ".join(f"{name:>14}" for name in ENDINGS)]
    for client, outcomes in rows.items():
        cells = [
            f"{one.lost}" + (f" (+{one.repeated})" if one.repeated else "")
            for one in (outcomes[ending] for ending in ENDINGS)
        ]
        lines.append(f"{client:{width}}  " + "  ".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_row_of_zeros(client: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Of 400 records none is lost by an exit, a signal, ``os._exit``, ``kill -9``, a fork, or ten
    seconds without a receiver, once the program has been started again. The clients' own rows are
    printed beside ours, in brackets how many came twice.
    """
    outcomes: dict[str, Outcome] = {}
    with Answering(Reply(200, {}, b"")) as server:
        for number, ending in enumerate(ENDINGS):
            outcomes[ending] = run(client, ending, server, tmp_path / str(number))
    with capsys.disabled():
        print(f"\n{table({client: outcomes})}")  # noqa: T201  # the row is the result

    if client in OURS:
        assert dict.fromkeys(ENDINGS, 0) == {ending: one.lost for ending, one in outcomes.items()}
    else:
        assert any(one.lost for one in outcomes.values())
