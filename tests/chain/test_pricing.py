"""The estimated gas price: the minimum while there is room, above the others where there is none."""

from __future__ import annotations

from branching import BOB, CYD, make, open_lottery, payment, submit, waiting

from chain.ledger.pricing import FeeEstimator, PriceRules

PATIENT = PriceRules(target_blocks=2, ceiling_sat=500)


def test_the_minimum_is_enough_while_the_next_blocks_hold_all() -> None:
    ledger, _contract = open_lottery(gas_limit_gas=63_000)
    submit(ledger, *(payment(BOB, nonce, 70) for nonce in range(6)))
    assert FeeEstimator(ledger, PATIENT).price_sat() == 40


def test_one_must_be_dearer_than_what_fills_the_next_blocks() -> None:
    ledger, _contract = open_lottery(gas_limit_gas=63_000)
    submit(ledger, *(payment(BOB, nonce, 70) for nonce in range(4)))
    submit(ledger, *(payment(CYD, nonce, 50) for nonce in range(4)))
    assert FeeEstimator(ledger, PATIENT).price_sat() == 51
    assert FeeEstimator(ledger, PriceRules(1, 500)).price_sat() == 71
    assert FeeEstimator(ledger, PriceRules(3, 500)).price_sat() == 40
    assert FeeEstimator(ledger, PriceRules(1, 60)).price_sat() == 60


def test_full_blocks_speak_for_a_price_above_their_cheapest_and_a_reorganisation_takes_that_back() -> None:
    ledger, _contract = open_lottery(gas_limit_gas=63_000)
    opening, estimator = ledger.tip, FeeEstimator(ledger, PATIENT)
    for nonce in range(0, 6, 3):
        submit(ledger, *(payment(BOB, nonce + more, 90 - nonce) for more in range(3)))
        ledger.move_to(make(ledger, ledger.tip, waiting(ledger)))
    assert estimator.price_sat() == 91
    ledger.move_to(make(ledger, ledger.tip))
    assert estimator.price_sat() == 91
    ledger.move_to(make(ledger, make(ledger, ledger.tip), producer="b"))
    assert estimator.price_sat() == 40
    tip = opening
    for _ in range(5):
        tip = make(ledger, tip, producer="b")
    ledger.move_to(tip)
    assert len(ledger.mempool) == 6
    assert estimator.price_sat() == 40


def test_a_price_is_estimated_once_a_block() -> None:
    ledger, _contract = open_lottery(gas_limit_gas=63_000)
    estimator = FeeEstimator(ledger, PriceRules(1, 500))
    assert estimator.price_sat() == 40
    submit(ledger, *(payment(BOB, nonce, 70) for nonce in range(4)))
    assert estimator.price_sat() == 40
    ledger.move_to(make(ledger, ledger.tip))
    assert estimator.price_sat() == 71
