"""The digest moves with every value and with nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from synthetic_run import CONTEXT, filled_frames, synthetic_results

from sim.metrics import tables
from sim.metrics.kpis import Kpi, compute
from sim.metrics.schema import Kind
from sim.results.digest import digest, kpis_digest, table_digest


def _another(column: tables.Column, current: object) -> object:
    if column.nullable and not pd.isna(current):
        return None
    match column.kind:
        case Kind.TEXT:
            return "another"
        case Kind.FLAG:
            return not current
        case _:
            return 1 if pd.isna(current) else current + 1


@pytest.mark.parametrize("name", tables.SCHEMAS)
def test_every_value_of_every_column_counts(name: str) -> None:
    frame = filled_frames()[name]
    seen = {table_digest(name, frame)}
    for column in tables.schema(name).columns:
        changed = frame.astype({column.name: "object"})
        changed.loc[0, column.name] = _another(column, frame.loc[0, column.name])
        seen.add(table_digest(name, changed.astype({column.name: column.pandas_type})))
    assert len(seen) == 1 + len(tables.schema(name).columns)


def test_the_order_of_rows_and_columns_does_not_count() -> None:
    frame = filled_frames()["visits"]
    shuffled = frame.sample(frac=1, random_state=3)[sorted(frame.columns)]
    assert table_digest("visits", shuffled) == table_digest("visits", frame)


def test_neighbouring_texts_do_not_run_together() -> None:
    first, second = (filled_frames()["gas"].assign(act=["x"], calls=1) for _ in range(2))
    rows = pd.concat([first, second], ignore_index=True)
    assert table_digest("gas", rows.assign(act=["ab", "c"])) != table_digest(
        "gas", rows.assign(act=["a", "bc"])
    )


def test_empty_text_is_not_null_and_negative_zero_is_zero() -> None:
    frame = filled_frames()["transactions"]
    named, unnamed = frame.assign(revert_reason=""), frame.assign(revert_reason=None)
    assert table_digest("transactions", named) != table_digest("transactions", unnamed)
    gas = filled_frames()["gas"]
    assert table_digest("gas", gas.assign(gas_mean=-0.0)) == table_digest("gas", gas.assign(gas_mean=0.0))


@pytest.mark.parametrize(
    "changed",
    [Kpi(2, "1"), Kpi(1, "s"), Kpi(None, "1", "a reason"), Kpi(1.5, "1")],
    ids=["value", "unit", "null", "fraction"],
)
def test_every_kpi_counts(changed: Kpi) -> None:
    assert kpis_digest({"act.visits": changed}) != kpis_digest({"act.visits": Kpi(1, "1")})


def test_metadata_of_the_run_does_not_count() -> None:
    slow = compute(filled_frames(), replace(CONTEXT, wall_s=99.0, events=None))
    assert digest(filled_frames(), slow) == digest(filled_frames(), compute(filled_frames(), CONTEXT))


@pytest.mark.parametrize(
    "change",
    [
        lambda results: replace(results, signing="full"),
        lambda results: replace(results, engine="revm"),
        lambda results: replace(results, wall_s=77.0),
        lambda results: replace(results, versions={"medsim": "9"}),
    ],
)
def test_engine_signing_versions_and_wall_time_are_outside(change: Callable[..., object]) -> None:
    results = synthetic_results()
    assert change(results).digest == results.digest  # type: ignore[attr-defined]


def test_another_seed_gives_another_digest() -> None:
    assert synthetic_results(7).digest == synthetic_results(7).digest != synthetic_results(8).digest


def test_processes_with_other_hash_seeds_and_features_agree() -> None:
    program = "import synthetic_run; print(synthetic_run.synthetic_results().digest)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "TZ": "Pacific/Apia"}
    environment |= {"PYTHONHASHSEED": "17", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == synthetic_results().digest
