"""The sale: three phases by their own rules, exact to the unit at every edge, and never more than it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from callers import deploy_buyer

from chain.abi import ContractAbi
from chain.contracts.deployment.token_sale import Phase, PhaseTerms
from chain.contracts.rehearsal.cast import BUYERS, DEPLOYER, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import ALLOCATION_MED_UNITS, BLOCK_S, START_S, sale_phases
from chain.errors import CallReverted
from chain.keys import PrivateKey, creation_address
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

FIRST, SECOND, MAIN = sale_phases()
COIN = SATOSHI_PER_QTUM
BUYER, OTHER_BUYER, THIRD_BUYER = BUYERS


def at(stage: Stage, time_s: int) -> None:
    """Let the next block come at `time_s`."""
    stage.time_s = time_s - BLOCK_S


def buy(
    stage: Stage, phase: Phase, paid_sat: int, buyer: PrivateKey = BUYER, *, dust_wei: int = 0
) -> Outcome:
    value_wei = paid_sat * WEI_PER_SATOSHI + dust_wei
    return stage.send(buyer, stage.system.sale, "buy", phase, value_wei=value_wei)


def bought(outcome: Outcome) -> dict[str, object]:
    assert outcome.status == 1, outcome.error
    (arguments,) = (event.arguments for event in outcome.events if event.name == "Bought")
    return dict(arguments)


def coins_wei(stage: Stage, account: bytes) -> int:
    return stage.engine.balance_wei(stage.root, account)


def in_second(stage: Stage) -> Stage:
    at(stage, SECOND.start_s)
    return stage


def in_main(stage: Stage) -> Stage:
    at(stage, MAIN.start_s)
    return stage


def own_sale(
    stage: Stage,
    *,
    phases: tuple[PhaseTerms, ...] = (FIRST, SECOND, MAIN),
    held_med_units: int = ALLOCATION_MED_UNITS,
    treasury: bytes = TREASURY.address,
    burns_unsold: bool = False,
    owner: bytes = TREASURY.address,
) -> ContractAbi:
    """Deploy a sale and its lock beside the system's; the lock has the next nonce."""
    system, token = stage.system, stage.system.token
    lock = creation_address(DEPLOYER.address, stage.engine.nonce(stage.root, DEPLOYER.address) + 1)
    sale = deploy(
        stage,
        "TokenSale",
        system.address_of("Forwarder"),
        token.address,
        lock,
        owner,
        treasury,
        burns_unsold,
        [terms.words for terms in phases],
    )
    deploy(stage, "TokenLock", system.address_of("Forwarder"), token.address, sale.address, owner, treasury)
    if held_med_units:
        stage.do(DEPLOYER, token, "transfer", sale.address, held_med_units)
    return sale


# What each phase sells.


def test_the_first_presale_locks_all(stage: Stage) -> None:
    outcome = buy(stage, Phase.FIRST_PRESALE, 2 * COIN)
    assert bought(outcome) == {
        "phase": Phase.FIRST_PRESALE,
        "buyer": BUYER.address,
        "amount": 4_400 * COIN,
        "lockedAmount": 4_400 * COIN,
        "paymentSatoshi": 2 * COIN,
        "refundWei": 0,
    }
    assert stage.balance(BUYER.address) == 0
    assert stage.balance(stage.system.address_of("TokenLock")) == 4_400 * COIN
    assert stage.read(stage.system.lock, "lockOf", BUYER.address, Phase.FIRST_PRESALE) == {
        "amount": 4_400 * COIN,
        "releaseAt": FIRST.release_at_s,
        "revocable": True,
    }


def test_the_second_presale_adds_a_bonus_and_locks_half(stage: Stage) -> None:
    """3 satoshi: 6,000 units and 10 % are 6,600."""
    outcome = bought(buy(in_second(stage), Phase.SECOND_PRESALE, 3))
    assert (outcome["amount"], outcome["lockedAmount"]) == (6_600, 3_300)
    assert stage.balance(BUYER.address) == 3_300
    lock = stage.read(stage.system.lock, "lockOf", BUYER.address, Phase.SECOND_PRESALE)
    assert lock == {"amount": 3_300, "releaseAt": SECOND.release_at_s, "revocable": False}


