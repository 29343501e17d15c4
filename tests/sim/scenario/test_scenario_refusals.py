"""Every kind of wrong value is refused with its key, the value and what is allowed."""

from __future__ import annotations

from datetime import date

import pytest

from sim.errors import ScenarioError
from sim.scenario import from_tables, load, override

ABOUT = {"name": "x", "title": "X", "question": "Why?"}

WRONG = [
    ("time.days", 0, "0", "a whole number from 1 to 3,650 (days)"),
    ("time.days", 3651, "3651", "3,650"),
    ("time.days", True, "true", "a whole number"),
    ("time.days", 2.0, "2.0", "a whole number"),
    ("time.days", "30", '"30"', "a whole number"),
    ("time.days", None, "nothing", "a whole number"),
    ("time.days", [30], "a list", "a whole number"),
    ("time.days", {"value": 30}, "a table", "a whole number"),
    ("time.days", 10**5000, "a number of hundreds of digits", "3,650"),
    ("seed", -1, "-1", "from 0 to 9,223,372,036,854,775,807"),
    ("seed", 2**63, str(2**63), "9,223,372,036,854,775,807"),
    ("sharing.forged_share", 1.5, "1.5", "a number from 0 to 1"),
    ("sharing.forged_share", float("nan"), "nan", "a number from 0 to 1"),
    ("sharing.forged_share", float("-inf"), "-inf", "a number from 0 to 1"),
    ("sharing.forged_share", False, "false", "a number from 0 to 1"),
    ("sharing.forged_share", 10**400, "a number of hundreds of digits", "a number from 0 to 1"),
    ("emission.rate", 0.123456, "0.123456", "in steps of 0.00001"),
    ("rewards.vesting_share", 0.00001, "1e-05", "in steps of 0.0001"),
    ("rewards.curation_share", 0.33333, "0.33333", "in steps of 0.0001"),
    ("rewards.fixed_rate_med_per_point", 1.5e-9, "1.5e-09", "in steps of 0.00000001"),
    ("rewards.curve", "cubic", '"cubic"', '"linear" or "square-root" or "quadratic"'),
    ("population.resample", 1, "1", "true or false"),
    ("population.source", "", '""', "the path of a directory"),
    ("population.source", "a\nb", '"a\\nb"', "the path of a directory"),
    ("fees.payer", "patient", '"patient"', '"provider" or "sponsor"'),
    ("fees.payer", "Provider", '"Provider"', '"provider" or "sponsor"'),
    ("chain.engine", "geth", '"geth"', '"pyevm"'),
    ("time.start", "2018-10-01", '"2018-10-01"', 'written like "2018-10-01T00:00:00"'),
    ("time.start", "2018-02-30T00:00:00", '"2018-02-30T00:00:00"', "written like"),
    ("time.start", "1999-12-31T23:59:59", '"1999-12-31T23:59:59"', "2000 to 2100"),
    ("time.zone", "Seoul", '"Seoul"', '"Asia/Seoul"'),
    ("scenario.name", "Base line", '"Base line"', "small letters"),
    ("scenario.name", "-x", '"-x"', "beginning with a letter"),
    ("scenario.title", "two\nlines", '"two\\nlines"', "one printed line"),
    ("scenario.title", "   ", '"   "', "one printed line"),
    ("scenario.title", "\ud800", '"\\ud800"', "one printed line"),
    ("governance.quorum_share", 0.00005, "5e-05", "in steps of 0.0001"),
    ("validators.minimum_commission_share", 0.03333, "0.03333", "in steps of 0.0001"),
    ("governance.proposals", "soon", '"soon"', "apart by semicolons"),
    (
        "governance.proposals",
        "day 0: minimum_gas_price_sat = 60",
        '"day 0: minimum_gas_price_sat = 60"',
        "a day from 1 on",
    ),
    (
        "governance.proposals",
        "day 1: minimum_gas_price_sat = 60;",
        '"day 1: minimum_gas_price_sat = 60;"',
        "apart by semicolons",
    ),
    (
        "governance.proposals",
        "day 1: block_size_bytes = 60",
        '"day 1: block_size_bytes = 60"',
        "one of block_gas_limit_gas",
    ),
    (
        "governance.proposals",
        "day 1: block_gas_limit_gas = 999999",
        '"day 1: block_gas_limit_gas = 999999"',
        "1,000,000 to",
    ),
    (
        "governance.proposals",
        "day 1: minimum_gas_price_sat = 10001",
        '"day 1: minimum_gas_price_sat = 10001"',
        "1 to 10,000",
    ),
    (
        "governance.proposals",
        "day 1: reward_curve = cubic",
        '"day 1: reward_curve = cubic"',
        "linear, square-root",
    ),
    ("scenario.question", "x" * 401, f'"{"x" * 78}…', "400 characters"),
]


@pytest.mark.parametrize(
    ("key", "value", "shown", "allowed"), WRONG, ids=[f"{case[0]} {case[2][:30]}" for case in WRONG]
)
def test_a_wrong_value_is_named_with_its_key(key: str, value: object, shown: str, allowed: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        override(load("baseline"), {key: value})
    assert caught.value.keys == (key,)
    assert caught.value.value == shown
    assert allowed in caught.value.allowed
    assert f"baseline: {key} = {shown}; allowed: " in str(caught.value)


def test_a_date_where_a_number_belongs_is_shown_with_its_type() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", {"time.days": date(2018, 10, 1)})
    assert caught.value.value == 'date "2018-10-01"'


@pytest.mark.parametrize(
    ("tables", "key", "hint"),
    [
        ({"emission": {"rat": 0.1}}, "emission.rat", "did you mean emission.rate?"),
        ({"emision": {}}, "emision", "did you mean emission?"),
        ({"days": 3}, "days", "did you mean time.days?"),
        ({"rewards": {"stakers": 3}}, "rewards.stakers", "did you mean staking.stakers?"),
        ({"zzzz": 3}, "zzzz", "no such key"),
        ({"time": {"a.b": 3}}, "time.a.b", "no such key"),
        ({"time": {"a\tb": 3}}, '"time.a\\tb"', "no such key"),
        ({"k" * 200: 3}, "k" * 79 + "…", "no such key"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest(tables: dict[str, object], key: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_tables({"scenario": ABOUT, **tables})
    assert caught.value.keys == (key,)
    assert caught.value.hint == hint


def test_an_unknown_key_of_a_chapter_is_answered_with_the_keys_of_that_chapter() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_tables({"scenario": ABOUT, "emission": {"x": 1}})
    assert (
        caught.value.allowed == "the keys of [emission] source, rate, rate_kept_share, stoppable_after_days"
    )


@pytest.mark.parametrize("value", [5, "x", [], [{}], None])
def test_a_chapter_that_is_no_table_is_named(value: object) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_tables({"scenario": ABOUT, "emission": value})
    assert caught.value.key == "emission"
    keys = "source, rate, rate_kept_share, stoppable_after_days"
    assert caught.value.allowed == f"a table [emission] with the keys {keys}"


def test_missing_keys_are_called_missing() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_tables({"scenario": {"name": "x"}})
    assert caught.value.keys == ("scenario.title", "scenario.question")
    assert caught.value.value is None
    with pytest.raises(ScenarioError, match=r"scenario is missing; allowed: a table \[scenario\]"):
        from_tables({})


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_tables({"scenario": ABOUT, "seed": "a", "time": {"days": 0, "dayz": 1}, "fees": {"payer": "x"}})
    assert caught.value.keys == ("seed", "time.days", "time.dayz", "fees.payer")
    assert str(caught.value).count("allowed: ") == 4
