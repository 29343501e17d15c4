"""On which engine searches through the contracts' calls run.

What runs on every change runs on the reference, which needs no toolchain. What runs for long runs on the fastest
engine that is built: results are the same (`tests/chain/engines`), and it takes a fraction of the time.
"""

from __future__ import annotations

from typing import Final

from chain.engines.choice import Choice, new_engine
from chain.engines.protocol import Engine

REFERENCE: Final[Choice] = "pyevm"
FASTEST: Final[Choice] = "auto"

CHAIN_ID: Final = 1337


def fresh_engine(choice: Choice) -> Engine:
    """Return a new engine."""
    return new_engine(choice, CHAIN_ID)
