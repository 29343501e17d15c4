"""Stretches in which everybody is there and nobody acts: the same rules in one loop, without a state a block."""

from __future__ import annotations

from dataclasses import replace

from chain.protocols.bft.distribution import proposer_fraction
from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.minting import next_inflation, provision_sat
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.priority import WINDOW_FACTOR
from chain.protocols.bft.state import BftState


def is_calm(parameters: BftParameters, state: BftState) -> bool:
    """Return whether the next blocks only mint, pay and rotate: no change of validators, no window with a miss,
    nothing unspent of a fee, and priorities that need no scaling.
    """
    current = state.current
    priorities = state.following.priorities
    return (
        state.voted is current.roster
        and current.roster is state.following.roster
        and state.proposer in current.roster.places
        and state.staking.selected(parameters) == state.sent
        and not state.staking.has_misses
        and not state.collector_sat
        and 0 <= sum(priorities) < len(priorities)
        and max(priorities) - min(priorities) <= WINDOW_FACTOR * current.roster.total
    )


def leapt(parameters: BftParameters, state: BftState, blocks: int) -> tuple[BftState, list[int], list[int]]:
    """Pass calm blocks, at least one, as far as they stay calm; return the tip, and by place what was paid
    (10^-8 MED) and how many blocks each proposed.

    Nothing may mature in between. Stops early, after a block, where priorities would have to be scaled.
    """
    roster, staking = state.current.roster, state.staking
    powers, addresses, total, places = roster.powers, roster.addresses, roster.total, roster.places
    to_proposer = proposer_fraction(parameters, roster, total)
    to_voters = ONE - to_proposer - parameters.community_tax
    voter_fractions = [to_voters * fraction for fraction in roster.fractions]
    one_squared = ONE * ONE
    inflation, supply_sat, community_sat = state.inflation, state.supply_sat, state.community_sat
    bonded_sat = staking.bonded_sat
    rewards, made = [0] * len(places), [0] * len(places)
    current, following = state.current, state.following
    priorities, leaders = list(following.priorities), [current.proposer, following.proposer]
    before = list(current.priorities)
    last_proposer = places.index(state.proposer)
    window = WINDOW_FACTOR * total
    passed = 0
    while passed < blocks:
        inflation = next_inflation(parameters, inflation, bonded_sat, supply_sat)
        minted_sat = provision_sat(parameters, inflation, supply_sat)
        supply_sat += minted_sat
        shared = [minted_sat * fraction // one_squared for fraction in voter_fractions]
        proposer_sat = minted_sat * to_proposer // ONE
        rewards = [reward + share for reward, share in zip(rewards, shared, strict=True)]
        rewards[last_proposer] += proposer_sat
        community_sat += minted_sat - sum(shared) - proposer_sat
        last_proposer = leaders[0]
        made[last_proposer] += 1
        before = priorities
        priorities = [priority + power for priority, power in zip(priorities, powers, strict=True)]
        most = max(priorities)
        leader = priorities.index(most)
        if priorities.count(most) > 1:
            equal = [index for index, priority in enumerate(priorities) if priority == most]
            leader = min(equal, key=addresses.__getitem__)
        priorities[leader] -= total
        leaders = [leaders[1], leader]
        passed += 1
        if max(priorities) - min(priorities) > window:
            break
    paid_sat, proposed = [0] * len(staking.validators), [0] * len(staking.validators)
    for index, place in enumerate(places):
        paid_sat[place], proposed[place] = rewards[index], made[index]
    interval_s = parameters.one_view_interval_s
    made_s = state.made_s
    for _ in range(passed):
        made_s += interval_s
    tip = replace(
        state,
        number=state.number + passed,
        timestamp_s=int(made_s),
        made_s=made_s,
        inflation=inflation,
        supply_sat=supply_sat,
        proposer=places[last_proposer],
        current=replace(current, priorities=tuple(before), proposer=leaders[0]),
        following=replace(following, priorities=tuple(priorities), proposer=leaders[1]),
        outstanding_sat=tuple(a + b for a, b in zip(state.outstanding_sat, paid_sat, strict=True)),
        community_sat=community_sat,
        subsidies_sat=state.subsidies_sat + supply_sat - state.supply_sat,
    )
    return tip, paid_sat, proposed
