"""`panacea-bft`: Panacea's proof of stake, on which MediBloc's mainnet runs.

Validators vote on each block before the next one is made, so that a block is final at once and there are no
forks; while a third of the power is away there are no blocks either. Who proposes rotates by power. Each block
mints a year's inflation divided by an assumed number of blocks, whatever the real one. Rules are in
`chain.protocols.bft`, numbers and their source in its `parameters`; the network plays the votes by `round_rules`.

Besides what the ledger asks of every protocol, slashing burns coins: coins = opening + issued - burned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chain.protocols.base import BaseProtocol, idle_stretch
from chain.protocols.bft.idle import is_calm, leapt
from chain.protocols.bft.opening import begun_anew, opened_staking, opened_state
from chain.protocols.bft.parameters import PANACEA_2019, BftParameters
from chain.protocols.bft.producing import followed, weights_at
from chain.protocols.bft.rounds import BftRounds
from chain.protocols.bft.state import BftProposal, BftState
from chain.protocols.protocol import IdleStretch, Payouts, ProtocolError, Staker


class PanaceaBft(BaseProtocol[BftParameters]):
    """The protocol. What people do to it is in `chain.protocols.bft.operations`."""

    name = "panacea-bft"

    def __init__(self, parameters: BftParameters = PANACEA_2019) -> None:
        super().__init__(parameters)
        self.round_rules = BftRounds(parameters)

    def opening_state(
        self,
        stakers: Sequence[Staker],
        *,
        number: int,
        timestamp_s: int,
        burn_in_blocks: int,
        seed: bytes,
        validators: Sequence[str] | None = None,
        delegations: Mapping[str, str] | None = None,
        commissions: Mapping[str, int] | None = None,
    ) -> BftState:
        """Return a state at block `number` and `timestamp_s`.

        `validators` (owner ids, by default all stakers) stake all their coins, and `delegations` name the one
        validator of everybody else who stakes; `commissions` are fractions of `fixed.ONE`, by default the least.
        Burn-in blocks come before; what they minted is part of the opening. Raises `ProtocolError` for what the
        rules cannot start from.
        """
        if burn_in_blocks < 0:
            raise ProtocolError(f"burn-in takes at least 0 blocks, not {burn_in_blocks}")
        staking = opened_staking(self.parameters, stakers, validators, delegations, commissions)
        start_s = timestamp_s - burn_in_blocks * self.parameters.one_view_interval_s
        state = opened_state(
            self.parameters, staking, number=number - burn_in_blocks, timestamp_s=start_s, seed=seed
        )
        if burn_in_blocks:
            state, _stretch = self.advance_idle(state, timestamp_s)
        return begun_anew(state, timestamp_s)

    def next_proposal(self, state: BftState) -> BftProposal:
        """Return the first round's proposal as one network view has it: without delay, and with nobody away."""
        return self.round_rules.propose(state, 0, state.made_s + self.parameters.one_view_interval_s)

    def contenders(self, state: BftState) -> Iterator[BftProposal]:
        """Yield the proposal of each round, later ones as if all rounds before had waited to their end.

        They do not race: a network that plays votes asks `round_rules` instead.
        """
        made_s, round_ = state.made_s + self.parameters.one_view_interval_s, 0
        while True:
            yield self.round_rules.propose(state, round_, made_s)
            waited = self.round_rules.timeouts(round_)
            made_s += waited.propose_s + waited.prevote_s + waited.precommit_s
            round_ += 1

    def apply(self, state: BftState, proposal: BftProposal, fees_sat: int) -> tuple[BftState, Payouts]:
        """Return the state after the block, and what it paid.

        A block pays what it mints and the fees of the block *before*, to those who voted on that one; its own fees
        wait for the next. Raises `ProtocolError` for a block that the rules refuse: any round and moment after the
        parent's are allowed, as the votes decide.
        """
        if fees_sat < 0:
            raise ProtocolError(f"fees are at least 0 units of 10^-8 MED, not {fees_sat}")
        broken = self.round_rules.broken_rule(state, proposal)
        if broken is not None:
            raise ProtocolError(f"this block {proposal.number} does not follow: {broken}")
        follower, paid_sat = followed(self.parameters, state, proposal, fees_sat)
        subsidy_sat = follower.subsidies_sat - state.subsidies_sat
        validators = state.staking.validators
        by_owner_sat = {
            validators[place].owner_id: paid_sat[place] for place in sorted(paid_sat) if paid_sat[place]
        }
        return follower, Payouts(subsidy_sat, fees_sat, by_owner_sat)

    def weight(self, state: BftState) -> int:
        """Return the height."""
        return state.number

    def final_number(self, state: BftState) -> int:
        """Return the height itself: what is committed is final."""
        return state.number

    def validators(self, state: BftState) -> Sequence[str]:
        """Return all who ever validated, in the order in which they came."""
        return tuple(validator.owner_id for validator in state.staking.validators)

    def advance_idle(
        self, state: BftState, until_s: int, until_number: int | None = None
    ) -> tuple[BftState, IdleStretch | None]:
        """Pass every block up to `until_s`, and to height `until_number` at most where one is given."""
        parameters, tip = self.parameters, state
        count = len(state.staking.validators)
        paid_sat, made = [0] * count, [0] * count
        first_s: int | None = None
        while True:
            blocks = int((until_s - tip.timestamp_s) // parameters.one_view_interval_s)
            if until_number is not None:
                blocks = min(blocks, until_number - tip.number)
            unbondings = tip.staking.unbondings
            if unbondings:
                quiet_s = unbondings[0].due_s - 1 - tip.timestamp_s
                blocks = min(blocks, quiet_s // parameters.one_view_interval_s)
            if blocks > 0 and is_calm(parameters, tip):
                if first_s is None:
                    first_s = self.next_proposal(tip).timestamp_s
                tip, paid, proposed = leapt(parameters, tip, blocks)
                paid_sat = [a + b for a, b in zip(paid_sat, paid, strict=True)]
                made = [a + b for a, b in zip(made, proposed, strict=True)]
                continue
            proposal = self.next_proposal(tip)
            if proposal.timestamp_s > until_s or (until_number is not None and tip.number >= until_number):
                break
            if first_s is None:
                first_s = proposal.timestamp_s
            tip, paid_by_place = followed(parameters, tip, proposal, 0)
            made[tip.proposer] += 1
            for place, amount_sat in paid_by_place.items():
                paid_sat[place] += amount_sat
        if first_s is None:
            return state, None
        return tip, idle_stretch(
            state,
            tip,
            first_s=first_s,
            subsidy_by_owner_sat=_positive(state, paid_sat),
            blocks_by_owner=_positive(state, made),
        )

    def coins_sat(self, state: BftState) -> int:
        """Return all MED here: stakes, rewards, unbondings, what people hold, the tip's fees and the community's."""
        held_sat = state.staking.held_sat + sum(state.outstanding_sat)
        return held_sat + state.collector_sat + state.community_sat

    def subsidies_sat(self, state: BftState) -> int:
        """Return what blocks have newly issued since the opening state."""
        return state.subsidies_sat

    def fees_reissued_sat(self, state: BftState) -> int:
        """Return the fees issued again since the opening state."""
        return state.fees_reissued_sat

    def burned_sat(self, state: BftState) -> int:
        """Return what slashing has burned since the opening state."""
        return state.burned_sat

    def stakes_sat(self, state: BftState) -> Mapping[str, int]:
        """Return the stake behind each validator, its delegators' too, in the order in which validators came."""
        return {validator.owner_id: validator.tokens_sat for validator in state.staking.validators}

    def mature_stakes_sat(self, state: BftState) -> Mapping[str, int]:
        """Return each validator's voting power at the next block, 0 for who does not vote."""
        powers = self.round_rules.powers(state)
        return {owner_id: powers.get(owner_id, 0) for owner_id in self.validators(state)}

    def mature_sat_blocks(self, state: BftState) -> Mapping[str, int]:
        """Return each validator's voting power summed over the blocks since the opening."""
        return dict(zip(self.validators(state), weights_at(state, state.number), strict=True))


def _positive(state: BftState, values: Sequence[int]) -> dict[str, int]:
    validators = state.staking.validators
    return {v.owner_id: value for v, value in zip(validators, values, strict=True) if value}
