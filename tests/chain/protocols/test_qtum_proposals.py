"""Only the one proposal that follows from a state is applied to it, and it is decided only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.draws import Draws
from chain.protocols.protocol import ProtocolError, Staker
from chain.protocols.qtum.coins import Coin
from chain.protocols.qtum.forging import forge, modifier_after, owned
from chain.protocols.qtum.kernel import Win, sampled_wins
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.state import QtumProposal, QtumState
from chain.protocols.qtum.versions import BookAt
from chain.protocols.qtum_2018 import KERNELS, Kernel, Qtum2018
from chain.units import SATOSHI_PER_QTUM

OPENING_S = 1_538_319_608
MINIATURE = QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18)
COINS_QTUM = [[5_000, 4_000, 250, 130], [1_000] * 6, [300] * 8, [110, 100, 60, 50, 40]]
FORGERIES = {
    "timestamp_s": OPENING_S + 16 * 10**6,
    "interval_s": 16 * 10**6,
    "producer_id": "s9",
    "producer_address": b"\x09" * 20,
    "difficulty_bits": 0x1D00FFFF,
    "randomness": b"\x09" * 32,
    "modifier": b"\x09" * 32,
    "published_after_ms": 2_999,
}


def open_state(protocol: Qtum2018, seed: bytes = b"\x01" * 32) -> QtumState:
    stakers = [
        Staker(f"s{owner}", bytes([owner + 1]) * 20, tuple(value * SATOSHI_PER_QTUM for value in coins))
        for owner, coins in enumerate(COINS_QTUM)
    ]
    return protocol.opening_state(
        stakers, number=250_000, timestamp_s=OPENING_S, burn_in_blocks=15, seed=seed
    )


def made_with(state: QtumState, proposal: QtumProposal, coin: Coin) -> QtumProposal:
    """Return what a proposal would be, had another coin won at the same time."""
    owner, modifier = state.owners[coin.owner], modifier_after(coin, state.modifier)
    return replace(
        proposal,
        coin=coin,
        producer_id=owner.owner_id,
        producer_address=owner.address,
        modifier=modifier,
        randomness=modifier,
    )


def test_a_proposal_of_another_height_is_refused() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol)
    proposal = protocol.next_proposal(state)
    follower, _payouts = protocol.apply(state, proposal, 0)
    with pytest.raises(ProtocolError, match="cannot follow block 250001"):
        protocol.apply(follower, proposal, 0)
    with pytest.raises(ProtocolError, match="250002 does not follow from block 250001: .* in .*coin"):
        protocol.apply(follower, replace(proposal, number=250_002), 0)
    with pytest.raises(ProtocolError, match="may not stake in block 250002: it is not mature"):
        forge(MINIATURE, owned(follower), replace(proposal, number=250_002), 0)
    with pytest.raises(ProtocolError, match="at least 0 satoshi"):
        protocol.apply(state, proposal, -1)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("name", "value"), FORGERIES.items(), ids=FORGERIES)
def test_a_proposal_forged_in_any_field_is_refused(kernel: Kernel, name: str, value: object) -> None:
    protocol = Qtum2018(kernel, MINIATURE)
    state = open_state(protocol)
    proposal = protocol.next_proposal(state)
    forged = replace(proposal, **{name: value})  # type: ignore[arg-type]
    before = protocol.state_root(state), sorted(state.coins.coins())
    with pytest.raises(ProtocolError, match=f"differs from the one that does in {name}$"):
        protocol.apply(state, forged, 0)
    assert (protocol.state_root(state), sorted(state.coins.coins())) == before
    protocol.apply(state, proposal, 0)


@given(pick=st.integers(0, 10**6), seed=st.binary(min_size=32, max_size=32))
@settings(max_examples=25)
def test_only_the_winning_coin_makes_the_block(pick: int, seed: bytes) -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, seed)
    proposal = protocol.next_proposal(state)
    coins = sorted(state.coins.mature_coins())
    coin = coins[pick % len(coins)]
    rival = made_with(state, proposal, coin)
    if coin == proposal.coin:
        assert rival == proposal
        return
    with pytest.raises(ProtocolError, match="differs from the one that does in .*coin"):
        protocol.apply(state, rival, 0)


def test_a_sibling_branchs_proposal_is_refused_though_its_coin_is_mature_here() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    parent = open_state(protocol)
    proposal = protocol.next_proposal(parent)
    one, _payouts = protocol.apply(parent, proposal, 0)
    here = set(one.coins.mature_coins())
    own, refused = protocol.next_proposal(one), 0
    for coin in sorted(parent.coins.mature_coins()):
        sibling, _payments = forge(MINIATURE, owned(parent), made_with(parent, proposal, coin), 0)
        foreign = protocol.next_proposal(sibling)
        if foreign.coin in here and foreign != own:
            refused += 1
            with pytest.raises(ProtocolError, match="250002 does not follow from block 250001"):
                protocol.apply(one, foreign, 0)
    assert refused > 5
    assert protocol.apply(one, own, 0)[0].number == 250_002


def test_the_other_kernels_proposal_is_refused_though_both_were_asked_of_one_state() -> None:
    sampled, hashed = Qtum2018("sampled", MINIATURE), Qtum2018("hashed", MINIATURE)
    state = open_state(sampled)
    assert sampled.next_proposal(state) != hashed.next_proposal(state)
    with pytest.raises(ProtocolError, match="does not follow"):
        sampled.apply(state, hashed.next_proposal(state), 0)
    hashed.apply(state, hashed.next_proposal(state), 0)


def test_a_block_is_decided_once_however_often_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[int] = []

    def counting(at: BookAt, target: int, draws: Draws) -> Iterator[Win]:
        for win in sampled_wins(at, target, draws):
            decided.append(win.coin.serial)
            yield win

    monkeypatch.setattr("chain.protocols.qtum.race.sampled_wins", counting)
    monkeypatch.setattr("chain.protocols.qtum.idle.sampled_wins", counting)
    protocol = Qtum2018(parameters=MINIATURE)
    state = branch = open_state(protocol)
    decided.clear()
    for fees_sat in range(20):
        for each in (state, branch, state):
            protocol.next_proposal(each)
        followers = [
            protocol.apply(each, protocol.next_proposal(each), fees)
            for each, fees in ((state, 0), (branch, fees_sat))
        ]
        (state, _), (branch, _) = followers
    assert len(decided) == 39  # one at the shared opening, then one a block and branch
    decided.clear()
    state, stretch = protocol.advance_idle(state, OPENING_S + 10**6)
    assert stretch is not None
    protocol.next_proposal(state)
    assert len(decided) == stretch.count + 1


def test_after_a_stretch_the_race_is_that_of_the_same_state_made_block_by_block() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    opening = single = open_state(protocol)
    whole, stretch = protocol.advance_idle(opening, OPENING_S + 20_000)
    assert stretch is not None
    for _ in range(stretch.count):
        single, _payouts = protocol.apply(single, protocol.next_proposal(single), 0)
    assert whole.root() == single.root()
    races = [list(islice(protocol.contenders(state), 8)) for state in (single, whole)]
    assert races[0] == races[1]
    assert [contender.place for contender in races[1]] == list(range(8))


def test_what_came_before_a_stretch_can_still_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The book goes back over a whole stretch, and over the copies that were made within it."""
    monkeypatch.setattr("chain.protocols.qtum.versions.SHARED_BLOCKS", 7)
    protocol = Qtum2018(parameters=MINIATURE)
    opening = open_state(protocol)
    coins, digest = list(opening.coins.coins()), opening.coins.digest
    tips = [
        protocol.advance_idle(opening, OPENING_S + 10**6, opening.number + blocks)[0] for blocks in (3, 7, 40)
    ]
    roots = [tip.root() for tip in tips]
    assert (list(opening.coins.coins()), opening.coins.digest) == (coins, digest)
    assert len(set(roots)) == 3
    again, _stretch = protocol.advance_idle(tips[1], OPENING_S + 10**6, opening.number + 40)
    assert again.root() == roots[2]
    assert list(again.coins.coins()) == list(tips[2].coins.coins())


def test_a_changed_state_is_asked_anew() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol)
    proposal = protocol.next_proposal(state)
    later = replace(state, timestamp_s=state.timestamp_s + 160)
    robbed = owned(state)
    robbed.coins.spend(proposal.coin, state.number)
    assert protocol.next_proposal(later).timestamp_s == proposal.timestamp_s + 160
    assert protocol.next_proposal(robbed).coin != proposal.coin
    assert protocol.next_proposal(state) is proposal
