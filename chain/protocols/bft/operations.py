"""What people do to the protocol: functions on states, each as part of the block after the state.

Amounts in 10^-8 MED. What the rules refuse raises `OperationRefused` and changes nothing. Source:
cosmos/cosmos-sdk, x/staking/keeper/{delegation,msg_server}.go, x/distribution/keeper/delegation.go,
x/slashing/keeper/unjail.go.
"""

from __future__ import annotations

from dataclasses import replace

from chain.block import Address
from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.opening import check_commission
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.staking import Delegation, Unbonding, Validator, settled
from chain.protocols.bft.state import BftState
from chain.protocols.protocol import ProtocolError


class OperationRefused(ProtocolError):
    """The rules do not allow somebody what it asked for."""


def deposit(state: BftState, owner_id: str, amount_sat: int) -> BftState:
    """Bring coins in from outside."""
    _check_amount(amount_sat)
    return replace(state, staking=state.staking.with_liquid(owner_id, amount_sat))


def withdraw(state: BftState, owner_id: str, amount_sat: int) -> BftState:
    """Take coins out of somebody's hands."""
    return _spent(state, owner_id, amount_sat)


def create_validator(
    parameters: BftParameters,
    state: BftState,
    owner_id: str,
    address: Address,
    commission: int,
    amount_sat: int,
) -> BftState:
    """Begin to validate with a stake of one's own; `commission` is a fraction of `fixed.ONE`."""
    check_commission(parameters, owner_id, commission)
    if owner_id in state.staking.places or any(v.address == address for v in state.staking.validators):
        raise OperationRefused(f"{owner_id} or its address validates already")
    _spent(state, owner_id, amount_sat)
    staking = state.staking
    staking = replace(
        staking,
        validators=(*staking.validators, Validator(owner_id, address, commission)),
        places={**staking.places, owner_id: len(staking.validators)},
    )
    state = replace(
        state,
        staking=staking,
        outstanding_sat=(*state.outstanding_sat, 0),
        weights=(*state.weights, 0),
    )
    return delegate(state, owner_id, owner_id, amount_sat)


def delegate(state: BftState, delegator_id: str, validator_id: str, amount_sat: int) -> BftState:
    """Stake with a validator; rewards so far are drawn."""
    place = _place(state, validator_id)
    if state.staking.validators[place].shares and not state.staking.validators[place].tokens_sat:
        raise OperationRefused(f"{validator_id} has lost all its stake, so that a share has no price")
    state = _spent(state, delegator_id, amount_sat)
    state = draw_rewards(state, delegator_id, validator_id)
    validator = state.staking.validators[place]
    bought = validator.shares_for(amount_sat)
    if not bought:
        raise OperationRefused(f"{amount_sat} buy no whole share of {validator_id}")
    held = state.staking.delegations.get((delegator_id, place))
    return _delegated(
        state,
        delegator_id,
        place,
        replace(validator, tokens_sat=validator.tokens_sat + amount_sat, shares=validator.shares + bought),
        (held.shares if held else 0) + bought,
    )


def undelegate(
    parameters: BftParameters, state: BftState, delegator_id: str, validator_id: str, shares: int
) -> BftState:
    """Give shares back; their worth is paid after the unbonding time, and may be slashed until then."""
    _check_amount(shares)
    place = _place(state, validator_id)
    state = draw_rewards(state, delegator_id, validator_id)
    held = state.staking.delegations.get((delegator_id, place))
    if held is None or held.shares < shares:
        raise OperationRefused(f"{delegator_id} has {held.shares if held else 0} shares, less than {shares}")
    waiting = [u for u in state.staking.unbondings if (u.delegator_id, u.place) == (delegator_id, place)]
    if len(waiting) >= parameters.unbonding_entries:
        raise OperationRefused(f"{delegator_id} has {len(waiting)} amounts on their way already")
    validator = state.staking.validators[place]
    amount_sat = validator.worth_sat(shares)
    if not amount_sat:
        raise OperationRefused(f"{shares} shares of {validator_id} are worth nothing")
    due_s = state.timestamp_s + parameters.unbonding_s
    unbonding = Unbonding(delegator_id, place, state.number, due_s, amount_sat, amount_sat)
    state = _delegated(
        state,
        delegator_id,
        place,
        replace(validator, tokens_sat=validator.tokens_sat - amount_sat, shares=validator.shares - shares),
        held.shares - shares,
    )
    return replace(state, staking=replace(state.staking, unbondings=(*state.staking.unbondings, unbonding)))


