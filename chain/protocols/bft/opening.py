"""The opening state: who validates, who delegates to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from chain.protocols.bft.fixed import ONE
from chain.protocols.bft.parameters import BftParameters
from chain.protocols.bft.priority import ValidatorSet
from chain.protocols.bft.staking import Delegation, Signing, Staking, Validator
from chain.protocols.bft.state import BftState
from chain.protocols.protocol import ProtocolError, Staker

SEED_BYTES: Final = 32


def opened_staking(
    parameters: BftParameters,
    stakers: Sequence[Staker],
    validators: Sequence[str] | None,
    delegations: Mapping[str, str] | None,
    commissions: Mapping[str, int] | None,
) -> Staking:
    """Return the staking in which validators have bonded all their coins, and delegators all of theirs.

    `validators` are owner ids, by default all stakers; `delegations` name a delegator's one validator. Who does
    neither keeps its coins in hand. Raises `ProtocolError` for what the rules do not allow.
    """
    coins_sat = {staker.owner_id: sum(staker.coins_sat) for staker in stakers}
    addresses = {staker.owner_id: staker.address for staker in stakers}
    if len(coins_sat) != len(stakers) or len(set(addresses.values())) != len(stakers):
        raise ProtocolError("two stakers share an owner id or an address")
    names = list(coins_sat) if validators is None else list(validators)
    chosen = {name: name for name in names} | dict(delegations or {})
    for name in (*names, *chosen, *chosen.values()):
        if name not in coins_sat:
            raise ProtocolError(f"{name} validates or delegates, and is none of the stakers")
    if len(set(names)) != len(names):
        raise ProtocolError("a validator is named twice")
    places = {name: place for place, name in enumerate(names)}
    rates = commissions or {}
    for name, rate in rates.items():
        check_commission(parameters, name, rate)
    rows = [
        Validator(name, addresses[name], rates.get(name, parameters.minimum_commission)) for name in names
    ]
    shares: dict[tuple[str, int], Delegation] = {}
    for delegator, choice in chosen.items():
        if choice not in places:
            raise ProtocolError(f"{delegator} delegates to {choice}, who does not validate")
        place, amount_sat = places[choice], coins_sat[delegator]
        if amount_sat <= 0:
            raise ProtocolError(f"{delegator} has nothing to stake")
        row = rows[place]
        rows[place] = replace(row, tokens_sat=row.tokens_sat + amount_sat, shares=row.shares + amount_sat)
        shares[delegator, place] = Delegation(amount_sat, 0)
    liquid_sat = {name: amount for name, amount in coins_sat.items() if name not in chosen}
    return Staking(tuple(rows), places, shares, (), liquid_sat)


def check_commission(parameters: BftParameters, name: str, rate: int) -> None:
    """Raise `ProtocolError` for a commission below the minimum or above all."""
    if not parameters.minimum_commission <= rate <= ONE:
        raise ProtocolError(
            f"{name} asks for a commission of {rate}; {parameters.minimum_commission} to {ONE} are allowed"
        )


def opened_state(
    parameters: BftParameters, staking: Staking, *, number: int, timestamp_s: int, seed: bytes
) -> BftState:
    """Return a state on which nobody has voted yet; raises `ProtocolError` where nobody could."""
    if len(seed) != SEED_BYTES:
        raise ProtocolError(f"the protocol's seed is {SEED_BYTES} bytes, not {len(seed)}")
    if staking.held_sat > parameters.supply_sat:
        raise ProtocolError(
            f"{staking.held_sat} units of 10^-8 MED are more than the supply of {parameters.supply_sat}"
        )
    selection = staking.selected(parameters)
    if not selection:
        raise ProtocolError("no validator has power, so that no block can ever be made")
    staking = staking.with_validators(
        {
            place: replace(staking.validators[place], left_s=None, signing=Signing(number, number + 2))
            for place, _power in selection
        }
    )
    current = ValidatorSet.first(
        [(place, staking.validators[place].address, power) for place, power in selection]
    )
    return BftState(
        number=number,
        timestamp_s=timestamp_s,
        made_s=float(timestamp_s),
        seed=seed,
        inflation=parameters.inflation,
        supply_sat=parameters.supply_sat,
        staking=staking,
        sent=selection,
        voted=None,
        proposer=-1,
        current=current,
        following=current.stepped(1),
        outstanding_sat=(0,) * len(staking.validators),
        collector_sat=0,
        community_sat=0,
        subsidies_sat=0,
        fees_reissued_sat=0,
        burned_sat=0,
        weights=(0,) * len(staking.validators),
        weights_number=number,
    )


def begun_anew(state: BftState, timestamp_s: int) -> BftState:
    """Return a state moved in time to `timestamp_s`; its counts since the opening start anew."""
    return replace(
        state,
        timestamp_s=timestamp_s,
        made_s=float(timestamp_s),
        subsidies_sat=0,
        fees_reissued_sat=0,
        weights=(0,) * len(state.weights),
        weights_number=state.number,
    )
