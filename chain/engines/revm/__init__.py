"""The fast engine: revm at EVM level Cancun, in a Rust extension that `make native` builds."""

from chain.engines.revm.engine import EXTENSION, RevmEngine, is_built

__all__ = ["EXTENSION", "RevmEngine", "is_built"]
