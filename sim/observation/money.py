"""Rows of money: supply over time, epochs, rewards, and balances of owners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from chain.block import Address
from chain.contracts.bindings.reward_pool import Paid
from chain.contracts.system import System
from chain.ledger import Ledger
from chain.ledger.issue import PROTOCOL_ACCOUNT
from chain.units import satoshi_from_wei
from sim.agents.accounts import Account
from sim.agents.epochs import ClosedEpoch
from sim.agents.people import People
from sim.agents.submission import Submission
from sim.audit.lock_book import LockBook
from sim.audit.med_book import MedBook
from sim.audit.pool_book import PoolBook
from sim.metrics.rows import RowCollector
from sim.observation.native import NativeCoin

CONTRACT_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "RewardPool": "pool",
        "TokenSale": "sale",
        "TokenLock": "locked",
        "TeamVesting": "vesting",
        "Staking": "staked",
        "DataMarket": "escrow",
        "Insurance": "escrow",
    }
)
"""The class of the table `supply` that each contract's MED belongs to."""

CLASSES = ("patients", "providers", "treasury", *dict.fromkeys(CONTRACT_CLASSES.values()), "holders")
"""Holder classes of the table `supply`; whoever is in none of the others counts as a holder."""


class SupplyRows:
    """Reads the supply by holder class at a moment."""

    def __init__(
        self, rows: RowCollector, native: NativeCoin, system: System, book: MedBook, people: People
    ) -> None:
        self._rows = rows
        self._native = native
        self._book = book
        self._class_of: dict[Address, str] = {
            system.address_of(contract): name for contract, name in CONTRACT_CLASSES.items()
        }
        self._class_of[PROTOCOL_ACCOUNT] = "staked"
        self._class_of[people.treasury.address] = "treasury"
        self._class_of.update((patient.account.address, "patients") for patient in people.patients.values())
        self._class_of.update(
            (provider.account.address, "providers") for provider in people.providers.values()
        )

    def write(self, time_s: float) -> None:
        """Write down who holds what at the tip."""
        held: Counter[str] = Counter()
        for address, amount in self._book.balances_med_units.items():
            held[self._class_of.get(address, "holders")] += amount
        self._rows.append(
            time_s=time_s,
            supply_med_units=self._book.supply_med_units,
            minted_med_units=self._book.minted_med_units,
            burned_med_units=self._book.burned_med_units,
            **{f"{name}_med_units": held[name] for name in CLASSES},
            issued_qtum_sat=self._native.issued_sat(),
            staked_qtum_sat=self._native.staked_sat(),
        )


def write_epochs(
    epochs: RowCollector,
    rewards: RowCollector,
    closed: Iterable[ClosedEpoch],
    submissions: Iterable[Submission],
    system: System,
    people: People,
    epoch_s: int,
) -> None:
    """Write a row for every epoch that was closed, and one for everybody who was paid for it, from the events.

    Most are paid by a settlement; who was left out of two is paid by the next credit.
    """
    owners = {account.address: account for account in people.accounts}
    paid_med_units: Counter[int] = Counter()
    accounts: Counter[int] = Counter()
    for sent in submissions:
        for payment in system.events(sent.logs, Paid):
            owner = owners[payment.account]
            paid_med_units[payment.epoch] += payment.amount_med_units
            accounts[payment.epoch] += 1
            rewards.append(
                epoch=payment.epoch,
                owner_id=owner.owner_id,
                role=owner.role,
                points=payment.points,
                curation_points=payment.curation_points,
                amount_med_units=payment.amount_med_units,
                vested_med_units=payment.vested_med_units,
                paid_at_s=sent.included_at_s,
                block_number=sent.block_number,
            )
    for done in closed:
        epochs.append(
            epoch=done.epoch,
            starts_at_s=done.epoch * epoch_s,
            closed_at_s=done.closed_at_s,
            points=done.points,
            curation_points=done.curation_points,
            emission_med_units=done.emission_med_units,
            budget_med_units=done.budget_med_units,
            paid_med_units=paid_med_units[done.epoch],
            dust_med_units=done.dust_med_units,
            diverted_med_units=done.diverted_med_units,
            unpaid_med_units=done.budget_med_units
            - paid_med_units[done.epoch]
            - done.dust_med_units
            - done.diverted_med_units,
            accounts=accounts[done.epoch],
        )


class Holding(NamedTuple):
    """What an owner has: MED in its account, MED that a contract holds for it, native coin."""

    role: str
    med_units: int
    bound_med_units: int
    qtum_sat: int


class BalanceRows:
    """Notes what owners hold when the run opens and writes it beside what they hold at its end."""

    def __init__(
        self, ledger: Ledger, system: System, book: MedBook, locks: LockBook, pool: PoolBook, people: People
    ) -> None:
        self._ledger = ledger
        self._book = book
        self._locks = locks
        self._people = people
        self._vesting = pool
        self._pool = system.address_of("RewardPool")
        self._opening = self._read()

    def write(
        self,
        rows: RowCollector,
        opening_kept_sat: Mapping[str, int],
        kept_sat: Mapping[str, int],
        locked_med_units: Mapping[str, int],
        *,
        kept_in_med: bool = False,
    ) -> None:
        """Write a row for every owner, the pool and the stakers among them.

        `locked_med_units` is what owners have locked for votes at the end: it is theirs, though a contract holds it. So
        is what the protocol keeps for them, native coin or, where it is `kept_in_med`, MED.
        """
        no_med: Mapping[str, int] = {}
        before_med, after_med = (opening_kept_sat, kept_sat) if kept_in_med else (no_med, no_med)
        before_coin, after_coin = (no_med, no_med) if kept_in_med else (opening_kept_sat, kept_sat)
        closing = self._read()
        for owner_id, before in self._opening.items():
            after = closing[owner_id]
            rows.append(
                owner_id=owner_id,
                role=before.role,
                opening_med_units=before.med_units,
                closing_med_units=after.med_units,
                opening_bound_med_units=before.bound_med_units + before_med.get(owner_id, 0),
                closing_bound_med_units=after.bound_med_units
                + locked_med_units.get(owner_id, 0)
                + after_med.get(owner_id, 0),
                opening_qtum_sat=before.qtum_sat,
                closing_qtum_sat=after.qtum_sat,
            )
        for owner_id in kept_sat:
            if owner_id in self._opening:
                continue
            rows.append(
                owner_id=owner_id,
                role="staker",
                opening_med_units=0,
                closing_med_units=0,
                opening_bound_med_units=before_med.get(owner_id, 0),
                closing_bound_med_units=after_med.get(owner_id, 0),
                opening_qtum_sat=before_coin.get(owner_id, 0),
                closing_qtum_sat=after_coin.get(owner_id, 0),
            )

    def _read(self) -> dict[str, Holding]:
        held = {account.owner_id: self._holding(account) for account in self._people.accounts}
        vesting = sum(self._vesting.vesting_med_units.values())  # its owners' already, and counted there
        pool = self._book.balances_med_units.get(self._pool, 0) - vesting
        held["reward-pool"] = Holding("pool", pool, 0, 0)
        return held

    def _holding(self, account: Account) -> Holding:
        balance_wei = self._ledger.engine.balance_wei(self._ledger.tip.state_root, account.address)
        return Holding(
            account.role,
            self._book.balances_med_units.get(account.address, 0),
            self._locks.locked_med_units.get(account.address, 0)
            + self._vesting.vesting_med_units[account.address],
            satoshi_from_wei(balance_wei),
        )
