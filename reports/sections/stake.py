"""Who is paid for keeping the chain: rewards against stake, and a table of the largest stakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from reports.binomial import LEVEL, bounds
from reports.chain_words import QTUM, ChainWords
from reports.drawing import BLUE, GREY, INK, ORANGE, PALE, absent, draw, fine_log_ticks, legend_below
from reports.elements import Absent, Figure, Table, columns
from reports.measures import records
from reports.quantities import NONE, SATOSHI_PER_QTUM, coin, counted, number, share, whole
from reports.run_directory import RunDirectory
from reports.sections.tree_figure import region_name

_MOST_ROWS: Final = 12
_BAND_POINTS: Final = 60


@dataclass(frozen=True)
class Staker:
    """One staker; shares are of all stakers, `weight_share` of what could win over all blocks of the run."""

    name: str
    region: str | None
    stake_sat: int
    stake_share: float
    weight_share: float
    blocks: int
    stale: int | None
    missed: int | None
    reward_sat: int
    reward_share: float


def stakers_of(run: RunDirectory) -> tuple[Staker, ...]:
    """Return the stakers, the largest opening stake first."""
    rows = run.table(
        "stakers",
        ("owner_id", "opening_stake_sat", "weight_share", "region", "blocks", "stale_blocks", "missed_blocks",
         "reward_sat"),
    )  # fmt: skip
    staked, paid = int(rows["opening_stake_sat"].sum()), int(rows["reward_sat"].sum())
    found = [
        Staker(
            name=str(row["owner_id"]),
            region=None if pd.isna(row["region"]) else str(row["region"]),
            stake_sat=int(row["opening_stake_sat"]),
            stake_share=int(row["opening_stake_sat"]) / staked if staked else 0.0,
            weight_share=float(row["weight_share"]),
            blocks=int(row["blocks"]),
            stale=None if pd.isna(row["stale_blocks"]) else int(row["stale_blocks"]),
            missed=None if pd.isna(row["missed_blocks"]) else int(row["missed_blocks"]),
            reward_sat=int(row["reward_sat"]),
            reward_share=int(row["reward_sat"]) / paid if paid else 0.0,
        )
        for row in records(rows)
    ]
    return tuple(sorted(found, key=lambda staker: (-staker.stake_sat, staker.name)))


def stake_figure(stakers: Sequence[Staker], words: ChainWords = QTUM) -> Figure | Absent:
    """Share of all rewards against share of the stake, with what chance allows around the line of equality.

    Where turns are not drawn there is no chance to allow for.
    """
    title = f"Reward against {words.stake}"
    blocks = sum(staker.blocks for staker in stakers)
    paid = [staker for staker in stakers if staker.reward_sat]
    if not paid:
        return absent(title, "Nothing to draw: nobody was paid for a block.")
    outside = [
        staker
        for staker in stakers
        if not _as_chance_has_it(
            staker.blocks / blocks if words.apart and blocks else staker.reward_share,
            staker.weight_share,
            blocks,
        )
    ]
    banded = words.drawn and not words.apart
    largest = stakers[0]
    positive = [
        value
        for staker in paid
        for value in (staker.stake_share, staker.weight_share, staker.reward_share)
        if value > 0
    ]
    low, high = min(positive) / 1.6, min(1.0, max(positive) * 1.6)
    unpaid = len(stakers) - len(paid)
    sentence = (
        f"The largest of {counted(len(stakers), words.maker)} held {share(largest.stake_share)} of the {words.stake} "
        f"and {_held(largest, words)}got {share(largest.reward_share)} of the rewards."
        + (f" {_outside(len(outside), len(stakers), blocks, words)}" if words.drawn else "")
        + (f" {counted(unpaid, words.maker)} got nothing and cannot be drawn." if unpaid else "")
        + _in_vain(stakers)
    )

    def paint(axes: Axes) -> None:
        shares = [low * (high / low) ** (step / _BAND_POINTS) for step in range(_BAND_POINTS + 1)]
        limits = [bounds(blocks, chance) for chance in shares]
        if banded:
            axes.fill_between(
                [100 * value for value in shares],
                [max(100 * least / blocks, 1e-9) for least, _ in limits],
                [100 * most / blocks for _, most in limits],
                color=PALE, linewidth=0, label=f"chance: {100 * LEVEL:.0f} % of draws",
            )  # fmt: skip
        axes.plot(
            [100 * low, 100 * high], [100 * low, 100 * high], color=GREY, linewidth=1, label="equal shares"
        )
        for staker in paid:
            ends = [100 * staker.stake_share, 100 * staker.weight_share]
            axes.plot(ends, [100 * staker.reward_share] * 2, color=ORANGE, linewidth=0.7)
        axes.plot(
            [100 * staker.stake_share for staker in paid], [100 * staker.reward_share for staker in paid], "o",
            markersize=4.5, markerfacecolor="white", markeredgecolor=ORANGE, linestyle="none",
            label=f"by {words.stake}",
        )  # fmt: skip
        axes.plot(
            [100 * staker.weight_share for staker in paid], [100 * staker.reward_share for staker in paid], "o",
            markersize=4.5, color=BLUE, markeredgecolor=INK, markeredgewidth=0.4, linestyle="none",
            label=f"by {words.turns}" if words.turns != words.stake else None,
        )  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(100 * low, 100 * high)
        axes.set_ylim(100 * low, 100 * high)
        for axis in (axes.xaxis, axes.yaxis):
            fine_log_ticks(axis, 100 * low, 100 * high)
        axes.set_xlabel(f"share of the {words.stake} [%], logarithmic")
        axes.set_ylabel("share of the rewards [%]")
        legend_below(axes, 2)

    alt = f"Points of {len(paid)} {words.maker}s: share of rewards over share of {words.stake}" + (
        f", {len(outside)} of them outside of what chance allows" if banded else ""
    )
    return draw("stake", title=title, alt=alt, sentence=sentence, paint=paint, height_in=3.6)


def _held(largest: Staker, words: ChainWords) -> str:
    if words.turns == QTUM.turns:
        return f"{share(largest.weight_share)} of what was mature, block by block, and "
    return f"{share(largest.weight_share)} of the {words.turns}, and " if words.turns != words.stake else ""


def _in_vain(stakers: Sequence[Staker]) -> str:
    """Where most and where fewest of the blocks made were stale; nothing where none was."""
    made: Counter[str] = Counter()
    stale: Counter[str] = Counter()
    for staker in stakers:
        if staker.region is not None and staker.stale is not None:
            made[staker.region] += staker.blocks + staker.stale
            stale[staker.region] += staker.stale
    shares = {region: stale[region] / made[region] for region in made if made[region]}
    if len(shares) < 2 or not stale.total():
        return ""
    most, least = (choose(shares, key=lambda region: (shares[region], region)) for choose in (max, min))
    return (
        f" Of the blocks made in {region_name(most)} {share(shares[most])} were stale and earned nothing, in "
        f"{region_name(least)} {share(shares[least])}."
    )


def _outside(outside: int, stakers: int, blocks: int, words: ChainWords) -> str:
    expected = (1 - LEVEL) * stakers
    verdict = "as chance has it" if outside <= _most_by_chance(stakers) else "more than chance explains"
    if words.apart:
        return (
            f"{words.apart} By blocks, {outside:,} of "
            f"{stakers:,} made more or fewer than {100 * LEVEL:.0f} % of {blocks:,} draws with their {words.turns} "
            f"would give, where about {number(expected, 2)} were expected: {verdict}."
        )
    return (
        f"{outside:,} of {stakers:,} lie outside the band that holds {100 * LEVEL:.0f} % of what {blocks:,} draws with "
        f"their {words.turns} would give, where about {number(expected, 2)} were expected: {verdict}."
    )


def _most_by_chance(stakers: int) -> int:
    return bounds(stakers, 1 - LEVEL)[1]


def _as_chance_has_it(reward_share: float, weight_share: float, blocks: int) -> bool:
    least, most = bounds(blocks, weight_share)
    return least <= reward_share * blocks <= most


def stake_table(stakers: Sequence[Staker], words: ChainWords = QTUM) -> Table:
    """The largest stakers one by one, the others together."""
    on_network = any(staker.stale is not None for staker in stakers)
    has_missed = any(staker.missed for staker in stakers)
    titles = [
        words.maker.capitalize(),
        *(["Region"] if on_network else []),
        *_stake_titles(words),
    ]
    titles += ["#Blocks", "#Share of blocks", *(["#Stale blocks"] if on_network else [])]
    titles += ["#Missed turns"] if has_missed else []
    blocks = sum(staker.blocks for staker in stakers)
    shown = list(stakers[:_MOST_ROWS])
    whole_stake = sum(staker.stake_sat for staker in stakers)
    rows = [_row(one.name, [one], blocks, on_network, has_missed, words, whole_stake) for one in shown]
    others = stakers[_MOST_ROWS:]
    if others:
        rows.append(
            _row(f"{len(others):,} others", others, blocks, on_network, has_missed, words, whole_stake)
        )
    return Table(
        "Who keeps the chain",
        columns(*titles, f"#Reward [{words.coin}]", "#Share of rewards"),
        tuple(rows),
        note=f"{words.about} "
        + _regions_named(stakers)
        + (
            "Stale blocks are those it made that no chain contains any more: they earn nothing. "
            if on_network
            else ""
        )
        + words.paid,
        empty=f"There is no {words.maker} in this run.",
    )


def _stake_titles(words: ChainWords) -> tuple[str, ...]:
    """Columns of stake and of turns; none where nobody has to have anything to sign."""
    if words.stake == words.turns:
        return ()
    if words.stake == "stake":
        return f"#Stake [{words.coin}]", "#Share of stake", f"#Share of {words.turns}"
    return f"#Share of all {words.stake}", f"#Share of {words.turns}"


def _stakes(stakers: Sequence[Staker], words: ChainWords, whole_stake: int) -> tuple[str, ...]:
    if words.stake == words.turns:
        return ()
    held = words.stake_of(sum(staker.stake_sat for staker in stakers), whole_stake)
    turns = share(sum(staker.weight_share for staker in stakers))
    if words.stake != "stake":
        return held, turns
    return held, share(sum(staker.stake_share for staker in stakers)), turns


def _regions_named(stakers: Sequence[Staker]) -> str:
    regions = sorted({staker.region for staker in stakers if staker.region})
    return f"{', '.join(f'{region} is {region_name(region)}' for region in regions)}. " if regions else ""


def _row(
    name: str,
    stakers: Sequence[Staker],
    blocks: int,
    on_network: bool,
    has_missed: bool,
    words: ChainWords,
    whole_stake: int,
) -> tuple[str, ...]:
    made = sum(staker.blocks for staker in stakers)
    regions = sorted({staker.region or "" for staker in stakers})
    cells = [
        name,
        *([regions[0] if len(regions) == 1 else "several"] if on_network else []),
        *_stakes(stakers, words, whole_stake),
        whole(made),
        share(made / blocks) if blocks else NONE,
        *([whole(sum(staker.stale or 0 for staker in stakers))] if on_network else []),
        *([whole(sum(staker.missed or 0 for staker in stakers))] if has_missed else []),
    ]
    return (
        *cells,
        coin(sum(staker.reward_sat for staker in stakers), SATOSHI_PER_QTUM),
        share(sum(staker.reward_share for staker in stakers)),
    )
