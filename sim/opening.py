"""The opening of a run: stakers and coins, accounts with native coin, deployed contracts, MED's first holders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from chain.block import Account as Allocated
from chain.block import Address, Transaction
from chain.contracts.deployment.check_in import CheckInTerms
from chain.contracts.deployment.emission import EmissionTerms
from chain.contracts.deployment.opening import opening_transactions
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.system import System
from chain.engines.choice import available_engines, new_engine
from chain.engines.protocol import Engine
from chain.errors import EngineUnavailable
from chain.governed import BlockLimits, FixedLimits, GovernedLimits
from chain.hashing import keccak
from chain.ledger import HEADER_ALLOWANCE_BYTES, Background, Ledger
from chain.ledger.issue import PROTOCOL_ACCOUNT, MedIssue
from chain.mempool import Mempool, MempoolRules
from chain.opening import Opening, Seal, seal_opening
from chain.opening_cache import OpeningCache
from chain.units import SATOSHI_PER_QTUM, wei_from_satoshi
from sim.agents.accounts import Account, Nonces
from sim.agents.people import People
from sim.calendar import Calendar
from sim.chain_terms import ChainTerms, chain_terms
from sim.chance import Chance
from sim.errors import ScenarioError
from sim.maths import zipf_shares
from sim.paths import cache_directory
from sim.reward_terms import reward_terms
from sim.sale.history import SaleHistory, play
from sim.sale.plan import buyer_ids, plan_purchases, team_ids
from sim.sale.terms import opening_supply_med_units, sale_terms, split, vesting_terms
from sim.scenario import Scenario
from sim.service_terms import consent_terms, identity_terms, insurance_terms, market_terms
from sim.units import SECONDS_PER_DAY
from sim.voting_terms import governance_terms, staking_terms

CHAIN_ID: Final = 1337
"""A test network's; no public chain accepts what is signed for it."""

DORMANT: Final[Address] = keccak(b"medsim dormant holders")[-20:]
"""All native coin that is neither staked nor in a simulated account; nobody knows its key."""

_NOBODY_PAYS: Final[Mapping[Address, int]] = MappingProxyType({})

MILLIPERCENT: Final = 100_000
"""Thousandths of a percent in one."""


class Opened(NamedTuple):
    """A ledger, what it opened with, and the sale that was played in it, if one was."""

    ledger: Ledger
    opening: Opening
    sale: SaleHistory | None


def system_of(people: People) -> System:
    """Return where the system's contracts stand once the foundation has deployed them."""
    return System(people.deployer.address, CHAIN_ID)


def owners_of(scenario: Scenario) -> tuple[list[tuple[str, str]], list[str]]:
    """Return who owns MED from the opening on, as (id, role), and the team's ids."""
    if scenario.token.opening == "sale":
        return [(buyer_id, "buyer") for buyer_id in buyer_ids(scenario)], list(team_ids(scenario))
    numbers = range(1, scenario.token.opening_holders + 1)
    return [(f"h{number:05d}", "holder") for number in numbers], []


def offices_of(scenario: Scenario) -> dict[str, int]:
    """Return how many people hold each office of the contracts, by its name in the scenario."""
    return scenario.offices.model_dump()


def usual_seal() -> Seal:
    """Return how runs seal their openings: by the cache, where there is one."""
    directory = cache_directory()
    return seal_opening if directory is None else OpeningCache(directory / "openings").seal


def open_ledger(scenario: Scenario, calendar: Calendar, chance: Chance, people: People, seal: Seal) -> Opened:
    """Return a ledger whose tip is the opening block, at or just before the start, and what it opened with.

    Raises `ScenarioError` where buyers would pay with more coin than there is, or where the engine is not built.
    """
    kind, system, engine = scenario.protocol_kind, system_of(people), _engine(scenario)
    chain = chain_terms(
        scenario,
        calendar.start_unix_s,
        chance.stream("kernel").octets("seed", 0, 32),
        {account.owner_id: account.address for account in payers_of(people)},
    )
    deployment = opening_transactions(
        _system_parameters(scenario, calendar, people, chain.kept_med_units), system, 0
    )
    sale = _sale_of(scenario, chance, people, deployment)
    here = () if sale else deployment
    opening = Opening(
        protocol_state=chain.state,
        allocation=allocation_of(
            scenario, people, chain.protocol.coins_sat(chain.state), _payments_sat(people, sale)
        ),
        transactions=here,
        gas_limit_gas=sum(transaction.gas_limit_gas for transaction in here),
        history=sale.blocks if sale else (),
    )
    governed = kind.name == "qtum"
    ledger = Ledger(
        engine, chain.protocol, _mempool(scenario, chain), opening,
        retained_states=scenario.chain.state_retention_blocks, seal=seal,
        limits=GovernedLimits(engine, system) if governed else _fixed_limits(scenario, chain),
        one_view=scenario.network.views == "one",
        background=background_of(scenario) if governed else None,
        fee_policy=chain.fee_policy,
        issue=MedIssue(system) if kind.stakes_med else None,
    )  # fmt: skip
    _take_roots(
        engine, scenario
    )  # from now on: what is sealed is the same for every run that opens like this
    sent = {transaction.sender: transaction.nonce for transaction in opening.all_transactions}
    for account in people.accounts:
        account.nonces = Nonces(sent.get(account.address, -1) + 1)
    return Opened(ledger, opening, sale)


