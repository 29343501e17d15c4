"""One block: what its beginning mints, pays and punishes, and whom its end lets vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chain.protocols.bft.distribution import allocated_sat
from chain.protocols.bft.minting import next_inflation, provision_sat
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.priority import ValidatorSet
from chain.protocols.bft.slashing import convicted, joined, left, watched
from chain.protocols.bft.staking import Selection, Staking
from chain.protocols.bft.state import BftProposal, BftState


def followed(
    parameters: BftParameters, state: BftState, proposal: BftProposal, fees_sat: int
) -> tuple[BftState, dict[int, int]]:
    """Return the state after a block and what it paid by place; the proposal must have been checked."""
    staking, number, timestamp_s = state.staking, proposal.number, proposal.timestamp_s
    inflation = next_inflation(parameters, state.inflation, staking.bonded_sat, state.supply_sat)
    minted_sat = provision_sat(parameters, inflation, state.supply_sat)
    collected_sat = state.collector_sat + minted_sat
    paid_sat: dict[int, int] = {}
    outstanding_sat, community_sat, burned_sat = state.outstanding_sat, state.community_sat, 0
    if state.voted is None:
        collector_sat = collected_sat + fees_sat
    else:
        collector_sat = fees_sat
        voted = state.voted
        absent = {staking.places[name] for name in proposal.absent}
        signed_power = voted.total
        if absent:
            columns = zip(voted.places, voted.powers, strict=True)
            signed_power -= sum(power for place, power in columns if place in absent)
        proposer = voted.places.index(state.proposer) if state.proposer in voted.places else -1
        rewards, left_sat = allocated_sat(parameters, voted, proposer, signed_power, collected_sat)
        paid_sat = dict(zip(voted.places, rewards, strict=True))
        outstanding = list(outstanding_sat)
        for place, reward_sat in paid_sat.items():
            outstanding[place] += reward_sat
        outstanding_sat = tuple(outstanding)
        community_sat += left_sat
        staking, burned_sat = watched(parameters, staking, voted, absent, number, timestamp_s)
        for evidence in proposal.evidence:
            staking, burned = convicted(parameters, staking, evidence, timestamp_s)
            burned_sat += burned
    staking = matured(staking, timestamp_s)
    staking, sent, following = _selected(parameters, state, staking, number, timestamp_s)
    weights, weights_number = state.weights, state.weights_number
    if state.following.roster is not state.current.roster:
        weights, weights_number = weights_at(state, number), number
    follower = BftState(
        number=number,
        timestamp_s=timestamp_s,
        made_s=proposal.proposed_s,
        seed=state.seed,
        inflation=inflation,
        supply_sat=state.supply_sat + minted_sat - burned_sat,
        staking=staking,
        sent=sent,
        voted=state.current.roster,
        proposer=staking.places[proposal.producer_id],
        current=state.following,
        following=following,
        outstanding_sat=outstanding_sat,
        collector_sat=collector_sat,
        community_sat=community_sat,
        subsidies_sat=state.subsidies_sat + minted_sat,
        fees_reissued_sat=state.fees_reissued_sat + fees_sat,
        burned_sat=state.burned_sat + burned_sat,
        weights=weights,
        weights_number=weights_number,
    )
    return follower, paid_sat


def matured(staking: Staking, timestamp_s: int) -> Staking:
    """Return the staking with what has unbonded by that time in people's hands; the oldest come first."""
    if not staking.unbondings or staking.unbondings[0].due_s > timestamp_s:
        return staking
    due = [unbonding for unbonding in staking.unbondings if unbonding.due_s <= timestamp_s]
    for unbonding in due:
        staking = staking.with_liquid(unbonding.delegator_id, unbonding.amount_sat)
    return replace(staking, unbondings=staking.unbondings[len(due) :])


def weights_at(state: BftState, number: int) -> tuple[int, ...]:
    """Return each place's power summed over blocks up to height `number`, with the current roster since."""
    blocks = number - state.weights_number
    weights = list(state.weights)
    for place, power in zip(state.current.roster.places, state.current.roster.powers, strict=True):
        weights[place] += power * blocks
    return tuple(weights)


def _selected(
    parameters: BftParameters, state: BftState, staking: Staking, number: int, timestamp_s: int
) -> tuple[Staking, Selection, ValidatorSet]:
    """Return who votes after the next block, one step of priorities on, and the staking that says so."""
    selection = staking.selected(parameters)
    if selection is state.sent or selection == state.sent:
        return staking, state.sent, state.following.stepped(1)
    changes = _changes(dict(state.sent), dict(selection))
    before, after = {place for place, _ in state.sent}, {place for place, _ in selection}
    moved = {place: joined(staking.validators[place], number) for place in sorted(after - before)}
    for place in sorted(before - after):
        moved[place] = left(staking.validators[place], number, timestamp_s)
    addresses = {place: staking.validators[place].address for place in after}
    staking = staking.with_validators(moved)
    following = state.following.updated(changes, addresses).stepped(1)
    return staking, selection, following


def _changes(before: Mapping[int, int], after: Mapping[int, int]) -> dict[int, int]:
    changes = {place: power for place, power in after.items() if before.get(place) != power}
    return changes | {place: 0 for place in before if place not in after}
