"""The token's scenarios: what they promise a designer, at full size."""

from __future__ import annotations

import pytest

from chain.contracts.reference.emission import EmissionReference
from sim import run
from sim.cli import main
from sim.scenario import load
from sim.units import SECONDS_PER_DAY

NAMES = ("token-sale", "token-vesting", "token-emission", "regression/token-opening")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_packaged_and_valid(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(name).question.endswith("?")
    assert main(["scenario", "show", name]) == 0
    assert "[sale]" in capsys.readouterr().out


def test_a_small_sale_comes_to_everything_that_a_sale_can() -> None:
    small = run("regression/token-opening")
    assert set(small.table("sale")["outcome"]) == {"bought", "cut", "SoldOut"}
    vesting = small.table("vesting")
    assert set(vesting["outcome"]) == {"released", "locked"}
    in_the_run = vesting[vesting["ended_at_s"] >= 0]
    assert set(in_the_run["source"]) == {"first presale", "team"}
    assert small.table("supply")["burned_med_units"].iloc[0] > 0


@pytest.mark.long
def test_the_sale_has_its_buyers_and_raises_what_was_published() -> None:
    sold = run("token-sale")
    sale = sold.table("sale")
    assert len(sale) == 6_500
    assert sale["country"].nunique() == 70
    krw = sale["paid_sat"].sum() / 10**8 * sold.scenario.sale.qtum_krw
    assert 20e9 <= krw <= 30e9
    balances = sold.table("balances")
    assert (balances["role"] == "buyer").sum() == 6_500
    assert sold.kpis["token.nakamoto_holders"] > 50


@pytest.mark.long
def test_a_month_of_releases_frees_what_falls_due_in_it() -> None:
    month = run("token-vesting")
    supply = month.table("supply")
    for name in ("locked", "vesting"):
        assert supply[f"{name}_med_units"].iloc[0] > supply[f"{name}_med_units"].iloc[-1]
    assert supply["locked_med_units"].iloc[-1] == 0
    assert month.table("vesting").query("0 <= due_at_s < 2592000")["outcome"].eq("released").all()


@pytest.mark.long
def test_emission_steps_down_at_the_years_end_to_the_unit() -> None:
    years = run("token-emission")
    epochs = years.table("epochs")
    assert len(epochs) == 6
    reference = EmissionReference(0, 5_000, 80_000, 10**10)
    supply, day_s = 10**18, SECONDS_PER_DAY
    for epoch in epochs.itertuples():
        emitted = reference.emit_due((epoch.epoch + 1) * 73 * day_s, supply, 73)
        assert epoch.emission_med_units == emitted
        supply += emitted
    assert epochs["emission_med_units"].iloc[:5].sum() == 5 * 10**16
    assert epochs["emission_med_units"].iloc[5] < epochs["emission_med_units"].iloc[4]
