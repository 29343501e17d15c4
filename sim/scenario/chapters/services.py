"""What the contracts for people, consents, data deals and insurance are deployed with, and who holds their offices."""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import field_validator

from sim.scenario.parameter import Chapter, number

SHARE_STEPS: Final = 10_000
"""The contracts keep shares in basis points."""

_STEP: Final = " in steps of 0.0001, a basis point"
_NO_CONTRACT: Final = "MediBloc published no such contract"


class Identity(Chapter):
    """`[identity]`"""

    doc: ClassVar[str] = "How a lost phone's key is replaced."

    recovery_days: int = number(
        2,
        between=(1, 365),
        unit="days",
        grade="U",
        source="nothing is published on how MediBloc's users recover a lost phone",
        plausible=(1, 14),
        doc="Time in which the present key can refuse its guardians' recovery, and the notice of other guardians.",
    )
    maximum_guardians: int = number(
        10,
        between=(1, 16),
        unit="guardians",
        grade="U",
        source="nothing is published on how MediBloc's users recover a lost phone",
        plausible=(3, 16),
        doc="How many guardians a person may name.",
    )


class Consents(Chapter):
    """`[consents]`"""

    doc: ClassVar[str] = "Consents, and what a provider that broke the glass has to answer for."

    longest_days: int = number(
        3_650,
        between=(1, 36_500),
        unit="days",
        grade="D",
        source="ten years, as long as Korean hospitals keep charts (Enforcement Rule of the Medical Service Act, "
        "art. 15); no run has consents yet",
        doc="The longest period of a consent.",
    )
    emergency_hours: int = number(
        24,
        between=(1, 720),
        unit="h",
        grade="U",
        source=f"{_NO_CONTRACT}; a day",
        plausible=(1, 168),
        doc="How long broken glass gives access.",
    )
    answer_days: int = number(
        7,
        between=(1, 365),
        unit="days",
        grade="U",
        source=f"{_NO_CONTRACT}; a week",
        plausible=(1, 30),
        doc="How long after that the provider may answer for it.",
    )


class Market(Chapter):
    """`[market]`"""

    doc: ClassVar[str] = "Data deals between patients and researchers or insurers."

    review_days: int = number(
        7,
        between=(1, 365),
        unit="days",
        grade="U",
        source=f"{_NO_CONTRACT}; a week",
        plausible=(1, 30),
        doc="How long a consumer may dispute a submission.",
    )
    arbitration_days: int = number(
        14,
        between=(1, 365),
        unit="days",
        grade="U",
        source=f"{_NO_CONTRACT}; two weeks",
        plausible=(1, 30),
        doc="How long an arbiter may decide a dispute.",
    )
    commission_share: float = number(
        0.05,
        between=(0.0, 0.2),
        unit="1",
        step=_STEP,
        grade="U",
        source="that whoever vouches for the data takes a commission: medibloc/panacea-core; its size was not found",
        plausible=(0.0, 0.2),
        doc="The part of each price that goes to the treasury.",
    )

    @field_validator("commission_share")
    @classmethod
    def _commission_is_whole_steps(cls, share: float) -> float:
        return _whole_steps(share)


class Insurance(Chapter):
    """`[insurance]`"""

    doc: ClassVar[str] = "What holds for every insurer."

    reserve_share: float = number(
        0.3,
        between=(0.0, 1.0),
        unit="1",
        step=_STEP,
        grade="U",
        source=f"{_NO_CONTRACT}; with 1 no claim can ever go unpaid, a real insurer keeps far less",
        plausible=(0.05, 1.0),
        doc="The part of its exposure, all that its live policies may still cost, that an insurer keeps in reserve.",
    )
    maximum_filings: int = number(
        3,
        between=(1, 255),
        unit="filings",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(1, 10),
        doc="How often one record may be filed under one policy, refusals counted.",
    )
    arbitration_days: int = number(
        30,
        between=(1, 365),
        unit="days",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(7, 90),
        doc="How long an arbiter may decide an appeal.",
    )
    longest_review_days: int = number(
        30,
        between=(1, 365),
        unit="days",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(3, 90),
        doc="The longest time that an insurer may take to answer a claim.",
    )
    shortest_appeal_days: int = number(
        7,
        between=(1, 365),
        unit="days",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(1, 90),
        doc="The shortest time that an insurer must leave claimants to appeal.",
    )

    @field_validator("reserve_share")
    @classmethod
    def _reserve_is_whole_steps(cls, share: float) -> float:
        return _whole_steps(share)


class Offices(Chapter):
    """`[offices]`"""

    doc: ClassVar[str] = (
        "How many people hold each office from the opening on, nobody two; the certifier is one more."
    )

    reviewers: int = number(
        2,
        between=(2, 100),
        unit="people",
        grade="U",
        source=f"{_NO_CONTRACT}; a contested verdict needs a second reviewer",
        plausible=(2, 20),
        doc="Who judge providers that broke the glass.",
    )
    arbiters: int = number(
        1,
        between=(1, 100),
        unit="people",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(1, 20),
        doc="Who decide disputes of data deals and appeals against insurers.",
    )
    judges: int = number(
        1,
        between=(1, 100),
        unit="people",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(1, 20),
        doc="Who slash rewards of proven fraud.",
    )
    slashers: int = number(
        0,
        between=(0, 100),
        unit="people",
        grade="U",
        source=_NO_CONTRACT,
        plausible=(0, 20),
        doc="Who slash and jail validators besides the timelock, which does by vote.",
    )


def _whole_steps(share: float) -> float:
    if round(round(share * SHARE_STEPS) / SHARE_STEPS, 12) != round(share, 12):
        raise ValueError("finer than the contract's step")
    return share
