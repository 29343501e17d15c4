"""Operations wait in the timelock; governance alone schedules them, anyone executes them, nobody administers it."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.cast import DEPLOYER, DEVICE, PATIENT, SPONSOR, STRANGER, TREASURY
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.rehearsal.voting import carry
from chain.contracts.system import CANCELLER_ROLE, DEFAULT_ADMIN_ROLE, PROPOSER_ROLE, SLASHER_ROLE
from chain.hashing import keccak
from chain.keys import PrivateKey

NONE = bytes(32)
EXECUTOR_ROLE = keccak(b"EXECUTOR_ROLE")
UNSET, WAITING, READY = (1 << state for state in range(3))


@pytest.fixture(scope="module")
def entrusted(peopled: Stage) -> Stage:
    """Governance has let the treasury schedule and cancel."""
    stage = peopled.branch()
    carry(
        stage,
        "The treasury schedules",
        ("Timelock", "grantRole", (PROPOSER_ROLE, TREASURY.address)),
        ("Timelock", "grantRole", (CANCELLER_ROLE, TREASURY.address)),
    )
    return stage


@pytest.fixture
def bench(entrusted: Stage) -> Stage:
    return entrusted.branch()


def send(stage: Stage, sender: PrivateKey, function: str, *arguments: object, value_wei: int = 0):  # type: ignore[no-untyped-def]
    return stage.send(sender, stage.system.timelock, function, *arguments, value_wei=value_wei)


def do(stage: Stage, sender: PrivateKey, function: str, *arguments: object):  # type: ignore[no-untyped-def]
    return stage.do(sender, stage.system.timelock, function, *arguments)


def grant(stage: Stage) -> tuple[object, ...]:
    """An operation: the device may slash validators."""
    staking = stage.system.staking
    return staking.address, 0, staking.encode("grantRole", SLASHER_ROLE, DEVICE.address), NONE, NONE


def unexpected(stage: Stage, operation: tuple[object, ...], *states: int) -> str:
    number = stage.read(stage.system.timelock, "hashOperation", *operation)
    return (
        f"TimelockUnexpectedOperationState(operationId=0x{number.hex()},"
        f" expectedStates=0x{sum(states).to_bytes(32, 'big').hex()})"
    )


def lacks(who: PrivateKey, role: bytes) -> str:
    return f"AccessControlUnauthorizedAccount(account=0x{who.address.hex()}, neededRole=0x{role.hex()})"


def test_after_the_opening_only_governance_and_the_timelock_itself_have_roles(stage: Stage) -> None:
    system, timelock = stage.system, stage.system.timelock
    governance = system.address_of("Governance")
    for role in (PROPOSER_ROLE, CANCELLER_ROLE):
        assert stage.read(timelock, "hasRole", role, governance) is True
        assert stage.read(timelock, "hasRole", role, DEPLOYER.address) is False
    assert stage.read(timelock, "hasRole", EXECUTOR_ROLE, bytes(20)) is True
    assert stage.read(timelock, "hasRole", DEFAULT_ADMIN_ROLE, timelock.address) is True
    assert stage.read(timelock, "hasRole", DEFAULT_ADMIN_ROLE, DEPLOYER.address) is False
    for function in ("grantRole", "revokeRole"):
        refused = stage.send(DEPLOYER, timelock, function, PROPOSER_ROLE, DEPLOYER.address)
        assert refused.error == lacks(DEPLOYER, DEFAULT_ADMIN_ROLE)
    assert stage.send(STRANGER, timelock, "renounceRole", PROPOSER_ROLE, governance).error == (
        "AccessControlBadConfirmation()"
    )


def test_the_timelock_administers_every_contract_that_has_roles_and_the_deployer_none(stage: Stage) -> None:
    """But for MED: nobody ever makes another minter."""
    timelock = stage.system.address_of("Timelock")
    with_roles = [contract for contract in stage.system.contracts if "hasRole" in contract.functions]
    assert len(with_roles) >= 8
    for contract in with_roles:
        name = contract.artifact.name
        assert not stage.read(contract, "hasRole", DEFAULT_ADMIN_ROLE, DEPLOYER.address), name
        administers = stage.read(contract, "hasRole", DEFAULT_ADMIN_ROLE, timelock)
        assert administers is (name != "MedToken"), name


@pytest.mark.parametrize("batch", [False, True])
def test_only_a_proposer_schedules(bench: Stage, batch: bool) -> None:
    target, value, data, *ends = grant(bench)
    call = ("scheduleBatch", [target], [value], [data]) if batch else ("schedule", target, value, data)
    assert send(bench, STRANGER, *call, *ends, 2 * DAY_S).error == lacks(STRANGER, PROPOSER_ROLE)
    assert send(bench, TREASURY, *call, *ends, 2 * DAY_S).status


def test_only_a_canceller_cancels(bench: Stage) -> None:
    do(bench, TREASURY, "schedule", *grant(bench), 2 * DAY_S)
    number = bench.read(bench.system.timelock, "hashOperation", *grant(bench))
    assert send(bench, STRANGER, "cancel", number).error == lacks(STRANGER, CANCELLER_ROLE)
    assert bench.read(bench.system.timelock, "isOperationPending", number) is True
    do(bench, TREASURY, "cancel", number)
    assert bench.read(bench.system.timelock, "isOperation", number) is False
    assert send(bench, TREASURY, "cancel", number).error == unexpected(bench, grant(bench), WAITING, READY)


def test_nothing_is_scheduled_twice(bench: Stage) -> None:
    do(bench, TREASURY, "schedule", *grant(bench), 2 * DAY_S)
    again = send(bench, TREASURY, "schedule", *grant(bench), 3 * DAY_S)
    assert again.error == unexpected(bench, grant(bench), UNSET)


def test_nothing_waits_less_than_the_delay(bench: Stage) -> None:
    refused = send(bench, TREASURY, "schedule", *grant(bench), 2 * DAY_S - 1)
    assert refused.error == f"TimelockInsufficientDelay(delay={2 * DAY_S - 1}, minDelay={2 * DAY_S})"


def test_an_operation_is_executed_by_anyone_once_it_has_waited(bench: Stage) -> None:
    assert send(bench, STRANGER, "execute", *grant(bench)).error == unexpected(bench, grant(bench), READY)
    do(bench, TREASURY, "schedule", *grant(bench), 2 * DAY_S)
    bench.pass_time(2 * DAY_S - BLOCK_S - 1)
    assert send(bench, STRANGER, "execute", *grant(bench)).error == unexpected(bench, grant(bench), READY)
    do(bench, STRANGER, "execute", *grant(bench))
    assert bench.read(bench.system.staking, "hasRole", SLASHER_ROLE, DEVICE.address) is True
    assert send(bench, STRANGER, "execute", *grant(bench)).error == unexpected(bench, grant(bench), READY)


def test_an_operation_may_wait_for_another(bench: Stage) -> None:
    first = grant(bench)
    number = bench.read(bench.system.timelock, "hashOperation", *first)
    second = (*first[:3], number, NONE)
    for operation in (first, second):
        do(bench, TREASURY, "schedule", *operation, 2 * DAY_S)
    bench.pass_time(2 * DAY_S)
    refused = send(bench, STRANGER, "execute", *second)
    assert refused.error == f"TimelockUnexecutedPredecessor(predecessorId=0x{number.hex()})"
    do(bench, STRANGER, "execute", *first)
    do(bench, STRANGER, "execute", *second)


@pytest.mark.parametrize("function", ["scheduleBatch", "executeBatch"])
@pytest.mark.parametrize(("targets", "payloads", "values"), [(1, 0, 1), (1, 1, 0)])
def test_a_batch_has_as_many_targets_as_calls(
    bench: Stage, function: str, targets: int, payloads: int, values: int
) -> None:
    delay = (2 * DAY_S,) if function == "scheduleBatch" else ()
    refused = send(
        bench, TREASURY, function, [bytes(20)] * targets, [0] * values, [b""] * payloads, NONE, NONE, *delay
    )
    assert refused.error == (
        f"TimelockInvalidOperationLength(targets={targets}, payloads={payloads}, values={values})"
    )


def test_the_delay_is_changed_by_the_timelock_itself(bench: Stage) -> None:
    refused = send(bench, TREASURY, "updateDelay", 0)
    assert refused.error == f"TimelockUnauthorizedCaller(caller=0x{TREASURY.address.hex()})"
    carry(bench, "Longer", ("Timelock", "updateDelay", (5 * DAY_S,)))
    assert bench.read(bench.system.timelock, "getMinDelay") == 5 * DAY_S


def test_what_an_operation_calls_may_fail_and_be_tried_again(bench: Stage) -> None:
    """The treasury's transfer of native coin fails while the timelock has none."""
    operation = (PATIENT.address, 5, b"", NONE, NONE)
    do(bench, TREASURY, "schedule", *operation, 2 * DAY_S)
    bench.pass_time(2 * DAY_S)
    assert send(bench, STRANGER, "execute", *operation).error == "FailedCall()"
    assert bench.send_data(SPONSOR, bench.system.timelock, b"", value_wei=5).status
    do(bench, STRANGER, "execute", *operation)
    assert bench.engine.balance_wei(bench.root, PATIENT.address) == 5
