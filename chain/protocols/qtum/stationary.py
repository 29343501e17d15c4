"""What the difficulty rule makes of the spacing asked for: mean and spread of the interval in the long run.

While the mature weight is constant the target is a Markov chain: from its present value follows the law of the
next interval (geometric on the time grid), and from the interval the next value. Its stationary law is found by
linear algebra on a fine grid of rates. The figures explain results and predict capacity; no block depends on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from chain.protocols.qtum.parameters import QtumParameters

_POINTS: Final = 600
_SLOWEST: Final = 1 / 40
"""Rates are followed from a fortieth of the one asked for …"""
_FASTEST: Final = 12
"""… to twelve times it; beyond lies less than a millionth of the law, for the presets' rules."""


@dataclass(frozen=True)
class IntervalLaw:
    """Mean and standard deviation of the time between blocks, in seconds."""

    mean_s: float
    spread_s: float


def interval_law(parameters: QtumParameters, number: int) -> IntervalLaw:
    """Return the long-run law of the interval under the rules of block `number`, to a hundredth of a second."""
    factors = _log_factors(parameters, number)
    asked = parameters.grid_s / parameters.spacing_s
    log_rates = np.linspace(math.log(asked * _SLOWEST), math.log(asked * _FASTEST), _POINTS)
    distance = log_rates[1] - log_rates[0]
    none = np.exp(-np.exp(log_rates))
    move = np.zeros((_POINTS, _POINTS))
    rows = np.arange(_POINTS)
    for steps, factor in enumerate(factors, start=1):
        is_cut = steps == len(factors)
        weight = none ** (steps - 1) * (1.0 if is_cut else 1 - none)
        position = np.clip((log_rates + factor - log_rates[0]) / distance, 0, _POINTS - 1.000001)
        low = position.astype(int)
        np.add.at(move, (rows, low), weight * (1 - (position - low)))
        np.add.at(move, (rows, low + 1), weight * (position - low))
    balance = move.T - np.eye(_POINTS)
    balance[-1] = 1  # one of the equations follows from the others; instead of it, the shares sum to 1
    law = np.linalg.solve(balance, np.append(np.zeros(_POINTS - 1), 1.0))
    chance = 1 - none
    mean = float(law @ (1 / chance))
    square = float(law @ ((2 - chance) / chance**2))
    return IntervalLaw(
        round(parameters.grid_s * mean, 2), round(parameters.grid_s * math.sqrt(square - mean**2), 2)
    )


def _log_factors(parameters: QtumParameters, number: int) -> list[float]:
    """Return by how much the target's logarithm moves after 1, 2, … steps; the last stands for all longer intervals."""
    spacing_s, grid_s = parameters.spacing_s, parameters.grid_s
    if number >= parameters.late_rules_block:
        n, cut = parameters.late_retarget_interval, parameters.late_retarget_cut
        scale = (n + 1) * spacing_s // grid_s
        return [
            math.trunc(2 * (min(steps * grid_s, cut * spacing_s) - spacing_s) / grid_s) / scale
            for steps in range(1, -(-cut * spacing_s // grid_s) + 1)
        ]
    n, cut = parameters.retarget_interval, parameters.retarget_cut
    return [
        math.log(((n - 1) * spacing_s + 2 * min(steps * grid_s, cut * spacing_s)) / ((n + 1) * spacing_s))
        for steps in range(1, -(-cut * spacing_s // grid_s) + 1)
    ]
