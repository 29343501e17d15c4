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
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER, DEPLOYER, PATIENT, PROVIDER, TREASURY
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import (
    ALLOCATION_MED_UNITS,
    GRANTS_MED_UNITS,
    START_S,
    WEEK_S,
    parameters,
    reward_terms,
)
from chain.contracts.system import DEFAULT_ADMIN_ROLE, MINTER_ROLE, System
from chain.errors import DeploymentError
from chain.hashing import keccak


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
    for contract in system.contracts:
        if contract.artifact.name not in ("Forwarder", "Timelock"):
            assert opened.read(contract, "trustedForwarder") == at("Forwarder"), contract.artifact.name
    for contract in (system.records, system.checkin):
        assert opened.read(contract, "IDENTITY") == at("IdentityRegistry")
        assert opened.read(contract, "REWARD_POOL") == at("RewardPool")
    read = [opened.read(system.rewards, name) for name in ("TOKEN", "CHECK_IN", "RECORDS")]
    assert read == [at("MedToken"), at("CheckIn"), at("RecordRegistry")]
    for contract in (system.emission, system.sale, system.lock, system.vesting):
        assert opened.read(contract, "TOKEN") == at("MedToken")
    assert opened.read(system.emission, "POOL") == at("RewardPool")
    assert opened.read(system.sale, "LOCK") == at("TokenLock")
    assert opened.read(system.lock, "SALE") == at("TokenSale")


def test_parameters_arrive(opened: Stage) -> None:
    rewards = opened.system.rewards
    assert [opened.read(rewards, name) for name in ("FIRST_EPOCH_START", "EPOCH_LENGTH")] == [START_S, WEEK_S]
    schedule = opened.read(opened.system.emission, "scheduleOf", 0)
    assert schedule == {"isSet": True, "yearlyRate": 5_000, "yearlyRateKept": 90_000}
    prices = [opened.read(opened.system.sale, "termsOf", phase)["unitsPerSatoshi"] for phase in range(3)]
    assert prices == [2_200, 2_000, 1_800]
    assert opened.read(opened.system.vesting, "obligations") == sum(amount for _, amount in GRANTS_MED_UNITS)
    assert opened.read(opened.system.checkin, "GRACE") == 7_200


def test_opening_balances_and_certifiers_are_set() -> None:
    balances = ((PATIENT.address, 3), (PROVIDER.address, 10**18))
    nothing_else = {"sale": SaleTerms(), "vesting": VestingTerms()}
    stage = Stage(parameters(opening_balances_med_units=balances, certifiers=(), **nothing_else))
    assert [stage.balance(account) for account, _ in balances] == [3, 10**18]
    assert stage.read(stage.system.token, "totalSupply") == 10**18 + 3
    refused = stage.send(CERTIFIER, stage.system.identity, "certify", PROVIDER.address, START_S * 2)
    assert refused.error.startswith("AccessControlUnauthorizedAccount")


def test_the_sale_and_the_team_receive_what_the_terms_say(opened: Stage) -> None:
    assert opened.balance(opened.system.address_of("TokenSale")) == ALLOCATION_MED_UNITS
    granted = sum(amount for _, amount in GRANTS_MED_UNITS)
    assert opened.balance(opened.system.address_of("TeamVesting")) == granted


