"""A researcher buys records, disputes some, and stops; an insurer's deal runs out."""

from __future__ import annotations

from typing import Final

from chain.block import Hash32
from chain.contracts.messages import Correction, Role, record_id
from chain.contracts.rehearsal.cast import (
    ARBITER,
    INSURER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    RESEARCHER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.consent_registry import anchored, granted, record_of
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry, supply
from chain.contracts.signed.ballot import split
from chain.contracts.signed.consent import Purpose, kinds_mask, of_kinds, of_record
from chain.contracts.signed.deal import DealRequest, Permit, submission_id, token_domain
from chain.contracts.system import ARBITER_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

MED: Final = 10**8
PURSE_MED_UNITS: Final = 10_000 * MED
PRICE_MED_UNITS: Final = 12 * MED + 345
"""Of which a commission in basis points is no whole number."""

REASON: Final = keccak(b"the ciphertext does not open")
EVIDENCE: Final = keccak(b"the key as it was sent")
FINDING: Final = keccak(b"it opens")


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    settle_consumers(stage)
    _buy(stage)
    _run_out(stage)
    _govern(stage)


def settle_consumers(stage: Stage) -> None:
    """Register a researcher and an insurer, give them MED, and let the market take it."""
    for who, role in ((RESEARCHER, Role.RESEARCHER), (INSURER, Role.INSURER)):
        stage.do(who, stage.system.identity, "register", role)
        supply(stage, who, PURSE_MED_UNITS)
        stage.do(who, stage.system.token, "approve", stage.system.market.address, PURSE_MED_UNITS)


def asked(stage: Stage, **changes: object) -> DealRequest:
    """Return what a consumer asks for: ten records of kinds 1 and 3 for research, within thirty days from now."""
    values: dict[str, object] = {
        "terms_hash": keccak(b"terms"),
        "price_med_units": PRICE_MED_UNITS,
        "quota": 10,
        "kinds": kinds_mask(1, 3),
        "purpose": Purpose.RESEARCH,
        "deadline_s": stage.time_s + 30 * DAY_S,
    }
    return DealRequest(**{**values, **changes})  # type: ignore[arg-type]


def opened(stage: Stage, request: DealRequest, consumer: PrivateKey = RESEARCHER) -> Hash32:
    """Have a consumer open a deal; return its identifier."""
    stage.do(consumer, stage.system.market, "openDeal", request.arguments)
    return request.deal_id(consumer.address)


def disclosed(
    visit: Visit, *, leaf: Hash32 | None = None, proof: tuple[Hash32, ...] = ()
) -> tuple[object, ...]:
    """Return a visit's record as a patient discloses it: whole, or one leaf with its proof."""
    whole = visit.root if leaf is None else leaf
    return visit.root, visit.provider.address, visit.patient.address, whole, list(proof)


def submitted(stage: Stage, deal_id: Hash32, visit: Visit) -> Hash32:
    """Have a visit's patient submit its record; return the submission's identifier."""
    stage.do(visit.patient, stage.system.market, "submit", deal_id, disclosed(visit))
    return submission_id(deal_id, visit.patient.address, visit.root)


def corrected(stage: Stage, visit: Visit, root: Hash32) -> Visit:
    """Have a visit's provider correct its record; return the visit with the correction's root."""
    parties = (visit.provider.address, visit.patient.address)
    record = (visit.root, *parties)
    correction = Correction(record_id(*record), root, *parties, visit.kind, visit.valid_until_s)
    signature = compact(visit.patient.sign(correction.digest(stage.system.records_domain)))
    stage.do(visit.provider, stage.system.records, "supersede", *record, *correction.arguments, signature)
    return visit.but(root=root)


def _buy(stage: Stage) -> None:
    market = stage.system.market
    visits = [anchored(stage, 600 + number) for number in range(6)]
    other = anchored(stage, 610, patient=OTHER_PATIENT, provider=OTHER_PROVIDER, kind=3)
    deal_id = opened(stage, asked(stage))
    for patient in (PATIENT, OTHER_PATIENT):
        granted(stage, patient, RESEARCHER, Purpose.RESEARCH, of_kinds(1, 3))
    taken = [submitted(stage, deal_id, visit) for visit in (other, *visits[:5])]
    paid_at_once, accepted, let_pass, upheld, refused, undecided = taken
    for submission in (paid_at_once, accepted):
        stage.do(RESEARCHER, market, "accept", deal_id, submission)
    for submission in (upheld, refused, undecided):
        stage.do(RESEARCHER, market, "dispute", deal_id, submission, REASON)
        for party in (RESEARCHER, PATIENT):
            stage.do(party, market, "stateEvidence", deal_id, submission, EVIDENCE)
    stage.do(ARBITER, market, "decide", deal_id, refused, False, FINDING)
    stage.do(ARBITER, market, "decide", deal_id, upheld, True, FINDING)
    correction = corrected(stage, visits[5], keccak(visits[5].root))
    stage.do(PATIENT, market, "submit", deal_id, disclosed(correction))
    stage.do(RESEARCHER, market, "stop", deal_id)
    for submission, period in ((let_pass, "REVIEW_PERIOD"), (undecided, "ARBITRATION_PERIOD")):
        stage.pass_time(stage.read(market, period))
        stage.do(STRANGER, market, "settle", deal_id, submission)


def _run_out(stage: Stage) -> None:
    market, insurer = stage.system.market, INSURER.address
    request = asked(stage, quota=3, purpose=Purpose.QUOTE)
    stage.do(INSURER, market, "openDealWithPermit", request.arguments, *permitted(stage, INSURER, request))
    visit = anchored(stage, 620)
    granted(stage, PATIENT, INSURER, Purpose.QUOTE, of_record(record_of(visit)))
    submission = submitted(stage, request.deal_id(insurer), visit)
    stage.do(INSURER, market, "accept", request.deal_id(insurer), submission)
    stage.pass_time(31 * DAY_S)
    stage.do(STRANGER, market, "returnUnspent", request.deal_id(insurer))


def permitted(
    stage: Stage, consumer: PrivateKey, request: DealRequest, *, for_s: int = 3_600
) -> tuple[int, int, bytes, bytes]:
    """Return deadline, v, r and s of a consumer's permit for the budget of a deal."""
    token, market = stage.system.token, stage.system.address_of("DataMarket")
    nonce, deadline_s = stage.read(token, "nonces", consumer.address), stage.time_s + for_s
    permit = Permit(consumer.address, market, request.budget_med_units, nonce, deadline_s)
    return deadline_s, *split(consumer.sign(permit.digest(token_domain(stage.system))))


def _govern(stage: Stage) -> None:
    """Governance changes the commission, its receiver and the arbiters; the new arbiter resigns."""
    carry(stage, "A lower commission", ("DataMarket", "setCommission", (250,)))
    carry(stage, "To the arbiter", ("DataMarket", "setTreasury", (ARBITER.address,)))
    appoint = ("DataMarket", "grantRole", (ARBITER_ROLE, TREASURY.address))
    dismiss = ("DataMarket", "revokeRole", (ARBITER_ROLE, ARBITER.address))
    carry(stage, "Another arbiter", appoint, dismiss)
    stage.do(TREASURY, stage.system.market, "renounceRole", ARBITER_ROLE, TREASURY.address)
