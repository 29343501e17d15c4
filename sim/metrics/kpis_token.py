"""KPIs of MED: supply, inflation, concentration, and rewards by role.

Inflation and rewards are those of the epochs wholly in the window (`sim.metrics.epochs`), drain included.
"""

from __future__ import annotations

import pandas as pd

from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM
from sim.maths import power, rounded
from sim.metrics.epochs import NO_WHOLE_EPOCH, WholeEpochs, whole_epochs
from sim.metrics.kpi import YEAR_S, Kpi, KpiContext, Number
from sim.metrics.statistics import fewest_above_half, gini, median, time_mean
from sim.metrics.window import Tables, ratio, readings_within, total, whole_numbers, within

SYSTEM_ROLES = ("treasury", "pool")
"""Accounts of the system itself: neither owners nor circulating."""

NOT_CIRCULATING = ("treasury", "pool", "sale", "locked", "vesting", "staked")
"""Classes of the table `supply` whose MED nobody can spend: the foundation's own, locks, vesting and stake."""

LEAST_WINDOW_FOR_INFLATION_S = 30 * 86_400
NO_MARKET = "no market in this scenario"
NO_READING = "supply was not read in the window"


def token_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    """Return the KPIs under `token.`."""
    supply = tables["supply"].sort_values("time_s")
    before_end = supply[supply["time_s"] <= context.window_end_s]
    opening = supply[supply["time_s"] <= context.window_start_s].tail(1)
    closing = before_end.tail(1)
    return {
        **_supply_kpis(closing),
        "token.inflation_year_share": _inflation(opening, tables, context),
        "token.price_krw": Kpi(None, "KRW/MED", NO_MARKET),
        "token.price_age_s": Kpi(None, "s", NO_MARKET),
        **_concentration_kpis(tables["balances"]),
    }


def _supply_kpis(closing: pd.DataFrame) -> dict[str, Kpi]:
    if closing.empty:
        return {name: Kpi(None, "MED", NO_READING) for name in ("token.supply_med", "token.circulating_med")}
    supply = total(closing["supply_med_units"])
    held_by_system = sum(total(closing[f"{name}_med_units"]) for name in NOT_CIRCULATING)
    return {
        "token.supply_med": Kpi(supply / MED_UNITS_PER_MED, "MED", n=1),
        "token.circulating_med": Kpi((supply - held_by_system) / MED_UNITS_PER_MED, "MED", n=1),
    }


def _inflation(opening: pd.DataFrame, tables: Tables, context: KpiContext) -> Kpi:
    """Net growth a year of the supply at the window's start by whole epochs; gross and as scheduled beside it.

    ((S0 + minted for the epochs − burned in their time)/S0)^(year/their time) − 1: what an epoch mints counts
    whenever it was closed, so that no growth depends on how closings fall into the window.
    """
    if context.window_s < LEAST_WINDOW_FOR_INFLATION_S:
        days = context.window_s / 86_400
        return Kpi(None, "1/year", f"the window has {days:g} days, a yearly rate needs 30", n=0)
    first = total(opening["supply_med_units"])
    if opening.empty or first == 0:
        return Kpi(None, "1/year", NO_READING if opening.empty else "no MED at the start", n=0)
    if context.protocol_mints:
        return _inflation_by_blocks(tables["supply"].sort_values("time_s"), context)
    epochs = whole_epochs(tables, context)
    outside = epochs.points_outside(tables, context, "patient", "provider")
    covered = {"epochs": len(epochs.numbers), "points_outside": outside}
    if not epochs.numbers:
        return Kpi(None, "1/year", NO_WHOLE_EPOCH, n=0, beside=covered)
    rows = epochs.rows(tables["epochs"])
    minted = total(rows["emission_med_units"])
    start_s = float(rows["starts_at_s"].min())
    burned = _burned_by(tables, start_s + epochs.covered_s) - _burned_by(tables, start_s)
    beside: dict[str, Number | None] = {
        "gross_year_share": _yearly(first, first + minted, epochs.covered_s),
        "scheduled_year_share": context.emission_rate_year_share,
        **covered,
    }
    net = _yearly(first, first + minted - burned, epochs.covered_s)
    return Kpi(net, "1/year", n=len(epochs.numbers), beside=beside)


def _inflation_by_blocks(supply: pd.DataFrame, context: KpiContext) -> Kpi:
    """Net growth a year of the MED that the protocol has issued, between the readings at the window's bounds.

    What the token has still to follow counts, so that no growth depends on when a block next executes something.
    """
    first, last = (
        supply[supply["time_s"] <= bound_s].tail(1)
        for bound_s in (context.window_start_s, context.window_end_s)
    )
    if first.empty or total(first["issued_qtum_sat"]) == 0:
        return Kpi(None, "1/year", NO_READING if first.empty else "no MED at the start", n=0)
    before, after = total(first["issued_qtum_sat"]), total(last["issued_qtum_sat"])
    burned = total(last["burned_med_units"]) - total(first["burned_med_units"])
    beside = {"gross_year_share": _yearly(before, after + burned, context.window_s)}
    return Kpi(_yearly(before, after, context.window_s), "1/year", n=2, beside=beside)


