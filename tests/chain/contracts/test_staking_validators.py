"""MED bonded to validators: shares of a pool that rewards raise and slashes lower; nobody loses by rounding."""

from __future__ import annotations

import pytest

from chain.contracts.artifact import CONTRACTS
from chain.contracts.deployment.staking import BURNED
from chain.contracts.rehearsal.cast import ARBITER, BUYERS, INSURER, PATIENT, STRANGER, TREASURY, VALIDATORS
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import WEEK_S, parameters, staking_terms
from chain.contracts.rehearsal.voting import supply
from chain.contracts.system import DEFAULT_ADMIN_ROLE, SLASHER_ROLE
from chain.errors import CallReverted, InvalidEncoding
from chain.keys import PrivateKey

MED = 10**8
OWN = 1_000 * MED
VALIDATOR, OTHER_VALIDATOR = VALIDATORS
NOW_AND_A_BLOCK_S = 16


def prepare(stage: Stage) -> Stage:
    """Give holders 10,000 MED each; one validator has registered with the least of its own, at 3 % commission."""
    for holder in (PATIENT, INSURER, BUYERS[0], *VALIDATORS):
        supply(stage, holder, 10_000 * MED)
        stage.do(holder, stage.system.token, "approve", stage.system.staking.address, 2**255)
    stage.do(VALIDATOR, stage.system.staking, "registerValidator", 300, OWN)
    return stage


@pytest.fixture(scope="module")
def prepared(peopled: Stage) -> Stage:
    return prepare(peopled.branch())


@pytest.fixture
def bench(prepared: Stage) -> Stage:
    return prepared.branch()


def send(stage: Stage, sender: PrivateKey, function: str, *arguments: object):  # type: ignore[no-untyped-def]
    return stage.send(sender, stage.system.staking, function, *arguments)


def do(stage: Stage, sender: PrivateKey, function: str, *arguments: object):  # type: ignore[no-untyped-def]
    return stage.do(sender, stage.system.staking, function, *arguments)


def read(stage: Stage, function: str, *arguments: object):  # type: ignore[no-untyped-def]
    return stage.read(stage.system.staking, function, *arguments)


def bond_of(stage: Stage, holder: PrivateKey, validator: PrivateKey = VALIDATOR) -> tuple[int, int]:
    return tuple(read(stage, "bondOf", validator.address, holder.address))  # type: ignore[return-value]


def hexed(holder: PrivateKey) -> str:
    return f"0x{holder.address.hex()}"


def holdings(stage: Stage) -> int:
    return stage.balance(stage.system.staking.address or b"")


def test_a_validator_registers_with_its_own_bond(bench: Stage) -> None:
    outcome = do(bench, OTHER_VALIDATOR, "registerValidator", 10_000, OWN)
    names = [event.name for event in outcome.events]
    assert names == ["ValidatorRegistered", "Bonded", "Transfer"]
    assert outcome.events[0].arguments == {
        "validator": OTHER_VALIDATOR.address,
        "commissionBasisPoints": 10_000,
    }
    assert read(bench, "isActive", OTHER_VALIDATOR.address) is True
    assert read(bench, "powerOf", OTHER_VALIDATOR.address) == OWN
    assert read(bench, "validatorCount") == 2
    assert read(bench, "validatorAt", 1) == OTHER_VALIDATOR.address
    assert read(bench, "obligations") == holdings(bench) == 2 * OWN


def test_a_place_beyond_the_list_of_validators_is_refused_by_name(bench: Stage) -> None:
    assert read(bench, "validatorAt", 0) == VALIDATOR.address
    for index in (1, 2**256 - 1):
        with pytest.raises(CallReverted, match=rf"ValidatorUnknown\(index={index}, count=1\)"):
            bench.read(bench.system.staking, "validatorAt", index)


def test_a_validator_registers_once(bench: Stage) -> None:
    outcome = send(bench, VALIDATOR, "registerValidator", 300, OWN)
    assert outcome.error == f"AlreadyValidator(validator={hexed(VALIDATOR)})"


def test_a_validator_needs_the_own_minimum(bench: Stage) -> None:
    outcome = send(bench, OTHER_VALIDATOR, "registerValidator", 300, OWN - 1)
    assert outcome.error == f"OwnBondTooSmall(amount={OWN - 1}, ownMinimum={OWN})"


@pytest.mark.parametrize("basis_points", [299, 10_001])
def test_a_commission_has_its_range(bench: Stage, basis_points: int) -> None:
    refused = f"CommissionOutOfRange(commissionBasisPoints={basis_points}, minimumCommissionBasisPoints=300)"
    assert send(bench, OTHER_VALIDATOR, "registerValidator", basis_points, OWN).error == refused
    assert send(bench, VALIDATOR, "setCommission", basis_points).error == refused


