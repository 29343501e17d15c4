"""How governance decides on a stage: for what only the timelock may do, in the rehearsal of any contract.

    carry(stage, "a curator", ("RewardPool", "grantRole", (role, account)))

proposes, votes, queues and executes, which takes ten days of the stage's time with the rehearsal's terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.contracts.proposals import GovernanceProposal, Support, proposal
from chain.contracts.rehearsal.cast import DEPLOYER, TREASURY
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.keys import PrivateKey

HOLDER: Final = DEPLOYER
"""Holds enough MED to decide alone."""

VOTES_MED_UNITS: Final = 10**13
"""More than the rehearsal's threshold and least quorum."""


def carry(stage: Stage, description: str, *calls: tuple[str, str, Sequence[object]]) -> Outcome:
    """Have governance make calls (contract, function, arguments) through the timelock; return the execution."""
    asked = proposal(stage.system, description, *calls)
    accept(stage, asked)
    return enact(stage, asked)


def accept(stage: Stage, asked: GovernanceProposal) -> None:
    """Propose, and vote for it until the vote is over."""
    governance = stage.system.governance
    if stage.read(stage.system.staking, "getVotes", HOLDER.address) < VOTES_MED_UNITS:
        take_votes(stage, HOLDER, VOTES_MED_UNITS)
    stage.do(HOLDER, governance, "propose", *asked.proposed)
    stage.pass_time(stage.read(governance, "votingDelay"))
    stage.do(HOLDER, governance, "castVote", asked.proposal_id, Support.FOR)
    stage.pass_time(stage.read(governance, "votingPeriod"))


def enact(stage: Stage, asked: GovernanceProposal) -> Outcome:
    """Queue what has been accepted, and execute it once it has waited; return the execution."""
    governance = stage.system.governance
    stage.do(TREASURY, governance, "queue", *asked.decided)
    stage.pass_time(stage.read(stage.system.timelock, "getMinDelay"))
    return stage.do(TREASURY, governance, "execute", *asked.decided)


def take_votes(stage: Stage, holder: PrivateKey, amount_med_units: int) -> None:
    """Have a holder lock MED and cast its own votes."""
    supply(stage, holder, amount_med_units)
    stage.do(holder, stage.system.token, "approve", stage.system.staking.address, amount_med_units)
    stage.do(holder, stage.system.staking, "lock", amount_med_units)
    stage.do(holder, stage.system.staking, "delegate", holder.address)


def supply(stage: Stage, account: PrivateKey, amount_med_units: int) -> None:
    """Give an account MED of the rehearsal's first holder."""
    if account is not HOLDER:
        stage.do(HOLDER, stage.system.token, "transfer", account.address, amount_med_units)
