"""Parameters of MediBloc's own test chain, as data.

Source of every default: medibloc/go-medibloc 84d53aa, files consensus/dpos/types.go, consensus/dpos/dpos.go,
core/types.go, core/state/types.go and core/transaction/types.go; amounts there are in 10^-12 MED.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.protocols.protocol import ProtocolError
from chain.units import MED_UNITS_PER_MED

UNBOUNDED_GAS: Final = 10**15
"""Gas limit where gas is no resource of the rules: more than any block can burn, and fits every header."""

SMALLEST_DYNASTY: Final = 3
LARGEST_DYNASTY: Final = 21
DYNASTY_STEP: Final = 3


@dataclass(frozen=True)
class DposParameters:
    """Numbers of the protocol. Amounts in 10^-8 MED, rates as numerator and denominator.

    `dynasty_seats` is a multiple of 3 from 3 to 21; other sizes raise `ProtocolError`.
    """

    slot_s: int = 3
    dynasty_seats: int = 21

    candidate_collateral_sat: int = 1_000_000 * MED_UNITS_PER_MED
    alias_collateral_sat: int = 1_000_000 * MED_UNITS_PER_MED
    votes_per_voter: int = 15
    unstaking_s: int = 7 * 86_400

    supply_sat: int = 25 * 200_000_000 * MED_UNITS_PER_MED
    """Supply at the opening: 25 accounts of 200 million MED in the test chain's genesis."""

    reward_numerator: int = 464
    reward_denominator: int = 10**11
    reward_step_sat: int = MED_UNITS_PER_MED // 100

    points_regeneration_s: int = 7 * 86_400
    cpu_limit: int = 3_000_000
    net_limit_bytes: int = 3_000_000
    price_window_blocks: int = 201_600
    price_floor_divisor: int = 100
    price_rise_percent: int = 105
    price_fall_percent: int = 95
    busy_percent: int = 50

    gas_limit_gas: int = UNBOUNDED_GAS
    minimum_gas_price_sat: int = 0

    def __post_init__(self) -> None:
        seats = self.dynasty_seats
        if not SMALLEST_DYNASTY <= seats <= LARGEST_DYNASTY or seats % DYNASTY_STEP:
            raise ProtocolError(
                f"a dynasty has a multiple of {DYNASTY_STEP} from {SMALLEST_DYNASTY} to {LARGEST_DYNASTY} seats,"
                f" not {seats}"
            )

    @property
    def block_limit_bytes(self) -> int:
        """Largest size of a block's transactions."""
        return self.net_limit_bytes

    @property
    def confirming_producers(self) -> int:
        """Distinct producers of one dynasty, the tip's among them, that make a block irreversible."""
        return self.dynasty_seats * 2 // 3 + 1


MEDIBLOC_2019: Final = DposParameters()
"""The test chain of June 2019, its last release."""
