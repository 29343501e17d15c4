"""Medi Points and their conversion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from chain.block import Address
from chain.contracts.system import System

_WEEK_S: Final = 7 * 86_400


class Curve(IntEnum):
    """How an account's points of an epoch count, numbered as in `RewardTypes.sol`."""

    LINEAR = 0
    SQUARE_ROOT = 1
    QUADRATIC = 2


class Conversion(IntEnum):
    """How an epoch's budget becomes payouts."""

    POOL_SHARE = 0
    FIXED_RATE = 1


class Destination(IntEnum):
    """Where MED goes that is not paid out."""

    NEXT_EPOCH = 0
    BURN = 1
    TREASURY = 2


class Contribution(IntEnum):
    """What earns points, by act and role."""

    VISIT_PATIENT = 0
    VISIT_PROVIDER = 1
    SHARE_PATIENT = 2
    SHARE_ISSUER = 3
    SHARE_ACCEPTOR = 4


@dataclass(frozen=True)
class RewardTerms:
    """The reward pool's terms.

    `patient_points` and `provider_points` are for a visit, the other three for a record that another provider accepts;
    `share_acceptor_points` are curation points. `fixed_rate_med_units` is paid per weight of one (a point, the square
    root of a point, a squared point) where the conversion is a fixed rate. `account_cap_points` and
    `provider_cap_points` limit an epoch's points of an account and through a provider, 0 not at all.
    `curation_share_basis_points` of a budget are the curators', `vesting_share_basis_points` of a payout vest and
    leave in `power_down_parts`. Points, curves and caps hold until governance changes them, the rest for good.
    Thirteen weekly parts, and curators under a square root, are Steem's (steemit/steem v0.20.0).
    """

    first_epoch_start_s: int
    epoch_length_s: int
    patient_points: int
    provider_points: int
    share_patient_points: int = 0
    share_issuer_points: int = 0
    share_acceptor_points: int = 0
    conversion: Conversion = Conversion.POOL_SHARE
    fixed_rate_med_units: int = 0
    curve: Curve = Curve.LINEAR
    curation_curve: Curve = Curve.SQUARE_ROOT
    curation_share_basis_points: int = 0
    vesting_share_basis_points: int = 0
    power_down_parts: int = 13
    power_down_part_s: int = _WEEK_S
    leftover_to: Destination = Destination.NEXT_EPOCH
    slashed_to: Destination = Destination.NEXT_EPOCH
    account_cap_points: int = 0
    provider_cap_points: int = 0

    @property
    def points(self) -> tuple[int, int, int, int, int]:
        """The points of each `Contribution`, in its order."""
        return (
            self.patient_points,
            self.provider_points,
            self.share_patient_points,
            self.share_issuer_points,
            self.share_acceptor_points,
        )


def arguments(system: System, terms: RewardTerms, treasury: Address) -> tuple[object, ...]:
    """Return the constructor's arguments: the deployer administers until the opening ends."""
    neighbours = ("Forwarder", "MedToken", "IdentityRegistry", "CheckIn", "RecordRegistry", "Emission")
    return (
        *map(system.address_of, neighbours),
        system.deployer,
        treasury,
        (
            terms.first_epoch_start_s,
            terms.epoch_length_s,
            terms.conversion,
            terms.fixed_rate_med_units,
            terms.curve,
            terms.curation_curve,
            terms.curation_share_basis_points,
            terms.vesting_share_basis_points,
            terms.power_down_parts,
            terms.power_down_part_s,
            terms.leftover_to,
            terms.slashed_to,
            terms.points,
            (terms.account_cap_points, terms.provider_cap_points),
        ),
    )
