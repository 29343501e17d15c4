"""The difficulty rule: the target follows the last block's interval, every block.

Why the mean interval is longer than the spacing asked for: the early rule multiplies the target by ((n - 1) *
spacing + 2 * actual) / ((n + 1) * spacing). The target is stationary where the mean *logarithm* of that
factor is 0, and a logarithm is concave: intervals scattered like a geometric law around exactly `spacing`
would make it negative, so that the target falls until blocks come slower than asked for. With n = 7, a
spacing of 128 s on a grid of 16 s and the cut at ten spacings the mean is 145 s (tests compute it). The late
rule's factor is the exponential of the interval's excess, so that the mean logarithm vanishes at the spacing
itself; only its cut is left to move the mean.
"""

from __future__ import annotations

from chain.protocols.qtum.compact import compact_from_target, target_from_compact
from chain.protocols.qtum.parameters import QtumParameters


def target_limit(parameters: QtumParameters, number: int) -> int:
    """Return the easiest target allowed to block `number`."""
    if number >= parameters.late_rules_block:
        return parameters.late_target_limit
    return parameters.target_limit


def next_bits(parameters: QtumParameters, number: int, parent_bits: int, parent_interval_s: int) -> int:
    """Return the compact target of block `number`, from its parent's target and the parent's interval."""
    target = target_from_compact(parent_bits)
    if number >= parameters.late_rules_block:
        target = _late_target(parameters, target, parent_interval_s)
    else:
        target = _early_target(parameters, target, parent_interval_s)
    limit = target_limit(parameters, number)
    if target <= 0 or target > limit:
        target = limit
    return compact_from_target(target)


def _early_target(parameters: QtumParameters, target: int, interval_s: int) -> int:
    spacing_s, interval = parameters.spacing_s, parameters.retarget_interval
    actual_s = min(interval_s, parameters.retarget_cut * spacing_s)
    return target * ((interval - 1) * spacing_s + 2 * actual_s) // ((interval + 1) * spacing_s)


def _late_target(parameters: QtumParameters, target: int, interval_s: int) -> int:
    spacing_s, grid_s = parameters.spacing_s, parameters.grid_s
    actual_s = min(interval_s, parameters.late_retarget_cut * spacing_s)
    excess = 2 * abs(actual_s - spacing_s) // grid_s
    if actual_s < spacing_s:
        excess = -excess
    return times_exponential(target, excess, (parameters.late_retarget_interval + 1) * spacing_s // grid_s)


def times_exponential(factor: int, numerator: int, denominator: int) -> int:
    """Return factor * exp(numerator / denominator) as a Taylor sum in integers, each term rounded down."""
    term = result = factor
    order = 0
    while term > 0:
        order += 1
        term = term * abs(numerator) // denominator // order
        result += -term if numerator < 0 and order % 2 else term
    return result
