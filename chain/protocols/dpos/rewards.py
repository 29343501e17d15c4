"""What a block pays its producer, block by block and for long stretches at once. Amounts in 10^-8 MED."""

from __future__ import annotations

from collections.abc import Iterator

from chain.protocols.dpos.parameters import DposParameters


def reward_sat(parameters: DposParameters, parent_supply_sat: int) -> int:
    """Return the reward of the block after a supply: a share of it, rounded down to whole steps."""
    return (
        parent_supply_sat * parameters.reward_numerator // _per_step(parameters) * parameters.reward_step_sat
    )


def reward_runs(parameters: DposParameters, supply_sat: int, blocks: int) -> Iterator[tuple[int, int]]:
    """Yield (reward, count) for the next `blocks` blocks in order, equal rewards together.

    The reward stays the same until the supply that it makes grow has earned another step, so that a year is
    about a hundred runs.
    """
    while blocks:
        reward = reward_sat(parameters, supply_sat)
        count = blocks
        if reward:
            steps = reward // parameters.reward_step_sat + 1
            next_supply_sat = -(-steps * _per_step(parameters) // parameters.reward_numerator)
            count = min(blocks, -(-(next_supply_sat - supply_sat) // reward))
        yield reward, count
        supply_sat += reward * count
        blocks -= count


def _per_step(parameters: DposParameters) -> int:
    return parameters.reward_denominator * parameters.reward_step_sat
