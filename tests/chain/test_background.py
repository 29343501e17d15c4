"""What others do takes its part of gas and bytes of every block, on every branch alike."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from branching import BOB, CYD, OPENING_S, make, open_lottery, payment, submit
from hypothesis import given
from hypothesis import strategies as st

from chain.ledger import HEADER_ALLOWANCE_BYTES, Background, Load
from chain.signing import size_bytes

BUSY = Background(86_400, 300, Fraction(1, 10), 50_000)


@given(
    times_s=st.lists(st.integers(OPENING_S, OPENING_S + 10**6), min_size=2, max_size=9),
    per_day=st.integers(0, 20_000),
)
def test_no_transaction_is_lost_or_comes_twice(times_s: list[int], per_day: int) -> None:
    background = Background(per_day, 300, Fraction(1, 7), 50_000)
    times_s.sort()
    parts = [background.since(*pair) for pair in pairwise(times_s)]
    whole = background.since(times_s[0], times_s[-1])
    assert sum(part.gas_gas for part in parts) == whole.gas_gas
    assert sum(part.size_bytes for part in parts) == whole.size_bytes
    expected = (times_s[-1] - times_s[0]) * per_day * 300 / 86_400
    assert abs(whole.size_bytes - expected) <= 300


def test_a_second_of_this_background_is_one_transaction() -> None:
    assert BUSY.since(1_000, 1_010) == Load(50_000, 10 * 300)


def test_a_block_has_the_room_that_others_leave() -> None:
    ledger, _contract = open_lottery(gas_limit_gas=100_000, background=BUSY)
    submit(ledger, *(payment(BOB, nonce) for nonce in range(3)), payment(CYD, 0))
    soon = make(ledger, ledger.tip, ledger.candidates(ledger.tip), after_s=10)
    assert ledger.load_of(ledger.tip, OPENING_S + 10).gas_gas == 50_000
    assert len(soon.transactions) == 2
    late = make(ledger, ledger.tip, ledger.candidates(ledger.tip), after_s=1_000)
    assert ledger.load_of(ledger.tip, OPENING_S + 1_000).gas_gas == 100_000
    assert len(late.transactions) == 0


def test_bytes_of_others_leave_no_place_for_as_many() -> None:
    ledger, _contract = open_lottery(background=BUSY)
    submit(ledger, payment(BOB, 0))
    room = ledger.protocol.block_limit_bytes - HEADER_ALLOWANCE_BYTES
    seconds = (room - size_bytes(payment(BOB, 0))) // 300
    assert len(ledger.candidates(ledger.tip, OPENING_S + seconds)) == 1
    assert ledger.candidates(ledger.tip, OPENING_S + seconds + 1) == []
