"""What several sections compute alike: window, local time, capacity, latency, Lorenz curves."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from reports.chain_words import words_of
from reports.errors import ReportError
from reports.published import PROTOCOLS, ProtocolFacts, national_peak_per_s
from reports.quantities import DAY_S, number
from reports.run_directory import RunDirectory

MOST_STEMS = 800
P90_LEAST_N, P99_LEAST_N = 29, 299
"""Below this many observations no 90th, no 99th percentile is named: the largest one may lie under it."""


def records(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Rows of a frame as mappings from column to value."""
    return frame.to_dict("records")


def peaks(
    times: Sequence[float], values: Sequence[float], most: int = MOST_STEMS
) -> tuple[list[float], list[float]]:
    """At most `most` points: the largest of each equal stretch of time, so that no peak is lost."""
    if len(times) <= most:
        return list(times), list(values)
    first, last = min(times), max(times)
    width = (last - first) / most or 1.0
    largest: dict[int, tuple[float, float]] = {}
    for time, value in zip(times, values, strict=True):
        stretch = min(int((time - first) / width), most - 1)
        if stretch not in largest or value > largest[stretch][1]:
            largest[stretch] = (time, value)
    kept = [largest[stretch] for stretch in sorted(largest)]
    return [time for time, _ in kept], [value for _, value in kept]


def window(run: RunDirectory) -> tuple[float, float]:
    """Start and end of the measured window in simulated seconds: the end is outside, the warm-up too."""
    days, warmup_days = run.setting("time.days"), run.setting("time.warmup_days", 0)
    if not isinstance(days, int | float) or not isinstance(warmup_days, int | float):
        raise ReportError(run.path / "scenario.toml", f"time.days = {days!r} is no number of days")
    return float(warmup_days) * DAY_S, float(days) * DAY_S


def window_s(run: RunDirectory) -> float:
    """Length of the measured window: the scenario's days without its warm-up."""
    start_s, end_s = window(run)
    return end_s - start_s


def local_time(run: RunDirectory, times_s: pd.Series) -> pd.Series:
    """Simulated seconds as the scenario's local calendar time."""
    start, zone = run.setting("time.start"), run.setting("time.zone")
    try:
        opening = pd.Timestamp(str(start)).tz_localize(ZoneInfo(str(zone)))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ReportError(run.path / "scenario.toml", f"time.start {start!r} in {zone!r}: {error}") from error
    moments = opening.tz_convert("UTC") + pd.to_timedelta(times_s.astype("float64"), unit="s")
    local: pd.Series = moments.dt.tz_convert(ZoneInfo(str(zone)))
    return local


def no_chain_answer(run: RunDirectory) -> str:
    """Why a run says nothing about the chain: its people stand for many; empty at literal scale."""
    if str(run.setting("economy.scale", "literal")) == "literal":
        return ""
    return (
        f"This run gives no answer about the chain: each simulated person stands for "
        f"{number(float(run.setting('economy.person_weight', 1)))}, so the chain saw only that part of the load."
    )


BFT_ROUND_S: Final = 1
"""What agreeing on a block takes on one view, beside the pause after it in whole seconds."""


def protocol_facts(run: RunDirectory) -> ProtocolFacts | None:
    """What the run's protocol promises, where it is known; what a scenario sets of it is the scenario's."""
    name = str(run.setting("chain.protocol"))
    facts = PROTOCOLS.get(name)
    slot_s, pause_s = run.setting("dpos.slot_s"), run.setting("bft.commit_pause_s")
    if facts and name == "medibloc-dpos" and isinstance(slot_s, int):
        return replace(facts, target_interval_s=slot_s, grid_s=slot_s)
    if facts and name == "panacea-bft" and isinstance(pause_s, int | float):
        return replace(facts, target_interval_s=round(pause_s) + BFT_ROUND_S)
    return facts


@dataclass(frozen=True)
class Capacity:
    """How many visits the block limits carry, beside what was offered and what a nation would offer.

    Capacity is floor(limit / use per visit) visits a block over the mean block interval.
    """

    gas_per_visit_gas: float
    gas_limit_gas: int
    interval_mean_s: float
    offered_per_s: float
    busiest_hour_per_s: float
    bytes_per_visit_bytes: float | None
    block_limit_bytes: int | None
    largest_gas: int | None = None
    """Most gas that a single transaction of the run reserved."""

    @property
    def visits_per_block(self) -> int:
        """Whole visits that fit under the gas limit."""
        return math.floor(self.gas_limit_gas / self.gas_per_visit_gas)

    @property
    def capacity_per_s(self) -> float:
        """Visits per second at which the gas limit binds."""
        return self.visits_per_block / self.interval_mean_s

    @property
    def headroom(self) -> float:
        """Multiples of the mean offered load that the gas limit carries."""
        return self.capacity_per_s / self.offered_per_s if self.offered_per_s else math.inf

    @property
    def peak_headroom(self) -> float:
        """Multiples of the busiest hour's load that the gas limit carries."""
        return self.capacity_per_s / self.busiest_hour_per_s if self.busiest_hour_per_s else math.inf

    @property
    def nation_share(self) -> float:
        """Part of the national Monday peak that the gas limit carries."""
        return self.capacity_per_s / national_peak_per_s()

    @property
    def visits_per_block_by_bytes(self) -> int | None:
        """Whole visits under the byte limit; too low at light load, because headers are counted in."""
        if self.bytes_per_visit_bytes is None or self.block_limit_bytes is None:
            return None
        return math.floor(self.block_limit_bytes / self.bytes_per_visit_bytes)


