"""Medi Points: what acts earn, and how points become MED."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from pydantic import field_validator

from chain.units import MED_UNITS_PER_MED
from sim.scenario.parameter import Chapter, choice, number

BASIS_POINTS: Final = 10_000
"""The contract keeps shares in hundredths of a percent."""


class Rewards(Chapter):
    """`[rewards]`"""

    doc: ClassVar[str] = "Medi Points (MP) and their conversion to MED."

    epoch_days: int = number(
        7,
        between=(1, 366),
        unit="days",
        grade="U",
        source="MediBloc published no period; a week is what steemit/steem v0.20.0 waits before it pays",
        plausible=(1, 30),
        doc="After how many days points are converted and paid.",
    )
    patient_points: int = number(
        100,
        between=(0, 1_000_000),
        unit="MP",
        grade="U",
        source="both sides earn MP for a visit (medium.com/medibloc 2017), but no weights were published; "
        "the only example, 200 MP, is said to be arbitrary (brunch.co.kr/@medibloc/11)",
        plausible=(0, 1000),
        doc="Points that a patient earns for a visit.",
    )
    provider_points: int = number(
        100,
        between=(0, 1_000_000),
        unit="MP",
        grade="U",
        source="as rewards.patient_points: no weights were published, so both sides earn the same",
        plausible=(0, 1000),
        doc="Points that a provider earns for a visit.",
    )
    share_patient_points: int = number(
        0,
        between=(0, 1_000_000),
        unit="MP",
        grade="U",
        source="chosen: MediBloc's posts name points for visits only",
        plausible=(0, 1000),
        doc="Points that a patient earns when another provider accepts a record that the patient shows, once a record "
        "and provider.",
    )
    share_issuer_points: int = number(
        0,
        between=(0, 1_000_000),
        unit="MP",
        grade="U",
        source="chosen: MediBloc's posts name points for visits only",
        plausible=(0, 1000),
        doc="Points that the provider who issued a record earns when another provider accepts it.",
    )
    share_acceptor_points: int = number(
        0,
        between=(0, 1_000_000),
        unit="MP",
        grade="U",
        source="chosen: MediBloc's posts name points for visits only",
        plausible=(0, 1000),
        doc="Curation points that a provider earns for accepting another's record; they share rewards.curation_share.",
    )
    conversion: Literal["pool-share", "fixed-rate"] = choice(
        "pool-share",
        grade="D",
        source="MP turn into MED at a floating rate (medium.com/medibloc 2017): a share of a given pool "
        "is such a rate",
        doc="How points become MED: each gets its share of the epoch's budget, or a fixed rate, prorated where the "
        "budget does not suffice.",
    )
    fixed_rate_med_per_point: float = number(
        0.5,
        between=(0.0, 1_000_000.0),
        unit="MED/MP",
        step=" in steps of 0.00000001, the smallest part of a MED",
        grade="U",
        source="the only example, 200 MP for 100 MED, is said to be arbitrary (brunch.co.kr/@medibloc/11)",
        plausible=(0.001, 10.0),
        doc="What a fixed rate pays for each point, or for each square root or square that the curve makes of an "
        "account's points.",
    )
    curve: Literal["linear", "square-root", "quadratic"] = choice(
        "linear",
        grade="U",
        source="no curve was published; under a linear one splitting an account changes nothing",
        doc="How an account's points of an epoch count.",
    )
    account_cap_points: int = number(
        0,
        between=(0, 1_000_000_000_000),
        unit="MP",
        grade="U",
        source="chosen: no cap was published",
        plausible=(0, 100_000),
        doc="The most points that an account can earn in an epoch; 0 for no cap.",
    )
    provider_cap_points: int = number(
        0,
        between=(0, 1_000_000_000_000),
        unit="MP",
        grade="U",
        source="chosen: no cap was published",
        plausible=(0, 10_000_000),
        doc="The most points that an epoch's visits at one provider, and its acceptances, can earn whomever; 0 for no "
        "cap.",
    )
    curation_share: float = number(
        0.0,
        between=(0.0, 1.0),
        unit="1",
        step=" in steps of 0.0001",
        grade="U",
        source="chosen: MediBloc's posts know no curators; steemit/steem v0.20.0 gives them a quarter",
        plausible=(0.0, 0.5),
        doc="The share of an epoch's budget that goes to those who accept others' records; in an epoch without any it "
        "is the others'.",
    )
    curation_curve: Literal["linear", "square-root", "quadratic"] = choice(
        "square-root",
        grade="S",
        source="steemit/steem v0.20.0: curators' curve",
        doc="How an account's curation points of an epoch count.",
    )
    vesting_share: float = number(
        0.0,
        between=(0.0, 1.0),
        unit="1",
        step=" in steps of 0.0001",
        grade="U",
        source="chosen: MediBloc's posts know no vesting of rewards",
        plausible=(0.0, 1.0),
        doc="The share of each payout that stays in the pool, vests, and leaves by a power-down.",
    )
    power_down_parts: int = number(
        13,
        between=(1, 1000),
        unit="parts",
        grade="S",
        source="steemit/steem v0.20.0: vested stake leaves in 13 parts",
        doc="In how many equal parts what vests leaves.",
    )
    power_down_part_days: int = number(
        7,
        between=(1, 366),
        unit="days",
        grade="S",
        source="steemit/steem v0.20.0: vested stake leaves weekly",
        doc="The time from part to part.",
    )
    leftover: Literal["next-epoch", "burn", "treasury"] = choice(
        "next-epoch",
        grade="U",
        source="chosen: what happens to an epoch without visits was not published",
        doc="Where a budget goes that no points claim or that a fixed rate leaves over: it is carried over, burned, or "
        "sent to the treasury. What rounding leaves over is always carried.",
    )
    slashed: Literal["next-epoch", "burn", "treasury"] = choice(
        "next-epoch",
        grade="U",
        source="chosen: that rewards of fraud are taken back was not published",
        doc="Where MED goes that a judge takes: it is carried over, burned, or sent to the treasury.",
    )

    @field_validator("fixed_rate_med_per_point")
    @classmethod
    def _rate_is_whole_units(cls, rate: float) -> float:
        return _in_steps(rate, MED_UNITS_PER_MED, 9)

    @field_validator("curation_share", "vesting_share")
    @classmethod
    def _share_is_whole_basis_points(cls, share: float) -> float:
        return _in_steps(share, BASIS_POINTS, 12)

    @property
    def fixed_rate_med_units(self) -> int:
        """The fixed rate as the contract keeps it, in units of 10^-8 MED."""
        return round(self.fixed_rate_med_per_point * MED_UNITS_PER_MED)

    @property
    def curation_share_basis_points(self) -> int:
        """The curators' share as the contract keeps it."""
        return round(self.curation_share * BASIS_POINTS)

    @property
    def vesting_share_basis_points(self) -> int:
        """The vesting share as the contract keeps it."""
        return round(self.vesting_share * BASIS_POINTS)

    @property
    def credits_shares(self) -> bool:
        """Whether accepting another provider's record earns anybody anything."""
        return bool(self.share_patient_points or self.share_issuer_points or self.share_acceptor_points)


def _in_steps(value: float, steps_per_unit: int, decimals: int) -> float:
    if round(round(value * steps_per_unit) / steps_per_unit, decimals) != round(value, decimals):
        raise ValueError("finer than the contract's step")
    return value
