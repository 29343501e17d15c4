"""MED that a protocol issues or destroys, where MED is the coin that is staked.

MED exists once, in `MedToken`. What the protocol keeps for stakers (stakes, rewards, what they have in hand) lies
there in one account, of which nobody knows the key. What blocks newly issue is minted to it, and what slashing takes
is burned from it, by transactions that the protocol puts at the start of the next block that executes anything: idle
stretches issue in the protocol's own books only. Parlia and other chains on the EVM do it in the same way
(bnb-chain/bsc: consensus/parlia, system transactions).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from chain.block import Address, ExecutedBlock, Transaction
from chain.contracts.system import System
from chain.errors import InvalidBlock
from chain.hashing import keccak

PROTOCOL_ACCOUNT: Final[Address] = keccak(b"medsim protocol account")[-20:]
"""Holds in the token what the protocol keeps for stakers; sends what the protocol says and nothing else."""

CALL_GAS_LIMIT_GAS: Final = 100_000
"""About twice what minting or burning takes."""


class Due(NamedTuple):
    """Sums since the opening that the token has followed, or shall follow, in units of 10^-8 MED."""

    minted_med_units: int
    burned_med_units: int

    def beyond(self, done: Due) -> Due:
        """Return what is still to be minted and burned where the token has followed `done`."""
        return Due(
            self.minted_med_units - done.minted_med_units, self.burned_med_units - done.burned_med_units
        )

    @property
    def net_med_units(self) -> int:
        """Return by how much minting exceeds burning."""
        return self.minted_med_units - self.burned_med_units


NOTHING_DUE: Final = Due(0, 0)


class MedIssue:
    """Makes the protocol's transactions."""

    def __init__(self, system: System) -> None:
        self._system = system

    def transactions(self, done: Due, due: Due, nonce: int) -> list[Transaction]:
        """Return what brings the token from `done` to `due`; `nonce` is the protocol account's next one."""
        return [
            Transaction(
                sender=PROTOCOL_ACCOUNT,
                nonce=nonce + place,
                to=self._system.address_of("MedToken"),
                value_wei=0,
                data=data,
                gas_limit_gas=CALL_GAS_LIMIT_GAS,
                gas_price_wei=0,
            )
            for place, data in enumerate(self._calls(done, due))
        ]

    def check(self, executed: ExecutedBlock, count: int) -> None:
        """Raise `InvalidBlock` where one of the first `count` transactions, the protocol's, is missing or failed."""
        statuses = list(executed.receipts.status[:count])
        if list(executed.included[:count]) != list(range(count)) or not all(statuses):
            output = next((out for out in executed.receipts.output[:count] if out), b"")
            raise InvalidBlock(
                f"block {executed.environment.number}: the protocol cannot mint or burn MED "
                f"({self._system.decode_error(output) if output else 'refused'})"
            )

    def _calls(self, done: Due, due: Due) -> Iterator[bytes]:
        token, ahead = self._system.typed.token, due.beyond(done)
        if ahead.minted_med_units > 0:
            yield token.mint(PROTOCOL_ACCOUNT, ahead.minted_med_units).data
        if ahead.burned_med_units > 0:
            yield token.burn(ahead.burned_med_units).data
