"""Runs regression scenarios and compares them with their accepted figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chain.errors import ChainError
from sim.errors import MedSimError
from sim.regression.accepted import (
    ACCEPTED_NAME,
    Accepted,
    accept,
    counted,
    load_accepted,
    save_accepted,
)
from sim.regression.comparison import differences
from sim.regression.errors import RegressionError
from sim.results.results import RunResults

Simulate = Callable[[Path], RunResults]
"""Runs the scenario of a TOML file."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one scenario: its differences, or the error that kept it from a result."""

    scenario: str
    wall_s: float
    differences: tuple[str, ...] = ()
    error: str | None = None

    @property
    def well(self) -> bool:
        """Whether the run is as accepted."""
        return self.error is None and not self.differences


def check(directory: Path, simulate: Simulate) -> Iterator[Verdict]:
    """Run each scenario of a directory in order of name and yield its verdict.

    Raises `RegressionError` where there is no directory, no scenario, or accepted figures are unreadable.
    """
    accepted = load_accepted(directory / ACCEPTED_NAME)
    paths = scenario_paths(directory)
    for path in paths:
        yield _verdict(path, simulate, accepted.get(path.stem))
    for name in sorted(set(accepted) - {path.stem for path in paths}):
        yield Verdict(name, 0.0, (f"{ACCEPTED_NAME} has figures for it, but there is no {name}.toml",))


def accept_all(directory: Path, simulate: Simulate, reason: str) -> list[str]:
    """Run each scenario, accept what it gives with `reason` on record, return the names that changed.

    Raises `RegressionError` without a reason, and whatever a run raises; nothing is written then.
    """
    if not reason.strip():
        raise RegressionError('accepting new figures needs a reason: --accept --reason "why they moved"')
    path = directory / ACCEPTED_NAME
    before = load_accepted(path)
    after: dict[str, Accepted] = {}
    changed = []
    for scenario in scenario_paths(directory):
        results, name = simulate(scenario), scenario.stem
        known, values = before.get(name), counted(results.kpis)
        if known is not None and not differences(known, results.digest, results.table_digests, values):
            after[name] = known
            continue
        after[name] = accept(known, results.digest, results.table_digests, values, reason.strip())
        changed.append(name)
    changed += sorted(set(before) - set(after))
    if changed:
        save_accepted(path, after)
    return changed


def scenario_paths(directory: Path) -> list[Path]:
    """Return the scenarios of a directory in order of name; raise `RegressionError` where there are none."""
    if not directory.is_dir():
        raise RegressionError(f"{directory}: no such directory of regression scenarios")
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise RegressionError(f"{directory}: holds no scenario (*.toml)")
    return paths


def _verdict(path: Path, simulate: Simulate, accepted: Accepted | None) -> Verdict:
    try:
        results = simulate(path)
    except (MedSimError, ChainError) as error:
        return Verdict(path.stem, 0.0, error=f"{type(error).__name__}: {error}")
    if accepted is None:
        found = [f"no accepted figures; accept them with --accept --reason: digest is {results.digest}"]
    else:
        found = differences(accepted, results.digest, results.table_digests, counted(results.kpis))
    return Verdict(path.stem, results.wall_s, tuple(found))
