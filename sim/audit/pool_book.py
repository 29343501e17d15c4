"""What the events of the reward pool and the emission schedule say the pool holds, and what of it vests for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from chain.block import Address, Log
from chain.contracts.deployment.reward_pool import Destination
from chain.contracts.system import System
from sim.audit.med_book import NOBODY


class PoolBook:
    """The pool's money from events alone: emitted or given to it, less what left it."""

    def __init__(self, system: System) -> None:
        self.emitted_med_units = 0
        self.due_med_units = 0
        self.vesting_med_units: Counter[Address] = Counter()
        """What vests, by the person's first key."""
        self._contracts = {
            contract.address: contract
            for contract in (system.rewards, system.emission, system.token, system.identity)
        }
        self._pool = system.address_of("RewardPool")
        self._person_of_key: dict[Address, Address] = {}
        self._entries: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
            "Emitted": self._emitted,
            "Paid": self._paid,
            "Withdrawn": self._withdrawn,
            "LeftOver": self._sent,
            "PointsSlashed": self._sent,
            "VestingSlashed": self._slashed_vesting,
            "Transfer": self._given,
            "KeyReplaced": self._key_replaced,
        }

    def note(self, logs: Iterable[Log]) -> None:
        """Enter the events of a block's `logs`."""
        for log in logs:
            contract = self._contracts.get(log.address)
            event = contract.decode_log(log) if contract else None
            if event is not None and event.name in self._entries:
                self._entries[event.name](event.arguments)

    def _emitted(self, told: Mapping[str, Any]) -> None:
        self.emitted_med_units += told["amount"]
        self.due_med_units += told["amount"]

    def _paid(self, told: Mapping[str, Any]) -> None:
        self.due_med_units -= told["amount"] - told["vested"]
        person = self._person_of_key.get(told["account"], told["account"])
        self.vesting_med_units[person] += told["vested"]

    def _withdrawn(self, told: Mapping[str, Any]) -> None:
        self.due_med_units -= told["amount"]
        self.vesting_med_units[told["person"]] -= told["amount"]

    def _sent(self, told: Mapping[str, Any]) -> None:
        if told["destination"] != Destination.NEXT_EPOCH:
            self.due_med_units -= told["amount"]

    def _slashed_vesting(self, told: Mapping[str, Any]) -> None:
        self.vesting_med_units[told["person"]] -= told["amount"]
        self._sent(told)

    def _given(self, told: Mapping[str, Any]) -> None:
        if told["to"] == self._pool and told["from"] != NOBODY:
            self.due_med_units += told["value"]

    def _key_replaced(self, told: Mapping[str, Any]) -> None:
        self._person_of_key[told["newKey"]] = told["person"]
