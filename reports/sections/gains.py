"""Section 2: who gains and who pays, by role; KRW where a rate is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from reports.chain_words import ChainWords, words_of
from reports.drawing import BLUE, HATCHES, SERIES, absent, draw, legend_below
from reports.elements import Absent, Element, Figure, Gallery, Paragraph, Section, Table, columns
from reports.quantities import (
    NONE,
    SATOSHI_PER_QTUM,
    UNITS_PER_MED,
    coin,
    med,
    number,
    scale,
    share,
    signed,
)
from reports.run_directory import RunDirectory


def section(run: RunDirectory) -> Section:
    """Fees by payer and act, rewards by role, one table of both."""
    fees, rewards = _fees(run), _rewards(run)
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run, fees, rewards)),
        Gallery((_fee_figure(fees, words_of(run)), _reward_figure(rewards))),
        _ledger(run, fees, rewards),
        Paragraph(_rates(run), note=True),
    )
    return Section(2, "gains", "Who gains, who pays", elements)


def _fees(run: RunDirectory) -> pd.DataFrame:
    """Fees in satoshi: a row a payer's role, a column an act, dearest act first."""
    transactions = run.table("transactions", ("sender_role", "act", "fee_sat", "canonical"))
    paid = transactions[transactions["canonical"] & transactions["fee_sat"].notna()]
    paid = paid.assign(fee_sat=paid["fee_sat"].astype("int64"))
    table = paid.pivot_table(
        index="sender_role", columns="act", values="fee_sat", aggfunc="sum", fill_value=0, observed=True
    )
    by_act, by_role = table.sum(axis="index").to_dict(), table.sum(axis="columns").to_dict()
    order = sorted(table.columns, key=lambda act: (-by_act[act], str(act)))
    roles = sorted(table.index, key=lambda role: (-by_role[role], str(role)))
    return table.loc[roles, order]


def _rewards(run: RunDirectory) -> dict[str, tuple[int, int]]:
    """MED units paid and owners paid, by role."""
    rewards = run.table("rewards", ("role", "owner_id", "amount_med_units"))
    return {
        str(role): (int(rows["amount_med_units"].sum()), int(rows["owner_id"].nunique()))
        for role, rows in rewards.groupby("role", sort=True)
    }


def _staker_reward_sat(run: RunDirectory) -> int:
    return int(run.table("stakers", ("reward_sat",))["reward_sat"].sum())


def _lead(run: RunDirectory, fees: pd.DataFrame, rewards: Mapping[str, tuple[int, int]]) -> str:
    words = words_of(run)
    if fees.empty:
        return "Nobody paid a fee in this run, and so nobody gained from one."
    if not words.has_fees:
        return _without_fees(run, rewards)
    total_sat = int(fees.to_numpy().sum())
    payer, payer_sat = str(fees.index[0]), int(fees.iloc[0].sum())
    part = share(payer_sat / total_sat) if total_sat else NONE
    lead = f"Fees came to {words.amount(total_sat)}; {payer}s paid {part} of them"
    lead += ", patients none" if "patient" not in fees.index else ""
    paid_units = sum(amount for amount, _ in rewards.values())
    if not paid_units:
        return f"{lead}. No MED was paid out in this run."
    parts = ", ".join(f"{role}s {share(amount / paid_units)}" for role, (amount, _) in rewards.items())
    return (
        f"{lead}. Rewards came to {med(paid_units)} ({parts}). Minting pays for them: every holder of MED is "
        f"diluted, nobody outside bought them. {words.maker.capitalize()}s earned "
        f"{words.amount(_staker_reward_sat(run))}."
    )


def _without_fees(run: RunDirectory, rewards: Mapping[str, tuple[int, int]]) -> str:
    """What is paid where acts cost no coin."""
    words, paid_units = words_of(run), sum(amount for amount, _ in rewards.values())
    lead = "Points paid for acts, which come back with time: nobody paid a fee, and nobody gained from one."
    if words.maker == "signer":
        lead = "Nobody paid a fee, and nobody gained from one: the signer works for nothing in this run."
    rewarded = f"Rewards came to {med(paid_units)}" if paid_units else "No MED was paid out as rewards"
    earned_sat = _staker_reward_sat(run)
    earned = f"; {words.maker}s earned {words.amount(earned_sat)}" if earned_sat else ""
    return f"{lead} {rewarded}{earned}."


