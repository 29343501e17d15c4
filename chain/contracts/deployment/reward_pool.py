"""Medi Points and their conversion."""

from __future__ import annotations

from dataclasses import dataclass

from chain.contracts.system import System


@dataclass(frozen=True)
class RewardTerms:
    """The reward pool's terms.

    `yearly_rate_millipercent` is the emission a year in thousandths of a percent of the supply at the
    emission year's start.
    """

    first_epoch_start_s: int
    epoch_length_s: int
    yearly_rate_millipercent: int
    patient_points: int
    provider_points: int


def arguments(system: System, terms: RewardTerms) -> tuple[object, ...]:
    """Return the constructor's arguments."""
    return (
        *map(system.address_of, ("Forwarder", "MedToken", "CheckIn", "RecordRegistry")),
        (
            terms.first_epoch_start_s,
            terms.epoch_length_s,
            terms.yearly_rate_millipercent,
            terms.patient_points,
            terms.provider_points,
        ),
    )
