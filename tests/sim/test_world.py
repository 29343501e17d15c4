"""What people live through in a run, told by its tables."""

from __future__ import annotations

import pandas as pd
import pytest

from sim import run
from sim.runs import Run

SMOKE = "regression/smoke"


@pytest.fixture(scope="module")
def smoke() -> Run:
    return run(SMOKE)


def acts(run_: Run, act: str) -> pd.DataFrame:
    transactions = run_.table("transactions")
    return transactions[transactions["act"] == act]


def test_every_visit_goes_from_code_to_record_to_points(smoke: Run) -> None:
    visits = smoke.table("visits")
    assert len(visits) >= 5
    assert set(visits["outcome"]) == {"complete"}
    assert (visits["started_at_s"] <= visits["scanned_at_s"]).all()
    assert (visits["scanned_at_s"] <= visits["checked_in_at_s"]).all()
    assert (visits["scanned_at_s"] <= visits["anchored_at_s"]).all()
    assert (visits[["checked_in_at_s", "anchored_at_s"]].max(axis=1) <= visits["credited_at_s"]).all()
    assert visits["root"].is_unique
    assert visits["record_id"].is_unique
    assert (visits["ciphertext_bytes"] > visits["record_bytes"]).all()


def test_a_patient_registers_once_and_never_pays(smoke: Run) -> None:
    registrations = acts(smoke, "register").dropna(subset="for_owner")
    assert registrations["for_owner"].is_unique
    assert set(registrations["for_owner"]) == set(smoke.table("visits")["patient_id"])
    balances = smoke.table("balances")
    patients = balances[balances["role"] == "patient"]
    assert (patients[["opening_qtum_sat", "closing_qtum_sat"]] == 0).all(axis=None)


