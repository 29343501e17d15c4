"""What a KPI is, and the small frozen context that the tables alone do not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

YEAR_S = 365 * 86_400
"""A year of 365 days, as the emission contract counts it."""

ONE_RUN = "1 run, no interval"
"""Said wherever an interval would stand: a single seed has none."""

Number = int | float


@dataclass(frozen=True)
class Kpi:
    """One figure.

    `value` is null exactly where `reason` says why it is undefined. `n` counts what it rests on (rows,
    visits, owners), `interval` is a confidence interval over seeds, `grade` the worst grade (S, D, U) among
    the parameters it rests on, empty for metadata of the run. `beside` holds the figures that the
    dictionary wants shown with it.
    """

    value: Number | None
    unit: str
    reason: str | None = None
    n: int | None = None
    interval: tuple[float, float] | None = None
    grade: str = "S"
    beside: Mapping[str, Number | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            raise ValueError(f"a KPI has a value or a reason: value {self.value!r}, reason {self.reason!r}")


@dataclass(frozen=True)
class KpiContext:
    """What the KPIs need beyond the tables.

    The window W is [window_start_s, window_end_s): what agents do at second 0 belongs to the run. `grades` maps the
    keys of parameters that the run's protocol reads to S, D or U. `network_views` counts the chains that nodes can
    hold at a time: blocks that all see at once cannot fork. `epoch_s` is the length of a reward epoch; without it
    no epoch is known to lie in the window. `coin` is the native coin's name, "" where there is none, and `qtum_krw`
    its price in KRW; where `points_pay` acts cost none. `halting_share` is the least part of the turns that stops
    finality; without it more than half does. With `protocol_mints` blocks bring the new MED, and no epoch does.
    `block_limits` are what a block may hold where gas does not bind: `bytes`, and `cpu`, of which a call takes
    `cpu_of_call`. None means not measured, and the KPI is null with that reason.
    """

    window_start_s: float
    window_end_s: float
    qtum_krw: float | None = None
    coin: str = "QTUM"
    points_pay: bool = False
    halting_share: Fraction | None = None
    protocol_mints: bool = False
    block_limits: Mapping[str, int] | None = None
    emission_rate_year_share: float | None = None
    plaintext_on_chain_bytes: int | None = None
    events: int | None = None
    wall_s: float | None = None
    network_views: int = 1
    epoch_s: float | None = None
    grades: Mapping[str, str] = field(default_factory=dict)

    @property
    def window_s(self) -> float:
        """Length of W in seconds."""
        return self.window_end_s - self.window_start_s
