"""Acts of holders: what they lock, bond and delegate, and what they decide by vote."""

from __future__ import annotations

from dataclasses import dataclass

from promised_votes import Motion
from scene import Outcome
from system_acting import ActingMachine, an_act
from system_stage import BOND, MED, VALIDATORS, VOTERS

from chain.contracts.deployment.reward_pool import Curve
from chain.contracts.proposals import GovernanceProposal, proposal
from chain.contracts.reference.emission import DAYS_PER_YEAR
from chain.contracts.rehearsal.cast import ARBITER, CERTIFIER, TREASURY
from chain.contracts.rehearsal.terms import DAY_S, START_S
from chain.contracts.signed.ballot import (
    Ballot,
    Delegation,
    ethereum_form,
    governance_domain,
    split,
    staking_domain,
)
from chain.contracts.system import ARBITER_ROLE, CERTIFIER_ROLE, JUDGE_ROLE, SLASHER_ROLE
from chain.keys import PrivateKey

SPENDER = "Staking"
DEPUTY = TREASURY
"""To whom governance gives offices, and takes them back."""

Call = tuple[str, str, tuple[object, ...]]


@dataclass
class Asked:
    """A proposal as it was made, and the calls that it would make."""

    proposal: GovernanceProposal
    calls: tuple[Call, ...]


