"""MED locked for votes, and MED bonded to validators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chain.block import Address
from chain.contracts.system import System

BURNED: Final[Address] = bytes(20)
"""The treasury that stands for none: slashed MED is burned."""

_MED_UNITS_PER_MED: Final = 10**8
_DAY_S: Final = 86_400


@dataclass(frozen=True)
class StakingTerms:
    """How long MED stays locked or bonded after it was asked back, and what a validator must bring.

    Defaults: an unlock period of 7 days and an own minimum of 1,000,000 MED as on MediBloc's first test network
    (medibloc/go-medibloc); an unbonding period of 21 days and a minimum commission of 3 % as on Panacea
    (medibloc/panacea-core). Commission in basis points. Slashed MED goes to `treasury` or is burned.
    """

    unlock_period_s: int = 7 * _DAY_S
    unbonding_period_s: int = 21 * _DAY_S
    minimum_commission_basis_points: int = 300
    own_minimum_med_units: int = 1_000_000 * _MED_UNITS_PER_MED
    treasury: Address = BURNED


def arguments(system: System, terms: StakingTerms, slashers: Sequence[Address]) -> tuple[object, ...]:
    """Return the constructor's arguments: the timelock administers, and slashes besides `slashers`."""
    return (
        *map(system.address_of, ("Forwarder", "MedToken", "IdentityRegistry", "Timelock")),
        tuple(slashers),
        terms.treasury,
        (
            terms.unlock_period_s,
            terms.unbonding_period_s,
            terms.minimum_commission_basis_points,
            terms.own_minimum_med_units,
        ),
    )
