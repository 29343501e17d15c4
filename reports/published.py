"""Published figures that a run is set beside, each with its source; none is measured here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class PublishedGas:
    """Gas of one act in another health chain; `low_gas` equals `high_gas` where one figure was published."""

    act: str
    low_gas: int
    high_gas: int
    source: str


PUBLISHED_GAS: Final = (
    PublishedGas(
        "add or update a profile or content id", 67_000, 71_000, "alifmaulidanar/dapps-emr-react: notes.md"
    ),
    PublishedGas("grant a doctor access, minimal contract", 47_464, 47_464, "Youssefelsaeed EHR README"),
    PublishedGas("record with its text on chain", 185_290, 185_290, "Youssefelsaeed EHR README"),
    PublishedGas(
        "grant a doctor or nurse access", 193_000, 211_000, "alifmaulidanar/dapps-emr-react: notes.md"
    ),
    PublishedGas("open an outpatient visit", 720_000, 772_000, "alifmaulidanar/dapps-emr-react: notes.md"),
    PublishedGas("request data in a monitoring contract", 746_108, 746_108, "Sensors 2020, 20(6):1656"),
)

ANCHOR_EXPECTED_GAS: Final = (45_000, 75_000)
"""What an anchored record alone should cost: one storage slot, one log, two signatures."""


@dataclass(frozen=True)
class ProtocolFacts:
    """What a protocol promises, to hold the measured chain against.

    `early_interval_s` is the mean interval at which the retarget rule below `early_until_height` settles: it averages
    logarithms of intervals, so the mean lies above the target (derived from the rule's stationary distribution).
    """

    target_interval_s: int
    grid_s: int
    block_limit_bytes: int
    early_interval_s: int
    early_until_height: int
    source: str


PROTOCOLS: Final = {
    "qtum-2018": ProtocolFacts(
        128, 16, 2_000_000, 145, 466_600, "qtumproject/qtum: chainparams, pos, qtumDGP, until height 844,999"
    ),
    "qtum-2021": ProtocolFacts(
        32, 4, 2_000_000, 32, 0, "qtumproject/qtum: chainparams, pos, qtumDGP, from height 845,000 on"
    ),
    "medibloc-dpos": ProtocolFacts(
        3, 3, 3_000_000, 3, 0, "medibloc/go-medibloc 84d53aa: consensus/dpos/types.go, core/types.go"
    ),
    "panacea-bft": ProtocolFacts(
        6, 1, 4_194_304, 6, 0, "medibloc/panacea-core: cmd/panacead/cmd/root.go; panacea-1/genesis.json"
    ),
}

SALE_PROCEEDS_KRW: Final = (20_000_000_000, 30_000_000_000)
"""About what the sale of MED raised, which ended on 2017-12-15."""

SALE_PROCEEDS_SOURCE: Final = "seumlaw.com case 71"

CONSULTATIONS_PER_HEAD_YEAR: Final = 17.0
INSURED_HEADS: Final = 51_410_000
CONSULTING_DAYS_PER_WEEK: Final = 5.5
MONDAY_FACTOR: Final = 1.07
BUSIEST_HOUR_SHARE: Final = 0.213
NATIONAL_PEAK_SOURCE: Final = (
    "17.0 consultations per head and year in Korea (koreaherald 20181106000883) × 51.41 M insured "
    "(opendata.hira.or.kr 03-035), over 5.5 consulting days a week, Monday × 1.07 (khanews 9403), "
    "busiest hour 21.3 % of the day (joongang 2394007)"
)


def national_peak_per_s() -> float:
    """Consultations per second in Korea's busiest hour of a Monday: about 193, from the constants above."""
    consultations_per_week = CONSULTATIONS_PER_HEAD_YEAR * INSURED_HEADS / 365 * 7
    monday = consultations_per_week / CONSULTING_DAYS_PER_WEEK * MONDAY_FACTOR
    return monday * BUSIEST_HOUR_SHARE / 3600
