"""Synthetic run directories with the columns of a real one; the figures are drawn from a fixed generator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as parquet
from report_run_tables import DAY_S, full_tables

from sim.metrics.tables import SCHEMAS, empty_frames

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)
SCENARIO = {
    "scenario": {
        "name": "baseline",
        "title": "A month of visits on Qtum's chain of 2018",
        "question": "Does a chain of 2018 carry the visits of a hundred patients, and what do they earn?",
    },
    "seed": 1,
    "time": {"start": "2018-10-01T00:00:00", "zone": "Asia/Seoul", "days": 30, "warmup_days": 0},
    "population": {"source": "sample", "patients": 120, "resample": True},
    "chain": {"protocol": "qtum-2018", "engine": "pyevm", "signing": "full", "gas_limit_gas": 40_000_000},
    "economy": {"scale": "literal", "person_weight": 1, "qtum_krw": 4300.0},
    "emission": {"source": "contract", "rate": 0.05},
    "rewards": {"epoch_days": 7},
    "faults": {"plant": "none"},
}

INPUTS = [
    {
        "key": "seed",
        "value": 1,
        "default": None,
        "kind": "integer",
        "unit": "1",
        "minimum": 0,
        "maximum": 2**63 - 1,
        "allowed": [],
        "plausible": None,
        "grade": "D",
        "source": "a choice",
        "doc": "root of all draws",
    },
    {
        "key": "emission.rate",
        "value": 0.05,
        "default": 0.03,
        "kind": "number",
        "unit": "1/year",
        "minimum": 0.0,
        "maximum": 1.0,
        "allowed": [],
        "plausible": [0.0, 0.2],
        "grade": "U",
        "source": "not found: a parameter",
        "doc": "yearly emission as a share of supply",
    },
    {
        "key": "chain.gas_limit_gas",
        "value": 40_000_000,
        "default": 40_000_000,
        "kind": "integer",
        "unit": "gas",
        "minimum": 1_000_000,
        "maximum": 10**9,
        "allowed": [],
        "plausible": None,
        "grade": "S",
        "source": "qtumproject/qtum: qtumDGP",
        "doc": "block gas limit",
    },
    {
        "key": "checkin.direction",
        "value": "institution",
        "default": "institution",
        "kind": "text",
        "unit": "",
        "minimum": None,
        "maximum": None,
        "allowed": ["institution", "ticket"],
        "plausible": None,
        "grade": "S",
        "source": "the seed article",
        "doc": "who shows the code",
    },
    {
        "key": "economy.qtum_krw",
        "value": 4300.0,
        "default": 4300.0,
        "kind": "number",
        "unit": "KRW/QTUM",
        "minimum": 0.0,
        "maximum": None,
        "allowed": [],
        "plausible": [2000.0, 8000.0],
        "grade": "U",
        "source": "no source kept",
        "doc": "KRW for one QTUM",
    },
]


@dataclass
class SyntheticRun:
    """What a directory is written from; tests change parts of it before writing."""

    tables: dict[str, pd.DataFrame] = field(default_factory=full_tables)
    scenario: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(SCENARIO)))
    inputs: list[dict[str, Any]] = field(default_factory=lambda: json.loads(json.dumps(INPUTS)))
    kpis: dict[str, Any] | None = None
    story: list[dict[str, Any]] = field(default_factory=lambda: story())
    story_qr_png: bytes | None = PNG
    manifest: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(MANIFEST)))

    def write(self, directory: Path) -> Path:
        """Write every file that a report reads."""
        (directory / "tables").mkdir(parents=True)
        for name, frame in self.tables.items():
            parquet.write_table(SCHEMAS[name].arrow(frame), directory / "tables" / f"{name}.parquet")
        kpis = self.kpis if self.kpis is not None else kpis_of(self.tables)
        plain = {
            name: {key: kpi[key] for key in ("value", "unit", "reason") if key in kpi}
            for name, kpi in kpis.items()
        }
        self._json(directory / "kpis.json", plain)
        self._json(directory / "kpis_detail.json", kpis)
        self._json(directory / "inputs.json", self.inputs)
        self._json(directory / "manifest.json", self.manifest)
        self._json(directory / "story.json", self.story)
        if self.story_qr_png is not None:
            (directory / "story_qr.png").write_bytes(self.story_qr_png)
        (directory / "scenario.toml").write_text(toml(self.scenario), encoding="utf-8")
        return directory

    @staticmethod
    def _json(path: Path, value: Any) -> None:
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


MANIFEST = {
    "schema_version": 1,
    "scenario": "baseline",
    "scenario_hash": "0x" + "ab" * 32,
    "seed": 1,
    "engine": "pyevm",
    "signing": "full",
    "versions": {"python": "3.11.7", "medsim": "0.1.0"},
    "wall_s": 61.5,
    "head_hash": "0x" + "cd" * 32,
    "state_root": "0x" + "ef" * 32,
    "digest": "0x" + "12" * 32,
    "facts": {
        "population": {
            "name": "sample",
            "seed": 2018,
            "licence": "Apache-2.0",
            "country": "US",
            "generator": "synth",
            "histories_used": 60,
            "people": 120,
            "visits_planned": 320,
        }
    },
}


def toml(scenario: Mapping[str, Any]) -> str:
    """A nested mapping of one level as TOML."""
    plain = [f"{key} = {json.dumps(value)}" for key, value in scenario.items() if not isinstance(value, dict)]
    for name, chapter in scenario.items():
        if isinstance(chapter, dict):
            plain += ["", f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in chapter.items())]
    return "\n".join(plain) + "\n"


def empty_run() -> SyntheticRun:
    """A run in which nothing happened: every table empty, every KPI undefined."""
    names = ("chain.latency_p50_s", "act.gas_per_visit", "token.supply_med", "token.inflation_year_share")
    undefined = {
        name: {"value": None, "unit": "1", "reason": "nothing happened", "grade": "S"} for name in names
    }
    return SyntheticRun(tables=empty_frames(), kpis=undefined, story=[], story_qr_png=None)


def kpis_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """KPIs that agree with the tables, as far as the report names them."""
    visits, transactions, shares = tables["visits"], tables["transactions"], tables["shares"]
    checked = int(visits["checked_in_at_s"].notna().sum())
    waits = (transactions["final_at_s"] - transactions["submitted_at_s"]).astype(float)
    failed = int((transactions["status"] == 0).sum())
    values: dict[str, tuple[Any, str, str]] = {
        "chain.blocks": (20_250, "1", "S"),
        "chain.block_interval_mean_s": (128.4, "s", "S"),
        "chain.tx_offered": (len(transactions), "tx", "D"),
        "chain.tx_included": (len(transactions), "tx", "D"),
        "chain.tx_failed": (failed, "tx", "D"),
        "chain.tx_expired": (0, "tx", "D"),
        "chain.gas_used_share": (0.00021, "0–1", "D"),
        "chain.latency_p50_s": (float(waits.median()), "s", "S"),
        "chain.latency_p99_s": (float(waits.quantile(0.99)), "s", "S"),
        "chain.orphan_share": (0.0, "0–1", "S"),
        "act.visits": (checked, "1", "U"),
        "act.visits_attempted": (len(visits), "1", "U"),
        "act.gas_per_visit": (186_500.0, "gas", "D"),
        "act.fee_per_visit_krw": (320.78, "KRW", "U"),
        "act.shares": (int(shares["accepted"].sum()), "1", "U"),
        "token.supply_med": (10_038_356_164.38, "MED", "U"),
        "token.inflation_year_share": (0.0477, "1/year", "U"),
        "record.false_accepts": (0, "1", "S"),
        "record.false_rejects": (0, "1", "S"),
        "privacy.plaintext_on_chain_bytes": (0, "bytes", "S"),
    }
    kpis: dict[str, Any] = {
        name: {"value": value, "unit": unit, "n": len(transactions), "interval": None, "grade": grade}
        for name, (value, unit, grade) in values.items()
    }
    kpis["token.price_krw"] = {"value": None, "unit": "KRW/MED", "reason": "there is no market in this run"}
    return kpis


def story() -> list[dict[str, Any]]:
    """Four steps of one record."""
    at_s = 9 * DAY_S + 10 * 3600.0
    return [
        {
            "time_s": at_s,
            "title": "The desk shows a code",
            "text": "It changes every 30 seconds.",
            "fields": {},
        },
        {
            "time_s": at_s + 12,
            "title": "The patient scans it",
            "text": "",
            "fields": {"code id": "0x" + "5a" * 32},
        },
        {
            "time_s": at_s + 140,
            "title": "Checked in",
            "text": "Both signatures stand on chain.",
            "fields": {"block": "250,601", "gas": "61,204"},
        },
        {
            "time_s": at_s + 3 * DAY_S,
            "title": "Shown elsewhere",
            "text": "Two of 19 leaves were disclosed.",
            "fields": {"verdict": "proof holds"},
        },
    ]
