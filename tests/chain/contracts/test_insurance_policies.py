"""Policies are bought at the list price or on a quote that counts once, follow each other, are cancelled and lapse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from insured import LIVE, MED, RELEASED, RESERVE, Insured, insured, insurers, word

from chain.contracts.rehearsal.cast import (
    ARBITER,
    INSURER,
    NEW_PHONE,
    OTHER_INSURER,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.insurance import (
    EVIDENCE,
    FACTS,
    offered,
    outpatient,
    permitted,
    policy_of,
    quoted,
    signed,
    taken,
)
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.insurance import NO_CLAIM, NO_PERMIT, Quote, insurance_domain, policy_id
from chain.eip712 import compact

UNKNOWN = b"\x07" * 32
TERMS = outpatient()


@pytest.fixture
def ready(stage: Stage) -> Stage:
    return insurers(stage)


@pytest.fixture
def cover(ready: Stage) -> Insured:
    """A policy that was bought just now: its waiting time has not begun to pass."""
    product_id = offered(ready, INSURER, TERMS)
    return Insured(ready, TERMS, product_id, taken(ready, PATIENT, product_id))


@pytest.fixture
def quote(ready: Stage) -> Quote:
    return quoted(offered(ready, INSURER, TERMS), TERMS, PATIENT)


def accept(stage: Stage, quote: Quote, *, who: Any = PATIENT, by: Any = INSURER, **signs: Any) -> Outcome:
    """Have a patient accept a quote, with a signature over it or over one with changes."""
    signature = signed(stage, replace(quote, **signs), by)
    return stage.send(who, stage.system.insurance, "accept", quote.arguments, signature, NO_PERMIT)


def test_a_policy_bought_at_the_list_price(ready: Stage) -> None:
    product_id = offered(ready, INSURER, TERMS)
    before = ready.balance(PATIENT.address)
    outcome = ready.do(PATIENT, ready.system.insurance, "take", product_id, NO_PERMIT)
    starts_at_s = ready.time_s + TERMS.waiting_s
    bought = policy_id(product_id, PATIENT.address, starts_at_s)
    (event,) = [event for event in outcome.events if event.name == "PolicyTaken"]
    assert event.arguments == {
        "policyId": bought,
        "productId": product_id,
        "patient": PATIENT.address,
        "premium": TERMS.premium_med_units,
        "coverLimit": TERMS.cover_limit_med_units,
        "claimLimit": TERMS.claim_limit_med_units,
        "startsAt": starts_at_s,
        "endsAt": starts_at_s + TERMS.period_s,
        "previousPolicyId": bytes(32),
        "factsHash": bytes(32),
    }
    assert ready.read(ready.system.insurance, "policyOf", bought) == {
        "productId": product_id,
        "patient": PATIENT.address,
        "startsAt": starts_at_s,
        "endsAt": starts_at_s + TERMS.period_s,
        "status": LIVE,
        "followed": False,
        "cover": TERMS.cover_limit_med_units,
        "claimLimit": TERMS.claim_limit_med_units,
        "openClaims": 0,
        "filings": 0,
        "automaticClaims": 0,
        "premium": TERMS.premium_med_units,
        "refundDue": 0,
    }
    assert ready.balance(PATIENT.address) == before - TERMS.premium_med_units
    book = ready.read(ready.system.insurance, "bookOf", INSURER.address)
    assert (book["reserve"], book["exposure"]) == (
        RESERVE + TERMS.premium_med_units,
        TERMS.cover_limit_med_units,
    )


def test_only_a_patient_buys(ready: Stage) -> None:
    product_id = offered(ready, INSURER, TERMS)
    for other in (PROVIDER, STRANGER, OTHER_INSURER):
        outcome = ready.send(other, ready.system.insurance, "take", product_id, NO_PERMIT)
        assert outcome.error == f"PatientNotActive(patient={word(other.address)})"


def test_a_premium_is_paid_by_permit_as_well(ready: Stage) -> None:
    product_id = offered(ready, INSURER, TERMS)
    ready.do(PATIENT, ready.system.token, "approve", ready.system.insurance.address, 0)
    refused = ready.send(PATIENT, ready.system.insurance, "take", product_id, NO_PERMIT)
    assert refused.error.startswith("ERC20InsufficientAllowance")
    permit = permitted(ready, PATIENT, TERMS.premium_med_units)
    assert ready.send(PATIENT, ready.system.insurance, "take", product_id, permit).status == 1


def test_the_same_policy_is_not_bought_twice_in_one_second(cover: Insured) -> None:
    cover.stage.time_s -= BLOCK_S
    outcome = cover.call(PATIENT, "take", cover.product_id, NO_PERMIT)
    assert outcome.error == f"PolicyTakenAlready(policyId={word(cover.policy_id)})"
    assert cover.call(PATIENT, "take", cover.product_id, NO_PERMIT).status == 1


def test_a_policy_is_bought_on_a_quote(ready: Stage, quote: Quote) -> None:
    outcome = accept(ready, quote)
    (event,) = [event for event in outcome.events if event.name == "PolicyTaken"]
    assert event.arguments["premium"] == 24 * MED == quote.premium_med_units
    assert event.arguments["factsHash"] == FACTS
    policy = ready.read(ready.system.insurance, "policyOf", policy_of(outcome.events))
    assert (policy["cover"], policy["premium"]) == (quote.cover_limit_med_units, 24 * MED)


def test_a_quotes_limits_hold_in_place_of_the_products(ready: Stage, quote: Quote) -> None:
    narrow = replace(quote, cover_limit_med_units=70 * MED, claim_limit_med_units=33 * MED)
    policy = ready.read(ready.system.insurance, "policyOf", policy_of(accept(ready, narrow).events))
    assert (policy["cover"], policy["claimLimit"]) == (70 * MED, 33 * MED)
    assert ready.read(ready.system.insurance, "bookOf", INSURER.address)["exposure"] == 70 * MED


def test_a_quote_counts_once(ready: Stage, quote: Quote) -> None:
    used = f"QuoteUsed(insurer={word(INSURER.address)}, nonce={quote.nonce})"
    assert not ready.read(ready.system.insurance, "isQuoteUsed", INSURER.address, quote.nonce)
    assert accept(ready, quote).status == 1
    assert ready.read(ready.system.insurance, "isQuoteUsed", INSURER.address, quote.nonce)
    assert accept(ready, quote).error == used
    cheaper = replace(quote, premium_med_units=0)
    assert accept(ready, cheaper).error == used
    assert accept(ready, replace(quote, nonce=quote.nonce + 1)).status == 1


def test_a_withdrawn_quote_is_void(ready: Stage, quote: Quote) -> None:
    insurance = ready.system.insurance
    outcome = ready.do(INSURER, insurance, "withdrawQuote", quote.nonce)
    assert outcome.events[0].arguments == {"insurer": INSURER.address, "nonce": quote.nonce}
    used = f"QuoteUsed(insurer={word(INSURER.address)}, nonce={quote.nonce})"
    assert accept(ready, quote).error == used
    assert ready.send(INSURER, insurance, "withdrawQuote", quote.nonce).error == used


def test_an_insurer_withdraws_only_its_own_quotes(ready: Stage, quote: Quote) -> None:
    ready.do(OTHER_INSURER, ready.system.insurance, "withdrawQuote", quote.nonce)
    outcome = ready.send(PATIENT, ready.system.insurance, "withdrawQuote", quote.nonce)
    assert outcome.error == f"InsurerNotActive(account={word(PATIENT.address)})"
    assert accept(ready, quote).status == 1


def test_a_quote_ends_on_the_second(ready: Stage, quote: Quote) -> None:
    last_s = ready.time_s + BLOCK_S
    in_time = replace(quote, valid_until_s=last_s)
    late = ready.branch()
    assert accept(ready, in_time).status == 1
    late.pass_time(1)
    assert accept(late, in_time).error == f"QuoteExpired(validUntil={last_s}, time={last_s + 1})"


def test_a_quote_is_for_whom_it_names(ready: Stage, quote: Quote) -> None:
    outcome = accept(ready, quote, who=OTHER_PATIENT)
    parties = f"patient={word(PATIENT.address)}, caller={word(OTHER_PATIENT.address)}"
    assert outcome.error == f"QuoteOfAnotherPatient({parties})"


@pytest.mark.parametrize(
    "changes",
    [
        {"product_id": UNKNOWN},
        {"patient": OTHER_PATIENT.address},
        {"facts_hash": UNKNOWN},
        {"premium_med_units": 25 * MED},
        {"cover_limit_med_units": 1},
        {"claim_limit_med_units": 1},
        {"previous_policy_id": UNKNOWN},
        {"valid_until_s": 0},
        {"nonce": 9},
    ],
)
def test_every_part_of_a_quote_is_signed(ready: Stage, quote: Quote, changes: dict[str, Any]) -> None:
    assert (
        accept(ready, quote, **changes).error == f"InvalidInsurerSignature(insurer={word(INSURER.address)})"
    )


def test_nobody_else_signs_for_the_insurer(ready: Stage, quote: Quote) -> None:
    refusal = f"InvalidInsurerSignature(insurer={word(INSURER.address)})"
    assert accept(ready, quote, by=OTHER_INSURER).error == refusal
    assert accept(ready, quote, by=PATIENT).error == refusal


def test_a_quote_for_one_chain_counts_nowhere_else(ready: Stage, quote: Quote) -> None:
    system = type(ready.system)(ready.system.deployer, 1338)
    signature = compact(INSURER.sign(quote.digest(insurance_domain(system))))
    outcome = ready.send(PATIENT, ready.system.insurance, "accept", quote.arguments, signature, NO_PERMIT)
    assert outcome.error.startswith("InvalidInsurerSignature")


def test_the_contract_hashes_a_quote_as_the_insurer_signs_it(ready: Stage, quote: Quote) -> None:
    digest = ready.read(ready.system.insurance, "quoteDigest", quote.arguments)
    assert digest == quote.digest(insurance_domain(ready.system))


@pytest.mark.parametrize("limit", ["cover_limit_med_units", "claim_limit_med_units"])
def test_a_quote_that_pays_nothing_is_refused(ready: Stage, quote: Quote, limit: str) -> None:
    assert accept(ready, replace(quote, **{limit: 0})).error == "LimitZero()"


def test_a_quote_for_a_withdrawn_product_is_void(ready: Stage, quote: Quote) -> None:
    ready.do(INSURER, ready.system.insurance, "withdrawProduct", quote.product_id)
    assert accept(ready, quote).error == f"ProductNotForSale(productId={word(quote.product_id)})"


def test_a_new_key_of_the_insurer_signs_and_the_old_one_no_longer(ready: Stage, quote: Quote) -> None:
    ready.do(INSURER, ready.system.identity, "replaceKey", *consenting(ready, INSURER.address, NEW_PHONE))
    assert accept(ready, quote).error.startswith("InvalidInsurerSignature")
    assert accept(ready, quote, by=NEW_PHONE).status == 1


def test_a_renewal_goes_on_without_a_gap_or_a_waiting_time(cover: Insured) -> None:
    ends_at_s = cover.policy()["endsAt"]
    outcome = cover.do(PATIENT, "renew", cover.policy_id, NO_PERMIT)
    following = cover.policy(policy_of(outcome.events))
    assert (following["startsAt"], following["endsAt"]) == (ends_at_s, ends_at_s + TERMS.period_s)
    assert cover.policy()["followed"] is True
    assert cover.book()["exposure"] == 2 * TERMS.cover_limit_med_units
    again = cover.call(PATIENT, "renew", cover.policy_id, NO_PERMIT)
    assert again.error == f"PolicyFollowedAlready(policyId={word(cover.policy_id)})"


def test_a_policy_is_renewed_until_it_ends(cover: Insured) -> None:
    ends_at_s = cover.policy()["endsAt"]
    late = replace(cover, stage=cover.stage.branch())
    cover.stage.time_s = ends_at_s - 1 - BLOCK_S
    assert cover.call(PATIENT, "renew", cover.policy_id, NO_PERMIT).status == 1
    late.stage.time_s = ends_at_s - BLOCK_S
    outcome = late.call(PATIENT, "renew", late.policy_id, NO_PERMIT)
    assert outcome.error == f"PolicyEnded(policyId={word(cover.policy_id)}, endsAt={ends_at_s})"


def test_only_its_holder_renews_or_cancels(cover: Insured) -> None:
    parties = f"caller={word(OTHER_PATIENT.address)}, patient={word(PATIENT.address)}"
    assert cover.call(OTHER_PATIENT, "renew", cover.policy_id, NO_PERMIT).error == f"NotTheHolder({parties})"
    assert cover.call(OTHER_PATIENT, "cancel", cover.policy_id).error == f"NotTheHolder({parties})"
    assert cover.call(INSURER, "cancel", cover.policy_id).error == (
        f"PatientNotActive(patient={word(INSURER.address)})"
    )


def test_what_nobody_bought_is_neither_renewed_nor_cancelled_nor_released(cover: Insured) -> None:
    refusal = f"PolicyUnknown(policyId={word(UNKNOWN)})"
    assert cover.call(PATIENT, "renew", UNKNOWN, NO_PERMIT).error == refusal
    assert cover.call(PATIENT, "cancel", UNKNOWN).error == refusal
    assert cover.call(PATIENT, "release", UNKNOWN).error == refusal


def test_a_quote_may_follow_a_policy_of_another_insurer_without_a_waiting_time(cover: Insured) -> None:
    product_id = offered(cover.stage, OTHER_INSURER, TERMS)
    quote = quoted(product_id, TERMS, PATIENT, previous_policy_id=cover.policy_id)
    outcome = accept(cover.stage, quote, by=OTHER_INSURER)
    assert cover.policy(policy_of(outcome.events))["startsAt"] == cover.policy()["endsAt"]


def test_a_quote_does_not_follow_somebody_elses_policy(cover: Insured) -> None:
    quote = quoted(cover.product_id, TERMS, OTHER_PATIENT, previous_policy_id=cover.policy_id)
    outcome = accept(cover.stage, quote, who=OTHER_PATIENT)
    parties = f"caller={word(OTHER_PATIENT.address)}, patient={word(PATIENT.address)}"
    assert outcome.error == f"NotTheHolder({parties})"
    assert not cover.ask("isQuoteUsed", INSURER.address, quote.nonce)


def test_before_the_begin_nine_tenths_of_the_premium_come_back(cover: Insured) -> None:
    """The product's share of the premium, for the whole term; nothing can be claimed, so the cover is freed."""
    refund = TERMS.premium_med_units * 9 // 10
    assert cover.ask("refundOf", cover.policy_id) == refund
    before = cover.balance()
    outcome = cover.do(PATIENT, "cancel", cover.policy_id)
    names = ["PolicyCancelled", "PolicyReleased", "RefundPaid", "Transfer"]
    assert [event.name for event in outcome.events] == names
    paid = {"policyId": cover.policy_id, "patient": PATIENT.address, "amount": refund}
    assert outcome.events[2].arguments == paid
    assert outcome.events[0].arguments["refund"] == refund == cover.balance() - before
    assert cover.policy()["status"] == RELEASED
    assert cover.book() == {
        "reserve": RESERVE + TERMS.premium_med_units - refund,
        "held": 0,
        "exposure": 0,
        "unfunded": 0,
    }
    assert cover.call(PATIENT, "cancel", cover.policy_id).error == (
        f"PolicyNotLive(policyId={word(cover.policy_id)}, status={RELEASED})"
    )


