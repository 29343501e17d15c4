"""The precompiled exponentiation on both engines, at its corners (EIP-198)."""

from __future__ import annotations

import pytest
from evm_bench import Bench, environment, word

pytestmark = pytest.mark.usefixtures("both_engines")

MODEXP = bytes(19) + b"\x05"


@pytest.mark.parametrize(
    ("base", "exponent", "modulus", "result"),
    [
        (b"\x03", b"\x02", b"\x07", b"\x02"),
        (b"\x00", b"\x00", b"\x07", b"\x01"),
        (b"", b"\x00", b"\x07", b"\x01"),
        (b"", b"", b"\x00\x07", b"\x00\x01"),
        (b"", b"\x01", b"\x07", b"\x00"),
        (b"", b"\x00", b"\x01", b"\x00"),
        (b"", b"\x00", b"\x00", b"\x00"),
        (b"", b"\x00", b"", b""),
        (b"\x03", b"\x02", b"\x00", b"\x00"),
    ],
)
def test_exponentiation(base: bytes, exponent: bytes, modulus: bytes, result: bytes) -> None:
    bench = Bench()
    data = word(len(base)) + word(len(exponent)) + word(len(modulus)) + base + exponent + modulus
    answer = bench.engine.call(bench.tip.state_root, environment(bench.tip), MODEXP, data)
    assert (answer.status, answer.output) == (1, result)
