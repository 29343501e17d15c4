"""Transactions that wait for a block: admission, replacement, eviction, expiry, and the order in which blocks
take them.

The pool knows no clock and no state: whoever adds a transaction says when it is, and what nonce and balance
the sender has. Prices are wei per gas, times Unix seconds.

A transaction is executable where no nonce is missing before it, and its sender can pay all that it has
waiting. What is not executable costs its sender nothing, so that it never takes an executable one's place.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from chain.block import Address, Transaction
from chain.intrinsic import intrinsic_gas
from chain.mempool.queues import Key, Queue, Waiting, age_key, price_key
from chain.mempool.rules import (
    AccountLimitReached,
    AlreadyKnown,
    BalanceTooLow,
    Cause,
    Departure,
    GasLimitTooHigh,
    GasPriceTooLow,
    IntrinsicGasTooLow,
    MempoolError,
    MempoolFull,
    MempoolRules,
    NonceTooLow,
    ReplacementTooCheap,
    TransactionTooLarge,
)
from chain.mempool.selection import Placed, select
from chain.signing import size_bytes
from chain.units import WEI_PER_SATOSHI

HEAP_SLACK: Final = 64
"""Stale heap entries that are always put up with; beyond them and the pool's own size a heap is rebuilt."""


class Mempool:
    """A pool with per-sender nonce order and price order between senders."""

    def __init__(self, rules: MempoolRules) -> None:
        self.rules = rules
        self._queues: dict[Address, Queue] = {}
        self._by_price: list[Key] = []
        self._gapped_by_price: list[Key] = []
        self._by_age: list[Key] = []
        self._arrivals = 0
        self._size_tx = 0
        self._executable_tx = 0

    def __len__(self) -> int:
        return self._size_tx

    @property
    def executable_tx(self) -> int:
        """How many transactions the next block could include, were it large enough."""
        return self._executable_tx

    def next_nonce(self, sender: Address, state_nonce: int) -> int:
        """Return the nonce that a sender's next transaction should have."""
        queue = self._queues.get(sender)
        return queue.ready_nonce if queue else state_nonce

    def add(self, tx: Transaction, now_s: float, state_nonce: int, balance_wei: int) -> list[Departure]:
        """Admit a transaction; return those that it pushed out. Raises a leaf of `MempoolError` otherwise."""
        self._check(tx, state_nonce)
        queue = self._queues.get(tx.sender) or Queue(state_nonce, state_nonce)
        if queue.next_nonce != state_nonce:
            self._count_anew(queue, state_nonce)
        waiting, replaced = Waiting(tx, now_s, self._arrivals), queue.waiting.get(tx.nonce)
        _check_balance(waiting, queue, replaced, balance_wei)
        if replaced is not None:
            self._check_replacement(tx, replaced.transaction)
            departed = [_departure(replaced, "replaced", f"by one at {tx.gas_price_wei} wei per gas")]
        else:
            self._check_account(tx, queue)
            departed = self._make_room(tx, queue)
        self._insert(waiting, queue, replaced)
        self._arrivals += 1
        return departed

    def holds(self, tx: Transaction) -> bool:
        """Whether this very transaction waits."""
        queue = self._queues.get(tx.sender)
        waiting = queue.waiting.get(tx.nonce) if queue else None
        return waiting is not None and waiting.transaction.identity == tx.identity

    def select(self, limit_tx: int, limit_bytes: int) -> list[Transaction]:
        """Return executable transactions in the order a block takes them: dearest first, then first come.

        A sender's transactions follow each other by nonce, so a cheap one holds back the dear ones behind it
        and never rides on them. A sender whose next one does not fit into the bytes left is passed over.
        """
        return select(self._queues, self._find, limit_tx, limit_bytes)

    def include(self, transactions: Iterable[Transaction]) -> tuple[list[Waiting], list[Departure]]:
        """Forget transactions that a block has included, in nonce order for each sender.

        Returns those that waited here, and what was displaced: others wait no longer under a nonce that is spent.
        """
        taken, displaced = [], []
        for tx in transactions:
            queue = self._queues.get(tx.sender)
            if queue is None:
                continue
            if queue.next_nonce != tx.nonce:
                self._count_anew(queue, tx.nonce)
            waiting = queue.waiting.get(tx.nonce)
            if waiting is not None and waiting.transaction.identity == tx.identity:
                del queue.waiting[tx.nonce]
                queue.cost_wei -= waiting.cost_wei
                queue.next_nonce = tx.nonce + 1
                self._size_tx -= 1
                self._executable_tx -= 1
                self._forget_empty(tx.sender)
                taken.append(waiting)
            else:
                if waiting is not None:
                    displaced.append(self._leave(waiting, "displaced", _spent(tx)))
                if tx.sender in self._queues:
                    self._count_anew(queue, tx.nonce + 1)
        self._tidy()
        return taken, displaced

    def rebase(
        self, nonces: Mapping[Address, int], given_back: Sequence[Waiting]
    ) -> tuple[list[Transaction], list[Departure]]:
        """Follow another branch: `nonces` are the next ones there of all senders that either branch included.

        What was included and `given_back` waits again, as long as it had. Returns that, and what left: transactions
        whose nonce is spent, or that break the rules of now. Who cannot pay is found out by the next block.
        """
        departed: list[Departure] = []
        for sender, nonce in nonces.items():
            queue = self._queues.get(sender)
            if queue is not None:
                spent = [queue.waiting[old] for old in sorted(queue.waiting) if old < nonce]
                departed += [self._leave(one, "displaced", _spent(one.transaction)) for one in spent]
            if sender in self._queues:
                self._count_anew(self._queues[sender], nonce)
        returned = []
        for waiting in sorted(given_back, key=lambda one: (one.transaction.nonce, one.arrival)):
            tx = waiting.transaction
            if tx.nonce < nonces[tx.sender]:
                departed.append(_departure(waiting, "displaced", _spent(tx)))
                continue
            try:
                departed += self._readmit(waiting, nonces[tx.sender])
            except MempoolError as refusal:
                departed.append(_departure(waiting, "rejected", str(refusal)))
            else:
                returned.append(tx)
        self._tidy()
        return [tx for tx in returned if self.holds(tx)], departed

    def reject(self, tx: Transaction, reason: str) -> Departure:
        """Drop a waiting transaction that no later block can include."""
        return self._leave(self._queues[tx.sender].waiting[tx.nonce], "rejected", reason)

    def expire(self, now_s: float) -> list[Departure]:
        """Drop what has waited longer than allowed; what waits behind it waits on for its nonce."""
        departed = []
        while self._by_age and self._by_age[0][0] + self.rules.expiry_s < now_s:
            waiting = self._live(heapq.heappop(self._by_age))
            if waiting is not None:
                age_s = now_s - waiting.submitted_at_s
                reason = f"waited {age_s} s, allowed are {self.rules.expiry_s} s"
                departed.append(self._leave(waiting, "expired", reason))
        return departed

    def follow(self, minimum_gas_price_wei: int, block_gas_limit_gas: int) -> list[Departure]:
        """Take over other limits; drop, in order of arrival, what they would not have admitted."""
        rules = self.rules.under(minimum_gas_price_wei, block_gas_limit_gas)
        if rules is self.rules:
            return []
        self.rules = rules
        waiting = [waiting for queue in self._queues.values() for waiting in queue.waiting.values()]
        departed = []
        for one in sorted(waiting, key=lambda one: one.arrival):
            try:
                self._check_limits(one.transaction)
            except MempoolError as refusal:
                departed.append(self._leave(one, "rejected", str(refusal)))
        return departed

    def _find(self, sender: Address, nonce: int | None) -> Placed | None:
        queue = self._queues[sender]
        nonce = queue.next_nonce if nonce is None else nonce
        if not queue.is_executable(nonce):
            return None
        waiting = queue.waiting[nonce]
        return Placed((-waiting.transaction.gas_price_wei, waiting.arrival), waiting.transaction)

    def _readmit(self, waiting: Waiting, state_nonce: int) -> list[Departure]:
        tx = waiting.transaction
        self._check_limits(tx)
        queue = self._queues.get(tx.sender) or Queue(state_nonce, state_nonce)
        replaced = queue.waiting.get(tx.nonce)
        if replaced is not None:
            self._check_replacement(tx, replaced.transaction)
            departed = [_departure(replaced, "replaced", f"by one at {tx.gas_price_wei} wei per gas")]
        else:
            departed = self._make_room(tx, queue)
        self._insert(waiting, queue, replaced)
        return departed

    def _check(self, tx: Transaction, state_nonce: int) -> None:
        self._check_limits(tx)
        needed_gas = intrinsic_gas(tx)
        if tx.gas_limit_gas < needed_gas:
            raise IntrinsicGasTooLow(
                f"gas limit {tx.gas_limit_gas} is below the intrinsic gas {needed_gas} of the transaction"
            )
        limit_bytes = self.rules.block_limit_bytes
        if limit_bytes is not None and size_bytes(tx) > limit_bytes:
            raise TransactionTooLarge(
                f"the transaction takes {size_bytes(tx)} bytes, and a block has room for {limit_bytes}"
            )
        if tx.gas_price_wei % WEI_PER_SATOSHI:
            raise GasPriceTooLow(f"gas price {tx.gas_price_wei} wei is no whole number of satoshi")
        if tx.nonce < state_nonce:
            raise NonceTooLow(f"nonce {tx.nonce} is spent: the next of 0x{tx.sender.hex()} is {state_nonce}")

    def _check_limits(self, tx: Transaction) -> None:
        rules = self.rules
        if tx.gas_price_wei < rules.minimum_gas_price_wei:
            raise GasPriceTooLow(
                f"gas price {tx.gas_price_wei} wei is below the minimum of {rules.minimum_gas_price_wei} wei"
            )
        if tx.gas_limit_gas > rules.block_gas_limit_gas:
            raise GasLimitTooHigh(
                f"gas limit {tx.gas_limit_gas} is above the block's {rules.block_gas_limit_gas} gas"
            )

    def _check_replacement(self, tx: Transaction, old: Transaction) -> None:
        if tx.identity == old.identity:
            raise AlreadyKnown(f"transaction 0x{tx.identity.hex()} waits already")
        percent = 100 + self.rules.replacement_bump_percent
        if tx.gas_price_wei * 100 < old.gas_price_wei * percent:
            raise ReplacementTooCheap(
                f"gas price {tx.gas_price_wei} wei is below {percent} % of the {old.gas_price_wei} wei"
                f" of the waiting transaction with nonce {tx.nonce}"
            )

    def _check_account(self, tx: Transaction, queue: Queue) -> None:
        waiting_tx = len(queue.waiting)
        if waiting_tx >= self.rules.account_limit_tx:
            raise AccountLimitReached(
                f"0x{tx.sender.hex()} has {waiting_tx} transactions waiting,"
                f" allowed are {self.rules.account_limit_tx}"
            )

    def _make_room(self, tx: Transaction, queue: Queue) -> list[Departure]:
        """Evict, if need be, the cheapest (the last come of equals) of what is not executable.

        Where all is executable, the cheapest of all goes with all behind it, for another executable one.
        """
        if self._size_tx < self.rules.limit_tx:
            return []
        executable = tx.nonce == queue.ready_nonce
        gapped = self._cheapest(self._gapped_by_price, executable=False)
        if gapped is not None:
            if not executable:
                self._check_dearer(tx, gapped)
            reason = f"the pool was full, and a nonce missing before {gapped.transaction.nonce}"
            return [self._leave(gapped, "evicted", reason)]
        cheapest = self._cheapest(self._by_price, executable=True)
        if cheapest is None or not executable:
            raise MempoolFull(
                f"{self._size_tx} transactions wait, allowed are {self.rules.limit_tx};"
                f" all are executable, and nonce {tx.nonce} is not: {queue.ready_nonce} is missing"
            )
        self._check_dearer(tx, cheapest)
        reason = f"the pool was full, and {cheapest.transaction.gas_price_wei} wei per gas its lowest price"
        theirs = self._queues[cheapest.transaction.sender]
        nonces = range(theirs.ready_nonce - 1, cheapest.transaction.nonce - 1, -1)
        return [self._leave(theirs.waiting[nonce], "evicted", reason) for nonce in nonces]

    def _check_dearer(self, tx: Transaction, cheapest: Waiting) -> None:
        """Refuse what pays no more than the cheapest, or could only come after it."""
        price_wei = cheapest.transaction.gas_price_wei
        behind = cheapest.transaction.sender == tx.sender and self._is_executable(cheapest.transaction)
        if tx.gas_price_wei <= price_wei or behind:
            raise MempoolFull(
                f"{self._size_tx} transactions wait, allowed are {self.rules.limit_tx};"
                f" the cheapest pays {price_wei} wei per gas, this one {tx.gas_price_wei}"
            )

    def _cheapest(self, heap: list[Key], *, executable: bool) -> Waiting | None:
        """Return what stands first in a heap; entries of what has left, or changed sides, go for good."""
        while heap:
            waiting = self._live(heap[0])
            if waiting is not None and executable == self._is_executable(waiting.transaction):
                return waiting
            heapq.heappop(heap)
        return None

    def _insert(self, waiting: Waiting, queue: Queue, replaced: Waiting | None) -> None:
        tx = waiting.transaction
        self._queues[tx.sender] = queue
        queue.waiting[tx.nonce] = waiting
        queue.cost_wei += waiting.cost_wei
        heapq.heappush(self._by_age, age_key(waiting))
        if replaced is not None:
            queue.cost_wei -= replaced.cost_wei
            self._rank(waiting, executable=queue.is_executable(tx.nonce))
        else:
            self._size_tx += 1
            if tx.nonce == queue.ready_nonce:
                self._extend(queue)
            else:
                self._rank(waiting, executable=False)
        self._tidy()

    def _rank(self, waiting: Waiting, *, executable: bool) -> None:
        """Note where a transaction stands among those that may be evicted, from now on."""
        heapq.heappush(self._by_price if executable else self._gapped_by_price, price_key(waiting))

    def _extend(self, queue: Queue) -> None:
        """Let those become executable before which no nonce is missing any more."""
        while (waiting := queue.waiting.get(queue.ready_nonce)) is not None:
            queue.ready_nonce += 1
            self._executable_tx += 1
            self._rank(waiting, executable=True)

    def _cut(self, queue: Queue, nonce: int) -> None:
        """Let none be executable from a nonce on."""
        for later in range(nonce, queue.ready_nonce):
            self._executable_tx -= 1
            if later in queue.waiting:
                self._rank(queue.waiting[later], executable=False)
        queue.ready_nonce = min(queue.ready_nonce, nonce)

    def _count_anew(self, queue: Queue, state_nonce: int) -> None:
        """Heed that a sender's nonce has moved without the pool's blocks; what it has spent only expires."""
        self._cut(queue, queue.next_nonce)
        queue.next_nonce = queue.ready_nonce = state_nonce
        self._extend(queue)

    def _leave(self, waiting: Waiting, cause: Cause, reason: str) -> Departure:
        tx = waiting.transaction
        queue = self._queues[tx.sender]
        del queue.waiting[tx.nonce]
        queue.cost_wei -= waiting.cost_wei
        self._size_tx -= 1
        if queue.is_executable(tx.nonce):
            self._cut(queue, tx.nonce)
        self._forget_empty(tx.sender)
        return _departure(waiting, cause, reason)

    def _forget_empty(self, sender: Address) -> None:
        if not self._queues[sender].waiting:
            del self._queues[sender]

    def _is_executable(self, tx: Transaction) -> bool:
        return self._queues[tx.sender].is_executable(tx.nonce)

    def _live(self, key: Key) -> Waiting | None:
        """Return what a heap entry stands for, or None where that has left since."""
        queue = self._queues.get(key[2])
        waiting = queue.waiting.get(key[3]) if queue else None
        return waiting if waiting is not None and waiting.arrival == abs(key[1]) else None

    def _tidy(self) -> None:
        """Rebuild heaps that hold mostly entries of what has left, so that memory stays bounded."""
        heaps = (self._by_price, self._gapped_by_price, self._by_age)
        if max(map(len, heaps)) <= 2 * self._size_tx + HEAP_SLACK:
            return
        alive = [waiting for queue in self._queues.values() for waiting in queue.waiting.values()]
        sides: tuple[list[Key], list[Key]] = ([], [])
        for waiting in alive:
            sides[self._is_executable(waiting.transaction)].append(price_key(waiting))
        self._gapped_by_price, self._by_price = sides
        self._by_age = [age_key(waiting) for waiting in alive]
        for heap in (self._by_price, self._gapped_by_price, self._by_age):
            heapq.heapify(heap)


def _check_balance(waiting: Waiting, queue: Queue, replaced: Waiting | None, balance_wei: int) -> None:
    others_wei = queue.cost_wei - (replaced.cost_wei if replaced else 0)
    if others_wei + waiting.cost_wei > balance_wei:
        raise BalanceTooLow(
            f"0x{waiting.transaction.sender.hex()} has {balance_wei} wei, gas and value need"
            f" {waiting.cost_wei} wei, and those of what it has waiting {others_wei} wei"
        )


def _spent(tx: Transaction) -> str:
    return f"nonce {tx.nonce} of 0x{tx.sender.hex()} is spent by another of its transactions"


def _departure(waiting: Waiting, cause: Cause, reason: str) -> Departure:
    return Departure(waiting.transaction, cause, reason, waiting.submitted_at_s)
