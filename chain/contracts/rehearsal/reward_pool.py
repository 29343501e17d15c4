"""Visits and shares earn points, epochs are paid, what vests leaves, a fraud is slashed, votes change terms."""

from __future__ import annotations

from typing import Final

from chain.contracts.deployment.reward_pool import Curve
from chain.contracts.rehearsal.cast import (
    ARBITER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, START_S, WEEK_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.presentation import Presentation, rewards_domain
from chain.contracts.system import JUDGE_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

EVIDENCE: Final = keccak(b"what the judge has seen, kept off the chain")
DAYS_VISITS: Final = 16
EVERYBODY: Final = (PATIENT, OTHER_PATIENT, PROVIDER, OTHER_PROVIDER)


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    for week in range(3):
        credit_visits(stage, week)
        share(stage, visit_of(stage, week), OTHER_PROVIDER)
        end_epoch(stage, week)
        close_and_settle(stage, week)
    _credit_a_days_visits(stage, 3)
    _let_it_leave(stage)
    _slash(stage)
    _vote(stage)


def visit_of(stage: Stage, number: int) -> Visit:
    """Return the visit of a number that has just been anchored, by its number alone."""
    return Visit.at(stage, number=100 + number)


def credit_visits(stage: Stage, week: int) -> None:
    """Have each patient visit once, check-in and record alone, and credit both visits."""
    for number, patient in ((100 + week, PATIENT), (200 + week, OTHER_PATIENT)):
        credit(stage, Visit.at(stage, patient=patient, number=number))


def credit(stage: Stage, visit: Visit) -> None:
    """Put a visit's papers on chain and credit it."""
    system = stage.system
    signed = visit.signed_check_in(system.checkin_domain)
    stage.do(visit.provider, system.checkin, "checkIn", signed.arguments)
    stage.do(visit.provider, system.records, "anchor", visit.signed_receipt(stage).arguments)
    stage.do(
        visit.provider, system.rewards, "credit", visit.code.struct_hash, visit.patient.address, visit.root
    )


def share(stage: Stage, visit: Visit, acceptor: PrivateKey) -> None:
    """Have a provider accept the record of a visit elsewhere."""
    stage.do(acceptor, stage.system.rewards, "creditShare", *presented(stage, visit, acceptor))


def presented(
    stage: Stage, visit: Visit, acceptor: PrivateKey, *, signer: PrivateKey | None = None, for_s: int = 3_600
) -> tuple[object, ...]:
    """Return what `creditShare` takes for the record of a visit that its patient presents to `acceptor`."""
    record_id = visit.receipt().record_id
    presentation = Presentation(record_id, acceptor.address, stage.time_s + for_s)
    signature = (signer or visit.patient).sign(presentation.digest(rewards_domain(stage.system)))
    parties = visit.provider.address, visit.patient.address
    return visit.root, *parties, presentation.valid_until_s, compact(signature)


def end_epoch(stage: Stage, epoch: int) -> None:
    """Let the next block be the first after an epoch."""
    stage.time_s = START_S + (epoch + 1) * WEEK_S - BLOCK_S


def close_and_settle(stage: Stage, epoch: int) -> None:
    """Close an epoch and pay everybody for it."""
    stage.do(STRANGER, stage.system.rewards, "closeEpoch", epoch)
    stage.do(STRANGER, stage.system.rewards, "settle", epoch, [who.address for who in EVERYBODY])


def _credit_a_days_visits(stage: Stage, epoch: int) -> None:
    """Two days of visits in batches of check-ins and of records; then check-ins alone, whose records are a batch."""
    system = stage.system
    for day in range(2):
        visits = Day.of(stage, DAYS_VISITS, first=1_000 * (day + 1))
        check_ins, records = visits.check_ins(system.checkin_domain), visits.records(system.records_domain)
        stage.do(PROVIDER, system.checkin, "checkInBatch", *check_ins.arguments)
        stage.do(PROVIDER, system.records, "anchorBatch", *records.arguments)
        items = [
            (bytes(32), *check_ins.proving(index)[1:], *records.proving(index)[1:])
            for index in range(DAYS_VISITS)
        ]
        stage.do(PROVIDER, system.rewards, "creditBatch", check_ins.batch_id, records.batch_id, items)
        stage.pass_time(DAY_S)
    end_epoch(stage, epoch)
    close_and_settle(stage, epoch)


def _let_it_leave(stage: Stage) -> None:
    """A patient's vesting leaves in parts; half-way the patient changes the amount."""
    rewards = stage.system.rewards
    for _ in range(2):
        vesting, _due = stage.read(rewards, "vestingOf", PATIENT.address)
        stage.do(PATIENT, rewards, "powerDown", vesting["balance"])
        for _ in range(3):
            stage.pass_time(WEEK_S)
            stage.do(STRANGER, rewards, "withdraw", PATIENT.address)


def _slash(stage: Stage) -> None:
    """A judge slashes a visit that never was, then more of the same provider's, and what vests for it."""
    rewards = stage.system.rewards
    epoch = stage.read(rewards, "currentEpoch")
    for open_epoch in range(stage.read(rewards, "nextEpoch"), epoch):
        stage.do(STRANGER, rewards, "closeEpoch", open_epoch)
    for number in (300, 301, 302):
        visit = Visit.at(stage, number=number)
        credit(stage, visit)
        if number != 302:
            named = epoch, visit.code.struct_hash, visit.patient.address, 100, 50
            stage.do(ARBITER, rewards, "slashVisit", *named, EVIDENCE)
    for _ in range(2):
        stage.do(ARBITER, rewards, "slashPoints", epoch, PROVIDER.address, 10, 0, EVIDENCE)
    end_epoch(stage, epoch)
    stage.do(STRANGER, rewards, "closeEpoch", epoch)
    stage.do(ARBITER, rewards, "slashPoints", epoch, PROVIDER.address, 10, 0, EVIDENCE)
    for _ in range(2):
        stage.do(ARBITER, rewards, "slashVesting", PROVIDER.address, 10**9, EVIDENCE)


def _vote(stage: Stage) -> None:
    """Governance sets what it may, and another judge, who resigns."""
    carry(
        stage,
        "Squares for authors, roots for curators, fewer points, and caps; the treasury judges too",
        ("RewardPool", "setCurve", (Curve.QUADRATIC,)),
        ("RewardPool", "setCurationCurve", (Curve.SQUARE_ROOT,)),
        ("RewardPool", "setPoints", ((80, 40, 20, 10, 30),)),
        ("RewardPool", "setCaps", ((10_000, 100_000),)),
        ("RewardPool", "grantRole", (JUDGE_ROLE, TREASURY.address)),
        ("RewardPool", "revokeRole", (JUDGE_ROLE, ARBITER.address)),
    )
    stage.do(TREASURY, stage.system.rewards, "renounceRole", JUDGE_ROLE, TREASURY.address)