def test_the_main_sale_sells_free_med(stage: Stage) -> None:
    outcome = bought(buy(in_main(stage), Phase.MAIN_SALE, COIN))
    assert (outcome["amount"], outcome["lockedAmount"]) == (1_800 * COIN, 0)
    assert stage.balance(BUYER.address) == 1_800 * COIN


def test_bonus_and_lock_are_rounded_down_and_lose_nothing(stage: Stage) -> None:
    odd = replace(
        FIRST, med_units_per_satoshi=7, bonus_basis_points=1_234, locked_basis_points=3_333, minimum_sat=1
    )
    sale = own_sale(stage, phases=(odd, SECOND, MAIN))
    stage.do(BUYER, sale, "buy", Phase.FIRST_PRESALE, value_wei=5 * WEI_PER_SATOSHI)
    amount = 5 * 7 * 11_234 // 10_000
    locked = amount * 3_333 // 10_000
    lock = stage.read(stage.system.lock.at(stage.read(sale, "LOCK")), "lockOf", BUYER.address, 0)
    assert (lock["amount"], stage.balance(BUYER.address)) == (locked, amount - locked)


def test_purchases_add_up_by_phase_and_in_the_lock(stage: Stage) -> None:
    for buyer, paid_sat in ((BUYER, COIN), (OTHER_BUYER, 2 * COIN), (BUYER, 3 * COIN)):
        assert buy(stage, Phase.FIRST_PRESALE, paid_sat, buyer).status
    progress = stage.read(stage.system.sale, "progressOf", Phase.FIRST_PRESALE)
    assert progress == {"sold": 6 * 2_200 * COIN, "raisedSatoshi": 6 * COIN}
    assert stage.read(stage.system.lock, "lockOf", BUYER.address, 0)["amount"] == 4 * 2_200 * COIN
    assert stage.read(stage.system.lock, "obligations") == 6 * 2_200 * COIN


# When it sells, and what for.


@pytest.mark.parametrize("phase", Phase)
def test_a_phase_sells_from_its_start_until_before_its_end(stage: Stage, phase: Phase) -> None:
    terms = sale_phases()[phase]
    closed = f"PhaseNotOpen(phase={int(phase)}, start={terms.start_s}, end={terms.end_s})"
    for time_s, error in (
        (terms.start_s - 1, closed),
        (terms.start_s, ""),
        (terms.end_s - 1, ""),
        (terms.end_s, closed),
    ):
        if time_s > stage.time_s:
            moment = stage.branch()
            at(moment, time_s)
            assert buy(moment, phase, COIN).error == error


def test_there_are_three_phases(stage: Stage) -> None:
    data = stage.system.sale.encode("buy", Phase.MAIN_SALE)
    beyond = data[:-1] + b"\x03"
    assert stage.send_data(BUYER, stage.system.sale, beyond, value_wei=1).error == "reverted without data"


def test_a_purchase_has_its_least_payment(stage: Stage) -> None:
    error = buy(stage, Phase.FIRST_PRESALE, COIN - 1).error
    assert error == f"PurchaseTooSmall(paymentSatoshi={COIN - 1}, minimumSatoshi={COIN})"
    assert buy(stage, Phase.FIRST_PRESALE, COIN).status
    in_main(stage)
    error = buy(stage, Phase.MAIN_SALE, 0, dust_wei=WEI_PER_SATOSHI - 1).error
    assert error == "PurchaseTooSmall(paymentSatoshi=0, minimumSatoshi=1)"


def test_what_is_no_whole_satoshi_comes_back(stage: Stage) -> None:
    in_main(stage)
    before_wei = coins_wei(stage, BUYER.address)
    outcome = bought(buy(stage, Phase.MAIN_SALE, 7, dust_wei=WEI_PER_SATOSHI - 1))
    assert outcome["refundWei"] == WEI_PER_SATOSHI - 1
    assert before_wei - coins_wei(stage, BUYER.address) == 7 * WEI_PER_SATOSHI


