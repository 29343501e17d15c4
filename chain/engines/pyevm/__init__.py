"""The reference engine: py-evm at EVM level Cancun, behind the engine's door."""

import sys

_LIMIT_BEFORE = sys.getrecursionlimit()

from chain.engines.pyevm.engine import PyEvmEngine  # noqa: E402  importing py-evm raises the recursion limit

sys.setrecursionlimit(_LIMIT_BEFORE)

__all__ = ["PyEvmEngine"]
