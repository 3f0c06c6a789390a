"""
Requests to valgrind from a program that runs under it, without its header: counting starts after
the start of the program, and each piece of work gets a dump of its own.

The request is a sequence of instructions that does nothing on the processor and that valgrind
knows: https://valgrind.org/docs/manual/manual-core-adv.html#manual-core-adv.clientreq
"""

from __future__ import annotations

import ctypes
import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Callgrind"]

# fmt: off
_CODE = bytes((
    0x48, 0x89, 0xF8,        # mov rax, rdi     the request and its arguments
    0x31, 0xD2,              # xor edx, edx     the answer where valgrind is not there
    0x48, 0xC1, 0xC7, 0x03,  # rol rdi, 3       128 bits in all: rdi is as it was
    0x48, 0xC1, 0xC7, 0x0D,  # rol rdi, 13
    0x48, 0xC1, 0xC7, 0x3D,  # rol rdi, 61
    0x48, 0xC1, 0xC7, 0x33,  # rol rdi, 51
    0x48, 0x87, 0xDB,        # xchg rbx, rbx
    0x48, 0x89, 0xD0,        # mov rax, rdx
    0xC3,                    # ret
))
# fmt: on
_CALLGRIND = ord("C") << 24 | ord("T") << 16
_ZERO, _DUMP, _START, _STOP = 1, 3, 4, 5


class Callgrind:
    """Starts and stops counting in this process; on x86-64 only."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | 4)
        self._page.write(_CODE)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        self._call = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p)(address)

    def counted(self, work: Callable[[], object], name: str) -> None:
        """Do *work*, and write what it took into a dump named *name*."""
        text = ctypes.create_string_buffer(name.encode())
        asked = [
            (ctypes.c_size_t * 6)(_CALLGRIND + request, argument)
            for request, argument in (
                (_START, 0), (_ZERO, 0), (_DUMP, ctypes.addressof(text)), (_STOP, 0)
            )
        ]  # fmt: skip
        start, zero, dump, stop = map(ctypes.addressof, asked)
        call = self._call
        call(start)
        call(zero)
        work()
        call(dump)
        call(stop)
