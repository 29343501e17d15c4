"""What accounts do to the protocol: functions on states, each as part of the state's own block.

Amounts in 10^-8 MED. An operation that the rules refuse raises `OperationRefused`, whose words say why, and
changes nothing. Source: medibloc/go-medibloc 84d53aa, core/transaction/{stake,vote,candidate,account_alias}.go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chain.block import Address
from chain.protocols.dpos.accounts import Account, Books
from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.state import DposState
from chain.protocols.protocol import ProtocolError

_ALIAS: Final = re.compile(r"[a-z][a-z0-9]{11,15}")
"""12 to 16 lower-case letters and digits, no digit first."""


class OperationRefused(ProtocolError):
    """The rules do not allow an account what it asked for."""


def balance_sat(parameters: DposParameters, state: DposState, address: Address) -> int:
    """Return what an account may spend: its balance, its rewards, and what has been unstaked long enough."""
    account = state.books.account(address)
    return 0 if account is None else _taken_in(parameters, state, account).balance_sat


def deposit(state: DposState, address: Address, amount_sat: int, owner_id: str) -> DposState:
    """Bring coins in from outside; `owner_id` names the account where it is new."""
    _check_amount(amount_sat)
    account = state.books.account(address) or Account(owner_id, address)
    return _with(state, replace(account, balance_sat=account.balance_sat + amount_sat))


def withdraw(parameters: DposParameters, state: DposState, address: Address, amount_sat: int) -> DposState:
    """Take coins out of an account's balance."""
    _check_amount(amount_sat)
    return _spend(parameters, state, address, amount_sat)[0]


def stake(parameters: DposParameters, state: DposState, address: Address, amount_sat: int) -> DposState:
    """Turn balance into stake; it counts at once for everybody the account votes for."""
    _check_amount(amount_sat)
    state, account = _spend(parameters, state, address, amount_sat)
    state = _with(state, replace(account, stake_sat=account.stake_sat + amount_sat))
    return _with_power(state, account.votes, amount_sat)


def unstake(parameters: DposParameters, state: DposState, address: Address, amount_sat: int) -> DposState:
    """Give stake up: vote power drops at once, the money comes after a week.

    A second unstaking within the week starts the clock again for the whole sum.
    """
    _check_amount(amount_sat)
    state, account = _touched(parameters, state, address)
    if account.stake_sat < amount_sat:
        raise OperationRefused(f"{account.owner_id} stakes {account.stake_sat}, less than {amount_sat}")
    changed = replace(
        account,
        stake_sat=account.stake_sat - amount_sat,
        unstaking_sat=account.unstaking_sat + amount_sat,
        unstaking_since_s=state.timestamp_s,
    )
    return _with_power(_with(state, changed), account.votes, -amount_sat)


def vote(
    parameters: DposParameters, state: DposState, address: Address, candidates: Sequence[Address]
) -> DposState:
    """Vote for these candidates instead of whomever before; the whole stake counts for each."""
    state, account = _touched(parameters, state, address)
    if len(candidates) > parameters.votes_per_voter:
        raise OperationRefused(f"{len(candidates)} votes are more than {parameters.votes_per_voter}")
    if len(set(candidates)) != len(candidates):
        raise OperationRefused(f"{account.owner_id} votes twice for the same candidate")
    serials = tuple(_candidacy(state.books, candidate) for candidate in candidates)
    state = _with_power(state, account.votes, -account.stake_sat)
    state = _with_power(state, serials, account.stake_sat)
    return _with(state, replace(account, votes=serials))


def register_alias(parameters: DposParameters, state: DposState, address: Address, alias: str) -> DposState:
    """Take a name, which candidates need, and put up its collateral."""
    state, account = _spend(parameters, state, address, parameters.alias_collateral_sat)
    if account.alias is not None:
        raise OperationRefused(f"{account.owner_id} is called {account.alias} already")
    if not _ALIAS.fullmatch(alias):
        raise OperationRefused(
            f"{alias!r} is no alias: 12 to 16 lower-case letters and digits, a letter first"
        )
    if any(known.alias == alias for _, known in state.books.accounts.items()):
        raise OperationRefused(f"{alias!r} is somebody's alias already")
    collateral_sat = parameters.alias_collateral_sat
    return _with(state, replace(account, alias=alias, alias_collateral_sat=collateral_sat))


