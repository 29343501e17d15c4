"""The protocol state beside the EVM's: one per block, never changed once handed out."""

from __future__ import annotations

from dataclasses import dataclass

from chain.block import Hash32
from chain.hashing import keccak
from chain.protocols.bft.priority import Roster, ValidatorSet
from chain.protocols.bft.staking import Selection, Staking
from chain.protocols.protocol import Proposal
from chain.protocols.round_rules import DoubleSign


@dataclass(frozen=True)
class BftProposal(Proposal):
    """A round's proposal, with what it says of the block before.

    `absent` are those whose pre-commits its commit lacks, `evidence` what was found of double signatures;
    `proposed_s` is the moment at which it was made.
    """

    round_: int
    proposed_s: float
    absent: tuple[str, ...]
    evidence: tuple[DoubleSign, ...]

    @property
    def made_s(self) -> float:
        """The moment of the proposal."""
        return self.proposed_s


@dataclass(frozen=True)
class BftState:
    """Everything the next block depends on. Amounts in 10^-8 MED; `inflation` is a fraction of `fixed.ONE`.

    `voted` voted on the tip, `current` votes on the next block and `following` on the one after it; `sent` is what
    `following` was last told. `proposer` is the place of who proposed the tip, -1 at an opening, where nobody has
    voted yet. `outstanding_sat` are rewards by place that were not divided yet, `collector_sat` the tip's fees,
    `weights` each place's power summed over blocks until height `weights_number`.
    """

    number: int
    timestamp_s: int
    made_s: float
    seed: bytes
    inflation: int
    supply_sat: int
    staking: Staking
    sent: Selection
    voted: Roster | None
    proposer: int
    current: ValidatorSet
    following: ValidatorSet
    outstanding_sat: tuple[int, ...]
    collector_sat: int
    community_sat: int
    subsidies_sat: int
    fees_reissued_sat: int
    burned_sat: int
    weights: tuple[int, ...]
    weights_number: int

    def root(self) -> Hash32:
        """Return a commitment to all of it."""
        voted = None if self.voted is None else (self.voted.places, self.voted.powers)
        numbers = (
            self.number, self.timestamp_s, self.made_s.hex(), self.inflation, self.supply_sat, self.sent, voted,
            self.proposer, _set(self.current), _set(self.following), self.outstanding_sat, self.collector_sat,
            self.community_sat, self.subsidies_sat, self.fees_reissued_sat, self.burned_sat, self.weights,
            self.weights_number,
        )  # fmt: skip
        return keccak(repr(numbers).encode() + self.staking.root() + self.seed)


def _set(validators: ValidatorSet) -> tuple[object, ...]:
    roster = validators.roster
    return roster.places, roster.powers, validators.priorities, validators.proposer
