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
    epoch,
    filled_frames,
    frames,
    name_hash,
    reorganisation,
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
    assert undefined("chain.stale_ratio", TWO_VIEWS, blocks=lost) == "no canonical block in the window"


def test_the_deepest_reorganisation_counts_wherever_it_was_and_the_observer_s_beside_it() -> None:
    rows = [
        reorganisation(900.0, "staker-0", 9),
        reorganisation(2_000.0, "staker-0", 5),
        reorganisation(2_001.0, "gateway", 2, transactions_removed=3, transactions_returned=1),
    ]
    found = kpi("chain.reorg_depth_max", TWO_VIEWS, blocks=BLOCKS, reorganisations=rows)
    assert (found.value, found.n, found.beside) == (5, 2, {"at_the_observer": 2})
    assert value("chain.reorg_depth_max", TWO_VIEWS, blocks=BLOCKS) == 0


def test_finality_on_a_network_runs_from_the_making_of_each_canonical_block() -> None:
    rows = [
        block(2, 1_008.0, made_at_s=1_010.5, final_at_s=2_010.5),
        block(3, 1_108.0, made_at_s=1_110.0, final_at_s=1_310.0),
        block(4, 1_208.0, made_at_s=1_210.0, final_at_s=1_610.0),
        block(5, 1_300.0, made_at_s=1_300.0, final_at_s=1_301.0, canonical=False),
        block(1, 900.0, made_at_s=900.0, final_at_s=901.0),
    ]
    found = kpi("chain.finality_p50_s", TWO_VIEWS, blocks=rows)
    assert (found.value, found.n) == (400.0, 3)
    open_ended = [*rows, *(block(6 + i, 2_000.0, made_at_s=2_000.0 + i) for i in range(4))]
    assert (
        undefined("chain.finality_p50_s", TWO_VIEWS, blocks=open_ended) == "4 of 7 blocks never became final"
    )
    assert undefined("chain.finality_p50_s", TWO_VIEWS) == "no block in the window"


def test_finality_on_one_view_is_that_of_the_blocks_with_transactions() -> None:
    rows = [
        transaction(0, 1_000.0, block_number=1, included_at_s=1_100.0, final_at_s=2_400.0),
        transaction(1, 1_050.0, block_number=1, included_at_s=1_100.0, final_at_s=2_400.0),
        transaction(2, 1_200.0, block_number=2, included_at_s=1_300.0, final_at_s=2_500.0),
        transaction(3, 1_400.0, **LOST),
    ]
    found = kpi("chain.finality_p50_s", blocks=BLOCKS, transactions=rows)
    assert (found.value, found.n) == (1_200.0, 2)
    assert undefined("chain.finality_p99_s", transactions=rows) == "2 blocks, a 99th percentile needs 299"
    assert undefined("chain.finality_p50_s", blocks=BLOCKS) == "no block with transactions in the window"


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
    transaction(5, 2_000.0, visit_id=None, act="register", gas_used_gas=500_000),
    transaction(6, 1_300.0, visit_id="visit-1", gas_used_gas=1, canonical=False),
]
OF_EPOCHS = replace(HOUR, epoch_s=1_200)
"""Of epochs 0 [0, 1200), 1 [1200, 2400), 2 [2400, 3600) and 3 [3600, 4800), 1 and 2 lie in [1000, 4600)."""

EPOCHS = [epoch(number, 1_200.0 * number, 1_200.0 * (number + 1) + 100) for number in range(4)]
PAID = [
    reward("patient-0", "patient", 1, epoch=0, block_number=50),
    reward("patient-0", "patient", 1, epoch=1, block_number=51),
    reward("patient-0", "patient", 1, epoch=2, block_number=52),
    reward("patient-0", "patient", 1, epoch=3, block_number=53),
    *(reward(who, "patient", 1, epoch=2, block_number=54) for who in ("patient-0", "patient-1", "patient-2")),
    reward("patient-1", "patient", 1, epoch=3, block_number=54),
]


def conversion(
    nonce: int, act: str, included_at_s: float, block_number: int, gas_used_gas: int
) -> dict[str, Any]:
    return transaction(
        nonce, included_at_s - 100, act=act, visit_id=None, block_number=block_number, gas_used_gas=gas_used_gas,
        fee_sat=40 * gas_used_gas,
    )  # fmt: skip