ROLES_AFTER_THE_OPENING = {
    ("MedToken", "MINTER_ROLE", "Emission"),
    ("IdentityRegistry", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("IdentityRegistry", "CERTIFIER_ROLE", "certifier"),
    ("RewardPool", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("RewardPool", "GOVERNOR_ROLE", "Timelock"),
    ("RewardPool", "JUDGE_ROLE", "arbiter"),
    ("Emission", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("Emission", "SCHEDULER_ROLE", "Timelock"),
    ("Emission", "STOPPER_ROLE", "Timelock"),
    ("ConsentRegistry", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("ConsentRegistry", "REVIEWER_ROLE", "certifier"),
    ("ConsentRegistry", "REVIEWER_ROLE", "arbiter"),
    ("DataMarket", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("DataMarket", "ARBITER_ROLE", "arbiter"),
    ("Insurance", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("Insurance", "ARBITER_ROLE", "arbiter"),
    ("Staking", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("Staking", "SLASHER_ROLE", "Timelock"),
    ("Staking", "SLASHER_ROLE", "arbiter"),
    ("Timelock", "DEFAULT_ADMIN_ROLE", "Timelock"),
    ("Timelock", "PROPOSER_ROLE", "Governance"),
    ("Timelock", "CANCELLER_ROLE", "Governance"),
    ("Timelock", "EXECUTOR_ROLE", "anyone"),
}

ROLE_NAMES = {DEFAULT_ADMIN_ROLE: "DEFAULT_ADMIN_ROLE"} | {
    keccak(name.encode()): name for _, name, _ in ROLES_AFTER_THE_OPENING if name != "DEFAULT_ADMIN_ROLE"
}


def test_of_all_roles_the_opening_leaves_these_and_none_to_the_deployer(opened: Stage) -> None:
    """Reckoned from every grant and revocation that was logged, so that no holder is overlooked."""
    at = {opened.system.address_of(name): name for name in CONTRACTS}
    holders = at | {CERTIFIER.address: "certifier", ARBITER.address: "arbiter", bytes(20): "anyone"}
    held = set()
    for log in (log for logs in opened.opening.receipts.logs for log in logs):
        event = opened.system.decode_log(log)
        assert event
        if event.name not in ("RoleGranted", "RoleRevoked"):
            continue
        role, account = event.arguments["role"], event.arguments["account"]
        holding = (
            at[log.address],
            ROLE_NAMES.get(role, role.hex()),
            holders.get(account, f"0x{account.hex()}"),
        )
        (held.add if event.name == "RoleGranted" else held.remove)(holding)
    assert held == ROLES_AFTER_THE_OPENING


def test_the_treasury_owns_the_sale_and_its_locks(opened: Stage) -> None:
    for contract in (opened.system.sale, opened.system.lock):
        assert opened.read(contract, "owner") == opened.read(contract, "TREASURY") == TREASURY.address


def test_without_a_treasury_the_deployer_is_it() -> None:
    stage = Stage(parameters(treasury=None))
    for contract in (stage.system.sale, stage.system.lock):
        assert stage.read(contract, "owner") == stage.read(contract, "TREASURY") == DEPLOYER.address


def test_transactions_are_unsigned_and_in_nonce_order() -> None:
    system = System(DEPLOYER.address, 1337, first_nonce=5)
    transactions = opening_transactions(parameters(), system, 7)
    assert [transaction.nonce for transaction in transactions] == list(range(5, 5 + len(transactions)))
    assert {(t.sender, t.gas_price_wei, t.signature, t.value_wei) for t in transactions} == {
        (DEPLOYER.address, 7, None, 0)
    }
    assert system.address_of("Forwarder") != System(DEPLOYER.address, 1337).address_of("Forwarder")


def test_a_pool_whose_epochs_have_no_length_is_refused(opened: Stage) -> None:
    stage = opened.branch()
    system = replace(stage.system, first_nonce=stage.engine.nonce(stage.root, DEPLOYER.address))
    creations = opening_transactions(parameters(rewards=reward_terms(epoch_length_s=0)), system, 0)[
        : len(CONTRACTS)
    ]
    receipts = stage.execute(creations).receipts
    refused = CONTRACTS.index("RewardPool")
    assert [index for index, status in enumerate(receipts.status) if not status] == [refused]
    assert stage.system.decode_error(receipts.output[refused]) == "EpochNotWholeDays(epochLength=0)"


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


@pytest.mark.parametrize("reviewers", [(), (CERTIFIER.address,), (CERTIFIER.address, CERTIFIER.address)])
def test_fewer_than_two_reviewers_are_refused(reviewers: tuple[bytes, ...]) -> None:
    """A contested verdict is judged again by somebody else, or it would never end."""
    with pytest.raises(
        DeploymentError, match=f"reviewers: {len(set(reviewers))} named; at least 2 are needed"
    ):
        parameters(reviewers=reviewers)
    assert len(parameters(reviewers=(CERTIFIER.address, ARBITER.address)).reviewers) == 2
