"""Conservation, checked after every block from logs and touched accounts, and now and then by a full scan.

The two ways share no numbers: the incremental one adds up what blocks report, the scan reads the whole state. They must
agree with each other and with what was issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chain.block import Address, ExecutedBlock
from chain.contracts.system import System
from chain.ledger import Ledger, ProducedBlock
from chain.opening import Opening
from chain.protocols.protocol import FEE_ACCOUNT, IdleStretch
from chain.units import WEI_PER_SATOSHI, wei_from_satoshi
from sim.audit.lock_book import LockBook
from sim.audit.med_book import MedBook, TokenStorage
from sim.audit.pool_book import PoolBook
from sim.errors import InvariantViolated

INVARIANTS: Final = {
    "med-supply": "minted less burned equals the token's total supply",
    "med-minting": "after the opening, MED is minted by the emission schedule and by nothing else",
    "med-balances": "every word of the token's storage is a balance that the transfers explain, or as at the opening",
    "reward-pool": "the reward pool holds what was emitted or given to it less what left it",
    "reward-pool-owes": "the reward pool holds at least what it owes",
    "locks": "the lock and the team's vesting hold what their events say they owe",
    "qtum-issued": "coins and accounts add up to the QTUM issued",
    "qtum-accounts": "touched accounts and a scan of all accounts give the same sum",
    "fees": "the fees that senders paid, and what they sent to the fee account, were destroyed there and issued again",
    "nonces": "the included transactions of a sender have consecutive nonces, and the state counts them",
    "order": "blocks follow their parents in number and time",
}
"""Every invariant that is checked, by name."""


class Conservation:
    """The auditor of one run; raises `InvariantViolated` at the first block after which something does not add up."""

    def __init__(
        self, ledger: Ledger, system: System, *, seed: int, replay: str, full_scan_blocks: int
    ) -> None:
        self.book = MedBook(system)
        self.locks = LockBook(system)
        self.pool = PoolBook(system)
        self.scans = 0
        self._ledger = ledger
        self._engine = ledger.engine
        self._system = system
        self._storage = TokenStorage(system)
        self._pool = system.address_of("RewardPool")
        self._seed = seed
        self._replay = replay
        self._full_scan_blocks = full_scan_blocks
        self._opening_mint_med_units = 0
        self._other_words: dict[bytes, int] = {}
        self._next_nonces: dict[Address, int] = {}
        self._accounts_wei: dict[Address, int] = {}
        self._sum_wei = 0
        self._last_number = ledger.tip.number
        self._last_timestamp_s = ledger.tip.timestamp_s
        self._scanned_at = ledger.tip.number

    def open(self, opening: Opening, blocks: Iterable[ExecutedBlock]) -> None:
        """Enter what the chain opened with, the allocation and the opening's blocks; then scan."""
        self._touch({address: account.balance_wei for address, account in opening.allocation.items()})
        for block in blocks:
            self._note(block)
        self._opening_mint_med_units = self.book.minted_med_units
        self._next_nonces = {
            transaction.sender: transaction.nonce + 1 for transaction in opening.all_transactions
        }
        balances = self._balance_words()
        self._other_words = {slot: word for slot, word in self._token_words().items() if slot not in balances}
        self.full_scan()

    def block_produced(self, block: ProducedBlock) -> None:
        """Check a new block, and the whole state when a scan is due."""
        touched = self._note(block.executed)
        self._check_order(block.executed.environment.number, block.executed.environment.timestamp_s)
        self._check_med(touched)
        self._check_locks()
        self._check_fees(block)
        self._check_nonces(block)
        self._check_qtum()
        self._scan_when_due()

    def idle_passed(self, stretch: IdleStretch) -> None:
        """Check what an idle stretch issued."""
        self._check_order(stretch.last_number, stretch.last_timestamp_s)
        self._check_qtum()
        self._scan_when_due()

    def full_scan(self) -> None:
        """Read the whole state and compare it with the books."""
        root = self._engine_root()
        scanned_wei = sum(self._engine.balances_wei(root))
        self._require(
            "qtum-accounts",
            scanned_wei == self._sum_wei,
            f"the scan finds {scanned_wei} wei, the books {self._sum_wei}",
        )
        self._check_med(())
        self._check_token_storage()
        self._check_locks()
        self._check_pool_owes()
        self._check_qtum()
        self._scanned_at = self._ledger.tip.number
        self.scans += 1

    def _note(self, block: ExecutedBlock) -> list[Address]:
        self._touch(block.touched_wei)
        logs = [log for entries in block.receipts.logs for log in entries]
        self.pool.note(logs)
        self.locks.note(logs, block.environment.timestamp_s)
        return self.book.note(logs)

    def _token_words(self) -> dict[bytes, int]:
        return dict(self._engine.storage_of(self._engine_root(), self._storage.address))

    def _balance_words(self) -> dict[bytes, int]:
        """What the books expect in the token's storage, by hashed slot: balances and supply, zeros left out."""
        words = {
            self._storage.hashed_balance_slot(account): amount
            for account, amount in self.book.balances_med_units.items()
            if amount
        }
        return words | {self._storage.hashed_supply_slot(): self.book.supply_med_units}

    def _check_token_storage(self) -> None:
        found, expected = self._token_words(), self._balance_words() | self._other_words
        wrong = sorted(
            slot for slot in found.keys() | expected.keys() if found.get(slot) != expected.get(slot)
        )
        if wrong:
            slot = wrong[0]
            self._require(
                "med-balances",
                False,
                f"{len(wrong)} words of the token's storage are not what the transfers explain; the first, at hashed "
                f"slot 0x{slot.hex()}, is {found.get(slot, 0)}, expected {expected.get(slot, 0)}",
            )

    def _touch(self, balances_wei: Mapping[Address, int]) -> None:
        for account, balance_wei in balances_wei.items():
            self._sum_wei += balance_wei - self._accounts_wei.get(account, 0)
            self._accounts_wei[account] = balance_wei

    def _check_order(self, number: int, timestamp_s: int) -> None:
        self._require(
            "order",
            number > self._last_number and timestamp_s > self._last_timestamp_s,
            f"block {number} at {timestamp_s} s follows block {self._last_number} at {self._last_timestamp_s} s",
        )
        self._last_number, self._last_timestamp_s = number, timestamp_s

    def _check_med(self, accounts: Iterable[Address]) -> None:
        root = self._engine_root()
        supply = self._engine.storage(root, self._storage.address, self._storage.supply_slot)
        book = self.book
        self._require(
            "med-supply",
            supply == book.supply_med_units,
            f"total supply is {supply} units, minted {book.minted_med_units} less burned {book.burned_med_units}",
        )
        minted = book.minted_med_units - self._opening_mint_med_units
        self._require(
            "med-minting",
            minted == self.pool.emitted_med_units,
            f"{minted} units were minted since the opening, the schedule emitted {self.pool.emitted_med_units}",
        )
        for account in accounts:
            stored = self._engine.storage(root, self._storage.address, self._storage.balance_slot(account))
            booked = book.balances_med_units[account]
            self._require(
                "med-balances",
                stored == booked >= 0,
                f"0x{account.hex()} holds {stored} units, the books say {booked}",
            )
        pool = book.balances_med_units.get(self._pool, 0)
        due = self.pool.due_med_units
        self._require(
            "reward-pool",
            pool == due,
            f"the pool holds {pool} units, emitted and given less what left is {due}",
        )

    def _check_pool_owes(self) -> None:
        asked = self._system.typed.rewards.obligations()
        owed = asked.decode(self._ledger.call(asked.to, asked.data).output)
        held = self.book.balances_med_units.get(self._pool, 0)
        self._require("reward-pool-owes", held >= owed, f"the pool owes {owed} units and holds {held}")

    def _check_locks(self) -> None:
        owed = {
            "TokenLock": self.locks.locks_owe_med_units,
            "TeamVesting": self.locks.vesting_owes_med_units,
        }
        for name, owed_med_units in owed.items():
            held = self.book.balances_med_units.get(self._system.address_of(name), 0)
            self._require(
                "locks", held >= owed_med_units, f"{name} owes {owed_med_units} units and holds {held}"
            )

    def _check_fees(self, block: ProducedBlock) -> None:
        receipts = block.executed.receipts
        paid_wei = sum(
            used * transaction.gas_price_wei
            for used, transaction in zip(receipts.gas_used_gas, block.transactions, strict=True)
        )
        reissued_wei = wei_from_satoshi(block.payouts.fees_sat)
        sends_value = any(transaction.value_wei for transaction in block.transactions)
        destroyed_wei = wei_from_satoshi(self._ledger.fees_destroyed_sat)
        gained_wei = self._accounts_wei.get(FEE_ACCOUNT, 0)
        self._require(
            "fees",
            (paid_wei == reissued_wei or (sends_value and paid_wei < reissued_wei))
            and gained_wei == destroyed_wei,
            f"senders paid {paid_wei} wei, {reissued_wei} were issued again; the fee account holds {gained_wei}, "
            f"{destroyed_wei} were destroyed",
        )

    def _check_nonces(self, block: ProducedBlock) -> None:
        root = self._engine_root()
        senders: dict[Address, None] = {}
        for transaction in block.transactions:
            sender, due = transaction.sender, self._next_nonces.get(transaction.sender, 0)
            self._require(
                "nonces",
                transaction.nonce == due,
                f"0x{sender.hex()} used nonce {transaction.nonce}, {due} was due",
            )
            self._next_nonces[sender] = due + 1
            senders[sender] = None
        for sender in senders:
            found, due = self._engine.nonce(root, sender), self._next_nonces[sender]
            self._require(
                "nonces", found == due, f"the state has nonce {found} for 0x{sender.hex()}, {due} is due"
            )

    def _check_qtum(self) -> None:
        spendable_wei = self._sum_wei - self._accounts_wei.get(FEE_ACCOUNT, 0)
        found_wei = spendable_wei + wei_from_satoshi(self._ledger.coins_sat)
        issued_wei = wei_from_satoshi(self._ledger.issued_sat)
        self._require(
            "qtum-issued",
            found_wei == issued_wei,
            f"coins and accounts add up to {found_wei // WEI_PER_SATOSHI} sat, issued are "
            f"{issued_wei // WEI_PER_SATOSHI} sat (difference {found_wei - issued_wei} wei)",
        )

    def _scan_when_due(self) -> None:
        if self._ledger.tip.number - self._scanned_at >= self._full_scan_blocks:
            self.full_scan()

    def _engine_root(self) -> bytes:
        return self._ledger.tip.state_root

    def _require(self, name: str, holds: bool, detail: str) -> None:
        if not holds:
            raise InvariantViolated(name, self._ledger.tip.number, self._seed, detail, self._replay)
