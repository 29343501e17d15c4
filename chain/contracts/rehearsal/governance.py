"""Holders change the block gas limit and the minimum gas price, then the rules of voting themselves."""

from __future__ import annotations

from typing import Final

from chain.contracts.proposals import GovernanceProposal, Support, proposal
from chain.contracts.rehearsal.cast import BUYERS, INSURER, PATIENT, PROVIDER, RESEARCHER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.voting import HOLDER, VOTES_MED_UNITS, carry, enact, take_votes
from chain.contracts.signed.ballot import Ballot, ethereum_form, governance_domain

MED: Final = 10**8
REASON: Final = "blocks are full on Monday mornings"
VOTERS: Final = (PATIENT, PROVIDER, RESEARCHER, INSURER, BUYERS[0])


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    for voter in VOTERS:
        take_votes(stage, voter, 20_000 * MED)
    take_votes(stage, HOLDER, VOTES_MED_UNITS)
    asked = _larger_blocks(stage)
    stage.do(HOLDER, stage.system.governance, "propose", *asked.proposed)
    _vote_in_every_way(stage, asked)
    enact(stage, asked)
    _change_the_rules_of_voting(stage)
    _think_better_of_it(stage)


def _larger_blocks(stage: Stage) -> GovernanceProposal:
    return proposal(
        stage.system,
        "Larger and dearer blocks",
        ("Governance", "setBlockGasLimit", (80_000_000,)),
        ("Governance", "setMinimumGasPrice", (60,)),
    )


def _vote_in_every_way(stage: Stage, asked: GovernanceProposal) -> None:
    governance, number = stage.system.governance, asked.proposal_id
    stage.pass_time(stage.read(governance, "votingDelay"))
    stage.do(HOLDER, governance, "castVote", number, Support.FOR)
    stage.do(PATIENT, governance, "castVote", number, Support.AGAINST)
    stage.do(PROVIDER, governance, "castVoteWithReason", number, Support.FOR, REASON)
    stage.do(RESEARCHER, governance, "castVoteWithReasonAndParams", number, Support.ABSTAIN, REASON, b"")
    ballot = Ballot(number, Support.FOR, INSURER.address, stage.read(governance, "nonces", INSURER.address))
    domain = governance_domain(stage.system)
    signature = ethereum_form(INSURER.sign(ballot.digest(domain)))
    stage.do(STRANGER, governance, "castVoteBySig", number, Support.FOR, INSURER.address, signature)
    voter = BUYERS[0]
    reasoned = Ballot(number, Support.FOR, voter.address, stage.read(governance, "nonces", voter.address))
    signature = ethereum_form(voter.sign(reasoned.reasoned_digest(domain, REASON, b"")))
    stage.do(
        STRANGER,
        governance,
        "castVoteWithReasonAndParamsBySig",
        number,
        Support.FOR,
        voter.address,
        REASON,
        b"",
        signature,
    )
    stage.pass_time(stage.read(governance, "votingPeriod"))


def _change_the_rules_of_voting(stage: Stage) -> None:
    system = stage.system
    thanks = system.timelock.encode("getMinDelay")
    carry(
        stage,
        "Slower votes, and proof that governance may be moved to another timelock: to this one",
        ("Governance", "setVotingDelay", (2 * DAY_S,)),
        ("Governance", "setVotingPeriod", (8 * DAY_S,)),
        ("Governance", "setProposalThreshold", (2_000 * MED,)),
        ("Governance", "updateQuorumNumerator", (2_500,)),
        ("Governance", "updateTimelock", (system.timelock.address,)),
        ("Governance", "relay", (system.timelock.address, 0, thanks)),
    )


def _think_better_of_it(stage: Stage) -> None:
    regretted = proposal(stage.system, "Smallest blocks", ("Governance", "setBlockGasLimit", (1_000_000,)))
    stage.do(HOLDER, stage.system.governance, "propose", *regretted.proposed)
    stage.do(HOLDER, stage.system.governance, "cancel", *regretted.decided)
