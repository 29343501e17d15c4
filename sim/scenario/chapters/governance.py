"""Votes on protocol and reward parameters, and what a validator must bring on the MED chains."""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import field_validator

from sim.scenario.parameter import Chapter, number, text
from sim.scenario.planned_proposals import PROPOSALS_WORDS, PlannedProposal, planned_proposals

SHARE_STEPS: Final = 10_000
"""The contracts keep shares in basis points."""

_STEP: Final = " in steps of 0.0001, a basis point"
_NO_SOURCE: Final = "MediBloc published no governance of its Qtum token"


class Governance(Chapter):
    """`[governance]`"""

    doc: ClassVar[str] = "Votes of MED on the block gas limit, the minimum gas price and the reward curve."

    voting_delay_days: int = number(
        1,
        between=(0, 60),
        unit="days",
        grade="U",
        source=f"{_NO_SOURCE}; a day lets holders lock before votes are counted",
        plausible=(0, 7),
        doc="Time from a proposal until its votes are counted as they then lie.",
    )
    voting_period_days: int = number(
        7,
        between=(1, 60),
        unit="days",
        grade="U",
        source=f"{_NO_SOURCE}; a week",
        plausible=(3, 14),
        doc="Time in which votes are cast.",
    )
    timelock_delay_days: int = number(
        2,
        between=(0, 60),
        unit="days",
        grade="U",
        source=f"{_NO_SOURCE}; two days let people leave before a change they do not like",
        plausible=(1, 14),
        doc="Time that an accepted proposal waits before it can be executed.",
    )
    quorum_share: float = number(
        0.2,
        between=(0.0, 1.0),
        unit="1",
        step=_STEP,
        grade="U",
        source=_NO_SOURCE,
        plausible=(0.04, 0.4),
        doc="Share of all MED locked for votes that must be cast for a proposal or abstain.",
    )
    least_quorum_share: float = number(
        0.001,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source=f"{_NO_SOURCE}; without it the first who locks would decide alone",
        plausible=(0.0001, 0.05),
        doc="The quorum where the share of locked MED comes to less, as a share of the opening supply.",
    )
    threshold_share: float = number(
        0.0001,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source=f"{_NO_SOURCE}; 1,000,000 MED, the collateral of a candidate on MediBloc's first test network "
        "(medibloc/go-medibloc)",
        plausible=(0.0, 0.01),
        doc="Votes that a proposer needs, as a share of the opening supply.",
    )
    unlock_days: int = number(
        7,
        between=(0, 365),
        unit="days",
        grade="S",
        source="medibloc/go-medibloc: votes drop at once, the stake comes back after 604,800 s",
        doc="Time from giving up votes until their MED can be moved.",
    )
    voters: int = number(
        20,
        between=(1, 100_000),
        unit="owners",
        grade="U",
        source="no turnout was found; the largest holders decide",
        plausible=(5, 200),
        doc="The largest holders who lock MED and vote where a proposal is planned; at most all there are.",
    )
    locked_share: float = number(
        0.5,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="no turnout was found",
        plausible=(0.1, 0.9),
        doc="The part of its MED that a voter locks for votes.",
    )
    approval_probability: float = number(
        0.7,
        between=(0.0, 1.0),
        unit="1",
        grade="U",
        source="no votes on such proposals were found",
        plausible=(0.3, 1.0),
        doc="Chance that a voter votes for a planned proposal; it votes against otherwise.",
    )
    proposals: str = text(
        "",
        length=(0, 2_000),
        accepts=PROPOSALS_WORDS,
        grade="U",
        source="the experimenter's choice",
        doc="What the foundation proposes and when; empty for nothing.",
    )

    @field_validator("quorum_share")
    @classmethod
    def _quorum_is_whole_steps(cls, share: float) -> float:
        return _whole_steps(share)

    @field_validator("proposals")
    @classmethod
    def _proposals_are_readable(cls, line: str) -> str:
        planned_proposals(line)
        return line

    @property
    def planned(self) -> tuple[PlannedProposal, ...]:
        """What the foundation proposes, in the order of the text."""
        return planned_proposals(self.proposals)

    @property
    def decision_days(self) -> int:
        """From a proposal until it can be executed, in days."""
        return self.voting_delay_days + self.voting_period_days + self.timelock_delay_days


class Validators(Chapter):
    """`[validators]`"""

    doc: ClassVar[str] = "What validators of the MED chains bond, and for how long."

    own_minimum_med: int = number(
        1_000_000,
        between=(1, 1_000_000_000),
        unit="MED",
        grade="S",
        source="medibloc/go-medibloc: collateral of a candidate",
        doc="The least that an active validator has bonded of its own.",
    )
    unbonding_days: int = number(
        21,
        between=(0, 365),
        unit="days",
        grade="S",
        source="medibloc/panacea-mainnet: genesis.json",
        doc="Time from unbonding until the MED can be moved; it can be slashed until then.",
    )
    minimum_commission_share: float = number(
        0.03,
        between=(0.0, 1.0),
        unit="1",
        step=_STEP,
        grade="S",
        source="medibloc/panacea-core: 3 to 5 %",
        doc="The lowest part of a reward that a validator keeps before its pool shares the rest.",
    )

    @field_validator("minimum_commission_share")
    @classmethod
    def _commission_is_whole_steps(cls, share: float) -> float:
        return _whole_steps(share)


def _whole_steps(share: float) -> float:
    if round(round(share * SHARE_STEPS) / SHARE_STEPS, 12) != round(share, 12):
        raise ValueError("finer than the contract's step")
    return share
