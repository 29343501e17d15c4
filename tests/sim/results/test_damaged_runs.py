"""No damaged run passes for a result: 200 random damages, each named, and the crafted ones."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from synthetic_run import plain_report, synthetic_results

from sim.results import RunNotFound, verify, write_run
from sim.results.seal import UNSEALED_NAMES, seal_text, sealed_file
from sim.results.verification import TEMPORARY_PREFIX

DAMAGED_RUNS = 200

Damage = Callable[[Path, random.Random], set[str]]
"""Damages a run and returns the names of which `verify` must complain of at least one."""


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs"), synthetic_results(), make_report=plain_report).path


@pytest.fixture(scope="module")
def other_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("others"), synthetic_results(8), make_report=plain_report).path


def _files(run: Path) -> list[Path]:
    return sorted(path for path in run.rglob("*") if path.is_file())


def _name(run: Path, file: Path) -> set[str]:
    name = file.relative_to(run).as_posix()
    return {"report.html", "report.sha256"} if name.startswith("report.") else {name}


def flip_a_bit(run: Path, chance: random.Random) -> set[str]:
    file = chance.choice(_files(run))
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    return _name(run, file)


def cut_the_end(run: Path, chance: random.Random) -> set[str]:
    file = chance.choice(_files(run))
    content = file.read_bytes()
    file.write_bytes(content[: chance.randrange(len(content))])
    return _name(run, file)


def lose_a_file(run: Path, chance: random.Random) -> set[str]:
    file = chance.choice(_files(run))
    file.unlink()
    return _name(run, file)


def add_a_file(run: Path, chance: random.Random) -> set[str]:
    file = chance.choice([run, run / "tables"]) / f"extra-{chance.randrange(1000)}.parquet"
    file.write_bytes(b"extra")
    return _name(run, file)


def add_a_folder(run: Path, chance: random.Random) -> set[str]:
    folder = run / f"folder-{chance.randrange(1000)}"
    folder.mkdir()
    return {folder.name}


def swap_two_files(run: Path, chance: random.Random) -> set[str]:
    first, second = chance.sample(_files(run), 2)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    return _name(run, first) | _name(run, second)


def edit_json(run: Path, chance: random.Random) -> set[str]:
    file = chance.choice([run / "kpis.json", run / "kpis_detail.json", run / "manifest.json"])
    document = json.loads(file.read_text())
    document[chance.choice(sorted(document))] = chance.randrange(10**6)
    file.write_text(json.dumps(document))
    return _name(run, file)


def append_bytes(run: Path, chance: random.Random) -> set[str]:
    file = chance.choice(_files(run))
    with file.open("ab") as stream:
        stream.write(chance.randbytes(chance.randint(1, 9)))
    return _name(run, file)


DAMAGES: tuple[Damage, ...] = (
    flip_a_bit, cut_the_end, lose_a_file, add_a_file, add_a_folder, swap_two_files, edit_json, append_bytes,
)  # fmt: skip


def test_of_200_damaged_runs_none_passes(whole_run: Path, tmp_path: Path) -> None:
    assert verify(whole_run) == []
    found = 0
    for number in range(DAMAGED_RUNS):
        chance = random.Random(number)
        damage = DAMAGES[number % len(DAMAGES)]
        run = tmp_path / "run"
        shutil.copytree(whole_run, run)
        expected = damage(run, chance)
        problems = verify(run)
        assert problems, f"{damage.__name__} of seed {number} passed"
        named = {problem.file for problem in problems}
        assert named & expected, f"{damage.__name__} of seed {number}: {expected} is not among {named}"
        found += 1
        shutil.rmtree(run)
    assert found == DAMAGED_RUNS


def test_every_problem_is_named_at_once(whole_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole_run, run)
    (run / "kpis.json").unlink()
    (run / "scenario.toml").write_bytes((run / "scenario.toml").read_bytes()[:-1])
    (run / "story.json").write_bytes((run / "story.json").read_bytes()[:-1] + b" ")
    (run / "notes.txt").write_text("mine")
    (run / "report.html").unlink()
    assert {(problem.kind, problem.file) for problem in verify(run)} == {
        ("missing", "kpis.json"),
        ("cut", "scenario.toml"),
        ("changed", "story.json"),
        ("extra", "notes.txt"),
        ("missing", "report.html"),
    }
    assert "cut: scenario.toml: has 13 of 14 bytes" in {str(problem) for problem in verify(run)}


def test_a_link_does_not_stand_for_a_file(whole_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole_run, run)
    (run / "kpis.json").rename(tmp_path / "kpis.json")
    (run / "kpis.json").symlink_to(tmp_path / "kpis.json")
    assert [(problem.kind, problem.file) for problem in verify(run)] == [("missing", "kpis.json")]


def test_a_run_of_a_temporary_name_is_unfinished(whole_run: Path, tmp_path: Path) -> None:
    run = tmp_path / f"{TEMPORARY_PREFIX}tiny"
    shutil.copytree(whole_run, run)
    assert [problem.kind for problem in verify(run)] == ["unfinished"]


def test_a_renamed_run_is_whole(whole_run: Path, tmp_path: Path) -> None:
    shutil.copytree(whole_run, tmp_path / "kept for the paper")
    assert verify(tmp_path / "kept for the paper") == []


def test_no_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunNotFound, match="no run directory there"):
        verify(tmp_path / "absent")


def _seal_again(run: Path) -> None:
    files = {path.relative_to(run).as_posix(): path for path in _files(run)}
    sealed = {
        name: sealed_file(path.read_bytes()) for name, path in files.items() if name not in UNSEALED_NAMES
    }
    (run / "DONE").write_text(seal_text(sealed))


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("kpis.json", "digest is not what the files give"),
        ("tables/stakers.parquet", "table_digests is not what the files give"),
        ("journal.jsonl", "journal_head is not what the files give"),
    ],
)
def test_files_of_two_runs_under_one_new_seal_contradict(
    whole_run: Path, other_run: Path, tmp_path: Path, file: str, complaint: str
) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole_run, run)
    shutil.copyfile(other_run / file, run / file)
    if file == "kpis.json":
        (run / file).write_text((run / file).read_text().replace('"value": 100', '"value": 101', 1))
    _seal_again(run)
    assert any(problem.kind == "inconsistent" and complaint in problem.detail for problem in verify(run))


def test_a_sealed_run_that_cannot_be_read_is_inconsistent(whole_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole_run, run)
    (run / "tables" / "gas.parquet").write_bytes(b"PAR1")
    _seal_again(run)
    assert [problem.kind for problem in verify(run)] == ["inconsistent"]


def test_a_report_that_was_written_and_is_gone_with_its_hash_is_missed(
    whole_run: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole_run, run)
    for name in ("report.html", "report.sha256"):
        (run / name).unlink()
    assert [(problem.kind, problem.file) for problem in verify(run)] == [("missing", "report.html")]
