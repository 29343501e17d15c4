"""Long chains of both Qtum presets, on one network view, against what the rules imply.

Every tolerance is a number of standard errors. A shorter part runs on every change, 50,000 blocks in the long run.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from chain.protocols.presets import preset, staker
from chain.protocols.protocol import Staker
from chain.protocols.qtum.parameters import QTUM_2018, QTUM_2021, QtumParameters
from chain.protocols.qtum.protocol import Kernel, Qtum
from chain.protocols.qtum.state import QtumState
from chain.protocols.qtum.stationary import interval_law
from chain.protocols.qtum_2018 import Qtum2018
from chain.protocols.qtum_2021 import Qtum2021
from chain.units import SATOSHI_PER_QTUM

STANDARD_ERRORS = 4
SHORT, LONG = 3_000, 50_000
BATCHES = 25
"""Intervals remember each other through the target; batch means of 100 blocks and more do not, within noise."""

RUNS = [
    pytest.param("qtum-2018", SHORT, id="2018"),
    pytest.param("qtum-2021", SHORT, id="2021"),
    pytest.param("qtum-2018", LONG, marks=pytest.mark.long, id="2018-long"),
    pytest.param("qtum-2021", LONG, marks=pytest.mark.long, id="2021-long"),
]


def unequal_stakers(name: str) -> list[Staker]:
    """100 stakers by Zipf's law with equal numbers of coins; in 2021 the lower half delegates to the first five."""
    usual = preset(name).opening
    weights = [1 / rank**0.8 for rank in range(1, 101)]
    stakers = [
        staker(f"v{rank:03d}", int(usual.staked_sat * weight / sum(weights)), 2 * usual.coins_each)
        for rank, weight in enumerate(weights)
    ]
    if name == "qtum-2018":
        return stakers
    return [
        replace(each, delegates_to=f"v{rank % 5:03d}", fee_percent=10 + rank % 7) if rank >= 50 else each
        for rank, each in enumerate(stakers)
    ]


def opened(name: str) -> tuple[Qtum, QtumState]:
    chosen = preset(name)
    protocol = chosen.protocol()
    assert isinstance(protocol, Qtum)
    seed = hashlib.sha256(name.encode()).digest()
    return protocol, protocol.opening_state(
        unequal_stakers(name),
        number=chosen.opening.number,
        timestamp_s=1_538_319_600,
        burn_in_blocks=chosen.opening.burn_in_blocks,
        seed=seed,
    )


@dataclass
class Run:
    """What a chain of some blocks did."""

    opening: QtumState
    tip: QtumState
    intervals_s: npt.NDArray[np.float64]
    made: Counter[str]
    expected: Counter[str]
    variance: Counter[str]


