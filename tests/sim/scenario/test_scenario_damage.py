"""Of any number of damaged scenarios each is still valid or refused by name; none ends in a traceback."""

from __future__ import annotations

from collections import Counter

import pytest
from scenario_damage import Damaged, damaged

from sim.errors import ScenarioError
from sim.scenario import Scenario, load_text


def _loaded(octets: bytes) -> Scenario | ScenarioError:
    try:
        return load_text(octets, "damaged.toml")
    except ScenarioError as error:
        return error


def outcome_of(number: int) -> tuple[str, str]:
    """Kind of damage and how it ended: valid, key or line; any other end fails the test."""
    case = damaged(number)
    result = _loaded(case.octets)
    if isinstance(result, Scenario):
        assert load_text(result.to_toml()) == result
        return case.kind, "valid"
    assert str(result).startswith("damaged.toml: ")
    assert len(str(result)) < 20_000
    if result.line is not None:
        assert case.octets.count(b"\n") + 1 >= result.line >= 1
        return case.kind, "line"
    assert all(result.keys)
    assert _names_the_damage(result, case), f"number {number}: {case.key} was damaged, but told was: {result}"
    return case.kind, "key"


def _names_the_damage(error: ScenarioError, case: Damaged) -> bool:
    """Whether the error names the damaged key, its chapter, a key in it, or a rule that mentions it."""
    if case.key is None:
        return True
    related = (
        case.key == key or key.startswith(f"{case.key}.") or case.key.startswith(f"{key}.")
        for key in error.keys
    )
    return any(related) or case.key in str(error)


def _ends(found: Counter[tuple[str, str]]) -> Counter[str]:
    return Counter(end for (_, end), number in found.items() for _ in range(number))


def test_500_damaged_scenarios_are_valid_or_refused_by_name() -> None:
    found = Counter(outcome_of(number) for number in range(500))
    ends = _ends(found)
    assert ends.total() == 500
    assert ends["key"] >= 150
    assert ends["line"] >= 100
    assert ends["valid"] >= 25
    kinds = {kind for kind, _ in found}
    assert len(kinds) == 10
    for kind in kinds:
        assert found[kind, "key"] + found[kind, "line"] >= 5, f"{kind} is hardly ever refused: {found}"


@pytest.mark.long
def test_20_000_damaged_scenarios_are_valid_or_refused_by_name() -> None:
    found = Counter(outcome_of(number) for number in range(1_000_000, 1_020_000))
    assert found.total() == 20_000
    assert min(_ends(found).values()) >= 2000


def test_an_equal_number_gives_equal_damage() -> None:
    assert damaged(7) == damaged(7)
    assert len({damaged(number).octets for number in range(50)}) > 45
