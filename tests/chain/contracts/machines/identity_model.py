"""The registry of people as it should be: what each call does, or by which error's name it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from chain.block import Address
from chain.contracts.messages import Role

NOBODY: Final = bytes(20)
_UNAUTHORISED: Final = "AccessControlUnauthorizedAccount"


class Standing(IntEnum):
    """Whether an account may act."""

    UNKNOWN = 0
    ACTIVE = 1
    SUSPENDED = 2
    RETIRED = 3


class Refused(Exception):
    """A call that must revert with the error of this name."""


@dataclass(frozen=True)
class Account:
    """What is recorded of one key; times in Unix seconds. `held_until_s` is put aside by a suspension."""

    role: Role = Role.NONE
    standing: Standing = Standing.UNKNOWN
    registered_at_s: int = 0
    certified_until_s: int = 0
    held_until_s: int = 0


@dataclass
class Proposal:
    """A new key and the persons that approve it, in one attempt."""

    person: Address
    new_key: Address
    attempt: int
    deadline_s: int
    approvals: set[Address] = field(default_factory=set)


@dataclass
class Guardianship:
    """A person's guardians, and what they have under way."""

    guardians: tuple[Address, ...] = ()
    threshold: int = 0
    attempt: int = 0
    proposals: dict[Address, Proposal] = field(default_factory=dict)
    running: Address = NOBODY
    ready_at_s: int = 0
    coming: tuple[tuple[Address, ...], int, int] = ((), 0, 0)
    """Guardians that have been announced, their threshold, and when they can take their seats; 0 where none are."""

    def begin_attempt(self) -> None:
        """Void everything that is under way."""
        self.attempt += 1
        self.proposals = {}
        self.stop()

    def stop(self) -> None:
        self.running, self.ready_at_s = NOBODY, 0


