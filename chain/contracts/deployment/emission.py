"""The schedule by which MED comes into being."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.contracts.system import System

WHOLE_MILLIPERCENT: Final = 100_000
"""Thousandths of a percent in the whole, the unit in which the schedule was published."""


@dataclass(frozen=True)
class EmissionTerms:
    """The schedule at deployment.

    `start_s` is when emission year 0 begins, `stoppable_after_s` after which moment emission may be stopped for good
    (Unix seconds). `yearly_rate_millipercent` is the emission of year 0 in thousandths of a percent of the supply
    at its start; each later year keeps `yearly_rate_kept_millipercent` of the rate before. The form is published
    (medibloc/crowdsale: contracts/MedToken.sol); no value is, so all defaults are parameters without a source: the
    first new year after the sale; 5 %, with which MediBloc's later chain began (medibloc/panacea-mainnet:
    genesis.json); a rate that does not fall; five years.
    """

    start_s: int = 1_514_764_800
    yearly_rate_millipercent: int = 5_000
    yearly_rate_kept_millipercent: int = WHOLE_MILLIPERCENT
    stoppable_after_s: int = 1_672_531_200


def arguments(system: System, terms: EmissionTerms) -> tuple[object, ...]:
    """Return the constructor's arguments: the deployer administers until the opening ends."""
    return (
        *map(system.address_of, ("Forwarder", "MedToken", "RewardPool")),
        system.deployer,
        (
            terms.start_s,
            terms.yearly_rate_millipercent,
            terms.yearly_rate_kept_millipercent,
            terms.stoppable_after_s,
        ),
    )
