"""The sale of MED: two presales and a main sale."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from chain.block import Address
from chain.contracts.system import System
from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM

WHOLE_BASIS_POINTS: Final = 10_000
"""Basis points in the whole."""


class Phase(IntEnum):
    """The sale's phases, numbered as in `TokenSale`; also the numbers of the locks that they make."""

    FIRST_PRESALE = 0
    SECOND_PRESALE = 1
    MAIN_SALE = 2


@dataclass(frozen=True)
class PhaseTerms:
    """One phase.

    It sells from `start_s` until before `end_s` (Unix seconds) at `med_units_per_satoshi`, which is also MED per
    native coin, for payments of at least `minimum_sat`, and adds `bonus_basis_points`. It sells `cap_med_units` in all
    and `buyer_cap_med_units` to one buyer (0: no such cap), bonus included. `locked_basis_points` of what is bought
    is locked until `release_at_s`; if `revocable`, the owner may take it back until then.
    """

    start_s: int
    end_s: int
    med_units_per_satoshi: int
    cap_med_units: int
    minimum_sat: int = 1
    buyer_cap_med_units: int = 0
    bonus_basis_points: int = 0
    locked_basis_points: int = 0
    release_at_s: int = 0
    revocable: bool = False

    @property
    def words(self) -> tuple[object, ...]:
        """The struct `TokenSale.Terms`."""
        return (
            self.start_s,
            self.end_s,
            self.med_units_per_satoshi,
            self.bonus_basis_points,
            self.locked_basis_points,
            self.release_at_s,
            self.revocable,
            self.cap_med_units,
            self.buyer_cap_med_units,
            self.minimum_sat,
        )


FIRST_PRESALE: Final = PhaseTerms(
    # Without a source but for the minimum as such, the price and the lock's end: both stand in medibloc/crowdsale
    # (migrations/2_deploy_contracts.js, a trial's; contracts/PresaleFirst.sol), where owners could withdraw a lock.
    start_s=1_509_494_400,  # 2017-11-01
    end_s=1_510_358_400,  # 2017-11-11
    med_units_per_satoshi=2_200,
    cap_med_units=1_000_000_000 * MED_UNITS_PER_MED,
    minimum_sat=100 * SATOSHI_PER_QTUM,
    locked_basis_points=WHOLE_BASIS_POINTS,
    release_at_s=1_512_133_560,
    revocable=True,
)
SECOND_PRESALE: Final = PhaseTerms(
    # Published are a price of its own, no minimum, and a lock; no value is.
    start_s=1_510_704_000,  # 2017-11-15
    end_s=1_511_568_000,  # 2017-11-25
    med_units_per_satoshi=2_000,
    cap_med_units=1_000_000_000 * MED_UNITS_PER_MED,
    locked_basis_points=WHOLE_BASIS_POINTS,
    release_at_s=1_513_382_400,  # 2017-12-16, when the sale is over
    revocable=True,
)
MAIN_SALE: Final = PhaseTerms(
    # Published are the sale's end and a cap that can be raised; the rest is without a source.
    start_s=1_511_740_800,  # 2017-11-27
    end_s=1_513_296_000,  # 2017-12-15
    med_units_per_satoshi=1_800,
    cap_med_units=3_000_000_000 * MED_UNITS_PER_MED,
)


@dataclass(frozen=True)
class SaleTerms:
    """The three phases in order of time, what the sale receives at the opening to sell, and the end of what is unsold.

    The split of MED between sale, team and reserve was not found: `allocation_med_units` is a parameter, by default
    nothing, so that an opening without a sale mints what it lists and no more.
    """

    phases: tuple[PhaseTerms, PhaseTerms, PhaseTerms] = (FIRST_PRESALE, SECOND_PRESALE, MAIN_SALE)
    allocation_med_units: int = 0
    burns_unsold: bool = False


def arguments(system: System, terms: SaleTerms, treasury: Address) -> tuple[object, ...]:
    """Return the constructor's arguments: the treasury owns the sale."""
    return (
        *map(system.address_of, ("Forwarder", "MedToken", "TokenLock")),
        treasury,
        treasury,
        terms.burns_unsold,
        [phase.words for phase in terms.phases],
    )
