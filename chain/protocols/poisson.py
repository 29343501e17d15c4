"""`poisson`: a plain lottery by share, for known answers; `ethereum-2018` is a preset of it.

Wins on a tip are a Poisson process of one rate, each to a miner with a chance in proportion to its share. That
is what proof of work comes to, and proof of stake without its grid: a clock that has not rung yet rings as if
it had just been wound, so that miners on other tips take nothing away from those on this one. Moments are drawn
in nanoseconds, with the integer logarithm; a header's timestamp is their whole seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chain.draws import Draws
from chain.logarithm import FRACTION_BITS, minus_log
from chain.protocols.base import BaseProtocol, idle_stretch
from chain.protocols.lottery.parameters import POISSON, PoissonParameters
from chain.protocols.lottery.state import NANOSECONDS, PoissonProposal, PoissonState, miners_of
from chain.protocols.protocol import IdleStretch, Payouts, ProtocolError, Staker

SEED_BYTES: Final = 32
_DRAW_TO_FRACTION: Final = 128 - FRACTION_BITS


class PoissonLottery(BaseProtocol[PoissonParameters]):
    """The protocol with one set of parameters, whose name is its own."""

    def __init__(self, parameters: PoissonParameters = POISSON) -> None:
        super().__init__(parameters)
        self._interval_ns = round(parameters.interval_s * NANOSECONDS)

    @property
    def name(self) -> str:
        """The preset's name."""
        return self.parameters.name

    @property
    def may_share_a_second(self) -> bool:
        """Whether a block may have its parent's timestamp: wins come at any nanosecond."""
        return True

    def opening_state(
        self, stakers: Sequence[Staker], *, number: int, timestamp_s: int, burn_in_blocks: int, seed: bytes
    ) -> PoissonState:
        """Return a state at block `number` and `timestamp_s`; a staker's coins, added up, are its share.

        A lottery has no memory to settle, so that burn-in is only checked. Raises `ProtocolError` for what it
        cannot start from.
        """
        if burn_in_blocks < 0:
            raise ProtocolError(f"burn-in takes at least 0 blocks, not {burn_in_blocks}")
        if len(seed) != SEED_BYTES:
            raise ProtocolError(f"the protocol's seed is {SEED_BYTES} bytes, not {len(seed)}")
        ids = [staker.owner_id for staker in stakers]
        if len(set(ids)) != len(ids):
            raise ProtocolError("two stakers share an owner id")
        shares = [sum(staker.coins_sat) for staker in stakers]
        if any(share < 0 for share in shares) or not sum(shares):
            raise ProtocolError(f"shares are at least 0, and one of them more, not {shares}")
        return PoissonState(
            number=number,
            timestamp_s=timestamp_s,
            made_ns=timestamp_s * NANOSECONDS,
            draw=hashlib.sha256(b"lottery" + seed).digest(),
            miners=miners_of(ids, [staker.address for staker in stakers], shares, number),
            earned_sat=(0,) * len(ids),
            subsidies_sat=0,
            fees_reissued_sat=0,
        )

    def next_proposal(self, state: PoissonState) -> PoissonProposal:
        """Return the first win on this tip."""
        return next(self.contenders(state))

    def contenders(self, state: PoissonState) -> Iterator[PoissonProposal]:
        """Yield the wins on this tip in order, without end."""
        draws = Draws(state.draw)
        miners = state.miners
        number, parent_s, made_ns = state.number + 1, state.timestamp_s, state.made_ns
        while True:
            fraction = (draws.word() >> _DRAW_TO_FRACTION) + 1
            made_ns += minus_log(fraction) * self._interval_ns >> FRACTION_BITS
            ticket = draws.word()
            miner = miners.at(ticket * miners.total >> 128)
            timestamp_s = made_ns // NANOSECONDS
            yield PoissonProposal(
                number,
                timestamp_s,
                timestamp_s - parent_s,
                miners.ids[miner],
                miners.addresses[miner],
                0,
                hashlib.sha256(state.draw + ticket.to_bytes(16, "big")).digest(),
                made_ns,
                miner,
            )

    def apply(
        self, state: PoissonState, proposal: PoissonProposal, fees_sat: int
    ) -> tuple[PoissonState, Payouts]:
        """Return the state after the block, and what it paid, all of it to the winner.

        A win is known by its randomness, which names its ticket; it is looked for up to its moment. Raises
        `ProtocolError` for a block that is no win on this tip.
        """
        if fees_sat < 0:
            raise ProtocolError(f"fees are at least 0, not {fees_sat}")
        if proposal.number != state.number + 1:
            raise ProtocolError(f"block {proposal.number} cannot follow block {state.number}")
        for win in self.contenders(state):
            if win.made_ns >= proposal.made_ns:
                break
        if win != proposal:
            raise ProtocolError(
                f"{proposal.producer_id} has won nothing on block {state.number} at that moment"
            )
        return self._followed(state, proposal, fees_sat)

    def _followed(
        self, state: PoissonState, proposal: PoissonProposal, fees_sat: int
    ) -> tuple[PoissonState, Payouts]:
        subsidy_sat = self.parameters.subsidy_sat(proposal.number)
        paid_sat = subsidy_sat + fees_sat
        earned_sat = state.earned_sat
        if paid_sat:
            miner = proposal.miner
            earned_sat = (*earned_sat[:miner], earned_sat[miner] + paid_sat, *earned_sat[miner + 1 :])
        follower = PoissonState(
            proposal.number,
            proposal.timestamp_s,
            proposal.made_ns,
            proposal.randomness,
            state.miners,
            earned_sat,
            state.subsidies_sat + subsidy_sat,
            state.fees_reissued_sat + fees_sat,
        )
        return follower, Payouts(subsidy_sat, fees_sat, {proposal.producer_id: paid_sat} if paid_sat else {})

    def weight(self, state: PoissonState) -> int:
        """Return the height: all blocks are equally hard."""
        return state.number

    def final_number(self, state: PoissonState) -> int:
        """Return the height at the settled depth; 0 where nothing ever settles."""
        depth = self.parameters.settled_blocks
        return 0 if depth is None else max(0, state.number - depth)

    def validators(self, state: PoissonState) -> Sequence[str]:
        """Return all miners."""
        return state.miners.ids

    def advance_idle(
        self, state: PoissonState, until_s: int, until_number: int | None = None
    ) -> tuple[PoissonState, IdleStretch | None]:
        """Pass every block up to `until_s`, and to height `until_number` at most where one is given."""
        tip, first_s = state, 0
        made = [0] * len(state.miners.ids)
        while until_number is None or tip.number < until_number:
            proposal = self.next_proposal(tip)
            if proposal.timestamp_s > until_s:
                break
            if tip is state:
                first_s = proposal.timestamp_s
            tip, _paid = self._followed(tip, proposal, 0)
            made[proposal.miner] += 1
        if tip is state:
            return state, None
        ids = state.miners.ids
        paid_sat = [after - before for before, after in zip(state.earned_sat, tip.earned_sat, strict=True)]
        return tip, idle_stretch(
            state,
            tip,
            first_s=first_s,
            subsidy_by_owner_sat={owner: paid for owner, paid in zip(ids, paid_sat, strict=True) if paid},
            blocks_by_owner={owner: count for owner, count in zip(ids, made, strict=True) if count},
        )

    def coins_sat(self, state: PoissonState) -> int:
        """Return what miners have: their shares count as coins, and what they earned since."""
        return state.miners.total + sum(state.earned_sat)

    def subsidies_sat(self, state: PoissonState) -> int:
        """Return what blocks have newly issued since the opening state."""
        return state.subsidies_sat

    def fees_reissued_sat(self, state: PoissonState) -> int:
        """Return the fees issued again since the opening state."""
        return state.fees_reissued_sat

    def stakes_sat(self, state: PoissonState) -> Mapping[str, int]:
        """Return each miner's share and what it earned; earnings change no share."""
        miners = state.miners
        columns = zip(miners.ids, miners.shares, state.earned_sat, strict=True)
        return {owner: share + earned for owner, share, earned in columns}

    def mature_stakes_sat(self, state: PoissonState) -> Mapping[str, int]:
        """Return each miner's share."""
        return dict(zip(state.miners.ids, state.miners.shares, strict=True))

    def mature_sat_blocks(self, state: PoissonState) -> Mapping[str, int]:
        """Return each miner's share times the blocks since the opening: shares never change."""
        blocks = state.number - state.miners.opening_number
        return {owner: share * blocks for owner, share in self.mature_stakes_sat(state).items()}
