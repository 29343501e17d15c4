"""Token, emission and reward, and what a simulated person stands for."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from pydantic import field_validator

from sim.scenario.parameter import Chapter, choice, number

RATE_STEPS_PER_UNIT: Final = 100_000
"""The contract keeps a rate in thousandths of a percent (medibloc/crowdsale: contracts/MedToken.sol)."""


class Token(Chapter):
    """`[token]`"""

    doc: ClassVar[str] = "MED and who holds it at the start."

    opening_supply_med: int = number(
        10_000_000_000,
        between=(1, 1_000_000_000_000),
        unit="MED",
        grade="S",
        source="medibloc/erc20: contracts/TokenAirDrop.sol; medibloc/panacea-governance: proposal of 2023-12",
        doc="MED minted at the opening; less what a sale burned unsold, MED in existence when the run starts.",
    )
    opening: Literal["direct", "sale"] = choice(
        "direct",
        grade="U",
        source="chosen: direct is fast and only concentration depends on it; a sale makes the opening distribution "
        "an outcome",
        doc="How the opening supply is spread: among owners directly, or by the sale of [sale] and its phases.",
    )
    treasury_share: float = number(
        0.5,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="the split between sale, team and reserve was not found",
        plausible=(0.3, 0.7),
        doc="Share of the opening supply that the foundation holds in a direct opening; the rest is the holders'.",
    )
    opening_holders: int = number(
        100,
        between=(1, 100_000),
        unit="owners",
        grade="U",
        source="6,500 buyers took part in the sale (seumlaw.com case 71); fewer run faster, and only "
        "concentration depends on it",
        plausible=(100, 6500),
        doc="Owners among whom a direct opening spreads the rest of the supply.",
    )
    zipf_exponent: float = number(
        1.0,
        between=(0.0, 3.0),
        unit="1",
        grade="U",
        source="no distribution of holders was found; the owner of rank r holds a share proportional to "
        "r^-exponent",
        plausible=(0.5, 1.5),
        doc="How unequal the holders of a direct opening are; 0 makes all equal.",
    )


class Emission(Chapter):
    """`[emission]`"""

    doc: ClassVar[str] = "New MED for the reward pool."

    source: Literal["contract", "protocol"] = choice(
        "contract",
        grade="S",
        source="medibloc/crowdsale: contracts/MedToken.sol mints to a pool by the owner's yearly rate; "
        "medibloc/go-medibloc and medibloc/panacea-core mint block rewards",
        doc="Who alone mints MED: the emission contract, for the reward pool, so that blocks pay no new MED; or the "
        "protocol, as block rewards, so that the pool is given nothing. The latter where MED is staked.",
    )
    rate: float = number(
        0.05,
        between=(0.0, 1.0),
        unit="1/year",
        step=" in steps of 0.00001, a thousandth of a percent",
        grade="U",
        source="the start rate of the Qtum token was not found; MediBloc's later chain began with 5 % "
        "(medibloc/panacea-mainnet: genesis.json)",
        plausible=(0.0, 0.1),
        doc="New MED in a year as a share of the supply at its start, in steps of a thousandth of a percent.",
    )

    rate_kept_share: float = number(
        1.0,
        between=(0.0, 1.0),
        unit="1",
        step=" in steps of 0.00001, a thousandth of a percent",
        grade="U",
        source="that each year's rate is a part of the one before stands in medibloc/crowdsale: contracts/"
        "MedToken.sol; the part was not found",
        plausible=(0.8, 1.0),
        doc="The part of a year's rate that the next year keeps.",
    )
    stoppable_after_days: int = number(
        1_826,
        between=(0, 36_500),
        unit="days",
        grade="U",
        source="that emission can be stopped after a set time stands in medibloc/crowdsale: contracts/"
        "MedToken.sol; the time was not found",
        plausible=(365, 3_653),
        doc="Time from the run's start after which governance may stop emission for good.",
    )

    @field_validator("rate", "rate_kept_share")
    @classmethod
    def _rate_is_whole_steps(cls, rate: float) -> float:
        if round(round(rate * RATE_STEPS_PER_UNIT) / RATE_STEPS_PER_UNIT, 12) != round(rate, 12):
            raise ValueError("finer than the contract's step")
        return rate

    @property
    def rate_thousandths_percent(self) -> int:
        """The rate as the contract keeps it, in thousandths of a percent a year."""
        return round(self.rate * RATE_STEPS_PER_UNIT)


class Economy(Chapter):
    """`[economy]`"""

    doc: ClassVar[str] = "What a simulated person stands for, and the price of the native coin."

    scale: Literal["literal", "representative"] = choice(
        "literal",
        grade="U",
        source="chosen: decides every economic answer, so a report says it first",
        doc="Whether the simulated people are all there are, or each stands for many.",
    )
    person_weight: int = number(
        1,
        between=(1, 51_410_000),
        unit="people",
        grade="U",
        source="chosen with economy.scale; at most the 51.41 M insured of Korea (opendata.hira.or.kr 03-035)",
        plausible=(1, 51_410_000),
        doc="How many people one simulated person stands for; divides emission. Above 1 only in a "
        "representative run.",
    )
    qtum_krw: float = number(
        4300.0,
        between=(0.0, 10_000_000.0),
        unit="KRW/QTUM",
        grade="U",
        source="no archived quote at hand; about 3.8 USD at 1,110 KRW in October 2018",
        plausible=(3000.0, 6000.0),
        doc="Price of Qtum's coin, to state fees in KRW.",
    )
    eth_krw: float = number(
        230_000.0,
        between=(0.0, 100_000_000.0),
        unit="KRW/ETH",
        grade="U",
        source="no archived quote at hand; about 205 USD at 1,130 KRW in October 2018",
        plausible=(200_000.0, 260_000.0),
        doc="Price of Ethereum's coin, to state fees in KRW.",
    )
