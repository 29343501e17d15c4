"""Reads a run directory back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.metrics.kpi import Kpi
from sim.metrics.schema import TableError
from sim.metrics.tables import schema
from sim.results.encoding import Json, read_json_object
from sim.results.errors import RunDamaged, RunNotFound
from sim.results.files import table_path
from sim.results.seal import SEAL_NAME


class StoredRun:
    """A finished run on disk. Opening asks for DONE only; `verify` is what vouches for the content."""

    def __init__(self, path: Path) -> None:
        """Raise `RunNotFound` where nothing stands, `RunDamaged` where a run was not finished."""
        if not path.is_dir():
            raise RunNotFound(f"{path}: no run directory there")
        if not (path / SEAL_NAME).is_file():
            raise RunDamaged(f"{path}: has no {SEAL_NAME}, so it is no finished run")
        self.path = path

    @cached_property
    def manifest(self) -> dict[str, Json]:
        """The manifest; raises `RunDamaged` where it cannot be read."""
        return read_json_object(self.path / "manifest.json")

    @cached_property
    def kpis(self) -> Mapping[str, Kpi]:
        """The KPIs with their details; raises `RunDamaged` where they do not fit their form."""
        figures = read_json_object(self.path / "kpis.json")
        details = read_json_object(self.path / "kpis_detail.json")
        try:
            return {name: _kpi(figures[name], details[name]) for name in figures}
        except (KeyError, TypeError, ValueError) as error:
            raise RunDamaged(f"{self.path}: kpis.json and kpis_detail.json do not fit: {error!r}") from error

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; raises `TableError` for an unknown name, `RunDamaged` where it cannot be read."""
        declared = schema(name)
        path = self.path / table_path(name)
        try:
            return declared.frame(pq.read_table(path))
        except (OSError, pa.ArrowException, KeyError, ValueError, TableError) as error:
            raise RunDamaged(f"{path}: cannot be read: {error}") from error

    def journal(self) -> list[str]:
        """Return the lines of the journal; raises `RunDamaged` where they cannot be read."""
        try:
            return (self.path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise RunDamaged(f"{self.path}: journal.jsonl cannot be read: {error}") from error


def _kpi(figure: Json, detail: Json) -> Kpi:
    if not isinstance(figure, dict) or not isinstance(detail, dict):
        raise TypeError("a KPI is no JSON object")
    interval = detail["interval"]
    return Kpi(
        value=figure["value"],
        unit=figure["unit"],
        reason=figure.get("reason"),
        n=detail["n"],
        interval=None if interval is None else (interval[0], interval[1]),
        grade=detail["grade"],
        beside=detail["beside"],
    )
