"""A call somebody wants made, and its transaction on the way: submitted, included, final, or dropped for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import simpy

from chain.block import Address, Log, Transaction
from chain.contracts.messages import ForwardRequest
from chain.contracts.typed import ContractCall
from sim.agents.accounts import Account
from sim.agents.acts import Act

_ARGUMENTS: Final = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Call:
    """What somebody wants done on chain: an act, the contract, the calldata, and what it belongs to.

    `request` is what the author signed, where somebody else sends it through the forwarder.
    """

    act: Act
    to: Address
    data: bytes
    visit_id: str | None = None
    for_owner: str | None = None
    accounts: int = 0
    request: ForwardRequest | None = None

    @classmethod
    def of(
        cls,
        act: Act,
        call: ContractCall[Any],
        *,
        visit_id: str | None = None,
        for_owner: str | None = None,
        accounts: int = 0,
    ) -> Self:
        """Return `call` as what somebody wants done; `accounts` is how many are paid or released by it."""
        return cls(act, call.to, call.data, visit_id, for_owner, accounts)

    def through(self, forwarding: ContractCall[Any], request: ForwardRequest) -> Self:
        """Return the same call as a sponsor sends it: `forwarding` carries the `request` that its author signed."""
        return replace(self, to=forwarding.to, data=forwarding.data, request=request)


@dataclass(eq=False)
class Submission:
    """What a sender knows of its transaction. Times are simulated seconds, None until they come.

    `settled` fires when the transaction is in a block, or is known never to be; its value is the submission itself.
    On a network that block may be removed again: the submission waits once more, `removals` counts how often and
    `removed_at_s` says when last, and those who follow it are told. `final` fires when people take it for final;
    `removals_after` counts the times when they were wrong. Where a fee policy decides, it took coins or points.
    """

    transaction: Transaction
    call: Call
    account: Account
    submitted_at_s: float
    settled: simpy.Event
    final: simpy.Event
    outcome: str = "pending"
    included_at_s: float | None = None
    final_at_s: float | None = None
    block_number: int | None = None
    block_hash: str | None = None
    status: int | None = None
    gas_used_gas: int | None = None
    revert_reason: str | None = None
    logs: tuple[Log, ...] = ()
    coins_charged_sat: int | None = None
    points_charged: int | None = None
    removals: int = 0
    removals_after: int = 0
    removed_at_s: float | None = None
    _followers: list[Callable[[Submission], None]] = field(default_factory=list)

    def follow(self, follower: Callable[[Submission], None]) -> None:
        """Have `follower` told whenever a block includes it, a reorganisation removes it, or it is lost."""
        self._followers.append(follower)

    def changed(self) -> None:
        """Tell its followers, and the first time its sender."""
        for follower in self._followers:
            follower(self)
        if self.outcome != "pending" and not self.settled.triggered:
            self.settled.succeed(self)

    def remove(self, now_s: float) -> None:
        """Note that the block which held it is no part of the chain any more: it waits again."""
        self.removals += 1
        self.removals_after += self.final_at_s is not None
        self.removed_at_s = now_s
        self.outcome, self.logs = "pending", ()
        self.included_at_s = self.final_at_s = self.block_number = self.block_hash = None
        self.status = self.gas_used_gas = self.revert_reason = None
        self.coins_charged_sat = self.points_charged = None
        self.changed()

    def was_removed_after(self, time_s: float) -> bool:
        """Whether a reorganisation removed a block that held it, later than that."""
        return self.removed_at_s is not None and self.removed_at_s > time_s

    @property
    def succeeded(self) -> bool:
        """Whether a block holds it and it did not revert."""
        return self.status == 1

    @property
    def failure(self) -> str:
        """Which rule it broke (numbers stand in `revert_reason`); empty while it may still succeed, or has."""
        if self.succeeded or self.outcome == "pending":
            return ""
        reason = self.revert_reason or self.outcome
        return _ARGUMENTS.sub("", reason) if self.outcome == "included" else reason.partition(":")[0]
