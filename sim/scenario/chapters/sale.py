"""The sale of MED: who bought, the split of the supply, and the terms of its three phases."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from pydantic import field_validator

from sim.scenario.chapters.checks import MOMENT_PATTERN, MOMENT_WORDS, require_moment
from sim.scenario.parameter import Chapter, choice, number, text

SHARE_STEPS: Final = 10_000
"""The sale's contract keeps shares in basis points."""

_CROWDSALE: Final = "medibloc/crowdsale"
_STEP: Final = " in steps of 0.0001, a basis point"


class Sale(Chapter):
    """`[sale]`"""

    doc: ClassVar[str] = 'The sale of MED, played before the run where token.opening = "sale".'

    buyers: int = number(
        6500,
        between=(1, 100_000),
        unit="owners",
        grade="S",
        source="seumlaw.com case 71",
        doc="People who send a purchase to the sale.",
    )
    countries: int = number(
        70,
        between=(1, 250),
        unit="countries",
        grade="S",
        source="seumlaw.com case 71",
        doc="Countries that they live in, Korea first; with fewer buyers as many as there are buyers.",
    )
    country_zipf_exponent: float = number(
        2.0,
        between=(0.0, 5.0),
        unit="1",
        grade="U",
        source="no list by country was found; 2 puts about 60 % of the buyers into Korea, where later about 95 % "
        "of the volume was (joind.io 154)",
        plausible=(1.0, 3.5),
        doc="How unequal the countries are: the one of rank r has buyers in proportion to r^-exponent, "
        "and each at least one.",
    )
    median_purchase_krw: float = number(
        700_000.0,
        between=(1.0, 1_000_000_000_000.0),
        unit="KRW",
        grade="U",
        source="no sizes were published; with the spread below, 6,500 purchases then come to about 23 billion KRW, "
        "inside the published 20 to 30 billion (the seed article; seumlaw.com case 71)",
        plausible=(300_000.0, 1_500_000.0),
        doc="What half of the buyers want to spend at most.",
    )
    purchase_sigma: float = number(
        1.8,
        between=(0.0, 4.0),
        unit="1",
        grade="U",
        source="no sizes were published; token sales are dominated by few large buyers, and a log-normal size "
        "of this spread has the largest tenth spend about 70 %",
        plausible=(1.2, 2.4),
        doc="Standard deviation of the logarithm of what a buyer wants to spend; 0 makes all equal.",
    )
    largest_purchase_krw: float = number(
        1_000_000_000.0,
        between=(1.0, 1_000_000_000_000.0),
        unit="KRW",
        grade="U",
        source="chosen so that no single draw decides the proceeds; no limit was published",
        plausible=(300_000_000.0, 3_000_000_000.0),
        doc="What a buyer wants to spend at most.",
    )
    qtum_krw: float = number(
        15_000.0,
        between=(1.0, 10_000_000.0),
        unit="KRW/QTUM",
        grade="U",
        source="no archived quote at hand for November and December 2017; with it the sale's prices give about "
        "8 KRW per MED",
        plausible=(12_000.0, 40_000.0),
        doc="Price of the native coin during the sale, by which purchases in KRW become payments.",
    )
    allocation_share: float = number(
        0.5,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="the split between sale, team and reserve was not found",
        plausible=(0.3, 0.6),
        doc="Share of the opening supply that the sale receives to sell.",
    )
    team_share: float = number(
        0.15,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="the split between sale, team and reserve was not found",
        plausible=(0.05, 0.25),
        doc="Share of the opening supply that is granted to the team; what neither sale nor team receives is the "
        "foundation's reserve.",
    )
    team_members: int = number(
        10,
        between=(1, 500),
        unit="people",
        grade="U",
        source="not found; only the number of grants depends on it",
        plausible=(5, 40),
        doc="Members of the team, with equal grants.",
    )
    team_first_release: str = text(
        "2018-01-15T00:00:00",
        length=(19, 19),
        pattern=MOMENT_PATTERN,
        accepts=MOMENT_WORDS,
        grade="U",
        source="the schedule was published and its start was not (medibloc/crowdsale: TokenTeamLock.sol)",
        doc="When a third of the team's MED falls due, in time.zone; a twelfth follows every 7,884,000 s, eight times.",
    )
    unsold: Literal["treasury", "burned"] = choice(
        "treasury",
        grade="U",
        source="what became of unsold MED was not found; the declared supply stayed 10 billion "
        "(medibloc/erc20: contracts/TokenAirDrop.sol)",
        doc="What becomes of MED that the sale did not sell: the foundation's, or burned.",
    )

    @field_validator("team_first_release")
    @classmethod
    def _release_is_a_moment(cls, moment: str) -> str:
        return require_moment(moment)


