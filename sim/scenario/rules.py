"""Rules between keys: each looks at a whole scenario and names the key to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sim.scenario.breach import Breach, Rule
from sim.scenario.chapters.checks import exists_in_zone
from sim.scenario.protocol_rules import RULES
from sim.scenario.rules_chains import chain_fits
from sim.scenario.rules_faults import faults_can_be_injected
from sim.scenario.rules_governance import proposals_are_decided_in_the_run
from sim.scenario.rules_sale import sale_rules_hold
from sim.scenario.rules_stress import stress_can_be_played

if TYPE_CHECKING:
    from sim.scenario.model import Scenario

HASHED_KERNEL_COINS: Final = 1000
"""At 600 coins hashing takes about a second a simulated day; it grows with the coins."""
SMALL_COIN_QTUM: Final = 100
COMBINED_COINS: Final = 100
"""qtumproject/qtum a395689: wallet/stake. A win locks its coin until it has matured again, and with it up to
100 of its owner's small coins."""


def breaches(scenario: Scenario) -> tuple[Breach, ...]:
    """All broken rules, in the order of the rules."""
    return tuple(breach for rule in _RULES for breach in rule(scenario))


def _warmup_ends_before_the_run(scenario: Scenario) -> Iterator[Breach]:
    time = scenario.time
    if time.warmup_days >= time.days:
        yield Breach("time.warmup_days", time.warmup_days, f"fewer than time.days = {time.days}")


def _start_exists(scenario: Scenario) -> Iterator[Breach]:
    time = scenario.time
    if not exists_in_zone(time.start, time.zone):
        yield Breach(
            "time.start", time.start, f"a moment that exists in {time.zone}; its clocks skipped this one"
        )


def _hashed_kernel_stays_small(scenario: Scenario) -> Iterator[Breach]:
    coins = scenario.staking.stakers * scenario.staking.coins_per_staker
    if scenario.chain.kernel == "hashed" and coins > HASHED_KERNEL_COINS:
        yield Breach(
            "chain.kernel",
            "hashed",
            f'"sampled", or at most {HASHED_KERNEL_COINS} coins; '
            f"staking.stakers × staking.coins_per_staker is {coins:,}",
        )


def _engine_takes_roots_as_often(scenario: Scenario) -> Iterator[Breach]:
    if scenario.chain.engine == "pyevm" and scenario.chain.state_roots != "every-block":
        yield Breach(
            "chain.state_roots",
            scenario.chain.state_roots,
            '"every-block", or chain.engine = "revm": the reference takes roots in every block',
        )


def _every_coin_has_value(scenario: Scenario) -> Iterator[Breach]:
    staking = scenario.staking
    coins = staking.stakers * staking.coins_per_staker
    if staking.staked_qtum < coins:
        yield Breach(
            "staking.staked_qtum",
            staking.staked_qtum,
            f"at least 1 QTUM for each of the {coins:,} coins (staking.stakers × staking.coins_per_staker)",
        )


def _coins_outlast_maturity(scenario: Scenario) -> Iterator[Breach]:
    wins, maturity_blocks = _wins_until_maturity(scenario), RULES[scenario.chain.protocol].maturity_blocks
    if wins <= maturity_blocks:
        yield Breach(
            "staking.coins_per_staker",
            scenario.staking.coins_per_staker,
            f"enough for more than {maturity_blocks} blocks, because each locks its coin for as many; "
            f"staking.stakers = {scenario.staking.stakers:,} with as many coins each can make {wins:,} "
            f"(the coins below {SMALL_COIN_QTUM} QTUM of one owner go into one block, and "
            "staking.zipf_exponent deals out staking.staked_qtum)",
        )


