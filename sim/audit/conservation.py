"""Conservation, checked after every block from logs and touched accounts, and now and then by a full scan.

The two ways share no numbers: the incremental one adds up what blocks report, the scan reads the whole state. They must
agree with each other and with what was issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chain.block import Address, ExecutedBlock
from chain.contracts.system import System
from chain.ledger import Block, Ledger, ProducedBlock
from chain.ledger.issue import PROTOCOL_ACCOUNT
from chain.opening import Opening
from chain.protocols.dpos.points import POINTS_PER_SAT, Points
from chain.protocols.protocol import FEE_ACCOUNT, IdleStretch
from chain.units import WEI_PER_SATOSHI, wei_from_satoshi
from sim.agents.chain_clock import Observer
from sim.audit.lock_book import LockBook
from sim.audit.med_book import MedBook, TokenStorage
from sim.audit.pool_book import PoolBook
from sim.audit.undo import Book, Changes, Kept, Total, Undo
from sim.errors import InvariantViolated

INVARIANTS: Final = {
    "med-supply": "minted less burned equals the token's total supply",
    "med-minting": "after the opening, MED is minted by the emission schedule or by the protocol, and by nothing else",
    "med-staked": "what the protocol keeps for people is there in MED, but for what the token has still to follow",
    "med-balances": "every word of the token's storage is a balance that the transfers explain, or as at the opening",
    "reward-pool": "the reward pool holds what was emitted or given to it less what left it",
    "reward-pool-owes": "the reward pool holds at least what it owes",
    "locks": "the lock and the team's vesting hold what their events say they owe",
    "qtum-issued": "coins and accounts add up to the QTUM issued",
    "qtum-accounts": "touched accounts and a scan of all accounts give the same sum",
    "fees": "the fees that senders paid, and what they sent to the fee account, were destroyed there and issued again; "
    "coins that a fee policy took are the block's fees",
    "points": "nobody's points exceed its stake or fall below nothing",
    "nonces": "the included transactions of a sender have consecutive nonces, and the state counts them",
    "order": "blocks follow their parents in number and time",
}
"""Every invariant that is checked, by name."""


class AccountBook(Book):
    """Native coin in accounts, and the nonces that are due."""

    sum_wei = Total()

    def __init__(self, undo: Undo) -> None:
        super().__init__(undo)
        self.balances_wei: Kept[Address, int] = Kept(undo)
        self.next_nonces: Kept[Address, int] = Kept(undo)

    def touch(self, balances_wei: Mapping[Address, int]) -> None:
        """Enter what accounts have from now on."""
        for account, balance_wei in balances_wei.items():
            self.sum_wei += balance_wei - self.balances_wei.get(account, 0)
            self.balances_wei[account] = balance_wei


class Conservation(Observer):
    """The auditor of one run; raises `InvariantViolated` at the first block after which something does not add up.

    The books stand at one block. On a network they walk to the parent of each block that anybody makes, taking
    blocks back and doing others again, so that every branch is checked; whoever reads them says first where they
    shall stand (`stand_on`).
    """

    def __init__(
        self, ledger: Ledger, system: System, *, seed: int, replay: str, full_scan_blocks: int
    ) -> None:
        self._undo = Undo()
        self.book = MedBook(system, self._undo)
        self.locks = LockBook(system, self._undo)
        self.pool = PoolBook(system, self._undo)
        self.accounts = AccountBook(self._undo)
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
        self._at = ledger.tip
        self._order = (ledger.tip.number, ledger.tip.timestamp_s)
        self._changes: dict[Block, Changes] = {}
        self._scanned_at = ledger.tip.number

    def open(self, opening: Opening, blocks: Iterable[ExecutedBlock]) -> None:
        """Enter what the chain opened with, the allocation and the opening's blocks; then scan."""
        self.accounts.touch({address: account.balance_wei for address, account in opening.allocation.items()})
        for block in blocks:
            self._note(block)
        self._opening_mint_med_units = self.book.minted_med_units
        for transaction in opening.all_transactions:
            self.accounts.next_nonces[transaction.sender] = transaction.nonce + 1
        balances = self._balance_words()
        self._other_words = {slot: word for slot, word in self._token_words().items() if slot not in balances}
        self._undo.take()
        self.full_scan()

    def block_produced(self, block: ProducedBlock) -> None:
        """Check a new block of the one view, and the whole state when a scan is due."""
        self._at = self._ledger.tip
        self._check_executed(block.block, block.executed)
        self._undo.take()
        self._scan_when_due()

    def idle_passed(self, block: Block, stretch: IdleStretch) -> None:
        """Check what an idle stretch of the one view issued."""
        self._at = block
        self._check_order(stretch.last_number, stretch.last_timestamp_s)
        self._check_qtum()
        self._scan_when_due()

    def block_made(self, block: Block) -> None:
        """Check a block that somebody on the network made, on whatever branch, from its parent's books."""
        if block in self._changes:
            return
        assert block.parent is not None
        self.stand_on(block.parent)
        self._order = (block.parent.number, block.parent.timestamp_s)
        self._at = block
        if block.executed is None:
            self._check_order(block.number, block.timestamp_s)
            self._check_qtum()
        else:
            self._check_executed(block, block.executed)
        self._changes[block] = self._undo.take()

    def stand_on(self, block: Block) -> None:
        """Let the books say what holds after a block that was checked."""
        _ancestor, left, gained = self._ledger.tree.path(self._at, block)
        for one in (*left, *gained):
            self._changes[one] = self._undo.swap(self._changes[one])
        self._at = block

    def forget(self, blocks: Iterable[Block]) -> None:
        """Drop what could be done again of blocks to which nobody goes back; the books stand on none of them."""
        for block in blocks:
            self._changes.pop(block, None)

    def scan_when_due(self, block: Block) -> None:
        """Scan the whole state after a block, where enough others came since the last scan."""
        if block.number - self._scanned_at >= self._full_scan_blocks:
            self.full_scan()

    def full_scan(self) -> None:
        """Read the whole state at the tip and compare it with the books."""
        if self._changes:
            self.stand_on(self._ledger.tip)
        self._at = self._ledger.tip
        root = self._engine_root()
        scanned_wei = sum(self._engine.balances_wei(root))
        self._require(
            "qtum-accounts",
            scanned_wei == self.accounts.sum_wei,
            f"the scan finds {scanned_wei} wei, the books {self.accounts.sum_wei}",
        )
        self._check_med(())
        self._check_token_storage()
        self._check_locks()
        self._check_pool_owes()
        self._check_qtum()
        self._scanned_at = self._ledger.tip.number
        self.scans += 1

    def _check_executed(self, block: Block, executed: ExecutedBlock) -> None:
        touched = self._note(executed)
        self._check_order(executed.environment.number, executed.environment.timestamp_s)
        self._check_med(touched)
        self._check_locks()
        self._check_fees(block, executed)
        self._check_points(block)
        self._check_nonces(block)
        self._check_qtum()

    def _note(self, block: ExecutedBlock) -> list[Address]:
        self.accounts.touch(block.touched_wei)
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

    def _check_order(self, number: int, timestamp_s: int) -> None:
        last_number, last_timestamp_s = self._order
        earliest_s = last_timestamp_s + (0 if self._ledger.protocol.may_share_a_second else 1)
        self._require(
            "order",
            number > last_number and timestamp_s >= earliest_s,
            f"block {number} at {timestamp_s} s follows block {last_number} at {last_timestamp_s} s",
        )
        self._order = (number, timestamp_s)

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
            minted == self.pool.emitted_med_units + self._at.issued.minted_med_units,
            f"{minted} units were minted since the opening, the schedule emitted {self.pool.emitted_med_units}, the "
            f"protocol {self._at.issued.minted_med_units}",
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
        owed = asked.decode(self._ledger.call(asked.to, asked.data, at=self._at).output)
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

    def _check_fees(self, block: Block, executed: ExecutedBlock) -> None:
        receipts = executed.receipts
        assert block.payouts is not None
        paid_wei = sum(
            used * transaction.gas_price_wei
            for used, transaction in zip(receipts.gas_used_gas, block.transactions, strict=True)
        )
        policy = self._ledger.fee_policy
        if policy is not None and policy.takes_coins:
            paid_wei += wei_from_satoshi(sum(block.charges))
        reissued_wei = wei_from_satoshi(block.payouts.fees_sat)
        sends_value = any(transaction.value_wei for transaction in block.transactions)
        destroyed_wei = wei_from_satoshi(block.fees_destroyed_sat)
        gained_wei = self.accounts.balances_wei.get(FEE_ACCOUNT, 0)
        self._require(
            "fees",
            (paid_wei == reissued_wei or (sends_value and paid_wei < reissued_wei))
            and gained_wei == destroyed_wei,
            f"senders paid {paid_wei} wei, {reissued_wei} were issued again; the fee account holds {gained_wei}, "
            f"{destroyed_wei} were destroyed",
        )

    def _check_nonces(self, block: Block) -> None:
        root = self._engine_root()
        senders: dict[Address, None] = {}
        for transaction in block.transactions:
            sender, due = transaction.sender, self.accounts.next_nonces.get(transaction.sender, 0)
            self._require(
                "nonces",
                transaction.nonce == due,
                f"0x{sender.hex()} used nonce {transaction.nonce}, {due} was due",
            )
            self.accounts.next_nonces[sender] = due + 1
            senders[sender] = None
        for sender in senders:
            found, due = self._engine.nonce(root, sender), self.accounts.next_nonces[sender]
            self._require(
                "nonces", found == due, f"the state has nonce {found} for 0x{sender.hex()}, {due} is due"
            )

    def _check_points(self, block: Block) -> None:
        policy = self._ledger.fee_policy
        if not isinstance(policy, Points):
            return
        state = block.protocol_state
        for sender in dict.fromkeys(sent.sender for sent in block.transactions[block.system_tx :]):
            points = policy.points_of(block.fee_state, state, sender, block.timestamp_s)
            most = state.stake_sat(sender) * POINTS_PER_SAT
            self._require(
                "points", 0 <= points <= most, f"0x{sender.hex()} has {points} points, and a stake of {most}"
            )

    def _check_staked(self) -> None:
        """What the protocol issued or burned in stretches without the EVM, the token follows with the next block."""
        if self._ledger.issue is None:
            return
        held = self.book.balances_med_units.get(PROTOCOL_ACCOUNT, 0)
        ahead = self._ledger.due_at(self._at).beyond(self._at.issued)
        kept = self._ledger.coins_sat_at(self._at)
        self._require(
            "med-staked",
            held + ahead.net_med_units == kept and min(ahead) >= 0,
            f"the protocol keeps {kept} units, the token {held} for it; {ahead.minted_med_units} are to be minted, "
            f"{ahead.burned_med_units} to be burned",
        )

    def _check_qtum(self) -> None:
        self._check_staked()
        spendable_wei = self.accounts.sum_wei - self.accounts.balances_wei.get(FEE_ACCOUNT, 0)
        found_wei = spendable_wei + wei_from_satoshi(self._ledger.coins_sat_at(self._at))
        issued_wei = wei_from_satoshi(self._ledger.issued_sat_at(self._at))
        self._require(
            "qtum-issued",
            found_wei == issued_wei,
            f"coins and accounts add up to {found_wei // WEI_PER_SATOSHI} sat, issued are "
            f"{issued_wei // WEI_PER_SATOSHI} sat (difference {found_wei - issued_wei} wei)",
        )

    def _scan_when_due(self) -> None:
        self.scan_when_due(self._ledger.tip)

    def _engine_root(self) -> bytes:
        return self._at.state_root

    def _require(self, name: str, holds: bool, detail: str) -> None:
        if not holds:
            raise InvariantViolated(name, self._at.number, self._seed, detail, self._replay)
