"""People join, a provider loses its licence for a while, a patient changes phones and loses one."""

from __future__ import annotations

from typing import Final

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    DEVICE,
    GUARDIANS,
    INSURER,
    NEW_PHONE,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.identity import KeyConsent, identity_domain, recovery_identifier
from chain.contracts.system import CERTIFIER_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

SPARE_PHONE: Final = key(91)
REASON: Final = keccak(b"licence under review")
THRESHOLD: Final = 2


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    identity = stage.system.identity
    for who, role in ((INSURER, Role.INSURER), (RESEARCHER, Role.RESEARCHER), (DEVICE, Role.DEVICE)):
        stage.do(who, identity, "register", role)
    _review_a_provider(stage)
    stage.do(PATIENT, identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    _lose_a_phone(stage)
    _appoint_a_certifier(stage)


def consenting(
    stage: Stage, account: Address, new_key: PrivateKey, *, for_s: int = 3 * DAY_S
) -> tuple[Address, int, tuple[bytes, bytes]]:
    """Return the new key, the deadline and the signature with which `new_key` consents to replace `account`."""
    consent = KeyConsent(account, new_key.address, stage.time_s + for_s)
    signature = compact(new_key.sign(consent.digest(identity_domain(stage.system))))
    return consent.new_key, consent.deadline_s, signature


def proposed(stage: Stage, account: Address, new_key: Address) -> Hash32:
    """Return the identifier of the proposal that `new_key` replaces `account` in the person's present attempt."""
    identity = stage.system.identity
    person, attempt = (stage.read(identity, name, account) for name in ("personOf", "attemptOf"))
    return recovery_identifier(person, new_key, attempt)


def _review_a_provider(stage: Stage) -> None:
    identity, provider = stage.system.identity, PROVIDER.address
    stage.do(CERTIFIER, identity, "suspend", provider, REASON)
    stage.do(CERTIFIER, identity, "reinstate", provider, REASON)
    stage.do(CERTIFIER, identity, "revokeCertification", provider)
    stage.do(CERTIFIER, identity, "certify", provider, stage.time_s + 365 * DAY_S)


def _lose_a_phone(stage: Stage) -> None:
    """The first recovery is started by mistake and refused; the second, after a change of heart, is carried out.

    One of the guardians is then dismissed.
    """
    identity, lost = stage.system.identity, NEW_PHONE.address
    first, second, third = GUARDIANS
    stage.do(NEW_PHONE, identity, "setGuardians", [guardian.address for guardian in GUARDIANS], THRESHOLD)
    for attempt in range(2):
        stage.do(first, identity, "proposeNewKey", lost, *consenting(stage, lost, SPARE_PHONE))
        recovery_id = proposed(stage, lost, SPARE_PHONE.address)
        stage.do(second, identity, "approveNewKey", recovery_id)
        if attempt == 0:
            stage.do(NEW_PHONE, identity, "refuseRecovery")
    stage.do(second, identity, "retractApproval", recovery_id)
    stage.do(third, identity, "approveNewKey", recovery_id)
    stage.pass_time(stage.read(identity, "RECOVERY_PERIOD"))
    stage.do(STRANGER, identity, "completeRecovery", lost)
    stage.do(SPARE_PHONE, identity, "setGuardians", [first.address, second.address], THRESHOLD)
    stage.pass_time(stage.read(identity, "RECOVERY_PERIOD"))
    stage.do(STRANGER, identity, "confirmGuardians", lost)


def _appoint_a_certifier(stage: Stage) -> None:
    """Governance lets the arbiter certify, and ends it; the first certifier resigns."""
    identity = stage.system.identity
    carry(stage, "Another certifier", ("IdentityRegistry", "grantRole", (CERTIFIER_ROLE, ARBITER.address)))
    stage.do(ARBITER, identity, "register", Role.CERTIFIER)
    carry(stage, "No longer", ("IdentityRegistry", "revokeRole", (CERTIFIER_ROLE, ARBITER.address)))
    stage.do(CERTIFIER, identity, "renounceRole", CERTIFIER_ROLE, CERTIFIER.address)