def draw_rewards(state: BftState, delegator_id: str, validator_id: str) -> BftState:
    """Take what a delegator has earned with a validator into its hands; nothing where it has no shares."""
    place = _place(state, validator_id)
    state = _settled(state, place)
    held = state.staking.delegations.get((delegator_id, place))
    if held is None:
        return state
    validator = state.staking.validators[place]
    due_sat = (validator.per_share - held.per_share) * held.shares // ONE
    paid = replace(validator, pot_sat=validator.pot_sat - due_sat)
    state = _delegated(state, delegator_id, place, paid, held.shares)
    return replace(state, staking=state.staking.with_liquid(delegator_id, due_sat))


def draw_commission(state: BftState, validator_id: str) -> BftState:
    """Take a validator's commission so far into its hands."""
    place = _place(state, validator_id)
    state = _settled(state, place)
    validator = state.staking.validators[place]
    staking = state.staking.with_validator(place, replace(validator, commission_sat=0))
    return replace(state, staking=staking.with_liquid(validator_id, validator.commission_sat))


def unjail(state: BftState, validator_id: str) -> BftState:
    """Let a validator that has served its time vote again, if it is still among the strongest."""
    place = _place(state, validator_id)
    validator = state.staking.validators[place]
    if not validator.jailed:
        raise OperationRefused(f"{validator_id} is not jailed")
    if validator.tombstoned:
        raise OperationRefused(f"{validator_id} has signed twice and never votes again")
    if state.timestamp_s < validator.jailed_until_s:
        raise OperationRefused(f"{validator_id} is jailed until {validator.jailed_until_s} s")
    if (validator_id, place) not in state.staking.delegations:
        raise OperationRefused(f"{validator_id} has no stake of its own left")
    return replace(state, staking=state.staking.with_validator(place, replace(validator, jailed=False)))


def _check_amount(amount: int) -> None:
    if amount <= 0:
        raise OperationRefused(f"an amount is at least 1, not {amount}")


def _place(state: BftState, validator_id: str) -> int:
    place = state.staking.places.get(validator_id)
    if place is None:
        raise OperationRefused(f"{validator_id} does not validate")
    return place


def _spent(state: BftState, owner_id: str, amount_sat: int) -> BftState:
    _check_amount(amount_sat)
    liquid_sat = state.staking.liquid_sat.get(owner_id, 0)
    if liquid_sat < amount_sat:
        raise OperationRefused(f"{owner_id} has {liquid_sat} in hand, less than {amount_sat}")
    return replace(state, staking=state.staking.with_liquid(owner_id, -amount_sat))


def _settled(state: BftState, place: int) -> BftState:
    """Divide a validator's outstanding rewards among commission and shares."""
    validator = settled(state.staking.validators[place], state.outstanding_sat[place])
    outstanding = list(state.outstanding_sat)
    outstanding[place] = 0
    staking = state.staking.with_validator(place, validator)
    return replace(state, staking=staking, outstanding_sat=tuple(outstanding))


def _delegated(state: BftState, delegator_id: str, place: int, validator: Validator, shares: int) -> BftState:
    delegations = dict(state.staking.delegations)
    delegations.pop((delegator_id, place), None)
    if shares:
        delegations[delegator_id, place] = Delegation(shares, validator.per_share)
    staking = replace(state.staking.with_validator(place, validator), delegations=delegations)
    return replace(state, staking=staking)
