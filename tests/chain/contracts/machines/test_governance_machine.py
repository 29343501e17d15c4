"""Governance and its timelock against a model: a parameter changes by an executed proposal, in its time, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, MED, ContractMachine, actors, machine_tests
from scene import Actor, Outcome

from chain.contracts.proposals import GovernanceProposal, ProposalState, Support, proposal
from chain.contracts.rehearsal.cast import ARBITER, DEPLOYER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, WEEK_S
from chain.contracts.rehearsal.voting import take_votes
from chain.contracts.signed.ballot import Ballot, ethereum_form, governance_domain
from chain.contracts.system import CANCELLER_ROLE, PROPOSER_ROLE, SLASHER_ROLE
from chain.keys import PrivateKey

LOCKED = {holder: (n + 1) * 3_000 * MED for n, holder in enumerate(ACTORS[:5])}
VOTERS = tuple(LOCKED)
LEAST_QUORUM = 10_000 * MED
NONE = bytes(32)
CLERK = ARBITER
"""To whom governance gives the timelock's roles, and takes them back."""

voters = st.sampled_from(VOTERS)
Call = tuple[str, str, tuple[object, ...]]

SETTERS = {
    "setBlockGasLimit": ("blockGasLimit", (1_000_000, 1_000_000_000)),
    "setMinimumGasPrice": ("minimumGasPrice", (1, 10_000)),
    "setVotingDelay": ("votingDelay", (0, 2**48 - 1)),
    "setVotingPeriod": ("votingPeriod", (1, 2**32 - 1)),
    "setProposalThreshold": ("proposalThreshold", (0, 2**256 - 1)),
    "updateQuorumNumerator": ("quorumNumerator", (0, 10_000)),
}
"""Governance's parameters: how each is read, and its range."""

settings_of_parameters = st.one_of(
    st.tuples(st.just("setBlockGasLimit"), st.one_of(st.integers(900_000, 10**9 + 1), st.just(10**6))),
    st.tuples(st.just("setMinimumGasPrice"), st.integers(0, 10_010)),
    st.tuples(st.just("setVotingDelay"), st.integers(0, 3 * DAY_S)),
    st.tuples(st.just("setVotingPeriod"), st.integers(0, WEEK_S)),
    st.tuples(st.just("setProposalThreshold"), st.integers(0, 6_000 * MED)),
    st.tuples(st.just("updateQuorumNumerator"), st.integers(0, 11_000)),
)

sound_settings: Final = st.one_of(
    st.tuples(st.just("setBlockGasLimit"), st.integers(10**6, 10**9)),
    st.tuples(st.just("setMinimumGasPrice"), st.integers(1, 10_000)),
    st.tuples(st.just("setVotingDelay"), st.integers(0, 3 * DAY_S)),
    st.tuples(st.just("setVotingPeriod"), st.integers(1, WEEK_S)),
    st.tuples(st.just("setProposalThreshold"), st.integers(0, 6_000 * MED)),
    st.tuples(st.just("updateQuorumNumerator"), st.integers(0, 6_000)),
)
"""Values in their ranges, and a quorum that most holders together reach."""


@dataclass
class Motion:
    """A proposal in the model; `tally` holds the votes by `Support`."""

    asked: GovernanceProposal
    calls: list[Call]
    proposer: bytes
    starts_s: int
    ends_s: int
    quorum: int | None = None
    ready_s: int | None = None
    canceled: bool = False
    executed: bool = False
    tally: list[int] = field(default_factory=lambda: [0, 0, 0])
    voted: set[bytes] = field(default_factory=set)

    def state(self, time_s: int) -> ProposalState:
        if self.executed:
            return ProposalState.EXECUTED
        if self.canceled:
            return ProposalState.CANCELED
        if time_s <= self.starts_s:
            return ProposalState.PENDING
        if time_s <= self.ends_s:
            return ProposalState.ACTIVE
        against, favour, abstaining = self.tally
        if self.quorum is None or favour + abstaining < self.quorum or favour <= against:
            return ProposalState.DEFEATED
        return ProposalState.SUCCEEDED if self.ready_s is None else ProposalState.QUEUED


