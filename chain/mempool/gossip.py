"""What the nodes of a network know of the transactions that gateways took: each has a pool, none has a copy.

One record holds every transaction until a block with its nonce is settled. What a node's pool holds follows from
the record when it is asked, which is when the node makes a block: what had come over its links by then, what had
replaced what there, what had waited too long, and what its own branch has not included. So a reorganisation
returns transactions to the pools of all who know them without anybody being told.

A pool that overflows keeps the dearest. What it had no room for comes back to it when there is room again, since
gateways repeat what still waits; otherwise the rules are those of `chain.mempool.pool`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chain.block import Address, Transaction
from chain.mempool.queues import Waiting
from chain.mempool.rules import MempoolRules
from chain.mempool.selection import Placed, select

LEAST_SWEPT_TX = 1024
"""Records up to so many transactions are not searched for what has expired everywhere."""

NonceOf = Callable[[Address], int]
"""Returns a sender's next nonce on a branch."""


class Links(Protocol):
    """The ways from gateways to nodes. Times are Unix seconds."""

    @property
    def gateways(self) -> Sequence[int]:
        """The gateways' nodes, in the order in which they were opened."""

    def arrival_s(self, gateway: int, node: int, sent_s: float) -> float:
        """Return when a node has what the gateway of this number sent then."""

    def last_arrival_s(self, gateway: int, sent_s: float) -> float:
        """Return when every node has it."""


@dataclass(eq=False, slots=True)
class Heard:
    """A transaction, the number of the gateway that took it, and the nodes that found it impossible."""

    waiting: Waiting
    gateway: int
    refused_by: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Place:
    """Whose pool is meant, and when: a node at a Unix second, under the rules that hold there.

    A `node` of None knows everything as soon as it was handed in.
    """

    node: int | None
    moment_s: float
    rules: MempoolRules


