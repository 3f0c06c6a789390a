"""The hash of Ethereum: Keccak-256 as it was before it became SHA-3, which pads in another way."""

from __future__ import annotations

__all__ = ["keccak256"]

_LANES = 25
_RATE = 136
_MASK = (1 << 64) - 1
_ROUNDS = 24


def _constants() -> tuple[int, ...]:
    """Return the constant of each round: bits of a shift register of eight bits."""
    constants = []
    register = 1
    for _ in range(_ROUNDS):
        constant = 0
        for place in range(7):
            if register & 1:
                constant |= 1 << ((1 << place) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


_CONSTANTS = _constants()


def keccak256(data: bytes) -> bytes:
    """
    Return the hash of *data*, 32 bytes.

    >>> keccak256(b"").hex()[:16]
    'c5d2460186f7233c'
    """
    state = [0] * _LANES
    padded = bytearray(data + bytes(_RATE - len(data) % _RATE))
    padded[len(data)] = 1
    padded[-1] |= 0x80
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        for constant in _CONSTANTS:
            state = _round(state, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _round(state: list[int], constant: int) -> list[int]:
    columns = [
        state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)
    ]
    for x in range(5):
        parity = columns[(x + 4) % 5] ^ _turned(columns[(x + 1) % 5], 1)
        for y in range(0, _LANES, 5):
            state[x + y] ^= parity
    moved = [0] * _LANES
    moved[0] = state[0]
    x, y = 1, 0
    for step in range(_LANES - 1):
        target = (y, (2 * x + 3 * y) % 5)
        moved[target[0] + 5 * target[1]] = _turned(state[x + 5 * y], (step + 1) * (step + 2) // 2)
        x, y = target
    result = [
        moved[x + y] ^ (~moved[(x + 1) % 5 + y] & _MASK & moved[(x + 2) % 5 + y])
        for y in range(0, _LANES, 5)
        for x in range(5)
    ]
    result[0] ^= constant
    return result


def _turned(lane: int, count: int) -> int:
    count %= 64
    return (lane << count | lane >> (64 - count)) & _MASK
