"""The files of a run directory as bytes, from a result in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd
import pyarrow.parquet as pq

from sim.metrics.kpi import Kpi
from sim.metrics.tables import SCHEMAS, schema
from sim.results.encoding import Json, readable_json
from sim.results.errors import RunError
from sim.results.journal import checked_head
from sim.results.results import RunResults

SCHEMA_VERSION = 1
"""Rises with every change of the run directory that an old reader would misread."""

STRESS_KIND = "stress"
"""What the manifest of a stress test says it is; a run's says nothing."""

TABLE_FOLDER = "tables"
STORY_QR_NAME = "story_qr.png"


def table_path(name: str) -> str:
    """Return a table's path inside a run directory."""
    return f"{TABLE_FOLDER}/{name}.parquet"


def run_files(results: RunResults, *, report: bool) -> dict[str, bytes]:
    """Return all files that DONE seals, by path inside the run directory.

    `report` is whether a report will stand beside them. Raises `RunError` for a missing or unknown table.
    """
    if set(results.tables) != set(SCHEMAS):
        differing = sorted(set(results.tables) ^ set(SCHEMAS))
        raise RunError(
            f"a run has the tables {', '.join(SCHEMAS)}; missing or unknown: {', '.join(differing)}"
        )
    files = {
        "manifest.json": readable_json(manifest(results, report=report)).encode(),
        "scenario.toml": results.scenario_toml.encode(),
        "inputs.json": readable_json(list(results.inputs)).encode(),
        "kpis.json": readable_json(kpis_json(results.kpis)).encode(),
        "kpis_detail.json": readable_json(kpis_detail_json(results.kpis)).encode(),
        "journal.jsonl": "".join(f"{line}\n" for line in results.journal).encode(),
        "story.json": readable_json(list(results.story)).encode(),
    }
    files |= {table_path(name): parquet(name, frame) for name, frame in results.tables.items()}
    if results.story_qr_png is not None:
        files[STORY_QR_NAME] = results.story_qr_png
    return files


def manifest(results: RunResults, *, report: bool) -> dict[str, Json]:
    """Return what stands in `manifest.json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": results.scenario_name,
        "scenario_hash": results.scenario_digest,
        "seed": results.seed,
        "engine": results.engine,
        "signing": results.signing,
        "versions": dict(results.versions),
        "wall_s": results.wall_s,
        "head_hash": results.head_hash,
        "state_root": results.state_root,
        "journal_head": checked_head(results.journal),
        "digest": results.digest,
        "table_digests": dict(results.table_digests),
        "report": report,
        "facts": dict(results.facts),
    }


def kpis_json(kpis: Mapping[str, Kpi]) -> dict[str, Json]:
    """Return name → value and unit, with the reason where the value is null."""
    return {
        name: {"value": kpi.value, "unit": kpi.unit, **({"reason": kpi.reason} if kpi.reason else {})}
        for name, kpi in kpis.items()
    }


def kpis_detail_json(kpis: Mapping[str, Kpi]) -> dict[str, Json]:
    """Return name → n, interval, grade and the figures shown beside the KPI."""
    return {
        name: {
            "n": kpi.n,
            "interval": None if kpi.interval is None else list(kpi.interval),
            "grade": kpi.grade,
            "beside": dict(kpi.beside),
        }
        for name, kpi in kpis.items()
    }


def parquet(name: str, frame: pd.DataFrame) -> bytes:
    """Return a table as the bytes of its file."""
    sink = io.BytesIO()
    pq.write_table(schema(name).arrow(frame), sink, compression="zstd")
    return sink.getvalue()
