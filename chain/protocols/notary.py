"""`notary`: a signing log without a chain, the counterfactual that answers "why a chain at all".

One signer takes what has come in since its last batch, signs it, and that is final at once. There are no fees,
no subsidy, no token and no competitor, and no rule that limits a batch; what it costs in trust is not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chain.block import Address, Hash32
from chain.hashing import keccak
from chain.protocols.base import BaseProtocol
from chain.protocols.protocol import IdleStretch, Payouts, Proposal, ProtocolError, Staker

UNBOUNDED: Final = 10**15
"""A limit that no batch reaches, in gas and in bytes."""


@dataclass(frozen=True)
class NotaryParameters:
    """Numbers of the log: a batch is signed every `batch_s` seconds, also an empty one."""

    batch_s: int = 1
    gas_limit_gas: int = UNBOUNDED
    minimum_gas_price_sat: int = 0
    block_limit_bytes: int = UNBOUNDED

    def __post_init__(self) -> None:
        if self.batch_s < 1:
            raise ProtocolError(f"a batch takes at least 1 s, not {self.batch_s}")


NOTARY: Final = NotaryParameters()


@dataclass(frozen=True)
class NotaryState:
    """The log's last batch, and who signs."""

    number: int
    timestamp_s: int
    seed: bytes
    signer_id: str
    signer_address: Address
    opening_number: int

    def root(self) -> Hash32:
        """Return a commitment to all of it."""
        head = repr((self.number, self.timestamp_s, self.signer_id, self.opening_number)).encode()
        return keccak(head + self.signer_address + self.seed)


class Notary(BaseProtocol[NotaryParameters]):
    """The log as a protocol: one validator, always right, always there."""

    name = "notary"

    def __init__(self, parameters: NotaryParameters = NOTARY) -> None:
        super().__init__(parameters)

    def opening_state(
        self, stakers: Sequence[Staker], *, number: int, timestamp_s: int, burn_in_blocks: int, seed: bytes
    ) -> NotaryState:
        """Return a log with `number` batches at the last full interval that is not after `timestamp_s`.

        The first of the stakers signs; coins mean nothing here, nor does burn-in. Raises `ProtocolError` where
        there is nobody.
        """
        if burn_in_blocks < 0:
            raise ProtocolError(f"burn-in takes at least 0 blocks, not {burn_in_blocks}")
        if not stakers:
            raise ProtocolError("nobody is there who could sign")
        grid_s = timestamp_s - timestamp_s % self.parameters.batch_s
        return NotaryState(number, grid_s, seed, stakers[0].owner_id, stakers[0].address, number)

    def next_proposal(self, state: NotaryState) -> Proposal:
        """Return the next batch."""
        return self._batch(state, 1)

    def contenders(self, state: NotaryState) -> Iterator[Proposal]:
        """Yield the batch at each interval after the last one, without end: a signer who is away comes late."""
        intervals = 0
        while True:
            intervals += 1
            yield self._batch(state, intervals)

    def apply(self, state: NotaryState, proposal: Proposal, fees_sat: int) -> tuple[NotaryState, Payouts]:
        """Return the state after the batch, which pays nobody.

        Raises `ProtocolError` for a batch that is not the signer's next, and for fees.
        """
        if fees_sat:
            raise ProtocolError(f"a notary's log has no fees; the batch has {fees_sat}")
        intervals = (proposal.timestamp_s - state.timestamp_s) // self.parameters.batch_s
        if intervals < 1 or proposal != self._batch(state, intervals):
            raise ProtocolError(f"this batch {proposal.number} does not follow batch {state.number}")
        return self._after(state, proposal.number, proposal.timestamp_s), Payouts(0, 0, {})

    def weight(self, state: NotaryState) -> int:
        """Return the number of batches."""
        return state.number

    def final_number(self, state: NotaryState) -> int:
        """Return the height itself: what is signed is final."""
        return state.number

    def validators(self, state: NotaryState) -> Sequence[str]:
        """Return the signer."""
        return (state.signer_id,)

    def advance_idle(
        self, state: NotaryState, until_s: int, until_number: int | None = None
    ) -> tuple[NotaryState, IdleStretch | None]:
        """Pass every batch up to `until_s`, and to number `until_number` at most where one is given."""
        batch_s = self.parameters.batch_s
        count = (until_s - state.timestamp_s) // batch_s
        if until_number is not None:
            count = min(count, until_number - state.number)
        if count < 1:
            return state, None
        tip = self._after(state, state.number + count, state.timestamp_s + count * batch_s)
        return tip, IdleStretch(
            count=count,
            first_number=state.number + 1,
            last_number=tip.number,
            parent_timestamp_s=state.timestamp_s,
            first_timestamp_s=state.timestamp_s + batch_s,
            last_timestamp_s=tip.timestamp_s,
            subsidy_sat=0,
            subsidy_by_owner_sat={},
            blocks_by_owner={state.signer_id: count},
            difficulty_bits=0,
        )

    def coins_sat(self, state: NotaryState) -> int:  # noqa: ARG002
        """Return the sum of all coins: there are none."""
        return 0

    def subsidies_sat(self, state: NotaryState) -> int:  # noqa: ARG002
        """Return what batches have issued: nothing."""
        return 0

    def fees_reissued_sat(self, state: NotaryState) -> int:  # noqa: ARG002
        """Return the fees issued again: none."""
        return 0

    def stakes_sat(self, state: NotaryState) -> Mapping[str, int]:
        """Return the signer, who stakes nothing."""
        return {state.signer_id: 0}

    def mature_stakes_sat(self, state: NotaryState) -> Mapping[str, int]:
        """Return 1 for the signer, whose turn it always is."""
        return {state.signer_id: 1}

    def mature_sat_blocks(self, state: NotaryState) -> Mapping[str, int]:
        """Return the batches since the opening, all of them the signer's."""
        return {state.signer_id: state.number - state.opening_number}

    def _batch(self, state: NotaryState, intervals: int) -> Proposal:
        interval_s = intervals * self.parameters.batch_s
        timestamp_s, number = state.timestamp_s + interval_s, state.number + 1
        return Proposal(
            number=number,
            timestamp_s=timestamp_s,
            interval_s=interval_s,
            producer_id=state.signer_id,
            producer_address=state.signer_address,
            difficulty_bits=0,
            randomness=hashlib.sha256(state.seed + b"%d/%d" % (timestamp_s, number)).digest(),
        )

    def _after(self, state: NotaryState, number: int, timestamp_s: int) -> NotaryState:
        return NotaryState(
            number, timestamp_s, state.seed, state.signer_id, state.signer_address, state.opening_number
        )