CONVERSION = [
    conversion(10, "close-epoch", 1_300.0, 40, 1_000_000),
    conversion(11, "settle", 1_400.0, 50, 1_000_000),
    conversion(12, "close-epoch", 2_500.0, 41, 20_000),
    conversion(13, "settle", 2_600.0, 51, 50_000),
    conversion(14, "close-epoch", 3_700.0, 42, 20_000),
    # Block 54 pays three of epoch 2 and one of epoch 3, in the drain.
    conversion(15, "settle", 9_000.0, 52, 60_000),
    conversion(16, "settle", 9_100.0, 54, 40_000),
    conversion(17, "close-epoch", 4_900.0, 43, 1_000_000),
    conversion(18, "settle", 9_200.0, 53, 1_000_000),
    # Neither pays anybody; epoch 1 had ended before the first, epoch 3 before the second.
    conversion(19, "settle", 3_000.0, 60, 5_000),
    conversion(20, "close-epoch", 5_000.0, 61, 1_000_000),
]
"""Of epochs 1 and 2: 20 + 50 + 20 + 60 + 3/4 of 40 + 5 = 185 thousand gas."""

CREDITED = [*VISITS, visit(6, 300.0, credited_at_s=1_199.0), visit(7, 2_000.0, credited_at_s=3_599.0)]
"""Credited 1,200 s after their start: visits 1 to 3 at 2300 to 2500, visit 0 at 2100, 4 and 5 after 3600."""


def test_a_visit_costs_its_own_transactions_retries_and_its_part_of_conversion() -> None:
    rows = {"transactions": [*COSTS, *CONVERSION], "epochs": EPOCHS, "rewards": PAID, "visits": CREDITED}
    found = kpi("act.gas_per_visit", OF_EPOCHS, **rows)
    own, converted = 160_000 / 4, 185_000 / 5
    assert found.value == own + converted
    assert found.beside == {"own_gas": own, "conversion_gas": converted, "epochs": 2, "visits_credited": 5}
    fee = kpi("act.fee_per_visit_krw", OF_EPOCHS, **rows)
    fee_qtum = 6_400_000 / 1e8 / 4 + 185_000 * 40 / 1e8 / 5
    assert fee.value == pytest.approx(fee_qtum * 4000)
    assert fee.beside == {"fee_qtum": pytest.approx(fee_qtum), "epochs": 2, "visits_credited": 5}


def test_cost_is_undefined_without_a_visit_a_whole_epoch_a_credit_or_a_price() -> None:
    for name in ("act.gas_per_visit", "act.fee_per_visit_krw"):
        assert undefined(name) == "no visit was checked in"
        assert undefined(name, visits=VISITS, epochs=EPOCHS) == "no whole epoch in the window"
        assert undefined(name, OF_EPOCHS, visits=VISITS, epochs=EPOCHS[3:]) == "no whole epoch in the window"
        late = [visit(1, 1_100.0, credited_at_s=None)]
        assert (
            undefined(name, OF_EPOCHS, visits=late, epochs=EPOCHS)
            == "no visit was credited in the whole epochs of the window"
        )
    short = kpi("act.gas_per_visit", visits=VISITS, transactions=COSTS)
    assert short.beside == {"own_gas": 160_000 / 3, "conversion_gas": None, "epochs": 0, "visits_credited": 0}
    unpriced = replace(OF_EPOCHS, qtum_krw=None)
    found = kpi("act.fee_per_visit_krw", unpriced, visits=VISITS, epochs=EPOCHS, transactions=COSTS)
    assert found.reason == "QTUM has no price in KRW here"
    assert found.beside["fee_qtum"] == pytest.approx(6_400_000 / 1e8 / 3)


YEAR = KpiContext(
    window_start_s=0, window_end_s=365 * DAY_S, epoch_s=73 * DAY_S, emission_rate_year_share=0.05
)


def epochs_of(days: int, *emissions_med: int) -> list[dict[str, Any]]:
    """Epochs of so many days from second 0 on, each closed a day late, with its emission in MED."""
    return [
        epoch(number, float(number * days * DAY_S), float((number + 1) * days + 1) * DAY_S,
              emission_med_units=emission * MED)
        for number, emission in enumerate(emissions_med)
    ]  # fmt: skip


def test_supply_is_read_at_the_end_of_the_window() -> None:
    rows = [supply(0.0, 1_000 * MED), supply(365.0 * DAY_S, 1_050 * MED), supply(366.0 * DAY_S, 2_000 * MED)]
    assert value("token.supply_med", YEAR, supply=rows) == 1_050
    assert value("token.circulating_med", YEAR, supply=rows) == 1_050 * 0.89
    assert undefined("token.supply_med", YEAR) == "supply was not read in the window"
    assert undefined("token.circulating_med", YEAR) == "supply was not read in the window"