def limited_by_gas(run: RunDirectory) -> bool:
    """Whether the run's protocol limits the gas of a block: MediBloc's chains and a notary do not."""
    return words_of(run).gas_limit_key is not None


def _gas_limit(run: RunDirectory) -> int | None:
    """The gas limit of a block, by the key that the protocol reads; None where gas fills no block."""
    key = words_of(run).gas_limit_key
    limit = None if key is None else run.setting(key)
    return limit if isinstance(limit, int) else None


def capacity(run: RunDirectory) -> Capacity | None:
    """Capacity from the run's own gas per visit and block interval; None where either is undefined."""
    gas_per_visit = run.kpi("act.gas_per_visit").number
    interval_s = run.kpi("chain.block_interval_mean_s").number
    gas_limit = _gas_limit(run)
    if not gas_per_visit or not interval_s or gas_limit is None:
        return None
    visits = run.table("visits", ("started_at_s", "checked_in_at_s"))
    blocks = run.table("blocks", ("size_bytes", "tx_count", "canonical"))
    blocks = blocks[blocks["canonical"].astype(bool)]
    started_s = visits["started_at_s"].astype("float64")
    start_s, end_s = window(run)
    measured_s = started_s[(started_s >= start_s) & (started_s < end_s)]
    attempted = len(measured_s)
    per_hour = (measured_s // 3600).value_counts()
    facts = protocol_facts(run)
    done = int(visits["checked_in_at_s"].notna().sum())
    largest = run.table("transactions", ("gas_limit_gas",))["gas_limit_gas"].max()
    carried_bytes = int(blocks.loc[blocks["tx_count"] > 0, "size_bytes"].sum())
    return Capacity(
        gas_per_visit_gas=gas_per_visit,
        gas_limit_gas=gas_limit,
        interval_mean_s=interval_s,
        offered_per_s=attempted / window_s(run),
        busiest_hour_per_s=float(per_hour.max()) / 3600 if attempted else 0.0,
        bytes_per_visit_bytes=carried_bytes / done if done else None,
        block_limit_bytes=facts.block_limit_bytes if facts else None,
        largest_gas=int(largest) if largest == largest else None,
    )


def quantile(values: Sequence[float], level: float) -> float | None:
    """The smallest value that at least `level` of the values do not exceed; None for no values.

    An intent that never completed is +∞ and counts.
    """
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(level * len(ordered) - 1e-9) - 1)]