def _wins_until_maturity(scenario: Scenario) -> int:
    """How many blocks the opening coins can make before the first winner is mature again."""
    staking = scenario.staking
    weights: list[float] = [round(rank**-staking.zipf_exponent, 9) for rank in range(1, staking.stakers + 1)]
    first_share, of_others = scenario.faults.concentration_share, sum(weights[1:])
    if first_share and of_others:
        weights[0] = of_others * first_share / (1 - first_share)
    qtum_per_weight = staking.staked_qtum / (sum(weights) * staking.coins_per_staker)
    making = weights[: staking.stakers - staking.delegating]
    large = sum(weight * qtum_per_weight >= SMALL_COIN_QTUM for weight in making)
    wins_of_small = -(-staking.coins_per_staker // COMBINED_COINS)
    return large * staking.coins_per_staker + (len(making) - large) * wins_of_small


def _no_more_at_stake_than_issued(scenario: Scenario) -> Iterator[Breach]:
    spare_qtum = scenario.issued_qtum - scenario.sponsor.opening_qtum
    if scenario.staking.staked_qtum >= spare_qtum:
        yield Breach(
            "staking.staked_qtum",
            scenario.staking.staked_qtum,
            f"less than {spare_qtum:,} QTUM, what is issued at chain.opening_height less the sponsor's",
        )


def _rules_last_for_the_run(scenario: Scenario) -> Iterator[Breach]:
    name, height = scenario.chain.protocol, scenario.chain.opening_height
    rules = RULES[name]
    highest = rules.last_height - scenario.time.days * rules.blocks_per_day_at_most
    if height < rules.first_height:
        least = rules.first_height + scenario.staking.burn_in_blocks
        yield Breach(
            "chain.opening_height",
            height,
            f"at least {least:,}, because the rules of {name} begin at {rules.first_height:,} and burn-in comes first "
            f"(staking.burn_in_blocks = {scenario.staking.burn_in_blocks:,})",
        )
    elif height > highest:
        yield Breach(
            "chain.opening_height",
            height,
            f"at most {highest:,}, because the rules of {name} end at block {rules.last_height:,} "
            f"and {scenario.time.days} days may take {rules.blocks_per_day_at_most} blocks each",
        )


def _offered_price_is_taken(scenario: Scenario) -> Iterator[Breach]:
    minimum_sat = scenario.chain.minimum_gas_price_sat
    if scenario.fees.gas_price_sat < minimum_sat:
        yield Breach(
            "fees.gas_price_sat",
            scenario.fees.gas_price_sat,
            f"at least chain.minimum_gas_price_sat = {minimum_sat}, or no node takes a transaction",
        )


def _account_fits_the_mempool(scenario: Scenario) -> Iterator[Breach]:
    mempool = scenario.mempool
    if mempool.account_limit_tx > mempool.limit_tx:
        yield Breach(
            "mempool.account_limit_tx",
            mempool.account_limit_tx,
            f"at most mempool.limit_tx = {mempool.limit_tx:,}",
        )


def _weight_needs_a_representative_run(scenario: Scenario) -> Iterator[Breach]:
    economy = scenario.economy
    if economy.person_weight > 1 and economy.scale != "representative":
        yield Breach(
            "economy.person_weight",
            economy.person_weight,
            '1, unless economy.scale = "representative"',
        )


def _states_are_planted_on_one_view(scenario: Scenario) -> Iterator[Breach]:
    if scenario.network.views == "network" and scenario.faults.plant != "none":
        yield Breach(
            "faults.plant",
            scenario.faults.plant,
            '"none", unless network.views = "one": a state that is put under one tip has no branch',
        )


def _fault_falls_into_the_run(scenario: Scenario) -> Iterator[Breach]:
    if scenario.faults.plant_at_s >= scenario.duration_s:
        yield Breach(
            "faults.plant_at_s",
            scenario.faults.plant_at_s,
            f"less than the run's {scenario.duration_s:,} s (time.days)",
        )


_QTUM_RULES: Final[tuple[Rule, ...]] = (
    _hashed_kernel_stays_small,
    _engine_takes_roots_as_often,
    _every_coin_has_value,
    _coins_outlast_maturity,
    _no_more_at_stake_than_issued,
    _rules_last_for_the_run,
    _offered_price_is_taken,
)


def _rules_of_qtum_hold(scenario: Scenario) -> Iterator[Breach]:
    if scenario.chain.protocol in RULES:
        for rule in _QTUM_RULES:
            yield from rule(scenario)


_RULES: Final[tuple[Rule, ...]] = (
    _warmup_ends_before_the_run,
    _start_exists,
    _rules_of_qtum_hold,
    chain_fits,
    _account_fits_the_mempool,
    _weight_needs_a_representative_run,
    _fault_falls_into_the_run,
    _states_are_planted_on_one_view,
    faults_can_be_injected,
    sale_rules_hold,
    proposals_are_decided_in_the_run,
    stress_can_be_played,
)
