"""The opening state: who stakes, who stands, who votes for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from chain.protocols.dpos.accounts import Account, Books
from chain.protocols.dpos.idle import Stretch, slots_before
from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.state import DposState
from chain.protocols.protocol import ProtocolError, Staker

SEED_BYTES: Final = 32


def opened_books(
    parameters: DposParameters,
    stakers: Sequence[Staker],
    candidates: Sequence[str] | None = None,
    votes: Mapping[str, Sequence[str]] | None = None,
) -> Books:
    """Return books in which stakers stake all their coins, less what candidates put up as collateral.

    `candidates` are owner ids, by default all stakers; `votes` has each voter's choice, by default everybody's
    own candidacy. Raises `ProtocolError` for what the rules do not allow.
    """
    by_id = {staker.owner_id: staker for staker in stakers}
    if len(by_id) != len(stakers) or len({staker.address for staker in stakers}) != len(stakers):
        raise ProtocolError("two stakers share an owner id or an address")
    standing = list(by_id) if candidates is None else list(candidates)
    chosen = {name: (name,) for name in standing} if votes is None else votes
    for name in (*standing, *chosen, *(choice for choices in chosen.values() for choice in choices)):
        if name not in by_id:
            raise ProtocolError(f"{name} stands or votes, and is none of the stakers")
    books = Books.empty()
    serial_of: dict[str, int] = {}
    for name in standing:
        if name in serial_of:
            raise ProtocolError(f"{name} stands twice")
        serial_of[name] = books.next_serial
        books = books.with_candidate(name, by_id[name].address)
    for staker in stakers:
        books = books.with_account(_account(parameters, staker, serial_of, chosen.get(staker.owner_id, ())))
    moved = [
        (serial, account.stake_sat)
        for account in map(books.account, books.order)
        if account is not None
        for serial in account.votes
    ]
    return books.with_votes_moved(moved)


def opened_state(
    parameters: DposParameters,
    books: Books,
    *,
    number: int,
    timestamp_s: int,
    burn_in_blocks: int,
    seed: bytes,
) -> DposState:
    """Return the state at the last slot of a filled seat that is not after `timestamp_s`.

    Burn-in blocks end with it; their rewards are part of the opening. Raises `ProtocolError` where nobody can
    make a block, or there are more coins than supply.
    """
    size = parameters.dynasty_seats
    seats = books.elected(size)
    if seats.count(None) == size:
        raise ProtocolError("nobody stands for election, so that no block can ever be made")
    if len(seed) != SEED_BYTES:
        raise ProtocolError(f"the protocol's seed is {SEED_BYTES} bytes, not {len(seed)}")
    if books.coins_sat > parameters.supply_sat:
        raise ProtocolError(
            f"{books.coins_sat} units of 10^-8 MED are more than the supply of {parameters.supply_sat}"
        )
    slot = timestamp_s // parameters.slot_s
    while seats[slot % size] is None:
        slot -= 1
    tip = DposState(
        number=number,
        timestamp_s=slot * parameters.slot_s,
        seed=seed,
        books=books,
        dynasty=slot // size,
        seats=seats,
        dynasty_blocks=0,
        final_number=number,
        supply_sat=parameters.supply_sat,
        subsidies_sat=0,
        earned_sat=(0,) * len(books.producers),
        turns=(0,) * len(books.producers),
    )
    if not burn_in_blocks:
        return tip
    start_slot = slots_before(parameters, tip, burn_in_blocks)
    start = replace(
        tip,
        number=number - burn_in_blocks,
        timestamp_s=start_slot * parameters.slot_s,
        dynasty=start_slot // size,
        final_number=number - burn_in_blocks,
    )
    stretch = Stretch(parameters, start)
    stretch.pass_until(slot, burn_in_blocks)
    return replace(stretch.tip, subsidies_sat=0, turns=(0,) * len(books.producers))


def _account(
    parameters: DposParameters, staker: Staker, serial_of: Mapping[str, int], choices: Sequence[str]
) -> Account:
    name = staker.owner_id
    if len(set(choices)) != len(choices) or len(choices) > parameters.votes_per_voter:
        raise ProtocolError(
            f"{name} votes for {len(choices)} candidates; up to {parameters.votes_per_voter} different ones are allowed"
        )
    for choice in choices:
        if choice not in serial_of:
            raise ProtocolError(f"{name} votes for {choice}, who does not stand")
    if any(value_sat <= 0 for value_sat in staker.coins_sat):
        raise ProtocolError("every coin holds at least one unit of 10^-8 MED")
    coins_sat = sum(staker.coins_sat)
    stands = name in serial_of
    put_up_sat = parameters.candidate_collateral_sat + parameters.alias_collateral_sat if stands else 0
    if coins_sat < put_up_sat:
        raise ProtocolError(
            f"{name} stands with {coins_sat} units of 10^-8 MED; {put_up_sat} are put up for it"
        )
    return Account(
        owner_id=name,
        address=staker.address,
        stake_sat=coins_sat - put_up_sat,
        votes=tuple(serial_of[choice] for choice in choices),
        candidacy=serial_of.get(name),
        collateral_sat=parameters.candidate_collateral_sat if stands else 0,
        alias=name if stands else None,
        alias_collateral_sat=parameters.alias_collateral_sat if stands else 0,
    )
