"""What the system's own acts take where a run has none of them, beside published figures.

These are figures of the committed gas snapshot (`medsim contracts gas`), each the last call of its function in its
contract's rehearsal. A report is made from a run directory alone, so they stand here; a test holds them against the
snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class RehearsedGas:
    """Gas of an act by contract and function, and the published act that is nearest to it."""

    act: str
    contract: str
    function: str
    gas: int
    beside: str


REHEARSED_GAS: Final = (
    RehearsedGas(
        "register a person here",
        "IdentityRegistry",
        "register",
        48_613,
        "add or update a profile or content id",
    ),
    RehearsedGas(
        "grant a doctor access here", "ConsentRegistry", "grant", 68_023, "grant a doctor or nurse access"
    ),
    RehearsedGas(
        "log an access to a record here",
        "ConsentRegistry",
        "logAccess",
        52_747,
        "request data in a monitoring contract",
    ),
)

VISIT_MOST_GAS: Final = 200_000
"""The most that a whole visit takes in the rehearsal: check-in, anchor and credit, linear curve, no caps."""

VISIT_OTHER_MOST_GAS: Final = 218_000
"""The most under any other curve or caps."""
