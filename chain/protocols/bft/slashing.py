"""Punishment: for being away too often, and for signing two blocks of one height.

Source: cosmos/cosmos-sdk, x/slashing/keeper/infractions.go, x/evidence/keeper/infraction.go and
x/staking/keeper/slash.go.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Final

from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.priority import Roster
from chain.protocols.bft.staking import Signing, Staking, Validator
from chain.protocols.round_rules import DoubleSign

FOREVER_S: Final = 253_402_300_799
"""The end of the year 9999: nobody gets out of jail after a double signature."""

UPDATE_DELAY_BLOCKS: Final = 1
"""Power that a block changes votes from the next but one on."""

COUNT_DELAY_BLOCKS: Final = UPDATE_DELAY_BLOCKS + 2
"""Blocks from a change of the validators to the first block that counts how the new ones signed."""


def watched(
    parameters: BftParameters,
    staking: Staking,
    roster: Roster,
    absent: Set[int],
    number: int,
    timestamp_s: int,
) -> tuple[Staking, int]:
    """Return the staking after block `number` has counted who signed the block before, and what was burned.

    `absent` are places. Whoever has missed too many of its last window is slashed and jailed, and its window starts
    empty. Jailed validators still on the roster are not counted.
    """
    if not absent and not staking.has_misses:
        return staking, 0
    burned_sat = 0
    for place, power in zip(roster.places, roster.powers, strict=True):
        validator = staking.validators[place]
        signing = validator.signing
        assert signing is not None
        if validator.jailed or (place not in absent and not signing.missed_blocks):
            continue
        counted = _counted(parameters, signing, place in absent, number)
        if counted is not signing:
            staking = staking.with_validator(place, replace(validator, signing=counted))
        if (
            number > counted.start_number + parameters.signed_window_blocks
            and counted.missed_blocks > parameters.most_missed_blocks
        ):
            offence = number - UPDATE_DELAY_BLOCKS - 1
            staking, burned = slashed(
                parameters, staking, place, power, parameters.downtime_slash, offence, timestamp_s
            )
            burned_sat += burned
            staking = staking.with_validator(
                place,
                replace(
                    staking.validators[place],
                    jailed=True,
                    jailed_until_s=timestamp_s + parameters.downtime_jail_s,
                    signing=Signing(counted.start_number, number + 1),
                ),
            )
    return staking, burned_sat


def convicted(
    parameters: BftParameters, staking: Staking, evidence: DoubleSign, timestamp_s: int
) -> tuple[Staking, int]:
    """Return the staking after evidence of a double signature, and what was burned.

    Nothing happens where the evidence is too old, the validator left long ago, or it was convicted before.
    """
    place = staking.places[evidence.validator_id]
    validator = staking.validators[place]
    gone = validator.left_s is not None and timestamp_s >= validator.left_s + parameters.unbonding_s
    too_old = timestamp_s - evidence.timestamp_s > parameters.evidence_age_s
    if gone or too_old or validator.tombstoned:
        return staking, 0
    offence = evidence.number - UPDATE_DELAY_BLOCKS
    staking, burned_sat = slashed(
        parameters, staking, place, evidence.power, parameters.double_sign_slash, offence, timestamp_s
    )
    validator = replace(staking.validators[place], jailed=True, tombstoned=True, jailed_until_s=FOREVER_S)
    return staking.with_validator(place, validator), burned_sat


def slashed(
    parameters: BftParameters,
    staking: Staking,
    place: int,
    power: int,
    fraction: int,
    offence_number: int,
    timestamp_s: int,
) -> tuple[Staking, int]:
    """Return the staking after a slash, and what was burned.

    The fraction is one of the power at the offence. What began to unbond since then bears its part first, and
    the validator's tokens the rest.
    """
    due_sat = power * parameters.power_unit_sat * fraction // ONE
    unbondings, taken_sat = [], 0
    for unbonding in staking.unbondings:
        if unbonding.place == place and unbonding.number >= offence_number and unbonding.due_s > timestamp_s:
            part_sat = unbonding.initial_sat * fraction // ONE
            part_sat = min(part_sat, unbonding.amount_sat)
            due_sat -= unbonding.initial_sat * fraction // ONE
            taken_sat += part_sat
            unbonding = replace(unbonding, amount_sat=unbonding.amount_sat - part_sat)
        unbondings.append(unbonding)
    validator = staking.validators[place]
    burned_sat = min(max(due_sat, 0), validator.tokens_sat)
    poorer = replace(validator, tokens_sat=validator.tokens_sat - burned_sat)
    staking = replace(staking.with_validator(place, poorer), unbondings=tuple(unbondings))
    return staking, burned_sat + taken_sat


def joined(validator: Validator, number: int) -> Validator:
    """Return a validator that block `number` lets vote; its window goes on where it was when it left."""
    counted = number + COUNT_DELAY_BLOCKS
    signing = validator.signing
    if signing is None:
        signing = Signing(number, counted)
    else:
        signing = replace(signing, since_number=counted + signing.since_number)
    return replace(validator, left_s=None, signing=signing)


def left(validator: Validator, number: int, timestamp_s: int) -> Validator:
    """Return a validator that block `number` lets vote no more; its window waits, counted back from zero."""
    signing = validator.signing
    assert signing is not None
    waiting = replace(signing, since_number=signing.since_number - number - COUNT_DELAY_BLOCKS)
    return replace(validator, left_s=timestamp_s, signing=waiting)


def _counted(parameters: BftParameters, signing: Signing, missed: bool, number: int) -> Signing:
    bit = 1 << (number - signing.since_number) % parameters.signed_window_blocks
    if bool(signing.missed_bits & bit) == missed:
        return signing
    return replace(
        signing,
        missed_bits=signing.missed_bits ^ bit,
        missed_blocks=signing.missed_blocks + (1 if missed else -1),
    )
