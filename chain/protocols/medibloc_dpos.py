"""`medibloc-dpos`: the delegated proof of stake of MediBloc's own test chain.

Time is cut into slots, and slots into dynasties of one slot a seat. The first block of a dynasty seats the
candidates with most vote power, in the order of their addresses, whatever the order of their power. A producer
that misses its slot leaves it empty. A block is irreversible once enough distinct producers of one dynasty
stand on it, so that at the start of each dynasty nothing new becomes final for a while. Rules are in
`chain.protocols.dpos`, numbers and their source in its `parameters`.

The chain has no fees in MED: points pay, which `chain.protocols.dpos.points` keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chain.protocols.base import BaseProtocol, idle_stretch
from chain.protocols.dpos.idle import Stretch
from chain.protocols.dpos.opening import opened_books, opened_state
from chain.protocols.dpos.parameters import MEDIBLOC_2019, DposParameters
from chain.protocols.dpos.producing import broken_rule, followed, proposal_at
from chain.protocols.dpos.slots import producer_at
from chain.protocols.dpos.state import DposProposal, DposState
from chain.protocols.protocol import (
    IdleStretch,
    NoEligibleCoins,
    Payouts,
    ProtocolError,
    Staker,
)


class MediblocDpos(BaseProtocol[DposParameters]):
    """The protocol. What accounts do to it is in `chain.protocols.dpos.operations`."""

    name = "medibloc-dpos"

    def __init__(self, parameters: DposParameters = MEDIBLOC_2019) -> None:
        super().__init__(parameters)

    def opening_state(
        self,
        stakers: Sequence[Staker],
        *,
        number: int,
        timestamp_s: int,
        burn_in_blocks: int,
        seed: bytes,
        candidates: Sequence[str] | None = None,
        votes: Mapping[str, Sequence[str]] | None = None,
    ) -> DposState:
        """Return a state at block `number`, at the last filled slot that is not after `timestamp_s`.

        Stakers stake all their coins; `candidates` (by default all) put up their collaterals first. `votes`
        has each voter's choice by owner id, by default every candidate itself. Burn-in blocks all come from
        the same dynasty. Raises `ProtocolError` for what the rules cannot start from.
        """
        if burn_in_blocks < 0:
            raise ProtocolError(f"burn-in takes at least 0 blocks, not {burn_in_blocks}")
        books = opened_books(self.parameters, stakers, candidates, votes)
        return opened_state(
            self.parameters,
            books,
            number=number,
            timestamp_s=timestamp_s,
            burn_in_blocks=burn_in_blocks,
            seed=seed,
        )

    def next_proposal(self, state: DposState) -> DposProposal:
        """Return the block of the next slot whose seat is filled."""
        for proposal in self.contenders(state):
            return proposal
        raise NoEligibleCoins("no seat is filled, so that no block can follow")

    def contenders(self, state: DposState) -> Iterator[DposProposal]:
        """Yield the block of each slot after the tip whose seat is filled, without end.

        Slots of later dynasties belong to whom the tip's votes elect, as nobody can vote without a block.
        """
        parameters = self.parameters
        slot = state.timestamp_s // parameters.slot_s + 1
        last_own = (state.dynasty + 1) * parameters.dynasty_seats
        nobody_elected = parameters.dynasty_seats == state.books.elected(parameters.dynasty_seats).count(None)
        while slot < last_own or not nobody_elected:
            producer = producer_at(parameters, state, slot)
            if producer is not None:
                yield proposal_at(state, slot, parameters.slot_s, producer)
            slot += 1

    def apply(self, state: DposState, proposal: DposProposal, fees_sat: int) -> tuple[DposState, Payouts]:
        """Return the state after the block, and what it paid, all of it to the producer.

        Raises `ProtocolError` for a block that the rules refuse, and for fees, which this chain has none of.
        """
        if fees_sat:
            raise ProtocolError(f"points pay for acts here, no fees; the block has {fees_sat}")
        broken = broken_rule(self.parameters, state, proposal)
        if broken is not None:
            raise ProtocolError(f"this block {proposal.number} does not follow: {broken}")
        follower, reward_sat = followed(self.parameters, state, proposal.slot)
        return follower, Payouts(reward_sat, 0, {proposal.producer_id: reward_sat} if reward_sat else {})

    def weight(self, state: DposState) -> int:
        """Return the height; a node keeps to branches that hold its irreversible block."""
        return state.number

    def final_number(self, state: DposState) -> int:
        """Return the height of the last irreversible block."""
        return state.final_number

    def validators(self, state: DposState) -> Sequence[str]:
        """Return all who were ever candidates, in the order in which they first stood."""
        return tuple(self._producer_ids(state))

    def advance_idle(
        self, state: DposState, until_s: int, until_number: int | None = None
    ) -> tuple[DposState, IdleStretch | None]:
        """Pass every block up to `until_s`, and to height `until_number` at most where one is given."""
        stretch = Stretch(self.parameters, state)
        most_blocks = None if until_number is None else max(0, until_number - state.number)
        stretch.pass_until(until_s // self.parameters.slot_s, most_blocks)
        tip = stretch.tip
        if not stretch.blocks:
            return state, None
        return tip, idle_stretch(
            state,
            tip,
            first_s=self.next_proposal(state).timestamp_s,
            subsidy_by_owner_sat=self._by_producer(tip, stretch.paid_sat),
            blocks_by_owner=self._by_producer(tip, stretch.made),
        )

    def coins_sat(self, state: DposState) -> int:
        """Return all MED that accounts hold here: balances, stakes, what is unstaking, collaterals."""
        return state.books.coins_sat + sum(state.earned_sat)

    def subsidies_sat(self, state: DposState) -> int:
        """Return what blocks have newly issued since the opening state."""
        return state.subsidies_sat

    def fees_reissued_sat(self, state: DposState) -> int:  # noqa: ARG002
        """Return the fees issued again: none."""
        return 0

    def stakes_sat(self, state: DposState) -> Mapping[str, int]:
        """Return what each account stakes, in the order in which accounts came."""
        accounts = (state.books.account(address) for address in state.books.order)
        return {account.owner_id: account.stake_sat for account in accounts if account is not None}

    def mature_stakes_sat(self, state: DposState) -> Mapping[str, int]:
        """Return 1 for each candidate with a seat at the next block and 0 for the others: a seat is a seat."""
        size = self.parameters.dynasty_seats
        slot = state.timestamp_s // self.parameters.slot_s + 1
        seats = state.seats if slot // size == state.dynasty else state.books.elected(size)
        seated = {seat.owner_id for seat in seats if seat is not None}
        return {owner_id: int(owner_id in seated) for owner_id in self._producer_ids(state)}

    def mature_sat_blocks(self, state: DposState) -> Mapping[str, int]:
        """Return the slots that fell to each candidate since the opening, those it missed too."""
        return dict(zip(self._producer_ids(state), state.turns, strict=True))

    def _producer_ids(self, state: DposState) -> Iterator[str]:
        for address in state.books.producers:
            account = state.books.account(address)
            assert account is not None
            yield account.owner_id

    def _by_producer(self, state: DposState, values: Sequence[int]) -> dict[str, int]:
        pairs = zip(self._producer_ids(state), values, strict=True)
        return {owner_id: value for owner_id, value in pairs if value}
