"""Decimal fractions, minting and distribution, to the unit and against independent arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.protocols.bft.distribution import allocated_sat, proposer_fraction
from chain.protocols.bft.fixed import ONE, divided, multiplied, percent
from chain.protocols.bft.minting import next_inflation, provision_sat
from chain.protocols.bft.parameters import PANACEA_2019, PANACEA_2022, BftParameters, round_half_even
from chain.protocols.bft.priority import Roster
from chain.protocols.protocol import ProtocolError
from chain.units import MED_UNITS_PER_MED

SUPPLY_SAT = PANACEA_2019.supply_sat


def half_even(value: Fraction) -> int:
    """Round by the standard library's decimals."""
    with localcontext() as context:
        context.prec = 400
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_products_round_half_to_even(one: int, other: int) -> None:
    assert multiplied(one, other) == half_even(Fraction(one * other, ONE))


@pytest.mark.parametrize(("one", "expected"), [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2)])
def test_halves_go_to_the_even_neighbour(one: int, expected: int) -> None:
    assert multiplied(one, ONE // 2) == expected


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30), st.booleans())
def test_quotients_are_cut_after_36_places_and_rounded(one: int, other: int, negative: bool) -> None:
    with localcontext() as context:
        context.prec = 200
        context.rounding = ROUND_DOWN
        cut = (Decimal(one) * 10**36 / Decimal(other)).to_integral_value(rounding=ROUND_DOWN)
    sign = -1 if negative else 1
    assert divided(one, sign * other) == sign * half_even(Fraction(int(cut), ONE))


def test_inflation_rests_at_the_goal_and_moves_by_at_most_its_yearly_change() -> None:
    parameters = replace(PANACEA_2019, assumed_blocks_per_year=1_000)
    at_goal = next_inflation(parameters, percent(5), 67, 100)
    assert at_goal == percent(5)
    assert next_inflation(parameters, percent(5), 0, 100) == percent(5) + percent(2) // 1_000
    assert (
        next_inflation(parameters, percent(5), 66, 100)
        > percent(5)
        > next_inflation(parameters, percent(5), 68, 100)
    )
    # All bonded: (1 - 100/67) of 2 % a year.
    fall = percent(5) - next_inflation(parameters, percent(5), 100, 100)
    assert fall == pytest.approx(float(Fraction(33, 67) * percent(2) / 1_000), rel=1e-12)


def test_inflation_stays_between_its_bounds() -> None:
    parameters = replace(PANACEA_2019, assumed_blocks_per_year=1)
    assert next_inflation(parameters, percent(5), 0, 100) == percent(6)
    assert next_inflation(parameters, percent(6), 0, 100) == percent(6)
    assert next_inflation(parameters, percent(4), 100, 100) == percent(4)


def test_a_provision_is_a_year_s_inflation_over_the_assumed_blocks() -> None:
    assert provision_sat(PANACEA_2019, percent(5), SUPPLY_SAT) == SUPPLY_SAT * 5 // (100 * 31_557_600)
    assert provision_sat(PANACEA_2022, percent(7), SUPPLY_SAT) == SUPPLY_SAT * 7 // (100 * 5_256_000)
    exact = replace(PANACEA_2019, assumed_blocks_per_year=10)
    assert provision_sat(exact, percent(5), 200) == 1
    assert provision_sat(exact, percent(5), 199) == 0


def test_the_launch_supply_mints_twelve_and_a_half_med_a_block() -> None:
    assert provision_sat(PANACEA_2019, percent(5), SUPPLY_SAT) // MED_UNITS_PER_MED == 12


ROSTER = Roster((0, 1, 2), (b"a", b"b", b"c"), (50, 30, 20))


@pytest.mark.parametrize(("signed", "part"), [(100, 500), (75, 400), (70, 380), (67, 368)])
def test_a_proposer_s_part_grows_with_the_pre_commits_it_gathered(signed: int, part: int) -> None:
    assert proposer_fraction(PANACEA_2019, ROSTER, signed) == part * ONE // 10_000


def test_a_distribution_worked_out_by_hand() -> None:
    """Of 10,000: 5 % to the proposer, of the 9,500 left half, three tenths and a fifth by power."""
    rewards, left = allocated_sat(PANACEA_2019, ROSTER, 1, 100, 10_000)
    assert (rewards, left) == ([4_750, 2_850 + 500, 1_900], 0)
    # A fifth of the power away: 1 % + 4 % * 0.8 = 4.2 %; the absent are paid like the others.
    rewards, left = allocated_sat(PANACEA_2019, ROSTER, 0, 80, 10_000)
    assert (rewards, left) == ([4_790 + 420, 2_874, 1_916], 0)


def test_what_rounding_or_a_proposer_that_left_leaves_goes_to_the_community() -> None:
    rewards, left = allocated_sat(PANACEA_2019, ROSTER, -1, 100, 10_000)
    assert (rewards, left) == ([4_750, 2_850, 1_900], 500)
    rewards, left = allocated_sat(PANACEA_2019, ROSTER, 0, 100, 99)
    assert (rewards, left) == ([47 + 4, 28, 18], 2)
    taxed = replace(PANACEA_2019, community_tax=percent(2))
    assert allocated_sat(taxed, ROSTER, 1, 100, 10_000)[1] == 200


@given(
    st.lists(st.integers(1, 10**10), min_size=1, max_size=50),
    st.integers(0, 10**16),
    st.integers(0, 49),
    st.integers(0, 100),
)
def test_a_distribution_adds_up_and_rounds_down(
    powers: list[int], collected_sat: int, proposer: int, signed_percent: int
) -> None:
    roster = Roster(tuple(range(len(powers))), (b"",) * len(powers), tuple(powers))
    signed = roster.total * signed_percent // 100
    proposer %= len(powers)
    rewards, left = allocated_sat(PANACEA_2019, roster, proposer, signed, collected_sat)
    assert sum(rewards) + left == collected_sat
    assert 0 <= left <= len(powers) + 1 + collected_sat * len(powers) // 10**17
    to_proposer = Fraction(1, 100) + Fraction(4, 100) * Fraction(signed, roster.total)
    for index, (reward, power) in enumerate(zip(rewards, powers, strict=True)):
        exact = collected_sat * (1 - to_proposer) * Fraction(power, roster.total)
        exact += collected_sat * to_proposer * (index == proposer)
        assert (
            exact - 2 - collected_sat / Fraction(10**17) < reward <= exact + collected_sat / Fraction(10**17)
        )


@pytest.mark.parametrize(("value", "expected"), [(5, 0), (15, 2), (25, 2), (26, 3), (35, 4), (500, 50)])
def test_whole_numbers_round_half_to_even(value: int, expected: int) -> None:
    assert round_half_even(value * ONE // 10) == expected


def test_the_window_allows_ninety_five_per_cent_of_misses() -> None:
    assert PANACEA_2019.most_missed_blocks == 9_500
    assert replace(PANACEA_2019, signed_window_blocks=10).most_missed_blocks == 10
    assert replace(PANACEA_2019, signed_window_blocks=30).most_missed_blocks == 28


@pytest.mark.parametrize(
    "change",
    [
        {"validators": 0},
        {"signed_window_blocks": 0},
        {"assumed_blocks_per_year": 0},
        {"inflation": percent(7)},
        {"inflation_minimum": percent(6)},
        {"community_tax": percent(96)},
    ],
)
def test_parameters_that_make_no_sense(change: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        replace(PANACEA_2019, **change)
    assert BftParameters(community_tax=percent(95)).community_tax == percent(95)