class Phase(Chapter):
    """One phase of the sale; the three chapters differ in their defaults and sources."""

    opens: str = text(
        "2017-11-01T00:00:00",
        length=(19, 19),
        pattern=MOMENT_PATTERN,
        accepts=MOMENT_WORDS,
        grade="U",
        source="only the end of the whole sale was found",
        doc="When the phase begins, in time.zone.",
    )
    open_days: int = number(
        10,
        between=(1, 365),
        unit="days",
        grade="U",
        source="no length of a presale was found",
        plausible=(3, 30),
        doc="How long it sells.",
    )
    med_per_qtum: int = number(
        2200,
        between=(1, 1_000_000_000),
        unit="MED/QTUM",
        grade="U",
        source=f"the value of a trial deployment ({_CROWDSALE}: migrations); the sale's own was not found",
        plausible=(1000, 5000),
        doc="Price: MED for one native coin.",
    )
    minimum_qtum: float = number(
        0.0,
        between=(0.0, 1_000_000.0),
        unit="QTUM",
        grade="U",
        source="not found; only the first presale is known to have had a minimum",
        plausible=(0.0, 10.0),
        doc="Smallest payment that is accepted.",
    )
    bonus_share: float = number(
        0.0,
        between=(0.0, 5.0),
        unit="1",
        step=_STEP,
        grade="U",
        source="not found; each phase has a price of its own, so a bonus may be in it",
        plausible=(0.0, 0.5),
        doc="What is added to a purchase, as a share of it.",
    )
    cap_med: int = number(
        1_000_000_000,
        between=(1, 1_000_000_000_000),
        unit="MED",
        grade="U",
        source="no cap of a presale was found",
        plausible=(300_000_000, 2_000_000_000),
        doc="What the phase sells in all, bonus included.",
    )
    buyer_cap_med: int = number(
        0,
        between=(0, 1_000_000_000_000),
        unit="MED",
        grade="U",
        source="none was published",
        plausible=(0, 100_000_000),
        doc="What it sells to one buyer, bonus included; 0 for no such cap.",
    )
    locked_share: float = number(
        1.0,
        between=(0.0, 1.0),
        unit="1",
        step=_STEP,
        grade="S",
        source=f"presales minted to a lock contract a buyer ({_CROWDSALE}: contracts/Presale*.sol)",
        doc="Share of a purchase that is locked.",
    )
    lock_days: int = number(
        20,
        between=(0, 3650),
        unit="days",
        grade="U",
        source="no end of a lock but the first presale's was found",
        plausible=(7, 365),
        doc="How long after the phase's end it stays locked.",
    )

    @field_validator("opens")
    @classmethod
    def _opens_at_a_moment(cls, opens: str) -> str:
        return require_moment(opens)

    @field_validator("bonus_share", "locked_share")
    @classmethod
    def _share_is_whole_basis_points(cls, share: float) -> float:
        if round(round(share * SHARE_STEPS) / SHARE_STEPS, 12) != round(share, 12):
            raise ValueError("finer than the contract's step")
        return share


class Presale(Phase):
    """A phase that only invited buyers can use."""

    invited_share: float = number(
        0.05,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="how many bought in the presales was not found",
        plausible=(0.005, 0.3),
        doc="Share of all buyers that are offered the phase; those who want to spend its minimum buy in it, the others "
        "go on to the next.",
    )


class FirstPresale(Presale):
    """`[first_presale]`"""

    doc: ClassVar[str] = "The first presale, with a minimum purchase and a lock."

    minimum_qtum: float = number(
        100.0,
        between=(0.0, 1_000_000.0),
        unit="QTUM",
        grade="U",
        source=f"that there was a minimum stands in {_CROWDSALE}: contracts/PresaleFirst.sol; the value is that of "
        "a trial deployment (migrations)",
        plausible=(10.0, 1000.0),
        doc="Smallest payment that is accepted.",
    )
    lock_days: int = number(
        20,
        between=(0, 3650),
        unit="days",
        grade="D",
        source=f"to the start of December 2017, as in {_CROWDSALE}: contracts/PresaleFirst.sol",
        doc="How long after the phase's end it stays locked.",
    )


