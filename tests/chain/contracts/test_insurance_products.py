"""A product is its terms: nobody changes them, and terms that cannot be meant are refused."""

from __future__ import annotations

from typing import Any

import pytest
from insured import MED, insurers, word

from chain.contracts.rehearsal.cast import INSURER, OTHER_INSURER, PATIENT
from chain.contracts.rehearsal.insurance import offered, outpatient, taken
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.insurance import NO_PERMIT

UNKNOWN = b"\x07" * 32


@pytest.fixture
def ready(stage: Stage) -> Stage:
    return insurers(stage)


def test_an_offer_is_kept_as_it_was_made(ready: Stage) -> None:
    terms = outpatient()
    outcome = ready.do(INSURER, ready.system.insurance, "offer", terms.arguments)
    product_id = terms.product_id(INSURER.address)
    (event,) = outcome.events
    assert (event.name, event.arguments["productId"], event.arguments["insurer"]) == (
        "ProductOffered",
        product_id,
        INSURER.address,
    )
    product = ready.read(ready.system.insurance, "productOf", product_id)
    assert (product["insurer"], product["withdrawn"]) == (INSURER.address, False)
    assert tuple(product["terms"].values()) == terms.arguments == tuple(event.arguments["terms"].values())


def test_other_terms_or_another_insurer_are_another_product(ready: Stage) -> None:
    first = offered(ready, INSURER, outpatient())
    second = offered(ready, INSURER, outpatient(premium_med_units=1))
    third = offered(ready, OTHER_INSURER, outpatient())
    assert len({first, second, third}) == 3


def test_the_same_terms_are_offered_once(ready: Stage) -> None:
    product_id = offered(ready, INSURER, outpatient())
    again = ready.send(INSURER, ready.system.insurance, "offer", outpatient().arguments)
    assert again.error == f"ProductOfferedAlready(productId={word(product_id)})"


def test_a_withdrawn_product_is_not_sold_and_may_be_offered_again(ready: Stage) -> None:
    insurance = ready.system.insurance
    product_id = offered(ready, INSURER, outpatient())
    policy_id = taken(ready, PATIENT, product_id)
    ready.do(INSURER, insurance, "withdrawProduct", product_id)
    refusal = f"ProductNotForSale(productId={word(product_id)})"
    assert ready.send(PATIENT, insurance, "take", product_id, NO_PERMIT).error == refusal
    assert ready.send(PATIENT, insurance, "renew", policy_id, NO_PERMIT).error == refusal
    assert ready.send(INSURER, insurance, "withdrawProduct", product_id).error == refusal
    assert offered(ready, INSURER, outpatient()) == product_id
    assert ready.send(PATIENT, insurance, "renew", policy_id, NO_PERMIT).status == 1


def test_only_its_insurer_withdraws_a_product(ready: Stage) -> None:
    insurance = ready.system.insurance
    product_id = offered(ready, INSURER, outpatient())
    outcome = ready.send(OTHER_INSURER, insurance, "withdrawProduct", product_id)
    parties = f"caller={word(OTHER_INSURER.address)}, insurer={word(INSURER.address)}"
    assert outcome.error == f"NotTheInsurer({parties})"
    outcome = ready.send(PATIENT, insurance, "withdrawProduct", product_id)
    assert outcome.error == f"InsurerNotActive(account={word(PATIENT.address)})"


def test_what_nobody_offered_cannot_be_bought_or_withdrawn(ready: Stage) -> None:
    insurance, refusal = ready.system.insurance, f"ProductUnknown(productId={word(UNKNOWN)})"
    assert ready.send(PATIENT, insurance, "take", UNKNOWN, NO_PERMIT).error == refusal
    assert ready.send(INSURER, insurance, "withdrawProduct", UNKNOWN).error == refusal


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"period_s": 0}, "PeriodZero()"),
        ({"cover_limit_med_units": 0}, "LimitZero()"),
        ({"claim_limit_med_units": 0}, "LimitZero()"),
        ({"kinds": 0}, "KindsEmpty()"),
        ({"coinsurance_basis_points": 0}, "ShareInvalid(basisPoints=0)"),
        ({"coinsurance_basis_points": 10_001}, "ShareInvalid(basisPoints=10001)"),
        ({"refund_basis_points": 10_001}, "ShareInvalid(basisPoints=10001)"),
        (
            {"review_s": 30 * DAY_S + 1},
            f"TermTooLong(termSeconds={30 * DAY_S + 1}, maximumSeconds={30 * DAY_S})",
        ),
        (
            {"appeal_s": 365 * DAY_S + 1},
            f"TermTooLong(termSeconds={365 * DAY_S + 1}, maximumSeconds={365 * DAY_S})",
        ),
        (
            {"filing_s": 365 * DAY_S + 1},
            f"TermTooLong(termSeconds={365 * DAY_S + 1}, maximumSeconds={365 * DAY_S})",
        ),
        (
            {"appeal_s": 7 * DAY_S - 1},
            f"AppealTooShort(appealSeconds={7 * DAY_S - 1}, minimumSeconds={7 * DAY_S})",
        ),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(ready: Stage, changes: dict[str, Any], error: str) -> None:
    outcome = ready.send(INSURER, ready.system.insurance, "offer", outpatient(**changes).arguments)
    assert outcome.error == error


@pytest.mark.parametrize(
    "changes",
    [
        {"period_s": 1},
        {"cover_limit_med_units": 1, "claim_limit_med_units": 1},
        {"kinds": 1 << 63},
        {"coinsurance_basis_points": 1},
        {"coinsurance_basis_points": 10_000},
        {"refund_basis_points": 10_000},
        {"review_s": 30 * DAY_S},
        {"appeal_s": 7 * DAY_S},
        {"appeal_s": 365 * DAY_S, "filing_s": 365 * DAY_S},
        {"premium_med_units": 0, "waiting_s": 0, "filing_s": 0, "review_s": 0, "refund_basis_points": 0},
        {"deductible_med_units": 10_000_000_000 * MED},
    ],
)
def test_terms_at_the_edge_are_taken(ready: Stage, changes: dict[str, Any]) -> None:
    assert ready.send(INSURER, ready.system.insurance, "offer", outpatient(**changes).arguments).status == 1
