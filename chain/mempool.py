"""Transactions that wait for a block: admission, replacement, eviction, expiry, and the order in which blocks
take them.

The pool knows no clock and no state: whoever adds a transaction says when it is, and what nonce and balance
the sender has. Prices are wei per gas, times Unix seconds.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from chain.block import Address, Transaction
from chain.errors import ChainError
from chain.signing import size_bytes
from chain.units import WEI_PER_SATOSHI

HEAP_SLACK: Final = 64
"""Stale heap entries that are always put up with; beyond them and the pool's own size a heap is rebuilt."""


class MempoolError(ChainError):
    """The pool refuses a transaction; the message names the rule and the numbers."""


class GasPriceTooLow(MempoolError):
    """The gas price is below the minimum, or no whole number of satoshi."""


class GasLimitTooHigh(MempoolError):
    """The gas limit is above the block's."""


class NonceTooLow(MempoolError):
    """The nonce is spent."""


class BalanceTooLow(MempoolError):
    """The sender cannot pay gas and value."""


class AlreadyKnown(MempoolError):
    """The same transaction waits already."""


class ReplacementTooCheap(MempoolError):
    """A waiting transaction with the same nonce is only replaced at a higher price."""


class AccountLimitReached(MempoolError):
    """The sender has as many transactions waiting as one account may."""


class MempoolFull(MempoolError):
    """The pool is full of transactions that pay no less."""


@dataclass(frozen=True)
class MempoolRules:
    """What the pool admits and keeps."""

    minimum_gas_price_wei: int
    block_gas_limit_gas: int
    account_limit_tx: int = 1_024
    limit_tx: int = 20_000
    replacement_bump_percent: int = 10
    expiry_s: int = 259_200


@dataclass(frozen=True)
class Departure:
    """A transaction that left the pool without a block, why, and when it had come."""

    transaction: Transaction
    cause: Literal["replaced", "evicted", "expired", "rejected"]
    reason: str
    submitted_at_s: int


@dataclass(frozen=True)
class _Waiting:
    transaction: Transaction
    submitted_at_s: int
    arrival: int


@dataclass
class _Queue:
    """One sender's transactions by nonce; those from `next_nonce` to before `ready_nonce` are executable."""

    next_nonce: int
    ready_nonce: int
    waiting: dict[int, _Waiting] = field(default_factory=dict)

    @property
    def executable(self) -> int:
        return self.ready_nonce - self.next_nonce

    def extend(self) -> None:
        while self.ready_nonce in self.waiting:
            self.ready_nonce += 1


_Key = tuple[int, int, Address, int]
"""Heap entry: what it is ordered by, twice, then sender and nonce."""


