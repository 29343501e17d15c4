"""Every key is documented with unit, range, default, grade and source, and the model keeps its word."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from sim.errors import ScenarioError
from sim.scenario import Parameter, catalogue, chapters, load, parameters
from sim.scenario.explanation import contents, explain

EVERY = pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.key)


@EVERY
def test_a_key_is_documented(entry: Parameter) -> None:
    assert entry.doc.endswith(".")
    assert entry.unit
    assert entry.accepts
    assert entry.grade in ("S", "D", "U")
    assert len(entry.source) > 15
    assert not entry.source.endswith(".")


@EVERY
def test_a_name_ends_in_its_unit_where_the_style_knows_one(entry: Parameter) -> None:
    units = {
        "_s": "s",
        "_days": "days",
        "_gas": "gas",
        "_blocks": "blocks",
        "_tx": "tx",
        "_qtum": "QTUM",
        "_med": "MED",
        "_percent": "%",
        "_points": "MP",
        "_share": "1",
        "_probability": "1",
        "_purchase_krw": "KRW",
        "qtum_krw": "KRW/QTUM",
        "med_per_qtum": "MED/QTUM",
        "med_per_point": "MED/MP",
        "_price_sat": "sat/gas",
    }
    known = [ending for ending in units if entry.key.endswith(ending)]
    if known:
        assert entry.unit == units[max(known, key=len)]


@EVERY
def test_a_number_has_a_range_around_its_default_and_an_unsourced_one_a_plausible_range(
    entry: Parameter,
) -> None:
    if entry.kind not in ("integer", "number"):
        assert entry.minimum is entry.maximum is entry.plausible is None
        return
    assert entry.minimum is not None
    assert entry.maximum is not None
    assert isinstance(entry.default, int | float)
    assert entry.minimum <= entry.default <= entry.maximum
    if entry.grade == "U" and entry.key != "seed":
        assert entry.plausible is not None
        low, high = entry.plausible
        assert entry.minimum <= low <= entry.default <= high <= entry.maximum
    else:
        assert entry.plausible is None


@EVERY
def test_the_stated_range_is_the_one_that_is_enforced(entry: Parameter) -> None:
    beyond = [bound for bound in (entry.minimum, entry.maximum) if bound is not None]
    for bound, step in zip(beyond, (-1, 1), strict=False):
        with pytest.raises(ScenarioError) as caught:
            load("baseline", {entry.key: bound + step})
        assert caught.value.key == entry.key
        assert caught.value.allowed == entry.accepts


def test_values_come_from_the_scenario_and_defaults_from_the_model() -> None:
    found = {entry.key: entry for entry in parameters(load("baseline", {"time.days": 3}))}
    assert list(found) == list(catalogue())
    assert found["time.days"].value == 3
    assert found["time.days"].default == 30
    assert found["scenario.name"].value == "baseline"
    assert found["scenario.name"].default is None


def test_without_a_scenario_values_are_the_defaults() -> None:
    assert all(entry.value == entry.default for entry in parameters())


def test_parameters_go_into_json() -> None:
    written = json.dumps([asdict(entry) for entry in parameters(load("baseline"))], allow_nan=False)
    assert {"key", "value", "unit", "minimum", "maximum", "allowed", "grade"} <= set(json.loads(written)[0])


def test_a_key_is_explained_with_everything_about_it() -> None:
    words = explain("emission__rate")
    for part in ("1/year", "0 to 1", "0.05", "U (unsourced", "panacea-mainnet", "plausible  0 to 0.1"):
        assert part in words
    assert "plausible" not in explain("chain.gas_limit_gas")
    assert "unit       none" in explain("fees.payer")
    assert "none, must be given" in explain("scenario.name")


def test_a_chapter_is_explained_by_its_keys() -> None:
    words = explain("emission")
    assert words.startswith("[emission] New MED")
    assert "emission.rate" in words
    assert "0.05" in words


def test_the_contents_name_every_chapter() -> None:
    assert all(f"[{name}]" in contents() for name in chapters())
    assert "seed " in contents()


def test_an_unknown_key_is_not_explained_but_the_nearest_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean emission.rate\?"):
        explain("emission.rat")
    with pytest.raises(ScenarioError, match=r"emission.rat: there is no key") as caught:
        explain("emission.rat")
    assert "chain" in caught.value.allowed
    with pytest.raises(ScenarioError) as caught:
        explain("zzzz")
    assert caught.value.hint == ""
