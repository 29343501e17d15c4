"""The command line: exit codes, clear errors, quiet in a pipe, fast to help."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from synthetic_run import plain_report, synthetic_results

from chain.errors import InvalidBlock
from reports import ReportError
from sim.cli import ARROW_MEMORY, main
from sim.cli.progress import TerminalProgress
from sim.cli.run import ENGINES, SIGNINGS
from sim.errors import InvariantViolated
from sim.results import RunResults, StoredRun, verify, write_run
from sim.results.verification import TEMPORARY_PREFIX
from sim.scenario import Scenario, available, catalogue, load

MEDSIM = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"

HEAVY = (
    "eth",
    "web3",
    "simpy",
    "pandas",
    "pyarrow",
    "numpy",
    "pydantic",
    "matplotlib",
    "jinja2",
    "nacl",
    "tqdm",
)


class Runner:
    """Stands where the simulation does: remembers what it was asked and gives a small whole result."""

    def __init__(self) -> None:
        self.scenarios: list[Scenario] = []
        self.mishap: BaseException | None = None
        self.changed: dict[str, Any] = {}

    def simulate(
        self,
        scenario: Scenario,
        *,
        progress: Any = None,
        source: str | None = None,
        expected_journal: Any = None,
        seal: Any = None,
    ) -> RunResults:
        assert source
        assert seal is None, "an opening is sealed as usual where nothing else is asked for"
        assert expected_journal is None or self.scenarios, "only a run that stands there is compared with"
        self.scenarios.append(scenario)
        if progress is not None:
            progress(86_400.0, 30 * 86_400.0)
        if self.mishap is not None:
            raise self.mishap
        results = synthetic_results(scenario_name=scenario.name, engine=scenario.chain.engine)
        named = replace(results, seed=scenario.seed, scenario_digest=scenario.digest)
        return replace(named, signing=scenario.chain.signing, **self.changed)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Runner:
    runner = Runner()
    monkeypatch.setattr("sim.runner.simulate", runner.simulate)
    monkeypatch.setattr("reports.render", plain_report)
    return runner


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom sim.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print('loaded:', sorted({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded: []\n")
    for command in ("run", "report", "verify", "check", "estimate", "scenario", "population", "contracts"):
        assert f"\n    {command}" in done.stdout


def test_a_run_prints_its_directory_last_and_nothing_else(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "baseline", "--out", str(tmp_path), "--seed", "5", "--signing", "trusted"]) == 0
    told = capsys.readouterr()
    path = tmp_path / f"baseline-{load('baseline').digest[:8]}-s5-pyevm"
    assert told.out == f"{path}\n"
    assert told.err == ""
    assert verify(path) == []
    assert (path / "report.html").is_file()
    assert (runner.scenarios[0].seed, runner.scenarios[0].chain.signing) == (5, "trusted")


def test_settings_may_be_repeated(runner: Runner, tmp_path: Path) -> None:
    settings = ["--set", "time.days=3", "--set", "checkin.direction=ticket", "--set", "seed=9"]
    assert main(["run", "baseline", "--out", str(tmp_path), "--engine", "pyevm", *settings]) == 0
    scenario = runner.scenarios[0]
    assert (scenario.time.days, scenario.checkin.direction, scenario.seed) == (3, "ticket", 9)


def test_an_equal_run_is_kept_and_a_different_one_needs_force(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["run", "baseline", "--out", str(tmp_path)]
    assert main(command) == 0
    assert main(command) == 0
    told = capsys.readouterr()
    path = Path(told.out.splitlines()[-1])
    assert told.err.splitlines() == [
        f"{path} stands there already; simulating again to compare block by block",
        "an equal result stood there already and was kept",
    ]
    assert len(runner.scenarios) == 2
    runner.changed = {"tables": synthetic_results(99).tables}
    assert main(command) == 2
    assert "a different result stands there" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0
    assert capsys.readouterr().err == ""
    other = replace(synthetic_results(), **runner.changed)
    assert StoredRun(path).manifest["digest"] == other.digest


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "no-such-scenario"], "no-such-scenario"),
        (["run", "baseline", "--seed", "x"], 'seed = "x"'),
        (["run", "baseline", "--engine", "geth"], 'chain.engine = "geth"'),
        (["run", "baseline", "--signing", "none"], 'chain.signing = "none"'),
        (["run", "baseline", "--set", "time.days"], "time.days"),
        (["run", "baseline", "--set", "time.dayz=3"], "time.dayz"),
        (["estimate", "baseline", "--set", "time.days=0"], "time.days = 0"),
        (["verify", "absent"], "absent: no run directory there"),
        (["report", "absent"], "absent: no run directory there"),
        (["check", "absent"], "absent: no such directory of regression scenarios"),
        (["check", "absent", "--accept"], "needs a reason"),
        (["check", "absent", "--reason", "why"], "--reason goes with --accept"),
        (["check", "absent", "--accept", "--reason", "why", "--junitxml", "f"], "give one of them"),
    ],
)
def test_wrong_input_is_one_clear_line_and_exit_code_2(
    runner: Runner, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert complaint in told.err
    assert told.err.startswith("medsim: ")
    assert told.err.count("\n") == 1
    assert runner.scenarios == []


@pytest.mark.parametrize("place", ["file", "file/inside", "/proc/x", "/proc", "link", "n" * 300])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_simulated(
    runner: Runner, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert main(["run", "baseline", "--out", str(tmp_path / place)]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"medsim: {tmp_path / place}: cannot be written to: ")
    assert told.err.count("\n") == 1
    assert runner.scenarios == []
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_what_is_no_run_at_the_place_is_refused_before_anything_is_simulated(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["run", "baseline", "--out", str(tmp_path)]
    assert main(command) == 0
    path = Path(capsys.readouterr().out.strip())
    (path / "kpis.json").write_text("{}")
    assert main(command) == 2
    told = capsys.readouterr()
    assert "is no whole run (cut: kpis.json" in told.err
    assert told.out == ""
    assert len(runner.scenarios) == 1
    assert main([*command, "--force"]) == 0
    assert verify(path) == []


def test_the_help_of_a_run_names_every_engine_and_signing_and_says_that_repeats_are_simulated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert catalogue()["chain.engine"].allowed == ENGINES
    assert catalogue()["chain.signing"].allowed == SIGNINGS
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert f"engine of EVM and staking coins: {', '.join(ENGINES)}" in words
    assert f"{' or '.join(SIGNINGS)}: sign" in words
    assert "--set emission.rate=0.1" in words
    assert "simulated again and compared" in words


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"medsim {version('medsim')}\n"


@pytest.mark.parametrize(
    ("arguments", "verbs"),
    [
        ([], ["run", "report", "verify", "check", "estimate", "scenario", "population", "contracts"]),
        (["scenario"], ["list", "show", "validate", "schema", "explain", "diff"]),
        (["population"], ["import", "generate", "describe"]),
        (["contracts"], ["list", "build", "check"]),
    ],
)
def test_a_command_without_its_verb_lists_the_verbs_and_each_describes_itself(
    arguments: list[str], verbs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    for verb in verbs:
        assert re.search(rf"^ +{verb}\s+\w", told.err, re.MULTILINE)
        with pytest.raises(SystemExit):
            main([*arguments, verb, "--help"])
        usage, description, *_ = capsys.readouterr().out.split("\n\n")
        assert usage.startswith(f"usage: medsim {' '.join([*arguments, verb])}")
        assert re.match(r"[A-Z].*[.]$", " ".join(description.split()))


def test_the_help_of_scenario_names_its_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = capsys.readouterr().err
    words = told[told.index("    scenario") : told.index("    population")]
    assert all(verb in words for verb in ("list", "show", "validate", "explain", "diff", "schema"))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "ascii:strict", "utf-8"])
def test_what_an_encoding_lacks_is_escaped(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEDSIM, "scenario", "diff", "baseline", "regression/smoke"],
        env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr == b""
    arrow = "→".encode(encoding.partition(":")[0], "backslashreplace")
    assert b"time.days: 30 " + arrow + b" 2  days" in done.stdout


@pytest.mark.parametrize("arguments", [["fly"], ["run"], ["run", "baseline", "--frce"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: medsim" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mishap", "code", "said"),
    [
        (InvariantViolated("supply", 77, 5, "1 ≠ 2", "medsim run x"), 1, "invariant 'supply' is broken"),
        (InvalidBlock("block 9 is too large"), 1, "block 9 is too large"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_a_run_that_fails_says_so_and_leaves_nothing(
    runner: Runner,
    tmp_path: Path,
    mishap: BaseException,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runner.mishap = mishap
    assert main(["run", "baseline", "--out", str(tmp_path / "runs")]) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("mishap", "code"), [(ReportError(Path("kpis.json"), "is torn"), 2), (KeyboardInterrupt(), 130)]
)
def test_a_report_that_cannot_be_made_leaves_no_result(
    runner: Runner, tmp_path: Path, mishap: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path) -> str:
        raise mishap

    monkeypatch.setattr("reports.render", fail)
    assert main(["run", "baseline", "--out", str(tmp_path)]) == code
    assert list(tmp_path.iterdir()) == []
    assert len(runner.scenarios) == 1


def test_verify_names_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_run(tmp_path, synthetic_results()).path
    assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: whole, digest {synthetic_results().digest}\n"
    (path / "story.json").unlink()
    (path / "kpis.json").write_text("{}")
    assert main(["verify", str(path)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(":")[:2] for line in told.err.splitlines()] == [
        ["cut", " kpis.json"],
        ["missing", " story.json"],
    ]


@pytest.mark.parametrize("command", ["verify", "report"])
def test_a_folder_of_runs_is_answered_with_the_runs_inside(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = sorted(write_run(tmp_path, synthetic_results(seed=1, engine=name)).path for name in ("a", "b"))
    (tmp_path / "other").mkdir()
    paths[0].rename(tmp_path / f"{TEMPORARY_PREFIX}left")
    paths[0] = write_run(tmp_path, synthetic_results(seed=1, engine="a")).path
    assert main([command, str(tmp_path)]) == 2
    listed = "".join(f"\n  {path}" for path in paths)
    words = f"medsim: {tmp_path}: is a folder of runs, not a run; did you mean{listed}\n"
    assert capsys.readouterr().err == words
    assert main(["verify", str(tmp_path / "other")]) == 1
    assert capsys.readouterr().err.startswith("unfinished: DONE")


def test_the_report_is_made_again_but_never_from_a_damaged_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reports.render", plain_report)
    path = write_run(tmp_path, synthetic_results()).path
    assert main(["report", str(path)]) == 0
    assert capsys.readouterr().out == f"{path / 'report.html'}\n"
    assert verify(path) == []
    assert main(["report", str(path), "--out", str(tmp_path / "r.html")]) == 0
    assert (tmp_path / "r.html").read_text() == plain_report(path)
    assert main(["report", str(path), "--out", str(tmp_path / "no" / "r.html")]) == 2
    (path / "inputs.json").unlink()
    assert main(["report", str(path)]) == 2
    assert "missing: inputs.json" in capsys.readouterr().err


def test_check_accepts_compares_and_reports(
    runner: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.toml").write_text('[scenario]\nname = "one"\ntitle = "One"\nquestion = "Why?"\n')
    check = ["check", str(tmp_path)]
    verdicts = tmp_path / "verdicts.xml"
    assert main(check) == 1
    assert main([*check, "--accept", "--reason", "first"]) == 0
    assert main([*check, "--accept", "--reason", "again"]) == 0
    assert main([*check, "--junitxml", str(verdicts)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[-4:] == [
        "accepted: one",
        "nothing changed, nothing to accept",
        "ok     one (1.5 s)",
        "1 of 1 scenarios are as accepted",
    ]
    suite = ElementTree.parse(verdicts).find("testsuite")
    assert suite is not None
    assert suite.attrib["failures"] == "0"
    runner.changed = {"tables": synthetic_results(3).tables}
    assert main([*check, "--junitxml", str(verdicts)]) == 1
    assert "  table stakers has other values" in capsys.readouterr().err
    assert b'failures="1"' in verdicts.read_bytes()
    runner.mishap = InvariantViolated("supply", 1, 5, "1 ≠ 2", "medsim run x")
    assert main(check) == 1
    assert "InvariantViolated: invariant 'supply'" in capsys.readouterr().err


@pytest.mark.parametrize("named", [[], ["regression"]])
def test_check_finds_the_packaged_scenarios_wherever_it_is_called(
    runner: Runner,
    named: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    packaged = [name.removeprefix("regression/") for name in available() if name.startswith("regression/")]
    assert main(["check", *named]) == 1
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()[:-1]] == packaged
    assert [scenario.name for scenario in runner.scenarios] == packaged
    assert main(["check", "./regression"]) == 2
    (tmp_path / "regression").mkdir()
    (tmp_path / "regression" / "own.toml").write_text('[scenario]\nname = "own"\n')
    assert main(["check", "./regression"]) == 1
    assert capsys.readouterr().out.splitlines()[0].split()[1] == "own"


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MEDSIM, "scenario", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_progress_with_the_time_left_is_for_terminals_only(stream: io.StringIO, shown: bool) -> None:
    with TerminalProgress("baseline", stream) as progress:
        for day in range(1, 4):
            progress(day * 86_400.0, 3 * 86_400.0)
    assert bool(stream.getvalue()) == shown
    if shown:
        assert "baseline" in stream.getvalue()
        assert "/3.0 days" in stream.getvalue()
        assert " left" in stream.getvalue()


def test_progress_that_never_began_closes_well() -> None:
    with TerminalProgress("baseline", Terminal()):
        pass


def test_an_interrupt_during_a_real_run_is_130_and_leaves_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    runs = tmp_path / "runs"
    program = (
        "import sys, os, signal, sim.runner as runner\nfrom sim.cli import main\n"
        "first = runner.simulate\n"
        "def simulate(scenario, **known):\n"
        "    return first(scenario, progress=lambda done, whole: os.kill(os.getpid(), signal.SIGINT))\n"
        "runner.simulate = simulate\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "run", "regression/smoke", "--out", str(runs)],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "")
    assert "medsim: interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    assert not runs.exists()


@pytest.mark.parametrize(("chosen", "pool"), [(None, "system"), ("mimalloc", "mimalloc")])
def test_arrow_takes_its_memory_from_the_system_unless_a_user_chose(chosen: str | None, pool: str) -> None:
    program = (
        "import contextlib, sys; from sim.cli import main; sys.argv = ['medsim', '--help']\n"
        "with contextlib.redirect_stdout(None), contextlib.suppress(SystemExit): main()\n"
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    environment = {name: value for name, value in os.environ.items() if name != ARROW_MEMORY}
    environment |= {} if chosen is None else {ARROW_MEMORY: chosen}

    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == pool