class IdentityModel:
    """The registry. Every method either takes effect or raises `Refused` and leaves all as it was."""

    def __init__(self, certifiers: set[Address], period_s: int, maximum_guardians: int) -> None:
        self.certifiers = certifiers
        self.period_s = period_s
        self.maximum_guardians = maximum_guardians
        self.accounts: dict[Address, Account] = {}
        self.persons: dict[Address, Address] = {}
        self.keys: dict[Address, Address] = {}
        self.guardianships: dict[Address, Guardianship] = {}

    def account(self, key: Address) -> Account:
        return self.accounts.get(key, Account())

    def person(self, key: Address) -> Address:
        return self.persons.get(key, key)

    def present_key(self, key: Address) -> Address:
        person = self.person(key)
        return self.keys.get(person, person)

    def guardianship(self, key: Address) -> Guardianship:
        return self.guardianships.setdefault(self.person(key), Guardianship())

    def register(self, sender: Address, role: Role, now_s: int) -> None:
        account = self.account(sender)
        _refuse(role is Role.NONE, "RoleNotRegistrable")
        if role is Role.CERTIFIER:
            self._require_certifier(sender)
        _refuse(account.standing is Standing.RETIRED, "KeyRetired")
        _refuse(account.standing is not Standing.UNKNOWN, "AlreadyRegistered")
        self.accounts[sender] = Account(role, Standing.ACTIVE, now_s)

    def certify(self, sender: Address, provider: Address, expiry_s: int, now_s: int) -> None:
        self._require_certifier(sender)
        account = self.account(provider)
        _refuse(account.role is not Role.PROVIDER, "NotAProvider")
        _refuse(account.standing is Standing.SUSPENDED, "AccountSuspended")
        _refuse(expiry_s <= now_s, "ExpiryPassed")
        self.accounts[provider] = replace(account, certified_until_s=expiry_s)

    def revoke(self, sender: Address, provider: Address, now_s: int) -> None:
        self._require_certifier(sender)
        account = self.account(provider)
        _refuse(now_s > max(account.certified_until_s, account.held_until_s), "NotCertified")
        self.accounts[provider] = replace(account, certified_until_s=0, held_until_s=0)

    def suspend(self, sender: Address, key: Address) -> None:
        self._require_certifier(sender)
        self.require_active(key)
        account = self.account(key)
        self.guardianship(key).coming = ((), 0, 0)
        self.accounts[key] = replace(
            account,
            standing=Standing.SUSPENDED,
            certified_until_s=0,
            held_until_s=account.certified_until_s,
        )

    def reinstate(self, sender: Address, key: Address) -> None:
        self._require_certifier(sender)
        account = self.account(key)
        _refuse(account.standing is not Standing.SUSPENDED, "NotSuspended")
        self.accounts[key] = replace(
            account, standing=Standing.ACTIVE, certified_until_s=account.held_until_s, held_until_s=0
        )

    def replace_key(
        self, sender: Address, new_key: Address, deadline_s: int, consented: bool, now_s: int
    ) -> None:
        self.require_active(sender)
        self._require_consent(new_key, deadline_s, consented, now_s)
        self._refuse_guardian(sender, new_key)
        self._move(sender, new_key)

    def set_guardians(
        self, sender: Address, guardians: tuple[Address, ...], threshold: int, now_s: int
    ) -> None:
        self.require_active(sender)
        _refuse(len(guardians) > self.maximum_guardians, "TooManyGuardians")
        _refuse(threshold > len(guardians) or (threshold == 0) != (not guardians), "ThresholdOutOfRange")
        seen: set[Address] = set()
        for guardian in guardians:
            person = self.person(guardian)
            _refuse(guardian == NOBODY, "GuardianZero")
            _refuse(person == self.person(sender), "GuardianIsSelf")
            _refuse(person in seen, "GuardianNamedTwice")
            seen.add(person)
        guardianship = self.guardianship(sender)
        if guardianship.guardians:
            guardianship.coming = (guardians, threshold, now_s + self.period_s)
            return
        guardianship.guardians, guardianship.threshold = guardians, threshold
        guardianship.begin_attempt()

    def confirm_guardians(self, key: Address, now_s: int) -> None:
        guardianship = self.guardianship(key)
        guardians, threshold, effective_at_s = guardianship.coming
        _refuse(effective_at_s == 0, "NoGuardianChange")
        _refuse(now_s < effective_at_s, "GuardianChangeNotReady")
        _refuse(guardianship.running != NOBODY, "RecoveryRunning")
        guardianship.guardians, guardianship.threshold = guardians, threshold
        guardianship.coming = ((), 0, 0)
        guardianship.begin_attempt()

    def propose(
        self, sender: Address, key: Address, new_key: Address, deadline_s: int, consented: bool, now_s: int
    ) -> Proposal:
        guardianship = self._require_guardian(sender, key)
        _refuse(guardianship.running != NOBODY, "RecoveryRunning")
        self._require_consent(new_key, deadline_s, consented, now_s)
        self._refuse_guardian(key, new_key)
        former = guardianship.proposals.get(new_key)
        _refuse(former is not None and now_s <= former.deadline_s, "AlreadyProposed")
        proposal = Proposal(self.person(key), new_key, guardianship.attempt, deadline_s)
        guardianship.proposals[new_key] = proposal
        self._approve(guardianship, proposal, sender, now_s)
        return proposal

    def approve(self, sender: Address, proposal: Proposal, now_s: int) -> None:
        guardianship, proposal = self._open(proposal)
        self._require_guardian(sender, proposal.person)
        _refuse(guardianship.running not in (NOBODY, proposal.new_key), "RecoveryRunning")
        _refuse(now_s > proposal.deadline_s, "ConsentExpired")
        _refuse(self._has_approved(proposal, sender), "AlreadyApproved")
        self._approve(guardianship, proposal, sender, now_s)

    def retract(self, sender: Address, proposal: Proposal) -> None:
        guardianship, proposal = self._open(proposal)
        self._require_guardian(sender, proposal.person)
        _refuse(not self._has_approved(proposal, sender), "NotApproved")
        person = self.person(sender)
        proposal.approvals = {seat for seat in proposal.approvals if self.person(seat) != person}
        if guardianship.running == proposal.new_key and len(proposal.approvals) < guardianship.threshold:
            guardianship.stop()

    def refuse(self, sender: Address) -> None:
        self.require_active(sender)
        guardianship = self.guardianship(sender)
        _refuse(not guardianship.proposals, "NothingProposed")
        guardianship.begin_attempt()

    def complete(self, key: Address, now_s: int) -> None:
        guardianship = self.guardianship(key)
        _refuse(guardianship.running == NOBODY, "NoRecoveryRunning")
        _refuse(now_s < guardianship.ready_at_s, "RecoveryNotReady")
        self._refuse_guardian(key, guardianship.running)
        _refuse(self.account(guardianship.running).standing is not Standing.UNKNOWN, "KeyInUse")
        self._move(self.present_key(key), guardianship.running)

    def require_active(self, key: Address) -> None:
        _refuse(self.account(key).standing is Standing.UNKNOWN, "NotRegistered")
        self._require_not_barred(key)

    def _require_not_barred(self, key: Address) -> None:
        _refuse(self.account(key).standing is Standing.SUSPENDED, "AccountSuspended")
        _refuse(self.account(key).standing is Standing.RETIRED, "KeyRetired")

    def _require_certifier(self, sender: Address) -> None:
        _refuse(sender not in self.certifiers, _UNAUTHORISED)
        self._require_not_barred(sender)

    def _require_consent(self, new_key: Address, deadline_s: int, consented: bool, now_s: int) -> None:
        _refuse(self.account(new_key).standing is not Standing.UNKNOWN, "KeyInUse")
        _refuse(now_s > deadline_s, "ConsentExpired")
        _refuse(not consented, "ConsentInvalid")

    def _require_guardian(self, sender: Address, key: Address) -> Guardianship:
        self._require_not_barred(sender)
        guardianship = self.guardianship(key)
        _refuse(not self._seats(guardianship, sender), "NotGuardian")
        return guardianship

    def _refuse_guardian(self, key: Address, new_key: Address) -> None:
        _refuse(bool(self._seats(self.guardianship(key), new_key)), "KeyIsGuardian")

    def _seats(self, guardianship: Guardianship, key: Address) -> list[Address]:
        return [seat for seat in guardianship.guardians if self.person(seat) == self.person(key)]

    def _has_approved(self, proposal: Proposal, sender: Address) -> bool:
        return any(self.person(seat) == self.person(sender) for seat in proposal.approvals)

    def _approve(self, guardianship: Guardianship, proposal: Proposal, sender: Address, now_s: int) -> None:
        proposal.approvals.add(self._seats(guardianship, sender)[0])
        if len(proposal.approvals) >= guardianship.threshold and guardianship.running == NOBODY:
            guardianship.running, guardianship.ready_at_s = proposal.new_key, now_s + self.period_s

    def _open(self, proposal: Proposal) -> tuple[Guardianship, Proposal]:
        """The present proposal of the same identifier."""
        guardianship = self.guardianship(proposal.person)
        _refuse(proposal.attempt != guardianship.attempt, "RecoveryVoid")
        return guardianship, guardianship.proposals[proposal.new_key]

    def _move(self, old: Address, new: Address) -> None:
        person = self.person(old)
        self.accounts[new] = self.accounts[old]
        self.accounts[old] = Account(standing=Standing.RETIRED)
        if old in self.certifiers:
            self.certifiers = self.certifiers - {old} | {new}
        self.persons[new], self.keys[person] = person, new
        self.guardianship(person).coming = ((), 0, 0)
        self.guardianship(person).begin_attempt()


def _refuse(condition: bool, error: str) -> None:
    if condition:
        raise Refused(error)
