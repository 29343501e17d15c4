"""Parameters of a plain lottery by share, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.protocols.protocol import ProtocolError

SAT_PER_ETH: Final = 10**8
"""Amounts are kept with 8 decimals of the native coin; 1 of them is 10 gwei."""


@dataclass(frozen=True)
class PoissonParameters:
    """Numbers of a lottery in which blocks come without memory, `interval_s` apart on average.

    `subsidy_from_sat` has (height, subsidy) pairs in rising order: each holds from its height on, and before the
    first there is none. `settled_blocks` is the depth at which nodes give up no block any more.
    """

    name: str = "poisson"
    interval_s: float = 600.0
    subsidy_from_sat: tuple[tuple[int, int], ...] = ()
    settled_blocks: int | None = None
    gas_limit_gas: int = 8_000_000
    minimum_gas_price_sat: int = 0
    block_limit_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        if not self.interval_s > 0:
            raise ProtocolError(f"a mean interval is more than 0 s, not {self.interval_s}")
        heights = [height for height, _ in self.subsidy_from_sat]
        if heights != sorted(set(heights)):
            raise ProtocolError(f"subsidies change at rising heights, not at {heights}")
        if self.settled_blocks is not None and self.settled_blocks < 0:
            raise ProtocolError(f"blocks settle at a depth of at least 0, not {self.settled_blocks}")

    def subsidy_sat(self, number: int) -> int:
        """Return what the block of this height issues."""
        subsidy = 0
        for height, amount in self.subsidy_from_sat:
            if number < height:
                break
            subsidy = amount
        return subsidy


POISSON: Final = PoissonParameters()
"""The interval of Bitcoin, for known answers, and no money."""

ETHEREUM_2018: Final = PoissonParameters(
    name="ethereum-2018",
    interval_s=14.3,
    subsidy_from_sat=((0, 5 * SAT_PER_ETH), (4_370_000, 3 * SAT_PER_ETH), (7_280_000, 2 * SAT_PER_ETH)),
    gas_limit_gas=8_000_000,
    block_limit_bytes=8_000_000 // 4,
)
"""Ethereum in October 2018, as a lottery: what the seed article compares Qtum with.

8 M gas and 14.3 s are the averages of that month. The subsidy is 5 ETH, 3 from Byzantium (EIP-649) and 2 from
Constantinople (EIP-1234), where ethereum/execution-specs has the forks' heights; October 2018 lay before the
second. Uncles are left out. No rule limits bytes; at 4 gas for the cheapest byte of call data, gas does.
"""
