"""Who is let into a block where a fee policy decides."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from chain.block import Account, Transaction
from chain.engines.pyevm import PyEvmEngine
from chain.governed import BlockLimits, FixedLimits
from chain.ledger import Ledger
from chain.ledger.charging import admitted
from chain.mempool import Mempool, MempoolRules
from chain.opening import Opening
from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.points import CPU_OF_CALL, POINTS_PER_SAT, Points
from chain.protocols.dpos.state import DposState
from chain.protocols.medibloc_dpos import MediblocDpos
from chain.protocols.protocol import Staker
from chain.signing import size_bytes
from chain.units import MED_UNITS_PER_MED

START_S = 1_538_319_600
POOR, RICH, SHOP = (bytes([0xA0 + n]) * 20 for n in range(3))
MAKERS = [Staker(f"m{n}", bytes([n + 1]) * 20, (10_000_000 * MED_UNITS_PER_MED,)) for n in range(3)]


def call(sender: bytes, nonce: int, data: bytes = b"") -> Transaction:
    return Transaction(sender, nonce, SHOP, 0, data, 100_000, 0)


def opening_state(protocol: MediblocDpos, poor_stake_sat: int) -> DposState:
    payers = [Staker("poor", POOR, (poor_stake_sat,)), Staker("rich", RICH, (MED_UNITS_PER_MED * 1_000,))]
    return protocol.opening_state(
        [*MAKERS, *payers], number=1, timestamp_s=START_S, burn_in_blocks=0, seed=bytes(32),
        candidates=[maker.owner_id for maker in MAKERS],
    )  # fmt: skip


def let_in(poor_stake_sat: int, candidates: list[Transaction], **limits: int) -> list[Transaction]:
    parameters = DposParameters(dynasty_seats=3, **limits)
    policy = Points(parameters)
    state = opening_state(MediblocDpos(parameters), poor_stake_sat)
    return admitted(policy, policy.opening_state(state), state, START_S + 3, candidates)


def cost_sat(transaction: Transaction) -> int:
    """What a call costs at the opening's prices, in the stake that has as many points, rounded up."""
    parameters = DposParameters(dynasty_seats=3)
    policy = Points(parameters)
    prices = policy.prices(policy.opening_state(None), parameters.supply_sat)  # type: ignore[arg-type]
    points = CPU_OF_CALL * prices[0] + size_bytes(transaction) * prices[1]
    return -(-points // POINTS_PER_SAT)


def test_nobody_s_later_call_is_let_in_before_an_earlier_one_that_waits_for_points() -> None:
    dear, cheap, other = call(POOR, 0, bytes(5_000)), call(POOR, 1), call(RICH, 0)
    stake_sat = cost_sat(cheap)
    assert stake_sat < cost_sat(dear)
    assert let_in(stake_sat, [dear, cheap, other]) == [other]
    assert let_in(cost_sat(dear) + stake_sat, [dear, cheap, other]) == [dear, cheap, other]


def test_what_waits_for_room_takes_none_for_those_behind_it() -> None:
    wide, narrow, other = call(RICH, 0, bytes(5_000)), call(RICH, 1), call(POOR, 0)
    room = size_bytes(narrow) + 10
    assert let_in(MED_UNITS_PER_MED * 1_000, [wide, narrow, other], net_limit_bytes=room) == [other]


def test_the_engine_is_not_asked_for_a_block_in_which_nobody_can_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = MediblocDpos(DposParameters(dynasty_seats=3))
    state = opening_state(protocol, 1)
    ledger = Ledger(
        PyEvmEngine(), protocol, Mempool(MempoolRules(0, 10**6)),
        Opening(state, {RICH: Account(0, nonce=1)}), one_view=False,
        limits=FixedLimits(BlockLimits(10**6, 0)), fee_policy=Points(protocol.parameters),
    )  # fmt: skip
    execute = Mock(wraps=ledger.engine.execute)
    monkeypatch.setattr(ledger.engine, "execute", execute)
    proposal = protocol.next_proposal(state)

    idle = ledger.make(ledger.tip, proposal, [call(POOR, 0)])
    assert (idle.executed, execute.call_count) == (None, 0)
    assert ledger.make(ledger.tip, proposal, [call(POOR, 0), call(RICH, 1)]).sent_tx == 1
    assert execute.call_count == 1
