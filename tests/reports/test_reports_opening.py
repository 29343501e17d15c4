"""The opening distribution in a report: the sale as an outcome, and what of it is still locked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from report_page import Page
from report_run_factory import SyntheticRun, kpis_of

import reports

DAY_S = 86_400.0
QTUM = 10**8
MED = 10**8


def bought(number: int, phase: str, country: str, paid_qtum: float, **changed: object) -> dict[str, Any]:
    """A row of `sale` at 2,000 MED a coin, some months before the run."""
    paid_sat = int(paid_qtum * QTUM)
    day = {"first presale": -330, "second presale": -316, "main sale": -300}[phase] + number
    row = {
        "owner_id": f"b{number:05d}", "country": country, "phase": phase, "bought_at_s": day * DAY_S,
        "block_number": 50_000 + number, "offered_sat": paid_sat, "paid_sat": paid_sat,
        "med_units": paid_sat * 2_000, "locked_med_units": 0, "outcome": "bought",
    }  # fmt: skip
    return {**row, **changed}


def locked(
    owner: str, source: str, due_day: float, amount_med: int, ended_day: float | None
) -> dict[str, Any]:
    return {
        "owner_id": owner, "source": source, "part": 1, "due_at_s": due_day * DAY_S,
        "amount_med_units": amount_med * MED, "ended_at_s": None if ended_day is None else ended_day * DAY_S,
        "outcome": "locked" if ended_day is None else "released",
    }  # fmt: skip


def sold(**scenario: object) -> SyntheticRun:
    """A run after a sale: 1,500,000 QTUM from two countries, one cut and one refused."""
    run = SyntheticRun()
    run.kpis = kpis_of(run.tables)
    run.tables["sale"] = pd.DataFrame(
        [
            bought(1, "first presale", "Korea", 1_000_000, locked_med_units=2_000_000_000 * MED),
            bought(2, "second presale", "country 02", 400_000),
            bought(3, "main sale", "Korea", 100_000, offered_sat=300_000 * QTUM, outcome="cut"),
            bought(4, "main sale", "country 02", 0, offered_sat=5 * QTUM, outcome="SoldOut"),
        ]
    )
    run.tables["vesting"] = pd.DataFrame(
        [
            locked("b00001", "first presale", -100.0, 1_000, -100.0),
            locked("t001", "team", 10.0, 300, 10.25),
            locked("t002", "team", 10.0, 300, 10.5),
            locked("t001", "team", 101.25, 200, None),
        ]
    )
    run.scenario["sale"] = {"qtum_krw": 15_000.0}
    run.scenario["economy"] |= scenario
    run.manifest["facts"]["sale"] = {
        "allocation_med_units": 5_000_000_000 * MED,
        "unsold_med_units": 2_000_000_000 * MED,
        "unsold_burned": False,
        "proceeds_sat": 1_500_000 * QTUM,
    }
    return run


def text_of(run: SyntheticRun, tmp_path: Path) -> str:
    return Page(reports.render(run.write(tmp_path / "run"))).section("token").text


def test_a_direct_opening_tells_of_no_sale(page: Page) -> None:
    assert "Before the run MED was sold" not in page.section("token").text


def test_proceeds_stand_beside_the_published_range(tmp_path: Path) -> None:
    text = text_of(sold(), tmp_path)
    assert "3 buyers from 2 countries bought 3,000,000,000 MED for 1,500,000 QTUM" in text
    assert "At 15,000 KRW a coin that is 22.5 billion KRW, inside the published 20 to 30 billion" in text
    assert "Refused were 1 purchase SoldOut." in text
    assert "Of 1 purchase a part came back" in text
    assert "Of 5,000,000,000 MED for sale 2,000,000,000 MED stayed unsold and went to the treasury." in text


@pytest.mark.parametrize(
    ("qtum_krw", "verdict"), [(10_000.0, "15 billion KRW, below"), (30_000.0, "45 billion KRW, above")]
)
def test_proceeds_outside_the_range_are_told(tmp_path: Path, qtum_krw: float, verdict: str) -> None:
    run = sold()
    run.scenario["sale"]["qtum_krw"] = qtum_krw
    assert verdict in text_of(run, tmp_path)


def test_a_representative_sale_is_weighed_before_it_is_compared(tmp_path: Path) -> None:
    run = sold(scale="representative", person_weight=1_000)
    run.tables["sale"][["offered_sat", "paid_sat", "med_units"]] //= 1_000
    assert "At 15,000 KRW a coin that is 22.5 billion KRW, inside" in text_of(run, tmp_path)


def test_phases_and_countries_are_tables(tmp_path: Path) -> None:
    text = text_of(sold(), tmp_path)
    assert "first presale 1 0 1,000,000 15 2,000,000,000 2,000,000,000" in text
    assert "main sale 1 1 100,000 1.5 200,000,000 0" in text
    assert "Korea 2 2,200,000,000 73.3 %" in text
    assert "country 02 2 800,000,000 26.7 %" in text


def test_many_countries_end_in_one_row(tmp_path: Path) -> None:
    run = sold()
    rows = [bought(number, "main sale", f"country {number:02d}", 100 - number) for number in range(2, 22)]
    run.tables["sale"] = pd.DataFrame(rows)
    text = text_of(run, tmp_path)
    assert "12 other countries 12" in text
    assert "13 others" not in text


def test_what_is_still_locked_is_told_with_its_date(tmp_path: Path) -> None:
    text = text_of(sold(), tmp_path)
    assert "first presale 1 1,000 before the run" in text
    assert "2018-10-11 team 2 600.00 during the run, by day 10.5" in text
    assert "2019-01-10 team 1 200.00 still locked at the end" in text
    assert "When the run began 800.00 MED of 1,800 MED were still locked." in text
    run = sold()
    run.tables["vesting"].loc[2, "ended_at_s"] = None
    assert "team 2 600.00 1 of 2 released" in text_of(run, tmp_path / "partly")


def test_a_sale_that_sold_everything_and_one_that_sold_nothing(tmp_path: Path) -> None:
    whole = sold()
    whole.manifest["facts"]["sale"]["unsold_med_units"] = 0
    assert "All that was for sale was sold." in text_of(whole, tmp_path / "whole")
    burned = sold()
    burned.manifest["facts"]["sale"]["unsold_burned"] = True
    assert "stayed unsold and was burned." in text_of(burned, tmp_path / "burned")
    nothing = sold()
    nothing.tables["sale"][["paid_sat", "med_units", "locked_med_units"]] = 0
    nothing.tables["sale"]["outcome"] = "PurchaseTooSmall"
    text = text_of(nothing, tmp_path / "nothing")
    assert "Nobody bought anything." in text
    assert "Refused were 4 purchases PurchaseTooSmall." in text


def test_the_figures_carry_their_sentence_and_words_for_those_who_do_not_see_them(tmp_path: Path) -> None:
    section = Page(reports.render(sold().write(tmp_path / "run"))).section("token")
    labels = [node.attributes.get("aria-label", "") for node in section.all("svg")]
    for beginning in (
        "Lorenz curves of purchases. Over all buyers the Gini coefficient is",
        "A rising line. From 2017-11-06",
        "Bars by country: Korea 73.3",
        "Falling steps of what is locked: first presale 1,000",
    ):
        assert any(label.replace("\u00a0", " ").startswith(beginning) for label in labels), beginning


def test_thousands_of_buyers_do_not_swell_the_page(tmp_path: Path) -> None:
    run = sold()
    rows = [bought(3, "main sale", "Korea", 1 + number, owner_id=f"b{number:05d}") for number in range(6_500)]
    run.tables["sale"] = pd.DataFrame(rows)
    many = len(reports.render(run.write(tmp_path / "many")))
    few = len(reports.render(sold().write(tmp_path / "few")))
    assert many < few + 40_000


def test_the_books_count_what_contracts_hold_for_their_owners(tmp_path: Path) -> None:
    run = sold()
    balances = run.tables["balances"]
    holder = balances.index[balances["role"] == "holder"][0]
    held = int(balances.loc[holder, "opening_med_units"])
    for moment in ("opening", "closing"):
        balances.loc[holder, f"{moment}_med_units"] -= held // 2
        balances.loc[holder, f"{moment}_bound_med_units"] = held // 2
    balances.loc[holder, "role"] = "team"
    text = text_of(run, tmp_path)
    assert (
        "The books close: holders add up to the supply at the start and at the end, to the last unit." in text
    )
    assert "Of it contracts held" in text
    assert "the team 1 " in text