def test_a_cancelled_policy_pays_back_its_time_left_rounded_down(cover: Insured) -> None:
    cover.stage.time_s = cover.policy()["startsAt"] + 123 * DAY_S + 7 - BLOCK_S
    left_s = TERMS.period_s - 123 * DAY_S - 7
    refund = TERMS.premium_med_units * 9_000 * left_s // (TERMS.period_s * 10_000)
    before = cover.balance()
    cover.do(PATIENT, "cancel", cover.policy_id)
    assert cover.balance() - before == refund
    assert cover.policy()["endsAt"] == cover.stage.time_s
    assert (cover.policy()["status"], cover.book()["exposure"]) == (LIVE, TERMS.cover_limit_med_units)


def test_once_something_was_claimed_nothing_comes_back(stage: Stage) -> None:
    cover = insured(insurers(stage))
    cover.do(PATIENT, "withdrawClaim", cover.file())
    before = cover.balance()
    assert cover.ask("refundOf", cover.policy_id) == 0
    cover.do(PATIENT, "cancel", cover.policy_id)
    assert cover.balance() == before


def test_a_product_may_pay_nothing_back(stage: Stage) -> None:
    cover = insured(insurers(stage), refund_basis_points=0)
    before = cover.balance()
    cover.do(PATIENT, "cancel", cover.policy_id)
    assert cover.balance() == before


