"""Each insurer's money is its own, covers what it sold, and leaves only beyond that."""

from __future__ import annotations

import pytest
from insured import MED, RESERVE, insured, insurers, word

from chain.contracts.deployment.insurance import InsuranceTerms, arguments
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    INSURER,
    NEW_PHONE,
    OTHER_INSURER,
    OTHER_PATIENT,
    PATIENT,
    RESEARCHER,
    STRANGER,
)
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.insurance import (
    deposited,
    inpatient,
    offered,
    outpatient,
    permitted,
    settle_insurers,
    taken,
)
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.voting import supply
from chain.contracts.signed.insurance import NO_PERMIT
from chain.errors import CallReverted
from chain.hashing import keccak


@pytest.fixture
def ready(stage: Stage) -> Stage:
    return insurers(stage)


def book(stage: Stage, insurer: bytes = INSURER.address) -> dict[str, int]:
    return dict(stage.read(stage.system.insurance, "bookOf", insurer))


def withdraw(stage: Stage, amount: int) -> Outcome:
    return stage.send(INSURER, stage.system.insurance, "withdraw", amount)


def test_a_deposit_stands_in_one_insurers_book(ready: Stage) -> None:
    outcome = ready.do(INSURER, ready.system.insurance, "deposit", INSURER.address, 7 * MED, NO_PERMIT)
    (event,) = [event for event in outcome.events if event.name == "Deposited"]
    assert event.arguments == {"insurer": INSURER.address, "payer": INSURER.address, "amount": 7 * MED}
    assert book(ready) == {"reserve": RESERVE + 7 * MED, "held": 0, "exposure": 0, "unfunded": 0}
    assert book(ready, OTHER_INSURER.address)["reserve"] == RESERVE
    assert ready.read(ready.system.insurance, "obligations") == 2 * RESERVE + 7 * MED
    assert ready.balance(ready.system.address_of("Insurance")) == 2 * RESERVE + 7 * MED


def test_anyone_may_strengthen_an_insurer_but_not_take_it_back(ready: Stage) -> None:
    insurance = ready.system.insurance
    ready.do(PATIENT, insurance, "deposit", INSURER.address, MED, NO_PERMIT)
    assert book(ready)["reserve"] == RESERVE + MED
    refused = ready.send(PATIENT, insurance, "withdraw", MED)
    assert refused.error == f"InsurerNotActive(account={word(PATIENT.address)})"


def test_a_deposit_for_nobody_is_refused(ready: Stage) -> None:
    insurance = ready.system.insurance
    for nobody in (PATIENT, STRANGER):
        outcome = ready.send(INSURER, insurance, "deposit", nobody.address, MED, NO_PERMIT)
        assert outcome.error == f"InsurerNotActive(account={word(nobody.address)})"


def test_nothing_is_neither_deposited_nor_withdrawn(ready: Stage) -> None:
    insurance = ready.system.insurance
    assert ready.send(INSURER, insurance, "deposit", INSURER.address, 0, NO_PERMIT).error == "AmountZero()"
    assert withdraw(ready, 0).error == "AmountZero()"


def test_a_deposit_needs_an_allowance_or_a_permit(ready: Stage) -> None:
    insurance = ready.system.insurance
    supply(ready, STRANGER, 10 * MED)
    arguments = (INSURER.address, 4 * MED)
    refused = ready.send(STRANGER, insurance, "deposit", *arguments, NO_PERMIT)
    assert refused.error.startswith("ERC20InsufficientAllowance")
    ready.do(STRANGER, insurance, "deposit", *arguments, permitted(ready, STRANGER, 4 * MED))
    assert book(ready)["reserve"] == RESERVE + 4 * MED


def test_a_permit_that_somebody_used_up_before_does_no_harm(ready: Stage) -> None:
    insurance, token = ready.system.insurance, ready.system.token
    supply(ready, STRANGER, 10 * MED)
    deadline_s, (r, vs) = permitted(ready, STRANGER, 4 * MED)
    v, s = 27 + (vs[0] >> 7), bytes([vs[0] & 0x7F]) + vs[1:]
    spender = ready.system.address_of("Insurance")
    ready.do(PATIENT, token, "permit", STRANGER.address, spender, 4 * MED, deadline_s, v, r, s)
    ready.do(STRANGER, insurance, "deposit", INSURER.address, 4 * MED, (deadline_s, (r, vs)))
    assert book(ready)["reserve"] == RESERVE + 4 * MED


def test_a_permit_for_another_amount_or_by_another_hand_allows_nothing(ready: Stage) -> None:
    insurance = ready.system.insurance
    supply(ready, STRANGER, 10 * MED)
    for permit in (permitted(ready, STRANGER, 5 * MED), permitted(ready, RESEARCHER, 4 * MED)):
        outcome = ready.send(STRANGER, insurance, "deposit", INSURER.address, 4 * MED, permit)
        assert outcome.error.startswith("ERC20InsufficientAllowance")


def test_without_policies_all_of_a_reserve_may_go(ready: Stage) -> None:
    before = ready.balance(INSURER.address)
    too_much = withdraw(ready, RESERVE + 1)
    assert too_much.error == (
        f"ReserveTooSmall(insurer={word(INSURER.address)}, reserve={RESERVE}, required={RESERVE + 1})"
    )
    assert withdraw(ready, RESERVE).status == 1
    assert ready.balance(INSURER.address) == before + RESERVE
    assert book(ready, OTHER_INSURER.address)["reserve"] == RESERVE