def test_coin_sent_without_a_purchase_is_refused(stage: Stage) -> None:
    assert stage.send_data(BUYER, stage.system.sale, b"", value_wei=1).error == "reverted without data"
    assert coins_wei(stage, stage.system.address_of("TokenSale")) == 0


# Caps.


def test_at_the_caps_edge_the_rest_comes_back_to_the_last_unit(stage: Stage) -> None:
    """The cap holds 5,555,555,555 satoshi's worth and a part of one more."""
    in_main(stage)
    room_sat = MAIN.cap_med_units // 1_800
    assert buy(stage, Phase.MAIN_SALE, room_sat - 10).status
    before_wei = coins_wei(stage, OTHER_BUYER.address)
    exact = stage.branch()
    assert bought(buy(exact, Phase.MAIN_SALE, 10, OTHER_BUYER))["refundWei"] == 0
    outcome = bought(buy(stage, Phase.MAIN_SALE, 25, OTHER_BUYER, dust_wei=3))
    assert (outcome["amount"], outcome["paymentSatoshi"]) == (10 * 1_800, 10)
    assert outcome["refundWei"] == 15 * WEI_PER_SATOSHI + 3
    assert before_wei - coins_wei(stage, OTHER_BUYER.address) == 10 * WEI_PER_SATOSHI
    assert buy(stage, Phase.MAIN_SALE, 1).error == f"SoldOut(phase={int(Phase.MAIN_SALE)})"
    left = MAIN.cap_med_units - stage.read(stage.system.sale, "progressOf", Phase.MAIN_SALE)["sold"]
    assert 0 <= left < 1_800


