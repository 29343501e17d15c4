"""What a gateway's pool holds for a producer that stands on another block than the gateway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from chain.block import Address
from chain.mempool.queues import Waiting


@dataclass(frozen=True)
class Standpoint:
    """Another block, as far as transactions differ there.

    `nonces` are the next ones of all senders whose nonce may be another than at the gateway, `elsewhere` what the
    gateway's branch has included and this one has not, by sender and nonce. Only what was submitted up to
    `arrived_by_s` has come to the producer; None is no limit.
    """

    nonces: Mapping[Address, int]
    elsewhere: Mapping[Address, Mapping[int, Waiting]]
    arrived_by_s: float | None = None

    @classmethod
    def of(
        cls, nonces: Mapping[Address, int], elsewhere: Iterable[Waiting], arrived_by_s: float | None = None
    ) -> Self:
        """Order by sender and nonce what was included elsewhere; what is spent here drops out."""
        ordered: dict[Address, dict[int, Waiting]] = {}
        for waiting in elsewhere:
            tx = waiting.transaction
            if tx.nonce >= nonces.get(tx.sender, 0):
                ordered.setdefault(tx.sender, {})[tx.nonce] = waiting
        return cls(nonces, ordered, arrived_by_s)

    def has_arrived(self, waiting: Waiting) -> bool:
        """Whether the producer knows a transaction by now."""
        return self.arrived_by_s is None or waiting.submitted_at_s <= self.arrived_by_s