def _burned_by(tables: Tables, time_s: float) -> int:
    supply = tables["supply"].sort_values("time_s")
    return total(supply["burned_med_units"][supply["time_s"] <= time_s].tail(1))


def _yearly(first: int, last: int, time_s: float) -> float:
    """(last/first)^(year/time) − 1; all burned is −1."""
    return rounded(power(last / first, YEAR_S / time_s) - 1) if last else -1.0


def _concentration_kpis(balances: pd.DataFrame) -> dict[str, Kpi]:
    """How unequal owners are, by all that is theirs, and how few hold half of what circulates."""
    owners = balances[~balances["role"].isin(SYSTEM_ROLES)]
    circulating, owned = _by_owner(owners, "closing_med_units"), _by_owner(owners, "closing_bound_med_units")
    for owner, amount in circulating.items():
        owned[owner] += amount
    everybody = list(owned.values())
    above_zero = [amount for amount in everybody if amount > 0]
    spending = [amount for amount in circulating.values() if amount > 0]
    among, among_all = gini(above_zero), gini(everybody)
    fewest = fewest_above_half(list(circulating.values()))
    nobody = "no owner holds MED" if among is None else None
    nobody_spends = "no owner holds MED that circulates" if fewest is None else None
    return {
        "token.gini": Kpi(among, "0–1", nobody, n=len(above_zero)),
        "token.gini_all": Kpi(among_all, "0–1", nobody, n=len(everybody)),
        "token.nakamoto_holders": Kpi(fewest, "owners", nobody_spends, n=len(spending)),
    }


def _by_owner(owners: pd.DataFrame, column: str) -> dict[str, int]:
    held: dict[str, int] = {}
    for owner, amount in zip(owners["owner_id"], whole_numbers(owners[column]), strict=True):
        held[owner] = held.get(owner, 0) + amount
    return held


def reward_kpis(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    """Return the KPIs under `reward.`."""
    epochs = whole_epochs(tables, context)
    return {
        "reward.patient_med": _role_reward(epochs, tables, "patient", context),
        "reward.provider_med": _role_reward(epochs, tables, "provider", context),
        "reward.staker_native": _staker_reward(tables, context),
        "reward.per_visit_krw": Kpi(None, "KRW", NO_MARKET),
    }


def _role_reward(epochs: WholeEpochs, tables: Tables, role: str, context: KpiContext) -> Kpi:
    """MED paid to a role for the window's whole epochs, whenever it was paid.

    Beside it the median per person-year of these epochs, the unpaid counted too, KRW, and the points that were
    credited outside these epochs and therefore are not paid for here.
    """
    outside = epochs.points_outside(tables, context, role)
    covered = {"epochs": len(epochs.numbers), "points_outside": outside}
    if not epochs.numbers:
        return Kpi(None, "MED", NO_WHOLE_EPOCH, n=0, beside=covered)
    balances, paid = tables["balances"], epochs.rows(tables["rewards"])
    of_role = paid[paid["role"] == role]
    earned = dict.fromkeys(balances["owner_id"][balances["role"] == role].tolist(), 0)
    for owner, amount in zip(of_role["owner_id"], whole_numbers(of_role["amount_med_units"]), strict=True):
        earned[owner] = earned.get(owner, 0) + amount
    middle = median(list(earned.values()))
    per_year = YEAR_S / (epochs.covered_s * MED_UNITS_PER_MED)
    beside = {"median_person_year_med": None if middle is None else middle * per_year, "krw": None, **covered}
    return Kpi(sum(earned.values()) / MED_UNITS_PER_MED, "MED", n=len(earned), beside=beside)


def _staker_reward(tables: Tables, context: KpiContext) -> Kpi:
    """Subsidy and fees (after gas refunds) of canonical blocks; yield a year on the mean stake beside it."""
    blocks = within(tables["blocks"][tables["blocks"]["canonical"]], "time_s", context)
    reward_sat = total(blocks["subsidy_sat"]) + total(blocks["fees_sat"])
    readings = readings_within(tables["supply"], context)
    stake_sat = time_mean(
        readings["time_s"].tolist(), [float(amount) for amount in whole_numbers(readings["staked_qtum_sat"])]
    )
    growth = None if stake_sat is None else ratio(reward_sat, stake_sat)
    beside = {"yield_year_share": None if growth is None else growth * YEAR_S / context.window_s}
    return Kpi(reward_sat / SATOSHI_PER_QTUM, context.coin or "coin", n=total(blocks["count"]), beside=beside)