def test_a_policy_that_is_over_is_not_cancelled(cover: Insured) -> None:
    ends_at_s = cover.policy()["endsAt"]
    cover.stage.time_s = ends_at_s - BLOCK_S
    outcome = cover.call(PATIENT, "cancel", cover.policy_id)
    assert cover.ask("refundOf", cover.policy_id) == 0
    assert outcome.error == f"PolicyEnded(policyId={word(cover.policy_id)}, endsAt={ends_at_s})"


def owed_a_refund(stage: Stage) -> tuple[Insured, bytes, int]:
    """An insurer whose whole reserve is held for a claim, and another holder who cancelled: the refund is owed."""
    cover = insured(insurers(stage), coinsurance_basis_points=10_000, claim_limit_med_units=1_000 * MED)
    second = taken(stage, OTHER_PATIENT, cover.product_id)
    required = cover.ask("requiredReserve", INSURER.address)
    cover.do(INSURER, "withdraw", cover.book()["reserve"] - required)
    cover.file(990 * MED)
    refund = cover.ask("refundOf", second)
    unfunded = cover.book()["unfunded"]
    assert cover.book()["reserve"] == 0 < refund
    outcome = cover.do(OTHER_PATIENT, "cancel", second)
    assert [event.name for event in outcome.events] == ["PolicyCancelled", "PolicyReleased"]
    cancelled = outcome.events[0].arguments
    assert (cancelled["policyId"], cancelled["patient"]) == (second, OTHER_PATIENT.address)
    owed = cancelled["refund"]
    assert refund - 1_000 <= owed <= refund
    assert cover.policy(second)["refundDue"] == owed == cover.book()["unfunded"] - unfunded
    return cover, second, owed


