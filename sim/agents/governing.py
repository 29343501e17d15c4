"""Governance in a run: holders lock MED, the foundation proposes, holders vote, and what is accepted is carried out.

Holders and the treasury hold no native coin: the foundation's sponsor pays for what they sign. The treasury locks what
a proposer needs and leaves the vote to the holders.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import simpy

from chain.contracts.bindings.reward_pool import Curve
from chain.contracts.proposals import GovernanceProposal, ProposalState, Support
from chain.contracts.system import System
from chain.contracts.typed import ContractCall
from chain.ledger import Ledger
from sim.agents.accounts import Account
from sim.agents.acts import Act
from sim.agents.chain_clock import ChainClock
from sim.agents.node import Node
from sim.agents.payment import Payment
from sim.agents.people import People
from sim.agents.submission import Call, Submission
from sim.calendar import Calendar
from sim.chance import Stream
from sim.scenario.chapters.governance import Governance
from sim.scenario.planned_proposals import REWARD_CURVE, REWARD_CURVES, PlannedProposal
from sim.units import SECONDS_PER_DAY, part_of

if TYPE_CHECKING:
    from chain.contracts.bindings.governance import Governance as GovernanceContract

ATTEMPTS: Final = 3
RETRY_S: Final = 3_600
"""How often the foundation tries again what the pool or the chain refused, and after how long."""

_SETTERS: Final[Mapping[str, Callable[[System, int], ContractCall[None]]]] = {
    "block_gas_limit_gas": lambda system, gas: system.typed.governance.set_block_gas_limit(gas),
    "minimum_gas_price_sat": lambda system, sat: system.typed.governance.set_minimum_gas_price(sat),
    REWARD_CURVE: lambda system, number: system.typed.rewards.set_curve(Curve(number)),
}
"""The call that sets each governed parameter; a curve is given by its number."""

Process = Generator[simpy.Event, Any, None]


@dataclass(eq=False)
class Motion:
    """One planned proposal and what became of it. Times are simulated seconds, votes MED units, None until they come.

    `outcome` is planned, refused, voting, defeated, accepted, queued, executed, or a failure with its reason;
    `effective_block_number` is the first block under a new limit or price; a new curve waits for the next epoch.
    """

    number: int
    planned: PlannedProposal
    asked: GovernanceProposal
    previous: str = ""
    outcome: str = "planned"
    proposed_at_s: float | None = None
    voting_from_s: float | None = None
    voting_until_s: float | None = None
    queued_at_s: float | None = None
    executed_at_s: float | None = None
    effective_block_number: int | None = None
    votes_for: int = 0
    votes_against: int = 0
    votes_abstaining: int = 0
    quorum: int | None = None
    voters: int = 0
    submissions: list[Submission] = field(default_factory=list)


class Governing:
    """Carries out the planned proposals, each in a process of its own, once everybody who votes has locked MED."""

    def __init__(
        self,
        env: simpy.Environment,
        calendar: Calendar,
        ledger: Ledger,
        clock: ChainClock,
        node: Node,
        system: System,
        payment: Payment,
        people: People,
        stream: Stream,
        terms: Governance,
    ) -> None:
        self._env = env
        self._calendar = calendar
        self._ledger = ledger
        self._clock = clock
        self._node = node
        self._system = system
        self._payment = payment
        self._people = people
        self._stream = stream
        self._terms = terms
        self._voters: tuple[Account, ...] = ()
        self.motions = [
            Motion(number, planned, self._asked(number, planned))
            for number, planned in enumerate(terms.planned)
        ]

    def carry_out(self) -> Process:
        """Lock MED for votes at the run's start, then bring every motion to its end."""
        if not self.motions:
            return
        self._voters = self._largest_holders()
        threshold = self._node.ask(self._governance.proposal_threshold())
        locking = [self._env.process(self._lock(self._people.treasury, threshold))]
        for voter in self._voters:
            amount = part_of(self._balance(voter), self._terms.locked_share)
            locking.append(self._env.process(self._lock(voter, amount)))
        yield self._env.all_of(locking)
        for motion in self.motions:
            self._env.process(self._carry(motion))

    def locked_med_units(self) -> dict[str, int]:
        """Return what each owner has locked for votes at the tip, in units of 10^-8 MED, where it is anything."""
        if not self.motions:
            return {}
        owners = (self._people.treasury, *self._voters)
        locked = {
            owner.owner_id: self._node.ask(self._system.typed.staking.locked_of(owner.address))
            for owner in owners
        }
        return {owner_id: amount for owner_id, amount in locked.items() if amount}

    @cached_property
    def _governance(self) -> GovernanceContract:
        """Where motions are made and decided; its binding is not even imported in a run without any."""
        return self._system.typed.governance

    def _asked(self, number: int, planned: PlannedProposal) -> GovernanceProposal:
        value = planned.value if isinstance(planned.value, int) else REWARD_CURVES.index(planned.value)
        words = f"{number}: {planned.parameter} = {planned.value}"
        return GovernanceProposal.of(words, _SETTERS[planned.parameter](self._system, value))

    def _largest_holders(self) -> tuple[Account, ...]:
        """The voters: those with most MED, of equals the first."""
        ranked = sorted(self._people.holders, key=lambda holder: -self._balance(holder))
        return tuple(ranked[: self._terms.voters])

    def _balance(self, account: Account) -> int:
        return self._node.ask(self._system.typed.token.balance_of(account.address))

    def _lock(self, account: Account, amount_med_units: int) -> Process:
        """Lock MED and name oneself to cast its votes; who has too little locks nothing."""
        if not 0 < amount_med_units <= self._balance(account):
            return
        token, staking = self._system.typed.token, self._system.typed.staking
        calls: tuple[tuple[Act, ContractCall[Any]], ...] = (
            (Act.APPROVE, token.approve(staking.address, amount_med_units)),
            (Act.LOCK_VOTES, staking.lock(amount_med_units)),
            (Act.DELEGATE_VOTES, staking.delegate(account.address)),
        )
        for act, call in calls:
            sent = yield from self._sign(account, act, call)
            yield self._node.outcome_of(sent)

    def _carry(self, motion: Motion) -> Process:
        """From the planned day to the end: refused, defeated, executed, or failed."""
        yield self._env.timeout(max(0, motion.planned.day * SECONDS_PER_DAY - self._env.now))
        motion.previous = self._present(motion.planned.parameter)
        propose = self._governance.propose(*motion.asked.proposed)
        proposed = yield from self._insist(motion, self._people.treasury, Act.PROPOSE, propose)
        if not proposed.succeeded:
            motion.outcome = f"refused: {proposed.failure}"
            return
        motion.proposed_at_s, motion.outcome = proposed.included_at_s, "voting"
        yield from self._vote_on(motion)
        if motion.outcome != "accepted":
            return
        queue = self._governance.queue(*motion.asked.decided)
        queued = yield from self._insist(motion, self._people.sponsor, Act.QUEUE, queue)
        if not queued.succeeded:
            motion.outcome = f"not queued: {queued.failure}"
            return
        motion.queued_at_s, motion.outcome = queued.included_at_s, "queued"
        yield from self._pass(self._node.ask(self._governance.proposal_eta(motion.asked.proposal_id)))
        execute = self._governance.execute(*motion.asked.decided)
        executed = yield from self._insist(motion, self._people.sponsor, Act.EXECUTE, execute)
        if not executed.succeeded or executed.block_number is None:
            motion.outcome = f"not executed: {executed.failure}"
            return
        motion.executed_at_s, motion.outcome = executed.included_at_s, "executed"
        if motion.planned.parameter != REWARD_CURVE:
            motion.effective_block_number = executed.block_number + 1

    def _vote_on(self, motion: Motion) -> Process:
        governance, number = self._governance, motion.asked.proposal_id
        from_unix_s = self._node.ask(governance.proposal_snapshot(number))
        until_unix_s = self._node.ask(governance.proposal_deadline(number))
        motion.voting_from_s, motion.voting_until_s = map(self._calendar.sim_s, (from_unix_s, until_unix_s))
        yield from self._pass(from_unix_s)
        for voter in self._voters:
            self._env.process(self._vote(motion, voter, (until_unix_s - from_unix_s) // 2))
        yield from self._pass(until_unix_s)
        votes = self._node.ask(governance.proposal_votes(number))
        motion.votes_against = votes.against_votes_med_units
        motion.votes_for = votes.for_votes_med_units
        motion.votes_abstaining = votes.abstain_votes_med_units
        motion.quorum = self._node.ask(governance.quorum(from_unix_s))
        state = ProposalState(self._node.ask(governance.state(number)))
        motion.outcome = "accepted" if state is ProposalState.SUCCEEDED else "defeated"

    def _vote(self, motion: Motion, voter: Account, within_s: int) -> Process:
        """Vote at some time in the first half of the period, for or against as chance has it."""
        yield self._env.timeout(self._stream.integer(f"when {voter.owner_id}", motion.number, within_s))
        approves = self._stream.happens(voter.owner_id, motion.number, self._terms.approval_probability)
        support = Support.FOR if approves else Support.AGAINST
        ballot = self._governance.cast_vote(motion.asked.proposal_id, support)
        sent = yield from self._sign(voter, Act.VOTE, ballot)
        motion.submissions.append(sent)
        yield self._node.outcome_of(sent)
        motion.voters += sent.succeeded

    def _insist(
        self, motion: Motion, author: Account, act: Act, call: ContractCall[Any]
    ) -> Generator[simpy.Event, Any, Submission]:
        """Send a step of a motion; once more where it failed, a few times at most. Returns the last attempt."""
        for attempt in range(ATTEMPTS):
            if attempt:
                yield self._env.timeout(RETRY_S)
            sent = yield from self._sign(author, act, call)
            motion.submissions.append(sent)
            yield self._node.outcome_of(sent)
            if sent.succeeded:
                break
        return sent

    def _sign(
        self, author: Account, act: Act, call: ContractCall[Any]
    ) -> Generator[simpy.Event, Any, Submission]:
        """Send a call: the sponsor its own, for everybody else what they sign."""
        wanted, sponsor = Call.of(act, call), self._people.sponsor
        if author is sponsor:
            return (yield from self._payment.send(sponsor, wanted))
        return (yield from self._payment.send_for(author, wanted, sponsor))

    def _pass(self, unix_s: int) -> Process:
        """Wait until a block later than `unix_s` is the tip: what contracts see then has happened after it."""
        yield self._env.timeout(max(0, self._calendar.sim_s(unix_s) - self._env.now))
        self._clock.catch_up()
        while self._ledger.tip.timestamp_s <= unix_s:
            yield self._clock.reach(self._ledger.tip.number + 1)

    def _present(self, parameter: str) -> str:
        """What holds when a motion is made, as the chain has it."""
        limits = self._ledger.limits
        if parameter == REWARD_CURVE:
            rewards = self._system.typed.rewards
            last = self._node.ask(rewards.last_policy())
            return REWARD_CURVES[self._node.ask(rewards.policy_of(last)).curve]
        return str({"block_gas_limit_gas": limits.gas_limit_gas}.get(parameter, limits.minimum_gas_price_sat))
