"""Memory of the filter: what a block took is kept for the next one."""

from __future__ import annotations

__all__ = ["keep_freed_memory"]

#: More than the blocks that are on their way at once take, in bytes.
_KEPT = 8 << 20


def keep_freed_memory() -> None:
    """
    Have the C library keep what is freed, up to some megabytes, instead of giving it back.

    glibc gives the end of its heap back to the system as soon as little of it is free; the next
    block then takes a page fault for each of its pages, which is a third of the filter's time. The
    limit is twice the largest piece that was mapped on its own and freed (``M_MMAP_THRESHOLD`` in
    https://man7.org/linux/man-pages/man3/mallopt.3.html). A large one raises it; no page of it is
    touched. Where another C library is, nothing happens.
    """
    bytes(_KEPT // 2)