def _engine(scenario: Scenario) -> Engine:
    name = scenario.chain.engine
    try:
        return new_engine(name, CHAIN_ID)
    except EngineUnavailable as error:
        raise ScenarioError("chain.engine", name, f"{' or '.join(available_engines())}: {error}") from error


def _take_roots(engine: Engine, scenario: Scenario) -> None:
    roots = scenario.chain.state_roots
    try:
        engine.take_roots(roots)
    except EngineUnavailable as error:
        raise ScenarioError("chain.state_roots", roots, f"every-block: {error}") from error


def payers_of(people: People) -> list[Account]:
    """Return who pays for health acts, whether with native coin, points or MED in hand."""
    providers = (provider.account for provider in people.providers.values())
    return [people.sponsor, people.certifier, *providers]


def allocation_of(
    scenario: Scenario, people: People, coins_sat: int, payments_sat: Mapping[Address, int] = _NOBODY_PAYS
) -> dict[Address, Allocated]:
    """Return the native coin of the opening's accounts; what nobody in the simulation holds lies dormant.

    Where gas has no price nobody has any, and where a lottery's coin is not Qtum's only these accounts do.
    `payments_sat` is what buyers take along to the sale. Raises `ScenarioError` where that is more than there is.
    """
    kind = scenario.protocol_kind
    if not kind.priced:
        return {}
    funded = {
        people.sponsor.address: scenario.sponsor.opening_qtum,
        people.certifier.address: scenario.sponsor.opening_qtum,
        **{
            provider.account.address: scenario.providers.opening_qtum
            for provider in people.providers.values()
        },
    }
    if kind.name != "qtum":
        return {
            address: Allocated(balance_wei=wei_from_satoshi(coins * SATOSHI_PER_QTUM))
            for address, coins in funded.items()
        }
    held_sat = sum(funded.values()) * SATOSHI_PER_QTUM
    unbound_sat = scenario.issued_qtum * SATOSHI_PER_QTUM - coins_sat - held_sat
    paid_sat = sum(payments_sat.values())
    if paid_sat > max(0, unbound_sat):
        raise ScenarioError(
            "sale.median_purchase_krw",
            f"{scenario.sale.median_purchase_krw:g}",
            f"less: with sale.qtum_krw the {scenario.sale.buyers:,} buyers would pay {paid_sat // SATOSHI_PER_QTUM:,} "
            f"QTUM, and {unbound_sat // SATOSHI_PER_QTUM:,} are neither staked nor in another's account",
            scenario.name,
        )
    balances_sat = {address: qtum * SATOSHI_PER_QTUM for address, qtum in funded.items()} | {
        DORMANT: unbound_sat - paid_sat,
        **payments_sat,
    }
    return {address: Allocated(balance_wei=wei_from_satoshi(sat)) for address, sat in balances_sat.items()}


