"""Whatever the terms and however small the supply, the conversion agrees with its reference and never over-mints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.contracts.deployment.reward_pool import Conversion, Curve, Destination
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.rehearsal.cast import DEPLOYER, OTHER_PATIENT, OTHER_PROVIDER, PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import START_S, WEEK_S, emission_terms, parameters, reward_terms

sys.path.insert(0, str(Path(__file__).parent / "machines"))
from rewarded import Rewarded
from scene import Scene

PARTIES = ((PATIENT, PROVIDER), (OTHER_PATIENT, PROVIDER), (PATIENT, OTHER_PROVIDER))
PEOPLE = (PATIENT.address, OTHER_PATIENT.address, PROVIDER.address, OTHER_PROVIDER.address)

epochs_of_visits = st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1, max_size=3)
shares = st.one_of(st.sampled_from([0, 1, 9_999, 10_000]), st.integers(0, 10_000))
terms = st.fixed_dictionaries(
    {
        "patient_points": st.integers(0, 1_000),
        "provider_points": st.integers(0, 1_000),
        "share_acceptor_points": st.integers(0, 50),
        "curve": st.sampled_from(Curve),
        "curation_curve": st.sampled_from(Curve),
        "conversion": st.sampled_from(Conversion),
        "fixed_rate_med_units": st.one_of(st.integers(0, 100), st.integers(0, 10**14)),
        "leftover_to": st.sampled_from(Destination),
        "curation_share_basis_points": shares,
        "vesting_share_basis_points": shares,
    }
)
supplies = st.one_of(st.integers(0, 10_000), st.integers(0, 10**18))
"""Small supplies make budgets of a few units, where dust is most of the budget."""


@settings(max_examples=25)
@given(terms, supplies, st.integers(0, 100_000), epochs_of_visits, st.permutations(PEOPLE))
def test_conversion_agrees_with_its_reference(
    terms: dict[str, Any], supply: int, rate: int, epochs: list[list[int]], order: list[bytes]
) -> None:
    given_terms = reward_terms(**terms)
    stage = Stage(
        parameters(
            rewards=given_terms,
            emission=emission_terms(yearly_rate_millipercent=rate),
            opening_balances_med_units=((DEPLOYER.address, supply),),
            sale=SaleTerms(),
            vesting=VestingTerms(),
        )
    )
    stage.settle_people()
    it = Rewarded(Scene(stage), given_terms)
    for epoch, visits in enumerate(epochs):
        for choice in visits:
            assert it.visit(*PARTIES[choice]).status
        if it.kept:
            it.share(it.kept[-1], OTHER_PROVIDER)
        it.at(START_S + (epoch + 1) * WEEK_S)
        assert it.close().status
        it.compare()
        for account in order:
            assert it.settle(epoch, [account]).status
            it.compare_books()
        it.compare()
        assert it.model.unpaid == 0
