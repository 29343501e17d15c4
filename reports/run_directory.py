"""A finished run as files: the only thing a report is made from.

Nothing of the simulation is imported here, so a report can be made where no EVM is installed.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from reports.errors import ReportError

NOT_MEASURED: Final = "not measured in this run"

TABLES: Final = (
    "balances",
    "blocks",
    "epochs",
    "faults",
    "gas",
    "governance",
    "propagation",
    "reorganisations",
    "rewards",
    "sale",
    "shares",
    "stakers",
    "supply",
    "transactions",
    "vesting",
    "visits",
)
"""Tables that a report reads; their columns are named where they are used."""

_WITH_NULLS: Final = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


@dataclass(frozen=True)
class Kpi:
    """One figure of a run; `value` is None where it is undefined, and `reason` then says why."""

    name: str
    value: int | float | str | None
    unit: str
    reason: str | None = None
    n: int | None = None
    interval: tuple[float, float] | None = None
    grade: str | None = None
    beside: tuple[tuple[str, float | None], ...] = ()

    @property
    def number(self) -> float | None:
        """The value as a float, or None where it is undefined or not finite."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        return float(self.value) if math.isfinite(self.value) else None


@dataclass(frozen=True)
class Input:
    """One scenario parameter as the run used it."""

    key: str
    value: object
    default: object
    unit: str
    grade: str
    source: str
    doc: str
    minimum: object = None
    maximum: object = None
    allowed: tuple[object, ...] = ()
    plausible: tuple[object, object] | None = None

    @property
    def changed(self) -> bool:
        """Whether the run departs from the parameter's default."""
        return self.value != self.default


@dataclass(frozen=True)
class StoryStep:
    """One moment in the life of a record; `fields` are what the parties saw."""

    time_s: float
    title: str
    text: str
    fields: tuple[tuple[str, str], ...]


