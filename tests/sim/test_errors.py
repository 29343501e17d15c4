"""Errors read as sentences and survive the way back from a worker process."""

from __future__ import annotations

import pickle

import pytest

from sim.errors import InputError, InvariantViolated, MedSimError, ScenarioError

SECOND = ScenarioError("time.zone", '"Seoul"', "an IANA name", "x.toml")
ERRORS = [
    InputError("out/", "is not empty", "an empty directory"),
    InputError("out/", "is not empty"),
    ScenarioError("time.days", "0", "1 to 3,650", "x.toml", None, "did you mean 1?", (SECOND,)),
    ScenarioError("", "not TOML", "TOML", "x.toml", 3),
    ScenarioError("scenario.name", None, "a name"),
    InvariantViolated("supply", 12, 7, "10 minted, 9 held", "medsim run smoke --seed 7"),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_an_error_is_the_same_after_pickling(error: MedSimError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in this line
    assert type(copy) is type(error)
    assert str(copy) == str(error)


def test_a_scenario_error_names_source_key_value_and_what_is_allowed() -> None:
    assert str(ERRORS[2]) == (
        "x.toml: time.days = 0; allowed: 1 to 3,650 (did you mean 1?)\n"
        '  and x.toml: time.zone = "Seoul"; allowed: an IANA name'
    )
    assert isinstance(ERRORS[2], ScenarioError)
    assert ERRORS[2].keys == ("time.days", "time.zone")


def test_without_a_key_the_line_is_named() -> None:
    assert str(ERRORS[3]) == "x.toml: line 3: not TOML; allowed: TOML"


def test_a_missing_key_is_called_missing() -> None:
    assert str(ERRORS[4]) == "scenario.name is missing; allowed: a name"


def test_an_input_error_may_stay_silent_about_what_is_allowed() -> None:
    assert str(ERRORS[0]) == "out/: is not empty; allowed: an empty directory"
    assert str(ERRORS[1]) == "out/: is not empty"


def test_a_broken_invariant_says_how_to_see_it_again() -> None:
    assert str(ERRORS[5]) == (
        "invariant 'supply' is broken after block 12 (seed 7): 10 minted, 9 held\n"
        "replay: medsim run smoke --seed 7"
    )
