"""Bytecode at random that mostly does something before it fails: operands are pushed before they are used."""

from __future__ import annotations

from random import Random

PUSH0, JUMPDEST = 0x5F, 0x5B

TWO = (*range(0x01, 0x08), 0x0A, 0x0B, *range(0x10, 0x15), *range(0x16, 0x19), *range(0x1A, 0x1E))
ARITHMETIC = dict.fromkeys(TWO, 2) | {0x08: 3, 0x09: 3, 0x15: 1, 0x19: 1}
"""Operations on words, and how many each takes."""

NONE = (0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3A, 0x3D, *range(0x41, 0x49), 0x4A, 0x58, 0x59, 0x5A)
QUESTIONS = dict.fromkeys(NONE, 0) | dict.fromkeys((0x31, 0x35, 0x3B, 0x3F, 0x40, 0x49), 1)
"""Operations that ask for the environment."""

MEMORY = {0x20: 2, 0x37: 3, 0x39: 3, 0x3C: 4, 0x3E: 3, 0x51: 1, 0x52: 2, 0x53: 2, 0x5E: 3}
"""Operations on memory, by small offsets and lengths."""

STATE = {0x54: 1, 0x55: 2, 0x5C: 1, 0x5D: 2, 0xA0: 2, 0xA1: 3, 0xA2: 4, 0xA3: 5, 0xA4: 6}
"""Storage, transient storage and logs."""

CALLS = {0xF0: 3, 0xF1: 7, 0xF2: 7, 0xF4: 6, 0xF5: 4, 0xFA: 6}
ENDS = {0xF3: 2, 0xFD: 2, 0xFF: 1, 0x00: 0, 0xFE: 0}
WITHOUT_RESULT = {0x37, 0x39, 0x3C, 0x3E, 0x50, 0x52, 0x53, 0x55, 0x5D, 0x5E, *range(0xA0, 0xA5)}
GAS = 0x5A


def random_code(rng: Random, addresses: list[bytes], operations: int = 25) -> bytes:
    """Return code that calls, stores, logs and computes on what it pushes; now and then it is mere noise."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(1, 60))
    code = bytearray()
    for _ in range(rng.randrange(3, operations)):
        table = rng.choices((ARITHMETIC, QUESTIONS, MEMORY, STATE, CALLS), (4, 3, 3, 6, 3))[0]
        operation = rng.choice(list(table))
        for place in range(table[operation], 0, -1):
            code += _operand(rng, operation, place, addresses)
        code.append(operation)
        if operation not in WITHOUT_RESULT and rng.random() < 0.7:
            code += bytes((PUSH0, 0x55)) if rng.random() < 0.5 else bytes((0x50,))  # store it, or drop it
    end = rng.choices(list(ENDS), (4, 2, 1, 3, 1))[0]
    for place in range(ENDS[end], 0, -1):
        code += _operand(rng, end, place, addresses)
    return bytes((*code, end))


def _operand(rng: Random, operation: int, place: int, addresses: list[bytes]) -> bytes:
    """Return code that pushes the operand that is `place`-th from the top."""
    wants_address = (operation in (0x31, 0x3B, 0x3F, 0x3C, 0xFF) and place == 1) or (
        operation in (0xF1, 0xF2, 0xF4, 0xFA) and place == 2
    )
    if wants_address and rng.random() < 0.9:
        return bytes((0x73,)) + rng.choice(addresses)
    if operation in (0xF1, 0xF2, 0xF4, 0xFA) and place == 1:
        return bytes((GAS,)) if rng.random() < 0.6 else b"\x61" + rng.randbytes(2)
    if operation in ARITHMETIC and rng.random() < 0.5:
        return bytes((0x7F,)) + rng.randbytes(32)
    if rng.random() < 0.03:
        return bytes((0x66,)) + rng.randbytes(7)  # far beyond what the gas for memory allows
    return bytes((0x60, rng.choice((0, 0, 1, 2, 3, 32, 64, rng.randrange(256)))))
