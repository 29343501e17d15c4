"""A present key names its successor, which must consent; the whole account moves and the old key counts nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    GUARDIANS,
    NEW_PHONE,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.identity_registry import SPARE_PHONE, consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.identity import KeyConsent, identity_domain
from chain.contracts.system import CERTIFIER_ROLE, DEFAULT_ADMIN_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

REASON = keccak(b"the reason, kept off the chain")
ACTIVE, SUSPENDED, RETIRED = 1, 2, 3


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> Outcome:
    return stage.send(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def test_role_certification_and_registration_move_and_the_old_key_keeps_nothing(stage: Stage) -> None:
    identity, old, new = stage.system.identity, PROVIDER.address, NEW_PHONE.address
    names = ("roleOf", "accountStanding", "registeredAt", "certifiedUntil", "isCertified")
    before = [stage.read(identity, name, old) for name in names]
    outcome = rotate(stage, PROVIDER, NEW_PHONE)
    assert [(event.name, event.arguments) for event in outcome.events] == [
        ("KeyReplaced", {"person": old, "oldKey": old, "newKey": new})
    ]
    assert [stage.read(identity, name, new) for name in names] == before
    assert [stage.read(identity, name, old) for name in names] == [Role.NONE, RETIRED, 0, 0, False]
    assert stage.read(identity, "isActive", new, Role.PROVIDER) is True
    assert not any(stage.read(identity, "isActive", old, role) for role in Role)


def test_the_new_key_checks_in_and_the_old_one_no_longer(stage: Stage) -> None:
    rotate(stage, PROVIDER, NEW_PHONE)
    refused = Visit.at(stage).check_in(stage)
    assert refused.error == f"ProviderNotCertified(provider={shown(PROVIDER)})"
    assert Visit.at(stage, provider=NEW_PHONE).check_in(stage).status == 1


def test_a_person_is_one_under_all_its_keys(stage: Stage) -> None:
    identity = stage.system.identity
    rotate(stage, PATIENT, NEW_PHONE)
    rotate(stage, NEW_PHONE, SPARE_PHONE)
    keys = [key.address for key in (PATIENT, NEW_PHONE, SPARE_PHONE)]
    assert {stage.read(identity, "personOf", key) for key in keys} == {PATIENT.address}
    assert {stage.read(identity, "currentKeyOf", key) for key in keys} == {SPARE_PHONE.address}
    assert all(stage.read(identity, "samePerson", one, other) for one in keys for other in keys)
    assert not any(stage.read(identity, "samePerson", key, OTHER_PATIENT.address) for key in keys)


def test_who_never_replaced_a_key_is_its_own_person(stage: Stage) -> None:
    identity = stage.system.identity
    for account in (PATIENT.address, STRANGER.address):
        assert stage.read(identity, "personOf", account) == account
        assert stage.read(identity, "currentKeyOf", account) == account
        assert stage.read(identity, "samePerson", account, account) is True


@pytest.mark.parametrize("act", ["replaceKey", "register", "certify"])
def test_a_retired_key_does_nothing_more(stage: Stage, act: str) -> None:
    identity = stage.system.identity
    rotate(stage, PROVIDER, NEW_PHONE)
    arguments = {"replaceKey": consenting(stage, PROVIDER.address, SPARE_PHONE), "register": (Role.PATIENT,)}
    if act == "certify":
        outcome = stage.send(CERTIFIER, identity, act, PROVIDER.address, stage.time_s + DAY_S)
        assert outcome.error == f"NotAProvider(account={shown(PROVIDER)})"
    else:
        outcome = stage.send(PROVIDER, identity, act, *arguments[act])
        assert outcome.error == f"KeyRetired(account={shown(PROVIDER)})"


def test_a_retired_key_is_not_suspended(stage: Stage) -> None:
    rotate(stage, PATIENT, NEW_PHONE)
    outcome = stage.send(CERTIFIER, stage.system.identity, "suspend", PATIENT.address, REASON)
    assert outcome.error == f"KeyRetired(account={shown(PATIENT)})"


def test_a_certifiers_role_follows_the_person(stage: Stage) -> None:
    identity = stage.system.identity
    stage.do(CERTIFIER, identity, "register", Role.CERTIFIER)
    outcome = rotate(stage, CERTIFIER, NEW_PHONE)
    assert [event.name for event in outcome.events] == ["RoleRevoked", "RoleGranted", "KeyReplaced"]
    stage.do(NEW_PHONE, identity, "suspend", PATIENT.address, REASON)
    refused = stage.send(CERTIFIER, identity, "reinstate", PATIENT.address, REASON)
    assert refused.error == (
        f"AccessControlUnauthorizedAccount(account={shown(CERTIFIER)}, neededRole=0x{CERTIFIER_ROLE.hex()})"
    )


def test_an_administrators_role_follows_the_person(stage: Stage) -> None:
    """Where governance has made a person one: the retired key administers nothing, and the office is not lost."""
    identity = stage.system.identity
    grant = (DEFAULT_ADMIN_ROLE, PATIENT.address)
    carry(stage, "another administrator", ("IdentityRegistry", "grantRole", grant))
    rotate(stage, PATIENT, NEW_PHONE)
    refused = stage.send(PATIENT, identity, "grantRole", CERTIFIER_ROLE, STRANGER.address)
    assert refused.error.startswith("AccessControlUnauthorizedAccount(")
    stage.do(NEW_PHONE, identity, "grantRole", CERTIFIER_ROLE, STRANGER.address)


def test_only_the_registered_have_a_key_to_replace(stage: Stage) -> None:
    assert rotate(stage, STRANGER, NEW_PHONE).error == f"NotRegistered(account={shown(STRANGER)})"


def test_a_suspended_key_cannot_be_replaced_by_itself(stage: Stage) -> None:
    """A certifier suspends a stolen phone; the thief must not move the identity to another."""
    stage.do(CERTIFIER, stage.system.identity, "suspend", PATIENT.address, REASON)
    assert rotate(stage, PATIENT, NEW_PHONE).error == f"AccountSuspended(account={shown(PATIENT)})"


def test_nobody_is_given_an_identity(stage: Stage) -> None:
    """The sender itself, or anybody else, cannot consent for the new key."""
    identity = stage.system.identity
    consent = KeyConsent(PATIENT.address, NEW_PHONE.address, stage.time_s + DAY_S)
    digest = consent.digest(identity_domain(stage.system))
    for signer in (PATIENT, STRANGER):
        forged = (consent.new_key, consent.deadline_s, compact(signer.sign(digest)))
        outcome = stage.send(PATIENT, identity, "replaceKey", *forged)
        assert outcome.error == f"ConsentInvalid(newKey={shown(NEW_PHONE)})"


def test_the_zero_address_consents_to_nothing(stage: Stage) -> None:
    _key, deadline_s, signature = consenting(stage, PATIENT.address, NEW_PHONE)
    for malformed in (signature, (bytes(32), bytes(32)), (b"\xff" * 32, b"\xff" * 32)):
        outcome = stage.send(PATIENT, stage.system.identity, "replaceKey", bytes(20), deadline_s, malformed)
        assert outcome.error == f"ConsentInvalid(newKey=0x{'00' * 20})"


@pytest.mark.parametrize(
    "change", ["account", "new_key", "deadline_s", "chain_id", "verifying_contract", "name"]
)
def test_a_consent_counts_for_one_person_key_time_contract_and_chain(stage: Stage, change: str) -> None:
    identity = stage.system.identity
    consent = KeyConsent(PATIENT.address, NEW_PHONE.address, stage.time_s + DAY_S)
    domain = identity_domain(stage.system)
    other_values = {
        "account": OTHER_PATIENT.address,
        "new_key": SPARE_PHONE.address,
        "deadline_s": consent.deadline_s + 1,
        "chain_id": domain.chain_id + 1,
        "verifying_contract": stage.system.address_of("CheckIn"),
        "name": "MedSim CheckIn",
    }
    other = {change: other_values[change]}
    signed = replace(consent, **other) if hasattr(consent, change) else consent
    signed_in = replace(domain, **other) if hasattr(domain, change) else domain
    signature = compact(NEW_PHONE.sign(signed.digest(signed_in)))
    arguments = (consent.new_key, consent.deadline_s, signature)
    outcome = stage.send(PATIENT, identity, "replaceKey", *arguments)
    assert outcome.error == f"ConsentInvalid(newKey={shown(NEW_PHONE)})"


def test_python_signs_what_the_contract_checks(stage: Stage) -> None:
    identity, domain = stage.system.identity, identity_domain(stage.system)
    for deadline_s in (0, stage.time_s, 2**40 - 1):
        consent = KeyConsent(PATIENT.address, NEW_PHONE.address, deadline_s)
        digest = stage.read(identity, "consentDigest", consent.account, consent.new_key, deadline_s)
        assert digest == consent.digest(domain)
    told = stage.read(identity, "eip712Domain")
    assert told[1:5] == (domain.name, domain.version, domain.chain_id, domain.verifying_contract)
    text = b"KeyConsent(address account,address newKey,uint40 deadline)"
    assert stage.read(identity, "CONSENT_TYPEHASH") == keccak(text)


def test_a_consent_holds_through_its_last_second(stage: Stage) -> None:
    new_key, deadline_s, signature = consenting(stage, PATIENT.address, NEW_PHONE, for_s=DAY_S)
    late = stage.branch()
    late.time_s = deadline_s - BLOCK_S + 1
    outcome = late.send(PATIENT, late.system.identity, "replaceKey", new_key, deadline_s, signature)
    assert outcome.error == f"ConsentExpired(deadline={deadline_s}, time={deadline_s + 1})"
    stage.time_s = deadline_s - BLOCK_S
    stage.do(PATIENT, stage.system.identity, "replaceKey", new_key, deadline_s, signature)


@pytest.mark.parametrize("taken", [OTHER_PATIENT, PROVIDER, PATIENT], ids=["patient", "provider", "itself"])
def test_a_key_that_is_somebodys_cannot_take_over(stage: Stage, taken: PrivateKey) -> None:
    assert rotate(stage, PATIENT, taken).error == f"KeyInUse(newKey={shown(taken)})"


def test_a_key_that_was_somebodys_cannot_take_over(stage: Stage) -> None:
    rotate(stage, PATIENT, NEW_PHONE)
    for person in (NEW_PHONE, OTHER_PATIENT):
        assert rotate(stage, person, PATIENT).error == f"KeyInUse(newKey={shown(PATIENT)})"


def test_a_consent_is_used_once(stage: Stage) -> None:
    """Two persons may hold consents of one key: who comes first gets it."""
    identity = stage.system.identity
    waiting = consenting(stage, OTHER_PATIENT.address, NEW_PHONE)
    rotate(stage, PATIENT, NEW_PHONE)
    outcome = stage.send(OTHER_PATIENT, identity, "replaceKey", *waiting)
    assert outcome.error == f"KeyInUse(newKey={shown(NEW_PHONE)})"


def test_a_guardian_does_not_become_its_wards_key(stage: Stage) -> None:
    identity, guardian = stage.system.identity, GUARDIANS[0]
    stage.do(PATIENT, identity, "setGuardians", [guardian.address], 1)
    assert rotate(stage, PATIENT, guardian).error == f"KeyIsGuardian(newKey={shown(guardian)})"


def test_a_new_key_registers_nothing_itself(stage: Stage) -> None:
    rotate(stage, PATIENT, NEW_PHONE)
    outcome = stage.send(NEW_PHONE, stage.system.identity, "register", Role.PATIENT)
    assert outcome.error == f"AlreadyRegistered(account={shown(NEW_PHONE)}, role=1)"


def test_a_sponsor_sends_a_rotation_that_the_present_key_signed(stage: Stage) -> None:
    identity = stage.system.identity
    data = identity.encode("replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    assert stage.forward(stage.request(PATIENT, identity, data), PATIENT).status == 1
    assert stage.read(identity, "currentKeyOf", PATIENT.address) == NEW_PHONE.address


def shown(key: PrivateKey) -> str:
    return f"0x{key.address.hex()}"