class SecondPresale(Presale):
    """`[second_presale]`"""

    doc: ClassVar[str] = "The second presale, with a lock."

    opens: str = text(
        "2017-11-15T00:00:00",
        length=(19, 19),
        pattern=MOMENT_PATTERN,
        accepts=MOMENT_WORDS,
        grade="U",
        source="only the end of the whole sale was found",
        doc="When the phase begins, in time.zone.",
    )
    med_per_qtum: int = number(
        2000,
        between=(1, 1_000_000_000),
        unit="MED/QTUM",
        grade="U",
        source="between the trial deployment's 2,200 and the main sale's guess",
        plausible=(1000, 5000),
        doc="Price: MED for one native coin.",
    )
    lock_days: int = number(
        21,
        between=(0, 3650),
        unit="days",
        grade="U",
        source="chosen: until the day after the sale's end",
        plausible=(7, 365),
        doc="How long after the phase's end it stays locked.",
    )
    invited_share: float = number(
        0.15,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="how many bought in the presales was not found",
        plausible=(0.02, 0.4),
        doc="Share of all buyers that are offered the phase; those who want to spend its minimum buy in it, the others "
        "go on to the next.",
    )


class MainSale(Phase):
    """`[main_sale]`"""

    doc: ClassVar[str] = "The main sale, open to everybody, with a cap that can be raised."

    opens: str = text(
        "2017-11-27T00:00:00",
        length=(19, 19),
        pattern=MOMENT_PATTERN,
        accepts=MOMENT_WORDS,
        grade="U",
        source="only the end of the sale, 2017-12-15, was found (the seed article; seumlaw.com case 71)",
        doc="When the phase begins, in time.zone.",
    )
    open_days: int = number(
        18,
        between=(1, 365),
        unit="days",
        grade="D",
        source="from its start to the published end of the sale, 2017-12-15 (the seed article; seumlaw.com case 71)",
        doc="How long it sells.",
    )
    med_per_qtum: int = number(
        1800,
        between=(1, 1_000_000_000),
        unit="MED/QTUM",
        grade="U",
        source="not found; below the presales' prices, as presales are for",
        plausible=(1000, 5000),
        doc="Price: MED for one native coin.",
    )
    cap_med: int = number(
        2_000_000_000,
        between=(1, 1_000_000_000_000),
        unit="MED",
        grade="U",
        source=f"that it had a cap stands in {_CROWDSALE}: contracts/MainSale.sol; its value was not found",
        plausible=(1_000_000_000, 4_000_000_000),
        doc="What the phase sells in all, bonus included, until the cap is raised.",
    )
    raised_cap_med: int = number(
        3_000_000_000,
        between=(0, 1_000_000_000_000),
        unit="MED",
        grade="U",
        source=f"that it could be raised stands in {_CROWDSALE}: contracts/MainSale.sol; whether it was, was not found",
        plausible=(1_000_000_000, 4_000_000_000),
        doc="Cap after it was raised; 0 where it never is.",
    )
    raised_after_days: int = number(
        12,
        between=(0, 364),
        unit="days",
        grade="U",
        source="whether and when the cap was raised was not found",
        plausible=(1, 17),
        doc="Days into the main sale at which its cap is raised.",
    )
    locked_share: float = number(
        0.0,
        between=(0.0, 1.0),
        unit="1",
        step=_STEP,
        grade="U",
        source=f"the main sale minted to a lock that the owner released ({_CROWDSALE}: contracts/MainSale.sol); when, "
        "was not found, and the token traded soon after",
        plausible=(0.0, 1.0),
        doc="Share of a purchase that is locked.",
    )
    lock_days: int = number(
        0,
        between=(0, 3650),
        unit="days",
        grade="U",
        source="no lock of the main sale was found",
        plausible=(0, 90),
        doc="How long after the phase's end it stays locked.",
    )