def test_a_higher_commission_takes_effect_after_the_unbonding_period(bench: Stage) -> None:
    outcome = do(bench, VALIDATOR, "setCommission", 2_000)
    effective_at_s = bench.time_s + 3 * WEEK_S
    assert outcome.events[0].arguments == {
        "validator": VALIDATOR.address,
        "commissionBasisPoints": 2_000,
        "effectiveAt": effective_at_s,
    }
    bench.time_s = effective_at_s - 1
    assert read(bench, "commissionOf", VALIDATOR.address) == 300
    bench.pass_time(1)
    assert read(bench, "commissionOf", VALIDATOR.address) == 2_000
    do(bench, VALIDATOR, "setCommission", 300)
    assert read(bench, "commissionOf", VALIDATOR.address) == 300


def test_a_lower_commission_withdraws_an_announced_higher_one(bench: Stage) -> None:
    do(bench, VALIDATOR, "setCommission", 5_000)
    do(bench, VALIDATOR, "setCommission", 300)
    bench.pass_time(4 * WEEK_S)
    assert read(bench, "commissionOf", VALIDATOR.address) == 300


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("setCommission", (500,)),
        ("bond", (STRANGER.address, MED)),
        ("unbond", (STRANGER.address, 1)),
        ("reward", (STRANGER.address, 1)),
    ],
)
def test_who_has_not_registered_is_no_validator(
    bench: Stage, function: str, arguments: tuple[object, ...]
) -> None:
    assert send(bench, STRANGER, function, *arguments).error == f"NotValidator(validator={hexed(STRANGER)})"


@pytest.mark.parametrize(("function", "argument"), [("slash", 1), ("jail", 1)])
def test_only_a_validator_is_slashed_or_jailed(bench: Stage, function: str, argument: int) -> None:
    outcome = send(bench, ARBITER, function, STRANGER.address, argument)
    assert outcome.error == f"NotValidator(validator={hexed(STRANGER)})"


def test_a_bond_shares_rewards_after_commission(bench: Stage) -> None:
    do(bench, PATIENT, "bond", VALIDATOR.address, OWN)
    outcome = do(bench, INSURER, "reward", VALIDATOR.address, 200 * MED)
    assert outcome.events[0].arguments == {
        "validator": VALIDATOR.address,
        "payer": INSURER.address,
        "amount": 200 * MED,
        "commission": 6 * MED,
    }
    assert bond_of(bench, PATIENT)[0] == OWN + 97 * MED
    assert bond_of(bench, VALIDATOR)[0] == pytest.approx(OWN + 103 * MED, abs=1)
    assert bond_of(bench, VALIDATOR)[0] <= OWN + 103 * MED
    assert read(bench, "powerOf", VALIDATOR.address) == 2 * OWN + 200 * MED
    assert read(bench, "obligations") == holdings(bench) == 2 * OWN + 200 * MED


def test_a_reward_needs_somebody_who_owns_it(bench: Stage) -> None:
    do(bench, VALIDATOR, "unbond", VALIDATOR.address, bond_of(bench, VALIDATOR)[1])
    outcome = send(bench, INSURER, "reward", VALIDATOR.address, MED)
    assert outcome.error == f"PoolEmpty(validator={hexed(VALIDATOR)})"
    assert send(bench, INSURER, "reward", VALIDATOR.address, 0).error == "AmountZero()"


def test_a_bond_takes_only_what_its_shares_cost(bench: Stage) -> None:
    """A share made dear by a reward to one share buys nobody's MED: what does not fit a share stays with its owner."""
    do(bench, VALIDATOR, "unbond", VALIDATOR.address, OWN - 1)
    do(bench, VALIDATOR, "reward", VALIDATOR.address, OWN)
    share_price = read(bench, "validatorOf", VALIDATOR.address)["bonded"]
    assert read(bench, "validatorOf", VALIDATOR.address)["bondedShares"] == 1
    assert read(bench, "isActive", VALIDATOR.address) is True
    before = bench.balance(PATIENT.address)
    do(bench, PATIENT, "bond", VALIDATOR.address, 2 * share_price - 1)
    assert before - bench.balance(PATIENT.address) == share_price
    assert bond_of(bench, PATIENT) == (share_price, 1)
    refused = send(bench, PATIENT, "bond", VALIDATOR.address, share_price - 1)
    assert refused.error == f"BondTooSmall(amount={share_price - 1}, sharePrice={share_price})"
    assert send(bench, PATIENT, "bond", VALIDATOR.address, 0).error == "AmountZero()"


def test_more_shares_than_a_pool_counts_are_refused(bench: Stage) -> None:
    outcome = send(bench, PATIENT, "bond", VALIDATOR.address, 2**128)
    assert outcome.error == f"SafeCastOverflowedUintDowncast(bits=128, value={OWN + 2**128})"


