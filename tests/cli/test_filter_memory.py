"""The filter takes its memory once."""

from __future__ import annotations

import platform
import subprocess
from typing import TYPE_CHECKING

import pytest

from redactor.engines import native_available

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LINE = b"2026-11-22 08:27:41 INFO app.http: request finished in 12 ms, status 200\n"
_MEBIBYTE = _LINE * ((1 << 20) // len(_LINE))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc that gives it back")
@pytest.mark.skipif(not native_available(), reason="the other engine takes memory for its work")
def test_a_block_takes_no_new_pages(
    run: Callable[..., tuple[int, bytes, bytes]], tmp_path: Path
) -> None:
    """
    A mebibyte has 256 pages, and memory that was given back has a fault for each of them.
    """
    import resource

    def faults(size: int) -> int:
        log = tmp_path / "app.log"
        log.write_bytes(_MEBIBYTE * size)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
        with log.open("rb") as file:
            assert (
                run("filter", "--engine", "native", stdin=file, stdout=subprocess.DEVNULL)[0] == 0
            )
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - before

    few, many = faults(8), faults(40)

    assert many - few < 32 * 40