class RunDirectory:
    """Reads `manifest.json`, `scenario.toml`, `inputs.json`, tables, KPIs and the story of one run.

    The path of the run's report stands for its directory. Raises `ReportError`, naming the file, for whatever is
    missing, cut off or of another shape.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        if self.path.name == "report.html":
            self.path = self.path.parent
        if not self.path.is_dir():
            raise ReportError(self.path, "is not a run directory")

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """Schema version, seed, engine, signing, digest and versions."""
        return self._object("manifest.json")

    @cached_property
    def scenario(self) -> Mapping[str, Any]:
        """The scenario as resolved, every default spelled out."""
        path = self._file("scenario.toml")
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ReportError(path, f"is not TOML: {error}") from error

    def read_all(self) -> None:
        """Read every file a report needs, so that a damaged one is named before anything is drawn."""
        _ = self.manifest, self.scenario, self.inputs, self.kpis, self.story, self.story_qr_png
        for name in TABLES:
            self.table(name, ())

    def setting(self, key: str, default: Any = None) -> Any:
        """The value of a dotted scenario key, or `default` where the scenario has none."""
        value: Any = self.scenario
        for part in key.split("."):
            if not isinstance(value, Mapping) or part not in value:
                return default
            value = value[part]
        return value

    def fact(self, key: str) -> Any:
        """What the run noted about itself under a dotted key of the manifest's `facts`; None where it did not."""
        value: Any = self.manifest.get("facts")
        for part in key.split("."):
            if not isinstance(value, Mapping):
                return None
            value = value.get(part)
        return value

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Every parameter with value, default, unit, grade and source."""
        path = self.path / "inputs.json"
        return tuple(_input(path, row) for row in self._rows("inputs.json"))

    @cached_property
    def kpis(self) -> Mapping[str, Kpi]:
        """Every KPI by name, with n, interval and grade from `kpis_detail.json`."""
        plain, detail = self._object("kpis.json"), self._object("kpis_detail.json")
        path = self.path / "kpis.json"
        return {name: _kpi(path, name, plain[name], detail.get(name, {})) for name in sorted(plain)}

    def kpi(self, name: str) -> Kpi:
        """One KPI; one that the run does not have is undefined, and says so."""
        return self.kpis.get(name, Kpi(name, None, "", NOT_MEASURED))

    @cached_property
    def story(self) -> tuple[StoryStep, ...]:
        """The steps of one record's life, in order of time; empty where the run has no story."""
        path = self.path / "story.json"
        return tuple(_step(path, row) for row in self._rows("story.json"))

    @cached_property
    def story_qr_png(self) -> bytes | None:
        """The QR picture of the story's check-in, or None where the run has none."""
        path = self.path / "story_qr.png"
        if not path.exists():
            return None
        picture = path.read_bytes()
        if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
            raise ReportError(path, "is not a PNG picture")
        return picture

    def table(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return a table with at least `columns`; whole numbers stay whole numbers even beside nulls."""
        frame = self._tables.get(name)
        if frame is None:
            frame = self._tables[name] = self._read_table(name)
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            path = self.path / "tables" / f"{name}.parquet"
            raise ReportError(path, f"has no column {', '.join(missing)}")
        return frame

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    def _read_table(self, name: str) -> pd.DataFrame:
        path = self._file(f"tables/{name}.parquet")
        try:
            with parquet.ParquetFile(path) as file:
                arrow = file.read(use_threads=False)  # small tables, for which threads only cost
        except (pa.ArrowException, OSError, ValueError) as error:
            raise ReportError(path, f"is not a whole parquet file: {error}") from error
        with_nulls = {
            name
            for name, column in zip(arrow.column_names, arrow.columns, strict=True)
            if column.null_count and column.type in _WITH_NULLS
        }
        if not with_nulls:
            plain: pd.DataFrame = arrow.to_pandas(use_threads=False)
            return plain
        frame: pd.DataFrame = arrow.to_pandas(types_mapper=_WITH_NULLS.get, use_threads=False)
        for column in set(frame.columns) - with_nulls:
            if isinstance(frame[column].dtype, pd.Int64Dtype):
                frame[column] = frame[column].astype("int64")
            elif isinstance(frame[column].dtype, pd.BooleanDtype):
                frame[column] = frame[column].astype("bool")
        return frame

    def _file(self, name: str) -> Path:
        path = self.path / name
        if not path.is_file():
            raise ReportError(path, "is missing; a run directory holds one")
        return path

    def _json(self, name: str) -> Any:
        path = self._file(name)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ReportError(path, f"is not JSON: {error}") from error

    def _object(self, name: str) -> Mapping[str, Any]:
        value = self._json(name)
        if not isinstance(value, dict):
            raise ReportError(self.path / name, "holds no JSON object")
        return value

    def _rows(self, name: str) -> list[dict[str, Any]]:
        value = self._json(name)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise ReportError(self.path / name, "holds no list of JSON objects")
        return value


def _kpi(path: Path, name: str, plain: Any, detail: Any) -> Kpi:
    if not isinstance(plain, dict) or "value" not in plain or not isinstance(detail, dict):
        raise ReportError(path, f"{name} has no value")
    bounds = detail.get("interval")
    interval = (float(bounds[0]), float(bounds[1])) if isinstance(bounds, list) and len(bounds) == 2 else None
    return Kpi(
        name=name,
        value=plain["value"],
        unit=str(plain.get("unit", "")),
        reason=plain.get("reason", detail.get("reason")),
        n=detail.get("n"),
        interval=interval,
        grade=detail.get("grade"),
        beside=tuple(sorted((detail.get("beside") or {}).items())),
    )


def _input(path: Path, row: Mapping[str, Any]) -> Input:
    if "key" not in row or "value" not in row:
        raise ReportError(path, f"has a parameter without key or value: {dict(row)!r:.120}")
    plausible = row.get("plausible")
    return Input(
        key=str(row["key"]),
        value=row["value"],
        default=row.get("default"),
        unit=str(row.get("unit") or ""),
        grade=str(row.get("grade") or "U"),
        source=str(row.get("source") or ""),
        doc=str(row.get("doc") or ""),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        allowed=tuple(row.get("allowed") or ()),
        plausible=(plausible[0], plausible[1]) if plausible else None,
    )


def _step(path: Path, row: Mapping[str, Any]) -> StoryStep:
    time_s, fields = row.get("time_s"), row.get("fields") or {}
    if not isinstance(time_s, int | float) or not isinstance(fields, dict):
        raise ReportError(path, f"has a step without a time_s or with wrong fields: {dict(row)!r:.120}")
    return StoryStep(
        time_s=float(time_s),
        title=str(row.get("title", "")),
        text=str(row.get("text", "")),
        fields=tuple((str(name), str(value)) for name, value in fields.items()),
    )
