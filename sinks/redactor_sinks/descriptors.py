"""Writing all of some bytes to a file descriptor, whatever kind of descriptor it is."""

from __future__ import annotations

import os
import select
import time

__all__ = ["write_all"]

#: Between two tries where a descriptor cannot be waited for, in seconds.
_PAUSE = 0.005


def write_all(descriptor: int, data: bytes) -> None:
    """
    Write *data* to *descriptor*: short writes are continued, a full non-blocking one is waited for.

    Raises:
        OSError: It cannot be written to. How much was written is not known.
    """
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            _wait(descriptor)


def _wait(descriptor: int) -> None:
    if not hasattr(select, "poll"):
        time.sleep(_PAUSE)
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    poll.poll()
