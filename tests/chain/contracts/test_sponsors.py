"""A sponsor pays relayers back: exactly, within its limits, for its authors and targets, never beyond its deposit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_contracts import BURNS_ALL_GAS, REFUSES, TAKES_COINS, deploy, passing_on, trusting

from chain.block import Transaction
from chain.contracts.messages import ForwardRequest, Role
from chain.contracts.rehearsal.cast import (
    BUYERS,
    CERTIFIER,
    NEW_PHONE,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    SPONSOR,
)
from chain.contracts.rehearsal.forwarder import (
    COIN_WEI,
    LIMITS,
    MINIMUM_GAS_PRICE_WEI,
    RELAYER,
    Limits,
    relay,
    signed,
)
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.eip712 import Domain
from chain.hashing import keccak
from chain.keys import PrivateKey

NEWCOMER = NEW_PHONE
DEPOSIT_WEI = 10 * COIN_WEI
OPEN = LIMITS._replace(open_to_registered=True, all_system_targets=True)
LEAST_LOSS_GAS, MOST_LOSS_GAS = 0, 200
REASON = keccak(b"the reason, kept off the chain")


@pytest.fixture
def sponsored(stage: Stage) -> Stage:
    """The sponsor pays for all that is registered, for all contracts of the system."""
    stage.do(SPONSOR, stage.system.forwarder, "deposit", SPONSOR.address, value_wei=DEPOSIT_WEI)
    limit(stage, OPEN)
    return stage


def limit(stage: Stage, limits: Limits) -> None:
    stage.do(SPONSOR, stage.system.forwarder, "setLimits", limits)


def approval(stage: Stage, amount: int = 1) -> bytes:
    return stage.system.token.encode("approve", PROVIDER.address, amount)


def approve(stage: Stage, author: PrivateKey = PATIENT, **named: object) -> Outcome:
    return relay(stage, author, stage.system.token, approval(stage), **named)  # type: ignore[arg-type]


def coins_wei(stage: Stage, account: bytes) -> int:
    return stage.engine.balance_wei(stage.root, account)


def refund_wei(outcome: Outcome) -> int:
    return int(outcome.events[-1].arguments["refundWei"])


def deposit_wei(stage: Stage, sponsor: PrivateKey = SPONSOR) -> int:
    return int(stage.read(stage.system.forwarder, "depositOf", sponsor.address))


def test_a_sponsored_request_is_sent_and_paid_back_from_the_deposit(sponsored: Stage) -> None:
    before_wei = coins_wei(sponsored, RELAYER.address)
    outcome = approve(sponsored)
    assert [event.name for event in outcome.events] == ["Approval", "ExecutedForwardRequest", "Sponsored"]
    assert outcome.events[0].arguments["owner"] == PATIENT.address
    refund = refund_wei(outcome)
    assert outcome.events[-1].arguments == {
        "sponsor": SPONSOR.address,
        "author": PATIENT.address,
        "relayer": RELAYER.address,
        "refundWei": refund,
        "success": True,
    }
    paid_wei = outcome.gas_gas * MINIMUM_GAS_PRICE_WEI
    assert coins_wei(sponsored, RELAYER.address) == before_wei - paid_wei + refund
    assert deposit_wei(sponsored) == DEPOSIT_WEI - refund
    assert coins_wei(sponsored, sponsored.system.address_of("Forwarder")) == deposit_wei(sponsored)
    forwarder = sponsored.system.forwarder
    assert sponsored.read(forwarder, "spentToday", SPONSOR.address) == refund
    assert sponsored.read(forwarder, "useToday", SPONSOR.address, PATIENT.address) == (1, refund)


@pytest.mark.parametrize("number", range(6))
def test_a_relayer_gets_back_what_it_paid_and_never_more(sponsored: Stage, number: int) -> None:
    """First and later requests, small and large, of zeros and of ones, and one that fails inside."""
    stage, system = sponsored, sponsored.system
    limit(stage, OPEN._replace(request_gas=2_000_000))
    visit = Visit.at(stage)
    author, contract, data = (
        (PATIENT, system.token, approval(stage)),
        (PROVIDER, system.checkin, visit.check_in_data(stage)),
        (PROVIDER, system.records, visit.anchor_data(stage)),
        (PATIENT, system.token, approval(stage) + bytes(5_000)),
        (PATIENT, system.token, approval(stage) + b"\xff" * 5_003),
        (PATIENT, system.identity, system.identity.encode("register", Role.PATIENT)),
    )[number]
    for _first_and_second in range(2):
        outcome = relay(stage, author, contract, data)
        assert outcome.status == 1, outcome.error
        loss_gas = outcome.gas_gas - refund_wei(outcome) // MINIMUM_GAS_PRICE_WEI
        assert LEAST_LOSS_GAS <= loss_gas <= MOST_LOSS_GAS


def test_a_call_that_clears_storage_gives_its_relayer_less_than_a_fifth(sponsored: Stage) -> None:
    """What the chain gives back after the last instruction no contract sees: known, and bounded by EIP-3529."""
    assert approve(sponsored).status
    outcome = relay(sponsored, PATIENT, sponsored.system.token, approval(sponsored, 0))
    gain_gas = refund_wei(outcome) // MINIMUM_GAS_PRICE_WEI - outcome.gas_gas
    assert 0 < gain_gas < outcome.gas_gas / 4


@pytest.mark.parametrize("factor", [1, 2, 20])
def test_above_the_ceiling_the_relayer_pays_the_rest(sponsored: Stage, factor: int) -> None:
    outcome = approve(sponsored.branch(), gas_price_wei=MINIMUM_GAS_PRICE_WEI * factor)
    assert refund_wei(outcome) <= outcome.gas_gas * MINIMUM_GAS_PRICE_WEI
    assert refund_wei(outcome) >= (outcome.gas_gas - MOST_LOSS_GAS) * MINIMUM_GAS_PRICE_WEI


def test_below_the_ceiling_the_sponsor_pays_the_price_there_is(sponsored: Stage) -> None:
    outcome = approve(sponsored, gas_price_wei=MINIMUM_GAS_PRICE_WEI // 2)
    assert refund_wei(outcome) <= outcome.gas_gas * MINIMUM_GAS_PRICE_WEI // 2
    free = approve(sponsored, gas_price_wei=0)
    assert (free.status, refund_wei(free)) == (1, 0)


def test_a_call_that_fails_inside_is_paid_and_used_up(sponsored: Stage) -> None:
    stage, identity = sponsored, sponsored.system.identity
    asked = stage.request(PATIENT, identity, identity.encode("register", Role.PATIENT))
    call = (signed(stage, asked, PATIENT), SPONSOR.address)
    outcome = stage.send(
        RELAYER, stage.system.forwarder, "executeSponsored", *call, gas_price_wei=MINIMUM_GAS_PRICE_WEI
    )
    assert outcome.status == 1
    assert outcome.events[-1].arguments["success"] is False
    assert refund_wei(outcome) > 0
    again = stage.send(RELAYER, stage.system.forwarder, "executeSponsored", *call)
    assert again.error.startswith("ERC2771ForwarderInvalidSigner(")


def test_a_call_that_burns_all_its_gas_costs_no_more_than_was_agreed(sponsored: Stage) -> None:
    """The agreed most: the request's own gas and what surrounds it."""
    burner = deploy(sponsored, trusting(BURNS_ALL_GAS))
    sponsored.do(SPONSOR, sponsored.system.forwarder, "setTargets", [burner.address], True)
    outcome = relay(sponsored, PATIENT, burner, b"burn")
    assert outcome.events[-1].arguments["success"] is False
    assert outcome.gas_gas > 200_000
    assert refund_wei(outcome) <= LIMITS.request_gas * MINIMUM_GAS_PRICE_WEI
    assert deposit_wei(sponsored) == DEPOSIT_WEI - refund_wei(outcome)


