"""The conversion agrees with a reference to the unit, never over-mints, and loses nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.contracts.rehearsal.cast import (
    DEPLOYER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, START_S, WEEK_S, parameters, reward_terms
from chain.contracts.rehearsal.visit import Visit

YEAR_S = 365 * 86_400
PARTIES = ((PATIENT, PROVIDER), (OTHER_PATIENT, PROVIDER), (PATIENT, OTHER_PROVIDER))
PEOPLE = (PATIENT.address, OTHER_PATIENT.address, PROVIDER.address, OTHER_PROVIDER.address)

epochs_of_visits = st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1, max_size=3)
terms = st.fixed_dictionaries(
    {
        "patient_points": st.integers(0, 1_000),
        "provider_points": st.integers(0, 1_000),
        "yearly_rate_millipercent": st.integers(0, 100_000),
        "supply": st.one_of(st.integers(0, 10_000), st.integers(0, 10**18)),
    }
)
"""Small supplies make budgets of a few units, where dust is most of the budget."""


@settings(max_examples=25)
@given(terms, epochs_of_visits, st.permutations(PEOPLE))
def test_conversion_agrees_with_its_reference(
    terms: dict[str, int], epochs: list[list[int]], order: list[bytes]
) -> None:
    supply = terms.pop("supply")
    stage = Stage(
        parameters(rewards=reward_terms(**terms), opening_balances_med_units=((DEPLOYER.address, supply),))
    )
    stage.settle_people()
    emission = supply * terms["yearly_rate_millipercent"] * WEEK_S // (100_000 * YEAR_S)
    dust, expected, number = 0, Counter(dict.fromkeys(PEOPLE, 0)), 0
    for epoch, visits in enumerate(epochs):
        points: Counter[bytes] = Counter()
        for choice in visits:
            patient, provider = PARTIES[choice]
            number += 1
            Visit.at(stage, patient=patient, provider=provider, number=number).happen(stage)
            points[patient.address] += terms["patient_points"]
            points[provider.address] += terms["provider_points"]
        convert(stage, epoch, order)
        budget, total = emission + dust, points.total()
        payments = {account: budget * earned // total for account, earned in points.items()} if total else {}
        expected.update(payments)
        dust = budget - sum(payments.values())
        assert {account: stage.balance(account) for account in PEOPLE} == expected
        assert stage.read(stage.system.rewards, "carried") == dust
        assert stage.balance(stage.system.address_of("RewardPool")) == dust
        assert stage.read(stage.system.token, "totalSupply") == supply + emission * (epoch + 1)


def convert(stage: Stage, epoch: int, order: list[bytes]) -> None:
    """Close an epoch and settle it one account at a time; what has not been paid stays covered throughout."""
    rewards = stage.system.rewards
    stage.time_s = START_S + (epoch + 1) * WEEK_S - BLOCK_S
    stage.do(STRANGER, rewards, "closeEpoch", epoch)
    for account in order:
        stage.do(STRANGER, rewards, "settle", epoch, [account])
        book = stage.read(rewards, "epochOf", epoch)
        owed = book["budget"] - book["paid"] if book["unsettled"] else 0
        assert stage.balance(stage.system.address_of("RewardPool")) == owed + stage.read(rewards, "carried")
        assert book["paid"] <= book["budget"]
