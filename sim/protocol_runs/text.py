"""The figures of a run as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SHOWN_VALIDATORS: Final = 30


def described(figures: Mapping[str, Any]) -> str:
    """Return the figures as text: what was asked for, then a table of validators, largest stake first."""
    percentiles = figures["interval_percentiles_s"]
    about = "" if figures["interval_percentiles_exact"] else " (within 0.4 %)"
    shares = ", ".join(f"{int(name[1:])} % {_number(value)}" for name, value in percentiles.items())
    depths = figures["reorganisations"]
    lines = [
        f"{figures['preset']}, seed {figures['seed']}: {figures['blocks_canonical']:,} blocks in "
        f"{figures['duration_s'] / 86_400:,.2f} days",
        *(f"  {name} = {value}" for name, value in figures["settings"].items()),
        "",
        _row("interval, s", f"mean {_number(figures['interval_mean_s'])}, deviation "
             f"{_number(figures['interval_deviation_s'])}, minimum {_number(figures['interval_min_s'])}, "
             f"maximum {_number(figures['interval_max_s'])}"),
        _row("percentiles, s", f"{shares}{about}"),
        _row("orphans", f"{figures['blocks_orphaned']:,}: {_percent(figures['orphan_share'])} of all blocks, "
             f"{_percent(figures['stale_ratio'])} of canonical ones (stale ratio)"),
        _row("reorganisations", _depths(depths["nodes_by_depth"], "over all nodes")
             + "; " + _depths(depths["observer_by_depth"], "at the observer")),
        _row("final after, s", _latency(figures["finality_s"], "the protocol gives no finality in such a run")),
        _row(f"{figures['confirmation_s']['blocks']} confirmations, s", _latency(figures["confirmation_s"], "none")),
        *(
            _row(f"at {share}, s", f"mean {_number(values['mean'])}, 99 % {_number(values['p99'])}, "
                 f"maximum {_number(values['max'])}")
            for share, values in figures["propagation_s"].items()
        ),
        _row("missed", f"{figures['missed']['away']:,} by who was away, {figures['missed']['idle']:,} let pass"
             + ("" if figures["empty_slots"] is None else f"; {figures['empty_slots']:,} slots without a block")),
        _row("newly issued", f"{figures['subsidy_sat'] / 10**8:,.8f} coins"),
        *_delegators(figures["delegators"]),
        "",
        *_validators(figures["validators"]),
    ]  # fmt: skip
    return "\n".join(lines)


def _delegators(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    stake, reward = (sum(row[name] for row in rows) / 10**8 for name in ("stake_sat", "reward_sat"))
    return [_row("delegated", f"{stake:,.2f} coins of {len(rows)} stakers, who earned {reward:,.4f}")]


def _validators(rows: list[dict[str, Any]]) -> list[str]:
    ranked = sorted(rows, key=lambda row: (-row["stake_sat"] - row["delegated_sat"], row["validator"]))
    shown = ranked[:_SHOWN_VALIDATORS]
    width = max(len(row["validator"]) for row in rows)
    head = (
        f"{'validator':{width}} region   stake  mature  blocks   share orphans  orphan   stale          reward"
        "   share  missed"
    )
    lines = [head]
    for row in shown:
        lines.append(
            f"{row['validator']:{width}} {row['region'] or '-':6} {_percent(row['stake_share']):>7} "
            f"{_percent(row['mature_weight_share']):>7} {row['blocks']:>7,} {_percent(row['block_share']):>7} "
            f"{row['orphans']:>7,} {_percent(row['orphan_share']):>7} {_percent(row['stale_ratio']):>7} "
            f"{row['reward_sat'] / 10**8:>15,.4f} {_percent(row['reward_share']):>7} {row['missed']:>7,}"
        )
    if len(rows) > len(shown):
        lines.append(f"… and {len(rows) - len(shown)} more (--json prints all)")
    return lines


def _row(name: str, text: str) -> str:
    return f"{name:22} {text}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3f}".rstrip("0").rstrip(".")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.3f}%"


def _latency(values: Mapping[str, Any], otherwise: str) -> str:
    if not values["count"]:
        return otherwise
    return (
        f"mean {_number(values['mean'])}, 50 % {_number(values['p50'])}, 99 % {_number(values['p99'])}, "
        f"maximum {_number(values['max'])}"
    )


def _depths(depths: Mapping[str, int], where: str) -> str:
    if not depths:
        return f"none {where}"
    return ", ".join(f"{number:,} of depth {depth}" for depth, number in depths.items()) + f" {where}"
