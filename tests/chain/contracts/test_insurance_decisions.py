"""Every claim comes to an end: answered, appealed, arbitrated, or settled by silence; what is owed is paid later."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from insured import (
    APPEALED,
    CLOSED,
    CONDEMNED,
    DECIDED,
    FILED,
    FRAUD,
    MED,
    RELEASED,
    Insured,
    beside,
    insured,
    insurers,
    word,
)

from chain.block import Hash32
from chain.contracts.deployment.insurance import InsuranceTerms
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    INSURER,
    NEW_PHONE,
    OTHER_INSURER,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.data_market import corrected
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.insurance import (
    EVIDENCE,
    GROUNDS,
    REASON,
    BilledVisit,
    filed,
    policy_of,
    taken,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.insurance import NO_CLAIM, NO_PERMIT
from chain.hashing import keccak

UNKNOWN = b"\x07" * 32
MOST = 112 * MED
"""What a bill of 150 MED may cost: 80 % of what exceeds 10 MED."""
ARBITRATION_S = InsuranceTerms().arbitration_s


@pytest.fixture
def cover(stage: Stage) -> Insured:
    return insured(insurers(stage))


def read_claim(cover: Insured, amount: int = 150 * MED) -> Hash32:
    """A claim whose amount nothing proves."""
    return filed(cover.stage, cover.bill(amount).read_filing(cover.policy_id), cover.patient)


def wrong(claim_id: Hash32, status: int) -> str:
    return f"ClaimStatusWrong(claimId={word(claim_id)}, status={status})"


def until(name: str, claim_id: Hash32, until_s: int) -> str:
    return f"{name}(claimId={word(claim_id)}, until={until_s})"


def appealed(cover: Insured, granted: int = 0) -> Hash32:
    claim = cover.file()
    cover.do(INSURER, "decide", claim, granted, REASON)
    cover.do(PATIENT, "appeal", claim, GROUNDS)
    return claim


def in_debt(stage: Stage) -> tuple[Insured, Hash32]:
    """An insurer without a unit in reserve, and a claim of 990 MED for which 690 are lacking: 30 % were required."""
    cover = insured(insurers(stage), coinsurance_basis_points=10_000, claim_limit_med_units=1_000 * MED)
    required = cover.ask("requiredReserve", INSURER.address)
    cover.do(INSURER, "withdraw", cover.book()["reserve"] - required)
    return cover, cover.file(1_000 * MED)


def test_a_full_grant_pays_and_closes(cover: Insured) -> None:
    claim, before = cover.file(), cover.balance()
    outcome = cover.do(INSURER, "decide", claim, MOST, REASON)
    assert [event.name for event in outcome.events] == [
        "ClaimDecided",
        "ClaimClosed",
        "ClaimPaid",
        "Transfer",
    ]
    assert outcome.events[0].arguments == {"claimId": claim, "awarded": MOST, "reasonHash": REASON}
    assert cover.balance() - before == MOST
    found = cover.claim(claim)
    assert (found["status"], found["paid"], found["held"]) == (CLOSED, MOST, 0)
    assert (cover.policy()["openClaims"], cover.book()["held"]) == (0, 0)


def test_a_part_is_paid_at_once_and_the_rest_stays_held_for_an_appeal(cover: Insured) -> None:
    claim, before = cover.file(), cover.balance()
    cover.do(INSURER, "decide", claim, 30 * MED, REASON)
    found = cover.claim(claim)
    assert (found["status"], found["awarded"], found["paid"], found["held"]) == (
        DECIDED,
        30 * MED,
        30 * MED,
        MOST - 30 * MED,
    )
    assert found["until"] == cover.stage.time_s + cover.terms.appeal_s
    assert cover.balance() - before == 30 * MED
    cover.do(PATIENT, "withdrawClaim", claim)
    assert cover.balance() - before == 30 * MED
    assert (cover.book()["held"], cover.policy()["cover"]) == (0, 970 * MED)


def test_the_insurer_grants_no_more_than_the_claim_may_cost(cover: Insured) -> None:
    claim = cover.file()
    outcome = cover.call(INSURER, "decide", claim, MOST + 1, REASON)
    assert outcome.error == f"AwardOutOfBounds(amount={MOST + 1}, minimumAmount=0, maximumAmount={MOST})"


def test_only_the_policys_insurer_decides_and_once(cover: Insured) -> None:
    claim = cover.file()
    parties = f"caller={word(OTHER_INSURER.address)}, insurer={word(INSURER.address)}"
    assert cover.call(OTHER_INSURER, "decide", claim, 1, REASON).error == f"NotTheInsurer({parties})"
    refused = cover.call(PATIENT, "decide", claim, MOST, REASON)
    assert refused.error == f"InsurerNotActive(account={word(PATIENT.address)})"
    cover.do(INSURER, "decide", claim, 1, REASON)
    assert cover.call(INSURER, "decide", claim, 2, REASON).error == wrong(claim, DECIDED)


def test_the_insurer_answers_within_its_term(cover: Insured) -> None:
    claim = cover.file()
    until_s = cover.claim(claim)["until"]
    late = replace(cover, stage=cover.stage.branch())
    cover.stage.time_s = until_s - BLOCK_S
    assert cover.call(INSURER, "decide", claim, 0, REASON).status == 1
    late.stage.time_s = until_s + 1 - BLOCK_S
    assert late.call(INSURER, "decide", claim, 0, REASON).error == until("TermOver", claim, until_s)


def test_a_proven_claim_that_nobody_answers_is_paid_in_full(cover: Insured) -> None:
    claim, before = cover.file(), cover.balance()
    until_s = cover.claim(claim)["until"]
    cover.stage.time_s = until_s - BLOCK_S
    assert cover.call(STRANGER, "settle", claim).error == until("TermNotOver", claim, until_s)
    cover.stage.time_s = until_s + 1 - BLOCK_S
    assert cover.call(STRANGER, "settle", claim).status == 1
    assert cover.balance() - before == MOST
    assert cover.call(STRANGER, "settle", claim).error == wrong(claim, CLOSED)


def test_an_unproven_claim_that_nobody_answers_needs_the_arbiter(cover: Insured) -> None:
    claim, before = read_claim(cover), cover.balance()
    until_s = cover.claim(claim)["until"]
    assert cover.call(PATIENT, "appeal", claim, GROUNDS).error == until("TermNotOver", claim, until_s)
    cover.stage.time_s = until_s + 1
    last_s = until_s + cover.terms.appeal_s
    assert cover.call(STRANGER, "settle", claim).error == until("TermNotOver", claim, last_s)
    cover.do(PATIENT, "appeal", claim, GROUNDS)
    cover.do(ARBITER, "arbitrate", claim, MOST, REASON)
    assert cover.balance() - before == MOST


def test_an_unproven_claim_that_nobody_answers_or_appeals_is_closed_unpaid(cover: Insured) -> None:
    claim, before = read_claim(cover), cover.balance()
    last_s = cover.claim(claim)["until"] + cover.terms.appeal_s
    cover.stage.time_s = last_s + 1 - BLOCK_S
    late = replace(cover, stage=cover.stage.branch())
    assert late.call(PATIENT, "appeal", claim, GROUNDS).error == until("TermOver", claim, last_s)
    cover.do(STRANGER, "settle", claim)
    assert (cover.claim(claim)["awarded"], cover.balance() - before) == (0, 0)
    assert (cover.book()["held"], cover.policy()["cover"]) == (0, cover.terms.cover_limit_med_units)


def test_a_due_claim_is_settled_not_appealed(cover: Insured) -> None:
    claim = cover.file()
    cover.stage.time_s = cover.claim(claim)["until"] + 1
    outcome = cover.call(PATIENT, "appeal", claim, GROUNDS)
    assert outcome.error == f"ClaimDue(claimId={word(claim)})"


@pytest.mark.parametrize("change", ["revoked", "superseded", "fraud"])
def test_silence_does_not_pay_what_lost_its_ground(cover: Insured, change: str) -> None:
    """A revoked or corrected record, or a policy ended by fraud in another claim, is for the arbiter."""
    stage, visit = cover.stage, cover.bill(150 * MED)
    claim, other = filed(stage, visit.filing(cover.policy_id)), cover.file()
    if change == "revoked":
        parties = (PROVIDER.address, PATIENT.address)
        stage.do(PROVIDER, stage.system.records, "revoke", visit.visit.root, *parties)
    elif change == "superseded":
        corrected(stage, visit.visit, keccak(b"another root"))
    else:
        cover.do(ARBITER, "proveFraud", cover.policy_id, other, EVIDENCE)
    until_s = cover.claim(claim)["until"]
    stage.time_s = until_s + 1
    last_s = until_s + cover.terms.appeal_s
    assert cover.call(STRANGER, "settle", claim).error == until("TermNotOver", claim, last_s)
    assert cover.call(PATIENT, "appeal", claim, GROUNDS).status == 1
    stage.pass_time(ARBITRATION_S)
    before = cover.balance()
    cover.do(STRANGER, "settle", claim)
    assert (cover.claim(claim)["status"], cover.balance() - before) == (CLOSED, 0)


def test_the_claimant_appeals_within_the_term(cover: Insured) -> None:
    claim = cover.file()
    cover.do(INSURER, "decide", claim, 0, REASON)
    until_s = cover.claim(claim)["until"]
    late = replace(cover, stage=cover.stage.branch())
    cover.stage.time_s = until_s - BLOCK_S
    outcome = cover.do(PATIENT, "appeal", claim, GROUNDS)
    arbitration_until_s = cover.stage.time_s + ARBITRATION_S
    assert outcome.events[0].arguments == {
        "claimId": claim,
        "groundsHash": GROUNDS,
        "until": arbitration_until_s,
    }
    assert (cover.claim(claim)["status"], cover.claim(claim)["until"]) == (APPEALED, arbitration_until_s)
    late.stage.time_s = until_s + 1 - BLOCK_S
    assert late.call(PATIENT, "appeal", claim, GROUNDS).error == until("TermOver", claim, until_s)


def test_only_the_holder_appeals_and_once(cover: Insured) -> None:
    claim = cover.file()
    cover.do(INSURER, "decide", claim, 0, REASON)
    parties = f"caller={word(OTHER_PATIENT.address)}, patient={word(PATIENT.address)}"
    assert cover.call(OTHER_PATIENT, "appeal", claim, GROUNDS).error == f"NotTheHolder({parties})"
    cover.do(PATIENT, "appeal", claim, GROUNDS)
    assert cover.call(PATIENT, "appeal", claim, GROUNDS).error == wrong(claim, APPEALED)


def test_a_closed_claim_is_not_appealed(cover: Insured) -> None:
    claim = cover.file()
    cover.do(INSURER, "decide", claim, MOST, REASON)
    assert cover.call(PATIENT, "appeal", claim, GROUNDS).error == wrong(claim, CLOSED)


def test_the_arbiter_decides_for_good(cover: Insured) -> None:
    claim, before = appealed(cover, 30 * MED), cover.balance()
    outcome = cover.do(ARBITER, "arbitrate", claim, 90 * MED, REASON)
    assert outcome.events[0].arguments == {
        "claimId": claim,
        "arbiter": ARBITER.address,
        "awarded": 90 * MED,
        "reasonHash": REASON,
    }
    assert cover.balance() - before == 60 * MED
    found = cover.claim(claim)
    assert (found["status"], found["paid"], found["held"]) == (CLOSED, 90 * MED, 0)
    assert cover.policy()["cover"] == 910 * MED
    assert cover.call(ARBITER, "arbitrate", claim, MOST, REASON).error == wrong(claim, CLOSED)


def test_the_arbiter_neither_lowers_an_award_nor_exceeds_the_claim(cover: Insured) -> None:
    claim = appealed(cover, 30 * MED)
    bounds = f"minimumAmount={30 * MED}, maximumAmount={MOST}"
    for amount in (30 * MED - 1, MOST + 1):
        outcome = cover.call(ARBITER, "arbitrate", claim, amount, REASON)
        assert outcome.error == f"AwardOutOfBounds(amount={amount}, {bounds})"
    assert cover.call(ARBITER, "arbitrate", claim, 30 * MED, REASON).status == 1


def test_only_an_arbiter_arbitrates_and_only_appeals(cover: Insured) -> None:
    claim = cover.file()
    assert cover.call(ARBITER, "arbitrate", claim, 1, REASON).error == wrong(claim, FILED)
    for other in (INSURER, PATIENT, STRANGER):
        outcome = cover.call(other, "arbitrate", claim, 1, REASON)
        assert outcome.error.startswith(f"AccessControlUnauthorizedAccount(account={word(other.address)}")


def test_the_arbiter_decides_within_its_term(cover: Insured) -> None:
    claim = appealed(cover)
    until_s = cover.claim(claim)["until"]
    late = replace(cover, stage=cover.stage.branch())
    cover.stage.time_s = until_s - BLOCK_S
    assert cover.call(ARBITER, "arbitrate", claim, 1, REASON).status == 1
    late.stage.time_s = until_s + 1 - BLOCK_S
    assert late.call(ARBITER, "arbitrate", claim, 1, REASON).error == until("TermOver", claim, until_s)


def test_where_the_arbiter_is_silent_the_insurers_word_stands(cover: Insured) -> None:
    claim, before = appealed(cover, 30 * MED), cover.balance()
    until_s = cover.claim(claim)["until"]
    assert cover.call(STRANGER, "settle", claim).error == until("TermNotOver", claim, until_s)
    cover.stage.time_s = until_s
    cover.do(STRANGER, "settle", claim)
    assert (cover.claim(claim)["awarded"], cover.balance() - before) == (30 * MED, 0)
    assert cover.book()["held"] == 0


def test_a_decision_that_nobody_appealed_against_stands(cover: Insured) -> None:
    claim = cover.file()
    cover.do(INSURER, "decide", claim, 0, REASON)
    until_s = cover.claim(claim)["until"]
    assert cover.call(STRANGER, "settle", claim).error == until("TermNotOver", claim, until_s)
    cover.stage.time_s = until_s
    cover.do(STRANGER, "settle", claim)
    assert cover.claim(claim)["status"] == CLOSED
    assert cover.book()["exposure"] == cover.terms.cover_limit_med_units


def test_an_arbiter_does_not_judge_its_own_case(cover: Insured) -> None:
    """Being arbiter does not lie in a role of the registry: a patient or an insurer may be appointed."""
    stage, claim = cover.stage, appealed(cover)
    role = cover.ask("ARBITER_ROLE")
    for party in (PATIENT, INSURER):
        there = replace(cover, stage=stage.branch())
        carry(there.stage, "an arbiter", ("Insurance", "grantRole", (role, party.address)))
        outcome = there.call(party, "arbitrate", claim, MOST, REASON)
        assert outcome.error == f"ArbiterIsParty(arbiter={word(party.address)})"
        outcome = there.call(party, "proveFraud", cover.policy_id, claim, EVIDENCE)
        assert outcome.error == f"ArbiterIsParty(arbiter={word(party.address)})"


def test_a_claim_is_taken_back_by_its_holder_alone(cover: Insured) -> None:
    claim = cover.file()
    parties = f"caller={word(OTHER_PATIENT.address)}, patient={word(PATIENT.address)}"
    assert cover.call(OTHER_PATIENT, "withdrawClaim", claim).error == f"NotTheHolder({parties})"
    outcome = cover.do(PATIENT, "withdrawClaim", claim)
    assert [event.name for event in outcome.events] == ["ClaimWithdrawn", "ClaimClosed"]
    assert cover.call(PATIENT, "withdrawClaim", claim).error == wrong(claim, CLOSED)
    assert cover.policy()["cover"] == cover.terms.cover_limit_med_units
    assert cover.book()["held"] == 0


def test_an_appeal_is_taken_back_too(cover: Insured) -> None:
    claim = appealed(cover, 30 * MED)
    cover.do(PATIENT, "withdrawClaim", claim)
    assert (cover.claim(claim)["awarded"], cover.book()["held"]) == (30 * MED, 0)


def test_what_nobody_filed_is_not_acted_on(cover: Insured) -> None:
    refusal = f"ClaimUnknown(claimId={word(UNKNOWN)})"
    assert cover.call(INSURER, "decide", UNKNOWN, 1, REASON).error == refusal
    assert cover.call(PATIENT, "appeal", UNKNOWN, GROUNDS).error == refusal
    assert cover.call(ARBITER, "arbitrate", UNKNOWN, 1, REASON).error == refusal
    assert cover.call(PATIENT, "withdrawClaim", UNKNOWN).error == refusal
    assert cover.call(STRANGER, "settle", UNKNOWN).error == refusal
    assert cover.call(STRANGER, "collect", UNKNOWN).error == refusal
    assert cover.call(ARBITER, "proveFraud", cover.policy_id, UNKNOWN, EVIDENCE).error == refusal


def test_a_claim_beyond_the_reserve_stands_as_a_debt(stage: Stage) -> None:
    cover, claim = in_debt(stage)
    found = cover.claim(claim)
    assert (found["status"], found["ceiling"], found["held"]) == (FILED, 990 * MED, 300 * MED)
    assert cover.book() == {"reserve": 0, "held": 300 * MED, "exposure": 10 * MED, "unfunded": 690 * MED}
    assert cover.ask("requiredReserve", INSURER.address) == 3 * MED + 690 * MED
    assert cover.call(STRANGER, "collect", claim).error == f"NothingToCollect(claimId={word(claim)})"
    sold = cover.call(OTHER_PATIENT, "take", cover.product_id, NO_PERMIT)
    assert sold.error.startswith("ReserveTooSmall")


def test_a_debt_is_paid_as_the_reserve_fills(stage: Stage) -> None:
    cover, claim = in_debt(stage)
    before = cover.balance()
    cover.do(INSURER, "decide", claim, 990 * MED, REASON)
    assert (cover.balance() - before, cover.book()["unfunded"]) == (300 * MED, 690 * MED)
    cover.do(INSURER, "deposit", INSURER.address, 100 * MED, NO_PERMIT)
    assert cover.call(INSURER, "withdraw", 1).error.startswith("ReserveTooSmall")
    cover.do(STRANGER, "collect", claim)
    assert (cover.balance() - before, cover.book()["unfunded"]) == (400 * MED, 590 * MED)
    cover.do(INSURER, "deposit", INSURER.address, 600 * MED, NO_PERMIT)
    cover.do(STRANGER, "collect", claim)
    assert (cover.balance() - before, cover.book()["unfunded"]) == (990 * MED, 0)
    assert cover.book()["reserve"] == 10 * MED
    assert cover.call(STRANGER, "collect", claim).error == f"NothingToCollect(claimId={word(claim)})"


def test_an_open_claims_lack_is_filled_without_paying_it(stage: Stage) -> None:
    cover, claim = in_debt(stage)
    before = cover.balance()
    cover.do(INSURER, "deposit", INSURER.address, 700 * MED, NO_PERMIT)
    cover.do(STRANGER, "collect", claim)
    assert cover.claim(claim)["held"] == 990 * MED
    assert (cover.balance(), cover.book()["unfunded"], cover.book()["reserve"]) == (before, 0, 10 * MED)


def test_a_claim_that_the_reserve_does_not_cover_is_not_paid_at_once(stage: Stage) -> None:
    cover, _claim = in_debt(stage)
    small = cover.file(20 * MED)
    found = cover.claim(small)
    assert (found["status"], found["held"], found["proven"]) == (FILED, 0, True)


def test_a_refused_claim_forgives_its_debt(stage: Stage) -> None:
    cover, claim = in_debt(stage)
    cover.do(INSURER, "decide", claim, 0, REASON)
    assert cover.book()["unfunded"] == 690 * MED
    cover.do(PATIENT, "withdrawClaim", claim)
    assert cover.book() == {"reserve": 300 * MED, "held": 0, "exposure": 1_000 * MED, "unfunded": 0}


def test_a_debt_outlives_its_policy(stage: Stage) -> None:
    cover, claim = in_debt(stage)
    cover.do(INSURER, "decide", claim, 990 * MED, REASON)
    cover.stage.time_s = cover.policy()["endsAt"] + cover.terms.filing_s
    cover.do(STRANGER, "release", cover.policy_id)
    assert cover.policy()["status"] == RELEASED
    cover.do(INSURER, "deposit", INSURER.address, 690 * MED, NO_PERMIT)
    before = cover.balance()
    cover.do(STRANGER, "collect", claim)
    assert cover.balance() - before == 690 * MED


def test_proven_fraud_ends_the_policy_and_the_claim(cover: Insured) -> None:
    claim, before = cover.file(), cover.balance()
    outcome = cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    assert outcome.events[0].arguments == {
        "policyId": cover.policy_id,
        "claimId": claim,
        "arbiter": ARBITER.address,
        "evidenceHash": EVIDENCE,
    }
    policy = cover.policy()
    assert (policy["status"], policy["endsAt"], policy["openClaims"]) == (FRAUD, cover.stage.time_s, 0)
    assert (cover.claim(claim)["status"], cover.claim(claim)["awarded"]) == (CONDEMNED, 0)
    book = cover.book()
    assert (book["exposure"], book["held"]) == (0, 0)
    assert cover.balance() == before
    ended = f"PolicyNotLive(policyId={word(cover.policy_id)}, status={FRAUD})"
    assert cover.try_filing(cover.bill()).error == ended
    assert cover.call(PATIENT, "cancel", cover.policy_id).error == ended
    assert cover.call(PATIENT, "renew", cover.policy_id, NO_PERMIT).error == ended
    assert cover.call(STRANGER, "release", cover.policy_id).error == ended


def test_only_an_arbiter_holds_a_fraud_for_proven(cover: Insured) -> None:
    claim = cover.file()
    for other in (INSURER, PATIENT, STRANGER):
        outcome = cover.call(other, "proveFraud", cover.policy_id, claim, EVIDENCE)
        assert outcome.error.startswith(f"AccessControlUnauthorizedAccount(account={word(other.address)}")


def test_a_fraud_may_lie_in_the_facts(cover: Insured) -> None:
    cover.do(ARBITER, "proveFraud", cover.policy_id, NO_CLAIM, EVIDENCE)
    assert (cover.policy()["status"], cover.book()["exposure"]) == (FRAUD, 0)
    again = cover.call(ARBITER, "proveFraud", cover.policy_id, NO_CLAIM, EVIDENCE)
    assert again.error == f"FraudProvenAlready(policyId={word(cover.policy_id)})"


def test_a_fraud_proven_in_a_claim_is_proven_once(cover: Insured) -> None:
    visit = cover.bill(150 * MED)
    claim, second = filed(cover.stage, visit.filing(cover.policy_id)), cover.file()
    cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    again = cover.call(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    assert again.error == wrong(claim, CONDEMNED)
    for function, who in (("settle", STRANGER), ("withdrawClaim", PATIENT)):
        assert cover.call(who, function, claim).error == wrong(claim, CONDEMNED)
    assert cover.call(ARBITER, "proveFraud", cover.policy_id, second, EVIDENCE).status == 1


@dataclass
class Shared:
    """One record, claimed under policies of two insurers that allow it; the first claim turned out a fraud."""

    first: Insured
    second: Insured
    visit: BilledVisit
    claims: tuple[Hash32, Hash32]
    before: int

    @property
    def paid(self) -> int:
        return self.second.balance() - self.before

    @property
    def fraudulent(self) -> str:
        return f"RecordFraudulent(caseId={word(self.visit.case_id)})"


def shared(stage: Stage, then: str = "", **changes: object) -> Shared:
    """Claims with both insurers; the second goes on as `then` says before the fraud is proven in the first."""
    first = insured(insurers(stage), exclusive=False)
    second = beside(first, exclusive=False, **changes)
    visit = second.bill(150 * MED)
    claims = tuple(filed(stage, visit.filing(one.policy_id)) for one in (first, second))
    if then:
        second.do(OTHER_INSURER, "decide", claims[1], 30 * MED, REASON)
    if then == "appealed":
        second.do(PATIENT, "appeal", claims[1], GROUNDS)
    first.do(ARBITER, "proveFraud", first.policy_id, claims[0], EVIDENCE)
    return Shared(first, second, visit, (claims[0], claims[1]), second.balance())


def test_silence_pays_no_second_insurers_claim_for_a_fraudulent_record(stage: Stage) -> None:
    told = shared(stage)
    cover, claim = told.second, told.claims[1]
    assert cover.call(OTHER_INSURER, "decide", claim, MOST, REASON).error == told.fraudulent
    assert cover.call(OTHER_INSURER, "decide", claim, 1, REASON).error == told.fraudulent
    stage.pass_time(cover.terms.review_s)
    assert cover.call(PATIENT, "appeal", claim, GROUNDS).error == told.fraudulent
    cover.do(STRANGER, "settle", claim)
    found = cover.claim(claim)
    assert (found["status"], found["awarded"], found["held"], told.paid) == (CLOSED, 0, 0, 0)
    assert (cover.book()["held"], cover.policy()["cover"]) == (0, cover.terms.cover_limit_med_units)


def test_no_arbiter_pays_a_second_claim_for_a_fraudulent_record(stage: Stage) -> None:
    told = shared(stage, "appealed")
    cover, claim = told.second, told.claims[1]
    assert cover.call(ARBITER, "arbitrate", claim, 90 * MED, REASON).error == told.fraudulent
    assert cover.call(PATIENT, "withdrawClaim", claim).status == 1
    found = cover.claim(claim)
    assert (found["paid"], found["awarded"], told.paid) == (30 * MED, 30 * MED, 0)


def test_the_arbiter_proves_the_second_fraud_too(stage: Stage) -> None:
    """Each claim is condemned once; with it its own policy ends."""
    told = shared(stage, "decided")
    cover, claim = told.second, told.claims[1]
    cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    assert (cover.claim(claim)["status"], cover.policy()["status"], told.paid) == (CONDEMNED, FRAUD, 0)
    again = cover.call(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    assert again.error == wrong(claim, CONDEMNED)


def test_a_debt_for_a_fraudulent_record_is_none_any_more(stage: Stage) -> None:
    """Awarded beyond the reserve, and closed: what was paid is paid, the rest is written off by whoever asks."""
    first = insured(insurers(stage), exclusive=False)
    whole = {"coinsurance_basis_points": 10_000, "claim_limit_med_units": 1_000 * MED, "exclusive": False}
    second = beside(first, **whole)
    second.do(
        OTHER_INSURER,
        "withdraw",
        second.book()["reserve"] - second.ask("requiredReserve", OTHER_INSURER.address),
    )
    visit = second.bill(1_000 * MED)
    claims = [filed(stage, visit.filing(one.policy_id)) for one in (first, second)]
    second.do(OTHER_INSURER, "decide", claims[1], 990 * MED, REASON)
    assert second.claim(claims[1])["paid"] == 300 * MED
    first.do(ARBITER, "proveFraud", first.policy_id, claims[0], EVIDENCE)
    before = second.balance()
    outcome = second.do(STRANGER, "collect", claims[1])
    told = {"claimId": claims[1], "awarded": 300 * MED}
    assert [(event.name, event.arguments) for event in outcome.events] == [("ClaimClosed", told)]
    found = second.claim(claims[1])
    assert (found["status"], found["ceiling"], found["paid"]) == (CLOSED, 300 * MED, 300 * MED)
    assert (second.book()["unfunded"], second.balance()) == (0, before)
    second.do(OTHER_INSURER, "deposit", OTHER_INSURER.address, 700 * MED, NO_PERMIT)
    again = second.call(STRANGER, "collect", claims[1])
    assert again.error == f"NothingToCollect(claimId={word(claims[1])})"
    assert second.policy()["cover"] == 700 * MED


def test_another_record_of_the_same_patient_is_still_paid(stage: Stage) -> None:
    told = shared(stage)
    honest = told.second.file()
    told.second.do(OTHER_INSURER, "decide", honest, MOST, REASON)
    assert told.paid == MOST


def at_its_limit(stage: Stage) -> tuple[Insured, Insured]:
    """An insurer with exactly what two policies require of it: an honest holder's, and another's, without an excess."""
    honest = insured(insurers(stage), patient=OTHER_PATIENT, waiting_s=0)
    sham = {"premium_med_units": 0, "deductible_med_units": 0, "coinsurance_basis_points": 10_000}
    limits = {"cover_limit_med_units": 700 * MED, "claim_limit_med_units": 700 * MED}
    other = beside(honest, patient=PATIENT, insurer=INSURER, waiting_s=0, **sham, **limits)
    required = honest.ask("requiredReserve", INSURER.address)
    assert required == 510 * MED
    honest.do(INSURER, "withdraw", honest.book()["reserve"] - required)
    return honest, other


def unproven(cover: Insured, amount: int) -> Hash32:
    """A claim of any amount on a record of 5 MED: only a person can read its leaf."""
    filing = replace(cover.bill(5 * MED).read_filing(cover.policy_id), amount_med_units=amount)
    return filed(cover.stage, filing, cover.patient)


def test_an_insurer_does_not_give_away_what_others_rely_on(stage: Stage) -> None:
    """Granted without proof, it leaves only beyond the requirement, as by `withdraw`; the rest waits."""
    honest, sham = at_its_limit(stage)
    claim, before = unproven(sham, 700 * MED), sham.balance()
    sham.do(INSURER, "decide", claim, 700 * MED, REASON)
    free = 510 * MED - 300 * MED
    found = sham.claim(claim)
    assert (found["status"], found["discretionary"], found["held"]) == (CLOSED, True, 0)
    assert sham.balance() - before == found["paid"] == free
    assert sham.book() == {
        "reserve": 300 * MED,
        "held": 0,
        "exposure": 1_000 * MED,
        "unfunded": 490 * MED,
    }
    assert sham.call(PATIENT, "collect", claim).error == f"NothingToCollect(claimId={word(claim)})"
    assert honest.call(OTHER_PATIENT, "cancel", honest.policy_id).status == 1
    assert honest.policy()["refundDue"] == 0


def test_an_honest_claim_comes_before_what_was_granted_without_proof(stage: Stage) -> None:
    honest, sham = at_its_limit(stage)
    claim = unproven(sham, 700 * MED)
    sham.do(INSURER, "decide", claim, 700 * MED, REASON)
    before = honest.balance()
    honest.do(INSURER, "decide", honest.file(), MOST, REASON)
    assert honest.balance() - before == MOST


def test_what_was_granted_without_proof_is_paid_when_all_else_is_covered(stage: Stage) -> None:
    _honest, sham = at_its_limit(stage)
    claim, before = unproven(sham, 700 * MED), sham.balance()
    sham.do(INSURER, "decide", claim, 700 * MED, REASON)
    sham.do(INSURER, "deposit", INSURER.address, 490 * MED, NO_PERMIT)
    assert sham.call(INSURER, "withdraw", 1).error.startswith("ReserveTooSmall")
    sham.do(STRANGER, "collect", claim)
    assert (sham.balance() - before, sham.book()["reserve"], sham.book()["unfunded"]) == (
        700 * MED,
        300 * MED,
        0,
    )


@pytest.mark.parametrize("raised", [False, True])
def test_an_arbiters_award_is_no_gift(stage: Stage, raised: bool) -> None:
    """What the arbiter adds needs no proof by a leaf; the insurer's own word, confirmed, stays the insurer's word.

    What it does not grant binds the insurer again: 30 % of 1,300 MED come before the 400 MED, of 510 MED.
    """
    _honest, sham = at_its_limit(stage)
    claim, before = unproven(sham, 700 * MED), sham.balance()
    sham.do(INSURER, "decide", claim, 400 * MED, REASON)
    found = sham.claim(claim)
    assert (found["awarded"], found["paid"], found["held"]) == (400 * MED, 0, 300 * MED)
    sham.do(PATIENT, "appeal", claim, GROUNDS)
    sham.do(ARBITER, "arbitrate", claim, 400 * MED + raised, REASON)
    assert sham.claim(claim)["discretionary"] is not raised
    assert sham.balance() - before == (400 * MED + 1 if raised else 120 * MED)


def test_a_fraud_needs_a_policy_and_its_own_claim(cover: Insured) -> None:
    unknown = cover.call(ARBITER, "proveFraud", UNKNOWN, NO_CLAIM, EVIDENCE)
    assert unknown.error == f"PolicyUnknown(policyId={word(UNKNOWN)})"
    claim = cover.file()
    other = taken(cover.stage, OTHER_PATIENT, cover.product_id)
    outcome = cover.call(ARBITER, "proveFraud", other, claim, EVIDENCE)
    assert outcome.error == f"ClaimUnknown(claimId={word(claim)})"


def test_what_a_fraud_was_paid_is_not_paid_further(stage: Stage) -> None:
    cover, claim = in_debt(stage)
    cover.do(INSURER, "decide", claim, 990 * MED, REASON)
    before = cover.balance()
    cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    found = cover.claim(claim)
    assert (found["paid"], found["awarded"], found["ceiling"]) == (300 * MED,) * 3
    assert cover.book() == {"reserve": 0, "held": 0, "exposure": 0, "unfunded": 0}
    cover.do(INSURER, "deposit", INSURER.address, 700 * MED, NO_PERMIT)
    assert cover.call(STRANGER, "collect", claim).error == f"NothingToCollect(claimId={word(claim)})"
    assert cover.balance() == before


def test_a_fraud_that_comes_to_light_after_the_policys_time_bars_its_record(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    claim = filed(cover.stage, visit.filing(cover.policy_id))
    ends_at_s = cover.policy()["endsAt"]
    cover.stage.time_s = ends_at_s + cover.terms.filing_s
    cover.do(STRANGER, "release", cover.policy_id)
    cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    assert (cover.policy()["status"], cover.policy()["endsAt"]) == (FRAUD, ends_at_s)
    assert cover.ask("recordUseOf", visit.case_id)["fraudulent"] is True


def test_the_next_term_is_a_policy_of_its_own_also_in_fraud(cover: Insured) -> None:
    following = policy_of(cover.do(PATIENT, "renew", cover.policy_id, NO_PERMIT).events)
    cover.do(ARBITER, "proveFraud", cover.policy_id, cover.file(), EVIDENCE)
    assert cover.policy(following)["status"] != FRAUD
    cover.do(ARBITER, "proveFraud", following, NO_CLAIM, EVIDENCE)
    assert cover.book()["exposure"] == 0


def test_other_claims_of_a_fraudulent_policy_are_still_decided(cover: Insured) -> None:
    false, honest = cover.file(), cover.file()
    cover.do(ARBITER, "proveFraud", cover.policy_id, false, EVIDENCE)
    before = cover.balance()
    cover.do(INSURER, "decide", honest, 50 * MED, REASON)
    cover.do(PATIENT, "withdrawClaim", honest)
    assert cover.balance() - before == 50 * MED
    assert (cover.book()["held"], cover.book()["exposure"]) == (0, 0)


def test_a_claim_is_paid_to_the_key_that_the_claimant_has_then(cover: Insured) -> None:
    stage, claim = cover.stage, cover.file()
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    cover.do(INSURER, "decide", claim, MOST, REASON)
    assert stage.balance(NEW_PHONE.address) == MOST


def test_a_suspended_insurers_silence_pays_proven_claims(cover: Insured) -> None:
    stage, claim = cover.stage, cover.file()
    stage.do(CERTIFIER, stage.system.identity, "suspend", INSURER.address, REASON)
    refused = cover.call(INSURER, "decide", claim, 0, REASON)
    assert refused.error == f"InsurerNotActive(account={word(INSURER.address)})"
    before = cover.balance()
    stage.pass_time(cover.terms.review_s)
    cover.do(STRANGER, "settle", claim)
    assert cover.balance() - before == MOST
