"""The opening of a run: stakers and coins, accounts with native coin, deployed contracts, MED's first holders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chain.block import Account as Allocated
from chain.block import Address
from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.emission import EmissionTerms
from chain.contracts.deployment.opening import opening_transactions
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.reward_pool import RewardTerms
from chain.contracts.system import System
from chain.engines.pyevm import PyEvmEngine
from chain.hashing import keccak
from chain.ledger import Ledger
from chain.mempool import Mempool, MempoolRules
from chain.opening import Opening, Seal, seal_opening
from chain.opening_cache import OpeningCache
from chain.protocols.protocol import Staker
from chain.protocols.qtum.parameters import QTUM_2018
from chain.protocols.qtum_2018 import Qtum2018
from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM, wei_from_satoshi
from sim import maths
from sim.agents.people import People
from sim.calendar import Calendar
from sim.chance import Chance
from sim.paths import cache_directory
from sim.scenario import Scenario
from sim.units import SECONDS_PER_DAY

CHAIN_ID: Final = 1337
"""A test network's; no public chain accepts what is signed for it."""

DORMANT: Final[Address] = keccak(b"medsim dormant holders")[-20:]
"""All native coin that is neither staked nor in a simulated account; nobody knows its key."""

MILLIPERCENT: Final = 100_000
"""Thousandths of a percent in one."""


def system_of(people: People) -> System:
    """Return where the system's contracts stand once the foundation has deployed them."""
    return System(people.deployer.address, CHAIN_ID)


def usual_seal() -> Seal:
    """Return how runs seal their openings: by the cache, where there is one."""
    directory = cache_directory()
    return seal_opening if directory is None else OpeningCache(directory / "openings").seal


def open_ledger(
    scenario: Scenario, calendar: Calendar, chance: Chance, people: People, seal: Seal
) -> tuple[Ledger, Opening]:
    """Return a ledger whose tip is the opening block, at or just before the start, and what it opened with."""
    protocol = Qtum2018(
        scenario.chain.kernel,
        replace(
            QTUM_2018,
            gas_limit_gas=scenario.chain.gas_limit_gas,
            minimum_gas_price_sat=scenario.chain.minimum_gas_price_sat,
        ),
    )
    state = protocol.opening_state(
        stakers_of(scenario),
        number=scenario.chain.opening_height,
        timestamp_s=calendar.start_unix_s,
        burn_in_blocks=scenario.staking.burn_in_blocks,
        seed=chance.stream("kernel").octets("seed", 0, 32),
    )
    deployment = opening_transactions(_system_parameters(scenario, calendar, people), system_of(people), 0)
    opening = Opening(
        protocol_state=state,
        allocation=allocation_of(scenario, people, protocol.coins_sat(state)),
        transactions=deployment,
        gas_limit_gas=sum(transaction.gas_limit_gas for transaction in deployment),
    )
    ledger = Ledger(
        PyEvmEngine(CHAIN_ID), protocol, _mempool(scenario), opening,
        retained_states=scenario.chain.state_retention_blocks, seal=seal,
    )  # fmt: skip
    return ledger, opening


def stakers_of(scenario: Scenario) -> list[Staker]:
    """Return the stakers: stakes follow Zipf's law, each split into equal coins, the first takes the remainder."""
    staking = scenario.staking
    stakes_sat = zipf_shares(staking.staked_qtum * SATOSHI_PER_QTUM, staking.stakers, staking.zipf_exponent)
    return [
        Staker(
            f"k{rank:05d}",
            keccak(b"medsim staker %d" % rank)[-20:],
            _coins(stake_sat, staking.coins_per_staker),
        )
        for rank, stake_sat in enumerate(stakes_sat, start=1)
    ]


def zipf_shares(total: int, count: int, exponent: float) -> list[int]:
    """Return `total` split in proportion to rank^-exponent, exactly; the first share takes what rounding leaves."""
    weights = [int(maths.power(rank, -exponent) * 10**maths.DECIMALS) for rank in range(1, count + 1)]
    sum_of_weights = sum(weights)
    shares = [total * weight // sum_of_weights for weight in weights]
    shares[0] += total - sum(shares)
    return shares


def allocation_of(scenario: Scenario, people: People, coins_sat: int) -> dict[Address, Allocated]:
    """Return the native coin of the opening's accounts; what nobody in the simulation holds lies dormant."""
    funded = {
        people.sponsor.address: scenario.sponsor.opening_qtum,
        people.certifier.address: scenario.sponsor.opening_qtum,
        **{
            provider.account.address: scenario.providers.opening_qtum
            for provider in people.providers.values()
        },
    }
    held_sat = sum(funded.values()) * SATOSHI_PER_QTUM
    dormant_sat = scenario.issued_qtum * SATOSHI_PER_QTUM - coins_sat - held_sat
    balances_sat = {address: qtum * SATOSHI_PER_QTUM for address, qtum in funded.items()} | {
        DORMANT: dormant_sat
    }
    return {address: Allocated(balance_wei=wei_from_satoshi(sat)) for address, sat in balances_sat.items()}


def _coins(stake_sat: int, count: int) -> tuple[int, ...]:
    each_sat, rest_sat = divmod(stake_sat, count)
    return (each_sat + rest_sat, *[each_sat] * (count - 1))


def _system_parameters(scenario: Scenario, calendar: Calendar, people: People) -> SystemParameters:
    return SystemParameters(
        check_in=CheckInTerms(scenario.checkin.grace_s),
        rewards=RewardTerms(
            first_epoch_start_s=calendar.start_unix_s,
            epoch_length_s=scenario.rewards.epoch_days * SECONDS_PER_DAY,
            patient_points=scenario.rewards.patient_points,
            provider_points=scenario.rewards.provider_points,
        ),
        emission=EmissionTerms(
            start_s=calendar.start_unix_s,
            yearly_rate_millipercent=round(scenario.emission.rate * MILLIPERCENT),
        ),
        treasury=people.treasury.address,
        certifiers=(people.certifier.address,),
        opening_balances_med_units=_opening_balances(scenario, people),
    )


def _opening_balances(scenario: Scenario, people: People) -> tuple[tuple[Address, int], ...]:
    supply = scenario.token.opening_supply_med * MED_UNITS_PER_MED // scenario.economy.person_weight
    treasury = int(supply * scenario.token.treasury_share)
    shares = (
        zipf_shares(supply - treasury, len(people.holders), scenario.token.zipf_exponent)
        if people.holders
        else []
    )
    holdings: Sequence[tuple[Address, int]] = [
        (holder.address, share) for holder, share in zip(people.holders, shares, strict=True)
    ]
    return ((people.treasury.address, supply - sum(shares)), *holdings)


def _mempool(scenario: Scenario) -> Mempool:
    rules = scenario.mempool
    return Mempool(
        MempoolRules(
            minimum_gas_price_wei=wei_from_satoshi(scenario.chain.minimum_gas_price_sat),
            block_gas_limit_gas=scenario.chain.gas_limit_gas,
            account_limit_tx=rules.account_limit_tx,
            limit_tx=rules.limit_tx,
            replacement_bump_percent=rules.replacement_bump_percent,
            expiry_s=rules.expiry_s,
        )
    )
