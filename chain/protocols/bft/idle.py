"""Stretches in which everybody is there and nobody acts: the same rules in two loops, without a state a block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import gcd
from typing import Final

from chain.protocols.bft.distribution import proposer_fraction
from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.minting import next_inflation, provision_sat
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.priority import WINDOW_FACTOR, ValidatorSet, leading
from chain.protocols.bft.state import BftState

MOST_BLOCKS: Final = 100_000
"""Blocks of one leap, so that its list of proposers stays small."""


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
    """Pass calm blocks, at least one, as far as they stay calm, and `MOST_BLOCKS` at most; return the tip, and by
    place what was paid (10^-8 MED) and how many blocks each proposed.

    Nothing may mature in between. Stops early, after a block, where priorities would have to be scaled.
    """
    places = state.current.roster.places
    proposers, current, following = _rotated(state.current, state.following, min(blocks, MOST_BLOCKS))
    rewarded = [places.index(state.proposer), *proposers[:-1]]
    tip, rewards_sat = _paid(parameters, state, rewarded)
    paid_sat, proposed = [0] * len(state.outstanding_sat), [0] * len(state.outstanding_sat)
    for index, count in Counter(proposers).items():
        proposed[places[index]] = count
    for place, reward_sat in zip(places, rewards_sat, strict=True):
        paid_sat[place] = reward_sat
    made_s = state.made_s
    for _ in proposers:
        made_s += parameters.one_view_interval_s
    tip = replace(
        tip,
        number=state.number + len(proposers),
        timestamp_s=int(made_s),
        made_s=made_s,
        proposer=places[proposers[-1]],
        current=current,
        following=following,
        outstanding_sat=tuple(a + b for a, b in zip(state.outstanding_sat, paid_sat, strict=True)),
    )
    return tip, paid_sat, proposed


def _paid(parameters: BftParameters, state: BftState, rewarded: Sequence[int]) -> tuple[BftState, list[int]]:
    """Return a state with the money of so many blocks, and each index's rewards; `rewarded` are the proposers of
    the blocks before each. Equal powers get equal shares, which are worked out once.
    """
    roster, bonded_sat = state.current.roster, state.staking.bonded_sat
    to_proposer = proposer_fraction(parameters, roster, roster.total)
    to_voters = ONE - to_proposer - parameters.community_tax
    holders = Counter(roster.fractions)
    fractions = [to_voters * fraction for fraction in holders]
    counts = list(holders.values())
    inflation, supply_sat, community_sat = state.inflation, state.supply_sat, state.community_sat
    shares_sat, extra_sat = [0] * len(fractions), [0] * len(roster.places)
    one_squared = ONE * ONE
    for proposer in rewarded:
        inflation = next_inflation(parameters, inflation, bonded_sat, supply_sat)
        minted_sat = provision_sat(parameters, inflation, supply_sat)
        supply_sat += minted_sat
        left_sat = minted_sat
        for index, fraction in enumerate(fractions):
            share_sat = minted_sat * fraction // one_squared
            shares_sat[index] += share_sat
            left_sat -= share_sat * counts[index]
        proposer_sat = minted_sat * to_proposer // ONE
        extra_sat[proposer] += proposer_sat
        community_sat += left_sat - proposer_sat
    share_of = dict(zip(holders, shares_sat, strict=True))
    rewards_sat = [share_of[f] + extra for f, extra in zip(roster.fractions, extra_sat, strict=True)]
    tip = replace(
        state,
        inflation=inflation,
        supply_sat=supply_sat,
        community_sat=community_sat,
        subsidies_sat=state.subsidies_sat + supply_sat - state.supply_sat,
    )
    return tip, rewards_sat


def _rotated(
    current: ValidatorSet, following: ValidatorSet, blocks: int
) -> tuple[list[int], ValidatorSet, ValidatorSet]:
    """Return the proposers of the next blocks by index, and the two sets after them.

    Where the rotation is back where it was after as many steps as there is power, in units of the powers' common
    divisor, it is not walked through again and again.
    """
    period = following.roster.total // gcd(*following.roster.powers)
    leaders: list[int] = []
    if blocks > period + 1:
        leaders, _before, after = _walked(following, period)
        if len(leaders) == period and after.priorities == following.priorities:
            # At least two steps are walked again, so that both sets say who led into them.
            rounds = (blocks - 2) // period
            rest, before, after = _walked(following, blocks - rounds * period)
            return _proposers(current, following, leaders * rounds + rest), before, after
    leaders, before, after = _walked(following, blocks)
    return _proposers(current, following, leaders), before, after


def _proposers(current: ValidatorSet, following: ValidatorSet, leaders: list[int]) -> list[int]:
    """Return who proposes the blocks that take as many steps as there are leaders."""
    return [current.proposer, following.proposer, *leaders][: len(leaders)]


def _walked(following: ValidatorSet, steps: int) -> tuple[list[int], ValidatorSet, ValidatorSet]:
    """Return who leads after each step, and the sets before and after the last one.

    Stops early after a step where priorities would have to be scaled.
    """
    roster = following.roster
    powers, addresses, total = roster.powers, roster.addresses, roster.total
    priorities, before = list(following.priorities), following.priorities
    leaders: list[int] = []
    for _ in range(steps):
        before = tuple(priorities)
        priorities = [priority + power for priority, power in zip(priorities, powers, strict=True)]
        leader = leading(priorities, addresses)
        priorities[leader] -= total
        leaders.append(leader)
        if max(priorities) - min(priorities) > WINDOW_FACTOR * total:
            break
    previous = [following.proposer, *leaders][-2]
    return (
        leaders,
        ValidatorSet(roster, before, previous),
        ValidatorSet(roster, tuple(priorities), leaders[-1]),
    )
