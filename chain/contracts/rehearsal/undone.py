"""Two promises that a reorganisation catches: a consent that was revoked, and a claim that was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from chain.block import Hash32
from chain.contracts.bindings import consent_registry
from chain.contracts.bindings.insurance import ClaimPaid
from chain.contracts.rehearsal.cast import INSURER, OTHER_PROVIDER, PATIENT
from chain.contracts.rehearsal.consent_registry import granted
from chain.contracts.rehearsal.divided import FAR, GATEWAY, DividedStage, Split
from chain.contracts.rehearsal.insurance import (
    MED,
    billed,
    deposited,
    offered,
    outpatient,
    settle_insurers,
    taken,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.signed.consent import NO_RECORD, Purpose, of_kinds
from chain.contracts.typed import ContractCall

READING_S: Final = 5.0
"""How often readers look whether they may read."""

CALM_S: Final = 600.0
"""How long the network is watched after it has healed."""


@dataclass(frozen=True)
class RevokedConsent:
    """What a withdrawal was worth. Seconds count from the moment at which the patient saw it on chain.

    `live_here_s` is how long readers at the patient's gateway, `live_there_s` how long those on the other side, were
    let in all the same; `removals` how often it was undone, `effective_after_s` when it held for good.
    """

    removals: int
    live_here_s: float
    live_there_s: float
    effective_after_s: float


@dataclass(frozen=True)
class PaidClaim:
    """What a claim was paid, MED units. `payments_seen` counts what the gateway saw come, undone ones too.

    The patient files once more when the payment is undone; `second_error` is what became of that.
    """

    payments_seen: int
    payments_undone: int
    payments_on_chain: int
    billed_med_units: int
    paid_med_units: int
    second_error: str


def revoke_a_consent(stage: Stage, seed: int, split: Split | None = None) -> RevokedConsent:
    """A patient revokes while the network is split; readers on both sides look again and again."""
    granted(stage, PATIENT, OTHER_PROVIDER, Purpose.CARE, of_kinds(1))
    consents, care = stage.system.typed.consents, consent_registry.Purpose.CARE
    stand = DividedStage(stage, seed, split)
    consent_id = stage.ask(consents.consent_id_of(PATIENT.address, OTHER_PROVIDER.address, care, NO_RECORD))
    stand.run_to(stand.splits_at_s + 1)
    revocation = stand.submit(PATIENT, consents.revoke(OTHER_PROVIDER.address, care, NO_RECORD))
    live_s = {GATEWAY: 0.0, FAR: 0.0}
    reading_s = stand.splits_at_s + READING_S
    while reading_s < stand.heals_at_s + CALM_S:
        stand.run_to(reading_s)
        if stand.sightings(revocation):
            for node in live_s:
                live_s[node] += READING_S * stand.ask(consents.is_live(consent_id), node)
        reading_s += READING_S
    came = [seen.moment_s for seen in stand.sightings(revocation) if seen.came]
    return RevokedConsent(
        removals=len(stand.sightings(revocation)) - len(came),
        live_here_s=live_s[GATEWAY],
        live_there_s=live_s[FAR],
        effective_after_s=came[-1] - came[0],
    )


def claim_once(stage: Stage, seed: int, split: Split | None = None) -> PaidClaim:
    """A small bill is paid at once, by rule, while the network is split; the patient files again when it is undone."""
    policy_id = _insured(stage)
    bill = billed(stage, 900, 40 * MED)
    insurance, token = stage.system.typed.insurance, stage.system.typed.token
    before = stage.ask(token.balance_of(PATIENT.address))
    filing = stage.system.insurance.encode("file", bill.filing(policy_id).arguments)
    file: ContractCall[Any] = ContractCall(
        "Insurance", "file", insurance.address, filing, lambda values: values
    )
    stand = DividedStage(stage, seed, split)
    stand.run_to(stand.splits_at_s + 1)
    first = stand.submit(PATIENT, file)
    second = None
    while stand.now_s < stand.heals_at_s + CALM_S:
        stand.step()
        if second is None and any(not seen.came for seen in stand.sightings(first)):
            second = stand.submit(PATIENT, file)
    paid = [block for block in stand.chain() if _payments(stand, block)]
    held = [seen.block for seen in stand.sightings(second) if seen.came] if second is not None else []
    return PaidClaim(
        payments_seen=sum(seen.came and _payments(stand, seen.block) for seen in stand.seen),
        payments_undone=sum(not seen.came and _payments(stand, seen.block) for seen in stand.seen),
        payments_on_chain=sum(_payments(stand, block) for block in paid),
        billed_med_units=bill.bill.amount_med_units,
        paid_med_units=stand.ask(token.balance_of(PATIENT.address), GATEWAY) - before,
        second_error=stand.outcome(second, held[-1])[1] if second is not None and held else "",
    )


def _insured(stage: Stage) -> Hash32:
    """Have a patient take a cover that pays small bills at once, and wait until it holds; return the policy."""
    settle_insurers(stage)
    deposited(stage, INSURER)
    policy_id = taken(stage, PATIENT, offered(stage, INSURER, outpatient()))
    stage.pass_time(outpatient().waiting_s)
    return policy_id


def _payments(stand: DividedStage, block: object) -> int:
    executed = getattr(block, "executed", None)
    logs = [log for entries in executed.receipts.logs for log in entries] if executed is not None else []
    return len(list(stand.system.events(logs, ClaimPaid)))
