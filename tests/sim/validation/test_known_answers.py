"""The known answers agree in their short form, and the suite says so where one does not."""

from __future__ import annotations

import json
import random

import pytest

from sim.cli import main
from sim.validation import NAMES, run_suite, suite
from sim.validation.answer import Answer
from sim.validation.batches import ratio_of_sums
from sim.validation.forks import interval_sweep


@pytest.mark.parametrize("name", NAMES)
def test_the_short_form_agrees(name: str) -> None:
    answers = list(run_suite([name], long=False, seed=1))
    assert answers
    assert [answer.name for answer in answers if not answer.agrees] == []
    assert all(answer.error > 0 for answer in answers)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_long_form_agrees(name: str) -> None:
    answers = list(run_suite([name], long=True, seed=1))
    assert [answer for answer in answers if not answer.agrees] == []


def test_a_model_with_the_wrong_delays_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.validation.forks.SIXTEEN_LATENCY", '{"AP-AP" = 0.2, "AP-NA" = 0.6, "AP-EU" = 0.5, '
                        '"NA-NA" = 0.07, "NA-EU" = 0.24, "EU-EU" = 0.02}')  # fmt: skip
    (answer,) = interval_sweep(6_000, 1, (2.0,))
    assert not answer.agrees


def _answer(measured: float, allowed: float | None) -> Answer:
    return Answer("forks", "two miners", "%", 2.0, measured, 0.1, allowed, "4 standard errors")


def test_the_command_prints_each_answer_and_fails_where_one_is_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [_answer(2.1, 0.4), _answer(9.0, None), _answer(3.0, 0.4)]
    monkeypatch.setattr("sim.validation.run_suite", lambda *_names, **_options: iter(answers))
    assert main(["validate"]) == 1
    captured = capsys.readouterr()
    assert [word in captured.out for word in ("agrees: 4 standard errors", "told: ", "MISSED: ", "1 of 2 agree")] == [
        True, True, True, True
    ]  # fmt: skip
    assert "1 of 2 known answers are missed" in captured.err
    assert main(["validate", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["agrees"] for row in rows] == [True, True, False]
    assert rows[0]["distance_in_errors"] == pytest.approx(1.0)
    answers.pop()
    assert main(["validate"]) == 0


def test_a_name_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "ten-miners"]) == 2
    assert f"allowed: {', '.join(NAMES)}" in capsys.readouterr().err
    assert set(NAMES) == set(suite._SUITES)


def test_the_error_of_a_ratio_is_its_spread_over_repetitions() -> None:
    """Over many repetitions the ratio scatters as widely as its own error bar says."""
    draws = random.Random(7)
    found = []
    for _ in range(400):
        wholes = [draws.randint(80, 120) for _ in range(50)]
        parts = [sum(draws.random() < 0.1 for _ in range(whole)) for whole in wholes]
        found.append(ratio_of_sums(parts, wholes))
    ratios = [ratio for ratio, _error in found]
    mean = sum(ratios) / len(ratios)
    scatter = (sum((ratio - mean) ** 2 for ratio in ratios) / len(ratios)) ** 0.5
    assert mean == pytest.approx(0.1, abs=0.001)
    assert sum(error for _ratio, error in found) / len(found) == pytest.approx(scatter, rel=0.1)
    assert ratio_of_sums([0.0], [0.0]) == (0.0, 0.0)
