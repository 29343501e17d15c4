"""Nonces come in order, and one that was never used comes again before any new one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.agents.accounts import Nonces


def test_nonces_count_from_zero() -> None:
    nonces = Nonces()
    assert [nonces.take() for _ in range(3)] == [0, 1, 2]


@given(st.lists(st.booleans(), max_size=60))
def test_no_gap_stays_however_nonces_come_back(steps: list[bool]) -> None:
    nonces, used = Nonces(), []
    for takes in steps:
        if takes or not used:
            used.append(nonces.take())
        else:
            nonces.give_back(used.pop(len(used) // 2))
    used.extend(nonces.take() for _ in range(len(steps)))
    assert sorted(used) == list(range(len(used)))
