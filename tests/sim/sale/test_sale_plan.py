"""Who would buy what: drawn from the scenario, the same whatever else changes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.units import SATOSHI_PER_QTUM
from sim.chance import Chance
from sim.sale.plan import HOME, buyer_ids, countries, plan_purchases
from sim.sale.terms import opening_supply_med_units, phases, sale_terms, split, vesting_terms
from sim.scenario import Scenario, load

DAY_S = 86_400


def scenario(**changes: object) -> Scenario:
    return load("baseline", {"token.opening": "sale", "sale.buyers": 300, **changes})


def test_every_buyer_sends_one_purchase_in_the_order_of_time() -> None:
    purchases = plan_purchases(scenario(), Chance(1))
    assert sorted(purchase.buyer_id for purchase in purchases) == list(buyer_ids(scenario()))
    times_s = [purchase.sent_at_s for purchase in purchases]
    assert times_s == sorted(times_s)
    assert [purchase.phase for purchase in purchases] == sorted(purchase.phase for purchase in purchases)
    for purchase in purchases:
        phase = phases(scenario())[purchase.phase]
        assert phase.start_s <= purchase.sent_at_s < phase.end_s
        assert (purchase.sent_at_s + 1 - phase.start_s) % DAY_S == 0


def test_a_presale_takes_only_whom_it_is_offered_and_who_means_to_spend_its_minimum() -> None:
    purchases = plan_purchases(scenario(), Chance(1))
    minimum_sat = 100 * SATOSHI_PER_QTUM
    assert all(purchase.offered_sat >= minimum_sat for purchase in purchases if purchase.phase == 0)
    counts = Counter(purchase.phase for purchase in purchases)
    assert 0 < counts[0] < counts[1] < counts[2]
    everybody = scenario(**{"first_presale.invited_share": 1.0})
    rich = [purchase for purchase in plan_purchases(everybody, Chance(1)) if purchase.phase == 0]
    assert len(rich) == sum(purchase.offered_sat >= minimum_sat for purchase in purchases)
    nobody = scenario(**{"first_presale.invited_share": 0.0, "second_presale.invited_share": 0.0})
    assert {purchase.phase for purchase in plan_purchases(nobody, Chance(1))} == {2}


def test_more_buyers_or_other_caps_change_nobodys_purchase() -> None:
    few = {purchase.buyer_id: purchase for purchase in plan_purchases(scenario(), Chance(1))}
    changes = {"sale.buyers": 400, "main_sale.cap_med": 1_000_000, "sale.countries": 1}
    many = {purchase.buyer_id: purchase for purchase in plan_purchases(scenario(**changes), Chance(1))}
    for name, purchase in few.items():
        assert (many[name].offered_sat, many[name].sent_at_s) == (purchase.offered_sat, purchase.sent_at_s)
    other = plan_purchases(scenario(), Chance(2))
    assert [purchase.offered_sat for purchase in other] != [purchase.offered_sat for purchase in few.values()]


def test_sizes_have_the_median_and_the_tail_that_the_scenario_names() -> None:
    many = scenario(**{"sale.buyers": 3_000})
    krw = sorted(
        purchase.offered_sat * 15_000 / SATOSHI_PER_QTUM for purchase in plan_purchases(many, Chance(5))
    )
    assert krw[1_500] == pytest.approx(700_000, rel=0.1)
    assert sum(krw[-300:]) / sum(krw) == pytest.approx(0.7, abs=0.06)
    assert krw[-1] <= 1_000_000_000
    equal = scenario(**{"sale.purchase_sigma": 0.0})
    assert len({purchase.offered_sat for purchase in plan_purchases(equal, Chance(5))}) == 1
    capped = scenario(**{"sale.largest_purchase_krw": 700_000.0})
    offers = [purchase.offered_sat for purchase in plan_purchases(capped, Chance(5))]
    assert max(offers) == int(700_000 / 15_000 * SATOSHI_PER_QTUM)


@given(st.integers(1, 3_000), st.integers(1, 250), st.floats(0, 5))
def test_every_country_has_a_buyer_and_korea_most(buyers: int, count: int, exponent: float) -> None:
    changes = {"sale.buyers": buyers, "sale.countries": count, "sale.country_zipf_exponent": exponent}
    found = Counter(countries(scenario(**changes)))
    assert found.total() == buyers
    assert len(found) == min(buyers, count)
    assert found[HOME] == max(found.values())


def test_by_default_seventy_countries_buy() -> None:
    assert len(set(countries(scenario()))) == 70


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 1_000_000_000_000), st.integers(1, 51_410_000))
def test_the_supply_is_split_without_a_rest(sale: float, team: float, supply: int, weight: int) -> None:
    changes = {
        "token.opening": "direct",
        "sale.allocation_share": sale,
        "sale.team_share": min(team, 1 - sale),
        "token.opening_supply_med": supply,
        "economy.scale": "representative",
        "economy.person_weight": weight,
    }
    parts = split(scenario(**changes))
    total = opening_supply_med_units(scenario(**changes))
    assert parts.sale_med_units + parts.team_med_units + parts.reserve_med_units == total
    assert min(parts.sale_med_units, parts.team_med_units, parts.reserve_med_units) >= 0


def test_terms_are_the_scenarios_in_the_contracts_units() -> None:
    terms = sale_terms(scenario())
    assert terms.allocation_med_units == 5 * 10**17
    first, second, main = terms.phases
    assert (first.med_units_per_satoshi, first.minimum_sat, first.locked_basis_points) == (
        2_200,
        10**10,
        10_000,
    )
    assert (second.minimum_sat, second.cap_med_units) == (1, 10**17)
    assert (main.locked_basis_points, main.cap_med_units, main.buyer_cap_med_units) == (0, 2 * 10**17, 0)
    assert not terms.burns_unsold
    changes = {"sale.unsold": "burned", "main_sale.bonus_share": 0.0525, "main_sale.buyer_cap_med": 7}
    other = sale_terms(scenario(**changes))
    assert other.burns_unsold
    assert (other.phases[2].bonus_basis_points, other.phases[2].buyer_cap_med_units) == (525, 7 * 10**8)


def test_a_representative_sale_divides_amounts_and_keeps_prices() -> None:
    whole = scenario()
    part = scenario(**{"economy.scale": "representative", "economy.person_weight": 1_000})
    assert sale_terms(part).allocation_med_units * 1_000 == sale_terms(whole).allocation_med_units
    for here, there in zip(phases(part), phases(whole), strict=True):
        assert here.cap_med_units * 1_000 == there.cap_med_units
        assert here.med_units_per_satoshi == there.med_units_per_satoshi
        assert here.minimum_sat == max(1, there.minimum_sat // 1_000)
        assert (here.start_s, here.end_s, here.release_at_s) == (
            there.start_s,
            there.end_s,
            there.release_at_s,
        )
    for here, there in zip(plan_purchases(part, Chance(1)), plan_purchases(whole, Chance(1)), strict=True):
        assert (here.buyer_id, here.phase) == (there.buyer_id, there.phase)
        assert here.offered_sat == there.offered_sat // 1_000


def test_the_teams_grants_are_equal_but_for_what_division_leaves() -> None:
    team = [bytes([number]) * 20 for number in range(7)]
    terms = vesting_terms(scenario(**{"sale.team_share": 0.1}), team)
    amounts = [amount for _member, amount in terms.grants_med_units]
    assert sum(amounts) == 10**17
    assert amounts[1:] == [10**17 // 7] * 6
    assert amounts[0] == 10**17 // 7 + 10**17 % 7
    assert vesting_terms(scenario(**{"sale.team_share": 0.0}), team).grants_med_units == ()
