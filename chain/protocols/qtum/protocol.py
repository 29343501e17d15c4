"""Qtum's proof of stake as a `ConsensusProtocol`, put together from the rules beside this file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import Final, Literal, Self

from chain.protocols.base import BaseProtocol, idle_stretch
from chain.protocols.protocol import (
    IdleStretch,
    NoEligibleCoins,
    Payouts,
    ProtocolError,
    Staker,
)
from chain.protocols.qtum.book import NewBook
from chain.protocols.qtum.coins import CoinBook
from chain.protocols.qtum.forging import forge
from chain.protocols.qtum.idle import Passed, can_pass, pass_blocks
from chain.protocols.qtum.opening import first_state, settled
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.race import Race, race, race_from
from chain.protocols.qtum.state import QtumProposal, QtumState

Kernel = Literal["sampled", "hashed"]
KERNELS: Final[tuple[Kernel, ...]] = ("sampled", "hashed")

_NO_BOUND_S: Final = 2**62
"""No block is as late."""


class Qtum(BaseProtocol[QtumParameters]):
    """The protocol with one kind of kernel; its presets differ in name and numbers.

    `sampled` costs the same for any number of coins; `hashed` a microsecond for each mature coin and grid step,
    so that it is for short runs and for checking the other. An opening needs coins for more than
    `maturity_blocks` blocks, or a time could come when all of them rest and no block can follow.

    In fork choice the heavier chain wins (validation.cpp: nChainWork), and a fork from `deepest_fork_blocks` or more
    below the tip is refused (node/blockstorage.cpp: AutoSelectSyncCheckpoint, CheckSync).
    """

    def __init__(self, name: str, kernel: Kernel, parameters: QtumParameters) -> None:
        if kernel not in KERNELS:
            raise ProtocolError(f"the kernel is one of {', '.join(KERNELS)}, not {kernel!r}")
        super().__init__(parameters)
        self.name: Final = name
        self.kernel: Final = kernel
        self._new_book: NewBook = CoinBook

    def with_books(self, new_book: NewBook) -> Self:
        """Return the same protocol, whose opening states keep their coins in books made by `new_book`."""
        twin = copy(self)
        twin._new_book = new_book
        return twin

    def opening_state(
        self, stakers: Sequence[Staker], *, number: int, timestamp_s: int, burn_in_blocks: int, seed: bytes
    ) -> QtumState:
        """Return a state at block `number`, at the last grid time that is not after `timestamp_s`.

        Burn-in blocks are forged on a clock of their own and then moved, so that the last of them falls on
        that time. Their subsidies are part of the opening coins. Raises `ProtocolError` for what the rules
        cannot start from.
        """
        if burn_in_blocks < 0:
            raise ProtocolError(f"burn-in takes at least 0 blocks, not {burn_in_blocks}")
        grid_time_s = timestamp_s - timestamp_s % self.parameters.grid_s
        start_s = grid_time_s - burn_in_blocks * self.parameters.spacing_s
        state = first_state(
            self.parameters,
            stakers,
            number=number - burn_in_blocks,
            timestamp_s=start_s,
            seed=seed,
            new_book=self._new_book,
        )
        if burn_in_blocks:
            first = self._first(state, self._new_race(state))
            state = self._idle(state)(state, first, _NO_BOUND_S, number).tip
        return settled(state, grid_time_s)

    def next_proposal(self, state: QtumState) -> QtumProposal:
        """Return the first block that may follow `state`: who wins it and when follows from the state alone.

        It is decided once for a state, so that asking again, and checking in `apply`, cost nothing.
        Raises `NoEligibleCoins` where nothing can follow.
        """
        return self._first(state, self._race(state))

    def contenders(self, state: QtumState) -> Iterator[QtumProposal]:
        """Yield every block that may follow `state`, in order of `made_s`: each win of a coin is one.

        Coins that win the same step give blocks with the same timestamp.
        """
        return iter(self._race(state))

    def _race(self, state: QtumState) -> Race:
        known = state.races.get(self)
        if known is None:
            known = state.races[self] = self._new_race(state)
        return known

    def _new_race(self, state: QtumState) -> Race:
        return race(self.parameters, self.kernel, state)

    def _first(self, state: QtumState, among: Race) -> QtumProposal:
        proposal = among.at(0)
        if proposal is None:
            raise NoEligibleCoins(
                f"of {state.coins.total_sat} satoshi none is mature, so that no block can follow"
            )
        return proposal

    def apply(self, state: QtumState, proposal: QtumProposal, fees_sat: int) -> tuple[QtumState, Payouts]:
        """Return the state after the block, and what it paid.

        Raises `ProtocolError` for any proposal that is not among the state's contenders.
        """
        if fees_sat < 0:
            raise ProtocolError(f"fees are at least 0 satoshi, not {fees_sat}")
        if proposal.number != state.number + 1:
            raise ProtocolError(f"block {proposal.number} cannot follow block {state.number}")
        self._check(state, proposal)
        follower, payments = forge(self.parameters, state, proposal, fees_sat)
        by_owner_sat = [0] * len(state.owners)
        for owner, amount_sat in payments:
            by_owner_sat[owner] += amount_sat
        subsidy_sat = follower.subsidies_sat - state.subsidies_sat
        return follower, Payouts(subsidy_sat, fees_sat, _positive(state, by_owner_sat))

    def _check(self, state: QtumState, proposal: QtumProposal) -> None:
        for contender in self._race(state):
            if contender is proposal:
                return
            if contender.place >= proposal.place or contender.timestamp_s > proposal.timestamp_s:
                break
        else:
            self.next_proposal(state)
        if contender != proposal:
            raise ProtocolError(
                f"this block {proposal.number} does not follow from block {state.number}: it differs from the"
                f" one that does in {', '.join(_differences(proposal, contender))}"
            )

    def weight(self, state: QtumState) -> int:
        """Return the work of the blocks since the opening: the best chain has most of it."""
        return state.work

    def final_number(self, state: QtumState) -> int:
        """Return the height of the checkpoint that a node with this tip sets itself: it takes no fork from below."""
        return state.number - self.parameters.deepest_fork_blocks

    def validators(self, state: QtumState) -> Sequence[str]:
        """Return the ids of all owners who have not delegated their coins, in owner order."""
        return [owner.owner_id for owner in state.owners if owner.super_staker is None]

    def advance_idle(
        self, state: QtumState, until_s: int, until_number: int | None = None
    ) -> tuple[QtumState, IdleStretch | None]:
        """Pass every empty block up to `until_s`, and to height `until_number` at most where one is given.

        Without such a block, return the state itself and None.
        """
        first = self.next_proposal(state)
        if first.timestamp_s > until_s or (until_number is not None and first.number > until_number):
            return state, None
        after = self._idle(state)(state, first, until_s, until_number)
        return after.tip, idle_stretch(
            state,
            after.tip,
            first_s=first.timestamp_s,
            subsidy_by_owner_sat=_positive(state, after.paid_sat),
            blocks_by_owner=_positive(state, after.made),
            difficulty_bits=after.bits,
        )

    def _idle(self, state: QtumState) -> Callable[[QtumState, QtumProposal, int, int | None], Passed]:
        """Return how idle blocks are passed after a state."""
        return self._passed if self.kernel == "sampled" and can_pass(state) else self._forged

    def _passed(
        self, state: QtumState, first: QtumProposal, until_s: int, until_number: int | None
    ) -> Passed:
        """Pass idle blocks with no state between the first and the last."""
        after = pass_blocks(self.parameters, state, first, until_s, until_number)
        if after.upcoming is not None:
            after.tip.races[self] = race_from(self.parameters, after.tip, after.upcoming)
        self.next_proposal(after.tip)
        return after

    def _forged(
        self, state: QtumState, first: QtumProposal, until_s: int, until_number: int | None
    ) -> Passed:
        """Pass idle blocks one by one, as they are made when something is in them."""
        paid_sat, made = [0] * len(state.owners), [0] * len(state.owners)
        tip, proposal = state, first
        while proposal.timestamp_s <= until_s and (until_number is None or proposal.number <= until_number):
            last = proposal
            tip, payments = forge(self.parameters, tip, proposal, 0)
            made[tip.producers[-1]] += 1
            for owner, amount_sat in payments:
                paid_sat[owner] += amount_sat
            upcoming = self._new_race(tip)
            proposal = self._first(tip, upcoming)
        tip.races[self] = upcoming
        return Passed(tip, last.difficulty_bits, paid_sat, made, None)

    def coins_sat(self, state: QtumState) -> int:
        """Return the sum of all coins, immature ones too."""
        return state.coins.total_sat

    def subsidies_sat(self, state: QtumState) -> int:
        """Return what blocks have newly issued since the opening state."""
        return state.subsidies_sat

    def fees_reissued_sat(self, state: QtumState) -> int:
        """Return the fees issued again since the opening state."""
        return state.fees_reissued_sat

    def stakes_sat(self, state: QtumState) -> Mapping[str, int]:
        """Return each owner's coins, immature ones too, in owner order."""
        return _by_owner(state, state.coins.owner_sat)

    def mature_stakes_sat(self, state: QtumState) -> Mapping[str, int]:
        """Return the coins that may win the next block by who would make it, in owner order."""
        return _by_owner(state, state.coins.producer_mature_sat)

    def mature_sat_blocks(self, state: QtumState) -> Mapping[str, int]:
        """Return these satoshi summed over the blocks since the opening, in owner order."""
        return _by_owner(state, state.coins.mature_sat_blocks(state.number))


def _differences(proposal: QtumProposal, expected: QtumProposal) -> list[str]:
    values = vars(proposal)
    return [name for name, value in vars(expected).items() if values[name] != value]


def _by_owner(state: QtumState, values: Sequence[int]) -> dict[str, int]:
    return {owner.owner_id: value for owner, value in zip(state.owners, values, strict=True)}


def _positive(state: QtumState, values: Sequence[int]) -> dict[str, int]:
    return {owner.owner_id: value for owner, value in zip(state.owners, values, strict=True) if value}
