"""A population through storage: the words are those that the transactions leave, to the state root."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from chain.block import Address, Transaction
from chain.contracts.artifact import load
from chain.contracts.deployment.layout import (
    Registration,
    StorageLayout,
    balance_words,
    registration_words,
)
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import CERTIFIER, DEPLOYER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters
from chain.errors import InvalidEncoding
from chain.hashing import keccak

PEOPLE = [keccak(b"person %d" % number)[-20:] for number in range(100)]
ROLES = (Role.PATIENT, Role.PROVIDER, Role.INSURER, Role.RESEARCHER, Role.DEVICE)
CERTIFIED_UNTIL_S = 1_700_000_000


def role_of(number: int) -> Role:
    return ROLES[number % len(ROLES)]


def is_certified(number: int) -> bool:
    return role_of(number) is Role.PROVIDER and number % 2 == 0


def everybody_sends(stage: Stage, data: Callable[[str, Sequence[object]], bytes]) -> None:
    """Everybody registers and providers are certified, by transactions whose calldata is `data`, in one block."""
    nonces: dict[Address, int] = {}
    sent = []

    def send(sender: Address, function: str, *arguments: object) -> None:
        nonce = nonces.setdefault(sender, stage.engine.nonce(stage.root, sender))
        to = stage.system.address_of("IdentityRegistry") if data(function, arguments) else sender
        sent.append(Transaction(sender, nonce, to, 0, data(function, arguments), 200_000, 0))
        nonces[sender] += 1

    for number, person in enumerate(PEOPLE):
        send(person, "register", role_of(number))
        if is_certified(number):
            send(CERTIFIER.address, "certify", person, CERTIFIED_UNTIL_S)
    receipts = stage.execute(sent).receipts
    assert all(receipts.status)


def test_a_hundred_registrations_leave_the_state_of_their_transactions(opened: Stage) -> None:
    sending, writing = opened.branch(), opened.branch()
    everybody_sends(sending, lambda function, arguments: sending.system.identity.encode(function, *arguments))
    everybody_sends(writing, lambda _function, _arguments: b"")  # the same nonces, and nothing else
    assert writing.root != sending.root
    words = registration_words(
        Registration(
            person, role_of(number), sending.time_s, CERTIFIED_UNTIL_S if is_certified(number) else 0
        )
        for number, person in enumerate(PEOPLE)
    )
    registry = writing.system.address_of("IdentityRegistry")
    assert writing.engine.with_storage(writing.root, registry, words) == sending.root


def test_one_registration_less_is_another_state(opened: Stage) -> None:
    sending, writing = opened.branch(), opened.branch()
    everybody_sends(sending, lambda function, arguments: sending.system.identity.encode(function, *arguments))
    everybody_sends(writing, lambda _function, _arguments: b"")
    words = registration_words(
        Registration(person, role_of(number), sending.time_s) for number, person in enumerate(PEOPLE)
    )
    registry = writing.system.address_of("IdentityRegistry")
    assert writing.engine.with_storage(writing.root, registry, words) != sending.root


def test_who_was_written_is_registered_and_cannot_register_again(opened: Stage) -> None:
    stage = opened.branch()
    provider, patient = PEOPLE[:2]
    words = registration_words(
        [
            Registration(provider, Role.PROVIDER, stage.time_s, CERTIFIED_UNTIL_S),
            Registration(patient, Role.PATIENT, stage.time_s),
        ]
    )
    identity = stage.system.identity
    stage.root = stage.engine.with_storage(stage.root, stage.system.address_of("IdentityRegistry"), words)
    assert stage.read(identity, "isCertified", provider)
    assert not stage.read(identity, "isCertified", patient)
    assert stage.read(identity, "isActive", patient, Role.PATIENT)
    assert stage.read(identity, "roleOf", patient) == Role.PATIENT
    again = Transaction(
        patient, 0, identity.address, 0, identity.encode("register", Role.PATIENT), 200_000, 0
    )
    receipts = stage.execute([again]).receipts
    assert "AlreadyRegistered" in stage.system.decode_error(receipts.output[0])


def test_a_hundred_balances_leave_the_state_of_their_minting() -> None:
    holdings = tuple((person, 10**10 + number) for number, person in enumerate(PEOPLE))
    minting = Stage(parameters(opening_balances_med_units=holdings))
    writing = Stage(parameters(opening_balances_med_units=()))
    first = writing.engine.nonce(writing.root, DEPLOYER.address)
    idle = [
        Transaction(DEPLOYER.address, first + number, DEPLOYER.address, 0, b"", 21_000, 0)
        for number in range(len(holdings))
    ]
    writing.execute(idle)  # the same nonces, and nothing else
    token = writing.system.address_of("MedToken")
    supply_before = writing.read(writing.system.token, "totalSupply")
    words = balance_words(dict(holdings), supply_before)
    assert writing.engine.with_storage(writing.root, token, words) == minting.root
    richer = balance_words({**dict(holdings), PEOPLE[0]: 1}, supply_before)
    assert writing.engine.with_storage(writing.root, token, richer) != minting.root


LAYOUT = StorageLayout(load("IdentityRegistry"))

WRONG: tuple[tuple[Callable[[], object], str], ...] = (
    (lambda: LAYOUT.slot("_nobody"), "has no state variable '_nobody'; it has"),
    (lambda: LAYOUT.entry_slot("_roles", PEOPLE[0]), "no mapping from addresses"),
    (lambda: LAYOUT.entry_slot("_nameFallback", PEOPLE[0]), "no mapping from addresses"),
    (
        lambda: LAYOUT.entry_words("_accounts", PEOPLE[0], {"name": 1}),
        "has no member 'name'; it has role, standing",
    ),
    (lambda: LAYOUT.entry_words("_accounts", PEOPLE[0], {"role": 256}), "got 256"),
    (lambda: LAYOUT.entry_words("_accounts", PEOPLE[0], {"registeredAt": 2**40}), "takes uint40"),
    (lambda: LAYOUT.entry_words("_accounts", PEOPLE[0], {"registeredAt": -1}), "got -1"),
    (
        lambda: StorageLayout(load("MedToken")).entry_words("_balances", PEOPLE[0], {"x": 1}),
        "which is no struct",
    ),
    (lambda: LAYOUT.entry_words("_guardianships", PEOPLE[0], {"guardians": 1}), "no place in one word"),
)


@pytest.mark.parametrize(("ask", "words"), WRONG, ids=[words for _ask, words in WRONG])
def test_what_the_layout_does_not_have_is_said(ask: Callable[[], object], words: str) -> None:
    with pytest.raises(InvalidEncoding, match=words):
        ask()