class Gossip:
    """The record of what gateways took, the latest of it at `latest_s`."""

    def __init__(self) -> None:
        self.links: Links | None = None
        self.latest_s = float("-inf")
        self._senders: dict[Address, dict[int, list[Heard]]] = {}
        self._inboxes: list[list[tuple[float, int, Transaction]]] = []
        self._serial = 0
        self._size_tx = 0
        self._sweep_at_tx = LEAST_SWEPT_TX

    def __len__(self) -> int:
        return self._size_tx

    def open_inbox(self) -> int:
        """Return the number of one more gateway, to which the others' transactions will be delivered."""
        self._inboxes.append([])
        return len(self._inboxes) - 1

    def send(self, tx: Transaction, sent_s: float, gateway: int, rules: MempoolRules) -> None:
        """Let what a gateway has taken set out to all other nodes."""
        heard = Heard(Waiting(tx, sent_s, self._serial), gateway)
        self._serial += 1
        self.latest_s = max(self.latest_s, sent_s)
        self._senders.setdefault(tx.sender, {}).setdefault(tx.nonce, []).append(heard)
        self._size_tx += 1
        for number, inbox in enumerate(self._inboxes):
            if number != gateway:
                node = None if self.links is None else self.links.gateways[number]
                heapq.heappush(inbox, (self._came_s(heard, node), heard.waiting.arrival, tx))
        if self._size_tx >= self._sweep_at_tx:
            self._sweep(sent_s - rules.expiry_s)

    def delivered(self, gateway: int, now_s: float) -> Iterator[tuple[Transaction, float]]:
        """Yield what has come to a gateway from the others since it last asked, and when."""
        inbox = self._inboxes[gateway]
        while inbox and inbox[0][0] <= now_s:
            came_s, _serial, tx = heapq.heappop(inbox)
            yield tx, came_s

    def recall(self, tx: Transaction) -> Waiting | None:
        """Return since when a transaction has waited, as it was handed in; None where no gateway took it."""
        return next((heard.waiting for heard in self._copies(tx)), None)

    def refuse(self, node: int, transactions: Iterable[Transaction]) -> None:
        """Have a node hold transactions no more that it found impossible."""
        for tx in transactions:
            for heard in self._copies(tx):
                heard.refused_by.add(node)

    def settled(self, transactions: Iterable[Transaction]) -> None:
        """Forget everything under the nonces that transactions have spent on everybody's chain."""
        for tx in transactions:
            waiting = self._senders.get(tx.sender)
            if waiting is None:
                continue
            self._size_tx -= len(waiting.pop(tx.nonce, ()))
            if not waiting:
                del self._senders[tx.sender]

    def select(self, place: Place, nonce_of: NonceOf, limit_tx: int, limit_bytes: int) -> list[Transaction]:
        """Return what a node's pool offers a block on a branch, in the order of `Mempool.select`."""
        first: dict[Address, int] = {}
        account_limit_tx = place.rules.account_limit_tx

        def find(sender: Address, nonce: int | None) -> Placed | None:
            if nonce is None:
                nonce = first[sender] = nonce_of(sender)
            if nonce >= first[sender] + account_limit_tx:
                return None
            return self._held(self._versions(sender, nonce), place)

        return select(self._senders, find, min(limit_tx, place.rules.limit_tx), limit_bytes)

    def _versions(self, sender: Address, nonce: int) -> Sequence[Heard]:
        return self._senders.get(sender, {}).get(nonce, ())

    def _copies(self, tx: Transaction) -> Iterator[Heard]:
        """Yield a transaction as each gateway took it that did."""
        for heard in self._versions(tx.sender, tx.nonce):
            if heard.waiting.transaction.identity == tx.identity:
                yield heard

    def _held(self, versions: Sequence[Heard], place: Place) -> Placed | None:
        """Return which of a sender's transactions with one nonce a node holds: the last that could replace."""
        if len(versions) > 1:
            versions = sorted(versions, key=lambda heard: self._came_s(heard, place.node))
        bump_percent = 100 + place.rules.replacement_bump_percent
        held: Placed | None = None
        for heard in versions:
            came_s = self._came_s(heard, place.node)
            tx = heard.waiting.transaction
            if not self._is_kept(heard, came_s, place):
                continue
            if held is None or tx.gas_price_wei * 100 >= held.transaction.gas_price_wei * bump_percent:
                held = Placed((-tx.gas_price_wei, came_s, heard.waiting.arrival), tx)
        return held

    def _is_kept(self, heard: Heard, came_s: float, place: Place) -> bool:
        rules, tx = place.rules, heard.waiting.transaction
        return (
            came_s <= place.moment_s <= came_s + rules.expiry_s
            and tx.gas_price_wei >= rules.minimum_gas_price_wei
            and tx.gas_limit_gas <= rules.block_gas_limit_gas
            and place.node not in heard.refused_by
        )

    def _came_s(self, heard: Heard, node: int | None) -> float:
        sent_s = heard.waiting.submitted_at_s
        if node is None or self.links is None:
            return sent_s
        return self.links.arrival_s(heard.gateway, node, sent_s)

    def _sweep(self, before_s: float) -> None:
        """Forget what was sent before a time and came to everybody before it too: no pool holds it any more."""
        for sender in list(self._senders):
            for nonce, versions in list(self._senders[sender].items()):
                live = [heard for heard in versions if self._is_somewhere(heard, before_s)]
                self._size_tx -= len(versions) - len(live)
                if live:
                    self._senders[sender][nonce] = live
                else:
                    del self._senders[sender][nonce]
            if not self._senders[sender]:
                del self._senders[sender]
        self._sweep_at_tx = max(LEAST_SWEPT_TX, 2 * self._size_tx)

    def _is_somewhere(self, heard: Heard, since_s: float) -> bool:
        """Whether it was sent since then, or came to somebody since."""
        sent_s = heard.waiting.submitted_at_s
        if sent_s >= since_s or self.links is None:
            return sent_s >= since_s
        return self.links.last_arrival_s(heard.gateway, sent_s) >= since_s
