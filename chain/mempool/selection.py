"""The order in which a block takes what waits: a merge of all senders' queues by price."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping

from chain.block import Address, Transaction
from chain.mempool.queues import Queue, Waiting
from chain.mempool.standpoint import Standpoint
from chain.signing import size_bytes

Find = Callable[[Address, int | None], Waiting | None]
"""Returns a sender's executable transaction with a nonce, its first where that is None."""


def select(
    queues: Mapping[Address, Queue], limit_tx: int, limit_bytes: int, standpoint: Standpoint | None
) -> list[Transaction]:
    """Return executable transactions, dearest first, then first come; see `Mempool.select`."""
    find = _here(queues) if standpoint is None else _there(queues, standpoint)
    senders = queues if standpoint is None else {**queues, **standpoint.elsewhere}
    found = [waiting for waiting in (find(sender, None) for sender in senders) if waiting is not None]
    heads = [(-one.transaction.gas_price_wei, one.arrival, one) for one in found]
    heapq.heapify(heads)
    chosen: list[Transaction] = []
    left_bytes = limit_bytes
    while heads and len(chosen) < limit_tx:
        tx = heads[0][2].transaction
        tx_bytes = size_bytes(tx)
        if tx_bytes <= left_bytes:
            chosen.append(tx)
            left_bytes -= tx_bytes
            following = find(tx.sender, tx.nonce + 1)
            if following is not None:
                price_wei = following.transaction.gas_price_wei
                heapq.heapreplace(heads, (-price_wei, following.arrival, following))
                continue
        heapq.heappop(heads)
    return chosen


def _here(queues: Mapping[Address, Queue]) -> Find:
    def find(sender: Address, nonce: int | None) -> Waiting | None:
        queue = queues[sender]
        nonce = queue.next_nonce if nonce is None else nonce
        return queue.waiting[nonce] if queue.is_executable(nonce) else None

    return find


def _there(queues: Mapping[Address, Queue], standpoint: Standpoint) -> Find:
    def find(sender: Address, nonce: int | None) -> Waiting | None:
        queue = queues.get(sender)
        if nonce is None:
            known = standpoint.nonces.get(sender)
            nonce = queue.next_nonce if known is None and queue else known or 0
        waiting = standpoint.elsewhere.get(sender, {}).get(nonce)
        if waiting is None and queue is not None:
            waiting = queue.waiting.get(nonce)
        return waiting if waiting is not None and standpoint.has_arrived(waiting) else None

    return find
