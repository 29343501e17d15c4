"""How names of the contracts become Python's: snake case, with the unit last.

Solidity's names carry no units; what a number counts is fixed here, once for all contracts, by the argument's name.
The generator refuses a number whose name is not known, so that none slips through without a decision.
"""

from __future__ import annotations

import keyword
import re
from typing import Final

_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """Return a Solidity name in Python's way: `validUntil` → `valid_until`, `MINTER_ROLE` → `minter_role`."""
    words = _BOUNDARY.sub("_", name.strip("_")).lower()
    return words + "_" if keyword.iskeyword(words) else words
