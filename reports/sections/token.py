"""Section 4: does the token hold; supply, rewards, spread, and whether the books close."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pandas as pd

from reports.chain_words import words_of
from reports.elements import Element, Gallery, Paragraph, Section, Table, columns
from reports.measures import records, window
from reports.quantities import (
    DAY_S,
    UNITS_PER_MED,
    coin,
    counted,
    duration,
    med,
    number,
    of_days,
    share,
    whole,
)
from reports.run_directory import RunDirectory
from reports.sections.opening import opened
from reports.sections.token_figures import (
    CLASSES,
    epoch_figure,
    epoch_rows,
    growth_figure,
    lorenz_figure,
    supply_figure,
)

_ROLE_CLASS: Final = {
    "patient": "patients",
    "provider": "providers",
    "treasury": "treasury",
    "pool": "pool",
    "buyer": "buyers of the sale",
    "team": "the team",
}
_OWNER_CLASSES: Final = (
    "treasury",
    "buyers of the sale",
    "the team",
    "holders",
    "pool",
    "providers",
    "patients",
)
"""Classes of owners, largest first as a rule; whoever has another role counts as a holder."""


def section(run: RunDirectory) -> Section:
    """Supply first, then who got what was minted, then whether the books close."""
    supply = run.table("supply", ("time_s", "supply_med_units", *(f"{name}_med_units" for name in CLASSES)))
    supply = supply.sort_values("time_s", kind="stable")
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run, supply)),
        Paragraph(_scale(run)),
        Gallery((supply_figure(supply), growth_figure(supply), epoch_figure(run), lorenz_figure(run))),
        _reconciliation(run, supply),
        _epoch_table(run),
        *opened(run),
    )
    return Section(4, "token", "Does the token hold", elements)


def _lead(run: RunDirectory, supply: pd.DataFrame) -> str:
    if supply.empty:
        return "The run recorded no supply."
    first, last = int(supply["supply_med_units"].iloc[0]), int(supply["supply_med_units"].iloc[-1])
    lead = f"Supply went from {med(first)} to {med(last)}, {_signed(last - first)} in {_span(run, supply)}"
    inflation = run.kpi("token.inflation_year_share")
    if inflation.number is not None:
        lead += f"; at this pace of its whole epochs, compounded, {share(inflation.number)} a year"
    else:
        lead += f" (yearly inflation undefined: {inflation.reason})"
    price = run.kpi("token.price_krw")
    if price.number is None:
        return f"{lead}. Whether the token holds its value is not shown: {price.reason}."
    return f"{lead}. One MED was worth {number(price.number)} KRW at the end."


def _scale(run: RunDirectory) -> str:
    """What the scale of the run does to every amount of MED in it."""
    weight = run.setting("economy.person_weight", 1)
    if str(run.setting("economy.scale", "literal")) != "literal":
        return f"Each person stands for {weight}: supply and emission are divided by it."
    patients = run.setting("population.patients")
    people = counted(patients, "person", "people") if isinstance(patients, int) else "the simulated people"
    return (
        f"At literal scale the whole emission of the token falls on {people} and their providers{_each(run)}. "
        "Read these amounts as shares of a pot: a country's patients would divide the same emission among millions."
    )


def _each(run: RunDirectory) -> str:
    """MED paid for each visit that was credited in an epoch that was paid; nothing where there is none."""
    rewards, visits = (
        run.table("rewards", ("epoch", "amount_med_units")),
        run.table("visits", ("credited_at_s",)),
    )
    epoch_days = run.setting("rewards.epoch_days")
    if not isinstance(epoch_days, int | float) or epoch_days <= 0:
        return ""
    epochs = visits["credited_at_s"].dropna().astype("float64") // (epoch_days * DAY_S)
    credited = int(epochs.isin(set(rewards["epoch"])).sum())
    if not credited:
        return ""
    paid = sum(int(amount) for amount in rewards["amount_med_units"])
    return f", {med(paid // credited)} for each visit credited in an epoch that was paid"


def _span(run: RunDirectory, supply: pd.DataFrame) -> str:
    """How long the supply was watched: to the end of the load, and on until what was under way had ended."""
    first_s, last_s = float(supply["time_s"].iloc[0]), float(supply["time_s"].iloc[-1])
    end_s = min(window(run)[1], last_s)
    span = of_days((end_s - first_s) / DAY_S)
    if last_s == end_s:
        return span
    return f"{span} and the {duration(last_s - end_s)} after them until what was under way had ended"


def _signed(amount_units: int) -> str:
    return f"+{med(amount_units)}" if amount_units >= 0 else f"−{med(-amount_units)}"


def _reconciliation(run: RunDirectory, supply: pd.DataFrame) -> Table:
    moments = ("opening", "closing")
    needed = [f"{moment}{bound}_med_units" for moment in moments for bound in ("", "_bound")]
    balances = run.table("balances", ("role", *needed))
    caption = "The books: MED at the start, at the end, by holder class"
    titles = columns("Holder class", "#Owners", "#Start [MED]", "#End [MED]", "#Change [MED]")
    if balances.empty or supply.empty:
        return Table(caption, titles, (), empty="The run recorded no balances.")
    classes = balances["role"].map(lambda role: _ROLE_CLASS.get(str(role), "holders"))
    rows, opening_sum, closing_sum = [], 0, 0
    for name in _OWNER_CLASSES:
        held = balances[classes == name]
        if held.empty and name not in CLASSES:
            continue
        opening, closing = (
            int(held[f"{moment}_med_units"].sum()) + int(held[f"{moment}_bound_med_units"].sum())
            for moment in moments
        )
        opening_sum, closing_sum = opening_sum + opening, closing_sum + closing
        rows.append((name, whole(len(held)), *_amounts(opening, closing)))
    if undivided := _undivided(run):
        closing_sum += undivided
        rows.append(("the protocol", "", *_amounts(0, undivided)))
    rows.append(("sum of holders", whole(len(balances)), *_amounts(opening_sum, closing_sum)))
    first, last = int(supply["supply_med_units"].iloc[0]), int(supply["supply_med_units"].iloc[-1])
    rows.append(("supply the contract reports", "", *_amounts(first, last)))
    return Table(
        caption,
        titles,
        tuple(rows),
        note=_closes(opening_sum - first, closing_sum - last)
        + _bound(balances, in_stake=words_of(run).coin == "MED")
        + (
            " The protocol holds the fees of the last block, until the next shares them out, and what did not divide."
            if undivided
            else ""
        ),
    )


def _undivided(run: RunDirectory) -> int:
    """MED that is nobody's yet where votes decide: the last block's fees, and what did not divide."""
    amount = run.fact("protocol.undivided_sat")
    return amount if isinstance(amount, int) and words_of(run).coin == "MED" else 0


def _amounts(opening: int, closing: int) -> tuple[str, str, str]:
    change = closing - opening
    sign = "+" if change > 0 else "−" if change < 0 else ""
    exact = f"{Decimal(abs(change)) / UNITS_PER_MED:,.8f}".rstrip("0").rstrip(".")
    return coin(opening, UNITS_PER_MED), coin(closing, UNITS_PER_MED), f"{sign}{exact}"


def _closes(opening_gap: int, closing_gap: int) -> str:
    if not opening_gap and not closing_gap:
        return "The books close: holders add up to the supply at the start and at the end, to the last unit."
    return (
        f"The books do not close: holders and supply differ by {opening_gap:,} units at the start and "
        f"{closing_gap:,} at the end (1 unit is 0.00000001 MED)."
    )


def _bound(balances: pd.DataFrame, *, in_stake: bool = False) -> str:
    """Say what of it contracts held for their owners, and the protocol where MED is staked in it."""
    opening, closing = (int(balances[f"{moment}_bound_med_units"].sum()) for moment in ("opening", "closing"))
    if not opening and not closing:
        return ""
    keepers, kept = "contracts", "locked purchases, the team's grants, vesting rewards, votes"
    if in_stake:
        keepers, kept = "the protocol and contracts", f"stakes and what pays for acts, {kept}"
    return (
        f" Of it {keepers} held {med(opening)} for their owners at the start and {med(closing)} at the end, counted "
        f"here with whom it belongs to, and above where it lies: {kept}."
    )


def _epoch_table(run: RunDirectory) -> Table:
    epochs = epoch_rows(run)
    unpaid, diverted = (bool((epochs[f"{name}_med_units"] > 0).any()) for name in ("unpaid", "diverted"))
    titles = columns(
        "Epoch",
        "#Closed on day",
        "#Points [MP]",
        "#Accounts",
        "#Emission [MED]",
        "#Budget [MED]",
        "#Paid [MED]",
        "#Carried over [10⁻⁸ MED]",
        *(("#Burned or to the treasury [MED]",) if diverted else ()),
        *(("#Unpaid [MED]",) if unpaid else ()),
    )
    return Table(
        "Reward epochs",
        titles,
        tuple(
            (
                str(int(row["epoch"])),
                number(float(row["closed_at_s"]) / DAY_S),
                whole(row["points"]),
                whole(row["accounts"]),
                coin(int(row["emission_med_units"]), UNITS_PER_MED),
                coin(int(row["budget_med_units"]), UNITS_PER_MED),
                coin(int(row["paid_med_units"]), UNITS_PER_MED),
                whole(row["dust_med_units"]),
                *((coin(int(row["diverted_med_units"]), UNITS_PER_MED),) if diverted else ()),
                *((coin(int(row["unpaid_med_units"]), UNITS_PER_MED),) if unpaid else ()),
            )
            for row in records(epochs)
        ),
        note="The budget is the emission and what the epoch before carried over; it is paid, carried over"
        + (", burned or sent to the treasury" if diverted else "")
        + " or left unpaid, and never counted twice.",
        empty="No reward epoch closed in this run.",
    )
