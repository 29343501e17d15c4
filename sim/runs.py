"""Running scenarios from Python: `run("baseline", emission__rate=0.1)` gives a `Run` to look at."""

from __future__ import annotations

import html
import shutil
import weakref
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from tempfile import mkdtemp
from typing import Never

import pandas as pd

from sim.metrics.kpi import Kpi, Number
from sim.results import RunResults, write_run
from sim.scenario import Scenario, load

HEADLINES = (
    "act.visits",
    "act.gas_per_visit",
    "act.fee_per_visit_krw",
    "chain.latency_p50_s",
    "chain.gas_used_share",
    "reward.patient_med",
    "reward.provider_med",
    "token.inflation_year_share",
    "record.false_accepts",
    "privacy.plaintext_on_chain_bytes",
)
"""Figures that a notebook shows first."""

NEAR = 3
"""So many near names answer one that is unknown."""


class Figures(dict[str, Number | None]):
    """Values of KPIs by name; a name that is none is answered with those near it."""

    def __missing__(self, name: str) -> Never:
        raise KeyError(_unknown(str(name), self, "KPI"))


class Run:
    """One finished run in memory."""

    def __init__(self, scenario: Scenario, results: RunResults) -> None:
        self.scenario = scenario
        self.results = results
        self._written: Path | None = None

    def __repr__(self) -> str:
        return f"Run({self.scenario.name!r}, seed={self.scenario.seed}, digest={self.digest[:12]})"

    @property
    def digest(self) -> str:
        """SHA-256 over the tables and the KPIs: equal for equal runs, whatever machine or engine made them."""
        return self.results.digest

    @property
    def kpis(self) -> Mapping[str, Number | None]:
        """Every KPI's value by name; None where it is undefined (`kpi(name).reason` says why).

        An unknown name raises `KeyError` naming the known ones.
        """
        return Figures({name: kpi.value for name, kpi in self.results.kpis.items()})

    def kpi(self, name: str) -> Kpi:
        """Return one KPI with unit, reason, count and grade; raise `KeyError` naming the known ones."""
        return self.results.kpis[_known(name, self.results.kpis, "KPI")]

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of one table; raise `KeyError` naming the known ones."""
        return self.results.tables[_known(name, self.results.tables, "table")].copy()

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(self.results.tables)

    def save(self, out: str | Path = "runs", *, force: bool = False) -> Path:
        """Write the run directory under `out` and return its path; an equal one that stands there is kept."""
        from reports import render

        self._written = write_run(Path(out), self.results, force=force, make_report=render).path
        return self._written

    def report(self) -> Path:
        """Return the path of the report, inside the run directory of a run that was saved.

        A run that was not saved writes into a temporary folder, which vanishes with this object, at the latest
        when Python exits: call `save` first to keep the report.
        """
        if self._written is None:
            temporary = mkdtemp(prefix="medsim-")
            weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)
            self.save(temporary)
        assert self._written is not None
        return self._written / "report.html"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'>{name}</td><td>{_shown(kpi)}</td>"
            f"<td style='text-align:left'>{html.escape(kpi.unit)}</td><td>{kpi.grade}</td></tr>"
            for name, kpi in ((name, self.results.kpis[name]) for name in HEADLINES)
        )
        return (
            f"<h4>{html.escape(self.scenario.title)}</h4>"
            f"<p>{html.escape(self.scenario.question)}</p>"
            f"<table><thead><tr><th>figure</th><th>value</th><th>unit</th><th>grade</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
            f"<p>seed {self.scenario.seed}, engine {self.results.engine}, 1 run, no interval, "
            f"digest {self.digest[:12]}</p>"
        )


def run(scenario: str | Path | Scenario, *, seed: int | None = None, **overrides: object) -> Run:
    """Run a scenario (name, path, or a loaded one) and return the result.

    Keys are changed by keyword, a double underscore between chapter and key: `run("baseline", emission__rate=0.1)`.
    Raises `ScenarioError` naming the key, the value and what is allowed, before anything starts.
    """
    from sim.runner import simulate
    from sim.scenario import override

    changes = dict(overrides) if seed is None else {**overrides, "seed": seed}
    if isinstance(scenario, Scenario):
        loaded = override(scenario, changes)
        return Run(loaded, simulate(loaded))
    loaded = load(scenario, changes)
    return Run(loaded, simulate(loaded, source=str(scenario)))


def _known(name: str, known: Mapping[str, object], kind: str) -> str:
    if name not in known:
        raise KeyError(_unknown(name, known, kind))
    return name


def _unknown(name: str, known: Mapping[str, object], kind: str) -> str:
    """Say that there is no such thing; names that begin with `name` come first among the near ones."""
    begun = [other for other in known if other.startswith(name)]
    near = dict.fromkeys([*begun, *get_close_matches(name, known, n=NEAR)])
    hint = f"; did you mean {' or '.join(list(near)[:NEAR])}?" if name and near else ""
    return f"no {kind} {name!r}; known are {', '.join(known)}{hint}"


def _shown(kpi: Kpi) -> str:
    if kpi.value is None:
        return f"undefined: {html.escape(kpi.reason or '')}"
    return f"{kpi.value:,}" if isinstance(kpi.value, int) else f"{kpi.value:,.6g}"
