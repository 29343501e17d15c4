"""The load: acts come at the rate that is set, in the mix that was measured, the same at every load."""

from __future__ import annotations

import numpy as np
import pytest

from chain.contracts.rehearsal.acts import read_snapshot
from chain.network.queue_maker import Acts, Kind
from sim.scenario import load
from sim.scenario.chapters.stress import Stress
from sim.stress.arrivals import PRICE_PER_LEAST, PoissonActs
from sim.stress.draws import WordStream
from sim.stress.mix import Mix, health_mix, plain_mix

START_S = 1_538_352_000.0
MEASURED = read_snapshot()


def stress(**keys: object) -> Stress:
    return load("stress", {f"stress.{key}": value for key, value in keys.items()}).stress


def acts_of(mix: Mix, visits_per_s: float, *, until_s: float, step_s: float, seed: int = 1) -> Acts:
    source = PoissonActs(mix, visits_per_s, start_s=START_S, seed=seed, bid_premium=0.5, origin=3)
    parts = [source.until(START_S + moment_s) for moment_s in np.arange(step_s, until_s + step_s / 2, step_s)]
    return Acts(*map(np.concatenate, zip(*parts, strict=True)))


def test_exponentials_have_mean_and_variance_one_and_do_not_depend_on_how_they_are_asked_for() -> None:
    whole = WordStream(7, "x").exponentials(200_000)
    assert whole.mean() == pytest.approx(1.0, abs=4 / 200_000**0.5)
    assert whole.var() == pytest.approx(1.0, abs=4 * (8 / 200_000) ** 0.5)
    stream = WordStream(7, "x")
    assert np.array_equal(np.concatenate([stream.exponentials(n) for n in (1, 7, 199_992)]), whole)
    assert not np.array_equal(WordStream(8, "x").exponentials(10), whole[:10])
    assert not np.array_equal(WordStream(7, "y").exponentials(10), whole[:10])


def test_a_visit_brings_what_the_mix_says() -> None:
    mix = health_mix(stress(), MEASURED, batched=False)
    found = acts_of(mix, 5.0, until_s=20_000, step_s=37)
    counts = np.bincount(found.kind, minlength=len(mix.parts))
    for part, count in zip(mix.parts, counts, strict=True):
        stream = next(stream for stream in mix.streams if part in stream.parts)
        expected = 100_000 * stream.per_visit
        assert count == pytest.approx(expected, abs=4 * expected**0.5 + 4), part.kind.name
    assert (np.diff(found.submitted_s) >= 0).all()
    assert set(found.origin.tolist()) == {3}


def test_papers_of_a_visit_come_together_and_bid_the_same() -> None:
    mix = health_mix(
        stress(
            grants_per_visit=0.0, shares_per_visit=0.0, claims_per_visit=0.0, submissions_per_visit=0.0,
            transfers_per_visit=0.0,
        ),
        MEASURED,
        batched=False,
    )  # fmt: skip
    found = acts_of(mix, 2.0, until_s=5_000, step_s=5_000)
    assert [part.kind.name for part in mix.parts] == ["check_in", "anchor", "credit"]
    assert len(found.kind) > 9_000
    for column in (found.submitted_s, found.price):
        rows = column.reshape(-1, 3)
        assert (rows == rows[:, :1]).all()
    assert (found.kind.reshape(-1, 3) == [0, 1, 2]).all()


def test_bids_are_the_least_and_an_exponential_premium() -> None:
    found = acts_of(health_mix(stress(), MEASURED, batched=False), 5.0, until_s=5_000, step_s=1_000)
    premiums = found.price / PRICE_PER_LEAST - 1
    assert premiums.min() >= 0
    assert premiums.mean() == pytest.approx(0.5, rel=0.03)


def test_steps_differ_by_the_load_alone() -> None:
    mix = health_mix(stress(), MEASURED, batched=False)
    slow = acts_of(mix, 1.0, until_s=4_000, step_s=100)
    fast = acts_of(mix, 4.0, until_s=1_000, step_s=25)
    assert np.array_equal(slow.kind, fast.kind)
    assert np.array_equal(slow.price, fast.price)
    assert np.allclose((slow.submitted_s - START_S) / 4, fast.submitted_s - START_S, atol=1e-5)


@pytest.mark.parametrize("step_s", [1.0, 1_000.0])
def test_the_blocks_that_ask_do_not_change_what_comes(step_s: float) -> None:
    mix = health_mix(stress(), MEASURED, batched=False)
    once = acts_of(mix, 3.0, until_s=2_000, step_s=2_000.0)
    often = acts_of(mix, 3.0, until_s=2_000, step_s=step_s)
    assert all(np.array_equal(one, other) for one, other in zip(once, often, strict=True))


def test_use_of_a_visit_is_the_sum_of_measured_acts() -> None:
    settings = stress()
    gas, size_bytes, _cpu = health_mix(settings, MEASURED, batched=False).use_per_visit()
    rates = {
        "check_in": 1.0,
        "anchor": 1.0,
        "credit": 1.0,
        "grant": settings.grants_per_visit,
        "share": settings.shares_per_visit,
        "claim": settings.claims_per_visit,
        "submit": settings.submissions_per_visit,
        "transfer": settings.transfers_per_visit,
    }
    assert gas == pytest.approx(sum(MEASURED[name].gas_gas * rate for name, rate in rates.items()))
    assert size_bytes == pytest.approx(sum(MEASURED[name].size_bytes * rate for name, rate in rates.items()))


@pytest.mark.parametrize(
    ("levers", "names"),
    [
        ((True, True, True), ["check_in_batch/16", "anchor_batch/16", "credit_batch/both/16"]),
        ((False, True, True), ["check_in", "anchor_batch/16", "credit_batch/records/16"]),
        ((True, False, True), ["anchor", "check_in_batch/16", "credit_batch/check_ins/16"]),
        ((False, False, True), ["check_in", "anchor", "credit_batch/neither/16"]),
        ((True, True, False), ["credit_batch/both/1", "check_in_batch/16", "anchor_batch/16"]),
        ((False, False, False), ["check_in", "anchor", "credit"]),
    ],
)
def test_each_lever_batches_its_papers_and_credits_know_what_stands_in_batches(
    levers: tuple[bool, bool, bool], names: list[str]
) -> None:
    settings = stress(
        batch_check_ins=levers[0], batch_records=levers[1], batch_credits=levers[2], batch_size=16
    )
    mix = health_mix(settings, MEASURED, batched=True)
    papers = [part.kind.name for part in mix.parts if part.paper]
    assert sorted(papers) == sorted(names)
    brought = dict.fromkeys(("check-in", "record", "credit"), 0.0)
    for stream in mix.streams:
        for part in stream.parts:
            if part.paper:
                brought[part.paper] += part.visits * stream.per_visit
    assert all(visits == pytest.approx(1.0) for visits in brought.values())


def test_plain_acts_sent_together_are_as_many_visits() -> None:
    mix = plain_mix(Kind("transfer", 0, 171, 1_000), together=20)
    assert mix.use_per_visit() == pytest.approx((0.0, 171.0, 1_000.0))