@dataclass
class Operation:
    """What was scheduled in the timelock without Governance; times in Unix seconds."""

    arguments: tuple[object, ...]
    batch: bool
    number: bytes
    ready_s: int
    canceled: bool = False
    done: bool = False


class GovernanceMachine(ContractMachine):
    """Holders propose, vote, queue, execute and cancel, in any order; others try to."""

    CONTRACTS = ("Governance", "Timelock")

    def __init__(self) -> None:
        super().__init__()
        self.governance, self.timelock = self.system.governance, self.system.timelock
        self.motions: list[Motion] = []
        self.operations: list[Operation] = []
        self.parameters = {
            reading: self.scene.read(self.governance, reading)
            for reading, _range in SETTERS.values()
            if reading != "quorumNumerator"
        }
        self.parameters["quorumNumerator"] = 2_000
        self.quorums = [(0, 2_000)]
        self.delay_s = self.scene.read(self.timelock, "getMinDelay")
        self.clerk_roles: set[bytes] = set()
        self.locked = [(0, dict(LOCKED))]

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        """Five holders have votes, from 3,000 to 15,000 MED, and more MED to lock."""
        for voter, amount in LOCKED.items():
            take_votes(stage, voter, amount)
            if voter is not DEPLOYER:
                stage.do(DEPLOYER, stage.system.token, "transfer", voter.address, 10**6 * MED)
            stage.do(voter, stage.system.token, "approve", stage.system.staking.address, 2**256 - 1)

    @rule(data=st.data(), who=actors, settings=st.lists(settings_of_parameters, min_size=1, max_size=2))
    def proposes(self, data: st.DataObject, who: PrivateKey, settings: list[tuple[str, int]]) -> None:
        who = data.draw(st.sampled_from([*VOTERS, who]))
        calls: list[Call] = [("Governance", name, (value,)) for name, value in settings]
        self.propose(who, calls + data.draw(st.sampled_from([[], [], *self.extra_calls()])))

    @rule(
        settings=st.lists(
            st.one_of(sound_settings, sound_settings, settings_of_parameters), min_size=1, max_size=2
        ),
        extra=st.integers(0, 6),
        supports=st.lists(st.sampled_from([1, 1, 1, 1, 2, 0]), min_size=5, max_size=5),
        ways=st.lists(st.integers(0, 4), min_size=5, max_size=5),
        who=actors,
        withdrawn=st.sampled_from([False] * 5 + [True]),
    )
    def a_story_goes_to_its_end(
        self,
        settings: list[tuple[str, int]],
        extra: int,
        supports: list[int],
        ways: list[int],
        who: PrivateKey,
        withdrawn: bool,
    ) -> None:
        """By single rules alone hardly any proposal would be executed in fifty steps."""
        calls: list[Call] = [("Governance", name, (value,)) for name, value in settings]
        calls += self.extra_calls()[extra] if extra < len(self.extra_calls()) else []
        motion = self.propose(VOTERS[-1], calls)
        if motion is None:
            return
        if withdrawn:
            self.cancel(motion, motion.proposer)
        self.wait_until(motion.starts_s)
        for voter, support, way in zip(VOTERS, supports, ways, strict=True):
            self.vote(motion, voter, support, way)
        self.wait_until(motion.ends_s)
        self.queue(motion, who)
        self.wait_until(motion.ready_s or 0)
        self.execute(motion, who)

    def propose(self, who: PrivateKey, calls: list[Call]) -> Motion | None:
        asked = proposal(self.system, f"Motion {len(self.motions)}", *calls)
        votes = self.votes(who, self.scene.time_s)
        outcome = self.attempt(who, self.governance, "propose", *asked.proposed)
        assert outcome.status == (votes >= self.parameters["proposalThreshold"])
        if not outcome.status:
            return None
        starts_s = self.scene.time_s + self.parameters["votingDelay"]
        ends_s = starts_s + self.parameters["votingPeriod"]
        self.motions.append(Motion(asked, calls, who.address, starts_s, ends_s))
        return self.motions[-1]

    @rule(data=st.data(), who=actors, support=st.sampled_from([1, 1, 1, 1, 0, 2, 3]), way=st.integers(0, 4))
    def votes_are_cast(self, data: st.DataObject, who: PrivateKey, support: int, way: int) -> None:
        motion = self.any_motion(data, ProposalState.ACTIVE)
        if motion is not None:
            self.vote(motion, data.draw(st.sampled_from([*VOTERS * 3, who])), support, way)

    def vote(self, motion: Motion, who: PrivateKey, support: int, way: int) -> None:
        number = motion.asked.proposal_id
        outcome = self.cast(who, number, support, way)
        weight = self.votes(who, motion.starts_s)
        possible = (
            motion.state(self.scene.time_s) is ProposalState.ACTIVE
            and who.address not in motion.voted
            and support <= Support.ABSTAIN
        )
        assert outcome.status == possible
        if possible:
            assert outcome.output == weight
            motion.tally[support] += weight
            motion.voted.add(who.address)

    def cast(self, who: PrivateKey, number: int, support: int, way: int) -> Outcome:
        """Cast a vote in one of the five ways."""
        ballot = Ballot(number, support, who.address, self.ask(self.governance, "nonces", who.address))
        domain = governance_domain(self.system)
        if way == 0:
            return self.attempt(who, self.governance, "castVote", number, support)
        if way == 1:
            return self.attempt(who, self.governance, "castVoteWithReason", number, support, "why")
        if way == 2:
            return self.attempt(
                who, self.governance, "castVoteWithReasonAndParams", number, support, "why", b"params"
            )
        if way == 3:
            signature = ethereum_form(who.sign(ballot.digest(domain)))
            return self.attempt(
                STRANGER, self.governance, "castVoteBySig", number, support, who.address, signature
            )
        signature = ethereum_form(who.sign(ballot.reasoned_digest(domain, "why", b"")))
        return self.attempt(
            STRANGER,
            self.governance,
            "castVoteWithReasonAndParamsBySig",
            number,
            support,
            who.address,
            "why",
            b"",
            signature,
        )

    @rule(data=st.data(), who=actors, support=st.integers(0, 2), reasoned=st.booleans())
    def votes_are_forged(self, data: st.DataObject, who: PrivateKey, support: int, reasoned: bool) -> None:
        """Signed by another than the voter."""
        motion, victim = self.any_motion(data, ProposalState.ACTIVE), VOTERS[0]
        if motion is None or who is victim:
            return
        number, domain = motion.asked.proposal_id, governance_domain(self.system)
        nonce = self.ask(self.governance, "nonces", victim.address)
        ballot = Ballot(number, support, victim.address, nonce)
        if reasoned:
            signature = ethereum_form(who.sign(ballot.reasoned_digest(domain, "", b"")))
            call = ("castVoteWithReasonAndParamsBySig", number, support, victim.address, "", b"", signature)
        else:
            signature = ethereum_form(who.sign(ballot.digest(domain)))
            call = ("castVoteBySig", number, support, victim.address, signature)
        outcome = self.attempt(STRANGER, self.governance, *call)
        assert outcome.error_name == "GovernorInvalidSignature"

    @rule(data=st.data())
    def time_comes(self, data: st.DataObject) -> None:
        """The next thing that a proposal or an operation waits for, so that stories come to their end."""
        waited = [
            time_s
            for motion in self.motions
            for time_s in (motion.starts_s, motion.ends_s, motion.ready_s or 0)
        ]
        waited += [operation.ready_s for operation in self.operations]
        ahead = sorted({time_s for time_s in waited if time_s > self.scene.time_s})
        if ahead:
            self.scene.pass_time(data.draw(st.sampled_from(ahead[:2])) + 1 - self.scene.time_s)

    @rule(data=st.data(), who=actors)
    def queues(self, data: st.DataObject, who: PrivateKey) -> None:
        motion = self.any_motion(data, ProposalState.SUCCEEDED)
        if motion is not None:
            self.queue(motion, who)

    def queue(self, motion: Motion, who: PrivateKey) -> None:
        outcome = self.attempt(who, self.governance, "queue", *motion.asked.decided)
        self.note_quorum(motion)
        assert outcome.status == (motion.state(self.scene.time_s) is ProposalState.SUCCEEDED)
        if outcome.status:
            motion.ready_s = self.scene.time_s + self.delay_s

    @rule(data=st.data(), who=actors)
    def executes(self, data: st.DataObject, who: PrivateKey) -> None:
        motion = self.any_motion(data, ProposalState.QUEUED)
        if motion is not None:
            self.execute(motion, who)

    def execute(self, motion: Motion, who: PrivateKey) -> None:
        outcome = self.attempt(who, self.governance, "execute", *motion.asked.decided)
        self.note_quorum(motion)
        possible = (
            motion.state(self.scene.time_s) is ProposalState.QUEUED
            and motion.ready_s is not None
            and self.scene.time_s >= motion.ready_s
            and all(self.valid(call) for call in motion.calls)
        )
        assert outcome.status == possible, (outcome, motion)
        if possible:
            motion.executed = True
            for contract, function, arguments in motion.calls:
                self.count(self.system.contract(contract), function, outcome)
                self.enact(function, arguments)

    @rule(data=st.data(), who=actors, own=st.booleans())
    def cancels(self, data: st.DataObject, who: PrivateKey, own: bool) -> None:
        motion = self.any_motion(data, ProposalState.PENDING)
        if motion is None:
            return
        self.cancel(motion, motion.proposer if own else who)

    def cancel(self, motion: Motion, sender: Actor) -> None:
        """Only its proposer can, and only before the vote begins."""
        address = sender if isinstance(sender, bytes) else sender.address
        outcome = self.attempt(sender, self.governance, "cancel", *motion.asked.decided)
        pending = motion.state(self.scene.time_s) is ProposalState.PENDING
        assert outcome.status == (pending and address == motion.proposer)
        motion.canceled |= bool(outcome.status)

    @rule(who=voters, amount=st.integers(1, 50_000 * MED), unlock=st.booleans())
    def votes_come_and_go(self, who: PrivateKey, amount: int, unlock: bool) -> None:
        locked = dict(self.locked[-1][1])
        amount = min(amount, locked[who]) if unlock else amount
        if not amount:
            return
        self.attempt(who, self.system.staking, "unlock" if unlock else "lock", amount)
        locked[who] += -amount if unlock else amount
        self.locked.append((self.scene.time_s, locked))

    @rule(data=st.data(), who=actors, setting=settings_of_parameters)
    def nobody_decides_alone(self, data: st.DataObject, who: PrivateKey, setting: tuple[str, int]) -> None:
        """Not even the timelock, while Governance is not executing a proposal."""
        sender: Actor = data.draw(
            st.sampled_from([who, self.timelock.address or b"", self.governance.address or b""])
        )
        calls = [
            (setting[0], (setting[1],)),
            ("updateTimelock", (who.address,)),
            ("relay", (who.address, 0, b"")),
        ]
        function, arguments = data.draw(st.sampled_from(calls))
        assert not self.attempt(sender, self.governance, function, *arguments).status

    @rule(who=actors, kind=st.sampled_from(["721", "1155", "1155Batch"]), at_timelock=st.booleans())
    def tokens_are_sent(self, who: PrivateKey, kind: str, at_timelock: bool) -> None:
        """The timelock takes what Governance refuses."""
        amounts: list[object] = {"721": [1], "1155": [1, 1], "1155Batch": [[1], [1]]}[kind]
        function = f"onERC{kind.removesuffix('Batch')}{'Batch' if 'Batch' in kind else ''}Received"
        contract = self.timelock if at_timelock else self.governance
        outcome = self.attempt(who, contract, function, who.address, who.address, *amounts, b"")
        assert outcome.status == at_timelock

    @rule(
        data=st.data(),
        who=actors,
        batch=st.booleans(),
        wait_s=st.integers(-10, 4 * DAY_S),
        salt=st.integers(0, 5),
    )
    def schedules(self, data: st.DataObject, who: PrivateKey, batch: bool, wait_s: int, salt: int) -> None:
        """Who has the role: Governance itself, and the clerk while governance trusts it."""
        sender: Actor = data.draw(st.sampled_from([self.governance.address or b"", CLERK, CLERK, who]))
        self.schedule(sender, who, batch, max(0, self.delay_s + wait_s), salt)

    @rule(
        batch=st.booleans(),
        who=actors,
        later_s=st.sampled_from([0, 1, DAY_S]),
        stopped=st.sampled_from([False, False, False, True]),
        again=st.booleans(),
    )
    def what_the_clerk_schedules_comes_to_its_end(
        self, batch: bool, who: PrivateKey, later_s: int, stopped: bool, again: bool
    ) -> None:
        """Trusted with both roles it has something done, or takes it back in time; by single rules it hardly would."""
        for role in (PROPOSER_ROLE, CANCELLER_ROLE):
            if role not in self.clerk_roles:
                self.the_clerk_changes(role, "grant")
        operation = self.schedule(CLERK, who, batch, self.delay_s + later_s, 6 + len(self.operations))
        if operation is None:
            return
        if stopped:
            self.cancel_operation(CLERK, operation.number)
        self.wait_until(operation.ready_s)
        self.execute_operation(who, operation)
        if again:
            self.execute_operation(who, operation)

    def schedule(
        self, sender: Actor, whom: PrivateKey, batch: bool, delay_s: int, salt: int
    ) -> Operation | None:
        """Schedule an appointment as a slasher."""
        call = (
            self.system.address_of("Staking"),
            0,
            self.system.staking.encode("grantRole", SLASHER_ROLE, whom.address),
        )
        ends = (NONE, salt.to_bytes(32, "big"))
        arguments = (*(([part] for part in call) if batch else call), *ends)
        number = self.ask(self.timelock, "hashOperationBatch" if batch else "hashOperation", *arguments)
        function = "scheduleBatch" if batch else "schedule"
        outcome = self.attempt(sender, self.timelock, function, *arguments, delay_s)
        known = self.live(number) is not None
        trusted = sender == self.governance.address or (sender is CLERK and PROPOSER_ROLE in self.clerk_roles)
        assert outcome.status == (trusted and not known and delay_s >= self.delay_s)
        if not outcome.status:
            return None
        self.operations.append(Operation(arguments, batch, number, self.scene.time_s + delay_s))
        return self.operations[-1]

    @rule(data=st.data(), who=actors)
    def operations_are_executed(self, data: st.DataObject, who: PrivateKey) -> None:
        operation = self.any_operation(data, lambda one: not (one.done or one.canceled))
        if operation is not None:
            self.execute_operation(who, operation)

    def execute_operation(self, who: PrivateKey, operation: Operation) -> None:
        function = "executeBatch" if operation.batch else "execute"
        outcome = self.attempt(who, self.timelock, function, *operation.arguments)
        twin = self.live(operation.number)
        assert outcome.status == (twin is not None and not twin.done and self.scene.time_s >= twin.ready_s)
        if outcome.status and twin is not None:
            twin.done = True

    @rule(data=st.data(), who=actors, trusted=st.booleans())
    def operations_are_canceled(self, data: st.DataObject, who: PrivateKey, trusted: bool) -> None:
        operation = self.any_operation(data, lambda one: not (one.done or one.canceled))
        number = operation.number if operation else NONE
        sender: Actor = (
            (self.governance.address or b"") if trusted else data.draw(st.sampled_from([CLERK, who]))
        )
        self.cancel_operation(sender, number)

    def cancel_operation(self, sender: Actor, number: bytes) -> None:
        outcome = self.attempt(sender, self.timelock, "cancel", number)
        allowed = sender == self.governance.address or (
            sender is CLERK and CANCELLER_ROLE in self.clerk_roles
        )
        twin = self.live(number)
        assert outcome.status == (allowed and twin is not None and not twin.done)
        if outcome.status and twin is not None:
            twin.canceled = True

    @rule(who=actors, delay_s=st.integers(0, WEEK_S))
    def the_delay_is_the_timelocks_own(self, who: PrivateKey, delay_s: int) -> None:
        assert not self.attempt(who, self.timelock, "updateDelay", delay_s).status

    @rule(
        role=st.sampled_from([PROPOSER_ROLE, CANCELLER_ROLE]),
        change=st.sampled_from(["grant", "revoke", "renounce"]),
    )
    def the_clerk_is_trusted_or_not(self, role: bytes, change: str) -> None:
        self.the_clerk_changes(role, change)

    def the_clerk_changes(self, role: bytes, change: str) -> None:
        sender: Actor = CLERK if change == "renounce" else (self.timelock.address or b"")
        assert self.attempt(sender, self.timelock, f"{change}Role", role, CLERK.address).status
        (self.clerk_roles.add if change == "grant" else self.clerk_roles.discard)(role)

    @invariant()
    def parameters_are_those_that_were_voted(self) -> None:
        if not self.changed:
            return
        for reading, value in self.parameters.items():
            if reading != "quorumNumerator":
                assert self.ask(self.governance, reading) == value
        assert self.ask(self.timelock, "getMinDelay") == self.delay_s
        assert self.ask(self.governance, "timelock") == self.timelock.address

    @invariant()
    def proposals_stand_where_the_model_has_them(self) -> None:
        for motion in self.motions[-6:]:
            self.note_quorum(motion)
            state = self.ask(self.governance, "state", motion.asked.proposal_id)
            assert state == motion.state(self.scene.time_s)
            assert list(self.ask(self.governance, "proposalVotes", motion.asked.proposal_id)) == motion.tally

    def wait_until(self, time_s: int) -> None:
        self.scene.pass_time(max(0, time_s + 1 - self.scene.time_s))

    def any_motion(self, data: st.DataObject, state: ProposalState) -> Motion | None:
        """A proposal, mostly one in `state`."""
        if not self.motions:
            return None
        for motion in self.motions:
            self.note_quorum(motion)
        fitting = [motion for motion in self.motions if motion.state(self.scene.time_s) is state]
        return data.draw(st.sampled_from([*fitting * 8, self.motions[-1]]))

    def any_operation(self, data: st.DataObject, fits: Callable[[Operation], bool]) -> Operation | None:
        if not self.operations:
            return None
        return data.draw(st.sampled_from([*filter(fits, self.operations * 4), self.operations[-1]]))

    def live(self, number: bytes) -> Operation | None:
        return next((one for one in self.operations if one.number == number and not one.canceled), None)

    def votes(self, who: PrivateKey, time_s: int) -> int:
        """The votes of an account at a time: each of the five casts its own."""
        return self.locked_at(time_s).get(who, 0)

    def locked_at(self, time_s: int) -> dict[PrivateKey, int]:
        return next(locked for since_s, locked in reversed(self.locked) if since_s <= time_s)

    def note_quorum(self, motion: Motion) -> None:
        """The quorum lies fixed once the vote has begun: by what was locked, and the share, at that second."""
        if motion.quorum is None and self.scene.time_s > motion.starts_s:
            share = next(value for since_s, value in reversed(self.quorums) if since_s <= motion.starts_s)
            locked = sum(self.locked_at(motion.starts_s).values())
            motion.quorum = max(locked * share // 10_000, LEAST_QUORUM)

    def extra_calls(self) -> list[list[Call]]:
        own = self.timelock.address
        relayed = self.timelock.encode("getMinDelay")
        return [
            [("Timelock", "updateDelay", (DAY_S,))],
            [("Timelock", "updateDelay", (2 * DAY_S,))],
            [("Governance", "updateTimelock", (own,)), ("Governance", "relay", (own, 0, relayed))],
        ]

    def valid(self, call: Call) -> bool:
        if call[1] not in SETTERS:
            return True
        least, most = SETTERS[call[1]][1]
        value = call[2][0]
        assert isinstance(value, int)
        return least <= value <= most

    def enact(self, function: str, arguments: tuple[object, ...]) -> None:
        value = arguments[0]
        if not isinstance(value, int):
            return
        if function == "updateDelay":
            self.delay_s = value
            return
        self.parameters[SETTERS[function][0]] = value
        if function == "updateQuorumNumerator":
            self.quorums.append((self.scene.time_s, value))


test_governance, test_governance_for_long = machine_tests(GovernanceMachine)