def test_only_the_validator_bonds_to_one_that_is_not_active(bench: Stage) -> None:
    do(bench, VALIDATOR, "unbond", VALIDATOR.address, 1)
    assert read(bench, "isActive", VALIDATOR.address) is False
    assert read(bench, "powerOf", VALIDATOR.address) == 0
    outcome = send(bench, PATIENT, "bond", VALIDATOR.address, MED)
    assert outcome.error == f"ValidatorNotActive(validator={hexed(VALIDATOR)})"
    do(bench, VALIDATOR, "bond", VALIDATOR.address, 1)
    do(bench, PATIENT, "bond", VALIDATOR.address, MED)


def test_a_jailed_validator_is_not_active_until_its_time(bench: Stage) -> None:
    until_s = bench.time_s + 600
    outcome = do(bench, ARBITER, "jail", VALIDATOR.address, until_s)
    assert outcome.events[0].arguments == {"validator": VALIDATOR.address, "jailedUntil": until_s}
    assert send(bench, PATIENT, "bond", VALIDATOR.address, MED).error.startswith("ValidatorNotActive(")
    bench.time_s = until_s - 1
    assert read(bench, "isActive", VALIDATOR.address) is False
    bench.pass_time(1)
    assert read(bench, "isActive", VALIDATOR.address) is True
    do(bench, ARBITER, "jail", VALIDATOR.address, 2**40 - 1)
    do(bench, ARBITER, "jail", VALIDATOR.address, 0)
    assert read(bench, "isActive", VALIDATOR.address) is True


def test_what_is_unbonding_waits_and_is_paid_to_the_unit(bench: Stage) -> None:
    do(bench, PATIENT, "bond", VALIDATOR.address, 100 * MED)
    outcome = do(bench, PATIENT, "unbond", VALIDATOR.address, 40 * MED)
    ready_at_s = bench.time_s + 3 * WEEK_S
    assert outcome.events[0].arguments == {
        "validator": VALIDATOR.address,
        "account": PATIENT.address,
        "amount": 40 * MED,
        "poolShares": 40 * MED,
        "readyAt": ready_at_s,
    }
    assert read(bench, "powerOf", VALIDATOR.address) == OWN + 60 * MED
    assert read(bench, "unbondingOf", VALIDATOR.address, PATIENT.address) == (40 * MED, ready_at_s)
    bench.time_s = ready_at_s - NOW_AND_A_BLOCK_S - 1
    early = send(bench, PATIENT, "withdrawUnbonded", VALIDATOR.address)
    assert early.error == f"NotReady(readyAt={ready_at_s}, time={ready_at_s - 1})"
    paid = do(bench, PATIENT, "withdrawUnbonded", VALIDATOR.address)
    assert paid.events[0].arguments["amount"] == 40 * MED
    assert bench.balance(PATIENT.address) == 9_940 * MED
    again = send(bench, PATIENT, "withdrawUnbonded", VALIDATOR.address)
    assert again.error == f"NothingToWithdraw(account={hexed(PATIENT)})"


def test_no_more_is_unbonded_than_is_bonded(bench: Stage) -> None:
    do(bench, PATIENT, "bond", VALIDATOR.address, 100 * MED)
    outcome = send(bench, PATIENT, "unbond", VALIDATOR.address, 100 * MED + 1)
    assert outcome.error == (
        f"MoreThanBonded(account={hexed(PATIENT)}, poolShares={100 * MED + 1}, held={100 * MED})"
    )
    assert send(bench, PATIENT, "unbond", VALIDATOR.address, 0).error == "AmountZero()"


def test_a_share_worth_less_than_a_unit_does_not_vanish(bench: Stage) -> None:
    do(bench, PATIENT, "bond", VALIDATOR.address, 100 * MED)
    do(bench, ARBITER, "slash", VALIDATOR.address, 9_000)
    assert send(bench, PATIENT, "unbond", VALIDATOR.address, 9).error == "AmountZero()"
    do(bench, PATIENT, "unbond", VALIDATOR.address, 10)


def test_a_slash_takes_its_share_of_both_pools(bench: Stage) -> None:
    do(bench, PATIENT, "bond", VALIDATOR.address, 100 * MED)
    do(bench, PATIENT, "unbond", VALIDATOR.address, 60 * MED)
    outcome = do(bench, ARBITER, "slash", VALIDATOR.address, 500)
    assert outcome.events[0].arguments == {
        "validator": VALIDATOR.address,
        "slashBasisPoints": 500,
        "fromBonded": 52 * MED,
        "fromUnbonding": 3 * MED,
    }
    assert bench.balance(TREASURY.address) == 55 * MED
    assert bond_of(bench, PATIENT)[0] == 38 * MED
    assert bond_of(bench, VALIDATOR)[0] == 950 * MED
    assert read(bench, "isActive", VALIDATOR.address) is False
    bench.pass_time(3 * WEEK_S)
    assert do(bench, PATIENT, "withdrawUnbonded", VALIDATOR.address).events[0].arguments["amount"] == 57 * MED
    assert read(bench, "obligations") == holdings(bench) == 988 * MED


