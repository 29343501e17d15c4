"""What a claim costs: the reference agrees to the unit, and rounding never pays more than the share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from insured import MED, Insured, insured, insurers

from chain.contracts.rehearsal.cast import INSURER, OTHER_PATIENT
from chain.contracts.rehearsal.insurance import deposited, outpatient
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.voting import supply
from chain.contracts.signed.insurance import ProductTerms

WHOLE = 10_000
LARGE = 10**15
"""Ten million MED, a cover that the rehearsal's insurer can still bear."""

amounts = st.one_of(st.integers(0, 30), st.integers(0, 10**6), st.integers(0, 2**96 - 1))
limits = st.one_of(st.integers(1, 30), st.integers(1, 10**6), st.integers(1, LARGE))
shares = st.one_of(st.sampled_from([1, 3_333, 9_999, WHOLE]), st.integers(1, WHOLE))
deductibles = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 10**6), st.integers(0, 2**96 - 1))


@pytest.fixture(scope="module")
def rich(peopled: Stage) -> Stage:
    """Two insurers with a reserve that bears the largest cover."""
    stage = insurers(peopled.branch())
    supply(stage, INSURER, LARGE)
    stage.do(INSURER, stage.system.token, "approve", stage.system.insurance.address, LARGE)
    deposited(stage, INSURER, LARGE // 2)
    return stage


@settings(max_examples=60)
@given(limits, limits, deductibles, shares, st.lists(amounts, min_size=1, max_size=6))
def test_the_payout_is_the_share_rounded_down_within_all_limits(
    rich: Stage, cover: int, claim_limit: int, deductible: int, share: int, bills: list[int]
) -> None:
    changes = {
        "cover_limit_med_units": cover,
        "claim_limit_med_units": claim_limit,
        "deductible_med_units": deductible,
        "coinsurance_basis_points": share,
        "waiting_s": 0,
    }
    there = insured(rich.branch(), **changes)
    for amount in bills:
        payout = there.ask("payoutOf", there.policy_id, amount)
        assert payout == there.terms.payout(amount, claim_limit, cover)
        excess = max(amount - deductible, 0)
        assert payout * WHOLE <= excess * share
        assert payout <= min(cover, claim_limit)
        cut = payout in (cover, claim_limit)
        assert cut or excess * share - payout * WHOLE < WHOLE


@settings(max_examples=15)
@given(
    st.integers(1, 10**6), shares, st.integers(0, 30), st.lists(st.integers(1, 10**6), min_size=1, max_size=4)
)
def test_claims_in_a_row_agree_with_the_reference_and_exhaust_the_cover_exactly(
    rich: Stage, cover: int, share: int, deductible: int, bills: list[int]
) -> None:
    """Whether they are paid at once or by grant: after each, paid and left add up to the cover."""
    changes = {
        "cover_limit_med_units": cover,
        "claim_limit_med_units": cover,
        "coinsurance_basis_points": share,
        "deductible_med_units": deductible,
        "automatic_limit_med_units": 500_000,
        "waiting_s": 0,
    }
    there = insured(rich.branch(), **changes)
    left, before, balance = cover, there.book(), there.balance()
    for amount in bills:
        payout = there.terms.payout(amount, cover, left)
        visit = there.bill(amount)
        if payout == 0:
            assert there.try_filing(visit).error == f"NothingPayable(amount={amount})"
            continue
        outcome = there.try_filing(visit)
        claim_id = outcome.events[0].arguments["claimId"]
        if there.claim(claim_id)["awarded"] == 0:
            there.do(INSURER, "decide", claim_id, payout, bytes(32))
        left -= payout
        book = there.book()
        assert there.balance() - balance == cover - left == before["reserve"] - book["reserve"]
        assert there.policy()["cover"] == left == book["exposure"]
    assert left >= 0


@settings(max_examples=40)
@given(
    premium=st.one_of(st.integers(0, 100), st.integers(0, 100 * MED)),
    refund_basis_points=st.integers(0, WHOLE),
    period_s=st.integers(1, 10**9),
    data=st.data(),
)
def test_a_refund_is_the_share_of_the_time_left_rounded_down(
    rich: Stage, premium: int, refund_basis_points: int, period_s: int, data: st.DataObject
) -> None:
    changes = {"premium_med_units": premium, "refund_basis_points": refund_basis_points, "period_s": period_s}
    there = insured(rich.branch(), patient=OTHER_PATIENT, waited=False, **changes)
    policy = there.policy()
    there.stage.time_s = data.draw(st.integers(there.stage.time_s, policy["endsAt"]), label="asked at")
    left_s = policy["endsAt"] - max(there.stage.time_s, policy["startsAt"])
    refund = there.ask("refundOf", there.policy_id)
    assert refund == premium * refund_basis_points * left_s // (period_s * WHOLE) <= premium


def test_the_reference_by_hand() -> None:
    """A bill of 100.00000001 MED, 10 MED borne, 80 % of the rest: 72.00000000|8 MED is cut at the unit."""
    terms: ProductTerms = outpatient()
    assert terms.payout(100 * MED + 1, 200 * MED, 1_000 * MED) == 72 * MED
    assert terms.payout(100 * MED + 2, 200 * MED, 1_000 * MED) == 72 * MED + 1
    assert terms.payout(10 * MED, 200 * MED, 1_000 * MED) == 0
    assert terms.payout(1_000 * MED, 200 * MED, 1_000 * MED) == 200 * MED
    assert terms.payout(1_000 * MED, 200 * MED, 13) == 13


def test_a_bill_below_one_unit_of_share_pays_nothing(stage: Stage) -> None:
    there: Insured = insured(insurers(stage), coinsurance_basis_points=1, deductible_med_units=0, waiting_s=0)
    assert there.ask("payoutOf", there.policy_id, 9_999) == 0
    assert there.ask("payoutOf", there.policy_id, 10_000) == 1
