"""Insurance: what holds for every insurer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.block import Address
from chain.contracts.system import System

_DAY_S: Final = 86_400


@dataclass(frozen=True)
class InsuranceTerms:
    """What an insurer must put up, and how long people have to act on a claim.

    All values are unsourced. `reserve_basis_points` is the share of its exposure (all that its live policies may still
    cost) that an insurer keeps in reserve: 10,000 means that no claim can ever go unpaid, a real insurer's share is
    far lower; 0 to 65,535. `maximum_filings` is how often one record may be filed under one policy (refusals counted,
    1 to 255), `arbitration_s` how long an arbiter may decide an appeal (above 0), `maximum_review_s` the longest
    time that an insurer may take to answer, `minimum_appeal_s` the shortest that it must leave claimants to appeal:
    between a day and a few months each.
    """

    reserve_basis_points: int = 3_000
    maximum_filings: int = 3
    arbitration_s: int = 30 * _DAY_S
    maximum_review_s: int = 30 * _DAY_S
    minimum_appeal_s: int = 7 * _DAY_S


def arguments(system: System, terms: InsuranceTerms, arbiters: tuple[Address, ...]) -> tuple[object, ...]:
    """Return the constructor's arguments: the timelock administers from the start."""
    neighbours = ("MedToken", "IdentityRegistry", "RecordRegistry", "ConsentRegistry")
    return (
        system.address_of("Forwarder"),
        system.address_of("Timelock"),
        list(arbiters),
        *map(system.address_of, neighbours),
        (
            terms.reserve_basis_points,
            terms.maximum_filings,
            terms.arbitration_s,
            terms.maximum_review_s,
            terms.minimum_appeal_s,
        ),
    )
