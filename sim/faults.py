"""Violations planted on purpose: each breaks one promise, and the auditor must name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from chain.contracts.system import System
from chain.ledger import Ledger
from chain.protocols.bft import operations as of_votes
from chain.protocols.bft.state import BftState
from chain.protocols.dpos import operations as of_seats
from chain.protocols.qtum.forging import owned
from chain.units import MED_UNITS_PER_MED, SATOSHI_PER_QTUM
from sim.audit.med_book import TokenStorage

Plant = Callable[[Ledger, System, bytes], None]


def _med_created(ledger: Ledger, system: System, account: bytes) -> None:
    storage = TokenStorage(system)
    slot = storage.balance_slot(account)
    held = ledger.engine.storage(ledger.tip.state_root, storage.address, slot)
    root = ledger.engine.with_storage(
        ledger.tip.state_root, storage.address, {slot: held + MED_UNITS_PER_MED}
    )
    ledger.replace_tip_state(state_root=root)


def _qtum_created(ledger: Ledger, _system: System, _account: bytes) -> None:
    state = owned(ledger.tip.protocol_state)
    state.coins.open_coin(0, SATOSHI_PER_QTUM, state.number, state.timestamp_s, b"out of nothing")
    ledger.replace_tip_state(protocol_state=state)


def _coin_lost(ledger: Ledger, _system: System, _account: bytes) -> None:
    state = owned(ledger.tip.protocol_state)
    state.coins.spend(next(state.coins.mature_coins()), state.number)
    ledger.replace_tip_state(protocol_state=state)


def _stake_created(ledger: Ledger, _system: System, _account: bytes) -> None:
    state = ledger.tip.protocol_state
    if isinstance(state, BftState):
        richer: object = of_votes.deposit(state, state.staking.validators[0].owner_id, MED_UNITS_PER_MED)
    else:
        richer = of_seats.deposit(state, state.books.order[0], MED_UNITS_PER_MED, "out of nothing")
    ledger.replace_tip_state(protocol_state=richer)


PLANTS: Final[Mapping[str, Plant]] = MappingProxyType(
    {
        "med-created": _med_created,
        "qtum-created": _qtum_created,
        "coin-lost": _coin_lost,
        "stake-created": _stake_created,
    }
)
"""What `faults.plant` can name, beside "none". MED appears in the account that is handed in."""
