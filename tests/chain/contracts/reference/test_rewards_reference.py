"""`RewardPool` and its reference model pay the same over ten years of weekly epochs, to the unit."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest
from rewarded import NO_EVIDENCE, Rewarded
from scene import Scene

from chain.contracts.deployment.reward_pool import Conversion, Curve, Destination, RewardTerms
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.messages import Role
from chain.contracts.reference.rewards import unit_of, weight_of
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import START_S, WEEK_S, parameters, reward_terms

EPOCHS_IN_TEN_YEARS = 522
PATIENTS = (PATIENT, OTHER_PATIENT, key(201), key(202))
PROVIDERS = (PROVIDER, OTHER_PROVIDER, key(203))
KINDS = list(product(Curve, Conversion, Destination))


def terms_of(kind: tuple[Curve, Conversion, Destination], draws: Random) -> RewardTerms:
    """Return terms of a kind; all else is drawn, so that runs differ in it."""
    curve, conversion, destination = kind
    # About what a visit is worth under pool share, so that some epochs are prorated and others leave something over.
    rate = 10 ** draws.randint(9, 11) // unit_of(curve) // (100 if curve is Curve.QUADRATIC else 1)
    return reward_terms(
        curve=curve,
        conversion=conversion,
        leftover_to=destination,
        slashed_to=draws.choice(list(Destination)),
        fixed_rate_med_units=rate,
        patient_points=draws.choice([0, 1, 100, 1_000_000]),
        provider_points=draws.choice([1, 50, 999_983]),
        share_patient_points=draws.choice([0, 7]),
        share_issuer_points=draws.choice([0, 3]),
        share_acceptor_points=draws.choice([0, 20]),
        curation_curve=draws.choice(list(Curve)),
        curation_share_basis_points=draws.choice([0, 2_500, 9_999]),
        vesting_share_basis_points=draws.choice([0, 5_000, 9_999]),
        power_down_parts=draws.choice([1, 4, 13]),
        account_cap_points=draws.choice([0, 0, 130, 10**6]),
        provider_cap_points=draws.choice([0, 0, 250, 3 * 10**6]),
    )


def scene_of(terms: RewardTerms) -> Scene:
    """Return a scene with three certified providers and four patients."""
    stage = Stage(parameters(rewards=terms, sale=SaleTerms(), vesting=VestingTerms()))
    stage.settle_people(PATIENTS)
    stage.do(PROVIDERS[2], stage.system.identity, "register", Role.PROVIDER)
    stage.do(CERTIFIER, stage.system.identity, "certify", PROVIDERS[2].address, START_S + 20 * 365 * 86_400)
    for provider in PROVIDERS[:2]:
        stage.do(CERTIFIER, stage.system.identity, "certify", provider.address, START_S + 20 * 365 * 86_400)
    return Scene(stage)


def play(it: Rewarded, draws: Random, *, epochs: int, busy_share: float, acts: int) -> None:
    """Let weeks pass: in some there are acts; epochs are closed or settled late at times, in parts, not all of it."""
    due: list[int] = []
    late: list[int] = []
    for week in range(epochs):
        start_s = START_S + week * WEEK_S
        it.at(start_s)
        if draws.random() < busy_share:
            for _ in range(draws.randint(0, acts)):
                it.at(start_s + draws.randrange(WEEK_S // 2))
                act(it, draws)
        for epoch in late:
            settle(it, draws, epoch)
        late.clear()
        due.append(week)
        if draws.random() < 0.15 and len(due) < 2:
            continue
        it.at(start_s + WEEK_S)
        for epoch in due:
            assert it.close().status, epoch
            if draws.random() < 0.4:
                late.append(epoch)
            else:
                settle(it, draws, epoch)
        due.clear()
        if week % 13 == 0:
            it.compare()
    it.compare()


def act(it: Rewarded, draws: Random) -> None:
    """One act of anybody: mostly visits and shares; now and then the judge, governance, or somebody who vests."""
    choice = draws.random()
    if choice < 0.5 or not it.kept:
        it.visit(draws.choice(PATIENTS), draws.choice(PROVIDERS))
    elif choice < 0.7:
        it.share(draws.choice(it.kept[-8:]), draws.choice(PROVIDERS))
    elif choice < 0.8:
        somebody_vests(it, draws)
    elif choice < 0.95:
        the_judge_slashes(it, draws)
    else:
        governance_decides(it, draws)


def somebody_vests(it: Rewarded, draws: Random) -> None:
    who, rewards, model = draws.choice(PATIENTS + PROVIDERS), it.scene.system.rewards, it.model
    if draws.random() < 0.5:
        held = model.vesting[who.address] - model.due(it.now_s + 16, who.address)
        amount = draws.choice([0, held, held // 3, draws.randint(0, held + 1)])
        outcome = it.scene.send(who, rewards, "powerDown", amount)
        assert bool(outcome.status) == (amount <= held)
        if outcome.status:
            model.power_down(it.now_s, who.address, amount)
    else:
        running = [address for address, down in model.power_downs.items() if down.parts]
        account = draws.choice(running) if running else who.address
        outcome = it.scene.send(STRANGER, rewards, "withdraw", account)
        assert (outcome.output or 0) == model.due(it.now_s, account)
        if outcome.status:
            model.withdraw(it.now_s, account)


def the_judge_slashes(it: Rewarded, draws: Random) -> None:
    rewards, model = it.scene.system.rewards, it.model
    epoch = max(0, it.epoch - draws.randint(0, 1))
    earners = [who for who in PATIENTS + PROVIDERS if any(model.points_of(epoch, who.address))]
    who = draws.choice(earners or PATIENTS)
    if draws.random() < 0.3:
        most = draws.choice([10**6, 10**18])
        outcome = it.scene.send(ARBITER, rewards, "slashVesting", who.address, most, NO_EVIDENCE)
        if outcome.status:
            assert outcome.output == model.slash_vesting(it.now_s, who.address, most)
    elif draws.random() < 0.5 and it.visits:
        visit = draws.choice(it.visits[-4:])
        parties = visit.patient.address, visit.provider.address
        outcome = it.scene.send(
            ARBITER, rewards, "slashVisit", epoch, visit.code.struct_hash, parties[0], 60, 10**9, NO_EVIDENCE
        )
        if outcome.status:
            model.slash_visit(epoch, *parties, 60, 10**9)
    else:
        points, curation_points = draws.choice([(1, 0), (2**64 - 1, 2**64 - 1), (70, 20), (0, 5)])
        outcome = it.scene.send(
            ARBITER, rewards, "slashPoints", epoch, who.address, points, curation_points, NO_EVIDENCE
        )
        has = model.points_of(epoch, who.address)
        taken = min(points, has[0]), min(curation_points, has[1])
        assert bool(outcome.status) == any(taken)
        if outcome.status:
            amount = model.slash_points(epoch, who.address, points, curation_points)
            (told,) = [event.arguments for event in outcome.events if event.name == "PointsSlashed"]
            assert (told["points"], told["curationPoints"], told["amount"]) == (*taken, amount)


def governance_decides(it: Rewarded, draws: Random) -> None:
    timelock, rewards = it.scene.system.address_of("Timelock"), it.scene.system.rewards
    curve, caps = draws.choice(list(Curve)), (draws.choice([0, 150]), draws.choice([0, 400]))
    points = tuple(draws.randint(0, 200) for _ in range(5))
    function, argument, changes = draws.choice(
        [
            ("setCurve", curve, {"curve": curve}),
            ("setCurationCurve", curve, {"curation_curve": curve}),
            ("setPoints", points, {"points": points}),
            ("setCaps", caps, {"account_cap_points": caps[0], "provider_cap_points": caps[1]}),
        ]
    )
    assert it.scene.send(timelock, rewards, function, argument).status
    it.model.set_policy(it.now_s, **changes)


def settle(it: Rewarded, draws: Random, epoch: int) -> None:
    """Pay in up to two parts, sometimes not everybody: who is left out is paid by a later credit."""
    accounts: list[Any] = list(it.accounts)
    draws.shuffle(accounts)
    if accounts and draws.random() < 0.2:
        accounts.pop()
    middle = draws.randint(0, len(accounts))
    for part in (accounts[:middle], accounts[middle:]):
        if part:
            assert it.settle(epoch, part).status


def trial(kind: tuple[Curve, Conversion, Destination], seed: int) -> tuple[Rewarded, Random]:
    draws = Random(f"{kind} {seed}")
    terms = terms_of(kind, draws)
    return Rewarded(scene_of(terms), terms), draws


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(part.name.lower() for part in kind))
def test_a_quarter_with_many_acts(kind: tuple[Curve, Conversion, Destination]) -> None:
    it, draws = trial(kind, 1)
    play(it, draws, epochs=8, busy_share=1, acts=6)
    assert it.model.paid_out.total() + it.model.vesting.total() > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_years_with_few_acts(seed: int) -> None:
    it, draws = trial(KINDS[(5 * seed) % len(KINDS)], seed)
    play(it, draws, epochs=EPOCHS_IN_TEN_YEARS, busy_share=0.06, acts=5)
    assert it.model.next_epoch >= EPOCHS_IN_TEN_YEARS - 1


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(part.name.lower() for part in kind))
@pytest.mark.parametrize("seed", [3, 4])
def test_ten_years_with_many_acts(kind: tuple[Curve, Conversion, Destination], seed: int) -> None:
    it, draws = trial(kind, seed)
    play(it, draws, epochs=EPOCHS_IN_TEN_YEARS, busy_share=0.7, acts=6)
    assert it.model.next_epoch >= EPOCHS_IN_TEN_YEARS - 1


def test_curves_by_hand() -> None:
    """Squares are exact; a root keeps six digits and is rounded down; every curve gives one point a weight."""
    assert [weight_of(curve, 9) for curve in Curve] == [9, 3 * 10**6, 81]
    assert weight_of(Curve.SQUARE_ROOT, 2) == 1_414_213
    assert [weight_of(curve, 0) for curve in Curve] == [0, 0, 0]
    assert [weight_of(curve, 1) // unit_of(curve) for curve in Curve] == [1, 1, 1]
