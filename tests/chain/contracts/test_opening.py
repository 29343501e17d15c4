"""The opening deploys the system where `System` says it stands, and leaves nothing open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.block import Log
from chain.contracts.artifact import CONTRACTS
from chain.contracts.deployment.opening import (
    CREATION_GAS_LIMIT_GAS,
    SETTING_GAS_LIMIT_GAS,
    opening_transactions,
)
from chain.contracts.rehearsal.cast import CERTIFIER, DEPLOYER, PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import START_S, WEEK_S, parameters, reward_terms
from chain.contracts.system import CERTIFIER_ROLE, DEFAULT_ADMIN_ROLE, MINTER_ROLE, System


def test_every_transaction_of_the_opening_succeeds_below_its_limit(opened: Stage) -> None:
    gas_gas = list(opened.opening.receipts.gas_used_gas)
    assert set(opened.opening.receipts.status) == {1}
    assert max(gas_gas[: len(CONTRACTS)]) < 0.8 * CREATION_GAS_LIMIT_GAS
    assert max(gas_gas[len(CONTRACTS) :]) < 0.8 * SETTING_GAS_LIMIT_GAS


def test_contracts_stand_where_the_system_says(opened: Stage) -> None:
    created = list(opened.opening.receipts.contract_address)[: len(CONTRACTS)]
    assert created == [opened.system.address_of(name) for name in CONTRACTS]
    assert created == [contract.address for contract in opened.system.contracts]


def test_contracts_trust_each_other_and_the_forwarder(opened: Stage) -> None:
    system, at = opened.system, opened.system.address_of
    for contract in system.contracts[1:]:
        assert opened.read(contract, "trustedForwarder") == at("Forwarder")
    for contract in (system.records, system.checkin):
        assert opened.read(contract, "IDENTITY") == at("IdentityRegistry")
        assert opened.read(contract, "REWARD_POOL") == at("RewardPool")
    read = [opened.read(system.rewards, name) for name in ("TOKEN", "CHECK_IN", "RECORDS")]
    assert read == [at("MedToken"), at("CheckIn"), at("RecordRegistry")]


def test_parameters_arrive(opened: Stage) -> None:
    rewards = opened.system.rewards
    names = ("FIRST_EPOCH_START", "EPOCH_LENGTH", "YEARLY_RATE", "PATIENT_POINTS", "PROVIDER_POINTS")
    assert [opened.read(rewards, name) for name in names] == [START_S, WEEK_S, 5_000, 100, 50]
    assert opened.read(opened.system.checkin, "GRACE") == 7_200


def test_opening_balances_and_certifiers_are_set() -> None:
    balances = ((PATIENT.address, 3), (PROVIDER.address, 10**18))
    stage = Stage(parameters(opening_balances_med_units=balances, certifiers=()))
    assert [stage.balance(account) for account, _ in balances] == [3, 10**18]
    assert stage.read(stage.system.token, "totalSupply") == 10**18 + 3
    refused = stage.send(CERTIFIER, stage.system.identity, "certify", PROVIDER.address, START_S * 2)
    assert refused.error.startswith("AccessControlUnauthorizedAccount")


def test_of_all_roles_the_opening_leaves_the_pools_the_certifiers_and_the_registrys_admin(
    opened: Stage,
) -> None:
    """Reckoned from every grant and revocation that was logged, so that no holder is overlooked."""
    held = set()
    for log in (log for logs in opened.opening.receipts.logs for log in logs):
        event = opened.system.decode_log(log)
        assert event
        holding = (log.address, event.arguments.get("role"), event.arguments.get("account"))
        if event.name == "RoleGranted":
            held.add(holding)
        elif event.name == "RoleRevoked":
            held.remove(holding)
    at = opened.system.address_of
    assert held == {
        (at("MedToken"), MINTER_ROLE, at("RewardPool")),
        (at("IdentityRegistry"), DEFAULT_ADMIN_ROLE, at("Timelock")),
        (at("IdentityRegistry"), CERTIFIER_ROLE, CERTIFIER.address),
    }


def test_transactions_are_unsigned_and_in_nonce_order() -> None:
    system = System(DEPLOYER.address, 1337, first_nonce=5)
    transactions = opening_transactions(parameters(), system, 7)
    assert [transaction.nonce for transaction in transactions] == list(range(5, 5 + len(transactions)))
    assert {(t.sender, t.gas_price_wei, t.signature, t.value_wei) for t in transactions} == {
        (DEPLOYER.address, 7, None, 0)
    }
    assert system.address_of("Forwarder") != System(DEPLOYER.address, 1337).address_of("Forwarder")


def test_a_pool_without_epoch_length_is_refused(opened: Stage) -> None:
    stage = opened.branch()
    system = replace(stage.system, first_nonce=stage.engine.nonce(stage.root, DEPLOYER.address))
    creations = opening_transactions(parameters(rewards=reward_terms(epoch_length_s=0)), system, 0)[
        : len(CONTRACTS)
    ]
    receipts = stage.execute(creations).receipts
    assert list(receipts.status) == [1, 1, 1, 1, 1, 0]
    assert stage.system.decode_error(receipts.output[-1]) == "EpochLengthZero()"


def test_logs_of_others_are_not_the_systems(opened: Stage) -> None:
    grant = opened.opening.receipts.logs[len(CONTRACTS)][0]
    event = opened.system.decode_log(grant)
    assert event
    assert (event.name, event.arguments["role"]) == ("RoleGranted", MINTER_ROLE)
    assert opened.system.decode_log(Log(bytes(20), grant.topics, grant.data)) is None


@pytest.mark.parametrize("name", ["forwarder", "checkin", "records"])
def test_domains_are_the_contracts_own(opened: Stage, name: str) -> None:
    domain = getattr(opened.system, f"{name}_domain")
    read = opened.read(getattr(opened.system, name), "eip712Domain")
    assert read[1:5] == (domain.name, domain.version, domain.chain_id, domain.verifying_contract)