def become_candidate(
    parameters: DposParameters, state: DposState, address: Address, collateral_sat: int
) -> DposState:
    """Stand for election, without a vote at first, not even one's own."""
    if collateral_sat < parameters.candidate_collateral_sat:
        raise OperationRefused(
            f"a collateral of {collateral_sat} is less than {parameters.candidate_collateral_sat}"
        )
    state, account = _spend(parameters, state, address, collateral_sat)
    if account.candidacy is not None:
        raise OperationRefused(f"{account.owner_id} stands already")
    if account.alias is None:
        raise OperationRefused(f"{account.owner_id} has no alias, which a candidate needs")
    serial = state.books.next_serial
    state = _with(state, replace(account, candidacy=serial, collateral_sat=collateral_sat))
    books = state.books.with_candidate(account.owner_id, address)
    new = (0,) * (len(books.producers) - len(state.books.producers))
    return replace(state, books=books, earned_sat=state.earned_sat + new, turns=state.turns + new)


def quit_candidacy(parameters: DposParameters, state: DposState, address: Address) -> DposState:
    """Stand no more; the collateral is back at once, and a seat in the running dynasty stays."""
    state, account = _touched(parameters, state, address)
    if account.candidacy is None:
        raise OperationRefused(f"{account.owner_id} does not stand")
    candidates = {serial: c for serial, c in state.books.candidates.items() if serial != account.candidacy}
    returned_sat = account.balance_sat + account.collateral_sat
    state = _with(state, replace(account, balance_sat=returned_sat, collateral_sat=0, candidacy=None))
    return replace(state, books=state.books.with_candidates(candidates))


def _check_amount(amount_sat: int) -> None:
    if amount_sat <= 0:
        raise OperationRefused(f"an amount is at least 1, not {amount_sat}")


def _taken_in(parameters: DposParameters, state: DposState, account: Account) -> Account:
    """Return the account with its rewards, and what was unstaked long enough, in its balance."""
    place = state.books.places.get(account.address)
    balance = account.balance_sat + (0 if place is None else state.earned_sat[place])
    if account.unstaking_sat and state.timestamp_s - account.unstaking_since_s >= parameters.unstaking_s:
        balance += account.unstaking_sat
        return replace(account, balance_sat=balance, unstaking_sat=0, unstaking_since_s=0)
    return account if balance == account.balance_sat else replace(account, balance_sat=balance)


def _touched(parameters: DposParameters, state: DposState, address: Address) -> tuple[DposState, Account]:
    """Return a state in which nothing of the account's is outstanding, and the account."""
    account = state.books.account(address)
    if account is None:
        raise OperationRefused(f"0x{address.hex()} has no account")
    taken = _taken_in(parameters, state, account)
    place = state.books.places.get(address)
    if place is not None and state.earned_sat[place]:
        earned = list(state.earned_sat)
        earned[place] = 0
        state = replace(state, earned_sat=tuple(earned))
    return _with(state, taken), taken


def _spend(
    parameters: DposParameters, state: DposState, address: Address, amount_sat: int
) -> tuple[DposState, Account]:
    state, account = _touched(parameters, state, address)
    if account.balance_sat < amount_sat:
        raise OperationRefused(f"{account.owner_id} has {account.balance_sat}, less than {amount_sat}")
    spent = replace(account, balance_sat=account.balance_sat - amount_sat)
    return _with(state, spent), spent


def _candidacy(books: Books, address: Address) -> int:
    account = books.account(address)
    if account is None or account.candidacy is None:
        raise OperationRefused(f"0x{address.hex()} does not stand for election")
    return account.candidacy


def _with(state: DposState, account: Account) -> DposState:
    return replace(state, books=state.books.with_account(account))


def _with_power(state: DposState, serials: Sequence[int], power_sat: int) -> DposState:
    moved = [(serial, power_sat) for serial in serials]
    return replace(state, books=state.books.with_votes_moved(moved))