def test_a_refund_that_the_reserve_lacks_is_owed(stage: Stage) -> None:
    """Claims have taken the reserve: the policy ends all the same, and the refund comes before new sales."""
    cover, second, owed = owed_a_refund(stage)
    before = stage.balance(OTHER_PATIENT.address)
    assert cover.call(STRANGER, "collectRefund", second).error == f"NothingToRefund(policyId={word(second)})"
    cover.do(INSURER, "deposit", INSURER.address, owed - 7, NO_PERMIT)
    assert cover.call(INSURER, "withdraw", 1).error.startswith("ReserveTooSmall")
    outcome = cover.do(STRANGER, "collectRefund", second)
    paid = {"policyId": second, "patient": OTHER_PATIENT.address, "amount": owed - 7}
    assert outcome.events[0].arguments == paid
    cover.do(INSURER, "deposit", INSURER.address, 10, NO_PERMIT)
    cover.do(STRANGER, "collectRefund", second)
    assert stage.balance(OTHER_PATIENT.address) - before == owed
    assert (cover.policy(second)["refundDue"], cover.book()["reserve"]) == (0, 3)
    again = cover.call(STRANGER, "collectRefund", second)
    assert again.error == f"NothingToRefund(policyId={word(second)})"


def test_a_refund_that_was_paid_is_not_paid_again(cover: Insured) -> None:
    refused = f"NothingToRefund(policyId={word(cover.policy_id)})"
    assert cover.call(PATIENT, "collectRefund", cover.policy_id).error == refused
    cover.do(PATIENT, "cancel", cover.policy_id)
    assert cover.call(PATIENT, "collectRefund", cover.policy_id).error == refused
    unknown = cover.call(PATIENT, "collectRefund", UNKNOWN)
    assert unknown.error == f"PolicyUnknown(policyId={word(UNKNOWN)})"