def test_epochs_pay_points_in_proportion_and_carry_the_dust(smoke: Run) -> None:
    epochs, rewards = smoke.table("epochs"), smoke.table("rewards")
    carried = 0
    for epoch in epochs.itertuples():
        paid = rewards[rewards["epoch"] == epoch.epoch]
        expected = [epoch.budget_med_units * points // epoch.points for points in paid["points"]]
        assert paid["amount_med_units"].tolist() == expected
        assert paid["points"].sum() == epoch.points
        assert epoch.paid_med_units + epoch.dust_med_units == epoch.budget_med_units
        assert epoch.budget_med_units == epoch.emission_med_units + carried
        assert epoch.unpaid_med_units == 0
        assert epoch.dust_med_units < len(paid)
        carried = epoch.dust_med_units
    balances = smoke.table("balances").set_index("owner_id")
    assert balances.loc["reward-pool", "closing_med_units"] == carried


def test_what_was_paid_is_what_people_hold(smoke: Run) -> None:
    paid = smoke.table("rewards").groupby("owner_id")["amount_med_units"].sum()
    balances = smoke.table("balances").set_index("owner_id")
    gained = balances["closing_med_units"] - balances["opening_med_units"]
    assert (gained[paid.index] == paid).all()


def test_the_supply_is_held_by_somebody_every_day(smoke: Run) -> None:
    supply = smoke.table("supply")
    apart = ("sale", "locked", "vesting", "staked", "escrow")
    classes = ["patients", "providers", "treasury", "pool", *apart, "holders"]
    held = supply[[f"{name}_med_units" for name in classes]].sum(axis=1)
    assert (held == supply["supply_med_units"]).all()
    assert supply["time_s"].tolist()[:3] == [0, 86_400, 172_800]
    assert len(supply) == 4
    balances = smoke.table("balances")
    assert supply.iloc[-1]["supply_med_units"] == balances["closing_med_units"].sum()


def test_what_vests_is_counted_once_and_with_its_owner() -> None:
    vests = run(SMOKE, rewards__vesting_share=0.5)
    balances = vests.table("balances")
    owned = balances["closing_med_units"].sum() + balances["closing_bound_med_units"].sum()
    assert vests.table("supply").iloc[-1]["supply_med_units"] == owned
    assert balances["closing_bound_med_units"].sum() == vests.table("rewards")["vested_med_units"].sum() > 0


def test_every_block_is_in_the_table_once(smoke: Run) -> None:
    blocks = smoke.table("blocks")
    first = blocks["number"] - blocks["count"] + 1
    assert (first.iloc[1:].to_numpy() == blocks["number"].iloc[:-1].to_numpy() + 1).all()
    assert blocks["tx_count"].sum() == (smoke.table("transactions")["outcome"] == "included").sum()
    assert smoke.table("stakers")["blocks"].sum() == blocks["count"].sum()


def test_finality_comes_the_set_number_of_blocks_later(smoke: Run) -> None:
    blocks = smoke.table("blocks").set_index("number")
    for sent in smoke.table("transactions").itertuples():
        assert blocks.loc[sent.block_number + 10, "time_s"] == sent.final_at_s
        assert blocks.loc[sent.block_number + 10, "count"] == 1


def test_the_ticket_is_scanned_on_arrival() -> None:
    visits = run("regression/ticket-direction").table("visits")
    assert set(visits["outcome"]) == {"complete"}
    assert (visits["scanned_at_s"] == visits["started_at_s"]).all()
    assert set(visits["direction"]) == {"ticket"}


def test_a_sponsor_pays_for_everybody() -> None:
    sponsored = run("regression/sponsor-pays")
    assert set(sponsored.table("visits")["outcome"]) == {"complete"}
    assert set(sponsored.table("transactions")["sender"]) == {"sponsor"}
    balances = sponsored.table("balances").set_index("owner_id")
    spent = balances["opening_qtum_sat"] - balances["closing_qtum_sat"]
    assert spent["sponsor"] == sponsored.table("transactions")["fee_sat"].sum()
    assert (spent[balances["role"].isin(["provider", "certifier", "patient"])] == 0).all()


def test_a_changed_byte_is_rejected_and_an_honest_record_is_not() -> None:
    shares = run("regression/forged-shares").table("shares")
    assert set(shares["origin"]) == {"honest", "forged"}
    assert (shares["accepted"] == (shares["origin"] == "honest")).all()
    assert (shares["from_provider_id"] != shares["to_provider_id"]).all()


def test_a_check_in_that_comes_too_late_is_refused_and_earns_nothing() -> None:
    late = run(SMOKE, checkin__grace_s=60)
    visits = late.table("visits")
    refused = visits[visits["outcome"] != "complete"]
    assert len(refused) > 0
    assert refused["outcome"].str.contains("check-in failed: GracePassed").all()
    assert refused["anchored_at_s"].notna().all(), (
        "the record is the patient's whatever becomes of the check-in"
    )
    assert (refused["patient_points"] == 0).all()
    assert late.kpis["chain.tx_failed"] == len(refused)


def test_a_full_pool_refuses_and_the_run_goes_on() -> None:
    crowded = run(SMOKE, mempool__account_limit_tx=1, mempool__limit_tx=1)
    transactions, visits = crowded.table("transactions"), crowded.table("visits")
    dropped = transactions[transactions["outcome"] == "dropped"]
    assert len(dropped) > 0
    assert dropped["block_number"].isna().all()
    assert visits["outcome"].str.contains("failed: (?:MempoolFull|AccountLimitReached)").any()
    assert not visits["outcome"].str.contains("0x").any()
    assert set(visits["outcome"]) != {"complete"}
    included = transactions[transactions["outcome"] == "included"]
    for _, sent in included.groupby("sender"):
        assert sorted(sent["nonce"]) == list(range(len(sent))), "a refused transaction leaves no gap"


def test_the_story_follows_one_record_in_order(smoke: Run) -> None:
    story = smoke.results.story
    titles = [step["title"] for step in story]
    assert titles[0] == "The visit begins"
    assert {"The QR code is scanned", "The root is anchored", "Medi Points are credited"} <= set(titles)
    assert any(str(title).startswith("Epoch") for title in titles)
    times = [step["time_s"] for step in story]
    assert times == sorted(times)
    assert smoke.results.story_qr_png is not None
    assert smoke.results.story_qr_png.startswith(b"\x89PNG")


def test_a_run_without_visits_still_ends() -> None:
    empty = run(SMOKE, population__patients=1, time__days=1, rewards__epoch_days=1, seed=3)
    if len(empty.table("visits")) == 0:
        assert empty.results.story == []
    assert empty.kpis["chain.blocks"]
