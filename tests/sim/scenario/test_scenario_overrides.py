"""Single keys change from Python and from the command line, and a misspelt one is never lost in silence."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import InputError, ScenarioError
from sim.scenario import from_tables, load, parse_setting
from sim.scenario.overrides import overlay

ABOUT = {"name": "x", "title": "X", "question": "Why?"}


@pytest.mark.parametrize(
    "overrides",
    [
        {"emission.rate": 0.04},
        {"emission__rate": 0.04},
        {"emission": {"rate": 0.04}},
        {"emission.rate": np.float64(0.04)},
        {"emission.rate": np.array(0.04)},
    ],
)
def test_a_key_can_be_written_in_three_ways(overrides: dict[str, object]) -> None:
    scenario = load("baseline", overrides)
    assert scenario.emission.rate == 0.04
    assert type(scenario.emission.rate) is float
    assert scenario.emission.source == "contract"


def test_numpy_integers_are_whole_numbers() -> None:
    assert load("baseline", {"time.days": np.int64(3)}).values["time.days"] == 3


def test_the_last_of_two_spellings_wins() -> None:
    assert load("baseline", {"time.days": 3, "time__days": 4}).time.days == 4


def test_overlaying_leaves_the_tables_as_they_were() -> None:
    tables = {"time": {"days": 3}}
    assert overlay(tables, {"time.days": 4, "seed": 5}) == {"time": {"days": 4}, "seed": 5}
    assert tables == {"time": {"days": 3}}


@pytest.mark.parametrize(
    ("overrides", "key", "hint"),
    [
        ({"emission__rat": 0.1}, "emission.rat", "did you mean emission.rate?"),
        ({"emission": {"rat": 0.1}}, "emission.rat", "did you mean emission.rate?"),
        ({"time.days.x": 1}, "time.days.x", "did you mean time.days?"),
        ({"": 1}, "", "no such key"),
        ({5: 1}, "5", "no such key"),
    ],
)
def test_an_unknown_key_is_refused(overrides: dict[str, object], key: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", overrides)
    assert caught.value.key == key
    assert caught.value.hint == hint


def test_a_chapter_takes_a_mapping_only() -> None:
    with pytest.raises(
        ScenarioError, match=r"emission = 0.1; allowed: a mapping of the keys of \[emission\]"
    ):
        load("baseline", {"emission": 0.1})


def test_a_chapter_that_is_no_table_in_the_file_stays_the_mistake() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_tables({"scenario": ABOUT, "time": 5}, overrides={"time.days": 3})
    assert caught.value.keys == ("time",)


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("emission.rate=0.04", "emission.rate", 0.04),
        ("emission__rate = 0.04", "emission.rate", 0.04),
        ("time.days=30_0", "time.days", 300),
        ("population.resample=false", "population.resample", False),
        ("fees.payer=sponsor", "fees.payer", "sponsor"),
        ('fees.payer="sponsor"', "fees.payer", "sponsor"),
        ("scenario.name=2018", "scenario.name", "2018"),
        ("time.start=2018-10-02T00:00:00", "time.start", "2018-10-02T00:00:00"),
        ("scenario.title=a = b", "scenario.title", "a = b"),
        ("population.source=", "population.source", ""),
        ("time.days=3\nseed=4", "time.days", "3\nseed=4"),
        ("time.days=" + "[" * 5000, "time.days", "[" * 5000),
        ("time.days=thirty", "time.days", "thirty"),
    ],
)
def test_a_setting_is_read_as_toml_or_as_text(setting: str, key: str, value: object) -> None:
    assert parse_setting(setting) == (key, value)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("time.dayz=3", 'time.dayz = "3"; .*did you mean time.days'),
        ("time=3", 'time = "3"; '),
        ("=3", '"3"; '),
    ],
)
def test_a_setting_without_a_key_is_refused(setting: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        parse_setting(setting)


@pytest.mark.parametrize("key", ["time.days", "time__days"])
def test_a_setting_without_a_sign_is_told_how_one_is_written(key: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_setting(key)
    assert str(refusal.value) == (
        "--set time.days: has no value; allowed: KEY=VALUE, such as emission.rate=0.04"
    )
