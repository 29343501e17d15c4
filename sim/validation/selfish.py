"""What selfish mining earns, against the closed form of Eyal and Sirer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.protocol_runs.running import Playing
from sim.protocol_runs.settings import resolve
from sim.validation.answer import Answer
from sim.validation.batches import played_in_batches, ratio_of_sums

CASES: Final = ((0.25, 0.0, 19.512), (1 / 3, 0.0, 33.333), (0.4, 0.5, 52.558))
"""Power, gamma, and the attacker's share of the best chain in percent (Eyal and Sirer 2014, equation 8)."""

_HONEST: Final = 60
_POINTS: Final = 1.0

_TO_ATTACKER_S: Final = 0.01
_AMONG_HONEST_S: Final = 0.1
_BEFORE_HONEST_S: Final = 0.01
_AFTER_HONEST_S: Final = 1.0
"""Delays that make gamma: the attacker hears of a block soon, and reaches some before the block does, others after.

All are so short beside 600 s that honest miners hardly ever fork by themselves.
"""


def selfish_mining(blocks: int, seed: int) -> Iterator[Answer]:
    """Yield the attacker's share of the best chain for each power and gamma."""
    for power, gamma, expected in CASES:
        settings = resolve(
            "poisson",
            [
                f"stakers.shares={[power, *[(1 - power) / _HONEST] * _HONEST]}",
                f"network.delay_matrix_s={_matrix_s(gamma)}",
                "faults.selfish=[0]",
                "protocol.interval_s=600",
                "block.bytes=0",
                "network.bandwidth_bytes_per_s=0",
            ],
        )
        playing = Playing(settings, seed)
        _outcome, rises = played_in_batches(
            playing, blocks, lambda run: [run.statistics.canonical[0], sum(run.statistics.canonical)]
        )
        ratio, error = ratio_of_sums([own for own, _all in rises], [total for _own, total in rises])
        yield Answer(
            suite="selfish-mining",
            name=f"power {power:.3f}, gamma {gamma:g}",
            unit="% of the chain",
            expected=expected,
            measured=100 * ratio,
            error=100 * error,
            allowed=_POINTS + 400 * error if error * 400 > _POINTS else _POINTS,
            rule="1 point" + (" and 4 standard errors" if error * 400 > _POINTS else ""),
        )


def _matrix_s(gamma: float) -> list[list[float]]:
    """Return delays under which a share `gamma` of the honest hear of the attacker's block before another's.

    Node 0 is the attacker. Who makes a block stays with it, so that gamma is lower by half an honest miner's share.
    """
    early = round(_HONEST * gamma)
    attacker = [0.0, *[_BEFORE_HONEST_S] * early, *[_AFTER_HONEST_S] * (_HONEST - early)]
    rows = [attacker]
    for miner in range(1, _HONEST + 1):
        row = [_AMONG_HONEST_S] * (_HONEST + 1)
        row[0], row[miner] = _TO_ATTACKER_S, 0.0
        rows.append(row)
    return rows
