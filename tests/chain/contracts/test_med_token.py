"""MED: 8 decimals, minted by the emission schedule alone after the opening, burnt by holders, with permits."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.cast import CERTIFIER, DEPLOYER, PATIENT, PROVIDER, STRANGER, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, DEPLOYER_MED_UNITS, SUPPLY_MED_UNITS
from chain.contracts.signed.permit import Permit, permit_domain
from chain.contracts.system import DEFAULT_ADMIN_ROLE, MINTER_ROLE
from chain.keys import PrivateKey

HALF_OF_THE_CURVE = (2**256 - 2**32 - 977) // 2
"""An s beyond half of the curve's order is refused, so that a signature has one form; half of its prime is beyond."""


def refused(account: bytes, role: bytes) -> str:
    return f"AccessControlUnauthorizedAccount(account=0x{account.hex()}, neededRole=0x{role.hex()})"


def test_it_is_medibloc_with_8_decimals(stage: Stage) -> None:
    token = stage.system.token
    read = [stage.read(token, function) for function in ("name", "symbol", "decimals", "totalSupply")]
    assert read == ["MediBloc", "MED", 8, SUPPLY_MED_UNITS]


# Minting and roles.


def test_after_the_opening_nobody_mints_but_the_emission_schedule(stage: Stage) -> None:
    token = stage.system.token
    for sender in (DEPLOYER, CERTIFIER, PROVIDER, PATIENT, TREASURY, STRANGER):
        data = token.encode("mint", sender.address, 1)
        assert stage.send_data(sender, token, data).error == refused(sender.address, MINTER_ROLE)
        assert not stage.forward(stage.request(sender, token, data), sender).status
    assert stage.read(token, "totalSupply") == SUPPLY_MED_UNITS
    stage.pass_time(DAY_S)
    stage.do(STRANGER, stage.system.emission, "emitDue", 1)
    assert stage.read(token, "totalSupply") > SUPPLY_MED_UNITS


def test_of_all_contracts_only_emission_holds_a_role(stage: Stage) -> None:
    """Counted from all that was ever granted, and asked of every contract."""
    token = stage.system.token
    granted = [
        (event.name, event.arguments["account"])
        for log in stage.logs
        if log.address == token.address and (event := token.decode_log(log)) and event.name.startswith("Role")
    ]
    holders = {account for name, account in granted if name == "RoleGranted"}
    holders -= {account for name, account in granted if name == "RoleRevoked"}
    assert holders == {stage.system.address_of("Emission")}
    for contract in stage.system.contracts:
        mints = stage.read(token, "hasRole", MINTER_ROLE, contract.address)
        assert mints == (contract.artifact.name == "Emission"), contract.artifact.name


@pytest.mark.parametrize("role", [MINTER_ROLE, DEFAULT_ADMIN_ROLE], ids=["minter", "admin"])
def test_after_the_opening_nobody_gives_or_takes_the_tokens_roles(stage: Stage, role: bytes) -> None:
    token, emission = stage.system.token, stage.system.address_of("Emission")
    for sender in (DEPLOYER, TREASURY, STRANGER):
        for function, account in (("grantRole", sender.address), ("revokeRole", emission)):
            data = token.encode(function, role, account)
            outcome = stage.send_data(sender, token, data)
            assert outcome.error == refused(sender.address, DEFAULT_ADMIN_ROLE)
            assert not stage.forward(stage.request(sender, token, data), sender).status


def test_a_role_is_given_up_by_its_holder_alone(stage: Stage) -> None:
    token, emission = stage.system.token, stage.system.address_of("Emission")
    assert stage.send(STRANGER, token, "renounceRole", MINTER_ROLE, emission).error == (
        "AccessControlBadConfirmation()"
    )
    assert stage.read(token, "hasRole", MINTER_ROLE, emission)


def test_nothing_is_minted_to_nobody_or_beyond_what_can_be_counted(stage: Stage) -> None:
    """On a token of its own, as it is during the opening."""
    token = deploy(stage, "MedToken", stage.system.address_of("Forwarder"), DEPLOYER.address)
    stage.do(DEPLOYER, token, "grantRole", MINTER_ROLE, DEPLOYER.address)
    assert stage.send(DEPLOYER, token, "mint", bytes(20), 1).error == (
        f"ERC20InvalidReceiver(receiver=0x{'00' * 20})"
    )
    stage.do(DEPLOYER, token, "mint", PATIENT.address, 2**256 - 1)
    assert stage.send(DEPLOYER, token, "mint", PATIENT.address, 1).error == (
        "Panic(arithmetic overflow or underflow)"
    )


# Holding and spending.


def test_a_transfer_moves_units_and_no_more_than_there_are(stage: Stage) -> None:
    token = stage.system.token
    stage.do(DEPLOYER, token, "transfer", PATIENT.address, 7)
    assert (stage.balance(PATIENT.address), stage.balance(DEPLOYER.address)) == (7, DEPLOYER_MED_UNITS - 7)
    assert stage.send(PATIENT, token, "transfer", STRANGER.address, 8).error == (
        f"ERC20InsufficientBalance(sender=0x{PATIENT.address.hex()}, balance=7, needed=8)"
    )
    assert stage.send(PATIENT, token, "transfer", STRANGER.address, 7).status


def test_med_is_not_sent_to_nobody(stage: Stage) -> None:
    assert stage.send(DEPLOYER, stage.system.token, "transfer", bytes(20), 1).error == (
        f"ERC20InvalidReceiver(receiver=0x{'00' * 20})"
    )


