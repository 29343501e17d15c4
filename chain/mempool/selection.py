"""The order in which a block takes what waits: a merge of all senders' queues by price."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import NamedTuple

from chain.block import Address, Transaction
from chain.signing import size_bytes


class Placed(NamedTuple):
    """A transaction and its place among the others, the lowest first: dearest, then first come."""

    place: tuple[float, ...]
    transaction: Transaction


Find = Callable[[Address, int | None], Placed | None]
"""Returns a sender's executable transaction with a nonce, its first where that is None."""


def select(senders: Iterable[Address], find: Find, limit_tx: int, limit_bytes: int) -> list[Transaction]:
    """Return executable transactions, dearest first, then first come; see `Mempool.select`."""
    heads = [placed for placed in (find(sender, None) for sender in senders) if placed is not None]
    heapq.heapify(heads)
    chosen: list[Transaction] = []
    left_bytes = limit_bytes
    while heads and len(chosen) < limit_tx:
        tx = heads[0].transaction
        tx_bytes = size_bytes(tx)
        if tx_bytes <= left_bytes:
            chosen.append(tx)
            left_bytes -= tx_bytes
            following = find(tx.sender, tx.nonce + 1)
            if following is not None:
                heapq.heapreplace(heads, following)
                continue
        heapq.heappop(heads)
    return chosen
