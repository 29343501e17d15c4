"""The foundation's other bookkeeping: what falls due during the run is released to its owners.

Anybody may release a lock or a part of a grant whose time has come. Buyers and team members hold no native coin
for fees, so the foundation does it, as the published contracts had their owner do it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import simpy

from chain.block import Address
from chain.contracts.system import System
from chain.ledger import Ledger
from sim.agents.accounts import Account
from sim.agents.acts import Act
from sim.agents.epochs import accounts_per_settlement
from sim.agents.payment import Payment
from sim.agents.submission import Call
from sim.sale.history import release_locks


@dataclass(frozen=True)
class DueLocks:
    """The locks of one phase whose time comes at `due_at_s` (simulated seconds)."""

    due_at_s: int
    lock_id: int
    owners: tuple[Address, ...]


@dataclass(frozen=True)
class DuePart:
    """A part of every grant that falls due at `due_at_s` (simulated seconds)."""

    due_at_s: int
    owners: tuple[Address, ...]


class Releases:
    """Releases locks and grants when they fall due."""

    def __init__(
        self,
        env: simpy.Environment,
        ledger: Ledger,
        system: System,
        payment: Payment,
        foundation: Account,
    ) -> None:
        self._env = env
        self._ledger = ledger
        self._system = system
        self._payment = payment
        self._foundation = foundation

    def release_locks(self, due: DueLocks) -> Generator[simpy.Event, None, None]:
        """Wait until locks are over, then send their release in batches."""
        yield self._env.timeout(due.due_at_s - self._env.now)
        size = accounts_per_settlement(self._ledger.limits.gas_limit_gas)
        for release, count in release_locks(self._system, due.lock_id, due.owners, size):
            call = Call.of(Act.RELEASE_LOCKS, release, accounts=count)
            yield from self._payment.send(self._foundation, call)

    def release_part(self, due: DuePart) -> Generator[simpy.Event, None, None]:
        """Wait until a part of the grants has fallen due, then send a release to each owner."""
        yield self._env.timeout(due.due_at_s - self._env.now)
        for owner in due.owners:
            call = Call.of(Act.RELEASE_GRANT, self._system.typed.vesting.release(owner))
            yield from self._payment.send(self._foundation, call)
