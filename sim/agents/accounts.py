"""Accounts: who signs, and the next nonce it will use."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from chain.block import Address
from chain.keys import PrivateKey


class Nonces:
    """Hands out nonces in order; one that came back unused is handed out again first, so that no gap stays.

    `first` is the next nonce of the account when it begins: what it sent before the run counts.
    """

    def __init__(self, first: int = 0) -> None:
        self._next = first
        self._returned: list[int] = []

    def take(self) -> int:
        """Return the lowest nonce that nobody uses."""
        if self._returned:
            return heapq.heappop(self._returned)
        self._next += 1
        return self._next - 1

    def give_back(self, nonce: int) -> None:
        """Take back a nonce whose transaction will never be in a block."""
        heapq.heappush(self._returned, nonce)

    def withdraw(self, nonce: int) -> None:
        """Hand a returned nonce out no more: a block has its transaction after all, on a branch that won."""
        if nonce in self._returned:
            self._returned.remove(nonce)
            heapq.heapify(self._returned)


@dataclass(eq=False)
class Account:
    """An account of one owner. `owner_id` names the agent in every table, never the address.

    `nonces` hands out those of its own transactions; `requests_done` counts what a forwarder has executed for it.
    """

    owner_id: str
    role: str
    key: PrivateKey
    nonces: Nonces = field(default_factory=Nonces)
    requests_done: int = 0

    @property
    def address(self) -> Address:
        """The account on chain."""
        return self.key.address
