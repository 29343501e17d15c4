"""Proposals: who makes them, how they are voted, how they wait, and what they change."""

from __future__ import annotations

import pytest

from chain.contracts.artifact import CONTRACTS
from chain.contracts.proposals import GovernanceProposal, ProposalState, Support, call_of, proposal
from chain.contracts.rehearsal.cast import INSURER, PATIENT, RESEARCHER, SPONSOR, STRANGER
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, WEEK_S, governance_terms, parameters
from chain.contracts.rehearsal.voting import HOLDER, accept, carry, enact, take_votes
from chain.contracts.signed.ballot import Ballot, ethereum_form, governance_domain
from chain.errors import CallReverted
from chain.keys import PrivateKey

MED = 10**8
THRESHOLD = 10**11
LEAST_QUORUM = 10**12


def prepare(stage: Stage) -> Stage:
    """The holder has 100,000 votes, the patient 20,000, the researcher one unit less than the threshold."""
    take_votes(stage, HOLDER, 100_000 * MED)
    take_votes(stage, PATIENT, 20_000 * MED)
    take_votes(stage, RESEARCHER, THRESHOLD - 1)
    return stage


@pytest.fixture(scope="module")
def prepared(peopled: Stage) -> Stage:
    return prepare(peopled.branch())


@pytest.fixture
def voting(prepared: Stage) -> Stage:
    return prepared.branch()


def halved(stage: Stage, description: str = "Smaller blocks") -> GovernanceProposal:
    return proposal(stage.system, description, ("Governance", "setBlockGasLimit", (20_000_000,)))


def send(stage: Stage, sender: PrivateKey, function: str, *arguments: object) -> Outcome:
    return stage.send(sender, stage.system.governance, function, *arguments)


def do(stage: Stage, sender: PrivateKey, function: str, *arguments: object) -> Outcome:
    return stage.do(sender, stage.system.governance, function, *arguments)


def read(stage: Stage, function: str, *arguments: object):  # type: ignore[no-untyped-def]
    return stage.read(stage.system.governance, function, *arguments)


def state(stage: Stage, asked: GovernanceProposal) -> ProposalState:
    return ProposalState(read(stage, "state", asked.proposal_id))


def active(stage: Stage) -> GovernanceProposal:
    asked = halved(stage)
    do(stage, HOLDER, "propose", *asked.proposed)
    stage.pass_time(DAY_S)
    return asked


def hexed(holder: PrivateKey) -> str:
    return f"0x{holder.address.hex()}"


def unexpected(asked: GovernanceProposal, present: ProposalState, *expected: ProposalState) -> str:
    """The error of an act in a state in which it does not fit."""
    allowed = sum(1 << value for value in expected).to_bytes(32, "big").hex()
    return (
        f"GovernorUnexpectedProposalState(proposalId={asked.proposal_id}, current={int(present)},"
        f" expectedStates=0x{allowed})"
    )