INFLATION = "token.inflation_year_share"


def test_inflation_is_net_of_burns_with_gross_and_scheduled_beside_it() -> None:
    # The last epoch is closed and its 10 MED are minted after the window; 5 of the 25 MED burn in the drain.
    rows = [
        supply(0.0, 1_000 * MED),
        supply(365.0 * DAY_S, 1_020 * MED, minted_med_units=1_040 * MED, burned_med_units=20 * MED),
        supply(367.0 * DAY_S, 1_025 * MED, minted_med_units=1_050 * MED, burned_med_units=25 * MED),
    ]
    credited = [visit(0, 10.0 * DAY_S), visit(1, 365.5 * DAY_S)]
    found = kpi(INFLATION, YEAR, supply=rows, epochs=epochs_of(73, 10, 10, 10, 10, 10), visits=credited)
    assert found.value == pytest.approx(0.03, abs=1e-9)
    assert found.beside == {
        "gross_year_share": pytest.approx(0.05, abs=1e-9),
        "scheduled_year_share": 0.05,
        "epochs": 5,
        "points_outside": 200,
    }


def test_inflation_does_not_depend_on_how_epochs_fall_into_the_window() -> None:
    # 100 MED in 73 days on 1,000 are 1.1^5 − 1 a year, whatever part of the second epoch the window holds.
    rows = [supply(0.0, 1_000 * MED), supply(74.0 * DAY_S, 1_100 * MED), supply(147.0 * DAY_S, 1_200 * MED)]
    for days in (73, 100, 145.9):
        window = replace(YEAR, window_end_s=days * DAY_S)
        found = kpi(INFLATION, window, supply=rows, epochs=epochs_of(73, 100, 100))
        assert (found.value, found.n) == (pytest.approx(0.61051, abs=1e-9), 1)
    both = replace(YEAR, window_end_s=146 * DAY_S)
    assert value(INFLATION, both, supply=rows, epochs=epochs_of(73, 100, 100)) == pytest.approx(1.2**2.5 - 1)
    late = replace(YEAR, window_start_s=1, window_end_s=146 * DAY_S)
    assert kpi(INFLATION, late, supply=rows, epochs=epochs_of(73, 100, 300)).value == pytest.approx(
        1.3**5 - 1
    )


def test_all_burned_is_an_inflation_of_minus_one() -> None:
    window = replace(YEAR, window_end_s=73 * DAY_S)
    gone = [supply(0.0, 1_000 * MED), supply(73.0 * DAY_S, 0, burned_med_units=1_000 * MED)]
    assert value(INFLATION, window, supply=gone, epochs=epochs_of(73, 0)) == -1.0


def test_inflation_is_undefined_below_30_days_without_an_opening_supply_or_a_whole_epoch() -> None:
    rows = [supply(0.0, 1_000 * MED), supply(29.0 * DAY_S, 1_050 * MED)]
    short, month = (replace(YEAR, window_end_s=days * DAY_S, epoch_s=7 * DAY_S) for days in (29.5, 30))
    weeks = epochs_of(7, 10, 10, 10, 10)
    assert (
        undefined(INFLATION, short, supply=rows, epochs=weeks)
        == "the window has 29.5 days, a yearly rate needs 30"
    )
    assert value(INFLATION, month, supply=rows, epochs=weeks) == pytest.approx(1.04 ** (365 / 28) - 1)
    assert undefined(INFLATION, month, supply=rows[1:], epochs=weeks) == "supply was not read in the window"
    assert (
        undefined(INFLATION, month, supply=[supply(0.0, 0), rows[1]], epochs=weeks) == "no MED at the start"
    )
    assert undefined(INFLATION, month, supply=rows) == "no whole epoch in the window"


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
        assert undefined(f"token.{name}", balances=rows[3:]).startswith("no owner holds MED")


def test_what_is_bound_is_owned_and_does_not_circulate() -> None:
    rows = [
        balance("buyer", "buyer", 10, bound_med_units=30),
        balance("member", "team", 0, bound_med_units=60),
        balance("b", "provider", 10),
        balance("c", "patient", 5),
    ]
    # Sorted holdings 5, 10, 40, 60: Σ (2i − n − 1)·x = −15 − 10 + 40 + 180.
    assert value("token.gini", balances=rows) == pytest.approx(195 / (4 * 115))
    assert value("token.nakamoto_holders", balances=rows) == 2
    found = kpi("token.nakamoto_holders", balances=[rows[1]])
    assert (found.value, found.reason) == (None, "no owner holds MED that circulates")
    assert value("token.gini", balances=[rows[1]]) == 0


