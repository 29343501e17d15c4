"""A run after a sale: its tables, and what is released while it goes on."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from sim import run
from sim.audit.lock_book import Grant
from sim.observation.sale import released_at_s
from sim.runs import Run

DAY_S = 86_400
MED = 10**8

CHANGES = {
    "token__opening": "sale",
    "sale__buyers": 40,
    "sale__team_members": 3,
    "sale__team_first_release": "2018-07-02T18:00:00",
    "first_presale__invited_share": 0.3,
    "first_presale__minimum_qtum": 20.0,
    "first_presale__lock_days": 325,  # until 2018-10-02
    "second_presale__invited_share": 0.4,
    "second_presale__lock_days": 365,
}
"""During the smoke run's two days the second part of the team's grants and the first presale's locks fall due."""


@pytest.fixture(scope="module")
def sold() -> Run:
    return run("regression/smoke", **CHANGES)


def held(run_: Run, name: str, reading: int) -> int:
    return int(run_.table("supply")[f"{name}_med_units"].iloc[reading])


def test_the_sale_is_told_purchase_by_purchase(sold: Run) -> None:
    sale = sold.table("sale")
    assert len(sale) == 40
    assert sale["owner_id"].is_unique
    assert (sale["bought_at_s"] < 0).all()
    assert (sale["paid_sat"] == sale["offered_sat"]).all()
    assert set(sale["phase"]) == {"first presale", "second presale", "main sale"}
    prices = {"first presale": 2_200, "second presale": 2_000, "main sale": 1_800}
    assert (sale["med_units"] == sale["paid_sat"] * sale["phase"].map(prices)).all()


def test_who_bought_owns_what_was_bought(sold: Run) -> None:
    balances = sold.table("balances").set_index("owner_id")
    buyers = balances[balances["role"] == "buyer"]
    bought = sold.table("sale").set_index("owner_id")["med_units"]
    for moment in ("opening", "closing"):
        owned = buyers[f"{moment}_med_units"] + buyers[f"{moment}_bound_med_units"]
        assert (owned.sort_index() == bought.sort_index()).all()
    team = balances[balances["role"] == "team"]
    assert team[["opening_med_units", "opening_bound_med_units"]].sum().sum() == 15 * 10**16
    assert (team["closing_med_units"] > team["opening_med_units"]).all()


def test_what_falls_due_is_released_when_it_does_and_nothing_else(sold: Run) -> None:
    vesting = sold.table("vesting")
    in_the_run = vesting[(vesting["due_at_s"] >= 0) & (vesting["due_at_s"] < 2 * DAY_S)]
    assert set(in_the_run["source"]) == {"first presale", "team"}
    assert set(in_the_run["outcome"]) == {"released"}
    assert (in_the_run["ended_at_s"] - in_the_run["due_at_s"]).between(0, 3_600).all()
    before = vesting[vesting["due_at_s"] < 0]
    assert set(before["source"]) == {"team"}
    assert (before["ended_at_s"] == before["due_at_s"]).all()
    after = vesting[vesting["due_at_s"] >= 2 * DAY_S]
    assert set(after["source"]) == {"second presale", "team"}
    assert set(after["outcome"]) == {"locked"}
    assert after["ended_at_s"].isna().all()


def test_releases_are_transactions_of_the_foundation(sold: Run) -> None:
    transactions = sold.table("transactions")
    releases = transactions[transactions["act"].isin(["release-locks", "release-grant"])]
    assert releases["act"].value_counts().to_dict() == {"release-grant": 3, "release-locks": 1}
    assert set(releases["sender"]) == {"sponsor"}
    assert (releases["status"] == 1).all()
    assert (releases["fee_sat"] > 0).all()


def test_the_contracts_hold_what_is_locked(sold: Run) -> None:
    vesting = sold.table("vesting")
    for moment, time_s, reading in (("start", 0, 0), ("end", float("inf"), -1)):
        locked = vesting[vesting["ended_at_s"].isna() | (vesting["ended_at_s"] > time_s)]
        team = locked["source"] == "team"
        assert held(sold, "vesting", reading) == locked["amount_med_units"][team].sum(), moment
        assert held(sold, "locked", reading) == locked["amount_med_units"][~team].sum(), moment
    assert held(sold, "locked", -1) < held(sold, "locked", 0)
    assert held(sold, "vesting", -1) < held(sold, "vesting", 0)
    assert held(sold, "sale", 0) == 0


def test_what_is_released_circulates(sold: Run) -> None:
    supply = sold.table("supply")
    at_the_end = supply[supply["time_s"] <= 2 * DAY_S].iloc[-1]
    apart = ["treasury", "pool", "sale", "locked", "vesting", "staked"]
    expected = at_the_end["supply_med_units"] - sum(at_the_end[f"{name}_med_units"] for name in apart)
    assert sold.kpis["token.circulating_med"] == pytest.approx(expected / MED)
    longer = run("regression/smoke", **{**CHANGES, "first_presale__lock_days": 365})
    released = sold.table("vesting").query("source == 'first presale'")["amount_med_units"].sum()
    difference = sold.kpis["token.circulating_med"] - longer.kpis["token.circulating_med"]
    assert difference == pytest.approx(released / MED)


def test_the_treasury_holds_the_proceeds(sold: Run) -> None:
    balances = sold.table("balances").set_index("owner_id")
    paid_sat = sold.table("sale")["paid_sat"].sum()
    assert balances.loc["treasury", "opening_qtum_sat"] == paid_sat
    facts = sold.results.facts["sale"]
    assert isinstance(facts, dict)
    assert facts["proceeds_sat"] == paid_sat
    assert facts["unsold_med_units"] == facts["allocation_med_units"] - sold.table("sale")["med_units"].sum()


def test_where_there_was_no_sale_its_tables_are_empty() -> None:
    direct = run("regression/smoke")
    assert direct.table("sale").empty
    assert direct.table("vesting").empty
    assert direct.results.facts["sale"] is None
    assert set(direct.table("balances")["role"]) & {"buyer", "team"} == set()


def test_a_representative_sale_is_the_same_in_parts(sold: Run) -> None:
    part = run(
        "regression/smoke", **{**CHANGES, "economy__scale": "representative", "economy__person_weight": 1_000}
    )
    whole, divided = sold.table("sale"), part.table("sale")
    pd.testing.assert_series_equal(divided["phase"], whole["phase"])
    assert (divided["offered_sat"] == whole["offered_sat"] // 1_000).all()
    assert part.kpis["token.gini"] == pytest.approx(sold.kpis["token.gini"], abs=1e-6)


def test_parts_that_fell_due_together_are_released_together() -> None:
    grant = Grant(b"\1" * 20, 120, [(10, 60), (20, 10)])  # a third and two twelfths at once, then one twelfth
    assert list(released_at_s(grant)) == [10, 10, 10, 20, None, None, None, None, None]
    assert list(released_at_s(Grant(b"\1" * 20, 120))) == [None] * 9
    whole = Grant(b"\1" * 20, 125, [(number, part) for number, part in enumerate([41, *[10] * 7, 14])])
    found = list(released_at_s(whole))
    assert found == list(range(9))
    assert all(
        before < after for before, after in pairwise(found) if before is not None and after is not None
    )
