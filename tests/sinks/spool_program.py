"""
Opens a spool, takes records and settles some, and notes each step once the call has returned.

``python spool_program.py FOLDER DURABILITY``. Notes: ``+n`` accepted, ``~n`` about to be settled.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from redactor_sinks.delivery import Entry, Spool

folder, durability = Path(sys.argv[1]), sys.argv[2]
kind: Any = durability
book = os.open(folder / "book", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
spool = Spool(folder / "a.spool", "loki:http://x", "loki", durability=kind)
stream = '{"a":"b"}'
for number in range(6):
    spool.put([Entry(0, stream, b"%d" % (2 * number)), Entry(0, stream, b"%d" % (2 * number + 1))],
              "block")  # fmt: skip
    os.write(book, b"+%d\n+%d\n" % (2 * number, 2 * number + 1))
    if number % 2:
        held = spool.peek(stream, 3, 1 << 20)
        for item in held:
            assert item.entry is not None
            os.write(book, b"~%s\n" % item.entry.payload)
        spool.settle(held, {1: "status 400"})
spool.close()
