"""What a run leaves in memory, before it is written down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from sim.metrics.kpi import Kpi
from sim.results.digest import Digested
from sim.results.encoding import Json


@dataclass(frozen=True)
class RunResults(Digested):
    """A whole result.

    `scenario_digest` is the hex SHA-256 of the resolved scenario without seed, engine and signing;
    `scenario_toml` the scenario with every default spelled out; `inputs` a mapping per parameter (key, value,
    default, unit, minimum, maximum, allowed, grade, source, doc); `tables` every table of
    `sim.metrics.tables`; `journal` the journal's lines. `story` is one record's story ({time_s, title,
    text, fields} each), its QR code as PNG beside it. `facts` is what the report tells beyond tables and
    KPIs (the population, for one); it and `versions` and `wall_s` are metadata outside the digest.
    """

    scenario_name: str
    scenario_digest: str
    scenario_toml: str
    seed: int
    engine: str
    signing: str
    inputs: Sequence[Mapping[str, Json]]
    tables: Mapping[str, pd.DataFrame]
    kpis: Mapping[str, Kpi]
    journal: Sequence[str]
    head_hash: str
    state_root: str
    wall_s: float
    versions: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    story: Sequence[Mapping[str, Json]] = ()
    story_qr_png: bytes | None = None

    def files(self, *, report: bool) -> dict[str, bytes]:
        """Return all files that DONE seals, by path inside the run directory."""
        from sim.results.files import run_files  # which knows what a result is

        return run_files(self, report=report)

    @property
    def directory_name(self) -> str:
        """Name of the directory it is written to."""
        return directory_name(self.scenario_name, self.scenario_digest, self.seed, self.engine)


def directory_name(scenario_name: str, scenario_digest: str, seed: int, engine: str) -> str:
    """Return the name of a run's directory: `<scenario>-<scenario hash8>-s<seed>-<engine>`."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", scenario_name).strip(".-") or "scenario"
    return f"{name}-{scenario_digest.removeprefix('0x')[:8]}-s{seed}-{engine}"
