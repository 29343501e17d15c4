"""What a token designer sets in `[rewards]` is what the run's chain does, down to the unit."""

from __future__ import annotations

import pytest

from chain.contracts.deployment.reward_pool import Curve
from chain.contracts.reference.rewards import weight_of
from sim import run
from sim.runs import Run

DAILY_MED_UNITS = 10**10 * 10**8 * 5 // 100 // 365


@pytest.fixture(scope="module")
def curated() -> Run:
    """Shares earn, a quarter is the curators', half of everything vests."""
    return run(
        "regression/forged-shares",
        rewards__share_patient_points=30,
        rewards__share_issuer_points=20,
        rewards__share_acceptor_points=40,
        rewards__curation_share=0.25,
        rewards__vesting_share=0.5,
    )


@pytest.fixture(scope="module")
def rated() -> Run:
    """Squared points are paid a fixed rate within caps, and what is left over is burned."""
    return run(
        "regression/smoke",
        rewards__conversion="fixed-rate",
        rewards__fixed_rate_med_per_point=0.25,
        rewards__curve="quadratic",
        rewards__account_cap_points=150,
        rewards__provider_cap_points=390,
        rewards__leftover="burn",
    )


def test_an_accepted_record_is_credited_and_a_forged_one_is_not(curated: Run) -> None:
    shares = curated.table("shares")
    accepted, refused = shares[shares["accepted"]], shares[~shares["accepted"]]
    assert len(accepted) > 2
    assert len(refused) > 0
    assert accepted["credited_at_s"].notna().all()
    points = ["patient_points", "issuer_points", "acceptor_points"]
    assert (accepted[points] == [30, 20, 40]).all(axis=None)
    assert (refused[points] == 0).all(axis=None)
    transactions = curated.table("transactions")
    assert (transactions["act"] == "credit-share").sum() == len(accepted)


def test_authors_and_curators_share_the_budget_as_set(curated: Run) -> None:
    rewards = curated.table("rewards")
    for epoch in curated.table("epochs").itertuples():
        paid = rewards[rewards["epoch"] == epoch.epoch]
        assert epoch.curation_points == paid["curation_points"].sum() > 0
        assert epoch.points == paid["points"].sum()
        curators = epoch.budget_med_units // 4
        authors = epoch.budget_med_units - curators
        roots = {points: weight_of(Curve.SQUARE_ROOT, points) for points in paid["curation_points"]}
        of_all = sum(roots[points] for points in paid["curation_points"])
        expected = [
            authors * points // epoch.points + curators * roots[curation_points] // of_all
            for points, curation_points in zip(paid["points"], paid["curation_points"], strict=True)
        ]
        assert paid["amount_med_units"].tolist() == expected


def test_half_of_every_payout_vests_for_its_owner(curated: Run) -> None:
    rewards = curated.table("rewards")
    assert (rewards["vested_med_units"] == rewards["amount_med_units"] // 2).all()
    balances = curated.table("balances").set_index("owner_id")
    vested = rewards.groupby("owner_id")["vested_med_units"].sum()
    assert (balances.loc[vested.index, "closing_bound_med_units"] == vested).all()
    liquid = rewards.groupby("owner_id")["amount_med_units"].sum() - vested
    gained = balances["closing_med_units"] - balances["opening_med_units"]
    assert (gained[liquid.index] == liquid).all()
    assert gained["reward-pool"] == curated.table("epochs")["dust_med_units"].iloc[-1]
    assert curated.table("supply")["pool_med_units"].iloc[-1] == gained["reward-pool"] + vested.sum()


def test_a_fixed_rate_pays_each_squared_point_and_burns_the_rest(rated: Run) -> None:
    epochs, rewards = rated.table("epochs"), rated.table("rewards")
    assert (rewards["amount_med_units"] == rewards["points"] ** 2 * 25_000_000).all()
    assert (epochs["dust_med_units"] == 0).all()
    assert (epochs["budget_med_units"] == DAILY_MED_UNITS).all()
    left = epochs["budget_med_units"] - epochs["paid_med_units"]
    assert (epochs["diverted_med_units"] == left).all()
    assert rated.table("supply")["burned_med_units"].iloc[-1] == left.sum()


def test_caps_bind_and_the_visits_count_all_the_same(rated: Run) -> None:
    visits = rated.table("visits")
    assert set(visits["outcome"]) == {"complete"}
    assert visits["credited_at_s"].notna().all()
    assert (visits["patient_points"] < 100).any() or (visits["provider_points"] < 100).any()
    days = visits["credited_at_s"] // 86_400
    by_provider = visits.assign(issued=visits["patient_points"] + visits["provider_points"])
    assert by_provider.groupby(["provider_id", days])["issued"].sum().max() <= 390
    assert visits.groupby(["patient_id", days])["patient_points"].sum().max() <= 150
    assert visits.groupby(["provider_id", days])["provider_points"].sum().max() <= 150