def test_a_transfer_to_oneself_changes_nothing(stage: Stage) -> None:
    stage.do(DEPLOYER, stage.system.token, "transfer", DEPLOYER.address, DEPLOYER_MED_UNITS)
    assert stage.balance(DEPLOYER.address) == DEPLOYER_MED_UNITS


@pytest.mark.parametrize("function", ["transferFrom", "burnFrom"])
def test_a_spender_spends_what_was_allowed_and_no_more(stage: Stage, function: str) -> None:
    token = stage.system.token
    stage.do(DEPLOYER, token, "approve", STRANGER.address, 10)
    to = (PATIENT.address,) if function == "transferFrom" else ()
    stage.do(STRANGER, token, function, DEPLOYER.address, *to, 4)
    assert stage.read(token, "allowance", DEPLOYER.address, STRANGER.address) == 6
    assert stage.balance(DEPLOYER.address) == DEPLOYER_MED_UNITS - 4
    assert stage.send(STRANGER, token, function, DEPLOYER.address, *to, 7).error == (
        f"ERC20InsufficientAllowance(spender=0x{STRANGER.address.hex()}, allowance=6, needed=7)"
    )
    stage.do(STRANGER, token, function, DEPLOYER.address, *to, 6)


def test_an_allowance_without_bound_is_not_used_up(stage: Stage) -> None:
    token = stage.system.token
    stage.do(DEPLOYER, token, "approve", STRANGER.address, 2**256 - 1)
    stage.do(STRANGER, token, "transferFrom", DEPLOYER.address, PATIENT.address, 5)
    assert stage.read(token, "allowance", DEPLOYER.address, STRANGER.address) == 2**256 - 1


def test_nobody_is_no_spender(stage: Stage) -> None:
    assert stage.send(DEPLOYER, stage.system.token, "approve", bytes(20), 1).error == (
        f"ERC20InvalidSpender(spender=0x{'00' * 20})"
    )


def test_a_holder_burns_its_own(stage: Stage) -> None:
    stage.do(DEPLOYER, stage.system.token, "burn", 5)
    assert stage.read(stage.system.token, "totalSupply") == SUPPLY_MED_UNITS - 5
    assert stage.send(STRANGER, stage.system.token, "burn", 1).error == (
        f"ERC20InsufficientBalance(sender=0x{STRANGER.address.hex()}, balance=0, needed=1)"
    )


def test_a_patient_without_native_coin_pays_through_a_sponsor(stage: Stage) -> None:
    token = stage.system.token
    stage.do(DEPLOYER, token, "transfer", PATIENT.address, 9)
    asked = stage.request(PATIENT, token, token.encode("transfer", PROVIDER.address, 9))
    assert stage.forward(asked, PATIENT).status
    assert (stage.balance(PATIENT.address), stage.balance(PROVIDER.address)) == (0, 9)


# Permits.


def permit(stage: Stage, **changes: int) -> Permit:
    nonce = stage.read(stage.system.token, "nonces", DEPLOYER.address)
    values = {"amount_med_units": 11, "nonce": nonce, "deadline_s": stage.time_s + 100, **changes}
    return Permit(DEPLOYER.address, STRANGER.address, **values)


def bring(stage: Stage, asked: Permit, signer: PrivateKey = DEPLOYER) -> Outcome:
    signature = signer.sign(asked.digest(permit_domain(stage.system)))
    return stage.send(STRANGER, stage.system.token, "permit", *asked.arguments(signature))


def test_a_permit_allows_by_signature_and_only_once(stage: Stage) -> None:
    asked = permit(stage)
    assert bring(stage, asked).status
    assert stage.read(stage.system.token, "allowance", DEPLOYER.address, STRANGER.address) == 11
    assert bring(stage, asked).error.startswith("ERC2612InvalidSigner")
    assert bring(stage, permit(stage, amount_med_units=12)).status


def test_a_permit_is_the_owners(stage: Stage) -> None:
    error = bring(stage, permit(stage), signer=STRANGER).error
    assert error == (
        f"ERC2612InvalidSigner(signer=0x{STRANGER.address.hex()}, owner=0x{DEPLOYER.address.hex()})"
    )


def test_a_permit_ends_with_its_deadline(stage: Stage) -> None:
    on_time, late = (
        permit(stage, deadline_s=stage.time_s + BLOCK_S),
        permit(stage, deadline_s=stage.time_s + BLOCK_S - 1),
    )
    assert bring(stage.branch(), late).error == f"ERC2612ExpiredSignature(deadline={late.deadline_s})"
    assert bring(stage, on_time).status


def test_a_signature_that_is_none_is_refused(stage: Stage) -> None:
    token, asked = stage.system.token, permit(stage)
    spender, owner = asked.spender, asked.owner
    values = (owner, spender, asked.amount_med_units, asked.deadline_s)
    one = (1).to_bytes(32, "big")
    assert stage.send(STRANGER, token, "permit", *values, 26, one, one).error == "ECDSAInvalidSignature()"
    twisted = HALF_OF_THE_CURVE.to_bytes(32, "big")
    assert stage.send(STRANGER, token, "permit", *values, 27, one, twisted).error == (
        f"ECDSAInvalidSignatureS(s=0x{twisted.hex()})"
    )


def test_a_permit_of_one_chain_counts_on_no_other(stage: Stage) -> None:
    asked = permit(stage)
    elsewhere = permit_domain(type(stage.system)(stage.system.deployer, stage.system.chain_id + 1))
    signature = DEPLOYER.sign(asked.digest(elsewhere))
    outcome = stage.send(STRANGER, stage.system.token, "permit", *asked.arguments(signature))
    assert outcome.error.startswith("ERC2612InvalidSigner")
