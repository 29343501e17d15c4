"""The reference engine: py-evm at EVM level Cancun, behind the engine's door."""

from chain.engines.pyevm.engine import PyEvmEngine

__all__ = ["PyEvmEngine"]
