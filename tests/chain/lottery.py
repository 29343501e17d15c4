"""A protocol for tests in which anybody may make a block on anything at any time, so that trees are drawn at will."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chain.block import BlockEnvironment, Hash32
from chain.hashing import keccak
from chain.protocols.protocol import FEE_ACCOUNT, IdleStretch, Payouts, Proposal, ProtocolError, Staker

SUBSIDY_SAT = 7


@dataclass(frozen=True)
class LotteryState:
    """Where a branch of the lottery stands, and what each producer has."""

    number: int
    timestamp_s: int
    coins_sat: Mapping[str, int]
    subsidies_sat: int = 0
    fees_sat: int = 0
    producers: tuple[str, ...] = field(default=())


class Lottery:
    """Blocks pay their producer; a node gives up no more than `depth_blocks`."""

    name = "lottery"
    minimum_gas_price_sat = 40
    block_limit_bytes = 100_000

    def __init__(self, depth_blocks: int = 1_000, gas_limit_gas: int = 1_000_000) -> None:
        self.depth_blocks = depth_blocks
        self.gas_limit_gas = gas_limit_gas

    def opening_state(
        self,
        stakers: Sequence[Staker],
        *,
        number: int,
        timestamp_s: int,
        burn_in_blocks: int = 0,
        seed: bytes = b"",
    ) -> LotteryState:
        del burn_in_blocks, seed
        return LotteryState(
            number, timestamp_s, {staker.owner_id: sum(staker.coins_sat) for staker in stakers}
        )

    def proposal(self, state: LotteryState, producer: str = "a", after_s: int = 10) -> Proposal:
        return Proposal(
            number=state.number + 1,
            timestamp_s=state.timestamp_s + after_s,
            interval_s=after_s,
            producer_id=producer,
            producer_address=keccak(producer.encode())[-20:],
            difficulty_bits=0,
            randomness=keccak(b"%d" % state.number + producer.encode()),
        )

    def next_proposal(self, state: LotteryState) -> Proposal:
        return self.proposal(state)

    def contenders(self, state: LotteryState) -> Iterator[Proposal]:
        for after_s in range(10, 100):
            yield self.proposal(state, "ab"[after_s % 2], after_s)

    def environment(
        self,
        state: LotteryState,
        proposal: Proposal,
        *,
        parent_hash: Hash32,
        parent_identity: Hash32,
        gas_limit_gas: int,
    ) -> BlockEnvironment:
        return BlockEnvironment(
            number=proposal.number,
            timestamp_s=proposal.timestamp_s,
            gas_limit_gas=gas_limit_gas,
            coinbase=FEE_ACCOUNT,
            parent_hash=parent_hash,
            mix_hash=proposal.randomness,
            extra_data=self.state_root(state),
            parent_identity=parent_identity,
        )

    def apply(self, state: LotteryState, proposal: Proposal, fees_sat: int) -> tuple[LotteryState, Payouts]:
        if proposal.number != state.number + 1 or fees_sat < 0:
            raise ProtocolError(f"block {proposal.number} cannot follow block {state.number}")
        owner, paid_sat = proposal.producer_id, SUBSIDY_SAT + fees_sat
        coins_sat = {**state.coins_sat, owner: state.coins_sat.get(owner, 0) + paid_sat}
        after = LotteryState(
            proposal.number,
            proposal.timestamp_s,
            coins_sat,
            state.subsidies_sat + SUBSIDY_SAT,
            state.fees_sat + fees_sat,
            (*state.producers[-7:], owner),
        )
        return after, Payouts(SUBSIDY_SAT, fees_sat, {owner: paid_sat})

    def advance_idle(
        self, state: LotteryState, until_s: int, until_number: int | None = None
    ) -> tuple[LotteryState, IdleStretch | None]:
        raise NotImplementedError

    def weight(self, state: LotteryState) -> int:
        return state.number

    def final_number(self, state: LotteryState) -> int:
        return state.number - self.depth_blocks

    def validators(self, state: LotteryState) -> Sequence[str]:
        return list(state.coins_sat)

    def state_root(self, state: LotteryState) -> Hash32:
        return keccak(repr(state).encode())

    def coins_sat(self, state: LotteryState) -> int:
        return sum(state.coins_sat.values())

    def subsidies_sat(self, state: LotteryState) -> int:
        return state.subsidies_sat

    def fees_reissued_sat(self, state: LotteryState) -> int:
        return state.fees_sat

    def stakes_sat(self, state: LotteryState) -> Mapping[str, int]:
        return state.coins_sat

    mature_stakes_sat = mature_sat_blocks = stakes_sat
