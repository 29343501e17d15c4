"""The signing log without a chain."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from chain.protocols.notary import Notary, NotaryParameters, NotaryState
from chain.protocols.protocol import ConsensusProtocol, ProtocolError
from tests.chain.protocols.chains import (
    OPENING_S,
    SEED,
    assert_idle_equals_block_by_block,
    stakers_of,
    step,
    steps,
)


def open_state(protocol: Notary, number: int = 40) -> NotaryState:
    return protocol.opening_state(
        stakers_of([1, 1]), number=number, timestamp_s=OPENING_S + 3, burn_in_blocks=5, seed=SEED
    )


def test_one_signer_signs_a_batch_each_second_and_it_is_final() -> None:
    protocol = Notary()
    consensus: ConsensusProtocol = protocol
    state = open_state(protocol)
    for second_s in range(1, 20):
        state, proposal, payouts = step(consensus, state)
        assert (proposal.timestamp_s, proposal.producer_id) == (OPENING_S + 3 + second_s, "p0")
        assert (payouts.subsidy_sat, payouts.fees_sat, dict(payouts.by_owner_sat)) == (0, 0, {})
        assert protocol.final_number(state) == protocol.weight(state) == state.number == 40 + second_s
    assert protocol.validators(state) == ("p0",)
    assert dict(protocol.mature_sat_blocks(state)) == {"p0": 19}
    assert (protocol.coins_sat(state), protocol.subsidies_sat(state), protocol.fees_reissued_sat(state)) == (
        0,
        0,
        0,
    )
    assert (dict(protocol.stakes_sat(state)), dict(protocol.mature_stakes_sat(state))) == (
        {"p0": 0},
        {"p0": 1},
    )
    assert protocol.gas_limit_gas == protocol.block_limit_bytes == 10**15
    assert (protocol.name, protocol.minimum_gas_price_sat) == ("notary", 0)


@pytest.mark.parametrize("batch_s", [1, 7])
def test_idle_stretches_equal_block_by_block(batch_s: int) -> None:
    protocol = Notary(NotaryParameters(batch_s=batch_s))
    assert_idle_equals_block_by_block(protocol, open_state(protocol), 60)


def test_batches_lie_on_a_grid_of_their_interval() -> None:
    protocol = Notary(NotaryParameters(batch_s=60))
    state = open_state(protocol)
    assert state.timestamp_s == (OPENING_S + 3) // 60 * 60
    times_s = [proposal.timestamp_s for proposal in islice(protocol.contenders(state), 3)]
    assert times_s == [state.timestamp_s + 60 * late for late in (1, 2, 3)]


def test_a_late_batch_may_follow_and_others_may_not() -> None:
    protocol = Notary(NotaryParameters(batch_s=2))
    state = open_state(protocol)
    next_, late = islice(protocol.contenders(state), 2)
    assert protocol.apply(state, late, 0)[0].timestamp_s == state.timestamp_s + 4
    for broken in (
        replace(next_, number=42),
        replace(next_, timestamp_s=next_.timestamp_s + 1),
        replace(next_, timestamp_s=state.timestamp_s),
        replace(next_, producer_id="p1"),
    ):
        with pytest.raises(ProtocolError, match="does not follow batch 40"):
            protocol.apply(state, broken, 0)
    with pytest.raises(ProtocolError, match="no fees"):
        protocol.apply(state, next_, 1)


def test_the_header_commits_to_the_state_before() -> None:
    protocol = Notary()
    state = open_state(protocol)
    proposal = protocol.next_proposal(state)
    environment = protocol.environment(
        state, proposal, parent_hash=b"p" * 32, parent_identity=b"i" * 32, gas_limit_gas=9
    )
    assert (
        environment.extra_data == protocol.state_root(state) != protocol.state_root(steps(protocol, state, 1))
    )


def test_openings_that_make_no_sense() -> None:
    with pytest.raises(ProtocolError, match="nobody is there"):
        Notary().opening_state([], number=0, timestamp_s=0, burn_in_blocks=0, seed=SEED)
    with pytest.raises(ProtocolError, match="burn-in"):
        Notary().opening_state(stakers_of([1]), number=0, timestamp_s=0, burn_in_blocks=-1, seed=SEED)
    with pytest.raises(ProtocolError, match="at least 1 s"):
        NotaryParameters(batch_s=0)
