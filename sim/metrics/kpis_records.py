"""KPIs of records, privacy and the run itself."""

from __future__ import annotations

import pandas as pd

from sim.metrics.kpi import Kpi, KpiContext
from sim.metrics.window import Tables, within

ORIGINS = ("honest", "forged")


def record_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    """Return the KPIs under `record.`: proofs by verdict, by origin beside, and the two that must be 0."""
    shares = within(tables["shares"], "presented_at_s", context)
    accepted, rejected = shares[shares["accepted"]], shares[~shares["accepted"]]
    by_origin = {True: _by_origin(accepted), False: _by_origin(rejected)}
    return {
        "record.proofs_verified": Kpi(len(accepted), "1", n=len(shares), beside=by_origin[True]),
        "record.proofs_rejected": Kpi(len(rejected), "1", n=len(shares), beside=by_origin[False]),
        "record.false_accepts": Kpi(by_origin[True]["forged"], "1", n=len(shares)),
        "record.false_rejects": Kpi(by_origin[False]["honest"], "1", n=len(shares)),
    }


def _by_origin(shares: pd.DataFrame) -> dict[str, int]:
    return {origin: int((shares["origin"] == origin).sum()) for origin in ORIGINS}


def measured_kpis(context: KpiContext) -> dict[str, Kpi]:
    """Return what is measured beside the tables: personal data on chain, and the metadata of the run."""
    return {
        "privacy.plaintext_on_chain_bytes": _measured(context.plaintext_on_chain_bytes, "bytes"),
        "sim.events": _measured(context.events, "1"),
        "sim.wall_s": _measured(context.wall_s, "s"),
    }


def _measured(value: float | None, unit: str) -> Kpi:
    return Kpi(value, unit, "not measured in this run" if value is None else None)