def test_an_owed_refund_goes_to_the_present_key(stage: Stage) -> None:
    cover, second, owed = owed_a_refund(stage)
    identity = stage.system.identity
    moved = consenting(stage, OTHER_PATIENT.address, NEW_PHONE)
    stage.do(OTHER_PATIENT, identity, "replaceKey", *moved)
    cover.do(INSURER, "deposit", INSURER.address, owed, NO_PERMIT)
    cover.do(STRANGER, "collectRefund", second)
    assert stage.balance(NEW_PHONE.address) == owed


def test_a_fraud_voids_the_refund_that_is_not_paid_yet(stage: Stage) -> None:
    cover, second, owed = owed_a_refund(stage)
    unfunded = cover.book()["unfunded"]
    cover.do(ARBITER, "proveFraud", second, NO_CLAIM, EVIDENCE)
    assert (cover.policy(second)["refundDue"], cover.book()["unfunded"]) == (0, unfunded - owed)
    cover.do(INSURER, "deposit", INSURER.address, owed, NO_PERMIT)
    refused = cover.call(STRANGER, "collectRefund", second)
    assert refused.error == f"NothingToRefund(policyId={word(second)})"


def test_a_lapsed_policy_binds_until_its_claims_can_no_longer_be_filed(cover: Insured) -> None:
    filing_until_s = cover.policy()["endsAt"] + TERMS.filing_s
    cover.stage.time_s = filing_until_s - BLOCK_S
    early = cover.call(STRANGER, "release", cover.policy_id)
    numbers = f"filingUntil={filing_until_s}, openClaims=0"
    assert early.error == f"PolicyStillBinds(policyId={word(cover.policy_id)}, {numbers})"
    cover.stage.time_s = filing_until_s + 1 - BLOCK_S
    outcome = cover.do(STRANGER, "release", cover.policy_id)
    assert outcome.events[0].arguments == {
        "policyId": cover.policy_id,
        "insurer": INSURER.address,
        "cover": TERMS.cover_limit_med_units,
    }
    assert (cover.policy()["status"], cover.book()["exposure"]) == (RELEASED, 0)
    assert cover.call(STRANGER, "release", cover.policy_id).error == (
        f"PolicyNotLive(policyId={word(cover.policy_id)}, status={RELEASED})"
    )