def test_who_unbonds_after_a_slash_does_not_pay_for_it_again(bench: Stage) -> None:
    for holder in (PATIENT, INSURER):
        do(bench, holder, "bond", VALIDATOR.address, 100 * MED)
    do(bench, PATIENT, "unbond", VALIDATOR.address, 100 * MED)
    do(bench, ARBITER, "slash", VALIDATOR.address, 5_000)
    do(bench, INSURER, "unbond", VALIDATOR.address, 100 * MED)
    assert read(bench, "unbondingOf", VALIDATOR.address, PATIENT.address)[0] == 50 * MED
    assert read(bench, "unbondingOf", VALIDATOR.address, INSURER.address)[0] == 50 * MED


def test_slashed_med_is_burned_where_there_is_no_treasury() -> None:
    stage = Stage(parameters(staking=staking_terms(treasury=BURNED)))
    prepare(stage)
    supply_before = stage.read(stage.system.token, "totalSupply")
    do(stage, ARBITER, "slash", VALIDATOR.address, 100)
    assert stage.read(stage.system.token, "totalSupply") == supply_before - 10 * MED
    assert read(stage, "obligations") == holdings(stage) == 990 * MED


@pytest.mark.parametrize("basis_points", [0, 10_000, 65_535])
def test_a_slash_takes_neither_nothing_nor_all(bench: Stage, basis_points: int) -> None:
    outcome = send(bench, ARBITER, "slash", VALIDATOR.address, basis_points)
    assert outcome.error == f"SlashOutOfRange(slashBasisPoints={basis_points})"


def test_a_pool_slashed_again_and_again_still_takes_bonds(bench: Stage) -> None:
    for _ in range(4):
        do(bench, ARBITER, "slash", VALIDATOR.address, 9_999)
    pool = read(bench, "validatorOf", VALIDATOR.address)
    assert pool["bonded"] == 1
    assert pool["bondedShares"] == OWN
    do(bench, VALIDATOR, "bond", VALIDATOR.address, OWN)
    assert read(bench, "isActive", VALIDATOR.address) is True
    assert bond_of(bench, VALIDATOR)[0] == OWN + 1


@pytest.mark.parametrize(("function", "argument"), [("slash", 100), ("jail", 1)])
def test_slashing_needs_its_role(bench: Stage, function: str, argument: int) -> None:
    outcome = send(bench, STRANGER, function, VALIDATOR.address, argument)
    assert outcome.error == (
        f"AccessControlUnauthorizedAccount(account={hexed(STRANGER)}, neededRole=0x{SLASHER_ROLE.hex()})"
    )


def test_only_the_timelock_administers(bench: Stage) -> None:
    system = bench.system
    assert read(bench, "hasRole", DEFAULT_ADMIN_ROLE, system.address_of("Timelock")) is True
    assert read(bench, "hasRole", SLASHER_ROLE, system.address_of("Timelock")) is True
    assert read(bench, "hasRole", DEFAULT_ADMIN_ROLE, system.deployer) is False
    refused = f"AccessControlUnauthorizedAccount(account={hexed(ARBITER)}, neededRole=0x{bytes(32).hex()})"
    for function in ("grantRole", "revokeRole"):
        assert send(bench, ARBITER, function, SLASHER_ROLE, STRANGER.address).error == refused
    assert send(bench, STRANGER, "renounceRole", SLASHER_ROLE, ARBITER.address).error == (
        "AccessControlBadConfirmation()"
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"own_minimum_med_units": 0}, "AmountZero()"),
        (
            {"minimum_commission_basis_points": 10_001},
            "CommissionOutOfRange(commissionBasisPoints=10001, minimumCommissionBasisPoints=10001)",
        ),
    ],
)
def test_terms_that_make_no_sense_deploy_nothing(changes: dict[str, int], error: str) -> None:
    stage = Stage(parameters(staking=staking_terms(**changes)))
    index = CONTRACTS.index("Staking")
    assert not stage.opening.receipts.status[index]
    assert stage.system.decode_error(stage.opening.receipts.output[index]) == error


def test_amounts_beyond_the_word_are_not_sent(bench: Stage) -> None:
    with pytest.raises(InvalidEncoding):
        send(bench, PATIENT, "bond", VALIDATOR.address, 2**256)
