"""What the chapters' rules need to know of each protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from chain.protocols.qtum.parameters import QTUM_2018, QTUM_2021, QtumParameters
from chain.protocols.qtum.rewards import issued_by_sat
from chain.units import SATOSHI_PER_QTUM


@dataclass(frozen=True)
class ProtocolRules:
    """Between which heights a protocol's rules hold, and how many blocks a day may take at most.

    Source: qtumproject/qtum a395689: kernel/chainparams.
    """

    parameters: QtumParameters
    first_height: int
    last_height: int
    blocks_per_day_at_most: int

    @property
    def maturity_blocks(self) -> int:
        """For how long a win locks its coin."""
        return self.parameters.maturity_blocks

    def issued_qtum(self, height: int) -> int:
        """Return the whole QTUM that blocks up to `height` have issued on the main network."""
        return issued_by_sat(self.parameters, height) // SATOSHI_PER_QTUM


RULES: Final[Mapping[str, ProtocolRules]] = MappingProxyType(
    {
        "qtum-2018": ProtocolRules(QTUM_2018, 5_510, 844_999, 750),
        "qtum-2021": ProtocolRules(QTUM_2021, 845_000, 25_079_003, 3_000),
    }
)
"""128 s are 675 blocks a day, and the grid of 16 s makes real intervals longer; 32 s are 2,700. From the last height of
`qtum-2021` on blocks issue nothing."""
