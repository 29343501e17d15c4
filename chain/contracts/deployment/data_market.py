"""Data deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address
from chain.contracts.system import System

_DAY_S: Final = 86_400


@dataclass(frozen=True)
class MarketTerms:
    """How long deals are reviewed and disputed, and who earns on them.

    `review_s` is how long a consumer may dispute a submission (a week) and `arbitration_s` how long an arbiter may
    decide a dispute (two weeks): both unsourced, between a day and a month. `commission_basis_points` of each price
    go to the treasury, at most 2,000: that whoever vouches for the data takes a commission is Panacea's rule (facts,
    section 3), its size is unsourced.
    """

    review_s: int = 7 * _DAY_S
    arbitration_s: int = 14 * _DAY_S
    commission_basis_points: int = 500


def arguments(
    system: System, terms: MarketTerms, arbiters: tuple[Address, ...], treasury: Address
) -> tuple[object, ...]:
    """Return the constructor's arguments: the timelock administers from the start."""
    neighbours = ("MedToken", "IdentityRegistry", "RecordRegistry", "ConsentRegistry")
    return (
        system.address_of("Forwarder"),
        system.address_of("Timelock"),
        list(arbiters),
        *map(system.address_of, neighbours),
        (terms.review_s, terms.arbitration_s, terms.commission_basis_points, treasury),
    )
