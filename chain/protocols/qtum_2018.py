"""`qtum-2018`: Qtum's mutualised proof of stake as it ran until height 844,999.

Rules are in `chain.protocols.qtum`, numbers in its `parameters`. From height 845,000 on, where mainnet went
over to shorter blocks (`qtum-2021`), this preset goes on with its own rules.
"""

from __future__ import annotations

from chain.protocols.qtum.parameters import QTUM_2018, QtumParameters
from chain.protocols.qtum.protocol import KERNELS, Kernel, Qtum

__all__ = ["KERNELS", "Kernel", "Qtum2018"]


class Qtum2018(Qtum):
    """Blocks of 128 s on a grid of 16 s, rewards in ten parts."""

    def __init__(self, kernel: Kernel = "sampled", parameters: QtumParameters = QTUM_2018) -> None:
        super().__init__("qtum-2018", kernel, parameters)