def test_a_proposal_goes_through_all_its_states(voting: Stage) -> None:
    asked = halved(voting)
    outcome = do(voting, HOLDER, "propose", *asked.proposed)
    created = outcome.events[0].arguments
    assert created["proposalId"] == asked.proposal_id
    assert created["voteStart"] == voting.time_s + DAY_S
    assert created["voteEnd"] == voting.time_s + DAY_S + WEEK_S
    assert state(voting, asked) is ProposalState.PENDING
    voting.time_s = created["voteStart"]
    assert state(voting, asked) is ProposalState.PENDING
    voting.pass_time(1)
    assert state(voting, asked) is ProposalState.ACTIVE
    cast = do(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    assert cast.events[0].arguments["weight"] == 100_000 * MED
    assert read(voting, "hasVoted", asked.proposal_id, HOLDER.address) is True
    assert read(voting, "proposalVotes", asked.proposal_id) == (0, 100_000 * MED, 0)
    voting.time_s = created["voteEnd"]
    assert state(voting, asked) is ProposalState.ACTIVE
    voting.pass_time(1)
    assert state(voting, asked) is ProposalState.SUCCEEDED
    queued = do(voting, STRANGER, "queue", *asked.decided)
    assert queued.events[-1].arguments == {
        "proposalId": asked.proposal_id,
        "etaSeconds": voting.time_s + 2 * DAY_S,
    }
    assert state(voting, asked) is ProposalState.QUEUED
    voting.pass_time(2 * DAY_S - BLOCK_S)
    executed = do(voting, STRANGER, "execute", *asked.decided)
    assert state(voting, asked) is ProposalState.EXECUTED
    changed = next(event for event in executed.events if event.name == "BlockGasLimitChanged")
    assert changed.arguments == {"previousBlockGasLimit": 40_000_000, "blockGasLimit": 20_000_000}
    assert read(voting, "blockGasLimit") == 20_000_000


def test_the_minimum_gas_price_is_voted_on(voting: Stage) -> None:
    executed = carry(voting, "Dearer gas", ("Governance", "setMinimumGasPrice", (80,)))
    changed = next(event for event in executed.events if event.name == "MinimumGasPriceChanged")
    assert changed.arguments == {"previousMinimumGasPrice": 40, "minimumGasPrice": 80}
    assert read(voting, "minimumGasPrice") == 80
    assert read(voting, "blockGasLimit") == 40_000_000


def test_the_reward_curve_is_voted_on(voting: Stage) -> None:
    square_root = 1
    carry(voting, "A flatter curve", ("RewardPool", "setCurve", (square_root,)))
    rewards = voting.system.rewards
    from_epoch, curve, *_rest = voting.read(rewards, "policyOf", voting.read(rewards, "lastPolicy"))
    assert curve == square_root
    assert from_epoch == voting.read(rewards, "currentEpoch") + 1


@pytest.mark.parametrize(
    ("function", "argument", "error"),
    [
        ("setBlockGasLimit", 999_999, "BlockGasLimitOutOfRange(blockGasLimit=999999)"),
        ("setBlockGasLimit", 1_000_000_001, "BlockGasLimitOutOfRange(blockGasLimit=1000000001)"),
        ("setMinimumGasPrice", 0, "MinimumGasPriceOutOfRange(minimumGasPrice=0)"),
        ("setMinimumGasPrice", 10_001, "MinimumGasPriceOutOfRange(minimumGasPrice=10001)"),
        ("setVotingPeriod", 0, "GovernorInvalidVotingPeriod(votingPeriod=0)"),
        (
            "updateQuorumNumerator",
            10_001,
            "GovernorInvalidQuorumFraction(quorumNumerator=10001, quorumDenominator=10000)",
        ),
    ],
)
def test_what_is_voted_keeps_its_range(voting: Stage, function: str, argument: int, error: str) -> None:
    asked = proposal(voting.system, "Out of range", ("Governance", function, (argument,)))
    accept(voting, asked)
    do(voting, STRANGER, "queue", *asked.decided)
    voting.pass_time(2 * DAY_S)
    assert send(voting, STRANGER, "execute", *asked.decided).error == error
    assert state(voting, asked) is ProposalState.QUEUED


@pytest.mark.parametrize(
    ("function", "argument", "reading"),
    [
        ("setBlockGasLimit", 1_000_000, "blockGasLimit"),
        ("setBlockGasLimit", 1_000_000_000, "blockGasLimit"),
        ("setMinimumGasPrice", 1, "minimumGasPrice"),
        ("setMinimumGasPrice", 10_000, "minimumGasPrice"),
        ("setVotingDelay", 0, "votingDelay"),
        ("setVotingPeriod", 1, "votingPeriod"),
        ("setProposalThreshold", 0, "proposalThreshold"),
    ],
)
def test_the_ends_of_a_range_belong_to_it(voting: Stage, function: str, argument: int, reading: str) -> None:
    carry(voting, "To the end", ("Governance", function, (argument,)))
    assert read(voting, reading) == argument


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("setBlockGasLimit", (20_000_000,)),
        ("setMinimumGasPrice", (80,)),
        ("setVotingDelay", (1,)),
        ("setVotingPeriod", (1,)),
        ("setProposalThreshold", (1,)),
        ("updateQuorumNumerator", (1,)),
        ("updateTimelock", (bytes(20),)),
        ("relay", (bytes(20), 0, b"")),
    ],
)
def test_only_the_timelock_changes_parameters(
    voting: Stage, function: str, arguments: tuple[object, ...]
) -> None:
    outcome = send(voting, HOLDER, function, *arguments)
    assert outcome.error == f"GovernorOnlyExecutor(account={hexed(HOLDER)})"


