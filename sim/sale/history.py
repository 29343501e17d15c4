"""The sale as blocks before the run: deployment, purchases day by day, proceeds, releases.

Whatever falls due by the run's start has happened in it; what falls due later is left to the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chain.block import Address, Transaction
from chain.contracts.bindings.token_sale import Phase
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.reference.vesting import due_s, parts_med_units
from chain.contracts.system import System
from chain.contracts.typed import ContractCall
from chain.opening import HistoryBlock
from chain.units import wei_from_satoshi
from sim.sale.plan import Purchase
from sim.sale.terms import med_units, phases, vesting_terms
from sim.scenario import Scenario
from sim.scenario.chapters.checks import unix_s
from sim.scenario.sale_calendar import deployment_s, height_at, phase_times
from sim.units import SECONDS_PER_DAY

PURCHASE_GAS_LIMIT_GAS: Final = 400_000
OFFICE_GAS_LIMIT_GAS: Final = 200_000
RELEASE_GAS_LIMIT_GAS: Final = 80_000
"""Above the dearest purchase, call of the foundation, and release of one lock or grant: an opening's gas costs
nobody anything."""

BENEFICIARIES_PER_RELEASE: Final = 100
"""Locks released in one transaction."""

SETTLED_AFTER_S: Final = 3_600
"""How long after the sale's end the foundation takes the proceeds and ends what is unsold."""


@dataclass(frozen=True)
class SaleHistory:
    """The blocks before the opening block; `purchases` names which transaction (height, index) is whose purchase."""

    blocks: tuple[HistoryBlock, ...]
    purchases: Mapping[tuple[int, int], Purchase]


@dataclass(frozen=True)
class _Sent:
    """A transaction before it has a nonce; `purchase` where it is one, `may_fail` where failing is an outcome."""

    sender: Address
    call: ContractCall[Any]
    gas_limit_gas: int
    value_wei: int = 0
    may_fail: bool = False
    purchase: Purchase | None = field(default=None)


def play(
    scenario: Scenario,
    system: System,
    deployment: Sequence[Transaction],
    purchases: Iterable[Purchase],
    addresses: Mapping[str, Address],
    *,
    treasury: Address,
    team: Sequence[Address],
) -> SaleHistory:
    """Return what the chain lived through before the run; `addresses` are those of the buyers, by name.

    The foundation's `treasury` owns the sale and its locks.
    """
    planned = list(purchases)
    start_s = unix_s(scenario.time.start, scenario.time.zone)
    times: dict[int, list[_Sent]] = {}
    for time_s, sent in (
        *_bought(system, planned, addresses),
        *_managed(scenario, system, treasury),
        *_unlocked(scenario, system, planned, addresses, treasury),
        *_vested(system, vesting_terms(scenario, team), treasury),
    ):
        if time_s < start_s:
            times.setdefault(time_s, []).append(sent)
    blocks = [
        HistoryBlock(
            number=height_at(scenario, deployment_s(scenario)),
            timestamp_s=deployment_s(scenario),
            transactions=tuple(deployment),
            gas_limit_gas=sum(tx.gas_limit_gas for tx in deployment),
        )
    ]
    nonces: Counter[Address] = Counter()
    whose: dict[tuple[int, int], Purchase] = {}
    for time_s in sorted(times):
        number = max(height_at(scenario, time_s), blocks[-1].number + 1)
        blocks.append(_block(number, time_s, times[time_s], nonces))
        whose |= {
            (number, index): sent.purchase
            for index, sent in enumerate(times[time_s])
            if sent.purchase is not None
        }
    return SaleHistory(tuple(blocks), whose)


def release_locks(
    system: System, phase: int, beneficiaries: Sequence[Address], size: int = BENEFICIARIES_PER_RELEASE
) -> Iterator[tuple[ContractCall[int], int]]:
    """Yield the calls that release a phase's locks, each with the number of locks in it, at most `size`."""
    for first in range(0, len(beneficiaries), size):
        batch = beneficiaries[first : first + size]
        yield system.typed.lock.release_many(batch, phase), len(batch)


def _bought(
    system: System, purchases: Iterable[Purchase], addresses: Mapping[str, Address]
) -> Iterator[tuple[int, _Sent]]:
    for purchase in purchases:
        yield (
            purchase.sent_at_s,
            _Sent(
                addresses[purchase.buyer_id],
                system.typed.sale.buy(Phase(purchase.phase)),
                PURCHASE_GAS_LIMIT_GAS,
                value_wei=wei_from_satoshi(purchase.offered_sat),
                may_fail=True,
                purchase=purchase,
            ),
        )


def _managed(scenario: Scenario, system: System, treasury: Address) -> Iterator[tuple[int, _Sent]]:
    """Raise the main sale's cap; when all is over take the proceeds and end what is unsold, if there is any."""
    main, times, sale = scenario.main_sale, phase_times(scenario)[-1], system.typed.sale

    def office(call: ContractCall[Any], *, may_fail: bool = False) -> _Sent:
        return _Sent(treasury, call, OFFICE_GAS_LIMIT_GAS, may_fail=may_fail)

    if main.raised_cap_med:
        raised_at_s = times.start_s + main.raised_after_days * SECONDS_PER_DAY
        yield raised_at_s, office(sale.raise_cap(med_units(scenario, main.raised_cap_med)))
    yield times.end_s + SETTLED_AFTER_S, office(sale.withdraw_proceeds(), may_fail=True)
    yield times.end_s + SETTLED_AFTER_S, office(sale.finish(), may_fail=True)


def _unlocked(
    scenario: Scenario,
    system: System,
    purchases: Sequence[Purchase],
    addresses: Mapping[str, Address],
    treasury: Address,
) -> Iterator[tuple[int, _Sent]]:
    """Release each phase's locks when their time has come; whoever was refused has none and is passed over."""
    for number, phase in enumerate(phases(scenario)):
        if phase.locked_basis_points:
            buyers = [addresses[purchase.buyer_id] for purchase in purchases if purchase.phase == number]
            for release, count in release_locks(system, number, buyers):
                gas_limit_gas = OFFICE_GAS_LIMIT_GAS + count * RELEASE_GAS_LIMIT_GAS
                yield phase.release_at_s, _Sent(treasury, release, gas_limit_gas)


def _vested(system: System, terms: VestingTerms, treasury: Address) -> Iterator[tuple[int, _Sent]]:
    """Release each part of the team's grants when it falls due; a part of nothing is no release."""
    for member, grant_med_units in terms.grants_med_units:
        release = system.typed.vesting.release(member)
        parts = parts_med_units(grant_med_units)
        for time_s, part_med_units in zip(due_s(terms.first_release_at_s), parts, strict=True):
            if part_med_units:
                yield time_s, _Sent(treasury, release, OFFICE_GAS_LIMIT_GAS)


def _block(number: int, timestamp_s: int, calls: Sequence[_Sent], nonces: Counter[Address]) -> HistoryBlock:
    transactions = []
    for sent in calls:
        transactions.append(
            Transaction(
                sender=sent.sender,
                nonce=nonces[sent.sender],
                to=sent.call.to,
                value_wei=sent.value_wei,
                data=sent.call.data,
                gas_limit_gas=sent.gas_limit_gas,
                gas_price_wei=0,
            )
        )
        nonces[sent.sender] += 1
    return HistoryBlock(
        number=number,
        timestamp_s=timestamp_s,
        transactions=tuple(transactions),
        gas_limit_gas=sum(sent.gas_limit_gas for sent in calls),
        may_fail=frozenset(index for index, sent in enumerate(calls) if sent.may_fail),
    )