def test_a_relayer_cannot_make_a_call_fail_by_sending_too_little_gas(sponsored: Stage) -> None:
    """Whatever the gas limit, either the call gets what was signed or the relayer alone pays."""
    forwarder = sponsored.system.forwarder
    asked = sponsored.request(PATIENT, sponsored.system.token, approval(sponsored))
    data = forwarder.encode("executeSponsored", signed(sponsored, asked, PATIENT), SPONSOR.address)
    for gas_limit_gas in range(120_000, 340_000, 20_000):
        branch = sponsored.branch()
        transaction = Transaction(
            sender=RELAYER.address,
            nonce=branch.engine.nonce(branch.root, RELAYER.address),
            to=forwarder.address,
            value_wei=0,
            data=data,
            gas_limit_gas=gas_limit_gas,
            gas_price_wei=MINIMUM_GAS_PRICE_WEI,
        )
        receipts = branch.execute([transaction]).receipts
        events = [branch.system.decode_log(log) for log in receipts.logs[0]]
        if receipts.status[0]:
            assert events[-1] is not None
            assert events[-1].arguments["success"] is True
        else:
            assert deposit_wei(branch) == DEPOSIT_WEI
    assert receipts.status[0] == 1


def test_deposits_add_up_and_are_withdrawn_by_their_sponsor(stage: Stage) -> None:
    forwarder, sponsor = stage.system.forwarder, SPONSOR.address
    outcome = stage.do(BUYERS[1], forwarder, "deposit", sponsor, value_wei=5)
    assert outcome.events[0].arguments == {"sponsor": sponsor, "payer": BUYERS[1].address, "valueWei": 5}
    stage.do(SPONSOR, forwarder, "deposit", sponsor, value_wei=7)
    assert deposit_wei(stage) == 12
    before_wei = coins_wei(stage, sponsor)
    outcome = stage.do(SPONSOR, forwarder, "withdraw", 11)
    assert outcome.events[0].arguments == {"sponsor": sponsor, "valueWei": 11}
    assert (deposit_wei(stage), coins_wei(stage, sponsor)) == (1, before_wei + 11)