def run(name: str, blocks: int) -> Run:
    """Make blocks one by one, checking what each pays, and count who makes them against who should.

    Payments are reckoned anew from the producers of the blocks before: a tenth of reward and fees to each of the
    producers of blocks h - 500 to h - 508, the rest to this block's; or in 2021 the fee to the super-staker.
    """
    protocol, opening = opened(name)
    state, intervals = opening, []
    made, expected, variance = Counter[str](), Counter[str](), Counter[str]()
    owners = {owner.owner_id: owner for owner in opening.owners}
    names = list(owners)
    earlier = [names[index] for index in opening.producers]
    issued_sat = 4 * SATOSHI_PER_QTUM if name == "qtum-2018" else SATOSHI_PER_QTUM
    for block in range(blocks):
        weights, total_sat = state.coins.producer_mature_sat, state.coins.mature_sat
        for owner_id, weight_sat in zip(names, weights, strict=True):
            share = weight_sat / total_sat
            expected[owner_id] += share
            variance[owner_id] += share * (1 - share)
        proposal = protocol.next_proposal(state)
        winner, fees_sat = names[proposal.coin.owner], block % 11
        state, payouts = protocol.apply(state, proposal, fees_sat)
        reward_sat = issued_sat + fees_sat
        if name == "qtum-2018":
            owed = Counter({winner: reward_sat - 9 * (reward_sat // 10)})
            for offset in range(500, 509):
                owed[earlier[-offset]] += reward_sat // 10
        elif winner != proposal.producer_id:
            fee_sat = reward_sat * owners[winner].fee_percent // 100
            owed = Counter({proposal.producer_id: fee_sat, winner: reward_sat - fee_sat})
        else:
            owed = Counter({winner: reward_sat})
        assert payouts.by_owner_sat == owed
        assert payouts.subsidy_sat == issued_sat
        earlier.append(proposal.producer_id)
        made[proposal.producer_id] += 1
        intervals.append(proposal.interval_s)
    return Run(opening, state, np.array(intervals, dtype=np.float64), made, expected, variance)


@pytest.mark.parametrize(("name", "blocks"), RUNS)
def test_a_long_chain_does_what_the_rules_imply(
    name: str, blocks: int, chi_square_bound: Callable[[int], float]
) -> None:
    protocol, _opening = opened(name)
    chain = run(name, blocks)
    issued_sat = blocks * (4 if name == "qtum-2018" else 1) * SATOSHI_PER_QTUM
    fees_sat = sum(block % 11 for block in range(blocks))
    assert protocol.subsidies_sat(chain.tip) == issued_sat
    assert protocol.coins_sat(chain.tip) == protocol.coins_sat(chain.opening) + issued_sat + fees_sat

    law = interval_law(protocol.parameters, chain.tip.number)
    assert_moments(chain.intervals_s, law.mean_s, law.spread_s)

    for owner_id, count in chain.made.items():
        error = math.sqrt(chain.variance[owner_id])
        assert abs(count - chain.expected[owner_id]) < STANDARD_ERRORS * error + 1
    validators = set(protocol.validators(chain.tip))
    assert set(chain.made) <= validators
    assert sum(chain.expected[owner_id] for owner_id in validators) == pytest.approx(blocks)
    frequent = [owner_id for owner_id in validators if chain.expected[owner_id] >= 5]
    distance = sum(
        (chain.made[owner_id] - chain.expected[owner_id]) ** 2 / chain.expected[owner_id]
        for owner_id in frequent
    )
    assert distance < chi_square_bound(len(frequent))

    stakes = stake_shares(chain)
    weights = {owner_id: chain.expected[owner_id] / blocks for owner_id in stakes}
    assert weights["v000"] < stakes["v000"]
    assert weights["v049"] > stakes["v049"]
    gap = sum(abs(weights[owner_id] - stakes[owner_id]) for owner_id in stakes) / 2
    assert 0 < gap < (stakes["v000"] + stakes["v001"])
    if blocks == LONG:
        assert gap == pytest.approx({"qtum-2018": 0.0043, "qtum-2021": 0.081}[name], rel=0.2)


def assert_moments(intervals_s: npt.NDArray[np.float64], mean_s: float, spread_s: float) -> None:
    """Hold mean and spread against their theory, by standard errors of batch means."""
    size = len(intervals_s) // BATCHES
    batches = intervals_s[: BATCHES * size].reshape(BATCHES, size)
    for measured, expected in [
        (batches.mean(axis=1), mean_s),
        (((batches - mean_s) ** 2).mean(axis=1), spread_s**2),
    ]:
        error = measured.std(ddof=1) / math.sqrt(BATCHES)
        assert abs(measured.mean() - expected) < STANDARD_ERRORS * error


def stake_shares(chain: Run) -> dict[str, float]:
    """Return each validator's share of all stake at the opening, delegated coins with their super-staker.

    Mature weight is less equal to it the fewer coins an owner has: each win locks a coin. In 2018 coins split, and the
    gap closes. A super-staker locks an own coin with each delegated win too, which splits none: it stays behind.
    """
    owners = chain.opening.owners
    stakes: Counter[str] = Counter()
    for owner, stake_sat in zip(owners, chain.opening.coins.owner_sat, strict=True):
        stakes[owner.producer(owners).owner_id] += stake_sat
    return {owner_id: stake_sat / sum(stakes.values()) for owner_id, stake_sat in stakes.items()}


@pytest.mark.parametrize(
    ("parameters", "number", "mean_s", "spread_s"),
    [
        (QTUM_2018, 250_000, 144.73, 155.1),
        (QTUM_2018, 500_000, 128.0, 123.5),
        (QTUM_2021, 850_000, 32.0, 30.9),
    ],
    ids=["early", "late", "shorter"],
)
def test_the_law_of_the_interval_against_plain_simulation_of_the_rule(
    parameters: QtumParameters, number: int, mean_s: float, spread_s: float
) -> None:
    """The rule played out in floats, without coins or compact targets, agrees with the law and its known figures."""
    law = interval_law(parameters, number)
    assert law.mean_s == pytest.approx(mean_s, abs=0.05)
    assert law.spread_s == pytest.approx(spread_s, abs=0.1)
    spacing_s, grid_s = parameters.spacing_s, parameters.grid_s
    random = np.random.default_rng(7)
    chains = 2_000
    rates = np.full(chains, grid_s / spacing_s)
    intervals = []
    for block in range(700):
        interval_s = grid_s * random.geometric(-np.expm1(-rates)).astype(np.float64)
        if block >= 300:
            intervals.append(interval_s)
        if number >= parameters.late_rules_block:
            excess = 2 * (np.minimum(interval_s, 20 * spacing_s) - spacing_s) / grid_s
            rates = rates * np.exp(excess / (32 * spacing_s / grid_s))
        else:
            rates = rates * (6 * spacing_s + 2 * np.minimum(interval_s, 10 * spacing_s)) / (8 * spacing_s)
    means = np.array(intervals).mean(axis=0)
    assert abs(means.mean() - law.mean_s) < STANDARD_ERRORS * means.std(ddof=1) / math.sqrt(chains)
    squares = (np.array(intervals) ** 2).mean(axis=0)
    expected = law.spread_s**2 + law.mean_s**2
    assert abs(squares.mean() - expected) < STANDARD_ERRORS * squares.std(ddof=1) / math.sqrt(chains) + 2


@pytest.mark.long
@pytest.mark.parametrize("name", ["qtum-2018", "qtum-2021"])
def test_a_long_idle_stretch_equals_block_by_block(name: str) -> None:
    protocol, opening = opened(name)
    single, paid, made = opening, Counter[str](), Counter[str]()
    for _ in range(LONG):
        proposal = protocol.next_proposal(single)
        single, payouts = protocol.apply(single, proposal, 0)
        paid.update(payouts.by_owner_sat)
        made[proposal.producer_id] += 1
    whole, stretch = protocol.advance_idle(opening, single.timestamp_s)
    assert stretch is not None
    assert stretch.count == LONG
    assert protocol.state_root(whole) == protocol.state_root(single)
    assert protocol.mature_sat_blocks(whole) == protocol.mature_sat_blocks(single)
    assert (stretch.blocks_by_owner, stretch.subsidy_by_owner_sat) == (made, paid)


KERNEL_COINS_QTUM: Sequence[Sequence[int]] = [
    [80_000] * 40,
    [40_000] * 30,
    [18_000] * 20,
    [10_000] * 20,
    [3_000] * 10,
]
"""Large, so that the target stays below its limit."""


def kernel_run(
    protocol: Qtum, number: int, blocks: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the intervals, and the standardised surplus of blocks by producer."""
    stakers = [
        Staker(
            f"s{owner}",
            bytes([owner + 1]) * 20,
            tuple(value * SATOSHI_PER_QTUM for value in coins),
            "s0" if protocol.parameters.delegation and owner >= 3 else None,
        )
        for owner, coins in enumerate(KERNEL_COINS_QTUM)
    ]
    state = protocol.opening_state(
        stakers, number=number, timestamp_s=1_538_319_600, burn_in_blocks=200, seed=b"\x0b" * 32
    )
    intervals, surplus, variance = [], np.zeros(5), np.zeros(5)
    for _ in range(blocks):
        shares = np.array(state.coins.producer_mature_sat) / state.coins.mature_sat
        state, stretch = protocol.advance_idle(state, state.timestamp_s + 10**6, state.number + 1)
        assert stretch is not None
        intervals.append(stretch.last_timestamp_s - stretch.parent_timestamp_s)
        surplus -= shares
        surplus[int(next(iter(stretch.blocks_by_owner))[1:])] += 1
        variance += shares * (1 - shares)
    return np.array(intervals, dtype=np.float64), surplus / np.sqrt(np.maximum(variance, 1))


@pytest.mark.parametrize("rules", ["2018", "2021"])
@pytest.mark.parametrize("blocks", [1_000, pytest.param(LONG, marks=pytest.mark.long)])
def test_hashed_and_sampled_chains_agree(rules: str, blocks: int) -> None:
    """Interval's mean, spread and share of single steps, and producers: both kernels within their standard errors.

    Coins stay whole here, so that they stay few: a hash a coin and step is slow.
    """
    few = {"maturity_blocks": 40, "split_threshold_sat": 10**18}

    def protocol(kernel: Kernel) -> Qtum:
        if rules == "2018":
            return Qtum2018(kernel, replace(QTUM_2018, oldest_sharer_offset_blocks=48, **few))
        return Qtum2021(kernel, replace(QTUM_2021, **few))

    number = 250_000 if rules == "2018" else 850_000
    sampled_s, sampled_surplus = kernel_run(protocol("sampled"), number, blocks)
    hashed_s, hashed_surplus = kernel_run(protocol("hashed"), number, blocks)
    grid_s, centre_s = protocol("sampled").parameters.grid_s, sampled_s.mean()
    size = blocks // BATCHES

    def figures(intervals_s: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
        batches = intervals_s.reshape(BATCHES, size)
        return [
            batches.mean(axis=1),
            ((batches - centre_s) ** 2).mean(axis=1),
            (batches == grid_s).mean(axis=1),
        ]

    for one, other in zip(figures(sampled_s), figures(hashed_s), strict=True):
        error = math.sqrt((one.var(ddof=1) + other.var(ddof=1)) / BATCHES)
        assert abs(one.mean() - other.mean()) < STANDARD_ERRORS * error
    assert np.abs(sampled_surplus).max() < STANDARD_ERRORS
    assert np.abs(hashed_surplus).max() < STANDARD_ERRORS
