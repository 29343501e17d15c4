"""A patient with a policy: where the tests of claims begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chain.block import Hash32
from chain.contracts.rehearsal.cast import INSURER, OTHER_INSURER, OTHER_PATIENT, PATIENT
from chain.contracts.rehearsal.insurance import (
    BilledVisit,
    billed,
    deposited,
    filed,
    offered,
    outpatient,
    settle_insurers,
    taken,
)
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.signed.insurance import ProductTerms
from chain.keys import PrivateKey

MED = 10**8
RESERVE = 20_000 * MED
NONE, LIVE, RELEASED, FRAUD = range(4)
FILED, DECIDED, APPEALED, CLOSED, CONDEMNED = range(1, 6)


def insurers(stage: Stage) -> Stage:
    """Two insurers with a reserve each, and patients with MED."""
    settle_insurers(stage)
    for insurer in (INSURER, OTHER_INSURER):
        deposited(stage, insurer, RESERVE)
    return stage


@dataclass
class Insured:
    """A policy of a patient's on a stage."""

    stage: Stage
    terms: ProductTerms
    product_id: Hash32
    policy_id: Hash32
    patient: PrivateKey = PATIENT
    insurer: PrivateKey = INSURER
    number: int = 100

    def call(self, who: PrivateKey, function: str, *arguments: object) -> Outcome:
        return self.stage.send(who, self.stage.system.insurance, function, *arguments)

    def do(self, who: PrivateKey, function: str, *arguments: object) -> Outcome:
        return self.stage.do(who, self.stage.system.insurance, function, *arguments)

    def ask(self, function: str, *arguments: object) -> Any:
        return self.stage.read(self.stage.system.insurance, function, *arguments)

    def bill(self, amount: int = 150 * MED, **named: Any) -> BilledVisit:
        self.number += 1
        return billed(self.stage, self.number, amount, **{"patient": self.patient, **named})

    def file(self, amount: int = 150 * MED) -> Hash32:
        """A claim of a new visit's bill; the default exceeds what is paid at once."""
        return filed(self.stage, self.bill(amount).filing(self.policy_id), self.patient)

    def try_filing(self, visit: BilledVisit) -> Outcome:
        return self.call(self.patient, "file", visit.filing(self.policy_id).arguments)

    def book(self, insurer: PrivateKey | None = None) -> dict[str, int]:
        return dict(self.ask("bookOf", (insurer or self.insurer).address))

    def claim(self, claim_id: Hash32) -> dict[str, Any]:
        return dict(self.ask("claimOf", claim_id))

    def policy(self, policy_id: Hash32 | None = None) -> dict[str, Any]:
        return dict(self.ask("policyOf", policy_id or self.policy_id))

    def balance(self) -> int:
        return self.stage.balance(self.patient.address)


def insured(
    stage: Stage,
    *,
    patient: PrivateKey = PATIENT,
    insurer: PrivateKey = INSURER,
    waited: bool = True,
    **changes: Any,
) -> Insured:
    """Have an insurer of `insurers` sell a patient a policy of `outpatient` terms, some of them changed."""
    terms = outpatient(**changes)
    product_id = offered(stage, insurer, terms)
    policy_id = taken(stage, patient, product_id)
    if waited:
        stage.pass_time(terms.waiting_s)
    return Insured(stage, terms, product_id, policy_id, patient, insurer)


def beside(
    first: Insured, *, patient: PrivateKey = PATIENT, insurer: PrivateKey = OTHER_INSURER, **changes: Any
) -> Insured:
    """Sell another policy on the stage of the first, to number visits apart from its."""
    other = insured(first.stage, patient=patient, insurer=insurer, **changes)
    other.number = first.number + 100 * (2 if patient is OTHER_PATIENT else 1)
    return other


def word(value: bytes) -> str:
    """Return bytes as errors show them."""
    return "0x" + value.hex()