def _fee_figure(fees: pd.DataFrame, words: ChainWords) -> Figure | Absent:
    title = "Fees by who paid them, and for what"
    total_sat = int(fees.to_numpy().sum()) if not fees.empty else 0
    if not total_sat:
        return absent(title, "Nothing to draw: no fee was paid.")
    dearest, dearest_sat = str(fees.columns[0]), int(fees.iloc[:, 0].sum())
    sentence = (
        f"Of {words.amount(total_sat)} in fees the act “{dearest}” took {share(dearest_sat / total_sat)}; "
        f"the largest payer is the {fees.index[0]}."
    )
    drawn = _leading_acts(fees)

    def paint(axes: Axes) -> None:
        left = [0.0] * len(drawn)
        for act, colour, hatch in zip(drawn.columns, SERIES, HATCHES, strict=False):
            values = [int(value) / SATOSHI_PER_QTUM for value in drawn[act]]
            axes.barh(
                list(drawn.index), values, left=left, color=colour, hatch=hatch, edgecolor="white",
                label=str(act), height=0.6,
            )  # fmt: skip
            left = [start + value for start, value in zip(left, values, strict=True)]
        axes.set_xlim(0, 1.06 * max(left))
        axes.invert_yaxis()
        axes.set_xlabel(f"fees paid [{words.coin}]")
        axes.set_ylabel("payer's role")
        axes.grid(axis="y", visible=False)
        legend_below(axes, 3)

    alt = f"Stacked bars of fees in {words.coin} by payer's role: " + ", ".join(
        f"{role} {words.amount(int(fees.loc[role].sum()))}" for role in fees.index
    )
    return draw("fees", title=title, alt=alt, sentence=sentence, paint=paint)


def _leading_acts(fees: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    if len(fees.columns) <= most + 1:
        return fees
    kept = fees.iloc[:, :most].copy()
    kept["other acts"] = fees.iloc[:, most:].sum(axis=1)
    return kept


def _reward_figure(rewards: Mapping[str, tuple[int, int]]) -> Figure | Absent:
    title = "MED paid as rewards, by role"
    if not any(amount for amount, _ in rewards.values()):
        return absent(title, "Nothing to draw: no epoch paid a reward in this run.")
    per_head = {role: amount / owners / UNITS_PER_MED for role, (amount, owners) in rewards.items()}
    sentence = "; ".join(
        f"{owners:,} {role}s earned {med(amount)}, {number(per_head[role])} MED each on average"
        for role, (amount, owners) in rewards.items()
    )

    divisor, word = scale(max(amount for amount, _ in rewards.values()) / UNITS_PER_MED)

    def paint(axes: Axes) -> None:
        roles: Sequence[str] = list(rewards)
        axes.barh(
            roles, [rewards[role][0] / UNITS_PER_MED / divisor for role in roles], color=BLUE, height=0.5
        )
        axes.invert_yaxis()
        axes.set_xlabel(f"rewards paid [{word}MED]")
        axes.set_ylabel("role")
        axes.grid(axis="y", visible=False)

    alt = "Bars of MED paid by role: " + ", ".join(
        f"{role} {med(amount)}" for role, (amount, _) in rewards.items()
    )
    return draw("rewards", title=title, alt=alt, sentence=f"{sentence}.", paint=paint, height_in=2.2)


def _ledger(run: RunDirectory, fees: pd.DataFrame, rewards: Mapping[str, tuple[int, int]]) -> Table:
    words = words_of(run)
    rate_krw = None if words.krw_key is None else run.setting(words.krw_key)
    paid_by_role = {str(role): int(paid) for role, paid in fees.sum(axis="columns").items()}
    roles = sorted({str(role) for role in fees.index} | set(rewards) | {words.maker})
    staked_sat = _staker_reward_sat(run)
    rows = []
    for role in roles:
        paid_sat = paid_by_role.get(role, 0)
        earned_sat = staked_sat if role == words.maker else 0
        net_sat = earned_sat - paid_sat
        rows.append(
            (
                role,
                coin(paid_sat, SATOSHI_PER_QTUM),
                coin(earned_sat, SATOSHI_PER_QTUM),
                coin(rewards.get(role, (0, 0))[0], UNITS_PER_MED),
                _krw(net_sat, rate_krw),
            )
        )
    if words.coin == "MED":
        titles = columns(
            "Role", "#Fees paid [MED]", "#Earned with blocks [MED]", "#Rewards [MED]", "#Fees, net [KRW]"
        )
    else:
        titles = columns(
            "Role",
            f"#Fees paid [{words.coin}]",
            f"#Earned [{words.coin}]",
            "#Earned [MED]",
            f"#{words.coin}, net [KRW]",
        )
    return Table("Gains and payments by role", titles, tuple(rows))


def _krw(amount_sat: int, rate_krw: object) -> str:
    if not isinstance(rate_krw, int | float) or isinstance(rate_krw, bool):
        return NONE
    return signed(f"{amount_sat / SATOSHI_PER_QTUM * rate_krw:,.0f}")


def _rates(run: RunDirectory) -> str:
    words = words_of(run)
    rate_krw = None if words.krw_key is None else run.setting(words.krw_key)
    price = run.kpi("token.price_krw")
    qtum_text = (
        f"{words.coin} is valued at {number(rate_krw, 4)} KRW, a constant of the scenario"
        if isinstance(rate_krw, int | float)
        else f"{words.coin} has no KRW rate in this scenario"
    )
    if words.coin == "MED" or words.maker == "signer":
        return f"MED has no price ({price.reason}), so that nothing stands in KRW here."
    if price.number is None:
        return f"{qtum_text}. MED has no price ({price.reason}), so rewards stand in MED alone."
    return f"{qtum_text}; MED at {number(price.number)} KRW."