def test_nobody_withdraws_more_than_its_own_deposit(sponsored: Stage) -> None:
    forwarder = sponsored.system.forwarder
    for who, held in ((SPONSOR, DEPOSIT_WEI), (BUYERS[0], 0)):
        outcome = sponsored.send(who, forwarder, "withdraw", held + 1)
        words = f"sponsor={shown(who)}, neededWei={held + 1}, depositWei={held}"
        assert outcome.error == f"DepositTooSmall({words})"


def test_a_deposit_is_something(stage: Stage) -> None:
    outcome = stage.send(SPONSOR, stage.system.forwarder, "deposit", SPONSOR.address)
    assert outcome.error == "NothingDeposited()"


def test_coins_that_name_no_sponsor_are_not_taken(stage: Stage) -> None:
    outcome = stage.send_data(SPONSOR, stage.system.forwarder, b"", value_wei=1)
    assert (outcome.status, outcome.error) == (0, "reverted without data")


def test_limits_targets_and_authors_are_what_was_set(stage: Stage) -> None:
    forwarder, token = stage.system.forwarder, stage.system.token
    outcome = stage.do(SPONSOR, forwarder, "setLimits", LIMITS)
    assert tuple(outcome.events[0].arguments["limits"].values()) == LIMITS
    assert tuple(stage.read(forwarder, "limitsOf", SPONSOR.address).values()) == LIMITS
    for listed in (True, False):
        outcome = stage.do(SPONSOR, forwarder, "setTargets", [token.address], listed)
        assert outcome.events[0].arguments == {
            "sponsor": SPONSOR.address,
            "targets": (token.address,),
            "sponsored": listed,
        }
        outcome = stage.do(SPONSOR, forwarder, "setAuthors", [PATIENT.address, NEWCOMER.address], listed)
        assert outcome.events[0].arguments == {
            "sponsor": SPONSOR.address,
            "authors": (PATIENT.address, NEWCOMER.address),
            "sponsored": listed,
        }
        assert stage.read(forwarder, "paysForTarget", SPONSOR.address, token.address) is listed
        for author in (PATIENT, NEWCOMER):
            assert stage.read(forwarder, "paysForAuthor", SPONSOR.address, author.address) is listed
        assert stage.read(forwarder, "paysForTarget", BUYERS[0].address, token.address) is False


def test_who_has_set_no_limits_pays_for_nothing(stage: Stage) -> None:
    stage.do(SPONSOR, stage.system.forwarder, "deposit", SPONSOR.address, value_wei=COIN_WEI)
    outcome = approve(stage)
    target = stage.system.address_of("MedToken")
    assert outcome.error == f"TargetNotSponsored(sponsor={shown(SPONSOR)}, target=0x{target.hex()})"


def test_every_contract_of_the_system_that_takes_forwarded_calls_is_a_system_target(sponsored: Stage) -> None:
    forwarder = sponsored.system.forwarder
    for contract in sponsored.system.contracts:
        takes = "isTrustedForwarder" in contract.functions
        assert sponsored.read(forwarder, "paysForTarget", SPONSOR.address, contract.address) is takes