def test_the_timelock_alone_is_not_enough(voting: Stage) -> None:
    """A call of Governance to itself counts only while a proposal is executed through Governance."""
    asked = halved(voting)
    accept(voting, asked)
    do(voting, STRANGER, "queue", *asked.decided)
    voting.pass_time(2 * DAY_S)
    address = voting.system.governance.address or b""
    salt = bytes(a ^ b for a, b in zip(address.ljust(32, b"\0"), asked.description_hash, strict=True))
    targets, values, calldatas, _hash = asked.decided
    outcome = voting.send(
        STRANGER, voting.system.timelock, "executeBatch", targets, values, calldatas, bytes(32), salt
    )
    assert outcome.error == "Panic(pop from an empty array)"
    do(voting, STRANGER, "execute", *asked.decided)


def test_a_proposer_needs_votes(voting: Stage) -> None:
    outcome = send(voting, RESEARCHER, "propose", *halved(voting).proposed)
    assert outcome.error == (
        f"GovernorInsufficientProposerVotes(proposer={hexed(RESEARCHER)},"
        f" votes={THRESHOLD - 1}, threshold={THRESHOLD})"
    )
    take_votes(voting, RESEARCHER, 1)
    assert send(voting, RESEARCHER, "propose", *halved(voting).proposed).status


def test_the_same_proposal_is_made_once(voting: Stage) -> None:
    asked = halved(voting)
    do(voting, HOLDER, "propose", *asked.proposed)
    assert send(voting, HOLDER, "propose", *asked.proposed).error == unexpected(asked, ProposalState.PENDING)
    do(voting, HOLDER, "propose", *halved(voting, "The same with other words").proposed)


def test_a_description_may_reserve_a_proposal_for_its_proposer(voting: Stage) -> None:
    asked = halved(voting, f"Smaller blocks#proposer={hexed(PATIENT)}")
    outcome = send(voting, HOLDER, "propose", *asked.proposed)
    assert outcome.error == f"GovernorRestrictedProposer(proposer={hexed(HOLDER)})"
    do(voting, PATIENT, "propose", *asked.proposed)


@pytest.mark.parametrize(("targets", "calldatas", "values"), [(0, 0, 0), (1, 0, 1), (1, 1, 0)])
def test_a_proposal_has_as_many_targets_as_calls(
    voting: Stage, targets: int, calldatas: int, values: int
) -> None:
    outcome = send(voting, HOLDER, "propose", [bytes(20)] * targets, [0] * values, [b""] * calldatas, "Odd")
    assert outcome.error == (
        f"GovernorInvalidProposalLength(targets={targets}, calldatas={calldatas}, values={values})"
    )


def test_what_nobody_proposed_has_no_state(voting: Stage) -> None:
    asked = halved(voting)
    with pytest.raises(CallReverted) as refused:
        state(voting, asked)
    nonexistent = f"GovernorNonexistentProposal(proposalId={asked.proposal_id})"
    assert str(refused.value) == nonexistent
    assert send(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR).error == nonexistent
    for function in ("queue", "execute", "cancel"):
        assert send(voting, HOLDER, function, *asked.decided).error == nonexistent