def test_locks_grants_stake_and_unsold_med_do_not_circulate() -> None:
    held = {
        "treasury_med_units": 500 * MED, "pool_med_units": MED,
        "sale_med_units": 20 * MED, "locked_med_units": 300 * MED, "vesting_med_units": 4 * MED,
        "staked_med_units": 50 * MED, "escrow_med_units": 6 * MED, "holders_med_units": 119 * MED,
    }  # fmt: skip
    assert value("token.circulating_med", YEAR, supply=[supply(0.0, 1_000 * MED, **held)]) == 125


def test_rewards_are_those_of_whole_epochs_whenever_they_were_paid() -> None:
    # Epoch 1 starts before day 80, epoch 2 is paid in the drain, epoch 3 is not over at day 230.
    window = replace(YEAR, window_start_s=80 * DAY_S, window_end_s=230 * DAY_S)
    people = [balance("a", "patient", 5), balance("b", "patient", 0), balance("c", "patient", 2)]
    paid = [
        reward("a", "patient", 900 * MED, epoch=1, paid_at_s=147.0 * DAY_S),
        reward("a", "patient", 300 * MED, epoch=2, paid_at_s=219.5 * DAY_S),
        reward("c", "patient", 100 * MED, epoch=2, paid_at_s=231.0 * DAY_S),
        reward("provider-0", "provider", 7 * MED, epoch=2, paid_at_s=231.0 * DAY_S),
        reward("b", "patient", 900 * MED, epoch=3, paid_at_s=293.0 * DAY_S),
    ]
    visits = [
        visit(0, 70.0 * DAY_S),
        visit(1, 90.0 * DAY_S),
        visit(2, 146.0 * DAY_S),
        visit(3, 229.0 * DAY_S, provider_points=30),
        visit(4, 229.5 * DAY_S, credited_at_s=None),
    ]
    rows = {"rewards": paid, "balances": people, "epochs": epochs_of(73, 1, 1, 1, 1), "visits": visits}
    found = kpi("reward.patient_med", window, **rows)
    assert (found.value, found.n) == (400, 3)
    assert found.beside == {
        "median_person_year_med": pytest.approx(500),
        "krw": None,
        "epochs": 1,
        "points_outside": 200,
    }
    providers = kpi("reward.provider_med", window, **rows)
    assert (providers.value, providers.beside["points_outside"]) == (7, 130)
    nobody = kpi("reward.provider_med", window, epochs=rows["epochs"])
    assert (nobody.value, nobody.beside["median_person_year_med"]) == (0, None)


def test_without_a_whole_epoch_rewards_are_undefined() -> None:
    paid = [reward("a", "patient", 5 * MED)]
    for epochs, end_s in (([], 365), (epochs_of(73, 1), 72.9)):
        window = replace(YEAR, window_end_s=end_s * DAY_S)
        for role in ("patient", "provider"):
            name = f"reward.{role}_med"
            assert undefined(name, window, rewards=paid, epochs=epochs) == "no whole epoch in the window"


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


def test_what_only_some_protocols_read_moves_some_figure() -> None:
    from sim.scenario import catalogue
    from sim.scenario.protocol_kinds import OWN_CHAPTERS

    own = {key for key in catalogue() if key.partition(".")[0] in OWN_CHAPTERS}
    assert {"dpos.slot_s", "bft.inflation", "lottery.miners", "notary.batch_s"} <= own
    assert own <= {key for keys in RESTS_ON.values() for key in keys}


def test_a_protocol_s_own_keys_count_where_it_runs() -> None:
    unsourced = replace(CONTEXT, grades={"lottery.interval_s": "D", "lottery.miners": "U"})
    figures = compute(filled_frames(), unsourced)
    found = {name: figures[name].grade for name in ("chain.block_interval_mean_s", "chain.nakamoto_halt")}
    assert found == {"chain.block_interval_mean_s": "D", "chain.nakamoto_halt": "U"}
    assert figures["act.shares"].grade == "S"


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match="the window is empty: 5 s to 5 s"):
        compute(filled_frames(), KpiContext(5, 5))


def test_a_figure_has_a_value_or_a_reason() -> None:
    with pytest.raises(ValueError, match="a value or a reason"):
        Kpi(None, "1")
    with pytest.raises(ValueError, match="a value or a reason"):
        Kpi(1, "1", "but why")
