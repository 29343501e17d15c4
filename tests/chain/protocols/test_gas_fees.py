"""Panacea's fees: the gas that an act asks for, at one price, from what its sender has in hand."""

from __future__ import annotations

import pytest

from chain.block import Transaction
from chain.protocols.bft.fees import GasFees
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.fee_policy import Act, BlockFull, NotEnoughCoins
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.protocol import Staker
from chain.signing import size_bytes

PARAMETERS = BftParameters(minimum_gas_price_sat=500, block_limit_bytes=1_000)
PAYER, STRANGER = b"p" * 20, b"s" * 20
IN_HAND_SAT = 1_200
POLICY = GasFees(PARAMETERS, {PAYER: "payer"})
PROTOCOL = PanaceaBft(PARAMETERS)
STATE = PROTOCOL.opening_state(
    [Staker("v", b"v" * 20, (10**12,)), Staker("payer", PAYER, (IN_HAND_SAT,))],
    number=1,
    timestamp_s=0,
    burn_in_blocks=0,
    seed=bytes(32),
    validators=["v"],
)


def act(gas: int, size: int = 100, sender: bytes = PAYER) -> Act:
    return Act(sender, gas, size)


def test_an_act_is_the_gas_limit_and_the_bytes_of_its_transaction() -> None:
    tx = Transaction(PAYER, 0, STRANGER, 0, b"data", 90_000, 0)
    assert POLICY.act(tx) == Act(PAYER, 90_000, size_bytes(tx))


def test_who_has_enough_pays_and_what_is_left_is_less() -> None:
    meter = POLICY.open_block(None, STATE, 6)
    assert meter.charge(act(2)) == 1_000
    after, fees_sat = meter.paid(STATE)
    assert fees_sat == 1_000
    assert POLICY.in_hand_sat(after, PAYER) == IN_HAND_SAT - 1_000
    assert PROTOCOL.coins_sat(after) == PROTOCOL.coins_sat(STATE) - 1_000


def test_a_second_act_in_the_block_cannot_spend_what_the_first_did() -> None:
    meter = POLICY.open_block(None, STATE, 6)
    meter.charge(act(2))
    with pytest.raises(NotEnoughCoins):
        meter.charge(act(1))
    assert meter.usage == {"bytes": 100}
    assert POLICY.open_block(None, STATE, 6).charge(act(1)) == 500


def test_an_act_that_fails_costs_the_same() -> None:
    meter = POLICY.open_block(None, STATE, 6)
    assert meter.charge(act(2), executed=False) == 1_000


def test_a_full_block_takes_no_more() -> None:
    meter = POLICY.open_block(None, STATE, 6)
    meter.charge(act(0, 900))
    with pytest.raises(BlockFull):
        meter.charge(act(0, 101))
    meter.charge(act(0, 100))


def test_nodes_refuse_whom_the_protocol_does_not_know() -> None:
    POLICY.check(None, STATE, act(2))
    for refused in (act(3), act(1, sender=STRANGER)):
        with pytest.raises(NotEnoughCoins):
            POLICY.check(None, STATE, refused)


def test_fees_go_through_the_block_to_those_who_vote() -> None:
    meter = POLICY.open_block(None, STATE, 6)
    meter.charge(act(2))
    charged, fees_sat = meter.paid(STATE)
    after, payouts = PROTOCOL.apply(charged, PROTOCOL.next_proposal(STATE), fees_sat)
    assert payouts.fees_sat == 1_000
    assert PROTOCOL.coins_sat(after) == PROTOCOL.coins_sat(STATE) + PROTOCOL.subsidies_sat(after)