def test_an_open_claim_binds_its_policy(stage: Stage) -> None:
    cover = insured(insurers(stage), filing_s=0, review_s=20 * DAY_S, period_s=10 * DAY_S)
    claim_id = cover.file()
    cover.stage.time_s = cover.policy()["endsAt"] + DAY_S
    assert cover.call(STRANGER, "release", cover.policy_id).error == (
        f"PolicyStillBinds(policyId={word(cover.policy_id)}, "
        f"filingUntil={cover.policy()['endsAt']}, openClaims=1)"
    )
    cover.do(PATIENT, "withdrawClaim", claim_id)
    assert cover.call(STRANGER, "release", cover.policy_id).status == 1


def test_a_policy_outlives_its_holders_key(cover: Insured) -> None:
    stage = cover.stage
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    outcome = cover.call(PATIENT, "cancel", cover.policy_id)
    assert outcome.error == f"PatientNotActive(patient={word(PATIENT.address)})"
    refund = cover.ask("refundOf", cover.policy_id)
    cover.do(NEW_PHONE, "cancel", cover.policy_id)
    assert stage.balance(NEW_PHONE.address) == refund


def test_a_quote_names_a_patient_by_any_of_its_keys(ready: Stage, quote: Quote) -> None:
    ready.do(PATIENT, ready.system.identity, "replaceKey", *consenting(ready, PATIENT.address, NEW_PHONE))
    ready.do(PATIENT, ready.system.token, "transfer", NEW_PHONE.address, 100 * MED)
    ready.do(NEW_PHONE, ready.system.token, "approve", ready.system.insurance.address, 100 * MED)
    outcome = accept(ready, quote, who=NEW_PHONE)
    assert (
        ready.read(ready.system.insurance, "policyOf", policy_of(outcome.events))["patient"]
        == PATIENT.address
    )


def test_a_sponsor_buys_nothing_for_itself(ready: Stage, quote: Quote) -> None:
    """Patients hold no native coin: a forwarded purchase is its signer's."""
    insurance = ready.system.insurance
    data = insurance.encode("take", quote.product_id, NO_PERMIT)
    asked = replace(ready.request(PATIENT, insurance, data), gas_gas=400_000)
    outcome = ready.forward(asked, PATIENT)
    (event,) = [event for event in outcome.events if event.name == "PolicyTaken"]
    assert event.arguments["patient"] == PATIENT.address