@pytest.mark.parametrize(
    ("units", "bonus", "cap"), [(7, 1_234, 1_000), (3, 3_333, 997), (1, 9_999, 101), (2_200, 1, 10**7)]
)
def test_with_a_bonus_the_cap_is_used_as_far_as_a_satoshi_fits(
    stage: Stage, units: int, bonus: int, cap: int
) -> None:
    odd = replace(
        FIRST, med_units_per_satoshi=units, bonus_basis_points=bonus, cap_med_units=cap, minimum_sat=1
    )
    sale = own_sale(stage, phases=(odd, SECOND, MAIN))
    stage.do(BUYER, sale, "buy", Phase.FIRST_PRESALE, value_wei=COIN * WEI_PER_SATOSHI)
    progress = stage.read(sale, "progressOf", Phase.FIRST_PRESALE)
    best = max(n for n in range(cap + 1) if n * units * (10_000 + bonus) // 10_000 <= cap)
    assert progress == {"sold": best * units * (10_000 + bonus) // 10_000, "raisedSatoshi": best}


def test_a_buyers_cap_is_exact_too_and_each_buyers_own(stage: Stage) -> None:
    in_second(stage)
    cap = SECOND.buyer_cap_med_units
    most_sat = cap // 2_200  # 2,000 units and 10 %
    outcome = bought(buy(stage, Phase.SECOND_PRESALE, most_sat + 5))
    assert (outcome["paymentSatoshi"], outcome["refundWei"]) == (most_sat, 5 * WEI_PER_SATOSHI)
    assert stage.read(stage.system.sale, "boughtBy", Phase.SECOND_PRESALE, BUYER.address) == most_sat * 2_200
    error = buy(stage, Phase.SECOND_PRESALE, 1).error
    phase, buyer = int(Phase.SECOND_PRESALE), BUYER.address.hex()
    assert error == f"BuyerCapReached(phase={phase}, buyer=0x{buyer}, buyerCap={cap})"
    assert buy(stage, Phase.SECOND_PRESALE, 1, OTHER_BUYER).status


def test_it_sells_no_more_than_it_holds_whatever_the_caps_say(stage: Stage) -> None:
    sale = own_sale(stage, held_med_units=2_200 * COIN + 2_199)
    before_wei = coins_wei(stage, BUYER.address)
    stage.do(BUYER, sale, "buy", Phase.FIRST_PRESALE, value_wei=3 * COIN * WEI_PER_SATOSHI)
    assert before_wei - coins_wei(stage, BUYER.address) == COIN * WEI_PER_SATOSHI
    assert stage.balance(sale.address or b"") == 2_199
    error = stage.send(BUYER, sale, "buy", Phase.FIRST_PRESALE, value_wei=COIN * WEI_PER_SATOSHI).error
    assert error == "SoldOut(phase=0)"


def test_the_cap_is_raised_before_the_end_and_only_raised(stage: Stage) -> None:
    sale, cap = stage.system.sale, MAIN.cap_med_units
    assert stage.send(TREASURY, sale, "raiseCap", cap).error == f"CapNotRaised(cap={cap}, current={cap})"
    late = stage.branch()
    at(late, MAIN.end_s)
    assert late.send(TREASURY, sale, "raiseCap", cap + 1).error == f"SaleOver(end={MAIN.end_s})"
    at(stage, MAIN.end_s - 1)
    outcome = stage.do(TREASURY, sale, "raiseCap", cap + 1)
    assert [event.arguments for event in outcome.events] == [{"cap": cap + 1}]
    assert stage.read(sale, "termsOf", Phase.MAIN_SALE)["cap"] == cap + 1


def test_the_cap_is_covered_by_what_the_sale_holds_beside_the_other_phases(stage: Stage) -> None:
    """While a presale can still sell, its share is not the main sale's."""
    assert buy(stage, Phase.FIRST_PRESALE, COIN).status
    sale = stage.system.sale
    early = ALLOCATION_MED_UNITS - FIRST.cap_med_units - SECOND.cap_med_units
    held = ALLOCATION_MED_UNITS - 2_200 * COIN
    error = stage.send(TREASURY, sale, "raiseCap", early + 1).error
    assert error == f"CapNotCovered(needed={held + 1}, held={held})"
    stage.branch().do(TREASURY, sale, "raiseCap", early)
    in_main(stage)
    assert buy(stage, Phase.MAIN_SALE, COIN).status
    error = stage.send(TREASURY, sale, "raiseCap", held + 1).error
    assert error == f"CapNotCovered(needed={held + 1 - 1_800 * COIN}, held={held - 1_800 * COIN})"
    stage.do(TREASURY, sale, "raiseCap", held)


# What the owner may do, and what ends it.


def test_a_pause_stops_purchases_and_nothing_else(stage: Stage) -> None:
    sale = stage.system.sale
    assert buy(stage, Phase.FIRST_PRESALE, COIN).status
    assert stage.send(TREASURY, sale, "unpause").error == "ExpectedPause()"
    stage.do(TREASURY, sale, "pause")
    assert buy(stage, Phase.FIRST_PRESALE, COIN).error == "EnforcedPause()"
    assert stage.send(TREASURY, sale, "pause").error == "EnforcedPause()"
    assert stage.read(sale, "quote", Phase.FIRST_PRESALE, BUYER.address, COIN) == (COIN, 2_200 * COIN)
    stage.do(STRANGER, sale, "withdrawProceeds")
    stage.do(TREASURY, sale, "unpause")
    assert buy(stage, Phase.FIRST_PRESALE, COIN).status


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("pause", ()),
        ("unpause", ()),
        ("raiseCap", (2 * 10**13,)),
        ("transferOwnership", (STRANGER.address,)),
        ("renounceOwnership", ()),
    ],
)
def test_only_the_owner(stage: Stage, function: str, arguments: tuple[object, ...]) -> None:
    for sender in (STRANGER, DEPLOYER):
        error = stage.send(sender, stage.system.sale, function, *arguments).error
        assert error == f"OwnableUnauthorizedAccount(account=0x{sender.address.hex()})"


