"""KPIs of health acts: visits, records, shares, and what a visit costs on chain.

Visits count by their start in the window and are followed through the drain, so that tried and done are the
same visits; acts per second count what was completed inside the window. Conversion is that of the epochs wholly in
the window (`sim.metrics.epochs`), whenever it was made, over the visits credited in them.
"""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from chain.units import SATOSHI_PER_QTUM
from sim.metrics.epochs import NO_WHOLE_EPOCH, whole_epochs
from sim.metrics.kpi import Kpi, KpiContext
from sim.metrics.window import Tables, total, within

NO_VISIT = "no visit was checked in"
NO_CREDIT = "no visit was credited in the whole epochs of the window"


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
        **_cost_kpis(tables, tried, visits, context),
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


def _cost_kpis(tables: Tables, tried: pd.DataFrame, visits: int, context: KpiContext) -> dict[str, Kpi]:
    """Gas and fees a visit: its own transactions and conversion; undefined where either part is."""
    canonical = tables["transactions"][tables["transactions"]["canonical"]]
    own = canonical[canonical["visit_id"].isin(tried["visit_id"].tolist())]
    epochs = whole_epochs(tables, context)
    credited = len(epochs.credited(tables["visits"]))
    conversion_gas, conversion_sat = epochs.conversion(tables)
    gas = _a_visit(total(own["gas_used_gas"]), visits), _a_visit(conversion_gas, credited)
    fee_sat = _a_visit(total(own["fee_sat"]), visits), _a_visit(conversion_sat, credited)
    reason = None
    if visits == 0:
        reason = NO_VISIT
    elif credited == 0:
        reason = NO_CREDIT if epochs.numbers else NO_WHOLE_EPOCH
    covered = {"epochs": len(epochs.numbers), "visits_credited": credited}
    return {
        "act.gas_per_visit": _gas(*gas, reason, visits, covered),
        "act.fee_per_visit_krw": _fee(_sum(*fee_sat), reason, visits, covered, context),
    }


def _a_visit(amount: int | Fraction, visits: int) -> Fraction | None:
    return Fraction(amount) / visits if visits else None


def _sum(own: Fraction | None, conversion: Fraction | None) -> Fraction | None:
    return None if own is None or conversion is None else own + conversion


def _real(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _gas(
    own: Fraction | None,
    conversion: Fraction | None,
    reason: str | None,
    visits: int,
    covered: dict[str, int],
) -> Kpi:
    beside = {"own_gas": _real(own), "conversion_gas": _real(conversion), **covered}
    return Kpi(_real(_sum(own, conversion)), "gas", reason, n=visits, beside=beside)


def _fee(
    fee_sat: Fraction | None, reason: str | None, visits: int, covered: dict[str, int], context: KpiContext
) -> Kpi:
    fee_coin = None if fee_sat is None else float(fee_sat / SATOSHI_PER_QTUM)
    if not context.coin:
        return Kpi(None, "KRW", reason or "nobody pays a notary here", n=visits, beside=covered)
    if context.points_pay:
        paid = "points pay: they cost the use of a stake in MED, which has no price in KRW here"
        return Kpi(None, "KRW", reason or paid, n=visits, beside=covered)
    fee_krw = None if fee_coin is None or context.qtum_krw is None else fee_coin * context.qtum_krw
    if reason is None and context.qtum_krw is None:
        reason = f"{context.coin} has no price in KRW here"
    named = f"fee_{context.coin.lower()}"
    return Kpi(fee_krw, "KRW", reason, n=visits, beside={named: fee_coin, **covered})
