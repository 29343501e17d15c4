"""`qtum-2021`: Qtum's proof of stake since height 845,000: shorter blocks, and delegation to super-stakers.

Rules are in `chain.protocols.qtum`, numbers in its `parameters`. An opening stands at block 844,999 or later. As
coins rest for 2,000 blocks, it needs more than 2,000 that can go first.
"""

from __future__ import annotations

from chain.protocols.qtum.parameters import QTUM_2021, QtumParameters
from chain.protocols.qtum.protocol import Kernel, Qtum


class Qtum2021(Qtum):
    """Blocks of 32 s on a grid of 4 s, the whole reward to the producer, or split with whom it stakes for."""

    def __init__(self, kernel: Kernel = "sampled", parameters: QtumParameters = QTUM_2021) -> None:
        super().__init__("qtum-2021", kernel, parameters)