def test_ownership_passes_when_it_is_accepted(stage: Stage) -> None:
    sale, heir = stage.system.sale, TEAM[0]
    stage.do(TREASURY, sale, "transferOwnership", heir.address)
    assert stage.read(sale, "owner") == TREASURY.address
    error = stage.send(STRANGER, sale, "acceptOwnership").error
    assert error == f"OwnableUnauthorizedAccount(account=0x{STRANGER.address.hex()})"
    stage.do(heir, sale, "acceptOwnership")
    stage.do(heir, sale, "pause")
    assert stage.send(TREASURY, sale, "unpause").error.startswith("OwnableUnauthorizedAccount")


def test_anyone_sends_the_proceeds_to_the_treasury(stage: Stage) -> None:
    sale = stage.system.sale
    assert stage.send(STRANGER, sale, "withdrawProceeds").error == "NothingLeft()"
    buy(stage, Phase.FIRST_PRESALE, 3 * COIN)
    before_wei = coins_wei(stage, TREASURY.address)
    outcome = stage.do(STRANGER, sale, "withdrawProceeds")
    assert [event.arguments["proceedsWei"] for event in outcome.events] == [3 * COIN * WEI_PER_SATOSHI]
    assert coins_wei(stage, TREASURY.address) - before_wei == 3 * COIN * WEI_PER_SATOSHI
    assert coins_wei(stage, sale.address or b"") == 0


def test_a_treasury_that_takes_no_coin_leaves_it_where_it_is(stage: Stage) -> None:
    sale = own_sale(stage, treasury=stage.system.address_of("MedToken"))
    stage.do(BUYER, sale, "buy", Phase.FIRST_PRESALE, value_wei=COIN * WEI_PER_SATOSHI)
    assert stage.send(STRANGER, sale, "withdrawProceeds").error == "FailedCall()"
    assert coins_wei(stage, sale.address or b"") == COIN * WEI_PER_SATOSHI


def test_unsold_med_goes_to_the_treasury_after_the_end(stage: Stage) -> None:
    sale = stage.system.sale
    buy(stage, Phase.FIRST_PRESALE, COIN)
    at(stage, MAIN.end_s - 1)
    early = stage.branch()
    assert early.send(STRANGER, sale, "finish").error == f"SaleNotOver(end={MAIN.end_s})"
    at(stage, MAIN.end_s)
    outcome = stage.do(STRANGER, sale, "finish")
    unsold = ALLOCATION_MED_UNITS - 2_200 * COIN
    told = {event.name: event.arguments for event in outcome.events}
    assert told["Finished"] == {"amount": unsold, "burned": False}
    assert stage.balance(TREASURY.address) == unsold
    assert stage.send(STRANGER, sale, "finish").error == "NothingLeft()"


def test_or_is_burned_where_the_terms_say_so(stage: Stage) -> None:
    sale = own_sale(stage, burns_unsold=True)
    supply = stage.read(stage.system.token, "totalSupply")
    at(stage, MAIN.end_s)
    stage.do(STRANGER, sale, "finish")
    assert stage.read(stage.system.token, "totalSupply") == supply - ALLOCATION_MED_UNITS
    assert stage.balance(sale.address or b"") == stage.balance(TREASURY.address) == 0


def test_a_quote_is_what_a_purchase_gives(stage: Stage) -> None:
    sale = stage.system.sale
    with pytest.raises(CallReverted, match="PhaseNotOpen"):
        stage.read(sale, "quote", Phase.SECOND_PRESALE, BUYER.address, COIN)
    stage.time_s = SECOND.start_s
    for offered_sat in (1, COIN, 5 * 10**9):
        quoted = stage.read(sale, "quote", Phase.SECOND_PRESALE, BUYER.address, offered_sat)
        outcome = bought(buy(stage.branch(), Phase.SECOND_PRESALE, offered_sat))
        assert quoted == (outcome["paymentSatoshi"], outcome["amount"])


def test_it_owes_nobody_med(stage: Stage) -> None:
    buy(stage, Phase.FIRST_PRESALE, COIN)
    assert stage.read(stage.system.sale, "obligations") == 0