def test_only_listed_targets_are_paid_for_where_not_all_are(sponsored: Stage) -> None:
    limit(sponsored, OPEN._replace(all_system_targets=False))
    token, identity = sponsored.system.token.address, sponsored.system.identity.address
    sponsored.do(SPONSOR, sponsored.system.forwarder, "setTargets", [identity], True)
    outcome = approve(sponsored)
    assert outcome.error == f"TargetNotSponsored(sponsor={shown(SPONSOR)}, target=0x{token.hex()})"
    sponsored.do(SPONSOR, sponsored.system.forwarder, "setTargets", [token], True)
    assert approve(sponsored).status == 1


def test_a_target_that_does_not_trust_the_forwarder_is_refused_even_if_listed(sponsored: Stage) -> None:
    timelock = sponsored.system.timelock
    sponsored.do(SPONSOR, sponsored.system.forwarder, "setTargets", [timelock.address], True)
    outcome = relay(sponsored, PATIENT, timelock, timelock.encode("getMinDelay"))
    at = sponsored.system.address_of
    words = f"target=0x{at('Timelock').hex()}, forwarder=0x{at('Forwarder').hex()}"
    assert outcome.error == f"ERC2771UntrustfulTarget({words})"


def test_a_newcomer_registers_where_the_sponsor_has_listed_it(sponsored: Stage) -> None:
    stage, identity = sponsored, sponsored.system.identity
    registration = identity.encode("register", Role.PATIENT)
    outcome = relay(stage, NEWCOMER, identity, registration)
    assert outcome.error == f"AuthorNotSponsored(sponsor={shown(SPONSOR)}, author={shown(NEWCOMER)})"
    stage.do(SPONSOR, stage.system.forwarder, "setAuthors", [NEWCOMER.address], True)
    assert relay(stage, NEWCOMER, identity, registration).status == 1
    assert stage.read(identity, "roleOf", NEWCOMER.address) == Role.PATIENT


def test_only_listed_authors_are_paid_for_where_not_all_are(sponsored: Stage) -> None:
    limit(sponsored, OPEN._replace(open_to_registered=False))
    sponsored.do(SPONSOR, sponsored.system.forwarder, "setAuthors", [PATIENT.address], True)
    assert approve(sponsored, PATIENT).status == 1
    outcome = approve(sponsored, OTHER_PATIENT)
    assert outcome.error == f"AuthorNotSponsored(sponsor={shown(SPONSOR)}, author={shown(OTHER_PATIENT)})"