def _system_parameters(
    scenario: Scenario, calendar: Calendar, people: People, kept_med_units: int
) -> SystemParameters:
    sold = scenario.token.opening == "sale"
    mints = scenario.emission.source == "protocol"
    return SystemParameters(
        check_in=CheckInTerms(scenario.checkin.grace_s),
        rewards=reward_terms(scenario, calendar.start_unix_s),
        emission=EmissionTerms(
            start_s=calendar.start_unix_s,
            yearly_rate_millipercent=0 if mints else round(scenario.emission.rate * MILLIPERCENT),
            yearly_rate_kept_millipercent=round(scenario.emission.rate_kept_share * MILLIPERCENT),
            stoppable_after_s=calendar.start_unix_s
            + scenario.emission.stoppable_after_days * SECONDS_PER_DAY,
        ),
        identity=identity_terms(scenario),
        consents=consent_terms(scenario),
        market=market_terms(scenario),
        insurance=insurance_terms(scenario),
        sale=sale_terms(scenario) if sold else SaleTerms(),
        vesting=vesting_terms(scenario, [member.address for member in people.team])
        if sold
        else VestingTerms(),
        staking=staking_terms(scenario, people.treasury.address),
        governance=governance_terms(scenario),
        treasury=people.treasury.address,
        certifiers=(people.certifier.address,),
        reviewers=_held_by(people.officers.reviewers),
        arbiters=_held_by(people.officers.arbiters),
        slashers=_held_by(people.officers.slashers),
        judges=_held_by(people.officers.judges),
        opening_balances_med_units=_opening_balances(scenario, people, kept_med_units),
        protocol_minter=PROTOCOL_ACCOUNT if mints else None,
    )


def _held_by(officers: Sequence[Account]) -> tuple[Address, ...]:
    return tuple(officer.address for officer in officers)


def _sale_of(
    scenario: Scenario, chance: Chance, people: People, deployment: Sequence[Transaction]
) -> SaleHistory | None:
    """Return the sale as the chain lives through it before the run; None where the opening is direct."""
    if scenario.token.opening != "sale":
        return None
    return play(
        scenario,
        system_of(people),
        deployment,
        plan_purchases(scenario, chance),
        _addresses(people),
        treasury=people.treasury.address,
        team=[member.address for member in people.team],
    )


def _payments_sat(people: People, sale: SaleHistory | None) -> dict[Address, int]:
    addresses = _addresses(people)
    purchases = sale.purchases.values() if sale else ()
    return {addresses[purchase.buyer_id]: purchase.offered_sat for purchase in purchases}


def _addresses(people: People) -> dict[str, Address]:
    return {holder.owner_id: holder.address for holder in people.holders}


def _opening_balances(
    scenario: Scenario, people: People, kept_med_units: int
) -> tuple[tuple[Address, int], ...]:
    """Return MED's first holders; what the protocol keeps for stakers and payers is theirs before all is shared out."""
    if scenario.token.opening == "sale":
        reserve = split(scenario).reserve_med_units
        return ((people.treasury.address, reserve),) if reserve else ()
    supply = opening_supply_med_units(scenario) - kept_med_units
    treasury = int(supply * scenario.token.treasury_share)
    shares = (
        zipf_shares(supply - treasury, len(people.holders), scenario.token.zipf_exponent)
        if people.holders
        else []
    )
    holdings: Sequence[tuple[Address, int]] = [
        (holder.address, share) for holder, share in zip(people.holders, shares, strict=True)
    ]
    kept = ((PROTOCOL_ACCOUNT, kept_med_units),) if kept_med_units else ()
    return (*kept, (people.treasury.address, supply - sum(shares)), *holdings)


def background_of(scenario: Scenario) -> Background:
    """Return what everybody else does on the chain."""
    others = scenario.background
    return Background(
        transactions_per_day=others.transactions_per_day,
        transaction_bytes=others.transaction_bytes,
        contract_share=Fraction(str(others.contract_share)),
        contract_gas=others.contract_gas,
    )


def _fixed_limits(scenario: Scenario, chain: ChainTerms) -> FixedLimits:
    """Return the limits of a chain that no vote changes; where a fee policy decides gas has no price."""
    least_sat = chain.protocol.minimum_gas_price_sat if scenario.protocol_kind.priced else 0
    return FixedLimits(BlockLimits(chain.protocol.gas_limit_gas, least_sat))


def _mempool(scenario: Scenario, chain: ChainTerms) -> Mempool:
    rules, limits = scenario.mempool, _fixed_limits(scenario, chain).limits
    return Mempool(
        MempoolRules(
            minimum_gas_price_wei=limits.minimum_gas_price_wei,
            block_gas_limit_gas=limits.gas_limit_gas,
            account_limit_tx=rules.account_limit_tx,
            limit_tx=rules.limit_tx,
            replacement_bump_percent=rules.replacement_bump_percent,
            expiry_s=rules.expiry_s,
            block_limit_bytes=chain.protocol.block_limit_bytes - HEADER_ALLOWANCE_BYTES,
        )
    )
