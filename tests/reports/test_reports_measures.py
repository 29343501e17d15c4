"""Capacity, quantiles and inequality against what can be worked out by hand or by theory."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_run_factory import SyntheticRun

from reports.errors import ReportError
from reports.measures import (
    Capacity,
    capacity,
    gini,
    latencies,
    local_time,
    lorenz,
    median,
    paid_at_s,
    peaks,
    quantile,
    record_sizes,
    visit_stages,
    window_s,
)
from reports.published import national_peak_per_s
from reports.run_directory import RunDirectory

AMOUNTS = st.lists(st.integers(0, 10**18), min_size=1, max_size=40)


def limits(**changes: float) -> Capacity:
    values: dict[str, float] = {
        "gas_per_visit_gas": 200_000.0,
        "gas_limit_gas": 40_000_000,
        "interval_mean_s": 128.0,
        "offered_per_s": 0.01,
        "busiest_hour_per_s": 0.1,
        "bytes_per_visit_bytes": 2_500.0,
        "block_limit_bytes": 2_000_000,
    }
    values |= changes
    return Capacity(**values)  # type: ignore[arg-type]


def test_the_national_peak_is_the_published_derivation() -> None:
    assert national_peak_per_s() == pytest.approx(193, abs=0.5)


def test_capacity_is_whole_visits_over_the_mean_interval() -> None:
    found = limits()
    assert found.visits_per_block == 200
    assert found.capacity_per_s == 200 / 128
    assert found.headroom == pytest.approx(156.25)
    assert found.peak_headroom == pytest.approx(15.625)
    assert found.visits_per_block_by_bytes == 800
    assert limits(gas_per_visit_gas=200_001.0).visits_per_block == 199


def test_without_load_there_is_endless_headroom() -> None:
    idle = limits(offered_per_s=0.0, busiest_hour_per_s=0.0)
    assert (idle.headroom, idle.peak_headroom) == (math.inf, math.inf)


def test_capacity_of_a_run_uses_its_own_gas_interval_and_load(run_path: Path) -> None:
    found = capacity(RunDirectory(run_path))
    assert found is not None
    assert found.visits_per_block == 40_000_000 // 186_500
    assert found.interval_mean_s == 128.4
    assert found.offered_per_s == 320 / (30 * 86_400)
    visits = RunDirectory(run_path).table("visits", ("started_at_s",))
    busiest = max((visits["started_at_s"] // 3600).value_counts())
    assert found.busiest_hour_per_s == busiest / 3600


@given(AMOUNTS)
def test_gini_is_one_minus_twice_the_area_under_the_lorenz_curve(amounts: list[int]) -> None:
    found = gini(amounts)
    if found is None:
        assert not any(amounts)
        return
    owners, held = lorenz(amounts)
    area = sum((held[i] + held[i + 1]) / 2 * (owners[i + 1] - owners[i]) for i in range(len(owners) - 1))
    assert found == pytest.approx(1 - 2 * area, abs=1e-9)
    assert held[-1] == pytest.approx(1)
    assert held == sorted(held)


def test_gini_of_known_distributions() -> None:
    assert gini([5, 5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 7]) == pytest.approx(0), "owners of nothing are left out"
    assert gini(list(range(1, 101))) == pytest.approx(0.33)
    assert gini([0, 0]) is None


@given(st.lists(st.floats(0, 1e9), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_the_least_value_that_enough_do_not_exceed(values: list[float], level: float) -> None:
    found = quantile(values, level)
    assert found in values
    assert sum(value <= found for value in values) >= level * len(values) - 1e-6
    assert sum(value < found for value in values) < level * len(values)


def test_what_never_ends_counts_in_quantiles() -> None:
    assert quantile([1.0, math.inf, math.inf], 0.5) == math.inf
    assert quantile([1.0, 2.0, math.inf], 0.5) == 2.0
    assert quantile([], 0.5) is None


def test_latency_of_acts(tmp_path: Path) -> None:
    run = SyntheticRun()
    transactions = run.tables["transactions"]
    lost = transactions["act"].eq("certify")
    run.tables["transactions"] = transactions.assign(final_at_s=transactions["final_at_s"].mask(lost))
    found = {wait.act: wait for wait in latencies(RunDirectory(run.write(tmp_path / "run")))}
    assert found["certify"].final.never == found["certify"].final.n == 12
    assert found["certify"].final.median_s == math.inf
    assert found["certify"].included.never == 0
    assert found["certify"].included.ninetieth_s is None, "12 transactions name no 90th percentile"
    assert found["check-in"].final.p99_s is not None
    assert found["register"].final.ninetieth_s is not None
    assert found["register"].final.p99_s is None, "100 transactions name no 99th percentile"


def test_on_a_network_an_act_is_in_a_block_when_the_gateway_has_the_block(tmp_path: Path) -> None:
    run = SyntheticRun()
    transactions = run.tables["transactions"]
    run.tables["transactions"] = transactions.assign(block_hash="0xee", included_at_s=7.0, submitted_at_s=2.0)
    blocks = run.tables["blocks"].copy()
    blocks.loc[0, ["block_hash", "seen_at_s"]] = ["0xee", 45.0]
    run.tables["blocks"] = blocks
    seen = latencies(RunDirectory(run.write(tmp_path / "network")))
    assert {wait.included.median_s for wait in seen} == {43.0}
    run.tables["blocks"] = blocks.assign(seen_at_s=math.nan)
    told = latencies(RunDirectory(run.write(tmp_path / "one view")))
    assert {wait.included.median_s for wait in told} == {5.0}


def test_stages_of_a_visit_follow_each_other(run_path: Path) -> None:
    stages = visit_stages(RunDirectory(run_path))
    assert [stage.name for stage in stages] == [
        "checked in",
        "record anchored",
        "points credited",
        "MED paid",
    ]
    medians = [stage.median_s for stage in stages]
    assert medians == sorted(medians)
    assert [stage.never for stage in stages] == sorted(stage.never for stage in stages)


def test_a_visit_is_paid_with_the_epoch_it_was_credited_in(run_path: Path) -> None:
    run = RunDirectory(run_path)
    visits, paid = run.table("visits", ("credited_at_s",)), paid_at_s(run)
    week_s = 7 * 86_400
    epoch = visits["credited_at_s"] // week_s
    closed = epoch < 4
    assert 0 < closed.sum() < len(visits), "some visits were credited in an epoch that never closed"
    assert (paid[closed] == (epoch[closed] + 1) * week_s + 200).all()
    assert paid[~closed].isna().all()


def test_a_visit_is_paid_when_the_last_of_its_earners_is(tmp_path: Path) -> None:
    run = SyntheticRun()
    visits, rewards = run.tables["visits"], run.tables["rewards"]
    provider = visits["provider_id"].iloc[0]
    first = rewards["epoch"].eq(0)
    late = first & rewards["owner_id"].eq(provider)
    run.tables["rewards"] = rewards.assign(paid_at_s=rewards["paid_at_s"].mask(late, 700_000.0))
    paid = paid_at_s(RunDirectory(run.write(tmp_path / "late")))
    of_first = visits["credited_at_s"] < 7 * 86_400
    assert (paid[of_first & visits["provider_id"].eq(provider)] == 700_000.0).all()
    run.tables["rewards"] = rewards[~late]
    paid = paid_at_s(RunDirectory(run.write(tmp_path / "left-out")))
    assert paid[of_first & visits["provider_id"].eq(provider)].isna().all()
    run.tables["visits"] = visits.assign(provider_points=0)
    paid = paid_at_s(RunDirectory(run.write(tmp_path / "patients-only")))
    assert (paid[of_first] == 7 * 86_400 + 200).all()


def test_nobody_is_paid_without_points_epochs_or_rewards(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.tables["epochs"], run.tables["rewards"] = run.tables["epochs"][:0], run.tables["rewards"][:0]
    assert paid_at_s(RunDirectory(run.write(tmp_path / "none"))).isna().all()
    run = SyntheticRun()
    run.tables["visits"] = run.tables["visits"].assign(patient_points=0, provider_points=0)
    assert paid_at_s(RunDirectory(run.write(tmp_path / "pointless"))).isna().all()


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_there_is_one_median(values: list[float]) -> None:
    assert median(values) == quantile(values, 0.5)
    assert median([*values, math.inf]) <= math.inf


def test_a_visit_without_a_record_has_no_size() -> None:
    visits = pd.DataFrame({"record_bytes": pd.array([300, None, 0, 100], dtype="Int64")})
    assert record_sizes(visits) == [100, 300]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300), st.integers(1, 40))
def test_thinning_keeps_the_highest_peak(values: list[float], most: int) -> None:
    times = [float(place) for place in range(len(values))]
    kept_times, kept = peaks(times, values, most)
    assert len(kept) <= max(most, 1)
    assert max(kept) == max(values)
    assert all(values[int(time)] == value for time, value in zip(kept_times, kept, strict=True))


def test_local_time_knows_the_zone(run_path: Path, tmp_path: Path) -> None:
    run = SyntheticRun()
    run.scenario["time"] |= {"start": "2018-10-27T00:00:00", "zone": "Europe/Berlin"}
    winter = local_time(RunDirectory(run.write(tmp_path / "run")), pd.Series([0.0, 30 * 3600.0]))
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in winter] == ["2018-10-27 00:00", "2018-10-28 05:00"]
    seoul = local_time(RunDirectory(run_path), pd.Series([3600.0]))
    assert f"{seoul[0]:%a %H:%M}" == "Mon 01:00"


def test_the_window_leaves_the_warm_up_out(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.scenario["time"] |= {"days": 10, "warmup_days": 3}
    assert window_s(RunDirectory(run.write(tmp_path / "run"))) == 7 * 86_400
    run.scenario["time"] |= {"start": "yesterday"}
    with pytest.raises(ReportError, match=r"time\.start"):
        local_time(RunDirectory(run.write(tmp_path / "other")), pd.Series([0.0]))


def test_the_load_is_that_of_the_measured_window(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.scenario["time"] |= {"days": 20, "warmup_days": 7}
    visits = run.tables["visits"].reset_index(drop=True)
    visits.loc[0, "started_at_s"], visits.loc[1, "started_at_s"] = 7 * 86_400.0, 20 * 86_400.0
    run.tables["visits"] = visits
    inside = sum(7 * 86_400 <= start < 20 * 86_400 for start in visits["started_at_s"])
    assert 0 < inside < len(visits)
    found = capacity(RunDirectory(run.write(tmp_path / "run")))
    assert found is not None
    assert found.offered_per_s == inside / (13 * 86_400)
    assert found.largest_gas == 1_000_000
