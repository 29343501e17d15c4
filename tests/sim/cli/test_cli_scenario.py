"""`medsim scenario` as a user meets it: what it prints, and how it answers mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import ScenarioError
from sim.scenario import available, catalogue, chapters, load, load_text

START = "import sys; from sim.cli import main; sys.exit(main())"
DAMAGE = Path(__file__).resolve().parents[1] / "scenario"


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["scenario", *arguments]) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return told.err if code else told.out


def test_list_names_every_packaged_scenario_with_its_question(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _answer(capsys, "list").splitlines()
    assert [line.split()[0] for line in lines] == list(available())
    assert all(line.endswith("?") for line in lines)


def test_show_prints_a_scenario_that_loads(capsys: pytest.CaptureFixture[str]) -> None:
    text = _answer(capsys, "show", "baseline", "--set", "time.days=3", "--set", "fees.payer=sponsor")
    assert load_text(text) == load("baseline", {"time.days": 3, "fees.payer": "sponsor"})
    assert "(days)" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "baselin"), "did you mean baseline?"),
        (("show", "baseline", "--set", "time.days=x"), 'time.days = "x"'),
        (("show", "baseline", "--set", "time.dayz=3"), "did you mean time.days?"),
        (("explain", "emission.rat"), "did you mean emission.rate?"),
        (("diff", "baseline", "absent.toml"), "absent.toml: cannot be read"),
        (("validate", "absent.toml"), "absent.toml: cannot be read"),
    ],
)
def test_mistakes_are_answered_with_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in _answer(capsys, *arguments, code=2)


def test_validate_goes_on_after_a_wrong_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("a =\n", encoding="utf-8")
    assert main(["scenario", "validate", str(wrong), "baseline"]) == 2
    told = capsys.readouterr()
    assert f"{wrong}: line 1" in told.err
    assert told.out == "baseline: valid\n"
    assert _answer(capsys, "validate", "baseline") == "baseline: valid\n"


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(json.loads(_answer(capsys, "schema"))["properties"]) == {*chapters(), "seed"}


@pytest.mark.parametrize("key", ["seed", "emission.rate", "emission__rate", "emission"])
def test_explain_answers_for_keys_and_chapters(capsys: pytest.CaptureFixture[str], key: str) -> None:
    words = _answer(capsys, "explain", key)
    assert key.replace("__", ".") in words
    assert catalogue().get(key.replace("__", "."), catalogue()["emission.rate"]).doc in words


def test_explain_alone_lists_the_chapters(capsys: pytest.CaptureFixture[str]) -> None:
    words = _answer(capsys, "explain")
    assert all(f"[{chapter}]" in words for chapter in chapters())


def test_diff_names_the_keys_that_differ(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(load("baseline", {"time.days": 3}).to_toml(), encoding="utf-8")
    assert _answer(capsys, "diff", "baseline", str(other)) == "time.days: 30 → 3  days\n"
    assert _answer(capsys, "diff", str(other), str(other)) == "no difference\n"


def test_damaged_files_are_refused_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(DAMAGE)
    from scenario_damage import damaged

    refused = []
    for number in range(100):
        path = tmp_path / f"{number:03}.toml"
        path.write_bytes(damaged(number).octets)
        try:
            load(path)
        except ScenarioError:
            refused.append(path)
    valid = sorted(set(tmp_path.glob("*.toml")) - set(refused))
    assert len(refused) >= 50
    assert len(valid) >= 5
    done = subprocess.run(
        [sys.executable, "-c", START, "scenario", "validate", *map(str, [*refused, *valid])],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    assert all(f"{path}: " in done.stderr for path in refused)
    assert done.stdout.splitlines() == [f"{path}: valid" for path in valid]


def test_a_shown_scenario_is_toml_for_any_reader(capsys: pytest.CaptureFixture[str]) -> None:
    for name in available():
        assert tomllib.loads(_answer(capsys, "show", name))["scenario"]["name"] == name.rpartition("/")[2]
