"""The conversion agrees with a reference to the unit, never over-mints, and loses nothing."""

from __future__ import annotations

from collections import Counter

from contract_bench import (
    BLOCK_S,
    DEPLOYER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    START_S,
    STRANGER,
    WEEK_S,
    Bench,
    parameters,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_visit import Visit

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
    bench = Bench(parameters(**terms, opening_balances_med_units=((DEPLOYER.address, supply),)))
    bench.settle_people()
    emission = supply * terms["yearly_rate_millipercent"] * WEEK_S // (100_000 * YEAR_S)
    dust, expected, number = 0, Counter(dict.fromkeys(PEOPLE, 0)), 0
    for epoch, visits in enumerate(epochs):
        points: Counter[bytes] = Counter()
        for choice in visits:
            patient, provider = PARTIES[choice]
            number += 1
            Visit.at(bench, patient=patient, provider=provider, number=number).happen(bench)
            points[patient.address] += terms["patient_points"]
            points[provider.address] += terms["provider_points"]
        convert(bench, epoch, order)
        budget, total = emission + dust, points.total()
        payments = {account: budget * earned // total for account, earned in points.items()} if total else {}
        expected.update(payments)
        dust = budget - sum(payments.values())
        assert {account: bench.balance(account) for account in PEOPLE} == expected
        assert bench.read(bench.system.rewards, "carried") == dust
        assert bench.balance(bench.system.address_of("RewardPool")) == dust
        assert bench.read(bench.system.token, "totalSupply") == supply + emission * (epoch + 1)


def convert(bench: Bench, epoch: int, order: list[bytes]) -> None:
    """Close an epoch and settle it one account at a time; what has not been paid stays covered throughout."""
    rewards = bench.system.rewards
    bench.time_s = START_S + (epoch + 1) * WEEK_S - BLOCK_S
    bench.do(STRANGER, rewards, "closeEpoch", epoch)
    for account in order:
        bench.do(STRANGER, rewards, "settle", epoch, [account])
        book = bench.read(rewards, "epochOf", epoch)
        owed = book["budget"] - book["paid"] if book["unsettled"] else 0
        assert bench.balance(bench.system.address_of("RewardPool")) == owed + bench.read(rewards, "carried")
        assert book["paid"] <= book["budget"]
