"""What everybody else does on the chain: it takes room from every block, and nothing else of it is simulated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

SECONDS_PER_DAY: Final = 86_400


class Load(NamedTuple):
    """What others use of one block."""

    gas_gas: int
    size_bytes: int


NO_LOAD: Final = Load(0, 0)


@dataclass(frozen=True)
class Background:
    """A steady stream of transactions by others, each block holding what came since its parent.

    `contract_share` of the transactions call contracts with `contract_gas` each; the others take bytes alone, as
    payments in coin do on Qtum.
    """

    transactions_per_day: int
    transaction_bytes: int
    contract_share: Fraction
    contract_gas: int

    def since(self, parent_s: int, timestamp_s: int) -> Load:
        """Return what a block at `timestamp_s` holds of it; whole transactions, none lost and none twice."""
        count = self._until(timestamp_s, Fraction(1)) - self._until(parent_s, Fraction(1))
        calls = self._until(timestamp_s, self.contract_share) - self._until(parent_s, self.contract_share)
        return Load(calls * self.contract_gas, count * self.transaction_bytes)

    def _until(self, moment_s: int, share: Fraction) -> int:
        return int(moment_s * self.transactions_per_day * share // SECONDS_PER_DAY)