class VoteActs(ActingMachine):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []

    # Stakes

    @an_act
    def somebody_locks_or_unlocks(self) -> None:
        staking, books = self.system.staking, self.books.stakes
        who = self.pick(VOTERS) if self.likely(0.7) else self.anybody()
        waiting = [account for account, amount in books.unlocking.items() if amount]
        what = self.pick(["lock", "lock", "unlock", "withdraw"])
        if what == "lock":
            amount = self.pick([1, 100 * MED, 1_000 * MED])
            self.fund(who, SPENDER, amount)
            self.act(who, staking, "lock", amount)
        elif what == "unlock":
            amount = books.locked[who.address] // self.pick([50, 10]) + (not self.likely())
            if amount or self.likely(0.2):
                self.act(who, staking, "unlock", amount)
        elif waiting:
            account = self.pick(waiting)
            if self.likely(0.6):
                self.wait_until(books.unlocked_at_s[account])
            self.act(self.world.keys[account], staking, "withdrawUnlocked")

    @an_act
    def somebody_lends_its_votes(self) -> None:
        staking = self.system.staking
        who, whom = self.pick(VOTERS), self.pick(VOTERS)
        if self.likely(0.6):
            self.act(who, staking, "delegate", whom.address)
            return
        nonce = self.scene.read(staking, "nonces", who.address)
        signer = who if self.likely() else whom
        lent = Delegation(whom.address, nonce, self.now_s + DAY_S)
        signature = split(signer.sign(lent.digest(staking_domain(self.system))))
        arguments = (whom.address, nonce, lent.expiry_s, *signature)
        self.act(self.anybody(), staking, "delegateBySig", *arguments)

    @an_act
    def stakes_move(self) -> None:
        """Bonds grow, shrink and are paid rewards; a validator may be slashed or jailed."""
        staking, books = self.system.staking, self.books.stakes
        who = self.anybody()
        validator = self.pick(books.validators) if self.likely() else who.address
        what = self.pick(
            ["bond", "bond", "reward", "unbond", "unbond", "withdraw", "register", "slash", "jail"]
        )
        amount = self.pick([1, 13, 7 * MED + 1, 500 * MED])
        if what in ("bond", "reward"):
            self.fund(who, SPENDER, amount)
            self.act(who, staking, what, validator, amount)
        elif what == "unbond":
            bonds = [bond for bond, shares in books.bonds.items() if shares > 0]
            validator, account = self.pick(bonds)
            shares = books.bonds[validator, account] // self.pick([2, 10]) or 1
            self.act(self.world.keys[account], staking, "unbond", validator, shares)
        elif what == "withdraw":
            if books.unbonded_at_s:
                validator, account = self.pick(list(books.unbonded_at_s))
                if self.likely(0.6):
                    self.wait_until(books.unbonded_at_s[validator, account])
                self.act(self.world.keys[account], staking, "withdrawUnbonded", validator)
        elif what == "register":
            if self.likely(0.4):
                self.fund(who, SPENDER, BOND)
                self.act(who, staking, "registerValidator", self.pick([300, 1_000, 100]), BOND)
            else:
                key = self.world.keys[validator]
                self.act(key, staking, "setCommission", self.pick([300, 500, 10_001]))
        else:
            slasher = ARBITER if self.likely() else self.anybody()
            argument = self.pick([1, 500, 3_000]) if what == "slash" else self.now_s + self.pick([60, DAY_S])
            self.act(slasher, staking, what, validator, argument)
            if what == "slash" and self.likely(0.5):
                own = self.pick(VALIDATORS)
                self.fund(own, SPENDER, BOND)
                self.act(own, staking, "bond", own.address, BOND)

    # Votes

    @an_act
    def somebody_proposes(self) -> None:
        who = self.pick(VOTERS) if self.likely() else self.anybody()
        self._propose(who, (self.pick(self._motions()),))

    @an_act
    def a_vote_is_carried_through(self) -> None:
        """From the proposal to what it changes: a few days."""
        calls = tuple(self.random.sample(self._motions(), self.pick([1, 2])))
        asked = self._propose(self.pick(VOTERS), calls)
        if asked is None:
            return
        self._vote(asked)
        if self.likely(0.85):
            self._enact(asked)

    @an_act
    def a_proposal_goes_on(self) -> None:
        if not self.asked:
            return
        asked = self.pick(self.asked[-4:])
        motion = self._motion(asked)
        if self.now_s <= motion.ends_s and self.likely(0.7):
            self._vote(asked)
        elif self.now_s <= motion.starts_s and self.likely(0.7):
            self.act(self.pick(VOTERS), self.system.governance, "cancel", *asked.proposal.decided)
        else:
            self._enact(asked)

    @an_act
    def nobody_decides_alone(self) -> None:
        """What takes a vote; nor does anybody do what only another contract may."""
        contract, function, arguments = self.pick(
            self._motions() if self.likely(0.5) else self._of_contracts()
        )
        outcome = self.act(self.anybody(), self.system.contract(contract), function, *arguments)
        assert not outcome.status

    def _of_contracts(self) -> list[Call]:
        """Return what contracts ask of each other."""
        record, account = self.pick(list(self.world.records.values())), self.anybody().address
        visit = self.pick(list(self.books.records.visits))
        return [
            ("MedToken", "mint", (account, MED)),
            ("TokenLock", "deposit", (account, 0, 0, self.now_s, True)),
            ("CheckIn", "markCredited", (visit,)),
            ("RecordRegistry", "markCredited", (record.root, record.issuer, record.patient, visit)),
            ("Governance", "relay", (account, 0, b"")),
            ("Governance", "updateTimelock", (account,)),
        ]

    def _propose(self, who: PrivateKey, calls: tuple[Call, ...]) -> Asked | None:
        asked = Asked(proposal(self.system, f"Motion {self.next_number()}", *calls), calls)
        if not self.act(who, self.system.governance, "propose", *asked.proposal.proposed).status:
            return None
        self.asked.append(asked)
        return asked

    def _vote(self, asked: Asked) -> None:
        """Some or all who have votes; one of them by a signature."""
        governance, number = self.system.governance, asked.proposal.proposal_id
        self.wait_until(self._motion(asked).starts_s + 1)
        for voter in self.random.sample(VOTERS, self.pick([2, 4])):
            support = self.pick([1, 1, 1, 1, 1, 0, 2])
            if self.likely(0.8):
                self.act(voter, governance, "castVote", number, support)
                continue
            ballot = Ballot(number, support, voter.address, self.ask(governance, "nonces", voter.address))
            signer = voter if self.likely() else self.anybody()
            signature = ethereum_form(signer.sign(ballot.digest(governance_domain(self.system))))
            arguments = (number, support, voter.address, signature)
            forged = signer.address != voter.address
            self.act(self.anybody(), governance, "castVoteBySig", *arguments, forged=forged)

    def _enact(self, asked: Asked) -> None:
        """Queue what was accepted, wait, and have it done: by Governance, or by the timelock itself."""
        governance, motion = self.system.governance, self._motion(asked)
        if self.likely():
            self.wait_until(motion.ends_s + 1)
        if not motion.ready_s:
            self.act(self.anybody(), governance, "queue", *asked.proposal.decided)
        if motion.ready_s and self.likely():
            self.wait_until(motion.ready_s)
            outcome = self._execute(asked)
            for contract, function, _arguments in asked.calls:
                self.count(self.system.contract(contract), function, outcome)

    def _execute(self, asked: Asked) -> Outcome:
        """Anybody has what waited long enough carried out, here or there."""
        if self.likely(0.85):
            return self.act(self.anybody(), self.system.governance, "execute", *asked.proposal.decided)
        *calls, description_hash = asked.proposal.decided
        governor = self.system.address_of("Governance").ljust(32, b"\0")
        salt = bytes(first ^ second for first, second in zip(governor, description_hash, strict=True))
        return self.act(self.anybody(), self.system.timelock, "executeBatch", *calls, bytes(32), salt)

    def _motion(self, asked: Asked) -> Motion:
        return self.books.votes.motions[asked.proposal.proposal_id]

    def _motions(self) -> list[Call]:
        """Return what is at issue: rewards, emission, the market's terms, the chain's limits, and offices."""
        year = max(0, self.now_s - START_S) // (DAYS_PER_YEAR * DAY_S) + 1
        change = self.pick(["grantRole", "grantRole", "revokeRole"])
        return [
            ("RewardPool", "setCurve", (self.pick(list(Curve)),)),
            ("RewardPool", "setCurationCurve", (self.pick(list(Curve)),)),
            ("RewardPool", "setPoints", ((self.pick([80, 100]), 40, 20, 10, 30),)),
            ("RewardPool", "setCaps", (self.pick([(0, 0), (300, 1_000), (10_000, 0)]),)),
            ("Emission", "setSchedule", (year, self.pick([0, 3_000, 5_000]), 90_000)),
            ("Emission", "stop", ()),
            ("DataMarket", "setCommission", (self.pick([0, 250, 2_000, 2_001]),)),
            ("DataMarket", "setTreasury", (self.pick([TREASURY, ARBITER]).address,)),
            ("Governance", "setBlockGasLimit", (self.pick([10**7, 4 * 10**7]),)),
            ("Governance", "setMinimumGasPrice", (self.pick([1, 40]),)),
            ("Governance", "setVotingPeriod", (self.pick([DAY_S, 2 * DAY_S]),)),
            ("Timelock", "updateDelay", (self.pick([DAY_S // 2, DAY_S]),)),
            ("IdentityRegistry", change, (CERTIFIER_ROLE, DEPUTY.address)),
            ("DataMarket", change, (ARBITER_ROLE, DEPUTY.address)),
            ("Insurance", change, (ARBITER_ROLE, DEPUTY.address)),
            ("Staking", change, (SLASHER_ROLE, DEPUTY.address)),
            ("RewardPool", change, (JUDGE_ROLE, DEPUTY.address)),
            ("IdentityRegistry", "grantRole", (CERTIFIER_ROLE, CERTIFIER.address)),
        ]
