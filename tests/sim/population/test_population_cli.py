"""`medsim population` from the user's side: output, exit codes, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main


def test_import_says_what_it_found_and_the_directory_last(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    told = ["--licence", "CC0", "--country", "KR", "--note", "a fixture"]
    assert main(["population", "import", str(data / "synthea-java"), *told]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0].startswith("population synthea-java: 1 patients, 1 encounters, 13 resources")
    assert lines[-1] == "populations/synthea-java"
    assert "a fixture" in captured.out
    assert captured.err == ""
    assert main(["population", "describe", "populations/synthea-java"]) == 0
    assert capsys.readouterr().out.splitlines() == lines[:-1]


def test_a_folder_that_is_no_fhir_ends_with_exit_code_2_and_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.json").write_text('{"resourceType": "Bun')
    assert main(["population", "import", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "broken.json: is cut off" in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()


def test_generate_without_its_extra_ends_with_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.population.generating.find_spec", lambda _name: None)
    monkeypatch.chdir(tmp_path)
    assert main(["population", "generate", "-n", "3", "--seed", "1"]) == 2
    assert "pip install -e '.[synthea]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_generate_hands_its_wishes_to_the_generator(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "packages" / "synthea"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    source = data / "synthea-java"
    script = f"import shutil, sys; shutil.copytree({str(source)!r}, sys.argv[-1], dirs_exist_ok=True)"
    (package / "cli.py").write_text(script)
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.chdir(tmp_path)
    assert main(["population", "generate", "-n", "1", "--seed", "7"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == "populations/generated-1-s7"
    assert "seed 7, histories until 2018-10-01" in captured.out
    assert captured.err == ""
