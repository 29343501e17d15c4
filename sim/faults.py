"""Violations planted on purpose: each breaks one promise, and the auditor must name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from chain.contracts.system import System
from chain.ledger import Ledger
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


PLANTS: Final[Mapping[str, Plant]] = MappingProxyType(
    {"med-created": _med_created, "qtum-created": _qtum_created, "coin-lost": _coin_lost}
)
"""What `faults.plant` can name, beside "none". MED appears in the account that is handed in."""
