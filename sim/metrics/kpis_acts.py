"""KPIs of health acts: visits, records, shares, and what a visit costs on chain.

Visits count by their start in the window and are followed through the drain, so that tried and done are the
same visits; acts per second count what was completed inside the window.
"""

from __future__ import annotations

import pandas as pd

from chain.units import SATOSHI_PER_QTUM
from sim.metrics.kpi import Kpi, KpiContext
from sim.metrics.window import Tables, total, within

CONVERSION_ACTS = ("close-epoch", "settle")
"""Conversion of points to MED: every point comes from a visit, so the visits bear it wholly."""

NO_VISIT = "no visit was checked in"


def act_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    """Return the KPIs under `act.` and `chain.acts_per_s`."""
    tried = within(tables["visits"], "started_at_s", context)
    visits = int(tried["checked_in_at_s"].notna().sum())
    presented = within(tables["shares"], "presented_at_s", context)
    accepted = _verified_elsewhere(presented)
    avoided = int(accepted["repeat_test_avoided"].sum())
    completed = _completed_acts(tables, context)
    return {
        "chain.acts_per_s": Kpi(completed / context.window_s, "1/s", n=completed),
        "act.visits": Kpi(visits, "1", n=len(tried)),
        "act.visits_attempted": Kpi(len(tried), "1", n=len(tried)),
        "act.records_anchored": Kpi(_records(tried), "1", n=len(tried)),
        "act.shares": Kpi(len(accepted), "1", n=len(presented)),
        "act.repeat_tests_avoided": Kpi(avoided, "1", n=len(accepted)),
        **_cost_kpis(tables["transactions"], tried, visits, context),
    }


def _records(visits: pd.DataFrame) -> int:
    return int(visits["record_id"][visits["anchored_at_s"].notna()].nunique())


def _verified_elsewhere(shares: pd.DataFrame) -> pd.DataFrame:
    elsewhere = shares["from_provider_id"] != shares["to_provider_id"]
    return shares[shares["accepted"] & elsewhere & (shares["origin"] == "honest")]


def _completed_acts(tables: Tables, context: KpiContext) -> int:
    """Health acts completed in the window: check-ins, anchored records, verified shares."""
    visits = tables["visits"]
    return (
        len(within(visits, "checked_in_at_s", context))
        + _records(within(visits, "anchored_at_s", context))
        + len(_verified_elsewhere(within(tables["shares"], "presented_at_s", context)))
    )


def _cost_kpis(
    transactions: pd.DataFrame, tried: pd.DataFrame, visits: int, context: KpiContext
) -> dict[str, Kpi]:
    canonical = transactions[transactions["canonical"]]
    of_visits = canonical[canonical["visit_id"].isin(tried["visit_id"].tolist())]
    conversion = within(canonical[canonical["act"].isin(CONVERSION_ACTS)], "included_at_s", context)
    fee_sat = total(of_visits["fee_sat"]) + total(conversion["fee_sat"])
    return {
        "act.gas_per_visit": _gas(
            total(of_visits["gas_used_gas"]), total(conversion["gas_used_gas"]), visits
        ),
        "act.fee_per_visit_krw": _fee(fee_sat, visits, context.qtum_krw),
    }


def _gas(own_gas: int, conversion_gas: int, visits: int) -> Kpi:
    if visits == 0:
        return Kpi(None, "gas", NO_VISIT, n=0)
    beside = {"own_gas": own_gas / visits, "conversion_gas": conversion_gas / visits}
    return Kpi((own_gas + conversion_gas) / visits, "gas", n=visits, beside=beside)


def _fee(fee_sat: int, visits: int, qtum_krw: float | None) -> Kpi:
    if visits == 0:
        return Kpi(None, "KRW", NO_VISIT, n=0)
    fee_qtum = fee_sat / (SATOSHI_PER_QTUM * visits)
    if qtum_krw is None:
        return Kpi(None, "KRW", "QTUM has no price in KRW here", n=visits, beside={"fee_qtum": fee_qtum})
    return Kpi(fee_qtum * qtum_krw, "KRW", n=visits, beside={"fee_qtum": fee_qtum})
