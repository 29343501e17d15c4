"""Scenarios load by name, path, text and tables, and are what they say."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.scenario import Scenario, available, from_tables, load, load_text, locate, override

MINIMAL = '[scenario]\nname = "m"\ntitle = "M"\nquestion = "Why?"\n'


@pytest.mark.parametrize("name", sorted(available()))
def test_every_packaged_scenario_loads_and_is_called_after_its_file(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name.rpartition("/")[2]
    assert scenario.question.endswith("?")
    assert scenario.title


def test_baseline_and_at_least_four_regression_scenarios_are_packaged() -> None:
    assert "baseline" in available()
    assert sum(name.startswith("regression/") for name in available()) >= 4


def test_a_scenario_loads_by_path_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    assert load(path) == load(str(path)) == load_text(MINIMAL)


def test_a_packaged_name_wins_over_a_directory_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "baseline").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load("baseline").name == "baseline"


def test_an_unknown_name_is_met_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean baseline\?"):
        locate("baselin")


def test_a_wholly_unknown_name_is_met_with_the_list() -> None:
    with pytest.raises(ScenarioError, match="regression/smoke") as caught:
        locate("zzzzzzzzz")
    assert "did you mean" not in str(caught.value)


def test_a_scenario_is_frozen() -> None:
    scenario = load("baseline")
    with pytest.raises(ValidationError):
        scenario.seed = 2
    with pytest.raises(ValidationError):
        scenario.time.days = 2


def test_derived_figures_follow_from_the_keys() -> None:
    scenario = load_text(MINIMAL, overrides={"time.days": 3, "time.warmup_days": 1})
    assert scenario.duration_s == 259_200
    assert scenario.warmup_s == 86_400
    assert scenario.emission.rate_thousandths_percent == 5000


def test_qtum_issued_follows_the_subsidy_rule() -> None:
    at_5510 = load_text(MINIMAL, overrides={"chain.opening_height": 5510})
    assert at_5510.issued_qtum == 100_000_000 + 510 * 4


def test_a_changed_scenario_is_checked_as_a_whole() -> None:
    scenario = load("baseline")
    assert override(scenario, {"time.days": 2}).time.days == 2
    assert override(scenario, {}) == scenario
    with pytest.raises(ScenarioError) as caught:
        override(scenario, {"time.warmup_days": 30})
    assert caught.value.keys == ("time.warmup_days",)


def test_a_scenario_survives_the_way_to_a_worker() -> None:
    scenario = load("baseline")
    copy: Scenario = pickle.loads(pickle.dumps(scenario))  # noqa: S301 - made in this line
    assert copy == scenario
    assert copy.digest == scenario.digest


def test_the_digest_is_that_of_the_meaning_not_of_the_text() -> None:
    scenario = load("baseline")
    assert load_text(scenario.to_toml()).digest == scenario.digest
    assert len(scenario.digest) == 64
    again = from_tables({"scenario": scenario.scenario.model_dump(), "seed": 20181001})
    assert override(again, {"time.days": 30, "sharing.forged_share": 0.1}).digest == scenario.digest


@pytest.mark.parametrize("key", ["seed", "chain.signing"])
def test_seed_and_signing_stay_outside_the_digest(key: str) -> None:
    scenario = load("baseline")
    other = override(scenario, {key: {"seed": 5, "chain.signing": "trusted"}[key]})
    assert other != scenario
    assert other.digest == scenario.digest


@pytest.mark.parametrize(
    ("key", "value"),
    [("time.days", 29), ("emission.rate", 0.04), ("fees.payer", "sponsor"), ("population.resample", False)],
)
def test_every_other_key_moves_the_digest(key: str, value: object) -> None:
    scenario = load("baseline")
    assert override(scenario, {key: value}).digest != scenario.digest


def test_trusted_signing_is_smoke_with_one_key_changed() -> None:
    ours, theirs = load("regression/smoke").values, load("regression/trusted-signing").values
    changed = {key for key in ours if ours[key] != theirs[key] and not key.startswith("scenario.")}
    assert changed == {"chain.signing"}
