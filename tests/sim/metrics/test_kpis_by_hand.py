"""Each KPI against figures worked out by hand, and its undefined twin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from synthetic_run import (
    CONTEXT,
    DAY_S,
    LOST,
    MED,
    balance,
    block,
    filled_frames,
    frames,
    name_hash,
    reward,
    share,
    staker,
    supply,
    transaction,
    visit,
)

from sim.metrics.kpis import RESTS_ON, Kpi, KpiContext, compute

HOUR = KpiContext(window_start_s=1_000, window_end_s=4_600, qtum_krw=4000.0)
TWO_VIEWS = replace(HOUR, network_views=2)


def kpi(name: str, context: KpiContext = HOUR, **rows: list[dict[str, Any]]) -> Kpi:
    return compute(frames(**rows), context)[name]


def value(name: str, context: KpiContext = HOUR, **rows: list[dict[str, Any]]) -> Any:
    found = kpi(name, context, **rows)
    assert found.reason is None
    return found.value


def undefined(name: str, context: KpiContext = HOUR, **rows: list[dict[str, Any]]) -> str:
    found = kpi(name, context, **rows)
    assert found.value is None
    assert found.reason
    return found.reason


BLOCKS = [
    block(1, 984.0),
    block(2, 1_016.0, gas_used_gas=4_000_000, tx_count=2, mempool_tx=3, subsidy_sat=400_000_000, fees_sat=50),
    block(12, 2_616.0, count=10, first_time_s=1_176.0, subsidy_sat=4_000_000_000),
    block(13, 4_584.0, gas_used_gas=2_000_000, mempool_tx=1, subsidy_sat=400_000_000, fees_sat=25),
    block(14, 4_600.0, gas_used_gas=40_000_000, mempool_tx=99),
]


def test_blocks_count_in_the_window_and_stretches_by_their_length() -> None:
    assert value("chain.blocks", blocks=BLOCKS) == 12
    assert value("chain.block_interval_mean_s", blocks=BLOCKS) == (4_584 - 1_016) / 11
    assert value("chain.gas_used_share", blocks=BLOCKS) == 6_000_000 / (12 * 40_000_000)
    assert value("chain.mempool_max_tx", blocks=BLOCKS) == 3


def test_a_stretch_that_opens_the_window_starts_with_its_first_block() -> None:
    rows = [block(12, 2_616.0, count=10, first_time_s=1_176.0)]
    assert value("chain.block_interval_mean_s", blocks=rows) == 1_440 / 9


def test_without_blocks_block_figures_are_undefined() -> None:
    assert value("chain.blocks") == 0
    assert (
        undefined("chain.block_interval_mean_s", blocks=BLOCKS[1:2])
        == "1 block in the window, an interval needs 2"
    )
    for name in ("gas_used_share", "mempool_max_tx", "orphan_share", "stale_ratio", "reorg_depth_max"):
        assert undefined(f"chain.{name}", TWO_VIEWS) == "no block in the window"


def test_where_all_see_the_same_chain_forks_are_undefined_and_not_zero() -> None:
    for name in ("orphan_share", "stale_ratio", "reorg_depth_max"):
        assert undefined(f"chain.{name}", blocks=BLOCKS) == "one network view: forks cannot occur"
        assert value(f"chain.{name}", TWO_VIEWS, blocks=BLOCKS) == 0


def test_forks_count_against_all_and_against_canonical_blocks() -> None:
    lost = [block(20 + i, 2_000.0 + i, canonical=False, removed_at_s=2_100.0) for i in range(2)]
    lost.append(block(30, 3_000.0, canonical=False, removed_at_s=3_100.0))
    never_on_top = block(31, 3_010.0, canonical=False)
    rows = [*BLOCKS, *lost, never_on_top]
    assert value("chain.orphan_share", TWO_VIEWS, blocks=rows) == 4 / 16
    assert value("chain.stale_ratio", TWO_VIEWS, blocks=rows) == 4 / 12
    assert value("chain.reorg_depth_max", TWO_VIEWS, blocks=rows) == 2
    assert value("chain.reorg_depth_max", TWO_VIEWS, blocks=BLOCKS) == 0
    assert undefined("chain.stale_ratio", TWO_VIEWS, blocks=lost) == "no canonical block in the window"


TRANSACTIONS = [
    transaction(0, 900.0, included_at_s=1_100.0),
    transaction(1, 1_100.0, status=0),
    transaction(2, 1_200.0, included_at_s=5_000.0),
    transaction(3, 1_300.0, **LOST),
    transaction(4, 1_400.0, **{**LOST, "outcome": "dropped"}),
    transaction(5, 1_500.0, **{**LOST, "outcome": "pending"}),
    transaction(6, 4_700.0),
]


def test_throughput_counts_what_blocks_of_the_window_hold() -> None:
    assert value("chain.tx_offered", transactions=TRANSACTIONS) == 5
    assert value("chain.tx_included", transactions=TRANSACTIONS) == 2
    assert value("chain.tx_failed", transactions=TRANSACTIONS) == 1
    assert value("chain.tx_expired", transactions=TRANSACTIONS) == 2
    assert value("chain.tps_mean", transactions=TRANSACTIONS) == 2 / 3_600


def test_latency_runs_from_the_first_submission_through_replacement() -> None:
    rows = [
        transaction(0, 1_100.0, **{**LOST, "outcome": "dropped"}),
        transaction(0, 1_500.0, final_at_s=2_100.0, gas_price_sat=50),
        transaction(1, 1_600.0, final_at_s=1_700.0),
        transaction(2, 1_700.0, final_at_s=4_000.0),
    ]
    found = kpi("chain.latency_p50_s", transactions=rows)
    assert (found.value, found.n) == (1_000.0, 3)


def test_an_intent_that_never_completes_is_later_than_any_other() -> None:
    late = [transaction(nonce, 1_100.0 + nonce, **LOST) for nonce in range(2)]
    done = transaction(2, 1_200.0, final_at_s=1_300.0)
    assert undefined("chain.latency_p50_s", transactions=[*late, done]) == "2 of 3 intents never became final"
    off_chain = transaction(2, 1_200.0, final_at_s=1_300.0, canonical=False, removed_at_s=1_400.0)
    assert undefined("chain.latency_p50_s", transactions=[off_chain]) == "1 of 1 intents never became final"
    assert undefined("chain.latency_p50_s") == "no transaction was offered"


@pytest.mark.parametrize("count", [298, 299])
def test_the_99th_percentile_needs_299_intents(count: int) -> None:
    rows = [transaction(nonce, 1_001.0 + nonce, final_at_s=1_001.0 + nonce + nonce) for nonce in range(count)]
    found = kpi("chain.latency_p99_s", transactions=rows)
    if count < 299:
        assert (found.value, found.reason) == (None, "298 intents, a 99th percentile needs 299")
    else:
        assert found.value == 296.0


def test_stakers_halt_the_chain_above_half_of_mature_stake() -> None:
    halves = [staker("a", 0.5), staker("b", 0.25), staker("c", 0.25)]
    assert value("chain.nakamoto_halt", stakers=halves) == 2
    assert value("chain.nakamoto_halt", stakers=[staker("a", 0.51), staker("b", 0.49)]) == 1
    assert undefined("chain.nakamoto_halt") == "nobody stakes"


def test_the_staked_share_is_a_mean_over_time() -> None:
    rows = [
        supply(500.0, 10, staked_qtum_sat=99, issued_qtum_sat=100),
        supply(1_000.0, 10, staked_qtum_sat=20, issued_qtum_sat=100),
        supply(3_700.0, 10, staked_qtum_sat=40, issued_qtum_sat=100),
        supply(4_600.0, 10, staked_qtum_sat=40, issued_qtum_sat=100),
    ]
    assert value("chain.staked_share", supply=rows) == pytest.approx((0.3 * 2_700 + 0.4 * 900) / 3_600)
    assert undefined("chain.staked_share", supply=rows[:2]) == "fewer than two readings in the window"


VISITS = [
    visit(0, 900.0),
    visit(1, 1_100.0),
    visit(2, 1_200.0, anchored_at_s=None, record_id=None, outcome="no-anchor"),
    visit(3, 1_300.0, checked_in_at_s=None, anchored_at_s=None, outcome="check-in-failed"),
    visit(4, 4_500.0),
    visit(5, 4_700.0),
]


def test_visits_count_by_their_start_and_are_followed_through_the_drain() -> None:
    assert value("act.visits_attempted", visits=VISITS) == 4
    assert value("act.visits", visits=VISITS) == 3
    assert value("act.records_anchored", visits=VISITS) == 2
    same_record = [
        visit(1, 1_100.0, record_id=name_hash("one")),
        visit(2, 1_200.0, record_id=name_hash("one")),
    ]
    assert value("act.records_anchored", visits=same_record) == 1


SHARES = [
    share(0, 2_000.0, repeat_test_avoided=True),
    share(1, 2_100.0, to_provider_id="provider-0", repeat_test_avoided=True),
    share(2, 2_200.0, origin="forged", accepted=False),
    share(3, 2_300.0, origin="forged"),
    share(4, 2_400.0, accepted=False),
    share(5, 9_000.0),
]


def test_shares_are_honest_records_verified_elsewhere() -> None:
    assert value("act.shares", shares=SHARES) == 1
    assert value("act.repeat_tests_avoided", shares=SHARES) == 1


def test_proofs_by_verdict_and_origin() -> None:
    verified, rejected = (
        kpi(f"record.proofs_{verdict}", shares=SHARES) for verdict in ("verified", "rejected")
    )
    assert (verified.value, verified.beside) == (3, {"honest": 2, "forged": 1})
    assert (rejected.value, rejected.beside) == (2, {"honest": 1, "forged": 1})
    assert value("record.false_accepts", shares=SHARES) == 1
    assert value("record.false_rejects", shares=SHARES) == 1


def test_acts_per_second_count_what_was_completed_in_the_window() -> None:
    # Check-ins of visits 0, 1 and 2; records of visits 0 and 1; one share. Visit 4 ends after the window.
    assert value("chain.acts_per_s", visits=VISITS, shares=SHARES) == 6 / 3_600


COSTS = [
    transaction(0, 1_100.0, visit_id="visit-1", gas_used_gas=60_000, fee_sat=2_400_000),
    transaction(1, 1_150.0, visit_id="visit-1", gas_used_gas=30_000, fee_sat=1_200_000, status=0),
    transaction(2, 5_000.0, visit_id="visit-1", gas_used_gas=70_000, fee_sat=2_800_000, act="anchor"),
    transaction(3, 1_200.0, visit_id="visit-0", gas_used_gas=999_999),
    transaction(4, 2_000.0, visit_id=None, act="settle", gas_used_gas=20_000, fee_sat=800_000),
    transaction(5, 2_000.0, visit_id=None, act="register", gas_used_gas=500_000),
    transaction(6, 1_300.0, visit_id="visit-1", gas_used_gas=1, canonical=False),
]


def test_a_visit_costs_its_own_transactions_retries_and_its_part_of_conversion() -> None:
    found = kpi("act.gas_per_visit", visits=VISITS, transactions=COSTS)
    assert found.value == (60_000 + 30_000 + 70_000 + 20_000) / 3
    assert found.beside == {"own_gas": 160_000 / 3, "conversion_gas": 20_000 / 3}
    fee = kpi("act.fee_per_visit_krw", visits=VISITS, transactions=COSTS)
    assert fee.value == pytest.approx(7_200_000 / 1e8 / 3 * 4000)
    assert fee.beside["fee_qtum"] == pytest.approx(0.024)


def test_without_a_visit_or_a_price_cost_is_undefined() -> None:
    assert undefined("act.gas_per_visit") == "no visit was checked in"
    assert undefined("act.fee_per_visit_krw") == "no visit was checked in"
    unpriced = replace(HOUR, qtum_krw=None)
    assert undefined("act.fee_per_visit_krw", unpriced, visits=VISITS) == "QTUM has no price in KRW here"


YEAR = KpiContext(window_start_s=0, window_end_s=365 * DAY_S, emission_rate_year_share=0.05)


def test_supply_is_read_at_the_end_of_the_window() -> None:
    rows = [supply(0.0, 1_000 * MED), supply(365.0 * DAY_S, 1_050 * MED), supply(366.0 * DAY_S, 2_000 * MED)]
    assert value("token.supply_med", YEAR, supply=rows) == 1_050
    assert value("token.circulating_med", YEAR, supply=rows) == 1_050 * 0.89
    assert undefined("token.supply_med", YEAR) == "supply was not read in the window"
    assert undefined("token.circulating_med", YEAR) == "supply was not read in the window"


def test_inflation_is_net_of_burns_with_gross_and_scheduled_beside_it() -> None:
    rows = [
        supply(0.0, 1_000 * MED),
        supply(365.0 * DAY_S, 1_030 * MED, minted_med_units=1_050 * MED, burned_med_units=20 * MED),
    ]
    found = kpi("token.inflation_year_share", YEAR, supply=rows)
    assert found.value == pytest.approx(0.03, abs=1e-9)
    assert found.beside == {"gross_year_share": pytest.approx(0.05, abs=1e-9), "scheduled_year_share": 0.05}


def test_inflation_compounds_to_a_year() -> None:
    half = replace(YEAR, window_end_s=365 * DAY_S / 2)
    rows = [supply(0.0, 1_000 * MED), supply(182.0 * DAY_S, 1_100 * MED)]
    assert value("token.inflation_year_share", half, supply=rows) == pytest.approx(0.21, abs=1e-9)
    gone = [supply(0.0, 1_000 * MED), supply(182.0 * DAY_S, 0)]
    assert value("token.inflation_year_share", half, supply=gone) == -1.0


def test_inflation_is_undefined_below_30_days_or_without_an_opening_supply() -> None:
    rows = [supply(0.0, 1_000 * MED), supply(29.0 * DAY_S, 1_050 * MED)]
    short, month = (replace(YEAR, window_end_s=days * DAY_S) for days in (29.5, 30))
    assert (
        undefined("token.inflation_year_share", short, supply=rows)
        == "the window has 29.5 days, a yearly rate needs 30"
    )
    assert value("token.inflation_year_share", month, supply=rows) > 0.5
    assert (
        undefined("token.inflation_year_share", month, supply=rows[1:]) == "supply was not read in the window"
    )
    assert (
        undefined("token.inflation_year_share", month, supply=[supply(0.0, 0), rows[1]])
        == "no MED at the start"
    )


def test_concentration_is_over_owners_not_accounts_of_the_system() -> None:
    rows = [
        balance("a", "patient", 30),
        balance("a", "holder", 10),
        balance("b", "provider", 10),
        balance("c", "staker", 0),
        balance("treasury", "treasury", 10**12),
        balance("pool", "pool", 10**12),
    ]
    assert value("token.gini", balances=rows) == pytest.approx((1 * 40 - 1 * 10) / (2 * 50))
    assert value("token.gini_all", balances=rows) == pytest.approx((2 * 40 - 2 * 0) / (3 * 50))
    assert value("token.nakamoto_holders", balances=rows) == 1
    for name in ("gini", "gini_all", "nakamoto_holders"):
        assert undefined(f"token.{name}", balances=rows[3:]) == "no owner holds MED"


def test_rewards_by_role_with_the_median_over_all_of_the_role() -> None:
    year = replace(YEAR, window_end_s=73 * DAY_S)
    people = [balance("a", "patient", 5), balance("b", "patient", 0), balance("c", "patient", 2)]
    paid = [
        reward("a", "patient", 300 * MED),
        reward("c", "patient", 100 * MED),
        reward("provider-0", "provider", 7 * MED),
        reward("b", "patient", 900 * MED, paid_at_s=74.0 * DAY_S),
    ]
    found = kpi("reward.patient_med", year, rewards=paid, balances=people)
    assert (found.value, found.n) == (400, 3)
    assert found.beside == {"median_person_year_med": pytest.approx(500), "krw": None}
    assert value("reward.provider_med", year, rewards=paid, balances=people) == 7
    assert kpi("reward.provider_med", year).beside["median_person_year_med"] is None


def test_stakers_earn_subsidy_and_fees() -> None:
    found = kpi("reward.staker_native", blocks=BLOCKS, supply=[supply(1_000.0, 1), supply(4_600.0, 1)])
    reward_sat = 4_800_000_075
    assert found.value == reward_sat / 1e8
    assert found.beside["yield_year_share"] == pytest.approx(reward_sat / (22 * 10**14) * 31_536_000 / 3_600)
    assert kpi("reward.staker_native", blocks=BLOCKS).beside == {"yield_year_share": None}


def test_without_a_market_there_is_no_price() -> None:
    for name in ("token.price_krw", "token.price_age_s", "reward.per_visit_krw"):
        assert undefined(name) == "no market in this scenario"


def test_what_was_not_measured_is_null_and_not_zero() -> None:
    assert undefined("privacy.plaintext_on_chain_bytes") == "not measured in this run"
    assert value("privacy.plaintext_on_chain_bytes", CONTEXT) == 0
    assert value("sim.events", CONTEXT) == 1234


def test_grades_are_the_worst_of_what_a_figure_rests_on() -> None:
    figures = compute(filled_frames(), CONTEXT)
    assert figures["act.fee_per_visit_krw"].grade == "U"
    assert figures["chain.latency_p50_s"].grade == "D"
    assert figures["chain.blocks"].grade == "S"


def test_every_figure_says_what_it_rests_on() -> None:
    assert set(RESTS_ON) == set(compute(filled_frames(), CONTEXT))


def test_what_rests_on_the_people_and_their_records_has_their_grade() -> None:
    unsourced = replace(CONTEXT, grades={"population.source": "U", "chain.protocol": "S"})
    figures = compute(filled_frames(), unsourced)
    for name in (
        "chain.latency_p50_s",
        "record.false_accepts",
        "record.false_rejects",
        "privacy.plaintext_on_chain_bytes",
    ):
        assert figures[name].grade == "U"
    assert figures["chain.block_interval_mean_s"].grade == "S"
    assert {"time.warmup_days", "chain.confirmation_depth_blocks"} <= set(RESTS_ON["chain.latency_p99_s"])


def test_metadata_of_the_run_has_no_grade() -> None:
    figures = compute(filled_frames(), CONTEXT)
    assert {name for name, found in figures.items() if found.grade == ""} == {"sim.events", "sim.wall_s"}


def test_figures_rest_on_parameters_that_exist() -> None:
    from sim.scenario import catalogue

    assert {key for keys in RESTS_ON.values() for key in keys} <= set(catalogue())


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match="the window is empty: 5 s to 5 s"):
        compute(filled_frames(), KpiContext(5, 5))


def test_a_figure_has_a_value_or_a_reason() -> None:
    with pytest.raises(ValueError, match="a value or a reason"):
        Kpi(None, "1")
    with pytest.raises(ValueError, match="a value or a reason"):
        Kpi(1, "1", "but why")