def test_votes_are_cast_while_the_vote_is_on(voting: Stage) -> None:
    asked = halved(voting)
    do(voting, HOLDER, "propose", *asked.proposed)
    early = send(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    assert early.error == unexpected(asked, ProposalState.PENDING, ProposalState.ACTIVE)
    voting.pass_time(DAY_S)
    do(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    voting.pass_time(WEEK_S)
    late = send(voting, PATIENT, "castVote", asked.proposal_id, Support.FOR)
    assert late.error == unexpected(asked, ProposalState.SUCCEEDED, ProposalState.ACTIVE)


def test_an_account_votes_once(voting: Stage) -> None:
    asked = active(voting)
    do(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    again = send(voting, HOLDER, "castVoteWithReason", asked.proposal_id, Support.AGAINST, "second thoughts")
    assert again.error == f"GovernorAlreadyCastVote(voter={hexed(HOLDER)})"


def test_a_vote_is_for_against_or_abstaining(voting: Stage) -> None:
    asked = active(voting)
    assert send(voting, HOLDER, "castVote", asked.proposal_id, 3).error == "GovernorInvalidVoteType()"


def test_votes_count_as_they_lay_when_the_vote_began(voting: Stage) -> None:
    asked = active(voting)
    take_votes(voting, INSURER, 50_000 * MED)
    late = do(voting, INSURER, "castVote", asked.proposal_id, Support.FOR)
    assert late.events[0].arguments["weight"] == 0
    voting.do(HOLDER, voting.system.staking, "unlock", 100_000 * MED)
    early = do(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    assert early.events[0].arguments["weight"] == 100_000 * MED


@pytest.mark.parametrize("tampered", ["nobody", "voter", "support", "nonce"])
def test_a_signed_vote_is_the_voters_own(voting: Stage, tampered: str) -> None:
    asked = active(voting)
    honest = Ballot(asked.proposal_id, Support.FOR, PATIENT.address, 0)
    signed = {
        "nobody": honest,
        "voter": Ballot(asked.proposal_id, Support.FOR, HOLDER.address, 0),
        "support": Ballot(asked.proposal_id, Support.AGAINST, PATIENT.address, 0),
        "nonce": Ballot(asked.proposal_id, Support.FOR, PATIENT.address, 1),
    }[tampered]
    signature = ethereum_form(PATIENT.sign(signed.digest(governance_domain(voting.system))))
    arguments = (asked.proposal_id, Support.FOR, PATIENT.address, signature)
    outcome = send(voting, STRANGER, "castVoteBySig", *arguments)
    if tampered == "nobody":
        assert outcome.events[0].arguments["voter"] == PATIENT.address
        outcome = send(voting, STRANGER, "castVoteBySig", *arguments)
    assert outcome.error == f"GovernorInvalidSignature(voter={hexed(PATIENT)})"


def test_a_signed_vote_with_a_reason_binds_the_reason(voting: Stage) -> None:
    asked = active(voting)
    ballot = Ballot(asked.proposal_id, Support.FOR, PATIENT.address, 0)
    digest = ballot.reasoned_digest(governance_domain(voting.system), "cheap", b"")
    signature = ethereum_form(PATIENT.sign(digest))
    arguments = [asked.proposal_id, Support.FOR, PATIENT.address, "dear", b"", signature]
    refused = send(voting, STRANGER, "castVoteWithReasonAndParamsBySig", *arguments)
    assert refused.error == f"GovernorInvalidSignature(voter={hexed(PATIENT)})"
    arguments[3] = "cheap"
    do(voting, STRANGER, "castVoteWithReasonAndParamsBySig", *arguments)


def test_a_vote_may_be_sent_by_a_sponsor(voting: Stage) -> None:
    asked = active(voting)
    governance = voting.system.governance
    request = voting.request(PATIENT, governance, governance.encode("castVote", asked.proposal_id, 1))
    assert voting.forward(request, PATIENT).status
    assert read(voting, "hasVoted", asked.proposal_id, PATIENT.address) is True
    assert read(voting, "hasVoted", asked.proposal_id, SPONSOR.address) is False


def test_the_quorum_is_a_share_of_what_is_locked_but_never_less_than_the_least(prepared: Stage) -> None:
    stage = prepared.branch()
    locked = 120_000 * MED + THRESHOLD - 1
    assert read(stage, "quorumDenominator") == 10_000
    stage.pass_time(1)
    assert read(stage, "quorum", stage.time_s - 1) == locked * 2_000 // 10_000
    assert locked * 2_000 // 10_000 > LEAST_QUORUM
    stage.do(HOLDER, stage.system.staking, "unlock", 90_000 * MED)
    stage.pass_time(1)
    assert read(stage, "quorum", stage.time_s - 1) == LEAST_QUORUM == read(stage, "LEAST_QUORUM")


def test_without_a_quorum_nothing_is_accepted(stage: Stage) -> None:
    """The first who locks has all votes there are, and still not enough."""
    take_votes(stage, PATIENT, LEAST_QUORUM - 1)
    asked = halved(stage)
    do(stage, PATIENT, "propose", *asked.proposed)
    stage.pass_time(DAY_S)
    do(stage, PATIENT, "castVote", asked.proposal_id, Support.FOR)
    stage.pass_time(WEEK_S)
    assert state(stage, asked) is ProposalState.DEFEATED
    refused = send(stage, PATIENT, "queue", *asked.decided)
    assert refused.error == unexpected(asked, ProposalState.DEFEATED, ProposalState.SUCCEEDED)


@pytest.mark.parametrize(
    ("support", "result"),
    [
        (Support.FOR, ProposalState.SUCCEEDED),
        (Support.AGAINST, ProposalState.DEFEATED),
        (Support.ABSTAIN, ProposalState.DEFEATED),
    ],
)
def test_more_must_be_for_than_against(voting: Stage, support: Support, result: ProposalState) -> None:
    asked = active(voting)
    do(voting, HOLDER, "castVote", asked.proposal_id, support)
    voting.pass_time(WEEK_S)
    assert state(voting, asked) is result


def test_a_tie_accepts_nothing(voting: Stage) -> None:
    take_votes(voting, INSURER, 100_000 * MED)
    asked = active(voting)
    do(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    do(voting, INSURER, "castVote", asked.proposal_id, Support.AGAINST)
    voting.pass_time(WEEK_S)
    assert state(voting, asked) is ProposalState.DEFEATED


def test_abstentions_count_for_the_quorum(voting: Stage) -> None:
    asked = active(voting)
    do(voting, HOLDER, "castVote", asked.proposal_id, Support.ABSTAIN)
    do(voting, RESEARCHER, "castVote", asked.proposal_id, Support.FOR)
    voting.pass_time(WEEK_S)
    assert state(voting, asked) is ProposalState.SUCCEEDED


def test_nothing_is_executed_before_it_has_waited(voting: Stage) -> None:
    asked = halved(voting)
    accept(voting, asked)
    unqueued = send(voting, STRANGER, "execute", *asked.decided)
    assert unqueued.error == unexpected(asked, ProposalState.SUCCEEDED, ProposalState.QUEUED)
    do(voting, STRANGER, "queue", *asked.decided)
    voting.pass_time(2 * DAY_S - BLOCK_S - 1)
    early = send(voting, STRANGER, "execute", *asked.decided)
    assert early.error.startswith("TimelockUnexpectedOperationState(operationId=0x")
    assert early.error.endswith(f"expectedStates=0x{(1 << 2).to_bytes(32, 'big').hex()})")
    do(voting, STRANGER, "execute", *asked.decided)
    again = send(voting, STRANGER, "execute", *asked.decided)
    assert again.error == unexpected(asked, ProposalState.EXECUTED, ProposalState.QUEUED)


def test_a_failing_call_executes_nothing_of_its_proposal(voting: Stage) -> None:
    asked = proposal(
        voting.system,
        "Half of it is wrong",
        ("Governance", "setBlockGasLimit", (20_000_000,)),
        ("Staking", "slash", (STRANGER.address, 100)),
    )
    accept(voting, asked)
    do(voting, STRANGER, "queue", *asked.decided)
    voting.pass_time(2 * DAY_S)
    outcome = send(voting, STRANGER, "execute", *asked.decided)
    assert outcome.error == f"NotValidator(validator={hexed(STRANGER)})"
    assert read(voting, "blockGasLimit") == 40_000_000


def test_only_the_proposer_cancels_and_only_before_the_vote(voting: Stage) -> None:
    asked = halved(voting)
    do(voting, HOLDER, "propose", *asked.proposed)
    other = send(voting, PATIENT, "cancel", *asked.decided)
    assert other.error == f"GovernorUnableToCancel(proposalId={asked.proposal_id}, account={hexed(PATIENT)})"
    late = voting.branch()
    late.pass_time(DAY_S)
    too_late = send(late, HOLDER, "cancel", *asked.decided)
    assert (
        too_late.error == f"GovernorUnableToCancel(proposalId={asked.proposal_id}, account={hexed(HOLDER)})"
    )
    do(voting, HOLDER, "cancel", *asked.decided)
    assert state(voting, asked) is ProposalState.CANCELED
    vote = send(voting, HOLDER, "castVote", asked.proposal_id, Support.FOR)
    assert vote.error == unexpected(asked, ProposalState.CANCELED, ProposalState.ACTIVE)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("onERC721Received", (bytes(20), bytes(20), 1, b"")),
        ("onERC1155Received", (bytes(20), bytes(20), 1, 1, b"")),
        ("onERC1155BatchReceived", (bytes(20), bytes(20), [1], [1], b"")),
    ],
)
def test_governance_keeps_no_tokens(voting: Stage, function: str, arguments: tuple[object, ...]) -> None:
    assert send(voting, STRANGER, function, *arguments).error == "GovernorDisabledDeposit()"


def test_governance_keeps_no_native_coin(voting: Stage) -> None:
    outcome = voting.send_data(SPONSOR, voting.system.governance, b"", value_wei=1)
    assert outcome.error == "GovernorDisabledDeposit()"


def test_governance_may_move_to_another_timelock(voting: Stage) -> None:
    carry(voting, "Away", ("Governance", "updateTimelock", (PATIENT.address,)))
    assert read(voting, "timelock") == PATIENT.address
    with pytest.raises(CallReverted):
        enact(voting, halved(voting))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"block_gas_limit_gas": 999_999}, "BlockGasLimitOutOfRange(blockGasLimit=999999)"),
        ({"minimum_gas_price_sat": 0}, "MinimumGasPriceOutOfRange(minimumGasPrice=0)"),
        ({"voting_period_s": 0}, "GovernorInvalidVotingPeriod(votingPeriod=0)"),
        (
            {"quorum_basis_points": 10_001},
            "GovernorInvalidQuorumFraction(quorumNumerator=10001, quorumDenominator=10000)",
        ),
    ],
)
def test_terms_out_of_range_deploy_nothing(changes: dict[str, int], error: str) -> None:
    stage = Stage(parameters(governance=governance_terms(**changes)))
    index = CONTRACTS.index("Governance")
    assert not stage.opening.receipts.status[index]
    assert stage.system.decode_error(stage.opening.receipts.output[index]) == error


def test_python_and_governance_agree_on_a_proposals_number(voting: Stage) -> None:
    asked = proposal(
        voting.system,
        "Two calls",
        ("Governance", "setBlockGasLimit", (20_000_000,)),
        ("Staking", "jail", (PATIENT.address, 7)),
    )
    assert read(voting, "hashProposal", *asked.decided) == asked.proposal_id
    assert read(voting, "getProposalId", *asked.decided) == asked.proposal_id
    assert [call_of(voting.system, *call) for call in asked.calls] == [
        ("Governance", "setBlockGasLimit", (20_000_000,)),
        ("Staking", "jail", (PATIENT.address, 7)),
    ]
    assert call_of(voting.system, PATIENT.address, asked.calls[0][1]) is None
    assert call_of(voting.system, asked.calls[0][0], b"\0\0\0\0") is None