def median(values: Sequence[float]) -> float:
    """The least value that half of the values do not exceed: the one median of every part of a report.

    Needs at least one value; always one of them, never a mean of two.
    """
    return sorted(values)[(len(values) - 1) // 2]


def record_sizes(visits: pd.DataFrame) -> list[int]:
    """Bytes in clear of every record that was made, smallest first; a visit without a record has none."""
    return sorted(int(size) for size in visits["record_bytes"].dropna() if size > 0)


@dataclass(frozen=True)
class Waits:
    """Quantiles of how long something took; None where too few observations say it, `never` did not come at all."""

    n: int
    never: int
    median_s: float | None
    ninetieth_s: float | None
    p99_s: float | None

    @classmethod
    def of(cls, waited_s: Sequence[float]) -> Waits:
        """From seconds; what is not a number never came, and counts as +∞."""
        values = [math.inf if math.isnan(value) else value for value in waited_s]
        return cls(
            len(values),
            values.count(math.inf),
            quantile(values, 0.5),
            quantile(values, 0.9) if len(values) >= P90_LEAST_N else None,
            quantile(values, 0.99) if len(values) >= P99_LEAST_N else None,
        )


@dataclass(frozen=True)
class Latency:
    """Times of one act from first submission to a block that holds it, and to finality."""

    act: str
    included: Waits
    final: Waits


def latencies(run: RunDirectory) -> tuple[Latency, ...]:
    """Latency by act, the most frequent act first; what never became final counts as +∞.

    On a network a block holds an act when the sender's gateway has that block; with one view, at its timestamp.
    """
    needed = ("act", "submitted_at_s", "included_at_s", "final_at_s", "block_hash")
    transactions = run.table("transactions", needed)
    blocks = run.table("blocks", ("block_hash", "seen_at_s"))
    seen_at_s = blocks.set_index("block_hash")["seen_at_s"].astype("float64").dropna()
    held_at_s = transactions["block_hash"].map(seen_at_s).fillna(transactions["included_at_s"])
    found = []
    for act, rows in transactions.groupby("act", sort=True):
        submitted_s = rows["submitted_at_s"].astype("float64")
        included, final = (
            Waits.of((moment.loc[rows.index].astype("float64") - submitted_s).tolist())
            for moment in (held_at_s, transactions["final_at_s"])
        )
        found.append(Latency(str(act), included, final))
    return tuple(sorted(found, key=lambda latency: (-latency.final.n, latency.act)))


@dataclass(frozen=True)
class VisitStage:
    """How long after the scan of the code a visit reaches a stage; a visit that never does counts as +∞."""

    name: str
    n: int
    never: int
    median_s: float
    ninetieth_s: float

    @property
    def reached(self) -> int:
        """Visits that got there before the run ended."""
        return self.n - self.never


CHECKED_IN = "checked in"
ANCHORED = "record anchored"
CREDITED = "points credited"
PAID = "MED paid"
VISIT_STAGES = ((CHECKED_IN, "checked_in_at_s"), (ANCHORED, "anchored_at_s"), (CREDITED, "credited_at_s"))


def visit_stages(run: RunDirectory) -> tuple[VisitStage, ...]:
    """Time from scan to check-in, anchored record, credited points and paid MED; empty where nothing was scanned."""
    visits = run.table("visits", ("scanned_at_s", *(column for _, column in VISIT_STAGES)))
    scanned = visits["scanned_at_s"].astype("float64")
    moments = [(name, visits[column].astype("float64")) for name, column in VISIT_STAGES]
    moments.append((PAID, paid_at_s(run)))
    found = []
    for name, moment in moments:
        waited = (moment - scanned)[scanned.notna()].tolist()
        values = [math.inf if math.isnan(value) else value for value in waited]
        ninetieth_s = quantile(values, 0.9)
        if ninetieth_s is not None:
            found.append(VisitStage(name, len(values), values.count(math.inf), median(values), ninetieth_s))
    return tuple(found)


def paid_at_s(run: RunDirectory) -> pd.Series:
    """When the MED of each visit was paid: in the payment of the epoch it was credited in; NaN where it was not.

    Where both patient and provider earned points by the visit, the later of their two payments counts.
    """
    needed = ("patient_id", "provider_id", "credited_at_s", "patient_points", "provider_points")
    visits = run.table("visits", needed)
    rewards = run.table("rewards", ("epoch", "owner_id", "paid_at_s"))
    paid = {(int(row["epoch"]), str(row["owner_id"])): float(row["paid_at_s"]) for row in records(rewards)}
    moments = []
    for visit, epoch in zip(records(visits), _epochs_of(run, visits["credited_at_s"]), strict=True):
        earners = [
            str(visit[f"{role}_id"]) for role in ("patient", "provider") if visit[f"{role}_points"] > 0
        ]
        known = [paid.get((epoch, owner), math.nan) for owner in earners] if epoch is not None else []
        moments.append(math.nan if not known or any(map(math.isnan, known)) else max(known))
    return pd.Series(moments, index=visits.index, dtype="float64")


def _epochs_of(run: RunDirectory, credited_at_s: pd.Series) -> list[int | None]:
    """The closed epoch that each moment lies in; None for no moment, and for an epoch that never closed."""
    epochs = run.table("epochs", ("epoch", "starts_at_s")).sort_values("starts_at_s")
    starts, numbers = [float(value) for value in epochs["starts_at_s"]], epochs["epoch"].tolist()
    days = run.setting("rewards.epoch_days")
    length_s = days * DAY_S if isinstance(days, int | float) else math.inf
    found: list[int | None] = []
    for moment in credited_at_s.astype("float64"):
        place = -1 if math.isnan(moment) else bisect_right(starts, moment) - 1
        inside = place >= 0 and moment < starts[place] + length_s
        found.append(int(numbers[place]) if inside else None)
    return found


def lorenz(amounts: Sequence[int]) -> tuple[list[float], list[float]]:
    """Lorenz curve of the positive amounts: cumulative share of owners, cumulative share of the sum."""
    ordered = sorted(int(amount) for amount in amounts if amount > 0)
    total = sum(ordered)
    owners, held, running = [0.0], [0.0], 0
    for rank, amount in enumerate(ordered, start=1):
        running += amount
        owners.append(rank / len(ordered))
        held.append(running / total)
    return owners, held


def gini(amounts: Sequence[int]) -> float | None:
    """Gini coefficient of the positive amounts, 0 (equal) to 1; None where nobody has any."""
    ordered = sorted(int(amount) for amount in amounts if amount > 0)
    if not ordered:
        return None
    n, total = len(ordered), sum(ordered)
    return (2 * sum(rank * amount for rank, amount in enumerate(ordered, start=1)) - (n + 1) * total) / (
        n * total
    )