@pytest.mark.parametrize("listed", [False, True])
def test_nobody_pays_for_the_suspended_and_the_retired(sponsored: Stage, listed: bool) -> None:
    stage, identity = sponsored, sponsored.system.identity
    if listed:
        stage.do(SPONSOR, stage.system.forwarder, "setAuthors", [PATIENT.address], True)
    words = f"AuthorNotSponsored(sponsor={shown(SPONSOR)}, author={shown(PATIENT)})"
    stage.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    assert approve(stage).error == words
    stage.do(CERTIFIER, identity, "reinstate", PATIENT.address, REASON)
    assert approve(stage).status == 1
    stage.do(PATIENT, identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    assert approve(stage).error == words
    assert approve(stage, NEW_PHONE).status == 1


def test_a_request_may_take_so_much_gas(sponsored: Stage) -> None:
    """The limit is on the whole transaction, so that long calldata counts too."""
    refused = {}
    for length in (0, 10_000):
        limit(sponsored, OPEN._replace(request_gas=1))
        data = approval(sponsored) + bytes(length)
        outcome = relay(sponsored, PATIENT, sponsored.system.token, data)
        assert outcome.error.endswith(", requestGas=1)")
        refused[length] = int(outcome.error.removeprefix("RequestGasAboveLimit(neededGas=").split(",")[0])
        limit(sponsored, OPEN._replace(request_gas=refused[length] - 100))
        assert relay(sponsored, PATIENT, sponsored.system.token, data).error.startswith(
            "RequestGasAboveLimit("
        )
        limit(sponsored, OPEN._replace(request_gas=refused[length] + 1_000))
        assert relay(sponsored, PATIENT, sponsored.system.token, data).status == 1
    assert refused[10_000] - refused[0] > 2 * 4 * 9_900


def test_an_author_has_so_many_requests_a_day(sponsored: Stage) -> None:
    limit(sponsored, OPEN._replace(author_day_requests=2))
    start_of_a_day(sponsored)
    for _twice in range(2):
        assert approve(sponsored).status == 1
    words = f"sponsor={shown(SPONSOR)}, author={shown(PATIENT)}, authorDayRequests=2"
    assert approve(sponsored).error == f"AuthorRequestsUsedUp({words})"
    assert approve(sponsored, OTHER_PATIENT).status == 1
    sponsored.pass_time(DAY_S)
    assert sponsored.read(sponsored.system.forwarder, "useToday", SPONSOR.address, PATIENT.address) == (0, 0)
    assert approve(sponsored).status == 1


def test_an_author_costs_so_much_a_day(sponsored: Stage) -> None:
    start_of_a_day(sponsored)
    first_wei = refund_wei(approve(sponsored))
    budget_wei = 4 * first_wei
    limit(sponsored, OPEN._replace(author_day_wei=budget_wei, author_day_requests=100))
    spent_wei, outcome = first_wei, approve(sponsored)
    while outcome.status:
        spent_wei += refund_wei(outcome)
        outcome = approve(sponsored)
    needed_wei = number_in(outcome.error, "neededWei")
    words = f"author={shown(PATIENT)}, neededWei={needed_wei}, leftWei={budget_wei - spent_wei}"
    assert outcome.error == f"AuthorBudgetUsedUp(sponsor={shown(SPONSOR)}, {words})"
    assert needed_wei > budget_wei - spent_wei
    assert approve(sponsored, OTHER_PATIENT).status == 1
    sponsored.pass_time(DAY_S)
    assert approve(sponsored).status == 1


def test_all_authors_cost_so_much_a_day(sponsored: Stage) -> None:
    start_of_a_day(sponsored)
    first_wei = refund_wei(approve(sponsored))
    budget_wei = 4 * first_wei
    limit(sponsored, OPEN._replace(day_wei=budget_wei, author_day_requests=100))
    spent_wei, outcome = first_wei, approve(sponsored, OTHER_PATIENT)
    while outcome.status:
        spent_wei += refund_wei(outcome)
        outcome = approve(sponsored, OTHER_PATIENT)
    words = f"neededWei={number_in(outcome.error, 'neededWei')}, leftWei={budget_wei - spent_wei}"
    assert outcome.error == f"DayBudgetUsedUp(sponsor={shown(SPONSOR)}, {words})"
    assert approve(sponsored).error.startswith("DayBudgetUsedUp(")
    assert sponsored.read(sponsored.system.forwarder, "spentToday", SPONSOR.address) == spent_wei
    sponsored.pass_time(DAY_S)
    assert sponsored.read(sponsored.system.forwarder, "spentToday", SPONSOR.address) == 0
    assert approve(sponsored).status == 1


def test_lower_limits_leave_nothing_rather_than_less_than_nothing(sponsored: Stage) -> None:
    start_of_a_day(sponsored)
    assert approve(sponsored).status == 1
    limit(sponsored, OPEN._replace(author_day_wei=1))
    assert number_in(approve(sponsored).error, "leftWei") == 0
    limit(sponsored, OPEN._replace(day_wei=1))
    assert number_in(approve(sponsored).error, "leftWei") == 0


def test_a_deposit_bears_what_it_holds(sponsored: Stage) -> None:
    left_wei = MINIMUM_GAS_PRICE_WEI * 100_000
    sponsored.do(SPONSOR, sponsored.system.forwarder, "withdraw", DEPOSIT_WEI - left_wei)
    outcome = approve(sponsored)
    needed_wei = number_in(outcome.error, "neededWei")
    words = f"sponsor={shown(SPONSOR)}, neededWei={needed_wei}, depositWei={left_wei}"
    assert outcome.error == f"DepositTooSmall({words})"
    sponsored.do(
        BUYERS[0], sponsored.system.forwarder, "deposit", SPONSOR.address, value_wei=needed_wei - left_wei
    )
    assert approve(sponsored).status == 1


def test_no_sponsor_pays_for_another(sponsored: Stage) -> None:
    stage, other = sponsored, BUYERS[1]
    stage.do(other, stage.system.forwarder, "setLimits", OPEN)
    assert approve(stage, sponsor=other.address).error.startswith("DepositTooSmall(")
    stage.do(other, stage.system.forwarder, "deposit", other.address, value_wei=COIN_WEI)
    outcome = approve(stage, sponsor=other.address)
    assert deposit_wei(stage) == DEPOSIT_WEI
    assert deposit_wei(stage, other) == COIN_WEI - refund_wei(outcome)


def test_what_a_request_sends_along_is_not_paid_by_a_sponsor(sponsored: Stage) -> None:
    asked = replace(sponsored.request(PATIENT, sponsored.system.token, approval(sponsored)), value_wei=3)
    outcome = send_sponsored(sponsored, asked)
    assert outcome.error == "ValueNotSponsored(valueWei=3)"


@pytest.mark.parametrize("extra", [1, 32, 1_000])
def test_a_relayer_adds_no_calldata_at_the_sponsors_cost(sponsored: Stage, extra: int) -> None:
    forwarder = sponsored.system.forwarder
    asked = sponsored.request(PATIENT, sponsored.system.token, approval(sponsored))
    data = forwarder.encode("executeSponsored", signed(sponsored, asked, PATIENT), SPONSOR.address)
    outcome = sponsored.send_data(RELAYER, forwarder, data + b"\xff" * extra)
    assert outcome.error == f"CalldataLengthWrong(length={len(data) + extra}, expected={len(data)})"
    assert sponsored.send_data(RELAYER, forwarder, data).status == 1


@pytest.mark.parametrize("change", ["data", "gas_gas", "deadline_s", "to", "sender"])
def test_nothing_of_a_sponsored_request_can_be_changed(sponsored: Stage, change: str) -> None:
    asked = sponsored.request(PATIENT, sponsored.system.token, approval(sponsored))
    other = {
        "data": approval(sponsored, 2),
        "gas_gas": asked.gas_gas + 1,
        "deadline_s": asked.deadline_s + 1,
        "to": sponsored.system.address_of("IdentityRegistry"),
        "sender": OTHER_PATIENT.address,
    }
    changed = replace(asked, **{change: other[change]})
    outcome = send_sponsored(sponsored, changed, over=asked)
    assert outcome.error.startswith("ERC2771ForwarderInvalidSigner(")
    assert deposit_wei(sponsored) == DEPOSIT_WEI


def test_a_sponsored_request_expires(sponsored: Stage) -> None:
    asked = replace(
        sponsored.request(PATIENT, sponsored.system.token, approval(sponsored)), deadline_s=sponsored.time_s
    )
    outcome = send_sponsored(sponsored, asked)
    assert outcome.error == f"ERC2771ForwarderExpiredRequest(deadline={sponsored.time_s - 16})"


def test_a_request_signed_for_another_chain_counts_nowhere_here(sponsored: Stage) -> None:
    asked = sponsored.request(PATIENT, sponsored.system.token, approval(sponsored))
    domain = sponsored.system.forwarder_domain
    elsewhere = Domain(domain.name, domain.version, domain.chain_id + 1, domain.verifying_contract)
    arguments = asked.arguments(PATIENT.sign(asked.digest(elsewhere)))
    outcome = sponsored.send(
        RELAYER, sponsored.system.forwarder, "executeSponsored", arguments, SPONSOR.address
    )
    assert outcome.error.startswith("ERC2771ForwarderInvalidSigner(")


def test_a_contract_relays_for_no_sponsor(sponsored: Stage) -> None:
    """It would be paid the fee of a whole transaction for every request that it sends in one."""
    forwarder = sponsored.system.forwarder
    passer = deploy(sponsored, passing_on(forwarder.address))
    asked = sponsored.request(PATIENT, sponsored.system.token, approval(sponsored))
    data = forwarder.encode("executeSponsored", signed(sponsored, asked, PATIENT), SPONSOR.address)
    outcome = sponsored.send_data(RELAYER, passer, data)
    assert outcome.error == f"RelayerIsContract(relayer=0x{passer.address.hex()})"


def test_a_target_that_calls_back_finds_books_that_agree(sponsored: Stage) -> None:
    """A contract that is sponsor and target at once withdraws from inside the call: only what is not reserved."""
    stage, forwarder = sponsored, sponsored.system.forwarder
    thief = deploy(stage, trusting(passing_on(forwarder.address)))
    stage.do(BUYERS[2], forwarder, "deposit", thief.address, value_wei=COIN_WEI)
    as_sponsor = [
        forwarder.encode("setTargets", [thief.address], True),
        forwarder.encode("setLimits", OPEN._replace(request_gas=1)),
        forwarder.encode("setLimits", OPEN),
    ]
    for data in as_sponsor[:2]:
        assert stage.send_data(BUYERS[2], thief, data).status == 1
    refused = relay(stage, PATIENT, thief, forwarder.encode("withdraw", COIN_WEI), sponsor=thief.address)
    reserved_wei = number_in(refused.error, "neededGas") * MINIMUM_GAS_PRICE_WEI
    assert stage.send_data(BUYERS[2], thief, as_sponsor[2]).status == 1
    held_wei = coins_wei(stage, forwarder.address)
    for taken_wei, taken in ((COIN_WEI - reserved_wei + 10**16, False), (COIN_WEI - reserved_wei, True)):
        branch = stage.branch()
        data = forwarder.encode("withdraw", taken_wei)
        outcome = relay(branch, PATIENT, thief, data, sponsor=thief.address)
        assert outcome.events[-1].arguments["success"] is taken
        left_wei = branch.read(forwarder, "depositOf", thief.address)
        assert left_wei == COIN_WEI - refund_wei(outcome) - (taken_wei if taken else 0)
        assert coins_wei(branch, thief.address) == (taken_wei if taken else 0)
        assert coins_wei(branch, forwarder.address) == deposit_wei(branch) + left_wei < held_wei


def test_execute_pays_nobody_back(sponsored: Stage) -> None:
    """Whoever sends without naming a sponsor pays itself."""
    asked = sponsored.request(PATIENT, sponsored.system.token, approval(sponsored))
    before_wei = coins_wei(sponsored, SPONSOR.address)
    arguments = signed(sponsored, asked, PATIENT)
    outcome = sponsored.send(
        SPONSOR, sponsored.system.forwarder, "execute", arguments, gas_price_wei=MINIMUM_GAS_PRICE_WEI
    )
    assert deposit_wei(sponsored) == DEPOSIT_WEI
    assert coins_wei(sponsored, SPONSOR.address) == before_wei - outcome.gas_gas * MINIMUM_GAS_PRICE_WEI


def test_value_of_plain_requests_never_comes_from_deposits(sponsored: Stage) -> None:
    stage, forwarder = sponsored, sponsored.system.forwarder
    taker = deploy(stage, trusting(TAKES_COINS))
    asked = replace(stage.request(PATIENT, taker, b"pay"), value_wei=COIN_WEI)
    arguments = signed(stage, asked, PATIENT)
    for function, call in (("execute", (arguments,)), ("executeBatch", ([arguments], BUYERS[0].address))):
        outcome = stage.send(BUYERS[0], forwarder, function, *call)
        assert outcome.error == f"ERC2771ForwarderMismatchedValue(requestedValue={COIN_WEI}, msgValue=0)"
    stage.do(BUYERS[0], forwarder, "execute", arguments, value_wei=COIN_WEI)
    assert coins_wei(stage, taker.address) == COIN_WEI
    assert coins_wei(stage, forwarder.address) == deposit_wei(stage) == DEPOSIT_WEI


def test_a_batch_that_cannot_return_value_reverts(sponsored: Stage) -> None:
    stage, forwarder = sponsored, sponsored.system.forwarder
    refuser = deploy(stage, trusting(REFUSES))
    asked = replace(stage.request(PATIENT, refuser, b"pay"), value_wei=7)
    arguments = signed(stage, asked, PATIENT)
    outcome = stage.send(BUYERS[0], forwarder, "executeBatch", [arguments], bytes(20), value_wei=7)
    assert outcome.error == "ERC2771ForwarderNoRefundReceiver()"
    stage.do(BUYERS[0], forwarder, "executeBatch", [arguments], BUYERS[1].address, value_wei=7)
    assert coins_wei(stage, forwarder.address) == deposit_wei(stage)


def send_sponsored(stage: Stage, asked: ForwardRequest, *, over: ForwardRequest | None = None) -> Outcome:
    """Relay `asked` with the patient's signature over it, or over another request."""
    arguments = asked.arguments(PATIENT.sign((over or asked).digest(stage.system.forwarder_domain)))
    return stage.send(RELAYER, stage.system.forwarder, "executeSponsored", arguments, SPONSOR.address)


def start_of_a_day(stage: Stage) -> None:
    stage.pass_time(DAY_S - stage.time_s % DAY_S)


def number_in(words: str, name: str) -> int:
    return int(words.split(f"{name}=")[1].split(",")[0].rstrip(")"))


def shown(key: PrivateKey) -> str:
    return f"0x{key.address.hex()}"