class Mempool:
    """A pool with per-sender nonce order and price order between senders."""

    def __init__(self, rules: MempoolRules) -> None:
        self.rules = rules
        self._queues: dict[Address, _Queue] = {}
        self._by_price: list[_Key] = []
        self._by_age: list[_Key] = []
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

    def add(self, tx: Transaction, now_s: int, state_nonce: int, balance_wei: int) -> list[Departure]:
        """Admit a transaction; return those that it pushed out. Raises a leaf of `MempoolError` otherwise."""
        self._check(tx, state_nonce, balance_wei)
        queue = self._queues.get(tx.sender)
        replaced = queue.waiting.get(tx.nonce) if queue else None
        if replaced is not None:
            self._check_replacement(tx, replaced.transaction)
            departed = [self._leave(replaced, "replaced", f"by one at {tx.gas_price_wei} wei per gas")]
        else:
            self._check_account(tx, queue)
            departed = self._make_room(tx)
        self._insert(_Waiting(tx, now_s, self._arrivals), state_nonce)
        return departed

    def select(self, limit_tx: int, limit_bytes: int) -> list[Transaction]:
        """Return executable transactions in the order a block takes them: dearest first, then first come.

        A sender's transactions follow each other by nonce, so a cheap one holds back the dear ones behind it
        and never rides on them. A sender whose next one does not fit into the bytes left is passed over.
        """
        ready = [(sender, queue.next_nonce) for sender, queue in self._queues.items() if queue.executable]
        heads = [self._head(sender, nonce) for sender, nonce in ready]
        heapq.heapify(heads)
        chosen: list[Transaction] = []
        left_bytes = limit_bytes
        while heads and len(chosen) < limit_tx:
            _price, _arrival, sender, nonce = heads[0]
            queue = self._queues[sender]
            tx = queue.waiting[nonce].transaction
            tx_bytes = size_bytes(tx)
            if tx_bytes <= left_bytes:
                chosen.append(tx)
                left_bytes -= tx_bytes
                if nonce + 1 < queue.ready_nonce:
                    heapq.heapreplace(heads, self._head(sender, nonce + 1))
                    continue
            heapq.heappop(heads)
        return chosen

    def include(self, transactions: Iterable[Transaction]) -> None:
        """Forget transactions that a block has included, in nonce order for each sender."""
        for tx in transactions:
            queue = self._queues[tx.sender]
            del queue.waiting[tx.nonce]
            queue.next_nonce = tx.nonce + 1
            self._size_tx -= 1
            self._executable_tx -= 1
            self._forget_empty(tx.sender)
        self._tidy()

    def reject(self, tx: Transaction, reason: str) -> Departure:
        """Drop a waiting transaction that no later block can include."""
        return self._leave(self._queues[tx.sender].waiting[tx.nonce], "rejected", reason)

    def expire(self, now_s: int) -> list[Departure]:
        """Drop what has waited longer than allowed; what waits behind it waits on for its nonce."""
        departed = []
        while self._by_age and self._by_age[0][0] + self.rules.expiry_s < now_s:
            waiting = self._live(heapq.heappop(self._by_age))
            if waiting is not None:
                age_s = now_s - waiting.submitted_at_s
                reason = f"waited {age_s} s, allowed are {self.rules.expiry_s} s"
                departed.append(self._leave(waiting, "expired", reason))
        return departed

    def _check(self, tx: Transaction, state_nonce: int, balance_wei: int) -> None:
        rules = self.rules
        if tx.gas_price_wei < rules.minimum_gas_price_wei:
            raise GasPriceTooLow(
                f"gas price {tx.gas_price_wei} wei is below the minimum of {rules.minimum_gas_price_wei} wei"
            )
        if tx.gas_price_wei % WEI_PER_SATOSHI:
            raise GasPriceTooLow(f"gas price {tx.gas_price_wei} wei is no whole number of satoshi")
        if tx.gas_limit_gas > rules.block_gas_limit_gas:
            raise GasLimitTooHigh(
                f"gas limit {tx.gas_limit_gas} is above the block's {rules.block_gas_limit_gas} gas"
            )
        if tx.nonce < state_nonce:
            raise NonceTooLow(f"nonce {tx.nonce} is spent: the next of 0x{tx.sender.hex()} is {state_nonce}")
        cost_wei = tx.gas_limit_gas * tx.gas_price_wei + tx.value_wei
        if cost_wei > balance_wei:
            raise BalanceTooLow(
                f"0x{tx.sender.hex()} has {balance_wei} wei, gas and value need {cost_wei} wei"
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

    def _check_account(self, tx: Transaction, queue: _Queue | None) -> None:
        waiting_tx = len(queue.waiting) if queue else 0
        if waiting_tx >= self.rules.account_limit_tx:
            raise AccountLimitReached(
                f"0x{tx.sender.hex()} has {waiting_tx} transactions waiting,"
                f" allowed are {self.rules.account_limit_tx}"
            )

    def _make_room(self, tx: Transaction) -> list[Departure]:
        """Evict, if need be, the cheapest (the last come of equals) with all that wait behind it."""
        if self._size_tx < self.rules.limit_tx:
            return []
        cheapest = self._cheapest()
        price_wei = cheapest.transaction.gas_price_wei
        behind = cheapest.transaction.sender == tx.sender and cheapest.transaction.nonce < tx.nonce
        if tx.gas_price_wei <= price_wei or behind:
            raise MempoolFull(
                f"{self._size_tx} transactions wait, allowed are {self.rules.limit_tx};"
                f" the cheapest pays {price_wei} wei per gas, this one {tx.gas_price_wei}"
            )
        queue = self._queues[cheapest.transaction.sender]
        nonces = sorted(nonce for nonce in queue.waiting if nonce >= cheapest.transaction.nonce)
        reason = f"the pool was full, and {price_wei} wei per gas its lowest price"
        return [self._leave(queue.waiting[nonce], "evicted", reason) for nonce in reversed(nonces)]

    def _cheapest(self) -> _Waiting:
        while True:
            waiting = self._live(self._by_price[0])
            if waiting is not None:
                return waiting
            heapq.heappop(self._by_price)

    def _insert(self, waiting: _Waiting, state_nonce: int) -> None:
        tx = waiting.transaction
        queue = self._queues.setdefault(tx.sender, _Queue(state_nonce, state_nonce))
        executable_before = queue.executable
        if queue.next_nonce != state_nonce:
            queue.next_nonce = queue.ready_nonce = state_nonce
        queue.waiting[tx.nonce] = waiting
        queue.extend()
        self._size_tx += 1
        self._executable_tx += queue.executable - executable_before
        self._arrivals += 1
        heapq.heappush(self._by_price, _price_key(waiting))
        heapq.heappush(self._by_age, _age_key(waiting))
        self._tidy()

    def _leave(
        self, waiting: _Waiting, cause: Literal["replaced", "evicted", "expired", "rejected"], reason: str
    ) -> Departure:
        tx = waiting.transaction
        queue = self._queues[tx.sender]
        executable_before = queue.executable
        del queue.waiting[tx.nonce]
        queue.ready_nonce = min(queue.ready_nonce, tx.nonce)
        self._size_tx -= 1
        self._executable_tx += queue.executable - executable_before
        self._forget_empty(tx.sender)
        return Departure(tx, cause, reason, waiting.submitted_at_s)

    def _forget_empty(self, sender: Address) -> None:
        if not self._queues[sender].waiting:
            del self._queues[sender]

    def _head(self, sender: Address, nonce: int) -> _Key:
        waiting = self._queues[sender].waiting[nonce]
        return (-waiting.transaction.gas_price_wei, waiting.arrival, sender, nonce)

    def _live(self, key: _Key) -> _Waiting | None:
        """Return what a heap entry stands for, or None where that has left since."""
        queue = self._queues.get(key[2])
        waiting = queue.waiting.get(key[3]) if queue else None
        return waiting if waiting is not None and waiting.arrival == abs(key[1]) else None

    def _tidy(self) -> None:
        """Rebuild heaps that hold mostly entries of what has left, so that memory stays bounded."""
        if max(len(self._by_price), len(self._by_age)) <= 2 * self._size_tx + HEAP_SLACK:
            return
        alive = [waiting for queue in self._queues.values() for waiting in queue.waiting.values()]
        self._by_price = [_price_key(waiting) for waiting in alive]
        self._by_age = [_age_key(waiting) for waiting in alive]
        heapq.heapify(self._by_price)
        heapq.heapify(self._by_age)


def _price_key(waiting: _Waiting) -> _Key:
    tx = waiting.transaction
    return (tx.gas_price_wei, -waiting.arrival, tx.sender, tx.nonce)


def _age_key(waiting: _Waiting) -> _Key:
    tx = waiting.transaction
    return (waiting.submitted_at_s, waiting.arrival, tx.sender, tx.nonce)