def test_what_policies_may_cost_holds_its_share_of_the_reserve_to_the_unit(ready: Stage) -> None:
    """A third of the exposure, rounded up: 0.3 × (1,000 MED + 1 unit)."""
    terms = outpatient(cover_limit_med_units=1_000 * MED + 1)
    taken(ready, PATIENT, offered(ready, INSURER, terms))
    required = 300 * MED + 1
    assert ready.read(ready.system.insurance, "requiredReserve", INSURER.address) == required
    reserve = RESERVE + terms.premium_med_units
    excess = reserve - required
    assert withdraw(ready, excess + 1).error == (
        f"ReserveTooSmall(insurer={word(INSURER.address)}, reserve={reserve}, required={reserve + 1})"
    )
    assert withdraw(ready, excess).status == 1
    assert book(ready)["reserve"] == required


def test_an_insurer_sells_no_more_than_its_reserve_bears(stage: Stage) -> None:
    """The premium counts: 30 % of 5,000 MED is covered by 1,450 MED in reserve and 50 MED of premium."""
    settle_insurers(stage)
    insurance = stage.system.insurance
    deposited(stage, INSURER, 1_450 * MED - 1)
    product_id = offered(stage, INSURER, inpatient())
    refused = stage.send(PATIENT, insurance, "take", product_id, NO_PERMIT)
    assert refused.error == (
        f"ReserveTooSmall(insurer={word(INSURER.address)}, reserve={1_500 * MED - 1}, required={1_500 * MED})"
    )
    deposited(stage, INSURER, 1)
    assert stage.send(PATIENT, insurance, "take", product_id, NO_PERMIT).status == 1
    assert stage.send(OTHER_PATIENT, insurance, "take", product_id, NO_PERMIT).error.startswith(
        "ReserveTooSmall"
    )


def test_one_insurers_money_pays_no_other_insurers_claims(stage: Stage) -> None:
    cover = insured(insurers(stage), coinsurance_basis_points=10_000, claim_limit_med_units=1_000 * MED)
    other_before = book(stage, OTHER_INSURER.address)
    cover.do(INSURER, "decide", cover.file(500 * MED), 490 * MED, bytes(32))
    assert book(stage, OTHER_INSURER.address) == other_before


def test_a_suspended_insurer_can_neither_sell_nor_withdraw(ready: Stage) -> None:
    identity, insurance = ready.system.identity, ready.system.insurance
    product_id = offered(ready, INSURER, outpatient())
    ready.do(CERTIFIER, identity, "suspend", INSURER.address, keccak(b"licence under review"))
    refusal = f"InsurerNotActive(account={word(INSURER.address)})"
    assert withdraw(ready, MED).error == refusal
    assert ready.send(PATIENT, insurance, "take", product_id, NO_PERMIT).error == refusal
    assert ready.send(OTHER_INSURER, insurance, "deposit", INSURER.address, MED, NO_PERMIT).error == refusal
    ready.do(CERTIFIER, identity, "reinstate", INSURER.address, keccak(b"reviewed"))
    assert withdraw(ready, MED).status == 1


def test_a_book_outlives_the_insurers_key(ready: Stage) -> None:
    insurance, identity = ready.system.insurance, ready.system.identity
    ready.do(INSURER, identity, "replaceKey", *consenting(ready, INSURER.address, NEW_PHONE))
    assert withdraw(ready, MED).error == f"InsurerNotActive(account={word(INSURER.address)})"
    ready.do(NEW_PHONE, insurance, "withdraw", MED)
    assert ready.balance(NEW_PHONE.address) == MED
    ready.do(OTHER_INSURER, insurance, "deposit", NEW_PHONE.address, MED, NO_PERMIT)
    assert book(ready)["reserve"] == RESERVE


def test_what_is_sent_to_the_contract_belongs_to_no_book(ready: Stage) -> None:
    owed = ready.read(ready.system.insurance, "obligations")
    ready.do(PATIENT, ready.system.token, "transfer", ready.system.insurance.address, MED)
    assert ready.read(ready.system.insurance, "obligations") == owed
    assert ready.balance(ready.system.address_of("Insurance")) == owed + MED


@pytest.mark.parametrize(
    "terms",
    [
        InsuranceTerms(maximum_filings=0),
        InsuranceTerms(arbitration_s=0),
        InsuranceTerms(minimum_appeal_s=365 * DAY_S + 1),
    ],
)
def test_terms_under_which_no_claim_could_be_decided_or_nothing_offered_are_refused(
    stage: Stage, terms: InsuranceTerms
) -> None:
    with pytest.raises(CallReverted, match=r"TermsInvalid\(\)"):
        deploy(stage, "Insurance", *arguments(stage.system, terms, ()))


def test_only_the_timelock_appoints_arbiters(ready: Stage) -> None:
    insurance = ready.system.insurance
    role = ready.read(insurance, "ARBITER_ROLE")
    for function in ("grantRole", "revokeRole"):
        outcome = ready.send(INSURER, insurance, function, role, INSURER.address)
        assert outcome.error.startswith("AccessControlUnauthorizedAccount")
    outcome = ready.send(INSURER, insurance, "renounceRole", role, PATIENT.address)
    assert outcome.error == "AccessControlBadConfirmation()"
    assert ready.read(insurance, "hasRole", bytes(32), ready.system.address_of("Timelock"))


def test_an_insurer_is_registered_as_one(ready: Stage) -> None:
    ready.do(RESEARCHER, ready.system.identity, "register", Role.RESEARCHER)
    outcome = ready.send(RESEARCHER, ready.system.insurance, "offer", outpatient().arguments)
    assert outcome.error == f"InsurerNotActive(account={word(RESEARCHER.address)})"