# Buyers with code of their own.


@pytest.mark.parametrize("function", ["withdrawProceeds", "finish"])
def test_a_buyer_cannot_come_back_while_it_is_refunded(stage: Stage, function: str) -> None:
    sale = stage.system.sale
    assert sale.address
    greedy = deploy_buyer(stage, sale.address, sale.encode(function)[:4])
    value_wei = COIN * WEI_PER_SATOSHI
    purchase = sale.encode("buy", Phase.FIRST_PRESALE)
    caller = sale.at(greedy)
    outcome = stage.send_data(BUYER, caller, purchase, value_wei=value_wei + 1)
    assert outcome.error == "ReentrancyGuardReentrantCall()"
    assert stage.send_data(BUYER, caller, purchase, value_wei=value_wei).status
    assert stage.read(stage.system.lock, "lockOf", greedy, 0)["amount"] == 2_200 * COIN


def test_a_buyer_that_takes_no_coin_back_must_pay_exactly(stage: Stage) -> None:
    sale = stage.system.sale
    assert sale.address
    caller = sale.at(deploy_buyer(stage, sale.address, None))
    purchase = sale.encode("buy", Phase.FIRST_PRESALE)
    value_wei = COIN * WEI_PER_SATOSHI
    assert stage.send_data(BUYER, caller, purchase, value_wei=value_wei + 1).error == "FailedCall()"
    assert stage.send_data(BUYER, caller, purchase, value_wei=value_wei).status


# Deployment.


@pytest.mark.parametrize(
    ("phases", "error"),
    [
        ((replace(FIRST, end_s=FIRST.start_s), SECOND, MAIN), "PhaseOutOfOrder(phase=0)"),
        ((FIRST, replace(SECOND, start_s=FIRST.end_s - 1), MAIN), "PhaseOutOfOrder(phase=1)"),
        ((FIRST, SECOND, replace(MAIN, start_s=START_S)), "PhaseOutOfOrder(phase=2)"),
        ((replace(FIRST, med_units_per_satoshi=0), SECOND, MAIN), "PhaseWithoutPrice(phase=0)"),
        ((FIRST, SECOND, replace(MAIN, minimum_sat=0)), "PhaseWithoutPrice(phase=2)"),
        (
            (FIRST, replace(SECOND, locked_basis_points=10_001), MAIN),
            "LockedShareTooLarge(phase=1, lockedBasisPoints=10001)",
        ),
        (
            (replace(FIRST, release_at_s=FIRST.end_s - 1), SECOND, MAIN),
            f"ReleaseBeforeEnd(phase=0, releaseAt={FIRST.end_s - 1})",
        ),
    ],
)
def test_a_sale_of_impossible_phases_is_not_deployed(
    stage: Stage, phases: tuple[PhaseTerms, ...], error: str
) -> None:
    with pytest.raises(CallReverted) as refused:
        own_sale(stage, phases=phases)
    assert str(refused.value) == f"TokenSale: {error}"


def test_phases_may_meet_and_a_lock_may_end_with_its_phase(stage: Stage) -> None:
    own_sale(stage, phases=(replace(FIRST, release_at_s=FIRST.end_s), SECOND, MAIN))


def test_a_sale_has_an_owner(stage: Stage) -> None:
    with pytest.raises(CallReverted) as refused:
        own_sale(stage, owner=bytes(20))
    assert str(refused.value) == f"TokenSale: OwnableInvalidOwner(owner=0x{'00' * 20})"


def test_a_purchase_costs_moderate_gas(stage: Stage) -> None:
    """The first purchase of a phase pays for its totals; after it all-locked and free purchases stay below 100,000."""
    for phase in (Phase.FIRST_PRESALE, Phase.MAIN_SALE):
        at(stage, max(stage.time_s + BLOCK_S, sale_phases()[phase].start_s))
        outcomes = [buy(stage, phase, COIN, buyer) for buyer in BUYERS]
        assert all(outcome.gas_gas < 100_000 for outcome in outcomes[1:])
